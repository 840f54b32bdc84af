"""The items of the sheets `Cấu hình` and `Thư`: label, meaning, explanation; for builder and reader alike."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum, auto

from tdp_xlsx.model import Settings

APPENDIX = "Phụ lục kèm báo cáo"
STANDALONE = "Biểu độc lập"
NO_TIE_BREAK = "Không phân định"
TIE_BREAK = "Theo số tiêu chuẩn đạt đầy đủ"
ONE_LIST = "Một danh sách chung"
SEPARATE_LISTS = "Riêng tổ dân phố và bản"
NAME_LEADERS = "Có"
STARTTLS = "STARTTLS"
TLS = "SSL/TLS"
NO_SECURITY = "Không mã hóa"

PERIOD_LABEL = "Kỳ đánh giá"

EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
LONGEST_PERIOD = 20  # characters, in file names
LARGEST_PORT = 65535
LONGEST_PAUSE = 3600  # seconds
WHOLE = 100  # percent
MOST_POINTS = 1000
OPERATORS = (">", ">=", "=", "<=", "<")


class Kind(Enum):
    """What the value of a setting is."""

    TEXT = auto()
    LINES = auto()
    YEAR = auto()
    PERIOD = auto()
    DATE = auto()
    CHOICE = auto()
    PERCENT = auto()
    CLASSES = auto()
    EMAIL = auto()
    PORT = auto()
    SECONDS = auto()


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of `Cấu hình`: its label, the field of the settings it fills, its kind, and what column C explains.

    The first of ``choices``, or ``default``, holds where the cell is empty or the row is not there.
    """

    label: str
    field: str
    kind: Kind
    note: str
    choices: tuple[str, ...] = ()
    default: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A titled run of settings."""

    title: str
    settings: tuple[Setting, ...]


_MODEL = {field.name: str(field.default) for field in fields(Settings)}

SECTIONS = (
    Section(
        "Thông tin chung",
        (
            Setting("Tên phường", "ward", Kind.TEXT, "Viết đủ, ví dụ: phường Tân Phong."),
            Setting("Địa danh", "place", Kind.TEXT, "Ghi trước ngày tháng trên báo cáo, ví dụ: Tân Phong."),
            Setting(
                "Năm đánh giá",
                "year",
                Kind.YEAR,
                "Bắt buộc. Thay vào mọi chỗ ghi {nam}. Biểu của phường ghi năm 2020, Kế hoạch là của năm 2021.",
            ),
            Setting(PERIOD_LABEL, "period", Kind.PERIOD, "Để trống: cả năm. Đánh giá giữa năm thì ghi, ví dụ: Sơ kết."),
            Setting(
                "Cơ quan thẩm định",
                "appraiser",
                Kind.TEXT,
                "Cơ quan có kết quả thẩm định thay cho tự đánh giá, ví dụ: UBND phường.",
            ),
        ),
    ),
    Section(
        "Bảng gửi tổ dân phố, bản",
        (
            Setting("Tên biểu", "title", Kind.LINES, "Tên in trên đầu bảng; xuống dòng bằng Alt+Enter."),
            Setting(
                "Dòng kèm theo kế hoạch",
                "caption",
                Kind.TEXT,
                "Số và ngày của kế hoạch để trống vì văn bản gốc không ghi; điền tại đây hoặc ghi bằng bút.",
            ),
            Setting("Hạn nộp", "deadline", Kind.DATE, "Dạng ngày/tháng/năm, ví dụ 25/11/2021; chưa có thì để trống."),
            Setting("Địa chỉ nhận bảng", "reply_to", Kind.EMAIL, "Thư điện tử nhận bảng nộp về; in trong thư gửi đi."),
        ),
    ),
    Section(
        "Cách đánh giá, xếp hạng",
        (
            Setting(
                "Phân định khi bằng nhau",
                "tie_break",
                Kind.CHOICE,
                "Kế hoạch không quy định; mặc định các đơn vị bằng tỷ lệ thì đồng hạng. Ghi căn cứ nếu chọn khác.",
                (NO_TIE_BREAK, TIE_BREAK),
            ),
            Setting(
                "Danh sách xếp hạng",
                "separate_lists",
                Kind.CHOICE,
                "Xếp chung một danh sách, hoặc xếp riêng tổ dân phố và bản.",
                (ONE_LIST, SEPARATE_LISTS),
            ),
            Setting(
                "Ngưỡng đạt (%)",
                "pass_percent",
                Kind.PERCENT,
                "Kế hoạch không quy định; để trống thì báo cáo ghi “Chưa quy định ngưỡng đạt”. "
                "Nếu ghi, nêu văn bản căn cứ vào ô này.",
            ),
            Setting(
                "Mức xếp loại",
                "classes",
                Kind.CLASSES,
                "Để trống nếu không xếp loại. Mỗi mức một dòng (Alt+Enter), ví dụ: "
                "Tốt: từ 90 %; mỗi tiêu chuẩn từ 70 %. Nêu văn bản căn cứ vào ô này.",
            ),
        ),
    ),
    Section(
        "Báo cáo của phường",
        (
            Setting(
                "Kiểu trình bày",
                "presentation",
                Kind.CHOICE,
                "Phụ lục kèm báo cáo, hoặc biểu độc lập có Quốc hiệu, nơi nhận.",
                (APPENDIX, STANDALONE),
            ),
            Setting("Số báo cáo", "report_number", Kind.TEXT, "Chỉ ghi số, ví dụ 05; để trống thì in chỗ trống."),
            Setting("Ngày báo cáo", "report_date", Kind.DATE, "Dạng ngày/tháng/năm; để trống thì in chỗ trống."),
            Setting("Người lập biểu", "prepared_by", Kind.TEXT, "Họ và tên; để trống thì in chỗ trống."),
            Setting("Chức vụ người ký", "signer_title", Kind.LINES, "Mỗi dòng chức vụ một dòng (Alt+Enter)."),
            Setting("Họ và tên người ký", "signer_name", Kind.TEXT, "Không ghi sẵn tên ai; để trống thì in chỗ trống."),
            Setting("Nơi nhận", "recipients", Kind.LINES, "Theo kế hoạch năm 2021; rà soát trước khi ký."),
        ),
    ),
    Section(
        "Máy chủ gửi thư (chỉ cần khi gửi thư bằng lệnh)",
        (
            Setting("Máy chủ thư (SMTP)", "smtp_host", Kind.TEXT, "Ví dụ: mail.laichau.gov.vn; hỏi bộ phận tin học."),
            Setting("Cổng", "smtp_port", Kind.PORT, "Thường là 587 (STARTTLS) hoặc 465 (SSL/TLS)."),
            Setting(
                "Bảo mật", "smtp_security", Kind.CHOICE, "Theo hướng dẫn của máy chủ thư.", (STARTTLS, TLS, NO_SECURITY)
            ),
            Setting("Tài khoản", "smtp_account", Kind.TEXT, "Mật khẩu không ghi ở đây; lệnh gửi thư sẽ hỏi."),
            Setting("Địa chỉ gửi", "smtp_sender", Kind.EMAIL, "Địa chỉ đứng tên người gửi."),
            Setting("Nghỉ giữa hai thư (giây)", "smtp_pause", Kind.SECONDS, "Tránh bị máy chủ chặn khi gửi nhiều thư."),
        ),
    ),
    Section(
        "Cách gọi, văn bản theo quy định hiện hành; dữ liệu cá nhân",
        (
            Setting(
                "Cấp đơn vị hành chính",
                "unit_level",
                Kind.CHOICE,
                "Cách gọi trong bảng và thư gửi đơn vị, ở chỗ không nêu tên.",
                ("phường", "xã", "đặc khu"),
            ),
            Setting(
                "Tên cơ quan",
                "authority",
                Kind.TEXT,
                "In trên biểu độc lập, dòng trên tên phường.",
                default=_MODEL["authority"],
            ),
            Setting(
                "Tên viết tắt của cơ quan",
                "authority_short",
                Kind.TEXT,
                "In trong số báo cáo (…/BC-UBND), dòng kèm theo báo cáo, tên người gửi thư, trước tên phường.",
                default=_MODEL["authority_short"],
            ),
            Setting(
                "Văn bản quy định thể thức",
                "layout_basis",
                Kind.TEXT,
                "Nêu ở trang Cách tính; khi có văn bản thay thế thì sửa tại đây.",
                default=_MODEL["layout_basis"],
            ),
            Setting(
                "Ghi tên người lập vào sổ tổng hợp",
                "names_leaders",
                Kind.CHOICE,
                "Chọn Có để trang Tình hình nộp bảng ghi họ tên người lập; là dữ liệu cá nhân, chỉ ghi khi cần.",
                ("Không", NAME_LEADERS),
            ),
        ),
    ),
)

SETTINGS = tuple(setting for section in SECTIONS for setting in section.settings)

LETTER_HEADINGS = ("Mục", "Nội dung", "Ghi chú")


@dataclass(frozen=True, slots=True)
class Letter:
    """One row of `Thư`: its label, the key of its text in the plan, and what column C explains."""

    label: str
    key: str
    note: str


LETTERS = (
    Letter("Thư gửi bảng: tiêu đề", "send_subject", "Lệnh mail: thư kèm bảng để điền."),
    Letter("Thư gửi bảng: nội dung", "send_body", "Xuống dòng bằng Alt+Enter."),
    Letter("Thư gửi bảng: tin nhắn", "send_message", "Bản ngắn để nhắn qua điện thoại."),
    Letter("Thư nhắc nộp: tiêu đề", "remind_subject", "Lệnh mail --remind: đơn vị chưa nộp hoặc chưa được tính."),
    Letter("Thư nhắc nộp: nội dung", "remind_body", "Xuống dòng bằng Alt+Enter."),
    Letter("Thư nhắc nộp: tin nhắn", "remind_message", "Bản ngắn để nhắn qua điện thoại."),
    Letter("Thư trả lại: tiêu đề", "return_subject", "Lệnh mail --return: đơn vị cần bổ sung, nộp lại."),
    Letter("Thư trả lại: nội dung", "return_body", "{noi_dung} là những nội dung cần bổ sung, sửa."),
    Letter("Thư trả lại: tin nhắn", "return_message", "Bản ngắn để nhắn qua điện thoại."),
    Letter("Thư kết quả: tiêu đề", "result_subject", "Lệnh mail --results: kết quả của đơn vị, do lệnh results lập."),
    Letter("Thư kết quả: nội dung", "result_body", "{ket_qua} là kết quả của đơn vị, nêu gọn."),
    Letter("Thư kết quả: tin nhắn", "result_message", "Bản ngắn để nhắn qua điện thoại."),
)

LETTER_FIELDS = {
    "{nam}": "năm đánh giá",
    "{ky}": "kỳ đánh giá; cả năm thì để trống",
    "{dot}": "năm và kỳ đánh giá, ví dụ năm 2021 hoặc năm 2021 (Sơ kết)",
    "{don_vi}": "tên đơn vị",
    "{ma_don_vi}": "mã đơn vị",
    "{to_truong}": "họ tên tổ trưởng, trưởng bản",
    "{han_nop}": "hạn nộp, ví dụ 25/11/2021",
    "{thoi_han}": "ví dụ “chậm nhất ngày 25/11/2021”; chưa có hạn hoặc đã quá hạn thì “trong thời gian sớm nhất”",
    "{con_lai}": "số ngày còn lại đến hạn nộp, hoặc đã quá hạn; chưa có hạn thì để trống",
    "{tinh_trang}": "tình trạng nộp bảng của đơn vị, ví dụ “chưa nhận được bảng”",
    "{dia_chi_nhan}": "địa chỉ nhận bảng",
    "{lien_he}": "người lập biểu và địa chỉ nhận bảng, để hỏi khi chưa rõ",
    "{phuong}": "tên phường",
    "{co_quan}": "cơ quan gửi, ví dụ UBND phường Tân Phong",
    "{noi_dung}": "những nội dung cần bổ sung, sửa",
    "{so_noi_dung}": "số nội dung cần bổ sung, sửa",
    "{bang_kem}": "bảng gửi kèm còn giữ các câu trả lời, hay là bảng trống",
    "{can_sua}": "bao nhiêu nội dung cần sửa, đã đánh dấu chưa; hoặc phải điền lại từ đầu",
    "{ket_qua}": "kết quả của đơn vị, ví dụ “đạt 41/43 tiêu chí, tỷ lệ 95,35%, hạng 3/12… (dự kiến)”",
}
"""The fields a letter's text may hold, and what each stands for."""
