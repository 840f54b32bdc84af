"""The bundle for Windows: how it starts, and, where `.ci/windows` has made it, used under Wine as an officer does."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tdp_xlsx.prepare import STARTER, lay_starter
from tests.kit.ward import FORM, NO, YES, Ward, answer_cells, call

if TYPE_CHECKING:
    from tests.kit.office import Office

ROOT = Path(__file__).parent.parent
MADE = os.environ.get("TDP_BUNDLE")
under_wine = pytest.mark.skipif(not MADE, reason="needs the bundle and Wine: bash .ci/windows")

# --- the launcher -----------------------------------------------------------------------------------------------------


@pytest.fixture
def laid(tmp_path: Path) -> Path:
    """What stands for a bundle: the file that starts it, on the Python at hand, and one file of its list."""
    (tmp_path / "tdp" / "python").mkdir(parents=True)
    shutil.copy(ROOT / "windows" / "start.py", tmp_path / "tdp" / "python")
    (tmp_path / "tdp" / "a.txt").write_text("abc", encoding="utf-8")
    (tmp_path / "tdp" / "python" / "files.txt").write_text("3 a.txt\n", encoding="utf-8")
    return tmp_path / "tdp"


def started(bundle: Path, *arguments: str) -> tuple[int, str]:
    """Start it, at no terminal, and leave the menu at once."""
    done = subprocess.run(
        [sys.executable, str(bundle / "python" / "start.py"), *arguments],
        cwd=bundle,
        env={**os.environ, "HOME": str(bundle.parent), "XDG_CONFIG_HOME": str(bundle.parent / "settings")},
        input="0\n",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout


def test_it_opens_the_menu_in_the_working_folder_used_last_or_the_usual_one(laid: Path, tmp_path: Path) -> None:
    status, shown = started(laid)
    assert status == 0
    assert f"Chưa có sổ mẫu trong {tmp_path / 'Documents' / 'tdp-xlsx'}." in shown
    assert call("init", tmp_path / "năm 2021").code == 0
    (tmp_path / "settings" / "tdp-xlsx").mkdir(parents=True)
    remembered = f"{tmp_path / 'gone'}\n{tmp_path / 'năm 2021'}\n"
    (tmp_path / "settings" / "tdp-xlsx" / "folders.txt").write_text(remembered, encoding="utf-8")
    assert "/năm 2021 " in " ".join(started(laid)[1].split())  # which breaks where the line is full
    (tmp_path / "bảng.xlsx").write_bytes(b"x")
    assert "Đã chép vào inbox: bảng.xlsx" in started(laid, str(tmp_path / "bảng.xlsx"))[1]


@pytest.mark.parametrize("content", [None, "ab"])
def test_a_file_that_is_missing_or_cut_off_is_told_in_one_sentence(laid: Path, content: str | None) -> None:
    (laid / "a.txt").unlink()
    if content:
        (laid / "a.txt").write_text(content, encoding="utf-8")
    for arguments in ((), ("-C", ".", "menu")):
        status, shown = started(laid, *arguments)
        assert status == 2
        assert len(shown.splitlines()) == 1
        assert "thiếu hoặc hỏng tệp a.txt: giải nén lại cả tệp .zip" in shown


def test_the_file_to_double_click_in_a_working_folder_names_the_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tdp-xlsx.cmd").touch()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python" / "python.exe"))
    lay_starter(tmp_path, windows=True)
    lines = (tmp_path / STARTER).read_text(encoding="utf-8").splitlines()
    assert f'"{tmp_path / "tdp-xlsx.cmd"}" -C "%~dp0." menu %*' in lines


def test_the_lock_names_every_dependency_and_no_host() -> None:
    lock = (ROOT / "windows" / "requirements.txt").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9.-]+)==", lock, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[<>=!\[ ;]", line)[0].lower() for line in project["dependencies"]}
    assert wanted - locked == set(), "remade by the command in its first lines"
    assert lock.count("==") <= lock.count("--hash=sha256:")
    assert "://" not in lock


def test_the_file_that_starts_it_is_what_cmd_can_read() -> None:
    content = (ROOT / "windows" / "tdp-xlsx.cmd").read_bytes()
    lines = content.decode().split("\r\n")
    assert not any("\n" in line for line in lines)
    assert b"".join(content.split(b"\r\n")[:2]).isascii()
    assert lines[1] == "chcp 65001 >nul"
    assert '"%~dp0python\\python.exe" -P "%~dp0python\\start.py" %*' in lines


# --- under Wine -------------------------------------------------------------------------------------------------------

WINE = "/usr/lib/wine/wine64"
USER = "C:\\users\\Nguyễn Văn Đức"
DESKTOP = f"{USER}\\Màn hình nền"
DOCUMENTS = f"{USER}\\Documents\\tdp-xlsx"
UNINSTALL = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall"
UTF_8 = "hi_IN.UTF-8"
"""A locale whose code page is 65001: what `chcp` does for a file that cmd reads is not done by Wine's cmd."""
GROUPS = {"TDP-01": "Tổ dân phố số 1", "TDP-02": "Tổ dân phố số 2", "B-1": "Bản Nà Ỏ", "B-2": "Bản Sùng Phài"}


def on_linux(path: str) -> Path:
    """Return where a path of drive C lies."""
    return Path(os.environ["WINEPREFIX"], "drive_c", *path.split("\\")[1:])


def ran(program: str, *arguments: str, keys: str = "", locale: str = UTF_8, folder: str = "C:\\") -> tuple[int, str]:
    """Run a program there with these lines as its input; return its status and all it said."""
    done = subprocess.run(
        [WINE, program, *arguments],
        cwd=on_linux(folder),
        env={**os.environ, "LC_ALL": locale},
        input=keys.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=1800,
    )
    return done.returncode, done.stdout.decode("utf-8", "replace").replace("\r\n", "\n")


def menu(program: str, *keys: str, folder: str = DESKTOP) -> str:
    """Feed the menu these lines, then leave; return what it shows."""
    status, shown = ran(program, keys="".join(f"{key}\n" for key in (*keys, "0")), folder=folder)
    assert status == 0, shown
    assert "Traceback" not in shown
    assert "ngoài dự kiến" not in shown, shown
    return shown


def unpacked(folder: str) -> str:
    """Unpack the bundle into an empty folder there; return its program."""
    shutil.rmtree(on_linux(folder), ignore_errors=True)
    ((packed,)) = Path(MADE or "").glob("*-windows.zip")
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(on_linux(folder))
        name = archive.namelist()[0].partition("/")[0]
    return f"{folder}\\{name}\\tdp-xlsx.cmd"


@pytest.fixture(scope="module")
def program() -> str:
    """The bundle, unpacked onto a desktop; nothing of earlier runs is left."""
    for name in (DOCUMENTS, f"{USER}\\AppData\\Roaming\\tdp-xlsx"):
        shutil.rmtree(on_linux(name), ignore_errors=True)
    return unpacked(DESKTOP)


@pytest.fixture(scope="module")
def ward(program: str, office: Office) -> Ward:
    """A whole round by the menu alone; workbooks are filled by LibreOffice, which is the officer's Excel."""
    made = Ward(on_linux(DOCUMENTS))
    assert f"Chưa có sổ mẫu trong {DOCUMENTS}" in menu(program, "", "", "2021")
    lines = {
        f"{column}{row}": value
        for row, (code, name) in enumerate(GROUPS.items(), 2)
        for column, value in zip(
            "ABCDEF", (code, name.split(" số")[0] if "TDP" in code else "Bản", name, YES, NO, NO), strict=True
        )
    }
    office.fill(made.template, made.root / "điền.xlsx", {"Danh sách đơn vị": lines})
    (made.root / "điền.xlsx").replace(made.template)
    assert "Đã lập 04/04 bảng" in menu(program, "", "")
    for code, said, suffix in (("TDP-01", {}, "xlsx"), ("TDP-02", {"2.3": None}, "ods"), ("B-1", {"I.1": YES}, "xls")):
        cells = answer_cells(openpyxl.load_workbook(made.form(code))[FORM], said)
        office.fill(made.form(code), made.root / f"Bảng của {code}.{suffix}", {FORM: cells})
    dropped = [str(path).replace("/", "\\") for path in sorted(made.root.glob("Bảng của *"))]
    shown = menu(program, *(f'"Z:{path}"' for path in dropped), "5", "7", "9", "10")
    assert shown.count("Đã chép vào inbox") == 3
    assert "A501" in shown
    return made


@under_wine
@pytest.mark.exhaustive
def test_a_whole_round_by_the_menu_comes_to_what_linux_comes_to(ward: Ward, program: str, tmp_path: Path) -> None:
    linux = Ward(tmp_path / "phường")
    for name in ("templates", "inbox"):
        shutil.copytree(ward.root / name, linux.root / name)
    assert linux.call("consolidate").code == 0
    status, told = ran(program, "-C", DOCUMENTS, "status", "--json")
    assert status == 0
    assert told == linux.call("status", "--json").out
    for code in GROUPS:
        assert linux.call("generate", code).code == 0
        assert _parts(linux.form(code)) == _parts(ward.form(code))
    assert _content(ward.workbook) == _content(linux.workbook)
    for kind in ((), ("--return",), ("--remind",)):
        assert linux.call("mail", *kind).code == 0
    letters = [
        {path.name: path.read_bytes() for path in (one.root / "outbox" / "thu").glob("*.txt")} for one in (ward, linux)
    ]
    assert letters[0] == letters[1]
    assert {name for name in letters[0] if "_nhac" in name} == {"2021_TDP-02_nhac.txt", "2021_B-2_nhac.txt"}


def _parts(book: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(book) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _content(book: Path) -> dict[str, list[object]]:
    """Return every cell of a workbook; times of this run are left out."""
    sheets = openpyxl.load_workbook(book).worksheets
    return {
        sheet.title: [
            (cell.coordinate, re.sub(r"\d\d:\d\d(:\d\d)?", "", str(cell.value)))
            for row in sheet.iter_rows()
            for cell in row
        ]
        for sheet in sheets
    }


def _hashes(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != STARTER]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@under_wine
@pytest.mark.exhaustive
def test_a_new_version_beside_the_old_one_takes_over_and_touches_no_working_folder(ward: Ward, program: str) -> None:
    before = _hashes(ward.root)
    starter = f"{DOCUMENTS}\\{STARTER}"
    assert "UBND phường Tân Phong, năm 2021" in menu(starter, folder="C:\\")
    newer = unpacked(f"{DESKTOP}\\Bản mới")
    assert DOCUMENTS in menu(newer)
    assert f'"{newer}"' in on_linux(starter).read_text(encoding="utf-8")
    away = on_linux(program).parent.rename(on_linux(DESKTOP) / "gone")
    assert "UBND phường Tân Phong, năm 2021" in menu(starter, folder="C:\\")
    on_linux(newer).parent.rename(on_linux(DESKTOP) / "moved")
    status, shown = ran(starter)
    assert status == 1
    assert "Không thấy chương trình tdp-xlsx ở chỗ cũ" in shown
    away.rename(on_linux(program).parent)
    assert DOCUMENTS in menu(program)
    assert _hashes(ward.root) == before


@under_wine
@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "python/site-packages/pandas/core/frame.pyc",
            "thiếu hoặc hỏng tệp python/site-packages/pandas/core/frame.pyc",
        ),
        ("python/python311.dll", "giải nén cả tệp .zip"),
        ("python", "giải nén cả tệp .zip"),
    ],
)
def test_a_bundle_copied_by_half_says_so(program: str, name: str, sentence: str) -> None:
    lost = on_linux(program).parent / name
    kept = lost.rename(on_linux(DESKTOP) / "kept")
    try:
        for arguments in ((), ("-C", DOCUMENTS, "status")):
            status, shown = ran(program, *arguments)
            assert status == 2
            assert sentence in shown
            assert len([line for line in shown.splitlines() if line and "continue" not in line]) <= 2
    finally:
        kept.rename(lost)


@under_wine
@pytest.mark.exhaustive
def test_setup_lays_the_bundle_for_one_user_and_takes_away_only_that(ward: Ward) -> None:
    installed = f"{USER}\\AppData\\Local\\Programs\\tdp-xlsx"
    shutil.rmtree(on_linux(installed), ignore_errors=True)
    link = on_linux(f"{USER}\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\tdp-xlsx.lnk")
    before = _hashes(ward.root)
    ((setup,)) = Path(MADE or "").glob("*-setup.exe")
    for _ in range(2):  # the second time over the first
        assert ran(str(setup), "/S")[0] == 0
        assert link.is_file()
        assert DOCUMENTS in menu(f"{installed}\\tdp-xlsx.cmd")
        (on_linux(installed) / "danh-gia" / "inbox").mkdir(parents=True, exist_ok=True)
        (on_linux(installed) / "python" / "of an earlier version.pyc").touch()
    assert ran(f"{installed}\\uninstall.exe", "/S")[0] == 0
    for _ in range(60):  # it goes on as a copy of itself
        if not (on_linux(installed) / "uninstall.exe").exists():
            break
        time.sleep(1)
    assert [path.name for path in on_linux(installed).rglob("*")] == ["danh-gia", "inbox"]
    assert not link.exists()
    assert (
        "tdp-xlsx"
        not in ran(
            "C:\\windows\\system32\\reg.exe", "query", "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall"
        )[1]
    )
    assert _hashes(ward.root) == before
