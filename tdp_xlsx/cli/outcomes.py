"""What is said of decisions that cannot be told, and of the files of a consolidation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.cli.terminal import say

if TYPE_CHECKING:
    from pathlib import Path

    from tdp_xlsx.api import Round
    from tdp_xlsx.workflow import Consolidated


def assessed(root: Path) -> Round:
    """Read the inbox and what the office decided; where that cannot be told, it is said and left out."""
    from tdp_xlsx import workflow
    from tdp_xlsx.ward_book.earlier import NoDecisionsError

    try:
        return workflow.assess(root, decided=True)
    except NoDecisionsError as fault:
        say(f"{fault} Dưới đây chưa tính kết quả thẩm định.")
        return workflow.assess(root)


def tell_files(root: Path, done: Consolidated) -> None:
    """Say what became of the files: those of the inbox, forms to send back, earlier workbooks, the new one."""
    from tdp_xlsx import console

    if not done.round.intake.files:
        say(f"Thư mục {root / layout.INBOX} chưa có tệp nào: sổ chỉ liệt kê các đơn vị chưa nộp.")
    for told in console.uncounted_lines(done.round.intake.files):
        say(told)
    for told in console.decision_lines(done.round.findings):
        say(told)
    if previous := done.round.evaluation.previous:
        year, of = previous.last.year, f"{len(previous.groups)} đơn vị, {len(previous.criteria)}"
        asked = f"; {len(previous.findings):02d} nội dung cần làm rõ (mã N…)" if previous.findings else ""
        whole = len(done.round.template.plan.scored)
        say(f"So với năm {year}: so sánh được {len(previous.compared)}/{of}/{whole} tiêu chí{asked}.")
    if done.returned.standing:
        say(f"Bảng gửi lại để đơn vị sửa: {len(done.returned.standing):02d} tệp trong {root / layout.RETURNS}")
    if done.archived:
        say(f"Sổ cũ lưu tại: {root / done.archived}")
    for name, kept in done.others:
        say(f"Kết quả thẩm định lấy từ “{name}”; sổ này nay lưu tại: {root / kept}")
    for told in done.left:
        say(f"Phần ghi thêm không chuyển sang sổ mới, vẫn còn trong sổ đã lưu: trang {told}")
    say(f"Sổ tổng hợp: {root / done.workbook}")
