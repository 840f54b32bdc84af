"""The open data of a round: its tables as CSV, each column described, and the descriptor datapackage.json."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from tdp_xlsx import __version__, layout
from tdp_xlsx.console import FILE_WORDS, GROUP_WORDS, SEVERITY_WORDS
from tdp_xlsx.findings import CATALOGUE
from tdp_xlsx.layout import AS_IT_STANDS
from tdp_xlsx.model import ALL_GROUPS, NO, YES
from tdp_xlsx.outputs import exclusive, put_bytes, settle
from tdp_xlsx.papers.outcome import masking
from tdp_xlsx.papers.told import standing
from tdp_xlsx.report.words import FAULTS
from tdp_xlsx.submission import AnswerState, Final
from tdp_xlsx.text import csv_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tdp_xlsx.api import Round
    from tdp_xlsx.model import Plan
    from tdp_xlsx.papers.told import Standing


Row = tuple[str | float | None, ...]
"""One line's values; a bool is a number, too."""

_STATES = {
    AnswerState.CLEAR: "rõ",
    AnswerState.MISSING: "chưa trả lời",
    AnswerState.UNCLEAR: "không rõ",
    AnswerState.NOT_APPLICABLE: "không áp dụng",
}
_FINALS = {
    Final.NOT_APPLICABLE: (AnswerState.NOT_APPLICABLE, None),
    Final.MISSING: (AnswerState.MISSING, None),
    Final.UNCLEAR: (AnswerState.UNCLEAR, None),
    Final.CONTRADICTED: (AnswerState.UNCLEAR, None),
    Final.YES: (AnswerState.CLEAR, YES),
    Final.NO: (AnswerState.CLEAR, NO),
}
_TO = {"group": ("groups", "code"), "criterion": ("criteria", "code"), "file": ("files", "number")}
"""What a field of this name refers to, in every table."""


@dataclass(frozen=True, slots=True)
class Source:
    """What rows are made of: the round, what takes people out of its texts, whether what leaders typed is wanted."""

    round: Round
    masked: Callable[[str], str]
    evidence: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One column; ``words`` are the values it may have, and what each means."""

    name: str
    title: str
    type: str = "string"
    required: bool = False
    words: Mapping[str, str] | None = None

    def schema(self) -> dict[str, Any]:
        """Return the field as Table Schema has it."""
        limits: dict[str, Any] = {"required": True} if self.required else {}
        told: dict[str, Any] = {"name": self.name, "type": self.type, "title": self.title}
        if self.words:
            told["description"] = "; ".join(f"{value}: {meaning}" for value, meaning in self.words.items())
            limits |= {"enum": list(self.words)}
        elif self.type == "integer":
            limits |= {"minimum": 0}
        return told | ({"constraints": limits} if limits else {})


@dataclass(frozen=True, slots=True)
class Table:
    """One resource: its fields, its key, and what makes its rows."""

    name: str
    title: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    rows: Callable[[Source], Iterator[Row]]

    def schema(self) -> dict[str, Any]:
        """Return the Table Schema."""
        foreign = [
            {"fields": one.name, "reference": {"resource": _TO[one.name][0], "fields": _TO[one.name][1]}}
            for one in self.fields
            if one.name in _TO
        ]
        keys = {"primaryKey": list(self.key), **({"foreignKeys": foreign} if foreign else {})}
        return {"fields": [one.schema() for one in self.fields], "missingValues": [""], **keys}


def tables(plan: Plan, *, evidence: bool) -> tuple[Table, ...]:
    """Return the tables, those referred to first; ``evidence`` adds what leaders typed."""
    same = {YES: YES, NO: NO}
    group, criterion = Field("group", "Mã đơn vị"), Field("criterion", "Mã tiêu chí")
    file, cell = Field("file", "Tệp, theo số ở bảng files", "integer"), Field("cell", "Ô trong tệp đó")
    number = Field("number", "Số thứ tự", "integer", required=True)
    states = {state.value: words for state, words in _STATES.items()}
    standards = tuple(
        Field(
            f"standard_{one.number}_{name}", f"Tiêu chuẩn {one.number}: số tiêu chí {words}", "integer", required=True
        )
        for one in plan.standards
        for name, words in (("met", "đạt"), ("applicable", "áp dụng"))
    )
    files = (
        *(number, Field("path", "Đường dẫn tính từ thư mục làm việc", required=True)),
        Field("sheet", "Trang của bảng, nếu tệp có nhiều bảng"),
        Field("status", "Kết quả xử lý", required=True, words={k.value: v for k, v in FILE_WORDS.items()}),
        *(group, Field("size", "Dung lượng (byte)", "integer", required=True), Field("sha256", "Mã băm SHA-256")),
    )
    groups = (
        *(Field("code", "Mã đơn vị", required=True), Field("name", "Tên đơn vị", required=True)),
        *(Field("kind", "Loại đơn vị", required=True), Field("attributes", "Đặc điểm, cách nhau dấu chấm phẩy")),
        Field("status", "Tình trạng", required=True, words={k.value: v for k, v in GROUP_WORDS.items()}),
        *(Field("list", "Danh sách được xếp hạng riêng"), Field("rank", "Hạng", "integer")),
        Field("met", "Số tiêu chí phần II đạt", "integer", required=True),
        Field("applicable", "Số tiêu chí phần II áp dụng", "integer", required=True),
        Field("score", "Tỷ lệ điểm đạt, từ 0 đến 1", "number"),
        *(Field("passed", "Đạt mức quy định", "boolean"), Field("rating", "Xếp loại")),
        *(Field("disqualified_by", "Mã các trường hợp mục I trả lời Có, cách nhau dấu chấm phẩy"), *standards),
        Field("decided", "Số dòng thẩm định có hiệu lực", "integer", required=True),
        *(Field("changed", "Số câu trả lời đổi do thẩm định", "integer", required=True), file),
    )
    criteria = (
        *(Field("code", "Mã tiêu chí", required=True), Field("label", "In trên bảng là", required=True)),
        *(Field("part", "Phần", required=True), Field("standard", "Số của tiêu chuẩn")),
        *(Field("text", "Nội dung", required=True), Field("applies_to", "Áp dụng cho")),
        Field("points", "Điểm", "integer", required=True),
        Field("concerned", "Số đơn vị được tính mà tiêu chí áp dụng", "integer", required=True),
        Field("yes", "Trong đó trả lời Có", "integer", required=True),
        Field("no", "Trong đó trả lời Không", "integer", required=True),
    )
    typed = (Field("raw", "Nguyên văn ô trả lời"), Field("evidence", "Số liệu, minh chứng")) if evidence else ()
    answers = (
        *(Field("group", "Mã đơn vị", required=True), Field("criterion", "Mã tiêu chí", required=True)),
        Field("state", "Tự đánh giá: đọc được thế nào", required=True, words=states),
        Field("answer", "Tự đánh giá", words=same),
        Field("final_state", "Như trên, sau thẩm định", required=True, words=states),
        *(Field("final_answer", "Kết quả sau thẩm định", words=same), file, cell, *typed),
    )
    decisions = (
        *(number, group, Field("criterion", f"Mã tiêu chí; trống nếu thẩm định ghi “{ALL_GROUPS}” hoặc không rõ")),
        Field("result", "Kết quả thẩm định", words={**same, AS_IT_STANDS: "đơn vị trả lời thế nào, giữ thế ấy"}),
        *(Field("reason", "Lý do"), Field("decided_on", "Ngày, như đã ghi")),
        Field("in_force", "Có hiệu lực", "boolean", required=True),
        Field("fault", "Vì sao không có hiệu lực", words={k.value: v for k, v in FAULTS.items()}),
    )
    findings = (
        *(number, Field("code", "Mã phát hiện", required=True)),
        Field("severity", "Mức", required=True, words={k.value: v for k, v in SEVERITY_WORDS.items()}),
        *(group, criterion, file, cell),
        *(Field("message", "Nội dung", required=True), Field("fix", "Cách xử lý", required=True)),
    )
    return (
        Table("groups", "Đơn vị và kết quả", groups, ("code",), _groups),
        Table("criteria", "Tiêu chí", criteria, ("code",), _criteria),
        Table("answers", "Câu trả lời của các đơn vị có bảng đọc được", answers, ("group", "criterion"), _answers),
        Table("decisions", "Kết quả thẩm định", decisions, ("number",), _decisions),
        Table("findings", "Phát hiện", findings, ("number",), _findings),
        Table("files", "Tệp nhận được", files, ("number",), _files),
    )


def _numbers(done: Round) -> dict[tuple[str | None, str | None], int]:
    """Return the number of each file by its path, and by its sheet where it is one of several forms."""
    return {(one.file.path, one.file.sheet): number for number, one in enumerate(done.intake.files, start=1)}


def _counting(done: Round) -> dict[str, int]:
    """Return, by group code, the number of the file that speaks for it."""
    numbers = _numbers(done)
    return {code: numbers[one.file.path, one.file.sheet] for code, one in done.intake.submissions.items()}


def _groups(source: Source) -> Iterator[Row]:
    done = source.round
    files = _counting(done)
    for group, one in zip(done.template.plan.groups, done.evaluation.results, strict=True):
        score = None if one.score is None else float(one.score)
        yield (
            *(one.code, one.name, one.kind, "; ".join(sorted(group.attributes)), one.status.value, one.list, one.rank),
            *(one.met, one.applicable, score, one.passed, one.rating, "; ".join(one.disqualified_by)),
            *(count for standard in done.template.plan.standards for count in one.standards[standard.number]),
            *(one.decided, one.changed, files.get(one.code)),
        )


def _criteria(source: Source) -> Iterator[Row]:
    done = source.round
    for one in done.template.plan.criteria:
        told = one.code, one.label, one.part, one.standard, one.text, one.applies_to, one.points
        yield *told, *done.evaluation.by_criterion[one.code]


def _answers(source: Source) -> Iterator[Row]:
    done, masked = source.round, source.masked
    files, codes = _counting(done), done.template.plan.codes
    places = {code: place for place, code in enumerate(codes)}
    for one in done.evaluation.rows:
        state, final = _FINALS[Final(done.evaluation.finals[one.group][places[one.criterion]])]
        said = one.group, one.criterion, one.state, one.value, state.value, final, files[one.group], one.cell
        yield (*said, masked(one.raw), masked(one.evidence)) if source.evidence else said


def _decisions(source: Source) -> Iterator[Row]:
    done, masked = source.round, source.masked
    plan = done.template.plan
    for number, settled in enumerate(done.evaluation.decisions, start=1):
        one, fault = settled.decision, settled.fault
        yield (
            *(number, one.group if one.group in plan.group_by_code else None),
            one.criterion if one.criterion in plan.by_code else None,
            one.result if one.result in {YES, NO, AS_IT_STANDS} else None,
            *(masked(one.reason), masked(one.decided_on)),
            *(fault is None, fault and fault.value),
        )


def _findings(source: Source) -> Iterator[Row]:
    done, masked = source.round, source.masked
    plan, numbers = done.template.plan, _numbers(done)
    for number, one in enumerate(done.findings, start=1):
        place = one.place
        file = numbers.get((place.file, None)) or numbers.get((place.file, place.sheet))
        message = one.message
        if not source.evidence and "“{raw}”" in CATALOGUE[one.code].text:  # which quotes what a leader typed
            message = re.sub("(?<!^Trang )“.*”", "“…”", message, flags=re.DOTALL)
        yield (
            *(number, one.code, one.severity.value, place.group if place.group in plan.group_by_code else None),
            *(place.criterion if place.criterion in plan.by_code else None, file, place.cell if file else None),
            *(masked(message), masked(one.fix)),
        )


def _files(source: Source) -> Iterator[Row]:
    done, masked = source.round, source.masked
    known = done.template.plan.group_by_code
    for number, one in enumerate(done.intake.files, start=1):
        group = one.group if one.group in known else None
        place = masked(one.file.path), masked(one.file.page)
        yield number, *place, one.status.value, group, one.file.size, one.file.sha256


_DIALECT = {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True}
_NOTE = (
    "Không có họ tên, điện thoại, địa chỉ thư của người lập, người gửi, người thẩm định. Giấy phép sử dụng do cơ quan "
    "công bố quyết định; chưa ghi ở đây."
)


def export(root: Path, *, evidence: bool = False) -> Path:
    """Write the tables and what describes them; return their folder. With ``evidence``, what leaders typed too.

    Raises:
        CannotRunError: The ward workbook does not show the round as it is, or a file cannot be written.
    """
    folder = root / layout.OPEN_DATA
    with exclusive(root):
        stands = standing(root)
        source = Source(stands.round, masking(stands.round), evidence)
        resources = []
        for table in tables(stands.round.template.plan, evidence=evidence):
            content = _csv(table, source)
            put_bytes(folder / f"{table.name}.csv", content, settle_folder=False)
            resources.append(_resource(table, content))
        package = json.dumps(_package(stands, resources), ensure_ascii=False, indent=2) + "\n"
        put_bytes(folder / "datapackage.json", package.encode(), settle_folder=False)
        settle(folder)
    return folder


def _csv(table: Table, source: Source) -> bytes:
    lines = [",".join(csv_cell(one.name) for one in table.fields)]
    lines += (",".join(map(_cell, row)) for row in table.rows(source))
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")


def _cell(value: str | float | None) -> str:
    if isinstance(value, str):
        return csv_cell(value) if value else ""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else repr(value)


def _resource(table: Table, content: bytes) -> dict[str, Any]:
    return {
        "name": table.name,
        "type": "table",
        "path": f"{table.name}.csv",
        "title": table.title,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": _DIALECT,
        "schema": table.schema(),
    }


def _package(stands: Standing, resources: list[dict[str, Any]]) -> dict[str, Any]:
    settings = stands.round.template.plan.settings
    made_up = "SỐ LIỆU MINH HỌA: " if stands.demo else ""
    name = PurePosixPath(stands.workbook).name
    return {
        "profile": "tabular-data-package",
        "name": f"tdp-xlsx-{settings.edition}",
        "title": f"{made_up}Kết quả đánh giá tổ dân phố, bản năm {settings.year}, {settings.office}",
        "description": f"{made_up}{_NOTE}",
        "version": __version__,
        "sources": [{"title": f"Sổ tổng hợp {name}", "path": name, "year": settings.year, "sha256": stands.sha256}],
        "resources": resources,
    }
