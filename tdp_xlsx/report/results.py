"""What the right half of ``Chi tiết`` says of each group: the values that its formulas come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx.evaluation.outcome import ROW_CLASSES
from tdp_xlsx.layout import NO_RANK, SELF_ASSESSED, VERIFIED
from tdp_xlsx.model import GroupStatus
from tdp_xlsx.report.live import Value, share
from tdp_xlsx.report.minutes import told
from tdp_xlsx.report.words import CONFIRMED, FAILED, NOTHING, PASSED, READ, STATES, UNRATED, VERIFIED_STATE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tdp_xlsx.evaluation import GroupResult
    from tdp_xlsx.report.figures import Figures

STRIDE = 100_000
"""More groups than any register has; keeps the parts of the order's key apart."""
NAMED_TIES = 3
"""With more equals than this, their number is told instead of their names."""
CHANGED = "thẩm định thay đổi ", " nội dung"
OPEN_ITEMS = "còn ", " nội dung trống hoặc chưa rõ"
CONTRADICTIONS = "các dòng thẩm định trái nhau ở ", " nội dung"
UNSETTLED = "Thẩm định, chưa thống nhất"
SUSPECTED = "Tự khai có trường hợp tại mục ", ", cần xác minh"
NAMED_EQUALS = "Đồng hạng với "
MANY_EQUALS = NAMED_EQUALS, " đơn vị khác"


def changes_told(count: int) -> str:
    """Return what a group's note says of the answers that decisions changed."""
    return f"{CHANGED[0]}{count:02d}{CHANGED[1]}"


def file_state(result: GroupResult) -> str:
    """Return what is known about a group's file, which no decision alters."""
    return READ if result.is_read else STATES[result.status]


def reckoned(result: GroupResult, figures: Figures) -> Mapping[str, Value]:
    """Return a group's reckoned values by the key of their column."""
    values: dict[str, Value] = {}
    for place, (met, applicable) in enumerate(result.standards.values(), start=1):
        values[f"dat_{place}"] = met
        values[f"ap_dung_{place}"] = applicable
    number, rank = figures.list_number(result), result.rank
    conclusion, source, equals, note = worded(result, figures)
    return values | {
        "dat": result.met,
        "ap_dung": result.applicable,
        "diem": result.points_met,
        "diem_ap_dung": max(1, result.points_applicable),
        "tieu_chuan_du": result.full_standards,
        "chua_ro": result.unanswered - result.contradicted,
        "truong_hop": len(result.disqualified_by),
        "chua_xac_minh": result.unconfirmed,
        "bang": file_state(result),
        "tinh_trang": figures.state(result),
        "duoc_tinh": int(result.is_counted),
        "tham_dinh": result.decided,
        "thay_doi": result.changed,
        "ngay": figures.latest.get(result.code, (0, ""))[0],
        "ty_le": share(result.points_met, result.points_applicable) if result.is_counted else NOTHING,
        "hang": NO_RANK if rank is None else rank,
        "dong_hang": result.ties,
        "danh_sach": number,
        "vi_tri": result.position,
        "khoa_thu_tu": ((number * 10 + ROW_CLASSES[result.status]) * STRIDE + (rank or 0)) * STRIDE + result.position,
        "thu_tu": result.order,
        "ket_luan": conclusion,
        "nguon": source,
        "dong_hang_voi": equals,
        "ly_do": figures.reason(result),
        "ghi_chu": note,
    }


def worded(result: GroupResult, figures: Figures) -> tuple[str, str, str, str]:
    """Return conclusion, source, equals and note of a group."""
    equals = _equals(result, figures)
    return _conclusion(result, figures), _source(result, figures), equals, _note(result, figures, equals)


def _conclusion(result: GroupResult, figures: Figures) -> str:
    if result.status is GroupStatus.VALID:
        return _merit(result, figures)
    if result.status is not GroupStatus.DISQUALIFIED:
        return figures.state(result)
    if not result.unconfirmed:
        return CONFIRMED
    by_code = figures.evaluation.plan.by_code
    cases = ", ".join(by_code[code].label for code in result.disqualified_by)
    return f"{SUSPECTED[0]}{cases}{SUSPECTED[1]}"


def _merit(result: GroupResult, figures: Figures) -> str:
    settings = figures.evaluation.plan.settings
    if result.rating:
        return result.rating
    if settings.pass_percent is not None:
        return PASSED if result.passed else FAILED
    if settings.classes:
        return UNRATED
    return VERIFIED_STATE if result.is_verified else STATES[GroupStatus.VALID]


def _source(result: GroupResult, figures: Figures) -> str:
    if not result.is_read:
        return NOTHING
    if result.is_verified:
        return VERIFIED + told(*figures.latest[result.code])
    return UNSETTLED if result.contradicted else SELF_ASSESSED


def _equals(result: GroupResult, figures: Figures) -> str:
    if not result.ties:
        return ""
    if result.ties > NAMED_TIES:  # thousands of equals are counted, never named
        return f"{MANY_EQUALS[0]}{result.ties:02d}{MANY_EQUALS[1]}"
    by_code = figures.evaluation.plan.group_by_code
    return NAMED_EQUALS + "; ".join(by_code[code].name for code in result.tied)


def _note(result: GroupResult, figures: Figures, equals: str) -> str:
    if reason := figures.reason(result):
        return reason
    notes = [equals] if equals else []
    if result.changed:
        notes.append(changes_told(result.changed))
    if result.is_read and result.contradicted:
        notes.append(f"{CONTRADICTIONS[0]}{result.contradicted:02d}{CONTRADICTIONS[1]}")
    if result.is_read and (open_items := result.unanswered - result.contradicted):
        notes.append(f"{OPEN_ITEMS[0]}{open_items:02d}{OPEN_ITEMS[1]}")
    said = "; ".join(notes)
    return said[:1].upper() + said[1:]
