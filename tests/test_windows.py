"""Windows: its names and paths, consoles, locks and ways of starting, pretended on any machine."""

from __future__ import annotations

import ast
import errno
import json
import multiprocessing
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tdp_xlsx import layout, outputs, paths
from tdp_xlsx.console import visible
from tdp_xlsx.paths import length, name_fault, reachable, verbatim
from tdp_xlsx.reading import workers
from tests.kit.ward import Line, Ward, call

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
SOURCES = sorted(path for name in ("tdp_xlsx/**", "docs", "windows") for path in ROOT.glob(f"{name}/*.py"))
POSIX_ONLY = {
    "crypt", "curses", "fcntl", "grp", "nis", "posix", "pty", "pwd", "readline", "resource", "spwd", "syslog",
    "termios", "tty",
}  # fmt: skip
BINARY = re.compile(r"[rwxa]?[+]?b[+]?|[rwxa][+]?b|[rwxa]b[+]")


# --- names and paths ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["CON", "con", "Aux.xlsx", "nul.tar.gz", "COM1", "lpt9.txt", "COM¹", "CONOUT$", "prn .xlsx"],
)
def test_names_of_devices_are_refused_with_any_ending_and_in_any_case(name: str) -> None:
    assert name_fault(name) == "tên trùng với tên thiết bị của Windows"


@pytest.mark.parametrize("name", ["CONG.xlsx", "COM10", "console", "Tổ 5.xlsx", ".gitkeep", "a b", "~$a.xlsx", "COM"])
def test_ordinary_names_pass(name: str) -> None:
    assert name_fault(name) is None


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "để trống"),
        ("tổ 5.", "dấu chấm"),
        ("tổ 5 ", "dấu cách"),
        ("a:b", "không cho dùng: :"),
        ("a?b*", "không cho dùng: * ?"),
        ("a\nb", "U\\+000A"),
        ("x" * 256, "255 ký tự"),
        ("😀" * 128, "255 ký tự"),
    ],
)
def test_names_windows_refuses_or_alters_are_told_with_the_reason(name: str, fault: str) -> None:
    found = name_fault(name)
    assert found is not None
    assert re.search(fault, found)


def test_length_counts_as_windows_does() -> None:
    assert [length(text) for text in ("abc", "tổ", "to\u0302\u0309", "😀")] == [3, 2, 4, 2]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("C:\\danh gia", "\\\\?\\C:\\danh gia"),
        ("d:/danh gia/../x/", "\\\\?\\d:\\x"),
        ("\\\\may-chu\\chung\\a", "\\\\?\\UNC\\may-chu\\chung\\a"),
        ("\\\\?\\C:\\a", "\\\\?\\C:\\a"),
    ],
)
def test_the_form_without_a_limit_of_length_also_for_shares_and_other_drives(path: str, expected: str) -> None:
    assert verbatim(path) == expected


def test_only_folders_too_deep_for_windows_are_renamed_and_only_there(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 130) / ("y" * 30)
    assert reachable(deep, windows=False) is deep
    assert str(reachable(deep, windows=True)).startswith("\\\\?\\")
    near = Path("phuong")
    assert reachable(near, windows=True) is near


def test_the_longest_name_the_program_makes_fits_into_the_room_kept_for_it() -> None:
    edition, code = "2100-" + "x" * 20, "M" * 32
    form = layout.form_name(edition, code)
    made = [
        f"{layout.FORMS}/{form}.1234567.part",
        f"{layout.RETURNS}/{form.removesuffix('.xlsx')}_lan-99.xlsx.1234567.part",
        f"{layout.MAIL}/{edition}_{code}_tra-lai.eml.1234567.part",
        f"{layout.ARCHIVE}/tong_hop_{edition}_20260101-000000_2.xlsx.1234567.part",
        layout.TEMPLATE_PATH,
    ]
    assert max(map(length, made)) <= paths.DEEPEST
    assert [name_fault(part) for name in made for part in name.split("/") if name_fault(part)] == []


def test_groups_whose_codes_differ_only_in_case_are_refused(tmp_path: Path) -> None:
    """Their forms would be one file on Windows."""
    ward = Ward.make(tmp_path, [Line("TDP-05", "Tổ 5"), Line("tdp-05", "Tổ khác")])
    done = ward.call("generate")
    assert done.code == 2
    assert "tdp-05" in done.err


# --- consoles -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    """Two groups, one form returned incomplete."""
    made = Ward.make(tmp_path_factory.mktemp("phường"), [Line("TDP-05", "Tổ dân phố số 5"), Line("B-1", "Bản Nà Ỏ")])
    made.generate().send("TDP-05", {"2.3": None})
    return made


@pytest.mark.parametrize(
    "encoding", ["cp1258", *(pytest.param(name, marks=pytest.mark.exhaustive) for name in ("cp437", "cp1252", "utf-8"))]
)
def test_no_console_stops_the_program(ward: Ward, encoding: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    for arguments, status in ((["check"], 1), (["doctor"], 0), (["consolidate", "--help"], 0), (["mail", "--x"], 2)):
        done = subprocess.run(
            [sys.executable, "-m", "tdp_xlsx", "-C", str(ward.root), *arguments],
            env=environment,
            capture_output=True,
            check=False,
        )
        assert done.returncode == status, done.stderr
        assert b"Traceback" not in done.stderr
        assert done.stdout or done.stderr


def test_json_is_utf_8_whatever_the_console(ward: Ward) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tdp_xlsx", "-C", str(ward.root), "status", "--json"],
        env={**os.environ, "PYTHONIOENCODING": "cp437"},
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout.decode("utf-8"))["groups"][0]["name"] == "Tổ dân phố số 5"


# --- locks ----------------------------------------------------------------------------------------------------------


def test_a_form_open_in_excel_is_left_alone_and_told_and_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows a file that is open can be neither replaced nor removed."""
    locked = Ward.make(tmp_path, [Line("TDP-05", "Tổ dân phố số 5")])

    def refuse(_source: Path, target: Path) -> None:
        raise PermissionError(13, "The process cannot access the file", str(target))

    monkeypatch.setattr(os, "replace", refuse)
    monkeypatch.setattr("tdp_xlsx.outputs.PATIENCE", 0)
    done = locked.call("generate")
    assert done.code == 2
    assert "Đóng tệp trong Excel" in done.err
    assert [path.name for path in tmp_path.rglob("*.part")] == []


# --- starting -------------------------------------------------------------------------------------------------------


def test_importing_the_entry_point_starts_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """A process that is started anew imports the main module once more, under another name."""
    runpy.run_module("tdp_xlsx.__main__", run_name="__mp_main__")
    assert capsys.readouterr() == ("", "")


def test_a_packed_program_hands_itself_over_to_its_reading_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(multiprocessing, "freeze_support", lambda: told.append("freeze_support"))
    monkeypatch.setattr(sys, "argv", ["tdp-xlsx", "--version"])
    with pytest.raises(SystemExit):
        runpy.run_module("tdp_xlsx", run_name="__main__")
    assert told == ["freeze_support"]


def test_files_are_read_by_processes_started_anew_from_every_entry_point(ward: Ward, tmp_path: Path) -> None:
    """`python -m`, and the script that pip makes, which on Windows is a program without a `.py`."""
    script = tmp_path / "tdp-xlsx"
    script.write_text("import sys\nfrom tdp_xlsx.cli import main\nif __name__ == '__main__':\n    sys.exit(main())\n")
    for start in (["-m", "tdp_xlsx"], [str(script)]):
        done = subprocess.run(
            [sys.executable, *start, "-C", str(ward.root), "check", "--json"], capture_output=True, check=False
        )
        assert done.returncode == 1, done.stderr
        assert [file["status"] for file in json.loads(done.stdout)["files"]] == ["incomplete"]


def test_the_double_click_file_is_what_cmd_can_read() -> None:
    content = (ROOT / "windows" / "tdp-xlsx.bat").read_bytes()
    assert content.isascii()
    lines = content.decode("ascii").split("\r\n")
    assert not any("\n" in line for line in lines)
    assert len(lines) <= 30
    labels = {line[1:] for line in lines if line.startswith(":")}
    assert set(re.findall(r"goto (\w+)", content.decode("ascii"))) == labels
    assert "NOT YET TRIED ON WINDOWS" in lines[2]
    # A path may hold blanks and `!`; what was installed may no longer start; `py` comes only with python.org's Python.
    assert [line for line in lines if re.search(r'(?<!")(%~dp0|\.venv\\)', line) and "PATH=" not in line] == []
    assert "setlocal disabledelayedexpansion" in lines
    assert (
        'if exist ".venv\\Scripts\\tdp-xlsx.exe" ".venv\\Scripts\\tdp-xlsx.exe" --version >nul 2>nul && goto ready'
        in lines
    )
    assert 'py -3 --version >nul 2>nul || set "PYTHON=python"' in lines
    assert '%PYTHON% -m venv --clear ".venv" || goto failed' in lines


# --- what the code may do at all ------------------------------------------------------------------------------------


def at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run when a module is imported, but for branches on the platform."""
    for node in body:
        if isinstance(node, ast.If) and "platform" in ast.unparse(node.test):
            continue
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for part in ("body", "orelse", "finalbody"):
                yield from at_import(getattr(node, part, []))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_imports_anywhere_and_names_the_encoding_of_every_text_file(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in at_import(tree.body):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not {name.split(".")[0] for name in names} & POSIX_ONLY
    for call_ in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call_.func.attr if isinstance(call_.func, ast.Attribute) else getattr(call_.func, "id", "")
        if name not in {"open", "read_text", "write_text", "NamedTemporaryFile", "TextIOWrapper"}:
            continue
        if isinstance(call_.func, ast.Attribute) and ast.unparse(call_.func.value) in {"os", "tarfile", "webbrowser"}:
            continue
        keywords = {keyword.arg for keyword in call_.keywords}
        modes = [arg.value for arg in call_.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        modes += [str(k.value.value) for k in call_.keywords if k.arg == "mode" and isinstance(k.value, ast.Constant)]
        is_binary = any(BINARY.fullmatch(mode) for mode in modes)
        is_binary |= name == "NamedTemporaryFile" and "mode" not in keywords and not call_.args
        owner = ast.unparse(call_.func).removeprefix("self._")
        is_archive = name == "open" and owner.startswith(("archive", "zip"))  # parts have no text mode
        assert is_binary or is_archive or "encoding" in keywords, f"line {call_.lineno}: {ast.unparse(call_)}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_depends_on_the_current_folder_or_on_one_drive(path: Path) -> None:
    """`relpath` fails from one drive to another; `chdir` and `rename` behave otherwise on Windows."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not used & {"os.chdir", "os.rename", "os.path.relpath", "os.fork", "os.getcwd", "Path.cwd"}


# --- faults found there -----------------------------------------------------------------------------------------------


def redirected(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run the program with its output redirected, on a machine whose code page has no Vietnamese."""
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONIOENCODING", "PYTHONUTF8"}}
    environment |= {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    program = [sys.executable, "-m", "tdp_xlsx", *arguments]
    return subprocess.run(program, env=environment, capture_output=True, check=False)


def test_redirected_output_is_utf_8_without_mark_whatever_the_code_page(ward: Ward) -> None:
    done = redirected("-C", str(ward.root), "status")
    assert "Đơn vị                   Tình trạng" in done.stdout.decode("utf-8")
    assert "Tiếp theo: xem chi tiết" in done.stderr.decode("utf-8")
    assert not redirected("-C", str(ward.root), "status", "--json").stdout.startswith(b"\xef\xbb\xbf")


def archived(ward: Ward) -> list[str]:
    return sorted(path.name for path in (ward.root / "outbox" / "luu").glob("*"))


@pytest.fixture
def done_ward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ward:
    """A ward whose workbook is there and would change."""
    monkeypatch.setattr("tdp_xlsx.outputs.PATIENCE", 0)
    made = Ward.make(tmp_path / "phường", [Line("TDP-05", "Tổ dân phố số 5")]).generate()
    assert made.call("consolidate").code == 0
    made.send("TDP-05")
    return made


def test_a_read_only_ward_workbook_is_told_before_anything_is_read(
    done_ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = done_ward.workbook.read_bytes()
    done_ward.workbook.chmod(0o444)
    with monkeypatch.context() as patch:
        patch.setattr("tdp_xlsx.api.read_entries", lambda *_: pytest.fail("the inbox was read"))
        done = done_ward.call("consolidate")
    assert done.code == 2
    assert "bỏ dấu Read-only" in done.err
    assert "đang mở" not in done.err
    assert done_ward.workbook.read_bytes() == before
    assert archived(done_ward) == []
    done_ward.workbook.chmod(0o644)


def test_a_held_ward_workbook_is_told_before_anything_is_read(done_ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """Held without sharing, as Excel and virus scanners do on Windows."""
    real = Path.open

    def refuse(path: Path, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        if path.name == "tong_hop_2021.xlsx":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, mode, *arguments, **named)

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr("tdp_xlsx.api.read_entries", lambda *_: pytest.fail("the inbox was read"))
    done = done_ward.call("consolidate")
    assert done.code == 2
    assert "đang mở trong chương trình khác" in done.err
    assert "Errno" not in done.err
    assert archived(done_ward) == []


def test_a_run_that_did_not_happen_leaves_no_copy_in_the_archive(
    done_ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace

    def refuse(source: Path, target: Path) -> None:
        if Path(target).name == "tong_hop_2021.xlsx":
            raise PermissionError(13, "The process cannot access the file", str(target))
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        assert done_ward.call("consolidate").code == 2
    assert archived(done_ward) == []
    assert done_ward.call("consolidate").code == 0
    assert len(archived(done_ward)) == 1


def test_a_copy_in_the_archive_can_be_written_and_moved_though_its_original_cannot(
    done_ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tdp_xlsx.outputs._is_read_only", lambda _: False)
    done_ward.workbook.chmod(0o444)
    assert done_ward.call("consolidate").code == 0
    assert [path.stat().st_mode & 0o200 for path in (done_ward.root / "outbox" / "luu").iterdir()] == [0o200]


def test_a_file_held_without_sharing_is_told_in_a_sentence(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(13, "Permission denied", "x.xlsx")

    monkeypatch.setattr("tdp_xlsx.compare.compare", refuse)
    done = ward.call("compare", ward.form("TDP-05"), ward.form("B-1"))
    assert done.code == 2
    assert "“x.xlsx”: tệp đang bị chương trình khác giữ" in done.err
    assert "Errno" not in done.err


@pytest.mark.parametrize(
    ("number", "is_held"), [(errno.EACCES, True), (errno.EDEADLK, True), (0, True), (errno.EINVAL, False)]
)
def test_a_share_without_locks_is_no_other_run_and_unlocking_masks_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, *, is_held: bool
) -> None:
    def refuse(_: object) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(outputs, "_take", refuse)
    monkeypatch.setattr(outputs, "_give_back", refuse)
    expected = pytest.raises(outputs.OutputError, match="lệnh tdp-xlsx khác") if is_held else pytest.raises(KeyError)
    with expected, outputs.exclusive(tmp_path):
        raise KeyError


def test_the_memory_of_a_reader_is_what_it_asked_for_where_the_system_tells() -> None:
    assert workers._taken(SimpleNamespace(rss=5, private=7)) == 7  # noqa: SLF001 - Windows tells, others do not
    assert workers._taken(SimpleNamespace(rss=5)) == 5  # noqa: SLF001


@pytest.mark.parametrize("name", ["Phường 1.", "Phường 1 ", "CON"])
def test_no_folder_is_made_under_a_name_that_windows_makes_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(paths, "IS_WINDOWS", True)
    done = call("-C", tmp_path, "init", name)
    assert done.code == 2
    assert f"Không tạo được thư mục “{name}”" in done.err
    assert list(tmp_path.iterdir()) == []


def test_paths_without_a_limit_of_length_are_shown_as_people_write_them() -> None:
    assert visible("Sổ: \\\\?\\C:\\phường\\a.xlsx, \\\\?\\UNC\\máy\\chung") == "Sổ: C:\\phường\\a.xlsx, \\\\máy\\chung"


def test_forms_are_the_same_to_the_byte_where_lines_end_in_two_characters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_windows(path: str, mode: str = "r", **named: Any) -> Any:
        return open(path, mode, newline="\r\n", **named)  # noqa: PTH123 - in place of the built-in

    ward = Ward.make(tmp_path, [Line("TDP-05", "Tổ dân phố số 5")]).generate()
    before = ward.form("TDP-05").read_bytes()
    monkeypatch.setattr("et_xmlfile.incremental_tree.open", as_windows, raising=False)
    done = ward.call("generate")
    assert "2021_TDP-05_bang-tu-danh-gia.xlsx: không đổi" in done.err
    ward.form("TDP-05").unlink()
    assert ward.call("generate").code == 0
    assert ward.form("TDP-05").read_bytes() == before
