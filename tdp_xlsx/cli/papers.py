"""The commands that follow the ward workbook: what is made of a round that stands."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from tdp_xlsx import layout
from tdp_xlsx.cli.terminal import CANNOT, say
from tdp_xlsx.cli.usage import Command

if TYPE_CHECKING:
    from pathlib import Path


@click.command("export", cls=Command, options_metavar="[TÙY CHỌN]")
@click.option("--evidence", is_flag=True, help="Thêm nguyên văn ô trả lời và số liệu, minh chứng đơn vị ghi.")
@click.pass_obj
def export(root: Path, evidence: bool) -> None:  # noqa: FBT001 - click's way
    """Lập dữ liệu mở của đợt: các bảng CSV và tệp mô tả datapackage.json.

    Số liệu là của sổ tổng hợp; nếu tệp trong inbox hoặc kết quả thẩm định đã thay đổi từ khi lập sổ thì không lập, hãy
    chạy consolidate trước. Không có họ tên, điện thoại, địa chỉ thư; giấy phép sử dụng do phường quyết định.
    """
    from tdp_xlsx.papers.open_data import export as write

    say(f"Dữ liệu mở: {write(root, evidence=evidence)}")
    if evidence:
        say("Chữ do đơn vị tự ghi có thể nêu người khác: đọc lại answers.csv trước khi công bố.")


@click.command("documents", cls=Command, options_metavar="[TÙY CHỌN]")
@click.pass_obj
def documents(root: Path) -> None:
    """Soạn dự thảo báo cáo, biên bản họp, tờ trình (Word) theo số liệu của sổ tổng hợp.

    Mẫu ở templates/van_ban, sửa bằng Word; số liệu, câu chữ là của trang Tổng hợp, chỗ phải quyết định thì để trống. Dự
    thảo đã sửa không bị mất: bản cũ lưu ở outbox/luu. Nếu tệp trong inbox hoặc kết quả thẩm định đã thay đổi từ khi lập
    sổ thì không soạn, hãy chạy consolidate trước.
    """
    from tdp_xlsx.papers.drafts import draft

    done = draft(root)
    if done.laid:
        say(f"Đã đặt mẫu văn bản mặc định vào {(root / layout.paper_template('bao_cao')).parent}")
    for kept in done.archived:
        say(f"Dự thảo đã sửa được lưu tại: {root / kept}")
    for path in done.drafts:
        say(f"Dự thảo: {path}")
    if done.uncounted:
        say(f"Còn {done.uncounted:02d} đơn vị chưa được tính: văn bản ghi là tạm xếp hạng.")
    say("Tiếp theo: mở bằng Word, điền các chỗ ……, rà soát rồi trình ký.")


@click.command("results", cls=Command, options_metavar="[TÙY CHỌN]")
@click.argument("codes", metavar="[MÃ-ĐƠN-VỊ]…", nargs=-1)
@click.pass_obj
def results(root: Path, codes: tuple[str, ...]) -> None:
    """Lập kết quả gửi từng đơn vị (hoặc những mã được nêu); PDF nếu có LibreOffice.

    Mỗi tệp chỉ có kết quả của một đơn vị: tự đánh giá, thẩm định, lý do, thứ hạng, trung vị của phường. Ghi “dự kiến”
    cho đến khi mọi đơn vị được tính và đã thẩm định. Số liệu là của sổ tổng hợp; nếu tệp trong inbox hoặc kết quả thẩm
    định đã thay đổi từ khi lập sổ thì không lập, hãy chạy consolidate trước. Bản có người sửa được lưu ở outbox/luu.
    """
    from tdp_xlsx.layout import ARCHIVE, RESULTS, STATES
    from tdp_xlsx.papers.results import results as write

    def tell(count: int) -> None:
        say(f"Đang in {count:02d} tệp PDF bằng LibreOffice…")

    made = write(root, codes, tell)
    for outcome in made.outcomes:
        if not outcome.result.is_counted:
            say(f"Chưa được tính: {outcome.result.code} {outcome.result.name} ({STATES[outcome.result.state]})")
    count = len(made.outcomes)
    new = f"{made.changed:02d} mới hoặc thay"
    say(f"Kết quả của {count:02d} đơn vị ({new}), {made.printed:02d} tệp PDF: {root / RESULTS}")
    if made.archived:
        say(f"Bản đã có người sửa, lưu tại {root / ARCHIVE}: {len(made.archived):02d} tệp")
    if made.printed < count and not made.failures:
        say("Máy này không có LibreOffice nên chỉ lập tệp .xlsx; cài LibreOffice rồi chạy lại để có thêm tệp .pdf.")
    if not all(outcome.is_final for outcome in made.outcomes):
        say("Các tệp ghi “dự kiến” vì còn đơn vị chưa được tính hoặc chưa thẩm định.")
    for failure in made.failures:
        say(failure)
    if made.failures:
        sys.exit(CANNOT)
    say("Tiếp theo: xem lại lý do thẩm định trong các tệp, rồi soạn thư gửi đơn vị: tdp-xlsx mail --results")
