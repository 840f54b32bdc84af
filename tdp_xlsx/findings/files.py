"""Findings about files of the inbox (F) and the identity of a form (I)."""

from __future__ import annotations

from tdp_xlsx.findings.rule import error, info, warning

_SEND_AGAIN = "Đề nghị đơn vị điền vào đúng tệp phường đã gửi rồi nộp lại."
_SAVE_AGAIN = "Đề nghị đơn vị mở tệp bằng Excel, lưu lại dạng .xlsx rồi nộp lại."
_NEW_FORM = "Gửi lại cho đơn vị biểu mới trong outbox/bieu_mau (lệnh generate)."

UNREADABLE = error("F201", "Không đọc được tệp “{file}”: {reason}.", _SAVE_AGAIN)
PASSWORD = error("F202", "Tệp “{file}” có mật khẩu.", "Đề nghị đơn vị bỏ mật khẩu mở tệp rồi nộp lại.")
NOT_A_WORKBOOK = error(
    "F203",
    "Tệp “{file}” không phải bảng tính (nhận dạng được: {kind}).",
    "Đề nghị đơn vị điền vào bảng Excel do phường gửi; không gửi bản đổi đuôi tệp thay cho bảng.",
)
EMPTY = error("F204", "Tệp “{file}” rỗng (0 byte).", "Đề nghị đơn vị gửi lại tệp; bản này chưa tải xong.")
SIGNED_COPY = info(
    "F205",
    "Tệp “{file}” là bản ký hoặc ảnh chụp ({kind}), không đọc số liệu.",
    "Lưu làm bản ký; số liệu chỉ lấy từ bảng Excel.",
)
NOT_A_FILE = error(
    "F206", "“{file}” không phải tệp thường (liên kết hoặc tệp đặc biệt), không mở.", "Chép tệp thật vào thư mục inbox."
)
TOO_LARGE = error(
    "F207",
    "Tệp “{file}” quá lớn ({size} MB), không mở (đọc được tới 50 MB một tệp, 100 MB một thư, 200 MB một tệp nén).",
    "Đề nghị đơn vị gửi lại đúng tệp phường đã gửi, không chèn ảnh vào bảng; "
    "nếu là tệp nén hoặc thư, chép riêng các bảng bên trong vào inbox.",
)
UNOPENABLE = error(
    "F208",
    "Không mở được “{file}”: {reason}.",
    "Đóng tệp nếu đang mở trong chương trình khác, kiểm tra quyền đọc rồi chạy lại.",
)
TOO_DEEP = error(
    "F209",
    "Thư mục “{file}” nằm quá sâu trong inbox, không đọc.",
    "Chuyển các tệp trong thư mục này ra ngay dưới inbox.",
)

UNSAFE = error("F210", "Tệp “{file}” có cấu trúc bất thường, có thể gây hại, không đọc: {reason}.", _SAVE_AGAIN)
DEADLY = error(
    "F211", "Tệp “{file}” không đọc được an toàn: {reason}.", "Các tệp khác không bị ảnh hưởng. " + _SEND_AGAIN
)
STILL_SAVING = error("F212", "Tệp “{file}” đang được ghi hoặc đang tải về.", "Chờ chép, tải xong rồi chạy lại.")
UNCERTAIN = error("F213", "Tệp “{file}” mở được nhưng không chắc đọc đúng: {reason}.", _SAVE_AGAIN)
OTHER_ARCHIVE = error(
    "F214",
    "“{file}” là {kind}, không mở ở đây.",
    "Giải nén rồi chép các tệp bên trong vào inbox (chỉ tệp .zip được đọc thẳng).",
)
OUTLOOK_MESSAGE = error(
    "F215",
    "“{file}” là {kind}, không đọc được tệp đính kèm trong đó.",
    "Mở thư bằng Outlook, lưu từng tệp đính kèm vào inbox; nếu không mở được, đề nghị đơn vị gửi lại riêng tệp bảng.",
)
NOTHING_INSIDE = error("F216", "“{file}” không chứa tệp nào.", "Đề nghị đơn vị gửi lại, có đính kèm bảng Excel.")
NESTED = error(
    "F218",
    "“{file}” là tệp nén hoặc thư nằm quá sâu trong các tệp nén, thư khác; chỉ đọc tới lớp thứ tư.",
    "Giải nén rồi chép các tệp bên trong vào inbox.",
)
ACTIVE_CONTENT = info(
    "F219",
    "Tệp “{file}” có kèm {what}; chương trình không chạy, không mở theo.",
    "Không cần làm gì; nếu mở tệp bằng Excel, không bấm cho phép nội dung (Enable Content).",
)

NOT_UNPACKED = error(
    "F230",
    "Không lấy được nội dung của “{file}” (tệp nén, thư, hoặc tệp bên trong): {reason}.",
    "Mở tệp nén hoặc thư trên máy, chép các bảng bên trong vào inbox; "
    "nếu không được, đề nghị đơn vị nén lại hoặc gửi riêng tệp bảng.",
)
LOCKED_MEMBER = error(
    "F231",
    "“{file}” nằm trong tệp nén có mật khẩu.",
    "Hỏi đơn vị mật khẩu, giải nén rồi chép bảng vào inbox; hoặc đề nghị đơn vị gửi lại, không đặt mật khẩu.",
)
OTHER_FORMAT = error(
    "F232",
    "“{file}” là {kind}, chương trình không đọc dạng này.",
    "Mở bằng chương trình đã lập ra tệp (Excel, LibreOffice, Numbers), lưu lại dạng .xlsx vào inbox, "
    "hoặc đề nghị đơn vị làm như vậy rồi nộp lại.",
)
OF_THE_MAIL = info("F233", "“{file}” là {kind}, không phải bảng.", "Không phải làm gì.")
PICTURE_IN_TEXT = info(
    "F234",
    "“{file}” là hình trong nội dung thư (thường là biểu trưng cuối thư), không đọc số liệu.",
    "Không phải làm gì; nếu là ảnh chụp bảng thì lưu làm bản chụp, số liệu chỉ lấy từ bảng Excel.",
)
MAIL_WITHOUT_FILES = info(
    "F235", "Thư “{file}” không có tệp đính kèm.", "Nếu đơn vị quên đính kèm, đề nghị gửi lại kèm bảng Excel."
)
SEALED_MAIL = error(
    "F236",
    "“{file}” là {kind}, không đọc được tệp đính kèm trong đó.",
    "Mở thư bằng chương trình thư đã nhận (có chứng thư số nếu thư mã hóa), lưu tệp đính kèm vào inbox; "
    "hoặc đề nghị đơn vị gửi lại thư thường.",
)
FILLED_OUTSIDE = warning(
    "F237",
    "“{file}” không nằm trong inbox mà có nội dung đã điền; chưa tính, không ghi đè, không gửi đi.",
    "Nếu đó là trả lời của đơn vị thì chuyển tệp vào thư mục inbox; nếu không thì chuyển sang chỗ khác. "
    "Sau đó chạy lại lệnh này.",
)

NOT_OUR_FORM = error(
    "I301", "Tệp “{file}” là sổ tính nhưng không phải bảng do phường lập (không có mã dòng).", _SEND_AGAIN
)
OTHER_EDITION = error("I302", "Bảng của kỳ đánh giá {form}, khác kỳ đang làm ({plan}).", _NEW_FORM)
UNKNOWN_GROUP = error(
    "I303",
    "Mã đơn vị “{code}” của bảng không có trong danh sách đơn vị.",
    "Kiểm tra trang “Danh sách đơn vị” của sổ mẫu; nếu mã đã đổi, gửi lại biểu mới cho đơn vị.",
)
IDENTITY_DISAGREES = error(
    "I304",
    "Thông tin nhận dạng của bảng không khớp nhau: {first_place} ghi {first}, {second_place} ghi {second}.",
    "Có thể bảng được chép từ tệp khác. " + _SEND_AGAIN,
)
OTHER_NAME = error(
    "I305",
    "Bảng in tên “{printed}” nhưng mang mã của {code} ({name}).",
    "Có thể bảng được chép từ đơn vị khác; đề nghị đơn vị điền vào đúng tệp mang tên mình.",
)
KEY_IS_NUMBER = error(
    "I306",
    "Mã dòng tại ô {cell} là số ({value}), không phải chữ.",
    "Bảng đã bị chép qua chương trình khác (ví dụ CSV). " + _SEND_AGAIN,
)
CRITERION_MISSING = error(
    "I307", "Bảng thiếu dòng của mục {label}: “{text}”.", "Không xóa dòng của bảng. " + _SEND_AGAIN
)
CRITERION_DOUBLED = error(
    "I308",
    "Mục {label} có nhiều dòng trong bảng ({cells}).",
    "Xóa dòng chép thừa hoặc điền vào tệp phường đã gửi rồi nộp lại.",
)
CRITERION_REWORDED = error(
    "I309",
    "Nội dung mục {label} tại ô {cell} đã bị sửa: trong bảng nộp ghi “{found}”; đúng là “{expected}”.",
    "Không sửa nội dung tiêu chí. " + _SEND_AGAIN,
)
CRITERION_UNKNOWN = error("I310", "Bảng có dòng mang mã “{key}” không có trong bộ tiêu chí.", _SEND_AGAIN)
OTHER_CRITERIA = error(
    "I311",
    "Bảng lập theo bộ tiêu chí trước khi phường sửa sổ mẫu; đơn vị phải trả lời lại mục: {labels}.",
    "Gửi cho đơn vị bảng trong outbox/tra_lai (lệnh consolidate); các câu trả lời khác đã được giữ.",
)
IDENTITY_LOST = error("I312", "Bảng không còn thông tin nhận dạng đơn vị và kỳ đánh giá.", _SEND_AGAIN)
HEADINGS_MISSING = error(
    "I313",
    "Không tìm thấy dòng tiêu đề của bảng (thiếu hoặc trùng cột: {headings}).",
    "Không xóa, không chép thêm cột của bảng. " + _SEND_AGAIN,
)
CRITERIA_CHANGED = info(
    "I315",
    "Bảng lập trước khi phường sửa sổ mẫu; các mục đã sửa ({labels}) không cần đơn vị trả lời lại.",
    "Không phải làm gì.",
)
UNREADABLE_THINGS = warning(
    "I316",
    "Trong tệp có nội dung không đọc được: {kinds}.",
    "Mở tệp xem bằng mắt; nếu là câu trả lời, đề nghị đơn vị ghi vào cột “Trả lời”.",
)
ROWS_BY_TEXT = info("I317", "Dòng của mục {labels} mất mã ẩn; nhận ra theo nội dung tiêu chí.", "Không phải làm gì.")
BY_PRINT = info(
    "I318",
    "Bảng không còn mã ẩn; nhận ra là bảng của {name} theo phần in: tên đơn vị, năm, nội dung từng tiêu chí.",
    "Kiểm tra lại nếu nghi bảng được chép từ nơi khác.",
)
OTHER_VERSION = error(
    "I319",
    "Bảng có dạng {form}, chương trình này đọc dạng {program}.",
    "Cập nhật chương trình, hoặc gửi lại cho đơn vị biểu lập bằng chương trình này.",
)
TEXT_CUT = info(
    "I320", "Nội dung mục {labels} bị chương trình lưu tệp cắt còn 255 ký tự; phần còn lại đúng.", "Không phải làm gì."
)
