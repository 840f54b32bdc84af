"""Findings about mail (M): what keeps a letter from being written or sent, and whose address a form came from.

They name groups, never people, phones or addresses: those stand in the register, the letters and the log. The one
exception is an address of the register that cannot be used, which `mail` shows on the terminal.
"""

from __future__ import annotations

from tdp_xlsx.findings.rule import error, info, warning

_REGISTER = "Sửa trên trang “Danh sách đơn vị” của sổ mẫu rồi chạy lại."

NO_ADDRESS = warning(
    "M701",
    "{name} chưa có thư điện tử.",
    "Nhắn nội dung tệp “{message}”, kèm tệp “{form}”, theo số điện thoại ghi ở trang “Danh sách đơn vị”; "
    "hoặc ghi địa chỉ vào trang đó rồi chạy lại.",
)
ADDRESS_UNFIT = error("M702", "Không lập thư cho {name}: địa chỉ “{value}” không dùng được ({reason}).", _REGISTER)
NAME_UNFIT = error("M703", "Không lập thư cho đơn vị {code}: ô “{heading}” {reason}.", _REGISTER)
SUBJECT_ALTERED = warning(
    "M704",
    "Tiêu đề thư có xuống dòng hoặc dài quá {most} ký tự; đã ghi lại thành một dòng: “{subject}”.",
    "Sửa tiêu đề trên trang “Thư”, hoặc tên phường trên trang “Cấu hình”.",
)
DEADLINE_BLANK = warning(
    "M705",
    "Thư có chữ thay thế {field} nhưng chưa có hạn nộp; thư để chỗ trống “{blank}”.",
    "Ghi “Hạn nộp” trên trang “Cấu hình” rồi chạy lại; hoặc dùng {instead} trên trang “Thư”.",
)
FORM_MISSING = error(
    "M706", "Chưa có bảng của {name} (“{form}”), không lập thư.", "Chạy: tdp-xlsx generate, rồi chạy lại lệnh này."
)
FORM_UNFIT = error(
    "M707",
    "Bảng “{form}” của {name} không phải bảng lập từ sổ mẫu hiện nay, không lập thư.",
    "Chạy: {command}, rồi chạy lại lệnh này.",
)
RETURN_MISSING = error(
    "M708",
    "Chưa có bảng để trả lại cho {name} trong outbox/tra_lai, không lập thư.",
    "Chạy: tdp-xlsx consolidate, rồi chạy lại lệnh này.",
)
RETURN_ANSWERED = error(
    "M709",
    "{name} đã nộp lại bảng trả lần {number} nhưng vẫn chưa được tính; chưa có bảng trả lần sau, không lập thư.",
    "Chạy: tdp-xlsx consolidate, rồi chạy lại lệnh này.",
)
RESULT_MISSING = error(
    "M714", "Chưa có kết quả của {name} (“{result}”), không lập thư.", "Chạy: tdp-xlsx results, rồi chạy lại lệnh này."
)
RESULT_UNFIT = error(
    "M715",
    "Tệp “{result}” của {name} không phải kết quả lập từ sổ tổng hợp hiện nay, không lập thư.",
    "Chạy: tdp-xlsx results, rồi chạy lại lệnh này; tệp có người sửa được lưu ở outbox/luu.",
)
STRANGER = info(
    "M710",
    "Tệp của {name} gửi từ một địa chỉ không có trong danh sách đơn vị.",
    "Xem người gửi trong thư; nếu không phải người của đơn vị, hỏi lại đơn vị; "
    "nếu đúng, có thể ghi địa chỉ đó vào trang “Danh sách đơn vị”.",
)
OTHER_GROUP = info(
    "M711", "Tệp của {name} gửi từ địa chỉ của {other}.", "Hỏi lại hai đơn vị xem có gửi hộ nhau, hay gửi nhầm bảng."
)
SENDER_KNOWN = info("M712", "Tệp chưa rõ của đơn vị nào này gửi từ địa chỉ của {name}.", "Hỏi lại đơn vị về tệp này.")
LOG_LINE_UNREADABLE = warning(
    "M713",
    "Nhật ký gửi thư “{file}” có dòng không đọc được: dòng {lines}.",
    "Mở nhật ký kiểm tra; thư ghi ở dòng đó có thể bị gửi lại khi dùng --send.",
)
