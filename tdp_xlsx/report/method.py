"""The sheet ``Cách tính``: the rules in force, in sentences to repeat by hand, and what they were run on."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tdp_xlsx import __version__
from tdp_xlsx.identity import VERSION
from tdp_xlsx.layout import BY_KIND, BY_STANDARDS, METHOD, NOTE, SETTINGS_HEADINGS, STANDARD_COLUMN, answers_name
from tdp_xlsx.report.answers import fits_a_sheet
from tdp_xlsx.report.live import LIVE_LIMIT, number_text, percent_text
from tdp_xlsx.report.words import FAILED, NOT_APPLICABLE, PASSED, UNRATED
from tdp_xlsx.template.items import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tdp_xlsx.evaluation import GroupResult
    from tdp_xlsx.model import Plan
    from tdp_xlsx.report.book import Page, Ward

_EVALUATION_SETTINGS = ("tie_break", "separate_lists", "pass_percent", "classes")
_UNSET = "Không quy định"


def write_method(ward: Ward) -> None:
    """Write rules, settings, an example and what the figures come from."""
    page = ward.pages[METHOD]
    page.widths(34, 46, 70)
    row = page.title("CÁCH TÍNH")
    row = _paragraphs(page, row, "1. Quy tắc", list(_rules(ward)))
    row = _settings(page, row + 1)
    row = _paragraphs(page, row + 1, "3. Ví dụ tính tay", list(_example(ward)))
    row = _origin(page, row + 1)
    page.print_setup()
    page.sheet.print_area(0, 0, row, 2)


def _paragraphs(page: Page, row: int, title: str, texts: list[str]) -> int:
    page.text(row, 0, title, "section")
    for text in texts:
        row += 1
        page.merged(row, 0, 2, text, "text")
    return row + 1


def _rules(ward: Ward) -> Iterator[str]:
    plan = ward.plan
    settings = plan.settings
    yield (
        "a) Câu trả lời được tính là kết quả thẩm định nếu trang Thẩm định có dòng được áp dụng cho nội dung đó; "
        "nếu không thì là câu trả lời của đơn vị tại trang Dữ liệu. Ô trống không bao giờ được coi là Không."
    )
    yield (
        "b) Tình trạng của đơn vị, theo thứ tự: không có tệp – Chưa nộp; tệp không dùng được hoặc trái nhau – "
        "Đề nghị nộp lại; còn nội dung trống, chưa rõ – Đề nghị bổ sung; các dòng thẩm định trái nhau – Chờ thống nhất "
        "thẩm định; có ít nhất một trường hợp tại mục I trả lời "
        "Có – không xếp hạng; còn lại – Hợp lệ."
    )
    yield (
        f"c) Tiêu chí không áp dụng cho đơn vị ({NOT_APPLICABLE}) không tính vào số đạt và số áp dụng. "
        "Tiêu chí áp dụng cho ai do trang Danh sách đơn vị và cột Áp dụng cho của sổ mẫu quy định."
    )
    weighed = {criterion.points for criterion in plan.scored} != {1}
    yield "d) Tỷ lệ (%) = 100 × tổng điểm các tiêu chí đạt : tổng điểm các tiêu chí áp dụng. " + (
        "Điểm của từng tiêu chí ghi ở dòng Điểm của trang Chi tiết."
        if weighed
        else "Mỗi tiêu chí 1 điểm nên tỷ lệ bằng số tiêu chí đạt chia số tiêu chí áp dụng."
    )
    yield (
        "đ) Chỉ đơn vị Hợp lệ được xếp hạng, theo tỷ lệ từ cao xuống thấp. Hai tỷ lệ được so bằng cách nhân chéo số "
        "nguyên (điểm đạt của đơn vị này × điểm áp dụng của đơn vị kia), không so số đã làm tròn. Hạng của một đơn vị "
        "bằng 1 cộng số đơn vị có tỷ lệ cao hơn; bằng nhau thì đồng hạng, hạng kế tiếp bỏ trống (1, 2, 2, 4)."
    )
    if settings.tie_break:
        yield (
            "e) Khi tỷ lệ bằng nhau: đơn vị có nhiều tiêu chuẩn đạt đủ (số đạt bằng số áp dụng) hơn xếp trên; "
            "vẫn bằng nhau thì đồng hạng."
        )
    else:
        yield "e) Khi tỷ lệ bằng nhau: đồng hạng, không dùng tiêu chí phụ."
    yield (
        "g) Tổ dân phố và bản xếp thành các danh sách riêng; hạng tính trong từng loại đơn vị."
        if settings.separate_lists
        else "g) Tổ dân phố và bản xếp chung một danh sách."
    )
    yield from _marks(plan)
    yield (
        "i) Các số lượng theo tiêu chuẩn, tiêu chí, nhiệm vụ chỉ tính các đơn vị có kết quả được tính "
        "(hợp lệ và có trường hợp tại mục I)."
    )
    if not ward.live:
        yield (
            f"k) Số liệu vượt giới hạn của công thức ({LIVE_LIMIT} đơn vị) nên các trang ghi giá trị đã tính thay cho "
            "công thức; kết quả thẩm định được áp dụng ở lần tổng hợp sau."
        )
    if not fits_a_sheet(ward.evaluation):
        yield (
            "l) Các câu trả lời đã đọc, vì quá nhiều cho một trang, được ghi ở tệp "
            f"“{PurePosixPath(answers_name(settings.edition)).name}” cùng thư mục thay cho trang Dữ liệu."
        )
    if ward.evaluation.previous:
        yield (
            "m) So với năm trước: chỉ so đơn vị vẫn là một đơn vị và tiêu chí không đổi nghĩa (trang Đối chiếu năm "
            "trước của sổ mẫu; không ghi gì thì cùng mã, loại, tên, cùng lời văn), được tính hai năm, cùng nguồn kết "
            "quả. Hạng hai năm tính lại giữa các đơn vị ấy, trên tiêu chí áp dụng cả hai năm, theo Điểm và quy tắc năm "
            "nay; hạng đã công bố không dùng để trừ."
        )


def _marks(plan: Plan) -> Iterator[str]:
    settings = plan.settings
    if settings.pass_percent is None and not settings.classes:
        yield "h) Chưa quy định ngưỡng đạt: bảng chỉ nêu số lượng và thứ tự."
    if settings.pass_percent is not None:
        yield f"h) Ngưỡng đạt: tỷ lệ từ {number_text(settings.pass_percent)}% trở lên là Đạt, thấp hơn là Chưa đạt."
    for rating in sorted(settings.classes, key=lambda rating: -rating.from_percent):
        each = (
            ""
            if rating.each_standard is None
            else f" và từng tiêu chuẩn đạt từ {number_text(rating.each_standard)}% số tiêu chí áp dụng"
        )
        yield f"h) Mức “{rating.name}”: tỷ lệ từ {number_text(rating.from_percent)}% trở lên{each}."
    if settings.classes:
        without = f"“{UNRATED}”" if settings.pass_percent is None else f"“{PASSED}” hoặc “{FAILED}” theo ngưỡng"
        yield f"h) Xét các mức từ trên xuống, ghi mức đầu tiên đủ điều kiện; không đủ mức nào thì ghi {without}."


def _settings(page: Page, row: int) -> int:
    settings = page.ward.plan.settings
    page.text(row, 0, "2. Thiết lập đang dùng (trang Cấu hình của sổ mẫu)", "section")
    row += 1
    page.headings(row, SETTINGS_HEADINGS)
    labels = {setting.field: setting.label for setting in SETTINGS}
    values = {
        "tie_break": BY_STANDARDS if settings.tie_break else "Đồng hạng, không phân định",
        "separate_lists": BY_KIND if settings.separate_lists else "Chung một danh sách",
        "pass_percent": _UNSET if settings.pass_percent is None else number_text(settings.pass_percent),
        "classes": "\n".join(rating.name for rating in settings.classes) or _UNSET,
    }
    shown = (
        ("year", str(settings.year)),
        ("period", page.ward.plan.period_label or "Cả năm"),
        ("appraiser", settings.appraiser),
        ("layout_basis", settings.layout_basis),
        *((name, values[name]) for name in _EVALUATION_SETTINGS),
    )
    for name, value in shown:
        row += 1
        for col, text in enumerate((labels[name], value, settings.basis.get(name, ""))):
            page.text(row, col, text)
    return row + 1


def _example(ward: Ward) -> Iterator[str]:
    result = next((result for result in ward.evaluation.ordered if result.rank is not None), None)
    if result is None:
        yield "Chưa có đơn vị nào được xếp hạng để làm ví dụ."
        return
    met, applicable = (" + ".join(str(pair[place]) for pair in result.standards.values()) for place in (0, 1))
    names = ", ".join(STANDARD_COLUMN.format(number=number).lower() for number in result.standards)
    yield (
        f"{result.name} (theo lần tổng hợp này), lần lượt {names}: số tiêu chí đạt {met} = {result.met}; "
        f"số tiêu chí áp dụng {applicable} = {result.applicable}."
    )
    yield (
        f"Điểm đạt {result.points_met}, điểm áp dụng {result.points_applicable}: tỷ lệ = 100 × {result.points_met} : "
        f"{result.points_applicable} = {percent_text(result.points_met, result.points_applicable)}."
    )
    rivals = [other for other in ward.evaluation.results if other.rank is not None and other.list == result.list]
    other = next((rival for rival in rivals if rival.rank != result.rank), None)
    better = sum(rival.rank is not None and rival.rank < (result.rank or 0) for rival in rivals)
    if other is not None:
        yield (
            f"So với {other.name}: {result.points_met} × {other.points_applicable} = "
            f"{result.points_met * other.points_applicable}; {other.points_met} × {result.points_applicable} = "
            f"{other.points_met * result.points_applicable}; số lớn hơn thì tỷ lệ cao hơn."
        )
    yield f"Số đơn vị có kết quả cao hơn: {better}, nên hạng = 1 + {better} = {result.rank}."
    yield from _rated(ward.plan, result)


def _rated(plan: Plan, result: GroupResult) -> Iterator[str]:
    """Explain the example's class, and whether it passed."""
    mark = plan.settings.pass_percent
    reached = percent_text(result.points_met, result.points_applicable)
    own = next((rating for rating in plan.settings.classes if rating.name == result.rating), None)
    if own is not None:
        yield f"Tỷ lệ {reached} đủ điều kiện của mức “{own.name}” (từ {number_text(own.from_percent)}%)." + (
            ""
            if own.each_standard is None
            else f" Từng tiêu chuẩn đều đạt từ {number_text(own.each_standard)}% số tiêu chí áp dụng."
        )
    elif plan.settings.classes:
        yield "Không đủ điều kiện của mức nào."
    if own is None and mark is not None:
        yield f"So với ngưỡng {number_text(mark)}%: tỷ lệ {reached}, kết luận {PASSED if result.passed else FAILED}."


def _origin(page: Page, row: int) -> int:
    ward = page.ward
    last = ward.evaluation.previous and ward.evaluation.previous.last
    page.text(row, 0, "4. Nguồn số liệu và phiên bản", "section")
    files = {one.file.path for one in ward.intake.files}
    facts = (
        ("Thời điểm tổng hợp", ward.created.strftime("%d/%m/%Y %H:%M:%S"), ""),
        ("Chương trình", f"tdp-xlsx {__version__}", "Tự tính trên máy, không kết nối mạng."),
        ("Phiên bản bảng", VERSION, ""),
        (
            "Dấu vân tay bộ tiêu chí",
            ward.plan.fingerprint,
            "Đổi khi mã hoặc nội dung của bất kỳ tiêu chí nào thay đổi.",
        ),
        ("Số tiêu chí", str(len(ward.plan.scored)), f"Và {len(ward.plan.cases)} trường hợp tại mục I."),
        ("Số đơn vị", str(len(ward.plan.groups)), ""),
        ("Số tệp trong thư mục nhận", str(len(files)), "Danh sách, mã SHA-256: trang Tình hình nộp bảng."),
        ("Số dòng thẩm định", str(len(ward.evaluation.decisions)), "Tại lần tổng hợp này."),
        *((("Sổ năm trước", last.file, f"SHA-256: {last.sha256}"),) if last else ()),
    )
    row += 1
    page.headings(row, ("Nội dung", "Giá trị", NOTE))
    for fact in facts:
        row += 1
        for col, text in enumerate(fact):
            page.text(row, col, text)
    return row
