"""The words of the ward workbook that more than one of its sheets uses."""

from __future__ import annotations

from tdp_xlsx.evaluation import DecisionFault
from tdp_xlsx.layout import ANSWER_WORDS, REMARK, TO_CLEAR
from tdp_xlsx.model import Severity
from tdp_xlsx.submission import FileStatus

DEMO = "SỐ LIỆU MINH HỌA"

# What stands in a cell of group and criterion beside Có and Không.
NOT_APPLICABLE, BLANK, UNCLEAR, _, _, CONTRADICTED = ANSWER_WORDS
NO_FILE = "–"
NOTHING = "–"

CONFIRMED = "Thuộc trường hợp không đảm bảo"
PASSED, FAILED, UNRATED = "Đạt", "Chưa đạt", "Không xếp loại"
READ = "Đã đọc"

SEVERITIES = {Severity.ERROR: "Lỗi", Severity.WARNING: TO_CLEAR, Severity.INFO: REMARK}

FILE_STATUSES = {
    FileStatus.ACCEPTED: "Được tính",
    FileStatus.DUPLICATE: "Trùng, không tính thêm",
    FileStatus.SUPERSEDED: "Đã có bản thay thế",
    FileStatus.INCOMPLETE: "Đã đọc, đề nghị bổ sung",
    FileStatus.CONFLICT: "Trái với tệp khác, chưa tính",
    FileStatus.REJECTED: "Không tính, đề nghị nộp lại",
    FileStatus.KEPT: "Giữ làm bằng chứng, không đọc",
    FileStatus.IGNORED: "Bỏ qua",
}

# Why a row of the office's decisions is not in force; the live check on that sheet says the same.
FAULTS = {
    DecisionFault.NO_GROUP: "thiếu mã đơn vị",
    DecisionFault.NO_CRITERION: "thiếu mã tiêu chí",
    DecisionFault.NO_RESULT: "thiếu kết quả thẩm định",
    DecisionFault.UNKNOWN_GROUP: "không có mã đơn vị này",
    DecisionFault.UNKNOWN_CRITERION: "không có mã tiêu chí này",
    DecisionFault.UNKNOWN_RESULT: "kết quả phải là Có, Không hoặc Giữ nguyên",
    DecisionFault.NO_FILE: "đơn vị chưa có bảng đọc được",
    DecisionFault.NOT_APPLICABLE: "tiêu chí không áp dụng cho đơn vị này",
    DecisionFault.WHOLE_GROUP_RESULT: "“Tất cả” chỉ đi với “Giữ nguyên”",
    DecisionFault.CONFLICT: "các dòng ghi kết quả khác nhau cho cùng một nội dung",
}
NUMERIC_CODE = "mã tiêu chí đang là số, hãy chọn lại từ danh sách"
