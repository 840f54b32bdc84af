"""The fields that may stand in the office's Word templates: what each means, and what it says of a round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tdp_xlsx.layout import AWAITED
from tdp_xlsx.model import GroupStatus
from tdp_xlsx.papers.told import MOST, Count, apart, by_standard, by_task, decisions, missed, ranking, whole, year
from tdp_xlsx.report import official
from tdp_xlsx.report.live import percent_text
from tdp_xlsx.report.ranking import notes_below
from tdp_xlsx.report.sentences import open_line
from tdp_xlsx.text import storable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tdp_xlsx.papers.told import Told


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


_GROUP = {"so_tt": "số thứ tự", "ten": "tên đơn vị", "loai": "loại đơn vị"}
_APART = {**_GROUP, "tinh_trang": "tình trạng", "ly_do": "lý do"}
_SHARES = {"dat": "số lượt đạt", "ap_dung": "số lượt áp dụng", "ty_le": "tỷ lệ đạt"}
SECTIONS: Mapping[str, Iterable[Field]] = {
    "Kỳ đánh giá, cơ quan, người ký (trang Cấu hình)": (
        Field("nam", "năm đánh giá", lambda told: told.settings.year),
        Field("ky", "kỳ đánh giá; cả năm thì trống", lambda told: told.plan.period_label),
        Field("dot", "năm và kỳ, ví dụ năm 2021 hoặc năm 2021 (Sơ kết)", year),
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
        Field("luot_dat", "số lượt tiêu chí đạt, tính chung", lambda told: whole(told)[0]),
        Field("luot_ap_dung", "số lượt tiêu chí áp dụng, tính chung", lambda told: whole(told)[1]),
        Field("ty_le_chung", "tỷ lệ đạt, tính chung", lambda told: percent_text(*whole(told))),
    ),
    "Danh sách, dùng trong vòng lặp": (
        Field(
            "xep_hang",
            "bảng xếp hạng, mọi đơn vị",
            ranking,
            {
                **_GROUP,
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
            apart(lambda one: one.status is GroupStatus.DISQUALIFIED),
            _APART,
        ),
        Field("chua_tinh", "đơn vị chưa được tính kết quả", apart(lambda one: not one.is_counted), _APART),
        Field(
            "tieu_chuan",
            "kết quả theo tiêu chuẩn",
            by_standard,
            {"so": "số của tiêu chuẩn", "ten": "tên tiêu chuẩn", **_SHARES},
        ),
        Field(
            "chua_dat",
            f"{MOST:02d} tiêu chí nhiều đơn vị chưa đạt nhất",
            missed,
            {
                "tieu_chi": "số của tiêu chí",
                "noi_dung": "nội dung",
                "chua_dat": "số đơn vị chưa đạt",
                "ap_dung": "số đơn vị áp dụng",
            },
        ),
        Field("nhiem_vu", "kết quả theo nhiệm vụ trong kế hoạch", by_task, {"ten": "nhiệm vụ", **_SHARES}),
        Field(
            "thay_doi",
            "nội dung thẩm định khác tự đánh giá",
            decisions,
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
