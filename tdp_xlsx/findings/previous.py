"""Findings about last year's ward workbook, and about groups and criteria whose succession nobody told (N)."""

from __future__ import annotations

from tdp_xlsx.findings.rule import WARNING, Rule

_ASKED = "chưa so sánh với năm trước."
_ROW = "Ghi một dòng ở trang “Đối chiếu năm trước” của sổ mẫu"
_NO_SHEET = "; sổ mẫu chưa có trang này thì lập bằng lệnh: tdp-xlsx new-year."

CONTRADICTION = Rule(
    "N901",
    WARNING,
    "Sổ năm trước “{file}”, trang “{sheet}”, ô {cell} ghi “{found}”, tính lại từ các câu trả lời và thẩm định trong sổ "
    "là “{reckoned}”; không so sánh gì với năm trước.",
    "Dùng đúng sổ đã lưu của năm trước (thư mục outbox của năm đó); nếu chưa tính lại sau khi ghi thẩm định thì chạy "
    "consolidate trong thư mục năm trước, rồi chép sổ mới vào nam_truoc.",
)
MORE_CONTRADICTIONS = Rule(
    "N902",
    WARNING,
    "Sổ năm trước “{file}” còn {count} ô khác không khớp như vậy.",
    "Sửa các ô nêu trên rồi chạy lại.",
)
OTHER_EDITION = Rule(
    "N903",
    WARNING,
    "Sổ năm trước “{file}” là của kỳ {edition}, không phải cùng kỳ của một năm trước {now}; không so sánh.",
    "Đặt vào nam_truoc sổ tổng hợp cùng kỳ của năm trước.",
)
GROUP_CHANGED = Rule(
    "N904",
    WARNING,
    "{code} năm trước là “{before}” ({kind_before}), năm nay là “{now}” ({kind}), chưa ghi có phải một đơn vị không; "
    + _ASKED,
    _ROW + ": “Giữ nguyên” hoặc “Đổi tên” nếu vẫn là đơn vị đó, nếu không thì đúng biến động" + _NO_SHEET,
)
GROUP_NEW = Rule(
    "N905",
    WARNING,
    "{name} ({code}) chưa rõ là đơn vị nào trong sổ năm trước; " + _ASKED,
    _ROW + ": “Lập mới”, “Đổi mã”, “Nhập”, “Chia tách” hoặc “Điều chỉnh một phần”" + _NO_SHEET,
)
GROUP_GONE = Rule(
    "N906",
    WARNING,
    "{name} ({code}) của năm trước nay là đơn vị nào thì chưa ghi; " + _ASKED,
    _ROW + ": “Giải thể”, “Đổi mã”, “Nhập”, “Chia tách” hoặc “Điều chỉnh một phần”" + _NO_SHEET,
)
CRITERION_REWORDED = Rule(
    "N907",
    WARNING,
    "Tiêu chí {label} có lời văn khác năm trước, chưa ghi có đổi nghĩa không; " + _ASKED,
    _ROW + ": “Đổi lời không đổi nghĩa” hoặc “Đổi nghĩa”" + _NO_SHEET,
)
CRITERION_NEW = Rule(
    "N908",
    WARNING,
    "Tiêu chí {label} chưa rõ là tiêu chí nào của năm trước; " + _ASKED,
    _ROW + ": “Mới”, hoặc mã năm trước và quan hệ" + _NO_SHEET,
)
CRITERION_GONE = Rule(
    "N909",
    WARNING,
    "Tiêu chí {label} của năm trước nay là tiêu chí nào thì chưa ghi; " + _ASKED,
    _ROW + ": “Bỏ”, hoặc mã năm nay và quan hệ" + _NO_SHEET,
)
LINK_NOT_THERE = Rule(
    "N910",
    WARNING,
    "Trang “Đối chiếu năm trước”, dòng {row}: sổ năm trước “{file}” không có mã “{code}”; " + _ASKED,
    "Sửa mã năm trước ở dòng này cho đúng với sổ.",
)
