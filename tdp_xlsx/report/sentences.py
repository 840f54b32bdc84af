"""The sentences of the summary, and the lines that say how far a ranking can be relied on yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx.layout import AWAITED, STANDARD_COLUMN, STATES
from tdp_xlsx.model import GroupStatus
from tdp_xlsx.report.live import Live, join, listed, percent, quoted, share, two, when
from tdp_xlsx.report.previous_lists import OPEN
from tdp_xlsx.report.previous_rows import compared
from tdp_xlsx.report.unmet import most_missed
from tdp_xlsx.report.wording import chains

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tdp_xlsx.evaluation.previous import Previous
    from tdp_xlsx.report.figures import Source


_OPEN = (GroupStatus.MISSING, GroupStatus.REJECTED, GroupStatus.INCOMPLETE, AWAITED)


def state_count(ward: Source, status: str, kind: str | None = None) -> Live:
    """Return how many groups (of a kind) are in a state."""
    of_kind = f",ct_loai,{quoted(kind)}" if kind is not None else ""
    return Live(f"COUNTIFS(ct_tinh_trang,{quoted(STATES[status])}{of_kind})", ward.figures.count(status, kind=kind))


def counted(ward: Source) -> Live:
    """Return how many groups count."""
    return Live("SUM(ct_duoc_tinh)", len(ward.figures.counted))


def verified(ward: Source, kind: str | None = None) -> Live:
    """Return how many of the groups (of a kind) that count the office has verified."""
    of_kind = f"*(ct_loai={quoted(kind)})" if kind is not None else ""
    done = sum(result.is_verified and kind in {None, result.kind} for result in ward.figures.counted)
    return Live(f"SUMPRODUCT(ct_duoc_tinh*(ct_tham_dinh>0){of_kind})", done)


def open_line(ward: Source) -> Live:
    """Return the line on groups that do not count yet; empty when all do."""
    counts = {status: state_count(ward, status) for status in _OPEN}
    still = [
        when(f"{count.formula}>0", count.count > 0, join(two(count), f" đơn vị {STATES[status].lower()}"))
        for status, count in counts.items()
    ]
    every = counted(ward)
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


_NAMED = 3
"""Criteria named in the sentence on those most often missed."""


def sentences(ward: Source) -> Mapping[str, Live]:
    """Return the sentences in the order a report has them; one that has nothing to say is left out or empty."""
    if not ward.plan.groups:
        return {}
    told = {"received": _received(ward), "counted": _counted(ward), "overall": _overall(ward)}
    if len(ward.plan.standards) > 1:
        told["standards"] = _standards(ward)
    told["best"] = _best(ward)
    if ward.plan.scored:
        told["missed"] = _missed(ward)
    told["verified"] = _verified(ward)
    if previous := ward.evaluation.previous:
        told["changed"], told["moved"] = _previous(previous, len(ward.plan.scored))
    return told


def _received(ward: Source) -> Live:
    total = Live("ROWS(ct_ma)", len(ward.plan.groups))
    missing = state_count(ward, GroupStatus.MISSING)
    received = Live(f"(ROWS(ct_ma)-{missing.formula})", total.count - missing.count)
    return join(
        "Tổng số tổ dân phố, bản: ", two(total), "; đã nộp bảng tự đánh giá: ", two(received),
        "; chưa nộp: ", two(missing), ".",
    )  # fmt: skip


def _counted(ward: Source) -> Live:
    disqualified = state_count(ward, GroupStatus.DISQUALIFIED)
    rejected, incomplete = state_count(ward, GroupStatus.REJECTED), state_count(ward, GroupStatus.INCOMPLETE)
    awaited = state_count(ward, AWAITED)
    extra = [
        when(f"{count.formula}>0", count.count > 0, join(two(count), words))
        for count, words in (
            (disqualified, " đơn vị có trường hợp tại mục I, không xếp hạng"),
            (incomplete, " đơn vị được đề nghị bổ sung"),
            (awaited, " đơn vị chờ cơ quan thẩm định thống nhất kết quả"),
            (rejected, " đơn vị được đề nghị nộp lại"),
        )
    ]
    rest = listed(extra, "; ")
    return join(
        two(state_count(ward, GroupStatus.VALID)),
        " đơn vị đủ điều kiện xếp hạng",
        when(f"LEN({rest.formula})>0", rest.value != "", join("; ", rest)),
        ".",
    )


def _overall(ward: Source) -> Live:
    pairs = [ward.figures.standard(standard.number) for standard in ward.plan.standards]
    met = Live("SUM(bd_dat_tc)", sum(pair[0] for pair in pairs))
    whole = Live("SUM(bd_ap_dung_tc)", sum(pair[1] for pair in pairs))
    every = counted(ward)
    text = join(
        "Tính chung ", two(every), " đơn vị có kết quả được tính, số lượt tiêu chí đạt là ",
        met, "/", whole, " lượt áp dụng, bằng ",
        percent(met, whole), ".",
    )  # fmt: skip
    return when(f"{whole.formula}=0", whole.count == 0, "Chưa có đơn vị nào có kết quả được tính.", text)


def _standards(ward: Source) -> Live:
    pairs = [ward.figures.standard(standard.number) for standard in ward.plan.standards]
    shares = [share(*pair) for pair in pairs]
    labels = [STANDARD_COLUMN.format(number=standard.number) for standard in ward.plan.standards]

    def extreme(function: str, place: int) -> Live:
        found = f"MATCH({function}(bd_ty_le_tc),bd_ty_le_tc,0)"
        met = Live(f"INDEX(bd_dat_tc,{found})", pairs[place][0])
        whole = Live(f"INDEX(bd_ap_dung_tc,{found})", pairs[place][1])
        return join(Live(f"LOWER(INDEX(bd_tieu_chuan,{found}))", labels[place].lower()), " (", percent(met, whole), ")")

    text = join(
        "Tiêu chuẩn có tỷ lệ đạt cao nhất: ", extreme("MAX", shares.index(max(shares))),
        "; thấp nhất: ", extreme("MIN", shares.index(min(shares))), ".",
    )  # fmt: skip
    even = "Các tiêu chuẩn có tỷ lệ đạt bằng nhau."
    return when("MAX(bd_ty_le_tc)=MIN(bd_ty_le_tc)", max(shares) == min(shares), even, text)


def _best(ward: Source) -> Live:
    """The group that stands first; with equals, all the chain of names. With separate lists, of the first list."""
    first = ward.evaluation.ordered[0]
    key = Live("INDEX(bd_khoa_hang,1)", f"{ward.figures.lists[first.kind]}|{first.rank}" if first.rank else "")
    found = "MATCH(INDEX(bd_ma,1),ct_ma,0)"
    met = Live(f"INDEX(ct_diem,{found})", first.points_met)
    whole = Live(f"INDEX(ct_diem_ap_dung,{found})", max(1, first.points_applicable))
    chain = next(chains(ward.evaluation.ordered))
    kind = join(" (", Live(f"INDEX(ct_loai,{found})", first.kind), ")") if ward.plan.settings.separate_lists else ""
    text = join(
        "Xếp hạng cao nhất", kind, ": ", Live("INDEX(bd_dong_hang,1)", chain), ", tỷ lệ đạt ",
        percent(met, whole), ".",
    )  # fmt: skip
    return when(f'{key.formula}=""', key.value == "", "Chưa có đơn vị nào được xếp hạng.", text)


def _missed(ward: Source) -> Live:
    lines = most_missed(ward, _NAMED)
    parts = []
    for place, (_, missed, criterion) in enumerate(lines, start=1):
        count = Live(f"INDEX(bd_so_chua_dat,{place})", missed)
        label = Live(f"INDEX(bd_tc_chua_dat,{place})", criterion.label if count.count else "")
        words = join("tiêu chí ", label, " (", two(count), " đơn vị)")
        parts.append(when(f"{count.formula}>0", count.count > 0, words))
    text = join("Tiêu chí nhiều đơn vị chưa đạt nhất: ", listed(parts, ", "), ".")
    none = "Không có tiêu chí nào bị đơn vị tự đánh giá chưa đạt."
    some = "INDEX(bd_so_chua_dat,1)"
    return when(f"{some}=0", lines[0][1] == 0, none, text)


def _verified(ward: Source) -> Live:
    line = source_line(ward)
    changed = Live("SUMPRODUCT(td_thay_doi)", sum(result.changed for result in ward.evaluation.results))
    count = verified(ward)
    more = join(" Số nội dung được thẩm định thay đổi so với tự đánh giá: ", two(changed), ".")
    return join(line, when(f"{count.formula}>0", count.count > 0, more))


def _previous(previous: Previous, criteria: int) -> tuple[Live, Live]:
    """Say how many groups and criteria are compared with the year before, what changed, and who moved."""
    groups, count = previous.compared, compared(previous)
    gained = Live("SUM(nt_them)", sum(len(one.gained) for one in groups))
    lost = Live("SUM(nt_thoi)", sum(len(one.lost) for one in groups))
    still = Live(
        f"COUNTIF(nt_ket_qua,{quoted(OPEN)})", sum(one.compared - one.met[0] - len(one.gained) for one in groups)
    )
    moves = [one.rank[0] - one.rank[1] for one in groups if one.rank[0] and one.rank[1]]
    up, same, down = (
        two(Live(f"COUNTIF(nt_tang,{quoted(test)})", sum(map(holds, moves))))
        for test, holds in ((">0", (0).__lt__), ("=0", (0).__eq__), ("<0", (0).__gt__))
    )
    year = previous.last.year
    told = join(
        f"So với năm {year}, trên ", two(count), f" đơn vị và {len(previous.criteria):02d}/{criteria:02d} tiêu chí so "
        "sánh được: thêm đạt ", two(gained), " lượt, thôi đạt ", two(lost),
        f" lượt; trong các nội dung chưa đạt năm {year}, đã khắc phục ", two(gained),
        ", chưa khắc phục ", two(still), ".",
    )  # fmt: skip
    moved = join(
        "Xếp hạng tính lại giữa các đơn vị so sánh được: ", up, " đơn vị tăng hạng, ", same, " đơn vị giữ hạng, ", down,
        " đơn vị giảm hạng.",
    )  # fmt: skip
    none = f"Chưa có đơn vị nào so sánh được với năm {year}."
    test = f"{count.formula}=0"
    return when(test, not groups, none, told), when(test, not groups, "", moved)
