"""The lines that say how far a ranking can be relied on yet; live, printed above the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx.layout import AWAITED, STATES
from tdp_xlsx.model import GroupStatus
from tdp_xlsx.report.live import Live, join, listed, quoted, two, when

if TYPE_CHECKING:
    from tdp_xlsx.report.figures import Source

_OPEN = (GroupStatus.MISSING, GroupStatus.REJECTED, GroupStatus.INCOMPLETE, AWAITED)


def state_count(ward: Source, status: str, kind: str | None = None) -> Live:
    """Return how many groups (of a kind) are in a state."""
    of_kind = f",ct_loai,{quoted(kind)}" if kind is not None else ""
    return Live(f"COUNTIFS(ct_tinh_trang,{quoted(STATES[status])}{of_kind})", ward.figures.count(status, kind=kind))


def counted(ward: Source) -> Live:
    """Return how many groups count."""
    return Live("SUM(ct_duoc_tinh)", len(ward.figures.counted))


def verified(ward: Source) -> Live:
    """Return how many of the groups that count the office has verified."""
    done = sum(result.is_verified for result in ward.figures.counted)
    return Live("SUMPRODUCT(ct_duoc_tinh*(ct_tham_dinh>0))", done)


def open_line(ward: Source) -> Live:
    """Return the line on groups that do not count yet; empty when all do."""
    counts = {status: state_count(ward, status) for status in _OPEN}
    still = [
        when(f"{count.formula}>0", count.count > 0, join(two(count), f" đơn vị {STATES[status].lower()}"))
        for status, count in counts.items()
    ]
    every = Live("SUM(ct_duoc_tinh)", len(ward.figures.counted))
    some = every.count < len(ward.evaluation.results)
    return when(f"{every.formula}<ROWS(ct_duoc_tinh)", some, join("Tạm xếp hạng: còn ", listed(still, ", "), "."))


def source_line(ward: Source) -> Live:
    """Return the line on how many groups are verified."""
    done, whole = verified(ward), counted(ward)
    partly = join(
        "Đã thẩm định ", two(done), "/", two(whole), " đơn vị; các đơn vị còn lại tạm xếp theo kết quả tự đánh giá."
    )
    all_done = join("Đã thẩm định ", two(done), "/", two(whole), " đơn vị.")
    return when(
        f"{done.formula}=0",
        done.count == 0,
        "Tạm xếp theo kết quả tự đánh giá.",
        when(f"{done.formula}<{whole.formula}", done.count < whole.count, partly, all_done),
    )


def order_line(first: int, last: int, column: str) -> Live:
    """Return the line that shows when the rows no longer stand in the order of the results."""
    return when(
        f"SUMPRODUCT(--({column}{first + 1}:{column}{last + 1}<>bd_ma))>0",
        False,  # noqa: FBT003 - as written, they do
        "Thứ tự các dòng dưới đây không theo kết quả hiện tại; cột Hạng luôn theo kết quả hiện tại.",
    )
