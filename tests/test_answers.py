"""What each cell of a row is read as: every spelling in every place, and how the places weigh against each other."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest

from tdp_xlsx.reading.cells import Look
from tdp_xlsx.text import old_text
from tests.kit.returned import Office, codes, values

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kit.returned import Paper

WINGDINGS, WINGDINGS_2 = Look(font="Wingdings"), Look(font="Wingdings 2")
STRUCK, YELLOW = Look(struck=True), Look(fill="yellow")
NFD = unicodedata.normalize("NFD", "Không")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office.make(tmp_path_factory.mktemp("ward"))


# Place (E Trả lời, C Có, D Không), what stands there, and what it is read as: Có or Không; with a star if that is
# noted as a generous reading; else the code of the finding that asks back.
READINGS: list[tuple[str, Any, str]] = [
    # --- the word, as in the list and as people write it
    ("E", "Có", "Có"),
    ("E", "Không", "Không"),
    ("E", " Có", "Có"),
    ("E", "Có\n", "Có"),
    ("E", "\u00a0Không\u00a0", "Không"),
    ("E", "\u200bCó\ufeff", "Có"),
    ("E", "Khôn\u00adg", "Không"),
    ("E", NFD, "Không"),
    ("E", unicodedata.normalize("NFD", "Có"), "Có"),
    ("E", "KHO\u0302NG", "Không*"),
    ("E", "\u200eKhông", "Không"),
    ("E", "có", "Có*"),
    ("E", "CÓ", "Có*"),
    ("E", "cÓ", "Có*"),
    ("E", "co", "Có*"),
    ("E", "Co", "Có*"),
    ("E", "CO", "Có*"),
    ("E", "không", "Không*"),
    ("E", "KHÔNG", "Không*"),
    ("E", "khong", "Không*"),
    ("E", "Khong", "Không*"),
    ("E", "KHONG", "Không*"),
    ("E", "ko", "Không*"),
    ("E", "KO", "Không*"),
    ("E", "Ko", "Không*"),
    ("E", "hông", "Không*"),
    ("E", "Hông", "Không*"),
    # --- nothing
    ("E", "", "A501"),
    ("E", "   ", "A501"),
    ("E", "\u00a0", "A501"),
    ("E", "\u200b", "A501"),
    ("E", "☐", "A501"),
    # --- what is never guessed
    ("E", "c", "A503"),
    ("E", "C", "A503"),
    ("E", "k", "A503"),
    ("E", "K", "A503"),
    ("E", "x", "A503"),
    ("E", "X", "A503"),
    ("E", "v", "A503"),
    ("E", "✓", "A503"),
    ("E", "☑", "A503"),
    ("E", "1", "A503"),
    ("E", 1, "A503"),
    ("E", 1.0, "A503"),
    ("E", 0, "A503"),
    ("E", "0", "A503"),
    ("E", True, "A503"),
    ("E", False, "A503"),
    ("E", "TRUE", "A503"),
    ("E", "true", "A503"),
    ("E", dt.date(2021, 5, 3), "A503"),
    ("E", dt.datetime(2021, 5, 3, 7, 30), "A503"),  # noqa: DTZ001 - a cell's time has no zone
    ("E", "-", "A503"),
    ("E", "–", "A503"),
    ("E", "o", "A503"),
    ("E", "O", "A503"),
    ("E", "?", "A503"),
    ("E", "/", "A503"),
    ("E", "N/A", "A503"),
    ("E", "kad", "A503"),
    ("E", "Không áp dụng", "A503"),
    ("E", "đạt", "A503"),
    ("E", "Đạt", "A503"),
    ("E", "chưa", "A503"),
    ("E", "chưa đạt", "A503"),
    ("E", "không đạt", "A503"),
    ("E", "không có", "A503"),
    ("E", "Không có", "A503"),
    ("E", "có không", "A503"),
    ("E", "Có/Không", "A503"),
    ("E", "Có, Không", "A503"),
    ("E", "một phần", "A503"),
    ("E", "cơ bản có", "A503"),
    ("E", "Có nhưng chưa đầy đủ", "A503"),
    ("E", "có?", "A503"),
    ("E", "cò", "A503"),
    ("E", "cọ", "A503"),
    ("E", "cô", "A503"),
    ("E", "khống", "A503"),
    ("E", "khổng", "A503"),
    ("E", "yes", "A503"),
    ("E", "no", "A503"),
    ("E", "✗", "A503"),
    ("E", "✘", "A503"),
    ("E", "Đang thực hiện, đã báo cáo phường ngày 03/5", "A503"),
    ("E", "Kh«ng", "A515"),
    ("E", "Cã", "A515"),
    ("E", "Khoâng", "A515"),
    ("E", "Coù", "A515"),
    # --- marks in the official columns
    ("C", "x", "Có"),
    ("C", "X", "Có"),
    ("C", " x ", "Có"),
    ("C", "x\u200b", "Có"),
    ("D", "x", "Không"),
    ("D", "X", "Không"),
    ("C", "×", "Có*"),
    ("C", "х", "Có*"),  # Cyrillic
    ("C", "Х", "Có*"),  # Cyrillic
    ("D", "х", "Không*"),  # Cyrillic
    ("C", "✓", "Có*"),
    ("C", "✔", "Có*"),
    ("C", "✔\ufe0f", "Có*"),
    ("C", "√", "Có*"),
    ("C", "☑", "Có*"),
    ("C", "☑\ufe0f", "Có*"),
    ("C", "☒", "Có*"),
    ("D", "☒", "Không*"),
    ("D", "✓", "Không*"),
    ("D", "√", "Không*"),
    ("C", "v", "Có*"),
    ("C", "V", "Có*"),
    ("D", "v", "Không*"),
    ("C", "xx", "Có*"),
    ("C", "(x)", "Có*"),
    ("C", "(X)", "Có*"),
    ("C", "[x]", "Có*"),
    ("D", "[X]", "Không*"),
    # --- words in them must agree
    ("C", "Có", "Có*"),
    ("C", "có", "Có*"),
    ("C", "co", "Có*"),
    ("D", "Không", "Không*"),
    ("D", "khong", "Không*"),
    ("D", "ko", "Không*"),
    ("D", "hông", "Không*"),
    ("C", "Không", "A504"),
    ("C", "khong", "A504"),
    ("C", "ko", "A504"),
    ("D", "Có", "A504"),
    ("D", "co", "A504"),
    # --- and the rest is asked back there too
    ("C", "c", "A503"),
    ("D", "k", "A503"),
    ("C", "1", "A503"),
    ("C", 1, "A503"),
    ("D", 1, "A503"),
    ("C", 0, "A503"),
    ("C", True, "A503"),
    ("D", "-", "A503"),
    ("C", "o", "A503"),
    ("C", "O", "A503"),
    ("C", "?", "A503"),
    ("C", "/", "A503"),
    ("C", "+", "A503"),
    ("D", "đạt", "A503"),
    ("C", "chưa đạt", "A503"),
    ("D", "không có", "A503"),
    ("C", "✗", "A503"),
    ("D", "✘", "A503"),
    ("C", "✕", "A503"),
    ("C", "một phần", "A503"),
    ("C", "N/A", "A503"),
    ("C", dt.date(2021, 5, 3), "A503"),
    ("C", "ü", "A503"),
    ("C", "P", "A503"),
    ("D", "Kh«ng", "A515"),
    ("C", "Coù", "A515"),
    ("C", "☐", "A501"),
    ("D", "  ", "A501"),
]


def test_the_table_of_readings_is_long_enough() -> None:
    assert len(READINGS) >= 120
    assert len({(place, repr(raw)) for place, raw, _ in READINGS}) == len(READINGS)


def read(office: Office, *cells: tuple[str, Any], code: str = "2.3", looks: Look | None = None) -> tuple[str, Paper]:
    """Type cells (column letter, value) into one row of an otherwise answered form; return what is read."""
    paper = office.paper("TDP-05").fill()
    paper.write(code, "E", "")
    for letter, value in cells:
        paper.write(code, letter, value, looks)
    return reading(office, paper, code), paper


def reading(office: Office, paper: Paper, code: str = "2.3") -> str:
    understood = office.understand(paper)
    found = [f for f in understood.findings if f.place.criterion == code and f.code.startswith("A")]
    value = values(understood.submission)[code]
    if value is None:
        (finding,) = found
        assert finding.severity == "error"
        assert finding.place.cell is not None
        return finding.code
    return value + "".join("*" for f in found if f.code == "A506")


@pytest.mark.parametrize(("place", "raw", "expected"), READINGS, ids=[f"{p}-{r!r}" for p, r, _ in READINGS])
def test_a_spelling_in_a_place_is_read_as(office: Office, place: str, raw: Any, expected: str) -> None:
    assert read(office, (place, raw))[0] == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([("E", "Có"), ("C", "x")], "Có"),
        ([("E", "Có"), ("C", "✓")], "Có"),
        ([("E", "co"), ("C", "x")], "Có*"),
        ([("E", "Có"), ("D", "x")], "A505"),
        ([("E", "Không"), ("C", "x")], "A505"),
        ([("E", "Không"), ("C", "có")], "A505"),
        ([("E", "Có"), ("C", "x"), ("D", "x")], "A502"),
        ([("C", "x"), ("D", "x")], "A502"),
        ([("C", "có"), ("D", "không")], "A502"),
        ([("C", "x"), ("D", "?")], "A503"),
        ([("C", "?"), ("D", "x")], "A503"),
        ([("C", "x"), ("D", "có")], "A504"),
        ([("C", "x"), ("D", "☐")], "Có"),
        ([("C", "☐"), ("D", "x")], "Không"),
        ([("E", "Có"), ("D", "-")], "A503"),
        ([("E", "?"), ("C", "x")], "A503"),
    ],
)
def test_word_and_marks_are_weighed_against_each_other(
    office: Office, cells: list[tuple[str, Any]], expected: str
) -> None:
    assert read(office, *cells)[0] == expected


def test_a_mark_that_is_a_formulas_value_says_nothing(office: Office) -> None:
    paper = office.paper("TDP-05").fill()
    row, column = paper.key_rows["2.3"], paper.column("D")
    paper.form.rows[row - 1][column - 1] = "x"  # stale: the word beside it is Có
    assert reading(office, paper) == "Có"
    paper.write("2.3", "E", "")
    assert reading(office, paper) == "A501"


@pytest.mark.parametrize("name", ["xls", "xlsb"])
def test_where_the_format_hides_formulas_a_mark_is_no_evidence(office: Office, name: str) -> None:
    paper = office.paper("TDP-05").fill().as_format(name)
    row = paper.key_rows["2.3"]
    paper.form.rows[row - 1][paper.column("D") - 1] = "x"
    assert reading(office, paper) == "Có"
    paper.write("2.3", "E", "")
    assert reading(office, paper) == "A510"
    paper.form.rows[row - 1][paper.column("D") - 1] = "✓"
    assert reading(office, paper) == "A510"


@pytest.mark.parametrize("name", ["xls", "xlsb"])
def test_a_mark_no_formula_writes_still_speaks_against_the_word(office: Office, name: str) -> None:
    paper = office.paper("TDP-05").fill().as_format(name)
    paper.write("2.3", "D", "✓")
    assert reading(office, paper) == "A505"


def test_an_error_and_a_formula_in_an_answer_cell_are_named(office: Office) -> None:
    paper = office.paper("TDP-05").fill()
    row, column = paper.key_rows["2.3"], paper.column("E")
    paper.write("2.3", "E", "")
    paper.form.errors[row, column] = "#N/A"
    found = office.understand(paper).findings
    assert [f.message for f in found] == [f"Mục 2.3: ô E{row} chứa giá trị lỗi #N/A."]
    del paper.form.errors[row, column]
    assert paper.form.formulas is not None
    paper.form.formulas[row, column] = "F1"
    found = office.understand(paper).findings
    assert [f.message for f in found] == [f"Mục 2.3: ô E{row} là công thức, không phải câu trả lời gõ vào."]
    paper.form.rows[row - 1][column - 1] = "Có"
    assert reading(office, paper) == "A508"


def test_an_error_value_typed_in_a_mark_column_is_named(office: Office) -> None:
    _, paper = read(office)
    paper.write("2.3", "C", "")
    paper.form.errors[paper.key_rows["2.3"], paper.column("C")] = "#NAME?"
    assert reading(office, paper) == "A509"


@pytest.mark.parametrize(
    ("raw", "look", "expected"),
    [
        ("ü", WINGDINGS, "Có*"),
        ("þ", WINGDINGS, "Có*"),
        ("ý", WINGDINGS, "Có*"),
        ("P", WINGDINGS_2, "Có*"),
        ("R", WINGDINGS_2, "Có*"),
        ("P", WINGDINGS, "A503"),
        ("ü", Look(font="Arial"), "A503"),
        ("x", STRUCK, "A512"),
        ("ch\u00ada", Look(font=".VnTime"), "A515"),  # what shows as chưa there
        ("®¹t", Look(font=".VnTime"), "A515"),
        ("ñaït", Look(font="VNI-Times"), "A515"),
    ],
)
def test_how_a_mark_looks_may_decide(office: Office, raw: str, look: Look, expected: str) -> None:
    assert read(office, ("C", raw), looks=look)[0] == expected


def test_a_struck_word_is_asked_back(office: Office) -> None:
    assert read(office, ("E", "Có"), looks=STRUCK)[0] == "A512"


def test_a_coloured_cell_without_a_mark_is_asked_about(office: Office) -> None:
    assert read(office, ("C", ""), looks=YELLOW)[0] == "A514"
    assert read(office, ("E", "Có"), ("C", ""), looks=YELLOW)[0] == "Có"


def test_a_mark_in_one_cell_made_of_both_columns_is_asked_back(office: Office) -> None:
    _, paper = read(office, ("C", "x"))
    row = paper.key_rows["2.3"]
    paper.form.merged.append((row, 3, row, 4))
    assert reading(office, paper) == "A513"
    paper.write("2.3", "C", "").write("2.3", "D", "").write("2.3", "E", "Không")
    assert reading(office, paper) == "Không"


def test_a_cell_merged_over_several_rows_answers_only_the_first(office: Office) -> None:
    paper = office.paper("TDP-05").fill()
    rows = paper.key_rows
    first, second = rows["2.3"], rows["2.4"]
    paper.form.merged.append((first, 5, second, 5))
    paper.write("2.4", "E", "")
    assert (reading(office, paper), reading(office, paper, "2.4")) == ("Có", "A517")
    paper.write("2.4", "E", "Không")  # still there, but under the merged cell nobody sees it
    (found,) = office.understand(paper).findings
    assert found.message == (
        f"Mục 2.4: ô E{second} gộp chung với ô khác (ghi “Có”), không rõ có phải câu trả lời cho mục này."
    )
    paper.write("2.3", "E", "").write("2.4", "E", "").write("2.4", "D", "x")
    assert reading(office, paper, "2.4") == "Không"


@pytest.mark.parametrize("letter", ["F", "G", "H", "K"])
@pytest.mark.parametrize("text", ["Có", "khong", "x"])
def test_an_answer_beside_its_cell_is_named_and_never_taken(office: Office, letter: str, text: str) -> None:
    paper = office.paper("TDP-05").fill().write("2.3", "E", "")
    row = paper.key_rows["2.3"]
    paper.form.put(row, " ABCDEFGHIJK".index(letter), text)
    (found,) = (f for f in office.understand(paper).findings if f.code.startswith("A"))
    assert (found.code, found.place.cell, values(office.understand(paper).submission)["2.3"]) == (
        "A518",
        f"E{row}",
        None,
    )
    assert found.message == f"Mục 2.3 chưa được trả lời; ô {letter}{row} ghi “{text}” nhưng không phải nơi trả lời."
    paper.write("2.3", "E", "Không")
    assert reading(office, paper) == "Không"


@pytest.mark.parametrize("name", ["xlsx", "xls"])
def test_other_words_beside_a_blank_answer_say_nothing(office: Office, name: str) -> None:
    paper = office.paper("TDP-05").fill().write("2.3", "E", "").write("2.3", "F", "đang vận động")
    paper.form.rows[paper.key_rows["2.3"] - 1][6] = "Chưa trả lời"  # what the form's own formula shows
    assert reading(office, paper.as_format(name)) == "A501"


def test_an_answer_to_an_item_that_does_not_apply_is_noted_and_not_counted(office: Office) -> None:
    paper = office.paper("TDP-05").fill().write("2.10", "C", "x")
    understood = office.understand(paper)
    assert understood.outcome.status == "accepted"
    assert codes(understood) == ["A507"]
    assert "2.10" not in values(understood.submission)
    assert codes(office.understand(office.paper("TDP-05").fill().write("2.10", "E", "Có"))) == ["A507"]


def test_a_form_without_any_answer_says_so_first(office: Office) -> None:
    understood = office.understand(office.paper("TDP-05"))
    assert codes(understood)[:2] == ["A511", "A501"]
    assert understood.outcome.status == "incomplete"
    assert understood.outcome.reason == "47 nội dung phải bổ sung hoặc làm rõ"


def test_every_finding_has_cell_raw_value_and_reading(office: Office) -> None:
    _, paper = read(office, ("E", "ko"))
    (found,) = office.understand(paper).findings
    assert found.message == f"Mục 2.3: “ko” tại ô E{paper.key_rows['2.3']} được hiểu là “Không”."
    assert found.place.cell == f"E{paper.key_rows['2.3']}"


@pytest.mark.parametrize(
    ("value", "look", "expected"),
    [
        ("95,5% hộ", Look(), "95,5% hộ"),
        ("=1+1", Look(), "=1+1"),
        ("-5", Look(), "-5"),
        ('"trích"\nhai dòng', Look(), '"trích"\nhai dòng'),
        (unicodedata.normalize("NFD", "đã họp"), Look(), unicodedata.normalize("NFD", "đã họp")),
        (95.5, Look(), "95.5"),
        (0.955, Look(percent=True), "95,5%"),
        (1, Look(percent=True), "100%"),
        (0.955, Look(), "0.955"),
        (dt.date(2021, 8, 5), Look(), "05/08/2021"),
        (True, Look(), "TRUE"),
    ],
)
def test_evidence_is_kept_as_it_stands(office: Office, value: Any, look: Look, expected: str) -> None:
    paper = office.paper("TDP-05").fill().write("2.3", "F", value, look)
    submission = office.understand(paper).submission
    assert submission is not None
    assert submission.answers["2.3"].evidence == expected
    assert submission.answers["2.3"].evidence_cell == f"F{paper.key_rows['2.3']}"


def test_an_error_and_a_formula_without_value_in_the_evidence_are_shown(office: Office) -> None:
    paper = office.paper("TDP-05").fill()
    at = (paper.key_rows["2.3"], paper.column("F"))
    assert paper.form.formulas is not None
    paper.form.formulas[at] = "1+1"
    submission = office.understand(paper).submission
    assert submission is not None
    assert submission.answers["2.3"].evidence == "=1+1"
    paper.form.errors[at] = "#REF!"
    submission = office.understand(paper).submission
    assert submission is not None
    assert submission.answers["2.3"].evidence == "#REF!"


def test_evidence_in_an_old_encoding_is_a_warning_for_the_file(office: Office) -> None:
    paper = office.paper("TDP-05").fill().write("2.3", "F", "®· häp").write("2.4", "F", "ñaõ hoïp")
    understood = office.understand(paper)
    assert understood.outcome.status == "accepted"
    (found,) = understood.findings
    rows = paper.key_rows
    assert found.code == "A516"
    assert f"F{rows['2.3']}, F{rows['2.4']}" in found.message


def test_a_form_without_its_evidence_column_still_counts(office: Office) -> None:
    paper = office.paper("TDP-05").fill()
    column = paper.column("F")
    paper.form.move(lambda r, c: None if c == column else (r, c))
    understood = office.understand(paper)
    assert understood.outcome.status == "accepted"
    assert understood.submission is not None
    assert understood.submission.answers["2.3"].evidence == ""


def test_the_signature_is_read_where_the_form_has_it(office: Office) -> None:
    paper = office.paper("TDP-05").fill()
    foot = next(r for r, row in enumerate(paper.form.rows, 1) if any(str(v).startswith("NL-") for v in row))
    paper.form.put(foot, 2, "Nguyễn Văn An")
    paper.form.put(foot, 3, "20/11/2021")
    paper.form.move(lambda r, c: (r + 3, c + 1))
    submission = office.understand(paper).submission
    assert submission is not None
    assert (submission.signed_by, submission.signed_on) == ("Nguyễn Văn An", "20/11/2021")


def test_no_criterion_of_the_plan_is_taken_for_an_old_encoding(office: Office, tmp_path: Path) -> None:
    del tmp_path
    assert [c.code for c in office.plan.criteria if old_text(c.text) is not None] == []
