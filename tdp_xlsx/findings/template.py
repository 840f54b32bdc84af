"""Findings about the template workbook (T): each of them refuses the template."""

from __future__ import annotations

from tdp_xlsx.findings.rule import error

# --- the workbook and its sheets ----------------------------------------------------------------------------------

TEMPLATE_UNREADABLE = error(
    "T101",
    "Không đọc được sổ mẫu “{file}”: {reason}.",
    "Mở sổ mẫu bằng Excel, lưu lại dạng .xlsx; nếu không mở được, khôi phục bản lưu trước đó.",
)
SHEET_MISSING = error(
    "T102",
    "Sổ mẫu không có trang “{sheet}”.",
    "Đặt lại đúng tên trang “{sheet}”, hoặc chép trang này từ sổ mẫu mặc định.",
)
SHEET_TWICE = error("T103", "Sổ mẫu có hai trang cùng tên “{sheet}”.", "Xóa hoặc đổi tên một trong hai trang.")
HEADING_MISSING = error(
    "T104",
    "Trang “{sheet}”: không tìm thấy cột “{heading}”.",
    "Đặt lại đúng tên cột “{heading}” trên hàng tên cột, hoặc thêm lại cột này.",
)
HEADING_TWICE = error(
    "T105", "Trang “{sheet}”: tên cột “{heading}” có ở hai cột.", "Đổi tên hoặc xóa một trong hai cột."
)
ITEM_UNKNOWN = error(
    "T106",
    "Trang “{sheet}”: không có mục nào tên “{label}” nên nội dung ghi ở mục này không dùng được.",
    "Ghi lại đúng tên mục như sổ mẫu mặc định; ghi chú riêng thì chuyển sang cột khác.",
)
ITEM_TWICE = error("T107", "Trang “{sheet}”: mục “{label}” ghi hai lần.", "Giữ một dòng, xóa dòng kia.")
FIELD_UNKNOWN = error(
    "T108", "Trang “{sheet}”: không hiểu chữ thay thế “{field}”.", "Chỉ dùng các chữ thay thế sau ở chỗ này: {known}."
)

# --- Cấu hình ---------------------------------------------------------------------------------------------------------

YEAR_BAD = error(
    "T201",
    "Trang “{sheet}”: “{label}” ghi “{value}”, không phải một năm.",
    "Ghi năm bằng bốn chữ số, từ 1990 đến 2100, ví dụ 2021.",
)
PERIOD_BAD = error(
    "T202",
    "Trang “{sheet}”: “{label}” ghi “{value}”, không dùng được trong tên tệp.",
    "Để trống nếu đánh giá cả năm, hoặc ghi vài chữ như “Sơ kết” (tối đa 20 ký tự).",
)
CHOICE_UNKNOWN = error(
    "T203",
    "Trang “{sheet}”: “{label}” ghi “{value}”, không có trong danh sách chọn.",
    "Chọn một trong các giá trị: {choices}.",
)
DATE_BAD = error(
    "T204",
    "Trang “{sheet}”: “{label}” ghi “{value}”, không phải một ngày.",
    "Ghi theo dạng ngày/tháng/năm, ví dụ 25/11/2021, hoặc để trống.",
)
PERCENT_BAD = error(
    "T205",
    "Trang “{sheet}”: “{label}” ghi “{value}”, không phải số từ 0 đến 100.",
    "Ghi số phần trăm, ví dụ 80 (không ghi 0,8 hay 80%), hoặc để trống.",
)
PORT_BAD = error(
    "T206",
    "Trang “{sheet}”: “{label}” ghi “{value}”, không phải số cổng.",
    "Ghi số nguyên từ 1 đến 65535, ví dụ 587, hoặc để trống.",
)
SECONDS_BAD = error(
    "T207", "Trang “{sheet}”: “{label}” ghi “{value}”, không phải số giây.", "Ghi một số từ 0 đến 3600, hoặc để trống."
)
EMAIL_BAD = error(
    "T208",
    "Trang “{sheet}”: “{value}” không phải địa chỉ thư điện tử.",
    "Ghi một địa chỉ dạng ten@noi-gui.vn, không dấu, không có khoảng trắng, hoặc để trống.",
)
CLASSES_BAD = error(
    "T209",
    "Trang “{sheet}”: “{label}” có dòng “{value}” không đọc được.",
    "Mỗi mức một dòng, tên mức không trùng, ví dụ “Tốt: từ 90 %; mỗi tiêu chuẩn từ 70 %”.",
)

# --- Danh sách đơn vị ---------------------------------------------------------------------------------------

NO_GROUPS = error(
    "T301", "Trang “{sheet}”: chưa có tổ dân phố, bản nào.", "Ghi mỗi tổ dân phố, bản một dòng, có mã, loại và tên."
)
GROUP_CODE_MISSING = error("T302", "Trang “{sheet}”: đơn vị “{name}” chưa có mã.", "Ghi mã đơn vị, ví dụ TDP-05.")
GROUP_CODE_NUMERIC = error(
    "T303",
    "Trang “{sheet}”: mã đơn vị “{code}” là số hoặc ngày, không phải chữ.",
    "Định dạng ô là Văn bản (Text) rồi gõ lại mã có chữ cái, ví dụ TDP-05.",
)
GROUP_CODE_UNFIT = error(
    "T304",
    "Trang “{sheet}”: “{code}” không dùng được làm mã đơn vị.",
    "Dùng tối đa 32 ký tự: chữ cái không dấu, chữ số, gạch nối, dấu chấm; bắt đầu và kết thúc bằng chữ hoặc số, "
    "có ít nhất một chữ cái, không bắt đầu bằng TC-.",
)
GROUP_CODE_TWICE = error(
    "T305",
    "Trang “{sheet}”: mã đơn vị “{code}” đã có ở ô {other}.",
    "Đặt cho mỗi đơn vị một mã riêng; chữ hoa, chữ thường coi như nhau.",
)
KIND_UNKNOWN = error("T306", "Trang “{sheet}”: loại đơn vị ghi “{value}”.", "Chọn “Tổ dân phố” hoặc “Bản”.")
GROUP_NAME_MISSING = error(
    "T307", "Trang “{sheet}”: đơn vị có mã “{code}” chưa có tên.", "Ghi tên đơn vị, ví dụ Tổ dân phố số 5."
)
GROUP_NAME_TWICE = error(
    "T308",
    "Trang “{sheet}”: tên đơn vị “{name}” đã có ở ô {other}.",
    "Ghi thêm để phân biệt, ví dụ “Tổ dân phố số 5 (Đông Phong)”.",
)
ATTRIBUTE_UNCLEAR = error(
    "T309",
    "Trang “{sheet}”: cột “{heading}” của đơn vị “{group}” ghi “{value}”, chưa rõ là Có hay Không.",
    "Chọn “Có” hoặc “Không”.",
)
# --- Bảng tự đánh giá ---------------------------------------------------------------------------------------

NO_CRITERIA = error(
    "T401",
    "Trang “{sheet}”: không có tiêu chí nào ở mục II.",
    "Ghi tiêu chí và mã của từng tiêu chí, hoặc chép lại trang này từ sổ mẫu mặc định.",
)
CRITERION_CODE_MISSING = error(
    "T402",
    "Trang “{sheet}”: dòng có số thứ tự “{number}” chưa có mã ở cột “Mã”.",
    "Ghi mã chưa dùng cho dòng này, thường là chính số thứ tự; ô mã định dạng Văn bản (Text).",
)
CRITERION_CODE_NUMERIC = error(
    "T403",
    "Trang “{sheet}”: mã tiêu chí “{code}” là số hoặc ngày, không phải chữ; 2.10 khi đó thành 2.1.",
    "Định dạng ô là Văn bản (Text) rồi gõ lại mã, ví dụ 2.10.",
)
CRITERION_CODE_MALFORMED = error(
    "T404",
    "Trang “{sheet}”: mã tiêu chí “{code}” sai dạng.",
    "Ghi mã dạng I.1 (mục I) hoặc 2.10, 4.5a (mục II), không thêm chữ nào khác.",
)
CRITERION_CODE_TWICE = error(
    "T405",
    "Trang “{sheet}”: mã tiêu chí “{code}” đã có ở ô {other}.",
    "Đặt cho mỗi tiêu chí một mã riêng, ví dụ 4.5a và 4.5b.",
)
CRITERION_TEXT_MISSING = error(
    "T406",
    "Trang “{sheet}”: tiêu chí có mã “{code}” không có lời văn.",
    "Ghi lời văn ở cột “Tiêu chí”, hoặc xóa cả dòng.",
)
CRITERION_MISPLACED = error(
    "T407",
    "Trang “{sheet}”: mã “{code}” nằm sai chỗ: mã bắt đầu bằng “I.” thuộc mục I, các mã khác nằm dưới một tiêu chuẩn "
    "của mục II.",
    "Chuyển dòng về đúng mục, đúng tiêu chuẩn, hoặc sửa mã.",
)
STANDARD_TWICE = error(
    "T408", "Trang “{sheet}”: tiêu chuẩn {number} đã có ở ô {other}.", "Đánh số lại để mỗi tiêu chuẩn một số."
)
APPLIES_TO_UNKNOWN = error(
    "T409",
    "Trang “{sheet}”: tiêu chí “{code}” ghi áp dụng cho “{value}”.",
    "Chọn “Tất cả”, một loại đơn vị, hoặc tên một cột Có/Không của trang “Danh sách đơn vị”.",
)
POINTS_BAD = error(
    "T410",
    "Trang “{sheet}”: điểm của tiêu chí “{code}” ghi “{value}”, không phải số nguyên từ 1 đến 1000.",
    "Ghi số nguyên, mặc định là 1.",
)
OPERATOR_UNKNOWN = error(
    "T411",
    "Trang “{sheet}”: phép so của tiêu chí “{code}” ghi “{value}”.",
    "Chọn một trong các phép so: >, >=, =, <=, <.",
)
THRESHOLD_BAD = error(
    "T412",
    "Trang “{sheet}”: ngưỡng của tiêu chí “{code}” ghi “{value}”, không phải một số rõ ràng.",
    "Ghi một số, ví dụ 80 hoặc 95,5.",
)
FIGURE_INCOMPLETE = error(
    "T413",
    "Trang “{sheet}”: tiêu chí “{code}” còn thiếu “{heading}” của số liệu đối chiếu.",
    "Ghi đủ “Chỉ số”, “Phép so”, “Ngưỡng”, hoặc xóa cả ba.",
)
THRESHOLD_SHARE = error(
    "T414",
    "Trang “{sheet}”: ngưỡng của tiêu chí “{code}” là {value} %, có thể do gõ cả dấu %.",
    "Định dạng ô là Số (Number) rồi ghi số phần trăm, ví dụ 50 cho 50 %.",
)
FORMULA_UNREADABLE = error(
    "T415",
    "Trang “{sheet}”: ô có công thức “{formula}” mà không có kết quả đọc được.",
    "Gõ thẳng nội dung vào ô, hoặc mở sổ mẫu bằng Excel và lưu lại.",
)
GROUP_FIELD_MISSING = error(
    "T416",
    "Trang “{sheet}”: không có ô nào ghi {field}, nên bảng gửi đi không có tên đơn vị.",
    "Ghi “Đơn vị: {field}” ở một ô trống trên đầu bảng.",
)
NUMBER_NUMERIC = error(
    "T417",
    "Trang “{sheet}”: số thứ tự “{number}” của tiêu chí “{code}” là số hoặc ngày, khi in ra sẽ sai.",
    "Định dạng ô là Văn bản (Text) rồi gõ lại số thứ tự, ví dụ 2.10.",
)
TEXT_RESERVED = error(
    "T418",
    "Trang “{sheet}”: ô chỉ ghi “{value}”, trùng với tên cột hoặc khóa mà chương trình dùng để đọc bảng nộp về.",
    "Xóa nội dung ô, hoặc ghi thêm chữ để không trùng.",
)

# --- Quan hệ tiêu chí ---------------------------------------------------------------------------------------

RELATION_CODE_UNKNOWN = error(
    "T501", "Trang “{sheet}”: không có tiêu chí nào mang mã “{code}”.", "Sửa mã cho đúng, hoặc xóa cả dòng."
)
RELATION_ANSWER_UNKNOWN = error("T502", "Trang “{sheet}”: câu trả lời ghi “{value}”.", "Chọn “Có” hoặc “Không”.")
RELATION_LEVEL_UNKNOWN = error("T503", "Trang “{sheet}”: mức ghi “{value}”.", "Chọn “Cần làm rõ” hoặc “Lưu ý”.")

# --- Đối chiếu năm trước ------------------------------------------------------------------------------------

LINK_WORD_UNKNOWN = error(
    "T601",
    "Trang “{sheet}”: cột “{heading}” ghi “{value}”.",
    "Chọn một trong: {choices}. Không có gì thay đổi thì chỉ để lại mã năm trước, hoặc xóa cả dòng.",
)
LINK_CODE_UNKNOWN = error(
    "T602",
    "Trang “{sheet}”: cột “{heading}” ghi “{code}”, trang “{home}” không có mã này.",
    "Sửa mã cho đúng; nếu năm nay không còn thì để trống ô này và chọn “Giải thể” (đơn vị) hoặc “Bỏ” (tiêu chí).",
)
LINK_CODE_MISSING = error(
    "T603",
    "Trang “{sheet}”: ghi “{word}” thì phải có mã ở cột “{heading}”, ô này để trống.",
    "Ghi mã vào ô này, hoặc chọn lại biến động, quan hệ.",
)
LINK_CODE_EXTRA = error(
    "T604",
    "Trang “{sheet}”: ghi “{word}” mà cột “{heading}” lại có mã “{code}”.",
    "Xóa mã ở ô này, hoặc chọn lại biến động, quan hệ.",
)
LINK_TWICE = error(
    "T605", "Trang “{sheet}”: dòng “{before}” – “{now}” đã có ở ô {other}.", "Giữ một dòng, xóa dòng kia."
)
LINK_NOT_ALONE = error(
    "T606",
    "Trang “{sheet}”: ghi “{word}” thì mã không được ở dòng nào khác, nhưng mã ấy còn ở ô {other}.",
    "Sửa một trong hai dòng. Nhiều thành một thì dòng nào cũng ghi “Nhập” (đơn vị), “Gộp” (tiêu chí); một thành nhiều "
    "thì “Chia tách”, “Tách”; chuyển một phần thì “Điều chỉnh một phần”.",
)
LINK_OF_ONE = error(
    "T607",
    "Trang “{sheet}”: “{before}” – “{now}” ghi “{word}” nhưng chỉ có một dòng như vậy.",
    "Ghi đủ mỗi cặp mã một dòng, cả mã được giữ lại; nếu chỉ có một thì chọn lại biến động, quan hệ.",
)
LINK_CODES_CONTRADICT = error(
    "T608",
    "Trang “{sheet}”: ghi “{word}” không khớp với mã năm trước “{before}”, mã năm nay “{now}”.",
    "“Giữ nguyên” thì hai mã như nhau, “Đổi mã” thì khác nhau: sửa mã, hoặc chọn lại biến động.",
)
