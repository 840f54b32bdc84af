"""The fields that may stand in the office's Word templates: what each means, and what it says of a round."""

from __future__ import annotations

from collections import UserString
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from tdp_xlsx.layout import AWAITED, STATES
from tdp_xlsx.model import GroupStatus
from tdp_xlsx.report import official
from tdp_xlsx.report.columns import DetailColumns
from tdp_xlsx.report.figures import Figures
from tdp_xlsx.report.live import percent_text
from tdp_xlsx.report.provisional import open_line
from tdp_xlsx.report.ranking import notes_below
from tdp_xlsx.report.reckoned import Row
from tdp_xlsx.report.sentences import sentences
from tdp_xlsx.report.unmet import most_missed, tasks
from tdp_xlsx.report.wording import conclusion, note, source
from tdp_xlsx.report.words import NOTHING
from tdp_xlsx.text import storable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tdp_xlsx.evaluation import Evaluation, GroupResult
    from tdp_xlsx.model import Plan, Settings
    from tdp_xlsx.papers.standing import Standing
    from tdp_xlsx.report.live import Live

Line: TypeAlias = "Mapping[str, str | float]"
_MOST = 5
"""Criteria most often missed that are listed, as on ``Tổng hợp``."""
_NO_FORM = "Chưa nhận được bảng tự đánh giá"


class Count(UserString):
    """A count as official texts have it, with at least two digits; in a condition, none is no."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count:02d}")
        self._count = count

    def __bool__(self) -> bool:
        return self._count != 0


@dataclass(frozen=True)
class Told:
    """A round that stands, as the fields tell it."""

    stands: Standing
    top: int = 0

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.evaluation.plan

    @property
    def settings(self) -> Settings:
        """The settings."""
        return self.plan.settings

    @property
    def evaluation(self) -> Evaluation:
        """The evaluation."""
        return self.stands.round.evaluation

    @cached_property
    def figures(self) -> Figures:
        """Lookups over the evaluation."""
        return Figures(self.evaluation, self.stands.round.intake)

    @cached_property
    def sentences(self) -> Mapping[str, Live]:
        """The sentences of ``Tổng hợp``, by name."""
        return sentences(self)

    @cached_property
    def own(self) -> Row:
        """What the words on a group are told from."""
        return Row(DetailColumns(self))


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in a template, what it means, what it says; a list has ``columns`` with their meanings."""

    name: str
    meaning: str
    tell: Callable[[Told], object]
    columns: Mapping[str, str] | None = None


def context(told: Told) -> dict[str, object]:
    """Return what each field says: text, a count, or lines by column."""
    return {field.name: _said(field.tell(told)) for field in FIELDS.values()}


def _said(value: object) -> object:
    """Return a value as a document can hold it; lines stay apart."""
    if isinstance(value, Count):
        return value
    if isinstance(value, str | int):
        return storable(str(value))
    return [{name: storable(str(one)) for name, one in line.items()} for line in value]  # type: ignore[attr-defined]


def _count(*statuses: str) -> Callable[[Told], Count]:
    return lambda told: Count(told.figures.count(*statuses))


def _sentence(name: str) -> Callable[[Told], str]:
    return lambda told: str(told.sentences[name].value) if name in told.sentences else ""


def _year(told: Told) -> str:
    period = f" ({told.plan.period_label})" if told.plan.period_label else ""
    return f"năm {told.settings.year}{period}"


def _whole(told: Told) -> tuple[int, int]:
    pairs = [told.figures.standard(one.number) for one in told.plan.standards]
    return sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)


def _ranking(told: Told) -> Iterator[Line]:
    for one in told.evaluation.ordered:
        yield {
            "so_tt": one.order,
            "ten": one.name,
            "loai": one.kind,
            "dat": one.met if one.is_read else NOTHING,
            "ap_dung": one.applicable,
            "ty_le": percent_text(one.points_met, one.points_applicable) if one.is_counted else NOTHING,
            "hang": NOTHING if one.rank is None else one.rank,
            "ket_luan": conclusion(told.own, one).value,
            "nguon": source(told.own, one, told.figures).value,
            "ghi_chu": note(told.own, one, told.figures).value,
        }


def _apart(wanted: Callable[[GroupResult], bool]) -> Callable[[Told], Iterator[Line]]:
    """Tell of the groups without a rank that are wanted, and why they have none."""

    def tell(told: Told) -> Iterator[Line]:
        for number, one in enumerate(filter(wanted, told.evaluation.ordered), start=1):
            reason = (conclusion(told.own, one) if one.is_counted else note(told.own, one, told.figures)).value
            state, reason = STATES[one.state], reason or _NO_FORM
            yield {"so_tt": number, "ten": one.name, "loai": one.kind, "tinh_trang": state, "ly_do": reason}

    return tell


def _pair(met: int, applicable: int) -> Line:
    return {"dat": met, "ap_dung": applicable, "ty_le": percent_text(met, applicable)}


def _standards(told: Told) -> Iterator[Line]:
    for one in told.plan.standards:
        yield {"so": one.number, "ten": one.title, **_pair(*told.figures.standard(one.number))}


def _missed(told: Told) -> Iterator[Line]:
    for _, missed, one in most_missed(told, _MOST):
        if missed:
            concerned = told.evaluation.by_criterion[one.code][0]
            yield {"tieu_chi": one.label, "noi_dung": one.text, "chua_dat": missed, "ap_dung": concerned}


def _tasks(told: Told) -> Iterator[Line]:
    for task in tasks(told.plan):
        counts = [told.evaluation.by_criterion[one.code] for one in told.plan.scored if task in one.tasks]
        yield {"ten": task, **_pair(sum(one[0] - one[2] for one in counts), sum(one[0] for one in counts))}


def _decisions(told: Told) -> Iterator[Line]:
    """Tell what the office decided otherwise than a group answered; who did and why stays in the workbook."""
    plan, figures = told.plan, told.figures
    changes = {one.key: one for one in told.evaluation.decisions if figures.changes(one)}
    for number, (key, one) in enumerate(changes.items(), start=1):
        name, label = plan.group_by_code[one.decision.group].name, plan.by_code[one.decision.criterion].label
        before, after = figures.as_read[key], figures.effect(one)
        yield {"so_tt": number, "ten": name, "tieu_chi": label, "tu_danh_gia": before, "tham_dinh": after}


_APART = {
    "so_tt": "số thứ tự",
    "ten": "tên đơn vị",
    "loai": "loại đơn vị",
    "tinh_trang": "tình trạng",
    "ly_do": "lý do",
}
_SHARES = {"dat": "số lượt đạt", "ap_dung": "số lượt áp dụng", "ty_le": "tỷ lệ đạt"}
SECTIONS: Mapping[str, Iterable[Field]] = {
    "Kỳ đánh giá, cơ quan, người ký (trang Cấu hình)": (
        Field("nam", "năm đánh giá", lambda told: told.settings.year),
        Field("ky", "kỳ đánh giá; cả năm thì trống", lambda told: told.plan.period_label),
        Field("dot", "năm và kỳ, ví dụ năm 2021 hoặc năm 2021 (Sơ kết)", _year),
        Field("phuong", "tên phường", lambda told: told.settings.ward or f"{told.settings.unit_level} ……"),
        Field("co_quan", "cơ quan, ví dụ UBND phường Tân Phong", lambda told: told.settings.office),
        Field("ten_co_quan", "tên cơ quan, ví dụ ỦY BAN NHÂN DÂN", lambda told: told.settings.authority),
        Field("viet_tat", "tên viết tắt của cơ quan, ví dụ UBND", lambda told: told.settings.authority_short),
        Field("co_quan_tham_dinh", "cơ quan thẩm định", lambda told: told.settings.appraiser),
        Field("dia_danh", "địa danh", lambda told: told.settings.place or "……"),
        Field("so_bao_cao", "số, ký hiệu báo cáo", lambda told: official.report_number(told.settings)),
        Field(
            "ngay_bao_cao",
            "ngày báo cáo bằng chữ; chưa có thì là chỗ trống",
            lambda told: official.long_date(told.settings.report_date, told.settings.year),
        ),
        Field("nguoi_lap", "người lập biểu", lambda told: told.settings.prepared_by),
        Field("chuc_vu_ky", "chức vụ người ký", lambda told: "\n".join(official.lines(told.settings.signer_title))),
        Field("nguoi_ky", "họ và tên người ký", lambda told: told.settings.signer_name),
        Field("noi_nhan", "nơi nhận", lambda told: "\n".join(official.lines(told.settings.recipients))),
    ),
    "Câu viết sẵn (trang Tổng hợp)": (
        Field("cau_nop", "bao nhiêu đơn vị, đã nộp, chưa nộp", _sentence("received")),
        Field("cau_tinh", "bao nhiêu đơn vị được xếp hạng, không xếp hạng, chưa được tính", _sentence("counted")),
        Field("cau_chung", "tính chung các đơn vị, tỷ lệ đạt", _sentence("overall")),
        Field("cau_tieu_chuan", "tiêu chuẩn đạt cao nhất, thấp nhất", _sentence("standards")),
        Field("cau_cao_nhat", "đơn vị xếp hạng cao nhất", _sentence("best")),
        Field("cau_chua_dat", "tiêu chí nhiều đơn vị chưa đạt nhất", _sentence("missed")),
        Field("cau_tham_dinh", "đã thẩm định bao nhiêu, hoặc tạm xếp theo tự đánh giá", _sentence("verified")),
        Field(
            "cau_nam_truoc", "thêm đạt, thôi đạt so với năm trước; không có năm trước thì trống", _sentence("changed")
        ),
        Field("cau_tang_giam", "bao nhiêu đơn vị tăng, giữ, giảm hạng so với năm trước", _sentence("moved")),
        Field(
            "cau_tam_xep",
            "vì sao còn tạm xếp hạng; mọi đơn vị đã được tính thì trống",
            lambda told: open_line(told).value,
        ),
        Field(
            "ghi_chu_xep_hang",
            "ngưỡng đạt, cách tính tỷ lệ",
            lambda told: " ".join(notes_below(told.plan, by_standard=False)),
        ),
    ),
    "Số đếm, ít nhất hai chữ số; trong {% if … %} số không là không": (
        Field("tong_so", "tổng số tổ dân phố, bản", lambda told: Count(len(told.plan.groups))),
        Field(
            "so_da_nop",
            "đã nộp bảng",
            lambda told: Count(len(told.plan.groups) - told.figures.count(GroupStatus.MISSING)),
        ),
        Field("so_chua_nop", "chưa nộp", _count(GroupStatus.MISSING)),
        Field("so_xep_hang", "đủ điều kiện xếp hạng", _count(GroupStatus.VALID)),
        Field("so_muc_i", "có trường hợp tại mục I, không xếp hạng", _count(GroupStatus.DISQUALIFIED)),
        Field("so_bo_sung", "được đề nghị bổ sung", _count(GroupStatus.INCOMPLETE)),
        Field("so_cho_thong_nhat", "chờ cơ quan thẩm định thống nhất kết quả", _count(AWAITED)),
        Field("so_nop_lai", "được đề nghị nộp lại", _count(GroupStatus.REJECTED)),
        Field("so_duoc_tinh", "có kết quả được tính", lambda told: Count(len(told.figures.counted))),
        Field(
            "so_tham_dinh",
            "đã thẩm định, trong số được tính",
            lambda told: Count(sum(one.is_verified for one in told.figures.counted)),
        ),
        Field(
            "so_thay_doi",
            "nội dung thẩm định thay đổi",
            lambda told: Count(sum(one.changed for one in told.evaluation.results)),
        ),
        Field("luot_dat", "số lượt tiêu chí đạt, tính chung", lambda told: _whole(told)[0]),
        Field("luot_ap_dung", "số lượt tiêu chí áp dụng, tính chung", lambda told: _whole(told)[1]),
        Field("ty_le_chung", "tỷ lệ đạt, tính chung", lambda told: percent_text(*_whole(told))),
    ),
    "Danh sách, dùng trong vòng lặp": (
        Field(
            "xep_hang",
            "bảng xếp hạng, mọi đơn vị",
            _ranking,
            {
                "so_tt": "số thứ tự",
                "ten": "tên đơn vị",
                "loai": "loại đơn vị",
                "dat": "số tiêu chí đạt",
                "ap_dung": "số tiêu chí áp dụng",
                "ty_le": "tỷ lệ",
                "hang": "hạng",
                "ket_luan": "kết luận",
                "nguon": "nguồn kết quả",
                "ghi_chu": "ghi chú",
            },
        ),
        Field(
            "muc_i",
            "đơn vị có trường hợp tại mục I, không xếp hạng",
            _apart(lambda one: one.status is GroupStatus.DISQUALIFIED),
            _APART,
        ),
        Field("chua_tinh", "đơn vị chưa được tính kết quả", _apart(lambda one: not one.is_counted), _APART),
        Field(
            "tieu_chuan",
            "kết quả theo tiêu chuẩn",
            _standards,
            {"so": "số của tiêu chuẩn", "ten": "tên tiêu chuẩn", **_SHARES},
        ),
        Field(
            "chua_dat",
            f"{_MOST:02d} tiêu chí nhiều đơn vị chưa đạt nhất",
            _missed,
            {
                "tieu_chi": "số của tiêu chí",
                "noi_dung": "nội dung",
                "chua_dat": "số đơn vị chưa đạt",
                "ap_dung": "số đơn vị áp dụng",
            },
        ),
        Field("nhiem_vu", "kết quả theo nhiệm vụ trong kế hoạch", _tasks, {"ten": "nhiệm vụ", **_SHARES}),
        Field(
            "thay_doi",
            "nội dung thẩm định khác tự đánh giá",
            _decisions,
            {
                "so_tt": "số thứ tự",
                "ten": "tên đơn vị",
                "tieu_chi": "số của tiêu chí",
                "tu_danh_gia": "tự đánh giá",
                "tham_dinh": "kết quả thẩm định",
            },
        ),
    ),
}
FIELDS: Mapping[str, Field] = {field.name: field for fields in SECTIONS.values() for field in fields}
"""Every field by its name, in the order of the docs."""
