"""Renew the pages of docs that are made from the code: python docs/make.py [--check]."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import click  # noqa: E402 - after the path that leads to the tests' kit

from tdp_xlsx import layout  # noqa: E402
from tdp_xlsx.cli import cli  # noqa: E402
from tdp_xlsx.cli.usage import STEPS, Command  # noqa: E402
from tdp_xlsx.console import FILE_WORDS, GROUP_WORDS, SEVERITY_WORDS  # noqa: E402
from tdp_xlsx.findings import CATALOGUE  # noqa: E402
from tdp_xlsx.folder import load_template  # noqa: E402
from tdp_xlsx.links import CriterionChange, GroupChange  # noqa: E402
from tdp_xlsx.model import Severity  # noqa: E402
from tdp_xlsx.papers.open_data import tables  # noqa: E402
from tdp_xlsx.papers.outcome import MASK  # noqa: E402
from tdp_xlsx.papers.vocabulary import SECTIONS as PAPER_FIELDS  # noqa: E402
from tdp_xlsx.template.items import LETTER_FIELDS, LETTERS, SECTIONS  # noqa: E402
from tests.kit.ward import Ward  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

WIDTH = 96
WEIGHTS = {
    Severity.ERROR: "lỗi: tệp chưa được tính cho đến khi sửa",
    Severity.WARNING: "cần làm rõ: vẫn được tính",
    Severity.INFO: "lưu ý",
}
STAGES = {
    "T": "Sổ mẫu",
    "F": "Tệp trong inbox",
    "I": "Nhận dạng bảng",
    "A": "Câu trả lời",
    "R": "Quan hệ giữa các câu trả lời, số liệu",
    "G": "Nhiều tệp của một đơn vị",
    "D": "Kết quả thẩm định",
    "N": "So với năm trước",
    "M": "Thư",
}


def made_from(source: str) -> str:
    """Return the line that says where a page comes from."""
    return f"Trang này được lập từ {source} bằng lệnh `python docs/make.py`; không sửa tay."


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield a Markdown table."""
    headings = list(headings)
    yield "| " + " | ".join(headings) + " |"
    yield "| " + " | ".join("---" for _ in headings) + " |"
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"


def findings_page() -> str:
    """Return the page of findings, by stage and code; words in braces are filled in when a finding is told."""
    lines = [
        "# Các phát hiện",
        "",
        made_from("danh mục trong `tdp_xlsx/findings`"),
        "Mức: " + "; ".join(WEIGHTS.values()) + ". Chữ trong {ngoặc nhọn} được thay bằng nội dung cụ thể.",
    ]
    for stage, title in STAGES.items():
        rules = [rule for code, rule in sorted(CATALOGUE.items()) if code[0] == stage]
        rows = [(rule.code, WEIGHTS[rule.severity].partition(":")[0], rule.text, rule.fix) for rule in rules]
        lines += ["", f"## {title} ({stage})", "", *table(("Mã", "Mức", "Nội dung", "Cách xử lý"), rows)]
    return "\n".join(lines) + "\n"


COMPLETION = """## Gõ tắt bằng phím Tab

Trên Linux, macOS, Git Bash: thêm một dòng vào tệp khởi động của shell, rồi mở cửa sổ mới.

- bash (từ 4.4), tệp `~/.bashrc`: `eval "$(_TDP_XLSX_COMPLETE=bash_source tdp-xlsx)"`
- zsh, tệp `~/.zshrc`: `eval "$(_TDP_XLSX_COMPLETE=zsh_source tdp-xlsx)"`
- fish, tệp `~/.config/fish/completions/tdp-xlsx.fish`: `_TDP_XLSX_COMPLETE=fish_source tdp-xlsx | source`

Trên Windows (cmd, PowerShell) chưa có; bấm phím mũi tên lên để gọi lại lệnh đã gõ.

## Mã thoát

0: xong. 1: xong, nhưng `check` thấy lỗi, `doctor` thấy chỗ phải sửa, `compare` thấy khác nhau, hoặc chưa đạt
`--strict`. 2: không làm được; một câu nói lý do và cách xử lý. Thông báo ra đầu ra lỗi; bảng và JSON ra đầu ra chuẩn.
"""


def commands_page() -> str:
    """Return every command's help page, by the steps of the round."""
    settings: dict[str, Any] = {**cli.context_settings, "terminal_width": WIDTH}
    context = click.Context(cli, info_name="tdp-xlsx", **settings)
    lines = ["# Các lệnh", "", made_from("`--help` của từng lệnh"), "", *_help(cli, context)]
    for step in STEPS:
        lines += ["", f"## {step}"]
        for name, command in cli.commands.items():
            if isinstance(command, Command) and command.step == step:
                inner = click.Context(command, info_name=name, parent=context, **settings)
                lines += ["", f"### {name}", "", *_help(command, inner)]
    return "\n".join(lines) + "\n\n" + COMPLETION


def _help(command: click.Command, context: click.Context) -> list[str]:
    with context:
        text = command.get_help(context)
    return ["```text", *(line.rstrip() for line in text.splitlines()), "```"]


def template_page() -> str:
    """Return the sheets and headings of the template, the form and the ward workbook."""
    lines = [
        "# Sổ mẫu, bảng gửi đơn vị, sổ tổng hợp: trang và tiêu đề",
        "",
        made_from("`tdp_xlsx/layout.py` và `tdp_xlsx/template/items.py`"),
        "Chương trình tìm cột theo tiêu đề: có thể đổi chỗ, thêm cột, đổi cách trình bày; không đổi chữ tiêu đề.",
        "",
        "## Sổ mẫu",
        "",
        "Các trang: " + ", ".join(f"`{name}`" for name in (*layout.TEMPLATE_SHEETS, layout.LINKS)) + ".",
        "",
        f"### {layout.SETTINGS}",
        "",
        f"Tiêu đề: {_listed(layout.SETTINGS_HEADINGS)}.",
    ]
    for title, settings in SECTIONS.items():
        rows = [(setting.label, setting.note, "; ".join(setting.choices)) for setting in settings]
        lines += ["", f"#### {title}", "", *table(("Mục", "Ghi gì", "Chọn một trong"), rows)]
    lines += [
        "",
        f"### {layout.REGISTER}",
        "",
        f"Tiêu đề: {_listed(layout.REGISTER_HEADINGS)}.",
        f"`{layout.GROUP_KIND}` là {_listed(layout.KINDS)}. Cột thêm chỉ ghi Có, Không là một đặc điểm của đơn vị;",
        f"tiêu chí có thể chỉ áp dụng cho đơn vị có đặc điểm đó (cột `{layout.APPLIES_TO}` của bảng).",
        "",
        f"### {layout.FORM}",
        "",
        f"Phần gửi đơn vị: {_listed(layout.FORM_HEADINGS)}.",
        f"Phần của phường, không gửi: {_listed(layout.OFFICE_HEADINGS)}.",
        "Chữ trong ngoặc nhọn được thay khi lập bảng: " + ", ".join(f"`{name}`" for name in layout.FORM_FIELDS) + ".",
        "",
        f"### {layout.RELATIONS}",
        "",
        f"Tiêu đề: {_listed(layout.RELATION_HEADINGS)}.",
        "",
        f"### {layout.LINKS}",
        "",
        "Không bắt buộc; lệnh `new-year` lập. Hai bảng, bảng nọ dưới bảng kia, mỗi dòng một cặp mã.",
        "",
        f"Đơn vị: {_listed(layout.GROUP_LINK_HEADINGS)}. `{layout.GROUP_LINK_HEADINGS[2]}`: {_listed(GroupChange)}.",
        "",
        f"Tiêu chí: {_listed(layout.CRITERION_LINK_HEADINGS)}. `{layout.CRITERION_LINK_HEADINGS[2]}`:",
        f"{_listed(CriterionChange)}.",
        "",
        "Dòng chỉ có mã năm trước không nói gì: cùng mã, loại và tên là `Giữ nguyên`; cùng mã và lời văn là `Như cũ`.",
        "",
        f"### {layout.LETTERS}",
        "",
        *table(("Mục", "Dùng khi"), ((letter.label, letter.note) for letter in LETTERS)),
        "",
        *table(("Chữ được thay", "Bằng"), ((f"`{field}`", meaning) for field, meaning in LETTER_FIELDS.items())),
        "",
        "## Sổ tổng hợp",
        "",
        "Các trang: " + ", ".join(f"`{name}`" for name in layout.WARD_SHEETS) + ".",
        f"`{layout.PREVIOUS}` chỉ có khi có sổ năm trước.",
        "",
        f"`{layout.RANKING}`: {_listed(layout.RANKING_HEADINGS_BEFORE)}, mỗi tiêu chuẩn một cột,",
        f"{_listed(layout.RANKING_HEADINGS_AFTER)}.",
        f"`{layout.DECISIONS}`: {_listed(layout.DECISION_HEADINGS)}.",
    ]
    return "\n".join(lines) + "\n"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


KEYS = {
    "": {
        "year": "năm đánh giá",
        "workbook": "sổ tổng hợp vừa ghi; null nếu lệnh không ghi",
        "groups": "mọi đơn vị trong danh sách, theo thứ tự đó (check với tệp được nêu: đơn vị của các tệp đó)",
        "files": "mọi tệp trong inbox, mỗi tệp một lần; tệp có nhiều bảng: mỗi bảng một lần, cùng tên tệp",
        "findings": "các phát hiện, nặng trước nhẹ sau",
        "previous": "so với năm trước, xem dưới; null nếu không có sổ năm trước, hoặc lệnh không phải consolidate",
    },
    "groups": {
        "code": "mã đơn vị",
        "name": "tên đơn vị",
        "status": "tình trạng: xem bảng dưới",
        "rank": "hạng; null nếu chưa được xếp",
        "met": "số tiêu chí phần II đạt",
        "applicable": "số tiêu chí phần II áp dụng cho đơn vị",
        "score": "tỷ lệ điểm đạt, từ 0 đến 1; null nếu chưa được tính",
        "standards": "theo số tiêu chuẩn: [đạt, áp dụng]",
        "disqualified_by": "mã các trường hợp mục I trả lời Có",
        "file": "tệp được dùng; null nếu không có",
        "sha256": "mã băm của tệp đó; null nếu không có",
        "previous": "so với năm trước: xem dưới; null như trên",
    },
    "files": {
        "file": "đường dẫn tính từ thư mục làm việc, dấu /",
        "status": "kết quả: xem bảng dưới",
        "group": "mã đơn vị; null nếu không rõ của ai",
        "sha256": "mã băm; null nếu không đọc được",
    },
    "findings": {
        "code": "mã phát hiện, xem [các phát hiện](findings.md)",
        "severity": "error, warning hoặc info",
        "group": "mã đơn vị hoặc null",
        "criterion": "mã tiêu chí hoặc null",
        "file": "tệp hoặc null",
        "cell": "ô, ví dụ E12, hoặc null",
        "message": "điều phát hiện, tiếng Việt",
        "fix": "cách xử lý, tiếng Việt",
    },
}
"""Every key of the document, by the list it stands in, and what it means."""
PREVIOUS = {
    "`previous` của tài liệu": {
        "file": "sổ năm trước, đường dẫn tính từ thư mục làm việc",
        "sha256": "mã băm của sổ đó",
        "year": "năm của sổ đó",
        "compared_groups": "số đơn vị so sánh được",
        "groups": "số đơn vị năm nay",
        "compared_criteria": "số tiêu chí phần II so sánh được",
        "criteria": "số tiêu chí phần II năm nay",
    },
    "`previous` của đơn vị so sánh được": {
        "code": "mã năm trước",
        "met": "số tiêu chí đạt [năm trước, năm nay], trong các tiêu chí so sánh",
        "compared": "số tiêu chí so sánh: vẫn là một tiêu chí, áp dụng cả hai năm",
        "gained": "mã tiêu chí thêm đạt, theo mã năm nay",
        "lost": "mã tiêu chí thôi đạt",
        "rank": "hạng [năm trước, năm nay] tính lại giữa các đơn vị so sánh được; null: không xếp hạng",
    },
    "`previous` của đơn vị không so sánh được": {"break": "mọi lý do ngắt chuỗi, tiếng Việt"},
}
"""Likewise of the comparison with the year before."""
COMPARED = {
    "": {
        "kind": "`forms`: hai bảng của một đơn vị; `workbooks`: hai sổ tổng hợp",
        "differences": "mọi chỗ khác nhau, theo từng đơn vị; số liệu, minh chứng không so",
    },
    "differences": {
        "group": "mã đơn vị",
        "criterion": "mã tiêu chí; null với tình trạng, tỷ lệ, hạng",
        "what": "answer (đơn vị trả lời), decision (kết quả thẩm định), state (tình trạng), score (tỷ lệ), rank (hạng)",
        "before": "ở tệp trước: chữ; tỷ lệ từ 0 đến 1; hạng là số; null nếu trống hoặc không có",
        "after": "ở tệp sau, như trên",
        "before_cell": "ô ở tệp trước, dạng Trang!A1; null nếu không có",
        "after_cell": "ô ở tệp sau, như trên",
    },
}
"""Likewise of `compare`."""


def samples() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the document of a small second year, from the program itself: one form lacks an answer.

    The other is of two ward workbooks of the first, before and after a lacking answer came.
    """
    with tempfile.TemporaryDirectory() as folder:
        ward = Ward.make(Path(folder) / "2021").generate()
        ward.send("TDP-05", {"2.3": None, "4.2": "Không"})
        ward.send("TDP-16", {"3.1": "Không"})
        ward.call("consolidate")
        before = ward.workbook.rename(ward.root / "before.xlsx")
        ward.send("TDP-05", {"4.2": "Không"})
        ward.call("consolidate")
        compared = ward.call("compare", "--json", before, ward.workbook).json
        ward.call("new-year", Path(folder) / "2022")
        second = Ward(Path(folder) / "2022").generate()
        second.send("TDP-05", {"2.3": None, "4.2": "Không"}, edition="2022")
        second.send("TDP-16", {"5.2": "Không"}, edition="2022")
        document = second.call("consolidate", "--json").json
    document["previous"]["sha256"] = "…"
    for entry in (*document["groups"], *document["files"]):
        if entry["sha256"]:
            entry["sha256"] = "…"  # as the file has the time of its making in it
    return document, compared


def json_page() -> str:
    """Return what `--json` prints, key by key, and a sample."""
    shown, compared = samples()
    for document, keys in ((shown, KEYS), (compared, COMPARED)):
        for where, meanings in keys.items():
            found = document if not where else document[where][0]
            if list(found) != list(meanings):
                raise ValueError(f"the keys of {where or 'the document'} are {list(found)}")
    beside = [shown["previous"], *(group["previous"] for group in reversed(shown["groups"]))]
    if [list(one) for one in beside] != [list(keys) for keys in PREVIOUS.values()]:
        raise ValueError(f"the keys of the year before are {beside}")
    lines = [
        "# JSON của `status`, `check`, `consolidate`, `compare`",
        "",
        made_from("chương trình"),
        "Với `--json`, đầu ra chuẩn chỉ có một tài liệu JSON, UTF-8; thông báo ra đầu ra lỗi.",
    ]
    titles = {where: f"Mỗi phần tử của `{where}`" if where else "Tài liệu" for where in KEYS}
    for title, meanings in (*((titles[where], keys) for where, keys in KEYS.items()), *PREVIOUS.items()):
        lines += ["", f"## {title}", "", *table(("Khóa", "Nghĩa"), ((f"`{k}`", v) for k, v in meanings.items()))]
    for title, words in (
        ("`status` của đơn vị", GROUP_WORDS),
        ("`status` của tệp", FILE_WORDS),
        ("`severity`", SEVERITY_WORDS),
    ):
        lines += ["", f"## {title}", "", *table(("Giá trị", "Nghĩa"), ((f"`{k.value}`", v) for k, v in words.items()))]
    text = re.sub(r"\[\s+(\d+),\s+(\d+)\s+\]", r"[\1, \2]", json.dumps(shown, ensure_ascii=False, indent=2))
    lines += ["", "## Ví dụ", "", "```json", text, "```"]
    lines += ["", "## `compare`"]
    for where, meanings in COMPARED.items():
        title = f"Mỗi phần tử của `{where}`" if where else "Tài liệu của `compare`"
        lines += ["", f"### {title}", "", *table(("Khóa", "Nghĩa"), ((f"`{k}`", v) for k, v in meanings.items()))]
    text = json.dumps(compared, ensure_ascii=False, indent=2)
    lines += ["", "### Ví dụ của `compare`", "", "```json", text, "```"]
    return "\n".join(lines) + "\n"


def open_data_page() -> str:
    """Return the tables of the open data and their fields."""
    with tempfile.TemporaryDirectory() as folder:
        plan = load_template(Ward.make(Path(folder)).root).plan
    lines = [
        "# Dữ liệu mở",
        "",
        made_from("`tdp_xlsx/papers/open_data.py`"),
        "`tdp-xlsx export` ghi các bảng vào `outbox/du_lieu`: mỗi bảng một tệp CSV (UTF-8 có BOM, dấu phẩy, dòng kết",
        "thúc CRLF), và `datapackage.json` mô tả chúng theo Frictionless Data Package: kiểu, khóa, giá trị được phép,",
        "nguồn (năm, tên và mã băm của sổ tổng hợp). Ô trống: không có hoặc không áp dụng.",
        "",
        "- Số liệu là của sổ tổng hợp. Chưa có sổ, hoặc inbox, trang `Thẩm định`, sổ mẫu đã thay đổi từ khi lập sổ:",
        "  lệnh không ghi gì, nói chỗ thay đổi; chạy `tdp-xlsx consolidate` rồi chạy lại.",
        "- Không có cột họ tên, điện thoại, địa chỉ thư của tổ trưởng, người lập, người gửi, người thẩm định. Trong",
        f"  tên tệp, lý do, phát hiện, minh chứng, những chữ ấy nếu có được thay bằng “{MASK}”, mọi số điện thoại",
        "  và địa chỉ thư khác cũng vậy. Tên chỉ có một chữ, và tên người mà sổ mẫu, bảng, thư không ghi thì chương",
        "  trình không biết: đọc lại trước khi công bố.",
        "- Chữ đơn vị tự ghi (cột `raw`, `evidence`, và trích trong phát hiện) chỉ có khi thêm `--evidence`.",
        "- Chữ mà bảng tính có thể hiểu là công thức đứng sau dấu nháy đơn. Excel tự đổi mã như 2.10 thành số khi mở",
        "  thẳng tệp CSV: dùng Dữ liệu > Từ Văn bản/CSV, chọn kiểu Văn bản.",
        "- Giấy phép sử dụng do cơ quan công bố quyết định, ghi thêm vào `datapackage.json` (`licenses`).",
    ]
    for one in tables(plan, evidence=True):
        refers = {
            fk["fields"]: "{resource}.{fields}".format(**fk["reference"]) for fk in one.schema().get("foreignKeys", ())
        }
        rows = [
            (
                f"`{field.name}`",
                field.type,
                field.title + "".join(f"; `{value}`: {words}" for value, words in (field.words or {}).items()),
                "bắt buộc" if field.required else "",
                f"`{refers[field.name]}`" if field.name in refers else "",
            )
            for field in one.fields
        ]
        lines += ["", f"## {one.title}: `{one.name}.csv`", "", f"Khóa: {_listed(one.key)}.", ""]
        lines += table(("Cột", "Kiểu", "Nghĩa", "", "Chỉ tới"), rows)
    return "\n".join(lines) + "\n"


PAPERS = """# Báo cáo, biên bản, tờ trình

{made}
`tdp-xlsx documents` soạn ba dự thảo Word trong `outbox/van_ban` từ ba mẫu của phường trong `templates/van_ban`:

| Mẫu | Dự thảo |
| --- | --- |
{papers}

![Trang đầu của báo cáo](hinh/bao-cao.png)

Số liệu, câu chữ là của trang `Tổng hợp` và trang `Xếp hạng`; chỗ phải quyết định (kế hoạch, thành phần họp, ý kiến,
kết luận, đề nghị) là dòng chấm, điền bằng Word. Chưa có sổ tổng hợp, hoặc inbox, trang `Thẩm định`, sổ mẫu đã thay
đổi từ khi lập sổ thì lệnh không ghi gì: chạy `tdp-xlsx consolidate` rồi chạy lại. Chạy lại bao nhiêu lần cũng được:
dự thảo đã sửa, hay chỉ mở ra lưu lại, được cất vào `outbox/luu` trước khi thay; dự thảo chưa ai sửa thì thay luôn.
Người thẩm định, lý do thẩm định, dữ liệu của tổ trưởng không có trong văn bản.

## Sửa mẫu

Mở mẫu bằng Word hoặc LibreOffice, sửa lời, phông, lề, thêm bớt đoạn tùy ý, lưu dạng .docx. Mẫu mặc định do `init`
đặt, hoặc do `documents` đặt khi thư mục chưa có mẫu nào; mẫu đã có không bao giờ bị ghi đè; `new-year` chép mẫu sang
thư mục năm sau. Muốn lấy lại mẫu mặc định: chuyển cả ba mẫu đi nơi khác rồi chạy `tdp-xlsx documents`.

- Trường đặt trong hai dấu ngoặc nhọn: `{{{{ co_quan }}}}`. Viết hoa cả cụm: `{{{{ phuong|upper }}}}`; viết thường:
  `|lower`.
- Có điều kiện, trong một đoạn: `{{% if ky %}} ({{{{ ky }}}}){{% endif %}}`. Giữ hoặc bỏ nhiều đoạn, cả bảng:
  `{{%p if chua_tinh %}}`, `{{%p else %}}`, `{{%p endif %}}`, mỗi thẻ đứng riêng một đoạn. Điều kiện ghép được bằng
  `not`, `and`, `or`.
- Bảng nhiều dòng: một dòng chỉ có `{{%tr for dong in xep_hang %}}`, một dòng có `{{{{ dong.so_tt }}}}`,
  `{{{{ dong.ten }}}}`…, một dòng chỉ có `{{%tr endfor %}}`. Lặp đoạn thì dùng `{{%p for … %}}`, `{{%p endfor %}}`.
  Không lặp trong vòng lặp.
- Trường dùng được trong bảng, hộp chữ, đầu trang, chân trang, chú thích cuối trang. Ngoài các thẻ trên không dùng
  được gì khác: mẫu là văn bản, không phải chương trình.
- Trước khi soạn, mọi thẻ của cả ba mẫu được kiểm tra; thẻ sai được nêu hết một lần, kèm tên mẫu, đoạn hoặc ô của
  bảng, tên gần giống nhất; còn một chỗ sai thì không ghi gì. Mẫu có mật khẩu, có macro, tệp .doc cũ thì bị từ chối.

## Các trường
"""


def papers_page() -> str:
    """Return how the office's Word templates are written, and every field that may stand in them."""
    papers = "\n".join(
        f"| `{layout.paper_template(name)}` | {title}: `{layout.draft_name('2021', name)}` |"
        for name, title in layout.PAPERS.items()
    )
    lines = [PAPERS.format(made=made_from("`tdp_xlsx/papers/vocabulary.py`"), papers=papers).rstrip()]
    for title, fields in PAPER_FIELDS.items():
        lines += ["", f"### {title}", ""]
        if any(field.columns for field in fields):
            rows = [
                (
                    f"`{one.name}`",
                    one.meaning,
                    "; ".join(f"`{name}`: {said}" for name, said in (one.columns or {}).items()),
                )
                for one in fields
            ]
            lines += table(("Danh sách", "Gồm", "Các cột"), rows)
        else:
            lines += table(("Trường", "Là"), ((f"`{field.name}`", field.meaning) for field in fields))
    return "\n".join(lines) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "findings.md": findings_page,
    "json.md": json_page,
    "open-data.md": open_data_page,
    "template.md": template_page,
    "van-ban.md": papers_page,
}


def main() -> int:
    """Write the pages, or with --check only say which are stale."""
    pages = {name: page() for name, page in PAGES.items()}
    stale = [name for name, text in pages.items() if not _is_current(HERE / name, text)]
    if "--check" not in sys.argv[1:]:
        for name in stale:
            (HERE / name).write_text(pages[name], encoding="utf-8", newline="\n")
        return 0
    for name in stale:
        print(f"docs/{name} is stale: run python docs/make.py")
    return 1 if stale else 0


def _is_current(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
