"""Findings about answers (A), and about relations between answers and figures (R)."""

from __future__ import annotations

from tdp_xlsx.findings.rule import error, info, warning

_CHOOSE = "Chọn Có hoặc Không ở cột “Trả lời” của mục này."

MISSING = error("A501", "Mục {label} chưa được trả lời.", _CHOOSE)
BOTH = error("A502", "Mục {label} đánh dấu cả “Có” và “Không”.", "Chỉ để lại một câu trả lời ở mục này.")
UNCLEAR = error("A503", "Mục {label}: không hiểu nội dung “{raw}” tại ô {cell}.", _CHOOSE)
AGAINST_COLUMN = error("A504", "Mục {label}: ghi “{raw}” trong cột “{column}”, trái với tên cột.", _CHOOSE)
AGAINST_MARK = error(
    "A505",
    "Mục {label}: cột “Trả lời” ghi “{answer}” nhưng cột “{column}” lại đánh dấu “{raw}”.",
    "Chỉ để lại một câu trả lời ở mục này.",
)
GENEROUS = info(
    "A506",
    "Mục {label}: “{raw}” tại ô {cell} được hiểu là “{answer}”.",
    "Không phải làm gì nếu hiểu đúng; lần sau chọn Có hoặc Không trong danh sách.",
)
NOT_APPLICABLE = info(
    "A507",
    "Mục {label} không áp dụng cho đơn vị nhưng có ghi “{raw}”; không tính.",
    "Kiểm tra loại đơn vị trong sổ mẫu nếu mục này phải áp dụng.",
)
IS_FORMULA = error("A508", "Mục {label}: ô {cell} là công thức, không phải câu trả lời gõ vào.", _CHOOSE)
IS_ERROR = error("A509", "Mục {label}: ô {cell} chứa giá trị lỗi {raw}.", _CHOOSE)
NO_EVIDENCE = error(
    "A510",
    "Mục {label}: cột “Trả lời” trống; dấu “{raw}” ở cột “{column}” có thể là kết quả công thức cũ "
    "(định dạng tệp không cho biết).",
    _CHOOSE,
)
NO_ANSWERS = error("A511", "Bảng chưa có câu trả lời nào.", "Đề nghị đơn vị điền bảng rồi nộp lại.")
STRUCK = error("A512", "Mục {label}: nội dung “{raw}” tại ô {cell} bị gạch ngang.", _CHOOSE)
MERGED = error(
    "A513", "Mục {label}: “{raw}” ghi trong ô {cell} gộp chung hai cột “Có”, “Không”, không rõ thuộc cột nào.", _CHOOSE
)
COLOURED = error(
    "A514",
    "Mục {label} không ghi câu trả lời; ô {cell} (cột “{column}”) được tô màu, không rõ có phải đánh dấu.",
    _CHOOSE,
)
OLD_ENCODING = error("A515", "Mục {label}: ô {cell} ghi bằng bảng mã cũ {encoding}, đọc ra “{raw}”{meaning}.", _CHOOSE)
OLD_EVIDENCE = warning(
    "A516",
    "Số liệu, minh chứng ghi bằng bảng mã cũ (TCVN3 hoặc VNI), không đọc được: ô {cells}.",
    "Mở tệp xem bằng mắt; đề nghị đơn vị dùng phông Unicode (Times New Roman).",
)
MERGED_ROWS = error(
    "A517",
    "Mục {label}: ô {cell} gộp chung với ô khác (ghi “{raw}”), không rõ có phải câu trả lời cho mục này.",
    _CHOOSE,
)
BESIDE = error("A518", "Mục {label} chưa được trả lời; ô {cell} ghi “{raw}” nhưng không phải nơi trả lời.", _CHOOSE)

CASE_REPORTED = warning(
    "R601",
    "Mục {label} trả lời “Có”: tự khai thuộc trường hợp không đảm bảo.",
    "Đề nghị đơn vị xác nhận; phường xác minh trước khi kết luận.",
)
CONTRADICTION = warning(
    "R602",
    "Mâu thuẫn: mục {first} trả lời “{first_answer}” và mục {second} trả lời “{second_answer}”. {explanation}",
    "Đề nghị đơn vị xem lại hai mục, sửa một trong hai hoặc giải trình.",
)
RELATED = info(
    "R603",
    "Nên xem lại: mục {first} trả lời “{first_answer}” và mục {second} trả lời “{second_answer}”. {explanation}",
    "Giải trình nếu giữ nguyên cả hai câu trả lời.",
)

FIGURE_AGAINST = warning(
    "R604",
    "Mục {label} trả lời “Có” nhưng số liệu “{raw}” không đạt mức {operator} {threshold}{unit} ({indicator}).",
    "Đề nghị đơn vị xem lại số liệu hoặc câu trả lời.",
)
FIGURE_UNCLEAR = warning(
    "R605",
    "Mục {label}: số liệu “{raw}” tại ô {cell} chưa rõ ({reason}); chưa đối chiếu được với {indicator}.",
    "Ghi lại một số, dùng dấu phẩy cho phần thập phân, ví dụ 95,5% hoặc 50/80 hộ.",
)
FIGURE_IMPOSSIBLE = warning(
    "R606", "Mục {label}: số liệu “{raw}” tại ô {cell} không thể đúng ({reason}).", "Đề nghị đơn vị sửa số liệu."
)
FIGURES_DISAGREE = warning(
    "R607",
    "Mục {label}: số liệu “{raw}” tại ô {cell} tự mâu thuẫn: {fraction} là {percent}%.",
    "Đề nghị đơn vị sửa số liệu.",
)
