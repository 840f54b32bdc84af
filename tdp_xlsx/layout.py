"""Where things are in the template, the form and the ward workbook: names of sheets, headings, keys, files."""

from __future__ import annotations

# --- sheets ---------------------------------------------------------------------------------------------------------

GUIDE = "Hướng dẫn"
SETTINGS = "Cấu hình"
REGISTER = "Danh sách đơn vị"
FORM = "Bảng tự đánh giá"
RELATIONS = "Quan hệ tiêu chí"
LETTERS = "Thư"
TEMPLATE_SHEETS = (GUIDE, SETTINGS, REGISTER, FORM, RELATIONS, LETTERS)
LINKS = "Đối chiếu năm trước"
"""The template's sheet of last year's groups and criteria beside this year's; only ``new-year`` lays it."""

FORM_GUIDE = "Hướng dẫn điền"
IDENTITY = "_tdp"

RANKING = "Xếp hạng"
SUMMARY = "Tổng hợp"
CHARTS = "Biểu đồ"
DETAIL = "Chi tiết"
UNMET = "Chưa đạt"
PREVIOUS = "So với năm trước"
"""Only there with a year before."""
DECISIONS = "Thẩm định"
TO_CLEAR_UP = "Nội dung cần làm rõ"
RECEIVED = "Tình hình nộp bảng"
ANSWERS = "Dữ liệu"
METHOD = "Cách tính"
WARD_SHEETS = (RANKING, SUMMARY, CHARTS, DETAIL, UNMET, PREVIOUS, DECISIONS, TO_CLEAR_UP, RECEIVED, ANSWERS, METHOD)

# --- template: Cấu hình, Danh sách đơn vị, Quan hệ tiêu chí, Thư ----------------------------------------------------

SETTINGS_HEADINGS = ("Mục", "Giá trị", "Căn cứ, ghi chú")

GROUP_CODE = "Mã đơn vị"
GROUP_KIND = "Loại đơn vị"
GROUP_NAME = "Tên đơn vị"
FARMING = "Bản sản xuất nông nghiệp"
NEW_COUNTRYSIDE = "Bản thuộc xã xây dựng nông thôn mới"
PILOT = "Làm điểm"
LEADER = "Tổ trưởng, trưởng bản"
PHONE = "Điện thoại"
EMAIL = "Thư điện tử"
NOTE = "Ghi chú"
REGISTER_HEADINGS = (GROUP_CODE, GROUP_KIND, GROUP_NAME, FARMING, NEW_COUNTRYSIDE, PILOT, LEADER, PHONE, EMAIL, NOTE)
TOWN_GROUP = "Tổ dân phố"
VILLAGE = "Bản"
KINDS = (TOWN_GROUP, VILLAGE)

RELATION_HEADINGS = ("Mã 1", "Trả lời 1", "Mã 2", "Trả lời 2", "Mức", "Giải thích")
TO_CLEAR = "Cần làm rõ"
REMARK = "Lưu ý"

BASIS, SINCE = "Căn cứ", "Từ ngày"
GROUP_LINK_HEADINGS = ("Mã năm trước", "Mã năm nay", "Biến động", BASIS, SINCE, NOTE)
CRITERION_LINK_HEADINGS = ("Tiêu chí năm trước", "Tiêu chí năm nay", "Quan hệ", BASIS)

# --- the form -------------------------------------------------------------------------------------------------------

NUMBER = "Số tt"
TEXT = "Tiêu chí"
ANSWER = "Trả lời"
EVIDENCE = "Số liệu, minh chứng (không bắt buộc)"
HELP = "Nhắc khi điền"
YES_COLUMN = "Có"
NO_COLUMN = "Không"
PREFILLED = "Năm trước"
"""Heads the column that ``generate --prefill`` adds, and begins each of its notes: no note reads as anything else."""
FORM_HEADINGS = (NUMBER, TEXT, YES_COLUMN, NO_COLUMN, ANSWER, EVIDENCE, HELP)

CODE = "Mã"
APPLIES_TO = "Áp dụng cho"
POINTS = "Điểm"
TASKS = "Nhiệm vụ trong kế hoạch"
INDICATOR = "Chỉ số"
OPERATOR = "Phép so"
THRESHOLD = "Ngưỡng"
UNIT = "Đơn vị tính"
OFFICE_HEADINGS = (CODE, APPLIES_TO, POINTS, TASKS, INDICATOR, OPERATOR, THRESHOLD, UNIT)

KEY_PREFIX = "TC-"
INPUT_PREFIX = "NL-"
"""Begins the key of a row that holds the leader's name or the date: ``NL-ho_ten|Tiêu chí;ngay_lap|Có``."""
NOT_APPLICABLE = "Không áp dụng"
CASES_NOTE = "Chọn Có nếu CÓ xảy ra trường hợp này"

# Fields that may stand in any text of the template's form sheet; `generate` puts their values in place.
FIELD_YEAR = "{nam}"
FIELD_PERIOD = "{ky}"
FIELD_GROUP = "{don_vi}"
FIELD_DEADLINE = "{han_nop}"
FIELD_PROGRESS = "{tien_do}"
# Fields that make their cell an input of the leader's.
FIELD_LEADER = "{ho_ten}"
FIELD_DATE = "{ngay_lap}"
FORM_FIELDS = (FIELD_YEAR, FIELD_PERIOD, FIELD_GROUP, FIELD_DEADLINE, FIELD_PROGRESS, FIELD_LEADER, FIELD_DATE)

# --- the ward workbook ----------------------------------------------------------------------------------------------

STANDARD_COLUMN = "Tiêu chuẩn {number}"
RANKING_HEADINGS_BEFORE = ("Số tt", "Tên đơn vị", "Loại đơn vị")
MET = "Số tiêu chí đạt"
APPLICABLE = "Số tiêu chí áp dụng"
SHARE = "Tỷ lệ (%)"
RANK = "Hạng"
CONCLUSION = "Kết luận"
SOURCE = "Nguồn kết quả"
RANKING_HEADINGS_AFTER = (MET, APPLICABLE, SHARE, RANK, CONCLUSION, SOURCE, NOTE)
DECISION_HEADINGS = ("Mã đơn vị", "Mã tiêu chí", "Tự đánh giá", "Kết quả thẩm định", "Lý do", "Người thẩm định", "Ngày")
AWAITED = "awaited"
STATES = {
    "missing": "Chưa nộp",
    "rejected": "Đề nghị nộp lại",
    "incomplete": "Đề nghị bổ sung",
    AWAITED: "Chờ thống nhất thẩm định",
    "valid": "Hợp lệ",
    "disqualified": "Không đảm bảo",
}
"""How people read a group's state, by its ``GroupStatus``; ``AWAITED``: only the office's own decisions hold it up."""
VERIFIED_STATE = "Đã thẩm định"
DECISION_HELPERS = (
    *("Tình trạng dòng", "Khóa, hoặc lỗi của dòng", "Kết quả áp dụng", "Thay đổi (1), không (0)"),
    *("Số biên bản", "Khóa ngày", "Đơn vị áp dụng", "Kết quả của dòng", "Danh mục mã", "In trên bảng là"),
)
"""Headings of what the program writes beside the decisions: of each row, then the list of codes."""
ANSWER_WORDS = ("KAD", "Trống", "Chưa rõ", "Có", "Không", "Trái nhau")
"""What an answer says, at the place of its ``Final``."""
BY_STANDARDS, BY_KIND = "Theo số tiêu chuẩn đạt đủ", "Riêng theo loại đơn vị"
"""How the workbook tells what decides between equals, and that each kind of group has its own list."""
NO_RANK = "–"
AS_IT_STANDS = "Giữ nguyên"
SELF_ASSESSED = "Tự đánh giá"
VERIFIED = "Thẩm định"

RESULT = "Kết quả"
"""The one sheet of a group's result."""

# --- files ----------------------------------------------------------------------------------------------------------

TEMPLATE_PATH = "templates/self_assessment_template.xlsx"
INBOX = "inbox"
FORMS = "outbox/bieu_mau"
RETURNS = "outbox/tra_lai"
MAIL = "outbox/thu"
MAIL_LOG = "outbox/thu/nhat_ky.csv"
ARCHIVE = "outbox/luu"
LAST_YEAR = "nam_truoc"
FOLDERS = ("templates", INBOX, "outbox", LAST_YEAR)
"""The folders of a working folder."""
WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
OPEN_DATA = "outbox/du_lieu"
DRAFTS = "outbox/van_ban"
PAPERS = {"bao_cao": "Báo cáo", "bien_ban": "Biên bản", "to_trinh": "Tờ trình"}
"""The papers by the name of their template, and what people call them."""
RESULTS = "outbox/ket_qua"
DEMO_MARKER = "SO_LIEU_MINH_HOA.txt"
"""Stands in a demonstration's folder: whatever is made there says that it is made up."""


def leader_title(kind: str) -> str:
    """Return what the leader of a kind of group is called."""
    return "tổ trưởng" if kind == TOWN_GROUP else "trưởng bản"


def form_name(edition: str, code: str) -> str:
    """Return the file name of a group's form."""
    return f"{edition}_{code}_bang-tu-danh-gia.xlsx"


def return_name(edition: str, code: str, number: int) -> str:
    """Return the file name of a form to send back; ``number`` is its sending number."""
    return f"{edition}_{code}_bang-tu-danh-gia_lan-{number}.xlsx"


def paper_template(paper: str) -> str:
    """Return the path of a paper's template in the working folder."""
    return f"templates/van_ban/{paper}.docx"


def draft_name(edition: str, paper: str) -> str:
    """Return the path of the draft of a paper in the working folder."""
    return f"{DRAFTS}/{edition}_{paper.replace('_', '-')}.docx"


def result_name(edition: str, code: str) -> str:
    """Return the file name of a group's result."""
    return f"{edition}_{code}_ket-qua.xlsx"


def ward_name(edition: str) -> str:
    """Return the ward workbook's path in the working folder."""
    return f"outbox/tong_hop_{edition}.xlsx"


def answers_name(edition: str) -> str:
    """Return the path of the table of all answers of a ward too large for a sheet of them."""
    return f"outbox/tong_hop_{edition}_du_lieu.csv"
