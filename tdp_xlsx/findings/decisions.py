"""Findings about groups (G), the board's decisions (D), and the year before (N): its workbook, untold successions."""

from __future__ import annotations

from tdp_xlsx.findings.rule import error, info, warning

DUPLICATE = info(
    "G401", "{name} nộp tệp “{file}” có câu trả lời giống hệt “{kept}”; dùng một tệp.", "Không phải làm gì."
)
SUPERSEDED = info("G402", "{name}: tệp “{file}” được thay bằng “{kept}” ({reason}).", "Không phải làm gì.")
CONFLICT = error(
    "G403",
    "{name} có nhiều tệp với câu trả lời khác nhau: {files}. Khác ở mục (theo thứ tự tệp): {answers}.",
    "Hỏi đơn vị bản nào là chính thức, rồi chuyển các bản còn lại ra khỏi thư mục inbox (nếu cùng một tệp: chép ra "
    "tệp mới chỉ có trang đúng); "
    "hoặc gửi lại bảng trong outbox/tra_lai (lệnh consolidate) để đơn vị chọn.",
)
_BOTH = "trước ở “{old_file}” ô {old_cell}, nay ở “{file}” ô {cell}."
CHANGED_UNASKED = warning(
    "G404",
    "{name}, mục {label} đổi {before} → {after} dù không được đề nghị sửa: " + _BOTH,
    "Hỏi lại đơn vị câu trả lời nào đúng; nếu câu sau nhầm, sửa lại ở cột “Trả lời” của mục này.",
)
ANSWERED_AGAIN = info(
    "G405",
    "{name}, mục {label} lần trước còn để ngỏ, nay trả lời lại: {before} → {after}; " + _BOTH,
    "Không phải làm gì.",
)
EVIDENCE_DIFFERS = warning(
    "G408",
    "{name}: hai tệp trả lời như nhau nhưng số liệu, minh chứng khác nhau ở mục {labels}; dùng của “{kept}”, không "
    "dùng của “{file}”.",
    "Hỏi đơn vị tệp nào đúng, rồi chuyển tệp kia ra khỏi thư mục inbox.",
)
NAMED_FOR_ANOTHER = warning(
    "G406",
    "Tệp “{file}” mang tên bảng của {other} nhưng bên trong là bảng của {name}; kết quả là của {name}, không phải của "
    "{other}.",
    "Hỏi lại hai đơn vị: nếu {other} điền nhầm bảng của {name} thì chuyển tệp này ra khỏi inbox và gửi lại cho {other} "
    "đúng bảng của mình; nếu chỉ đặt nhầm tên tệp thì đổi tên.",
)
EDITION_CHANGED = error(
    "G407",
    "Sổ mẫu ghi kỳ đánh giá {plan}, nhưng {count} bảng đã nhận đều của kỳ {edition}, cùng kỳ với tệp đã lập trong "
    "outbox: có lẽ năm hoặc kỳ đánh giá bị sửa giữa đợt.",
    "Nếu sửa nhầm, ghi lại {edition} ở trang “Cấu hình” của sổ mẫu. Nếu bắt đầu kỳ mới, nên làm trong thư mục mới "
    "(tdp-xlsx init), để bảng của hai kỳ không lẫn nhau.",
)

# The board's decisions: a row that is not applied is carried over as it stands, and asked about.
_ROW = "Trang “Thẩm định”, dòng {row}: "

NO_GROUP = warning("D701", _ROW + "chưa ghi mã đơn vị; chưa áp dụng.", "Chọn mã đơn vị ở dòng này.")
NO_CRITERION = warning("D702", _ROW + "chưa ghi mã tiêu chí; chưa áp dụng.", "Chọn mã tiêu chí ở dòng này.")
NO_RESULT = warning(
    "D703", _ROW + "chưa ghi kết quả thẩm định; chưa áp dụng.", "Chọn Có, Không hoặc Giữ nguyên ở dòng này."
)
UNKNOWN_GROUP = warning(
    "D704", _ROW + "mã đơn vị “{group}” {why}; chưa áp dụng.", "Chọn lại mã đơn vị trong danh sách."
)
UNKNOWN_CRITERION = warning(
    "D705",
    _ROW + "mã tiêu chí “{criterion}” {why}; chưa áp dụng.",
    "Chọn lại mã tiêu chí trong danh sách (ô phải là kiểu văn bản: 2.10 khác 2.1).",
)
UNKNOWN_RESULT = warning(
    "D706", _ROW + "kết quả “{result}” không hiểu được; chưa áp dụng.", "Chỉ chọn Có, Không hoặc Giữ nguyên."
)
NO_FILE = warning(
    "D707",
    _ROW + "{group} chưa có bảng đọc được; chưa áp dụng.",
    "Đề nghị đơn vị nộp lại bảng; dòng thẩm định vẫn được giữ.",
)
NOT_APPLICABLE = warning(
    "D708",
    _ROW + "tiêu chí {criterion} không áp dụng cho {group}; chưa áp dụng.",
    "Xóa dòng này, hoặc sửa loại đơn vị trong sổ mẫu.",
)
WHOLE_GROUP_RESULT = warning(
    "D709",
    _ROW + "tiêu chí “Tất cả” chỉ đi với kết quả “Giữ nguyên”; chưa áp dụng.",
    "Ghi từng tiêu chí thay đổi trên một dòng riêng.",
)
CONTRADICTS = error(
    "D710",
    _ROW + "{group}, tiêu chí {criterion} có các dòng thẩm định khác nhau: dòng {lines}; chưa áp dụng dòng nào.",
    "Cơ quan thẩm định chỉ để lại một dòng đúng; đơn vị không phải sửa gì.",
)
UNSIGNED = info("D711", _ROW + "còn thiếu {missing}; kết quả vẫn được áp dụng.", "Ghi bổ sung cho đủ hồ sơ.")
NO_BASIS = warning(
    "D712",
    "Trang “{sheet}”: “{label}” đã ghi mức nhưng chưa nêu văn bản căn cứ; kết quả vẫn được xếp theo mức này.",
    "Ghi số, ngày của văn bản quy định vào cột “Căn cứ, ghi chú”; nếu không có văn bản, để trống mức.",
)
NO_DAY = warning(
    "D713",
    _ROW + "ngày “{day}” không đọc được hoặc không có trong lịch; không in ngày này.",
    "Ghi lại ngày thẩm định theo mẫu 01/12/2021.",
)
READ_AS = info("D714", _ROW + "{said}.", "Nếu không đúng, chọn lại từ danh sách trong ô.")

# --- the year before --------------------------------------------------------------------------------------------------

_ASKED = "chưa so sánh với năm trước."
_LINK_ROW = "Ghi một dòng ở trang “Đối chiếu năm trước” của sổ mẫu"
_NO_SHEET = "; sổ mẫu chưa có trang này thì lập bằng lệnh: tdp-xlsx new-year."

CONTRADICTION = warning(
    "N901",
    "Sổ năm trước “{file}”, trang “{sheet}”, ô {cell} ghi “{found}”, tính lại từ các câu trả lời và thẩm định trong sổ "
    "là “{reckoned}”; không so sánh gì với năm trước.",
    "Dùng đúng sổ đã lưu của năm trước (thư mục outbox của năm đó); nếu chưa tính lại sau khi ghi thẩm định thì chạy "
    "consolidate trong thư mục năm trước, rồi chép sổ mới vào nam_truoc.",
)
MORE_CONTRADICTIONS = warning(
    "N902", "Sổ năm trước “{file}” còn {count} ô khác không khớp như vậy.", "Sửa các ô nêu trên rồi chạy lại."
)
OTHER_EDITION = warning(
    "N903",
    "Sổ năm trước “{file}” là của kỳ {edition}, không phải cùng kỳ của một năm trước {now}; không so sánh.",
    "Đặt vào nam_truoc sổ tổng hợp cùng kỳ của năm trước.",
)
GROUP_CHANGED = warning(
    "N904",
    "{code} năm trước là “{before}” ({kind_before}), năm nay là “{now}” ({kind}), chưa ghi có phải một đơn vị không; "
    + _ASKED,
    _LINK_ROW + ": “Giữ nguyên” hoặc “Đổi tên” nếu vẫn là đơn vị đó, nếu không thì đúng biến động" + _NO_SHEET,
)
GROUP_NEW = warning(
    "N905",
    "{name} ({code}) chưa rõ là đơn vị nào trong sổ năm trước; " + _ASKED,
    _LINK_ROW + ": “Lập mới”, “Đổi mã”, “Nhập”, “Chia tách” hoặc “Điều chỉnh một phần”" + _NO_SHEET,
)
GROUP_GONE = warning(
    "N906",
    "{name} ({code}) của năm trước nay là đơn vị nào thì chưa ghi; " + _ASKED,
    _LINK_ROW + ": “Giải thể”, “Đổi mã”, “Nhập”, “Chia tách” hoặc “Điều chỉnh một phần”" + _NO_SHEET,
)
CRITERION_REWORDED = warning(
    "N907",
    "Tiêu chí {label} có lời văn khác năm trước, chưa ghi có đổi nghĩa không; " + _ASKED,
    _LINK_ROW + ": “Đổi lời không đổi nghĩa” hoặc “Đổi nghĩa”" + _NO_SHEET,
)
CRITERION_NEW = warning(
    "N908",
    "Tiêu chí {label} chưa rõ là tiêu chí nào của năm trước; " + _ASKED,
    _LINK_ROW + ": “Mới”, hoặc mã năm trước và quan hệ" + _NO_SHEET,
)
CRITERION_GONE = warning(
    "N909",
    "Tiêu chí {label} của năm trước nay là tiêu chí nào thì chưa ghi; " + _ASKED,
    _LINK_ROW + ": “Bỏ”, hoặc mã năm nay và quan hệ" + _NO_SHEET,
)
LINK_NOT_THERE = warning(
    "N910",
    "Trang “Đối chiếu năm trước”, dòng {row}: sổ năm trước “{file}” không có mã “{code}”; " + _ASKED,
    "Sửa mã năm trước ở dòng này cho đúng với sổ.",
)
