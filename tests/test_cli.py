"""The commands as an officer runs them, wrong turns included: exit status, sentences, and what is left alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tdp_xlsx import workflow
from tests.kit.grid import run
from tests.kit.ward import FORM, NO, Line, Ward, call, key_rows

if TYPE_CHECKING:
    from pathlib import Path

TWO = [Line("TDP-05", "Tổ dân phố số 5"), Line("TDP-16", "Tổ dân phố số 16")]


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    """Two groups, their forms made."""
    return Ward.make(tmp_path / "phường Tân Phong", TWO).generate()


def outputs(ward: Ward) -> dict[str, bytes]:
    """Return every file outside the inbox, by path."""
    return {
        path.relative_to(ward.root).as_posix(): path.read_bytes()
        for path in sorted(ward.root.rglob("*"))
        if path.is_file() and ward.inbox not in path.parents
    }


# --- progress ---------------------------------------------------------------------------------------------------------


def on_a_terminal(ward: Ward, command: str) -> str:
    """Run a command with a terminal as stderr; return what it writes there."""
    pty = pytest.importorskip("pty", reason="no such terminals")
    ours, theirs = pty.openpty()
    program = [sys.executable, "-m", "tdp_xlsx", "-C", str(ward.root), command]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        written = b""
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # how Linux says that the other end is closed
                break
            if not piece:
                break
            written += piece
    os.close(ours)
    assert process.returncode == 0
    return written.decode()


@pytest.mark.exhaustive
def test_a_terminal_is_told_how_far_the_reading_is_and_nothing_of_it_stays(ward: Ward) -> None:
    for line in TWO:
        ward.send(line.code)
    told = on_a_terminal(ward, "consolidate")
    progress, _, rest = told.rpartition(" " * 40)
    assert "Đã đọc 2/2 tệp, 2 đơn vị. Đang tính và lập sổ…" in progress
    assert "Đã đọc" not in rest
    assert "Sổ tổng hợp:" in rest
    assert "Đã đọc" not in ward.call("consolidate").err


def test_a_terminal_is_told_how_many_forms_are_made_where_they_are_too_many_to_list(tmp_path: Path) -> None:
    ward = Ward.make(tmp_path, [Line(f"TDP-{number}", f"Tổ dân phố số {number}") for number in range(10, 41)])
    told = on_a_terminal(ward, "generate")
    assert "Đã lập 31/31 bảng. Đã xong…" in told
    assert "2021_TDP-10_bang-tu-danh-gia.xlsx" not in told
    assert "2021_TDP-10_bang-tu-danh-gia.xlsx: không đổi" in ward.call("generate").err


# --- init -----------------------------------------------------------------------------------------------------------


def test_init_makes_the_folder_and_says_what_to_do_next(tmp_path: Path) -> None:
    done = call("init", tmp_path / "moi")
    assert done.code == 0
    assert (tmp_path / "moi" / "templates" / "self_assessment_template.xlsx").is_file()
    assert (tmp_path / "moi" / "inbox").is_dir()
    assert "tdp-xlsx generate" in done.err
    assert done.out == ""


def test_init_never_overwrites_unless_forced_and_then_keeps_the_old_one(tmp_path: Path) -> None:
    assert call("-C", tmp_path, "init").code == 0
    template = tmp_path / "templates" / "self_assessment_template.xlsx"
    template.write_bytes(b"the officer's work")
    refused = call("-C", tmp_path, "init")
    assert refused.code == 2
    assert "--force" in refused.err
    assert template.read_bytes() == b"the officer's work"
    assert call("-C", tmp_path, "init", "--force", "--year", "2022").code == 0
    kept = [path for path in template.parent.glob("*.xlsx") if path != template]
    assert [path.read_bytes() for path in kept] == [b"the officer's work"]
    assert call("-C", tmp_path, "status", "--json").json["year"] == 2022


def test_init_says_so_when_the_folder_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "tep").write_text("x")
    done = call("init", tmp_path / "tep" / "con")
    assert done.code == 2
    assert "Không tạo được thư mục" in done.err


# --- generate -------------------------------------------------------------------------------------------------------


def test_generate_tells_what_changed_and_leaves_equal_forms_alone(ward: Ward) -> None:
    before = {path: path.stat().st_mtime_ns for path in (ward.form("TDP-05"), ward.form("TDP-16"))}
    done = ward.call("generate")
    assert done.code == 0
    assert done.err.count("không đổi") == 2
    assert {path: path.stat().st_mtime_ns for path in before} == before
    book = openpyxl.load_workbook(ward.template)
    book["Danh sách đơn vị"]["C3"] = "Tổ dân phố số 16 mới"
    book.save(ward.template)
    done = ward.call("generate", "tdp-16")
    assert "2021_TDP-16_bang-tu-danh-gia.xlsx: thay mới" in done.err
    assert "TDP-05" not in done.err


def test_generate_refuses_a_code_that_is_not_in_the_register(ward: Ward) -> None:
    before = outputs(ward)
    done = ward.call("generate", "TDP-05", "TDP-99")
    assert done.code == 2
    assert "Không có mã đơn vị: TDP-99" in done.err
    assert "TDP-05, TDP-16" in done.err
    assert outputs(ward) == before


def test_generate_goes_on_when_one_form_cannot_be_replaced(ward: Ward) -> None:
    target = ward.form("TDP-05")
    target.unlink()
    (target / "x").mkdir(parents=True)
    ward.form("TDP-16").unlink()
    done = ward.call("generate")
    assert done.code == 2
    assert "Không ghi được" in done.err
    assert ward.form("TDP-16").is_file()


# --- no template, or one with mistakes ------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["generate", "status", "check", "consolidate"])
def test_without_a_template_every_command_says_how_to_get_one(tmp_path: Path, command: str) -> None:
    done = call("-C", tmp_path, command)
    assert done.code == 2
    assert "Không thấy sổ mẫu" in done.err
    assert "tdp-xlsx init" in done.err
    assert done.out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_template_is_refused_with_the_remedy(ward: Ward) -> None:
    ward.template.write_bytes(b"PK\x03\x04 no zip at all")
    done = ward.call("generate")
    assert done.code == 2
    assert "Không đọc được sổ mẫu" in done.err


def test_five_mistakes_of_a_template_are_told_in_one_go_and_nothing_is_written(ward: Ward) -> None:
    before = outputs(ward)
    book = openpyxl.load_workbook(ward.template)
    book["Danh sách đơn vị"]["A3"] = "TDP-05"
    book["Danh sách đơn vị"]["B2"] = "Thôn"
    book["Danh sách đơn vị"]["C3"] = None
    sheet = book[FORM]
    codes = {str(sheet.cell(row, 9).value): row for row in range(1, sheet.max_row + 1)}
    sheet.cell(codes["2.10"], 9).value = 2.1
    for row in book["Cấu hình"].iter_rows():
        if row[0].value == "Năm đánh giá":
            row[1].value = "hai không hai mốt"
    book.save(ward.template)
    before["templates/self_assessment_template.xlsx"] = ward.template.read_bytes()
    done = ward.call("consolidate", "--json")
    assert done.code == 2
    assert done.out == ""
    assert "5 chỗ phải sửa" in done.err
    assert len(re.findall(r"^- LỖI T\d{3}", done.err, re.MULTILINE)) == 5
    for where in ("ô A3", "ô B2", "ô C3", f"ô I{codes['2.10']}", "Danh sách đơn vị", "Cấu hình", "Bảng tự đánh giá"):
        assert where in done.err
    assert outputs(ward) == before


# --- status, check --------------------------------------------------------------------------------------------------


def test_an_empty_inbox_is_no_fault(ward: Ward) -> None:
    done = ward.call("status")
    assert done.code == 0
    assert "chưa nộp 02" in done.out
    assert "chép các tệp đơn vị nộp về vào" in done.err
    assert ward.call("check").code == 0
    consolidated = ward.call("consolidate")
    assert consolidated.code == 0
    assert "chưa có tệp nào" in consolidated.err
    assert ward.workbook.is_file()


def test_a_missing_inbox_is_an_empty_one(ward: Ward) -> None:
    ward.inbox.rmdir()
    assert ward.call("status", "--json").json["files"] == []


def test_the_json_document_has_exactly_the_keys_of_the_contract(ward: Ward) -> None:
    ward.send("TDP-05", {"2.3": None})
    for command in ("status", "check", "consolidate"):
        done = ward.call(command, "--json")
        document = done.json
        assert list(document) == ["year", "workbook", "groups", "files", "findings", "previous"]
        assert document["workbook"] == ("outbox/tong_hop_2021.xlsx" if command == "consolidate" else None)
        assert list(document["groups"][0]) == [
            "code", "name", "status", "rank", "met", "applicable", "score", "standards", "disqualified_by", "file",
            "sha256", "previous",
        ]  # fmt: skip
        assert list(document["files"][0]) == ["file", "status", "group", "sha256"]
        assert list(document["findings"][0]) == [
            "code", "severity", "group", "criterion", "file", "cell", "message", "fix",
        ]  # fmt: skip


def test_check_prints_file_group_answers_and_each_finding_with_cell_and_remedy(ward: Ward) -> None:
    path = ward.send("TDP-05", {"2.3": None, "4.5a": None})
    row = key_rows(openpyxl.load_workbook(path)[FORM])["2.3"]
    done = ward.call("check")
    assert done.code == 1
    assert "inbox/2021_TDP-05_bang-tu-danh-gia.xlsx [chưa đủ]" in done.out
    assert "Tổ dân phố số 5 (TDP-05): đã trả lời 44/46 mục" in done.out
    assert f"LỖI A501 ô E{row}: Mục 2.3 chưa được trả lời." in done.out
    assert "→ Chọn Có hoặc Không" in done.out


def test_check_tells_how_many_answers_each_of_several_files_holds(ward: Ward) -> None:
    ward.send("TDP-05", {"2.3": None}, name="a.xlsx")
    ward.send("TDP-05", {"2.4": "Không"}, name="b.xlsx")
    ward.send("TDP-05", {"2.6": "Không"}, name="c.xlsx")
    done = ward.call("check")
    assert [line.strip() for line in done.out.splitlines() if "đã trả lời" in line] == [
        "Tổ dân phố số 5 (TDP-05): đã trả lời 45/46 mục",
        "Tổ dân phố số 5 (TDP-05): đã trả lời 46/46 mục",
        "Tổ dân phố số 5 (TDP-05): đã trả lời 46/46 mục",
    ]


def test_check_of_named_files_looks_at_nothing_else(ward: Ward, tmp_path: Path) -> None:
    good = ward.send("TDP-05")
    ward.send("TDP-16", {"2.3": None})
    assert ward.call("check", good).code == 0
    assert ward.call("check", "inbox/2021_TDP-16_bang-tu-danh-gia.xlsx").code == 1
    outside = tmp_path / "ngoài.xlsx"
    good.rename(outside)
    done = ward.call("check", outside, "--json")
    assert done.code == 0
    assert list(done.groups()) == ["TDP-05"]
    missing = ward.call("check", "khong-co.xlsx")
    assert missing.code == 2
    assert "khong-co.xlsx" in missing.err


# --- files that cannot count, each with its sentence, nothing else disturbed ----------------------------------------


def test_an_unknown_group_is_named_and_refused(ward: Ward, tmp_path: Path) -> None:
    other = Ward.make(tmp_path / "khac", [Line("TDP-77", "Tổ dân phố số 77")]).generate()
    (ward.inbox / "la.xlsx").write_bytes(other.send("TDP-77").read_bytes())
    ward.send("TDP-05")
    done = ward.call("consolidate", "--json")
    assert done.files() == {"inbox/2021_TDP-05_bang-tu-danh-gia.xlsx": "accepted", "inbox/la.xlsx": "rejected"}
    finding = next(f for f in done.json["findings"] if f["file"] == "inbox/la.xlsx")
    assert finding["code"] == "I303"
    assert "TDP-77" in finding["message"]
    assert done.groups()["TDP-05"]["rank"] == 1


def test_another_years_form_is_refused_and_the_years_are_named(ward: Ward, tmp_path: Path) -> None:
    other = Ward.make(tmp_path / "2020", TWO, {"Năm đánh giá": 2020}).generate()
    old = other.form("TDP-05", "2020")
    (ward.inbox / "cu.xlsx").write_bytes(old.read_bytes())
    done = ward.call("check", "--json")
    assert done.code == 1
    assert done.groups()["TDP-05"]["status"] == "rejected"
    (finding,) = done.json["findings"]
    assert finding["code"] == "I302"
    assert "2020" in finding["message"]
    assert "2021" in finding["message"]


def test_a_reworded_criterion_refuses_the_form_and_shows_both_wordings(ward: Ward) -> None:
    row = key_rows(openpyxl.load_workbook(ward.form("TDP-05"))[FORM])["4.2"]
    ward.send("TDP-05", cells={f"B{row}": "Bản, Tổ dân phố có ít hộ nghèo"})
    ward.send("TDP-16")
    done = ward.call("consolidate", "--json")
    (finding,) = done.json["findings"]
    assert (finding["code"], finding["criterion"], finding["cell"]) == ("I309", "4.2", f"B{row}")
    assert "“Bản, Tổ dân phố có ít hộ nghèo”" in finding["message"]
    assert "“Bản, Tổ dân phố không có hộ nghèo”" in finding["message"]
    assert {code: g["status"] for code, g in done.groups().items()} == {"TDP-05": "rejected", "TDP-16": "valid"}


def test_a_text_file_named_xlsx_is_named_for_what_it_is(ward: Ward) -> None:
    (ward.inbox / "danh sách.xlsx").write_text("Mã,Có,Không\n2.10,x,\n", encoding="utf-8")
    ward.send("TDP-16")
    done = ward.call("consolidate", "--json")
    (finding,) = done.json["findings"]
    assert finding["code"] == "F203"
    assert "CSV" in finding["message"]
    assert done.groups()["TDP-05"]["status"] == "missing"
    assert done.groups()["TDP-16"]["status"] == "valid"


# --- consolidate ----------------------------------------------------------------------------------------------------


def test_strict_fails_unless_every_group_counts(ward: Ward) -> None:
    ward.send("TDP-05")
    done = ward.call("consolidate", "--strict")
    assert done.code == 1
    assert "01 đơn vị chưa được tính (Tổ dân phố số 16)" in done.err
    ward.send("TDP-16", {"I.1": "Có", "3.17": NO, "5.3": NO})
    assert ward.call("consolidate", "--strict").code == 0


def test_an_earlier_ward_workbook_goes_to_the_archive(ward: Ward) -> None:
    assert ward.call("consolidate").code == 0
    first = ward.workbook.read_bytes()
    for code in ("TDP-05", "TDP-16"):
        ward.send(code)
        assert ward.call("consolidate").code == 0
    archive = sorted((ward.root / "outbox" / "luu").iterdir())
    assert len(archive) == 2
    assert first in [path.read_bytes() for path in archive]


def test_a_ward_workbook_that_is_open_elsewhere_is_left_alone(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tdp_xlsx.outputs.PATIENCE", 0.3)
    assert ward.call("consolidate").code == 0
    before = outputs(ward)
    lock = ward.workbook.with_name(".~lock.tong_hop_2021.xlsx#")
    lock.write_text("someone")
    done = ward.call("consolidate")
    assert done.code == 2
    assert "đang mở" in done.err
    lock.unlink()
    assert outputs(ward) == before


def test_a_ward_workbook_without_its_decisions_sheet_is_not_replaced(ward: Ward) -> None:
    assert ward.call("consolidate").code == 0
    book = openpyxl.load_workbook(ward.workbook)
    del book["Thẩm định"]
    book.save(ward.workbook)
    before = outputs(ward)
    done = ward.call("consolidate")
    assert done.code == 2
    assert "Thẩm định" in done.err
    assert outputs(ward) == before


def test_decisions_typed_into_the_workbook_are_applied_and_carried_over(ward: Ward) -> None:
    ward.send("TDP-05", {"2.1": NO})
    ward.send("TDP-16")
    assert ward.call("consolidate").code == 0
    for _ in range(2):
        book = openpyxl.load_workbook(ward.workbook)
        sheet = book["Thẩm định"]
        heading = next(row[0].row for row in sheet.iter_rows() if row[0].value == "Mã đơn vị")
        rows = [("TDP-05", "2.1", None, "Có", "Đã kiểm tra", "Tổ thẩm định", "01/12/2021")]
        for offset, values in enumerate(rows, 1):
            for column, value in enumerate(values, 1):
                if value is not None:
                    sheet.cell(heading + offset, column).value = value
        book.save(ward.workbook)
        done = ward.call("consolidate", "--json")
        assert done.code == 0
        assert done.groups()["TDP-05"]["met"] == 43
        assert [done.groups()[code]["rank"] for code in ("TDP-05", "TDP-16")] == [1, 1]
        assert done.codes() == []


def test_evidence_of_any_length_holds_nobody_up(ward: Ward) -> None:
    rows = key_rows(openpyxl.load_workbook(ward.form("TDP-05"))[FORM])
    long = ("9" * 32_000, "1/2 " + "a, " * 10_000, "95% " + "a - " * 8_000, "1/" * 16_000)
    ward.send("TDP-05", cells={f"F{row}": long[place % 4] for place, row in enumerate(rows.values())})
    ward.send("TDP-16")
    done = ward.call("consolidate", "--json")
    assert done.code == 0
    assert [group["status"] for group in done.json["groups"]] == ["valid", "valid"]
    assert {finding["code"] for finding in done.json["findings"]} == {"R605"}
    assert max(len(finding["message"]) for finding in done.json["findings"]) < 700


def test_a_library_that_cannot_be_loaded_is_told_once_and_where_it_is_needed(
    ward: Ward, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    ward.send("TDP-05")
    monkeypatch.setitem(sys.modules, "tdp_xlsx.report", None)
    with pytest.raises(ImportError):
        workflow.consolidate(ward.root)
    assert "Traceback" not in capfd.readouterr().err
    assert not ward.workbook.exists()


# --- the terminal ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["frobnicate"], "frobnicate"),
        (["status", "--la"], "Không có tùy chọn --la"),
        (["init", "--year", "abc"], "--year"),
        (["-C"], "-C"),
        (["init", "a", "b"], "Thừa chữ: b."),
        (["init", "--year", "năm nay"], "--year không hợp lệ: phải là số nguyên từ 1990 đến 2100."),
        (["status", "-C", "phuong"], "-C đứng trước tên lệnh: tdp-xlsx -C THƯ-MỤC LỆNH."),
    ],
)
def test_mistyped_commands_get_one_vietnamese_sentence(arguments: list[str], words: str) -> None:
    done = call(*arguments)
    assert done.code == 2
    assert words in done.err
    assert "--help" in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_help_is_vietnamese_and_lists_the_commands_in_the_order_of_the_round(tmp_path: Path) -> None:
    done = call("--help")
    assert done.code == 0
    assert "Cách dùng: tdp-xlsx" in done.out
    assert "Usage" not in done.out
    assert "Options" not in done.out
    order = [done.out.index(f"\n  {name} ") for name in ("init", "generate", "status", "check", "consolidate", "demo")]
    assert order == sorted(order)
    for command in ("init", "generate", "status", "check", "consolidate", "demo"):
        assert "Cách dùng" in call(command, "--help").out
    assert re.fullmatch(r"tdp-xlsx \d+\.\d+\.\d+\r?\n", call("--version").out)  # Windows ends lines its way
    assert run("--version", cwd=tmp_path).stdout.split() == call("--version").out.split()
    for nothing in ([], ["-C", str(tmp_path)]):
        nothing_typed = call(*nothing)
        assert (nothing_typed.code, nothing_typed.out) == (2, "")
        assert nothing_typed.err == call("--help").out


def test_a_console_of_another_encoding_never_stops_the_program(ward: Ward) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tdp_xlsx", "-C", str(ward.root), "status"],
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert b"TDP-05" in done.stdout


def test_an_unforeseen_fault_is_told_in_one_sentence(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    from tdp_xlsx import workflow

    def fault(_root: Path) -> None:
        raise ZeroDivisionError("thử")

    monkeypatch.setattr(workflow, "load_template", fault)
    with pytest.raises(AssertionError, match="ngoài dự kiến") as told:
        ward.call("status")
    assert "ZeroDivisionError" in str(told.value)


def test_interrupting_says_that_nothing_is_half_written(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    from tdp_xlsx import workflow

    def interrupt(_root: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(workflow, "load_template", interrupt)
    done = ward.call("status")
    assert done.code == 2
    assert "Đã dừng theo yêu cầu" in done.err
