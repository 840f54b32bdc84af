"""The form to send back: what was clear is kept, what was not is asked, and mended it counts."""

from __future__ import annotations

import json
import shutil
import unicodedata
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tdp_xlsx.folder import load_template
from tdp_xlsx.forms.returns import write_returns
from tdp_xlsx.intake import account
from tdp_xlsx.intake.expected import Expected
from tdp_xlsx.intake.understand import understand
from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.submission import InboxFile
from tests.kit.grid import edit
from tests.kit.returned import MOMENT
from tests.kit.ward import FORM, Line, Ward, key_rows

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from tdp_xlsx.submission import Intake
    from tests.kit.node import Node
    from tests.kit.office import Office

TOWN = Line("TDP-05", "Tổ dân phố số 5")
NEIGHBOUR = Line("TDP-16", "Tổ dân phố số 16")
ASK = "00FFE699"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    return Ward.make(tmp_path_factory.mktemp("made"), [TOWN, NEIGHBOUR]).generate()


@pytest.fixture
def ward(made: Ward, tmp_path: Path) -> Ward:
    return Ward(shutil.copytree(made.root, tmp_path / "ward"))


def returns(ward: Ward) -> list[str]:
    folder = ward.root / "outbox" / "tra_lai"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def sheet_of(ward: Ward, name: str) -> Worksheet:
    return openpyxl.load_workbook(ward.root / "outbox" / "tra_lai" / name)[FORM]


def answers(sheet: Worksheet) -> dict[str, Any]:
    return {code: sheet.cell(row, 5).value for code, row in key_rows(sheet).items()}


def asked(sheet: Worksheet) -> dict[str, str]:
    """The rows whose answer is coloured, with the reminder while it is blank."""
    found = {}
    for code, row in key_rows(sheet).items():
        if sheet.cell(row, 5).fill.fgColor.rgb == ASK:
            assert sheet.cell(row, 7).fill.fgColor.rgb == ASK
            found[code] = str(sheet.cell(row, 7).value)
    return found


def report(ward: Ward) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(ward.call("consolidate", "--json").out)
    return document


def settle(ward: Ward) -> Intake:
    """Read the inbox and write the forms to send back, as `consolidate` does, without the rest of it."""
    template = load_template(ward.root)
    expected = Expected(template.plan)
    files = [
        form
        for path in sorted(ward.inbox.iterdir())
        for form in understand(expected, InboxFile(f"inbox/{path.name}", "0" * 64, 1, MOMENT), read_workbook(path))
    ]
    intake = account(template.plan, files)
    assert write_returns(ward.root, template, intake).failures == ()
    return intake


def states(intake: Intake) -> set[str]:
    return {outcome.status.value for outcome in intake.files}


def statuses(document: dict[str, Any]) -> dict[str, str]:
    return {one["code"]: one["status"] for one in document["groups"]}


def test_two_wrong_cells_go_back_alone_come_in_mended_and_count(ward: Ward, office: Office) -> None:
    ward.send("TDP-05", {"2.3": "một phần", "4.1": None, "3.2": "ko", "I.2": "Không"}, cells={"F21": "50/80 hộ"})
    document = report(ward)
    assert statuses(document) == {"TDP-05": "incomplete", "TDP-16": "missing"}
    assert returns(ward) == ["2021_TDP-05_bang-tu-danh-gia_lan-2.xlsx"]

    sheet = sheet_of(ward, "2021_TDP-05_bang-tu-danh-gia_lan-2.xlsx")
    kept = answers(sheet)
    assert (kept["2.3"], kept["4.1"], kept["3.2"], kept["I.2"], kept["2.10"]) == (
        None,
        None,
        "Không",
        "Không",
        "Không áp dụng",
    )
    assert sum(value in {"Có", "Không"} for value in kept.values()) == 44
    assert sheet["F21"].value == "50/80 hộ"
    questions = asked(sheet)
    assert list(questions) == ["2.3", "4.1"]
    assert "Đã ghi “một phần”, chưa rõ. Chọn Có hoặc Không" in questions["2.3"]
    assert "Chưa trả lời. Chọn Có hoặc Không" in questions["4.1"]

    rows = key_rows(sheet)
    back = ward.root / "outbox" / "tra_lai" / "2021_TDP-05_bang-tu-danh-gia_lan-2.xlsx"
    shown = office.recalculate(back)[FORM]
    assert shown[f"G{rows['2.3']}"].text.startswith("Đã ghi “một phần”, chưa rõ. Chọn Có hoặc Không")
    assert shown["E3"].text == "Đã trả lời: 44/46"
    mended = ward.inbox / "gui lai.xlsx"
    office.fill(back, mended, {FORM: {f"E{rows['2.3']}": "Có", f"D{rows['4.1']}": "x"}})
    assert office.recalculate(mended)[FORM][f"G{rows['2.3']}"].text.count("chưa rõ") == 0

    document = report(ward)
    assert statuses(document)["TDP-05"] == "valid"
    assert {f["file"]: f["status"] for f in document["files"]} == {
        "inbox/2021_TDP-05_bang-tu-danh-gia.xlsx": "superseded",
        "inbox/gui lai.xlsx": "accepted",
    }
    (group,) = (one for one in document["groups"] if one["code"] == "TDP-05")
    assert (group["met"], group["applicable"]) == (41, 43)  # all but 3.2 and 4.1
    assert returns(ward) == []


def test_the_second_sheet_lists_what_is_to_be_mended(ward: Ward) -> None:
    ward.send("TDP-05", {"2.3": "một phần", "4.5b": None})
    settle(ward)
    book = openpyxl.load_workbook(ward.root / "outbox/tra_lai/2021_TDP-05_bang-tu-danh-gia_lan-2.xlsx")
    lines = [str(row[1].value) for row in book["Hướng dẫn điền"].iter_rows()][2:5]
    assert lines == [
        (
            "Phường đề nghị xem lại 02 mục dưới đây (ô tô màu vàng đậm ở trang “Bảng tự đánh giá”). "
            "Các câu trả lời khác đã được giữ, không phải điền lại."
        ),
        "Mục 2.3: Đã ghi “một phần”, chưa rõ. Chọn Có hoặc Không.",
        "Mục 4.5 (dòng thứ hai): Chưa trả lời. Chọn Có hoặc Không.",
    ]


def test_running_again_changes_nothing_and_a_mended_group_takes_its_form_away(ward: Ward) -> None:
    ward.send("TDP-05", {"2.3": None})
    settle(ward)
    (name,) = returns(ward)
    path = ward.root / "outbox" / "tra_lai" / name
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    settle(ward)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    ward.send("TDP-05")
    settle(ward)
    assert returns(ward) == []


def test_what_others_put_beside_the_forms_stays(ward: Ward) -> None:
    folder = ward.root / "outbox" / "tra_lai"
    folder.mkdir(parents=True)
    for name in ("ghi chú.txt", "2020_TDP-05_bang-tu-danh-gia_lan-2.xlsx", "2021_TDP-05_bang-tu-danh-gia_lan-9.xlsx"):
        (folder / name).write_bytes(b"")
    settle(ward)
    assert returns(ward) == ["2020_TDP-05_bang-tu-danh-gia_lan-2.xlsx", "ghi chú.txt"]


def test_a_second_round_of_questions_carries_the_next_number(ward: Ward) -> None:
    ward.send("TDP-05", {"2.3": None, "2.4": None})
    settle(ward)
    edit(
        ward.root / "outbox/tra_lai/2021_TDP-05_bang-tu-danh-gia_lan-2.xlsx",
        {FORM: {"E18": "Có"}},
        ward.inbox / "lan hai.xlsx",
    )
    assert states(settle(ward)) == {"superseded", "incomplete"}
    assert returns(ward) == ["2021_TDP-05_bang-tu-danh-gia_lan-3.xlsx"]
    assert list(asked(sheet_of(ward, "2021_TDP-05_bang-tu-danh-gia_lan-3.xlsx"))) == ["2.4"]


def test_of_two_files_in_conflict_the_shared_answers_are_kept(ward: Ward) -> None:
    ward.send("TDP-05", {"2.3": "Không", "2.4": None}, name="a.xlsx", cells={"F21": "95%", "F22": "10"})
    ward.send("TDP-05", {"2.4": "có?"}, name="b.xlsx", cells={"F21": "95%", "F22": "12", "F23": "3"})
    assert states(settle(ward)) == {"conflict"}
    sheet = sheet_of(ward, "2021_TDP-05_bang-tu-danh-gia_lan-2.xlsx")
    questions = asked(sheet)
    assert list(questions) == ["2.3", "2.4"]
    assert "Các tệp đã nộp ghi khác nhau: “a.xlsx” ghi Không; “b.xlsx” ghi Có. Chọn Có hoặc Không" in questions["2.3"]
    assert "“a.xlsx” chưa ghi; “b.xlsx” ghi “có?”" in questions["2.4"]
    assert (sheet["F21"].value, sheet["F22"].value, sheet["F23"].value) == ("95%", None, "3")
    guide = openpyxl.load_workbook(ward.root / "outbox/tra_lai/2021_TDP-05_bang-tu-danh-gia_lan-2.xlsx")
    lines = [str(row[1].value) for row in guide["Hướng dẫn điền"].iter_rows()]
    assert "Mục 2.7: số liệu, minh chứng ở các tệp đã nộp khác nhau: “10”; “12”. Ghi lại nếu cần." in lines


def test_a_refused_form_gives_what_of_it_can_be_trusted(ward: Ward) -> None:
    ward.send("TDP-05", {"2.3": "Không"}, cells={"B60": "Tiêu chí sửa lại"})
    assert states(settle(ward)) == {"rejected"}
    sheet = sheet_of(ward, "2021_TDP-05_bang-tu-danh-gia_lan-2.xlsx")
    assert answers(sheet)["2.3"] == "Không"
    (question,) = asked(sheet).values()
    assert "Cần trả lời theo nội dung hiện hành. Chọn Có hoặc Không" in question


def test_a_file_that_says_nothing_of_its_answers_gets_a_blank_form(ward: Ward) -> None:
    (ward.inbox / "2021_TDP-05_bang-tu-danh-gia.xlsx").write_bytes(b"PK\x03\x04 hong")
    ward.send("TDP-16", name="chep.xlsx", cells={"A3": "Đơn vị: Tổ dân phố số 5"})
    assert statuses(report(ward)) == {"TDP-05": "rejected", "TDP-16": "rejected"}
    for name in returns(ward):
        sheet = sheet_of(ward, name)
        assert asked(sheet) == {}
        assert {value for value in answers(sheet).values() if value} == {"Không áp dụng"}
    assert returns(ward) == [
        "2021_TDP-05_bang-tu-danh-gia_lan-2.xlsx",
        "2021_TDP-16_bang-tu-danh-gia_lan-2.xlsx",
    ]


def test_a_criterion_changed_in_mid_round_is_asked_again_alone(ward: Ward) -> None:
    ward.send("TDP-05", {"2.3": "Không"})
    book = openpyxl.load_workbook(ward.template)
    row = next(r for r in book[FORM].iter_rows() if r[8].value == "3.1")
    row[1].value = "Nội dung mới của mục 3.1"
    book.save(ward.template)
    intake = settle(ward)
    assert states(intake) == {"rejected"}
    assert [f.message for f in intake.findings if f.code == "I311"] == [
        "Bảng lập theo bộ tiêu chí trước khi phường sửa sổ mẫu; đơn vị phải trả lời lại mục: 3.1."
    ]
    sheet = sheet_of(ward, "2021_TDP-05_bang-tu-danh-gia_lan-2.xlsx")
    assert list(asked(sheet)) == ["3.1"]
    assert answers(sheet)["2.3"] == "Không"
    rows = key_rows(sheet)
    assert sheet.cell(rows["3.1"], 2).value == "Nội dung mới của mục 3.1"
    edit(
        ward.root / "outbox/tra_lai/2021_TDP-05_bang-tu-danh-gia_lan-2.xlsx",
        {FORM: {f"E{rows['3.1']}": "Có"}},
        ward.inbox / "lan hai.xlsx",
    )
    intake = settle(ward)
    assert states(intake) == {"superseded", "accepted"}
    assert [(f.code, f.place.criterion) for f in intake.findings] == [("G402", None), ("G405", "3.1")]


def test_what_no_cell_can_hold_is_marked_and_formulas_stay_text(ward: Ward) -> None:
    from tdp_xlsx.folder import load_template
    from tdp_xlsx.forms.correction import correction_of
    from tdp_xlsx.forms.writer import FormWriter
    from tdp_xlsx.submission import Reply
    from tests.kit.returned import Office as Desk

    desk = Desk(ward)
    paper = desk.paper("TDP-05").fill({"2.3": "\x01bậy\x02"})
    nfd = unicodedata.normalize("NFD", "đã họp")
    for code, text in (("2.4", "=1+1"), ("2.6", "-5"), ("2.7", '"a"\nb'), ("2.8", nfd), ("3.1", "\x00" + "x" * 40000)):
        paper.write(code, "F", text)
    submission = desk.understand(paper).submission
    assert submission is not None
    template = load_template(ward.root)
    group = template.plan.group_by_code["TDP-05"]
    correction = correction_of(template.plan, group, Reply((submission,), 1))
    target = ward.root / "x.xlsx"
    FormWriter(template).write(group, target, number=2, correction=correction)
    sheet = openpyxl.load_workbook(target)[FORM]
    rows = key_rows(sheet)
    assert [sheet.cell(rows[c], 6).value for c in ("2.4", "2.6", "2.7", "2.8")] == ["=1+1", "-5", '"a"\nb', nfd]
    assert sheet.cell(rows["2.4"], 6).data_type == "s"
    cut = str(sheet.cell(rows["3.1"], 6).value)
    assert (len(cut), cut[0], cut[-1]) == (32_767, "\ufffd", "…")
    assert "Đã ghi “\ufffdbậy\ufffd”, chưa rõ" in asked(sheet)["2.3"]


def test_a_long_answer_is_repeated_short(ward: Ward) -> None:
    ward.send("TDP-05", {"2.3": "đang làm " * 100})
    settle(ward)
    question = asked(sheet_of(ward, "2021_TDP-05_bang-tu-danh-gia_lan-2.xlsx"))["2.3"]
    assert "…”, chưa rõ" in question
    assert len(question) < 1500


def test_the_signature_is_kept(ward: Ward) -> None:
    book = openpyxl.load_workbook(ward.form("TDP-05"))
    form = book[FORM]
    foot = next(r for r, row in enumerate(form.values, 1) if any(str(value).startswith("NL-") for value in row))
    ward.send("TDP-05", {"2.3": None}, cells={f"B{foot}": "Nguyễn Văn An", f"C{foot}": "20/11/2021"})
    settle(ward)
    sheet = sheet_of(ward, "2021_TDP-05_bang-tu-danh-gia_lan-2.xlsx")
    assert (sheet.cell(foot, 2).value, sheet.cell(foot, 3).value) == ("Nguyễn Văn An", "20/11/2021")


def test_a_form_that_cannot_be_written_or_taken_away_is_told(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path as Real

    from tdp_xlsx.forms.writer import FormWriter
    from tdp_xlsx.outputs import OutputError

    ward.send("TDP-05", {"2.3": None})
    report(ward)

    def refuse(*_: Any, **__: Any) -> bool:
        raise OutputError("Không ghi được.")

    with monkeypatch.context() as patch:
        patch.setattr(FormWriter, "write", refuse)
        done = ward.call("consolidate")
        assert done.code == 2
        assert "Không ghi được." in done.err
        assert ward.workbook.exists()
    ward.send("TDP-05")

    def busy(self: Real, **_: Any) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    with monkeypatch.context() as patch:
        patch.setattr(Real, "unlink", busy)
        done = ward.call("consolidate")
    assert "Không bỏ được bảng gửi lại cũ" in done.err
    assert done.code == 2


@pytest.mark.exhaustive
def test_any_number_of_files_in_conflict_makes_a_form_that_programs_open(ward: Ward, node: Node) -> None:
    rows = key_rows(openpyxl.load_workbook(ward.form("TDP-05"))[FORM])
    codes = [code for code in rows if code.startswith("3.")][:5]
    for number in range(20):
        answers = {code: "Không" for place, code in enumerate(codes) if number >> place & 1}
        proofs = {f"F{row}": f"{number} " + "x" * 400 for row in rows.values()}
        ward.send("TDP-05", answers, name=f"{number:02}{'-dài' * 40}.xlsx", cells=proofs)
    done = ward.call("consolidate", "--json")
    assert done.code == 0
    assert {file["status"] for file in done.json["files"]} == {"conflict"}
    message = next(finding["message"] for finding in done.json["findings"] if finding["code"] == "G403")
    assert " và 15 tệp khác. Khác ở mục" in message
    (name,) = returns(ward)
    returned = ward.root / "outbox" / "tra_lai" / name
    asked = [str(row[6].value) for row in openpyxl.load_workbook(returned)[FORM].iter_rows() if row[6].value]
    assert sum("và 15 tệp khác" in text for text in asked) == 5
    assert max(map(len, asked)) < 8_192
    assert node.validate(returned) == []
