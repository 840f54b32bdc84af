"""The items of the sheets `Cấu hình` and `Thư`: label, meaning, explanation; for builder and reader alike."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum, auto

from tdp_xlsx.model import Settings

STANDALONE = "Biểu độc lập"
TIE_BREAK = "Theo số tiêu chuẩn đạt đầy đủ"
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
    """One row of `Cấu hình`: its label, the field of the settings it fills, what column C explains, and its kind.

    The first of ``choices``, or ``default``, holds where the cell is empty or the row is not there.
    """

    label: str
    field: str
    note: str
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()
    default: str = ""


_MODEL = {field.name: str(field.default) for field in fields(Settings)}

SECTIONS: dict[str, tuple[Setting, ...]] = {
    "Thông tin chung": (
        Setting("Tên phường", "ward", "Viết đủ, ví dụ: phường Tân Phong."),
        Setting("Địa danh", "place", "Ghi trước ngày tháng trên báo cáo, ví dụ: Tân Phong."),
        Setting(
            "Năm đánh giá",
            "year",
            "Bắt buộc. Thay vào mọi chỗ ghi {nam}. Biểu của phường ghi năm 2020, Kế hoạch là của năm 2021.",
            Kind.YEAR,
        ),
        Setting(PERIOD_LABEL, "period", "Để trống: cả năm. Đánh giá giữa năm thì ghi, ví dụ: Sơ kết.", Kind.PERIOD),
        Setting(
            "Cơ quan thẩm định", "appraiser", "Cơ quan có kết quả thẩm định thay cho tự đánh giá, ví dụ: UBND phường."
        ),
    ),
    "Bảng gửi tổ dân phố, bản": (
        Setting("Tên biểu", "title", "Tên in trên đầu bảng; xuống dòng bằng Alt+Enter."),
        Setting(
            "Dòng kèm theo kế hoạch",
            "caption",
            "Số và ngày của kế hoạch để trống vì văn bản gốc không ghi; điền tại đây hoặc ghi bằng bút.",
        ),
        Setting("Hạn nộp", "deadline", "Dạng ngày/tháng/năm, ví dụ 25/11/2021; chưa có thì để trống.", Kind.DATE),
        Setting("Địa chỉ nhận bảng", "reply_to", "Thư điện tử nhận bảng nộp về; in trong thư gửi đi.", Kind.EMAIL),
    ),
    "Cách đánh giá, xếp hạng": (
        Setting(
            "Phân định khi bằng nhau",
            "tie_break",
            "Kế hoạch không quy định; mặc định các đơn vị bằng tỷ lệ thì đồng hạng. Ghi căn cứ nếu chọn khác.",
            Kind.CHOICE,
            ("Không phân định", TIE_BREAK),
        ),
        Setting(
            "Danh sách xếp hạng",
            "separate_lists",
            "Xếp chung một danh sách, hoặc xếp riêng tổ dân phố và bản.",
            Kind.CHOICE,
            ("Một danh sách chung", SEPARATE_LISTS),
        ),
        Setting(
            "Ngưỡng đạt (%)",
            "pass_percent",
            "Kế hoạch không quy định; để trống thì báo cáo ghi “Chưa quy định ngưỡng đạt”. "
            "Nếu ghi, nêu văn bản căn cứ vào ô này.",
            Kind.PERCENT,
        ),
        Setting(
            "Mức xếp loại",
            "classes",
            "Để trống nếu không xếp loại. Mỗi mức một dòng (Alt+Enter), ví dụ: "
            "Tốt: từ 90 %; mỗi tiêu chuẩn từ 70 %. Nêu văn bản căn cứ vào ô này.",
            Kind.CLASSES,
        ),
    ),
    "Báo cáo của phường": (
        Setting(
            "Kiểu trình bày",
            "presentation",
            "Phụ lục kèm báo cáo, hoặc biểu độc lập có Quốc hiệu, nơi nhận.",
            Kind.CHOICE,
            ("Phụ lục kèm báo cáo", STANDALONE),
        ),
        Setting("Số báo cáo", "report_number", "Chỉ ghi số, ví dụ 05; để trống thì in chỗ trống."),
        Setting("Ngày báo cáo", "report_date", "Dạng ngày/tháng/năm; để trống thì in chỗ trống.", Kind.DATE),
        Setting("Người lập biểu", "prepared_by", "Họ và tên; để trống thì in chỗ trống."),
        Setting("Chức vụ người ký", "signer_title", "Mỗi dòng chức vụ một dòng (Alt+Enter)."),
        Setting("Họ và tên người ký", "signer_name", "Không ghi sẵn tên ai; để trống thì in chỗ trống."),
        Setting("Nơi nhận", "recipients", "Theo kế hoạch năm 2021; rà soát trước khi ký."),
    ),
    "Máy chủ gửi thư (chỉ cần khi gửi thư bằng lệnh)": (
        Setting("Máy chủ thư (SMTP)", "smtp_host", "Ví dụ: mail.laichau.gov.vn; hỏi bộ phận tin học."),
        Setting("Cổng", "smtp_port", "Thường là 587 (STARTTLS) hoặc 465 (SSL/TLS).", Kind.PORT),
        Setting(
            "Bảo mật", "smtp_security", "Theo hướng dẫn của máy chủ thư.", Kind.CHOICE, (STARTTLS, TLS, NO_SECURITY)
        ),
        Setting("Tài khoản", "smtp_account", "Mật khẩu không ghi ở đây; lệnh gửi thư sẽ hỏi."),
        Setting("Địa chỉ gửi", "smtp_sender", "Địa chỉ đứng tên người gửi.", Kind.EMAIL),
        Setting("Nghỉ giữa hai thư (giây)", "smtp_pause", "Tránh bị máy chủ chặn khi gửi nhiều thư.", Kind.SECONDS),
    ),
    "Cách gọi, văn bản theo quy định hiện hành; dữ liệu cá nhân": (
        Setting(
            "Cấp đơn vị hành chính",
            "unit_level",
            "Cách gọi trong bảng và thư gửi đơn vị, ở chỗ không nêu tên.",
            Kind.CHOICE,
            ("phường", "xã", "đặc khu"),
        ),
        Setting("Tên cơ quan", "authority", "In trên biểu độc lập, dòng trên tên phường.", default=_MODEL["authority"]),
        Setting(
            "Tên viết tắt của cơ quan",
            "authority_short",
            "In trong số báo cáo (…/BC-UBND), dòng kèm theo báo cáo, tên người gửi thư, trước tên phường.",
            default=_MODEL["authority_short"],
        ),
        Setting(
            "Văn bản quy định thể thức",
            "layout_basis",
            "Nêu ở trang Cách tính; khi có văn bản thay thế thì sửa tại đây.",
            default=_MODEL["layout_basis"],
        ),
        Setting(
            "Ghi tên người lập vào sổ tổng hợp",
            "names_leaders",
            "Chọn Có để trang Tình hình nộp bảng ghi họ tên người lập; là dữ liệu cá nhân, chỉ ghi khi cần.",
            Kind.CHOICE,
            ("Không", NAME_LEADERS),
        ),
    ),
}
"""By title: the runs of settings in their order."""

SETTINGS = tuple(setting for settings in SECTIONS.values() for setting in settings)

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
