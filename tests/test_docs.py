"""The docs say what is so: pages made from the code are fresh, examples run, links and pictures are there."""

from __future__ import annotations

import importlib.util
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tdp_xlsx import api
from tdp_xlsx.cli import cli
from tdp_xlsx.cli.usage import PAGES
from tests.kit.ward import Ward, call

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parent.parent
TEXTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
GUIDE = ROOT / "docs" / "huong-dan.md"
NEXT_YEAR = ROOT / "docs" / "nam-sau.md"


def script(name: str) -> ModuleType:
    """Import a script of docs."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", ROOT / "docs" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def blocks(path: Path, language: str) -> list[list[str]]:
    """Return the lines of each block of a language, without comments."""
    found = re.findall(rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    lines = ([line.partition(" #")[0].strip() for line in block.splitlines()] for block in found)
    return [[line for line in block if line] for block in lines]


# --- pages made from the code ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["commands.md", "findings.md", "json.md", "open-data.md", "template.md"])
def test_a_page_made_from_the_code_is_as_the_code_makes_it(name: str) -> None:
    page = script("make").PAGES[name]()
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == page, "run python docs/make.py"


def test_every_command_has_a_place_in_the_round_and_examples_that_parse() -> None:
    assert set(PAGES) == set(cli.commands)
    for name, (_, examples) in PAGES.items():
        for example, _meaning in examples:
            words = shlex.split(example)
            assert words[:2] == ["tdp-xlsx", name]
            with cli.commands[name].make_context(name, words[2:]):
                pass


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["genrate"], "generate"),
        (["consolodate"], "consolidate"),
        (["status", "--jso"], "--json"),
        (["DOCTOR"], "doctor"),
    ],
)
def test_a_mistyped_word_gets_the_nearest_one(typed: list[str], meant: str) -> None:
    done = call(*typed)
    assert done.code == 2
    assert f"Có phải ý bạn là: {meant}?" in done.err


def test_a_word_like_no_command_gets_no_guess() -> None:
    assert "Có phải" not in call("xyzzy").err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completion_works_as_documented(shell: str) -> None:
    assert f"_TDP_XLSX_COMPLETE={shell}_source" in (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    environment = {**os.environ, "COMP_WORDS": "tdp-xlsx con", "COMP_CWORD": "con" if shell == "fish" else "1"}
    environment["_TDP_XLSX_COMPLETE"] = f"{shell}_complete"
    command = [sys.executable, "-c", "from tdp_xlsx.cli import main; main()"]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert b"consolidate" in done.stdout


# --- links and pictures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", path.read_text(encoding="utf-8"))
    broken = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert broken == []


def test_pictures_are_small_and_each_is_shown_somewhere() -> None:
    shown = {
        (path.parent / link).resolve()
        for path in TEXTS
        for link in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", path.read_text(encoding="utf-8"))
    }
    pictures = {path.resolve() for path in (ROOT / "docs" / "hinh").iterdir()}
    assert pictures == shown
    assert [path.name for path in pictures if path.stat().st_size > 150_000] == []


@pytest.mark.exhaustive
def test_pictures_of_the_terminal_are_what_it_shows(tmp_path: Path) -> None:
    pictures = script("pictures")
    assert call("-C", tmp_path, "demo").code == 0
    stale = [
        name
        for name, svg in pictures.terminals(tmp_path)
        if (ROOT / "docs" / "hinh" / f"{name}.svg").read_text(encoding="utf-8") != svg
    ]
    assert stale == [], "run python docs/pictures.py"


def test_a_picture_keeps_its_colours_and_loses_its_margin() -> None:
    pictures = script("pictures")
    white, red = b"\xff" * 3, b"\xff\0\0"
    rows = [white * 9, white * 4 + red + white * 4, white * 9]
    assert pictures.cropped(rows, margin=1) == [white * 3, white + red + white, white * 3]
    assert pictures.png(rows).startswith(b"\x89PNG\r\n\x1a\n")


# --- what README and CONTRIBUTING say of the code -------------------------------------------------------------------


def section(path: Path, title: str) -> str:
    """Return the text under a heading of a page."""
    return path.read_text(encoding="utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_the_tree_in_the_readme_is_the_tree() -> None:
    told = set(re.findall(r"([\w.]+)/", section(ROOT / "README.md", "The tree"))) - {"kit"}
    made = {"build", "dist", "demo"} | {path.name for path in ROOT.glob(".*") if path.name != ".ci"}
    assert told == {path.name for path in ROOT.iterdir() if path.is_dir()} - made
    assert all(next((ROOT / name).iterdir(), None) for name in told)


def test_the_readme_has_a_word_on_every_package_and_module() -> None:
    told = set(re.findall(r"`(\w+)`", section(ROOT / "README.md", "How it is built")))
    parts = {
        path.stem for path in (ROOT / "tdp_xlsx").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert parts - {"__init__", "__main__"} - told == set()


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("tdp_xlsx/**/*.py")), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_a_module_tells_its_one_job_in_its_first_line_and_stays_under_400_lines(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert re.match(r'"""\w.+[.:](""")?$', lines[0])
    assert len(lines) < 400


# --- examples -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(ROOT / "README.md", id="README.md"),
        pytest.param(GUIDE, id=GUIDE.name, marks=pytest.mark.exhaustive),
        pytest.param(NEXT_YEAR, id=NEXT_YEAR.name, marks=pytest.mark.exhaustive),
    ],
)
def test_every_console_example_runs_in_order_from_an_empty_folder(path: Path, tmp_path: Path) -> None:
    """As a newcomer types them, in one session; `mail` may leave groups without an address to be told (2)."""
    where = tmp_path
    if path == NEXT_YEAR:  # which begins in the folder of the year before
        where /= "danh-gia-2021"
        assert call("init", where).code == 0
    ran = 0
    for line in (line for block in blocks(path, "console") for line in block):
        words = shlex.split(line)
        if words[0] == "cd":
            where /= words[1]
            assert where.is_dir()
            continue
        assert words[0] == "tdp-xlsx", line
        done = call("-C", where, *words[1:])
        allowed = {0, 1} if "--strict" in words else {0, 2} if words[1] == "mail" else {0}
        if (
            "--pdf" in words and "LibreOffice" in done.err
        ):  # there is none: the workbook was made, and why no PDF is told
            allowed = {2}
        assert done.code in allowed, f"{line}: {done.err}"
        assert "--help" not in done.err, done.err
        ran += 1
    assert ran >= 5


@pytest.mark.exhaustive
def test_the_windows_commands_of_the_guide_install_the_program(tmp_path: Path) -> None:
    """Translated to this machine's folders; the libraries come from this environment, as tests fetch nothing."""
    (commands,) = blocks(GUIDE, "bat")
    assert [command.split()[0] for command in commands] == [
        "cd",
        "py",
        ".venv\\Scripts\\python",
        ".venv\\Scripts\\activate",
    ]
    environment = {
        **os.environ,
        "PIP_NO_BUILD_ISOLATION": "0",  # pip's flag that is set by being false
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path.endswith("site-packages")),
    }
    scripts = "Scripts" if sys.platform == "win32" else "bin"
    for command in commands[1:3]:
        words = [word.replace("\\", "/").replace("Scripts", scripts) for word in command.split()]
        words[0] = sys.executable if words[0] == "py" else str(tmp_path / words[0])
        words[-1] = str(ROOT) if words[-1] == "." else str(tmp_path / words[-1])
        subprocess.run(words, env=environment, check=True, capture_output=True)
    done = subprocess.run(
        [str(tmp_path / ".venv" / scripts / "tdp-xlsx"), "--version"], env=environment, capture_output=True, check=True
    )
    assert done.stdout.startswith(b"tdp-xlsx ")


def test_every_shell_example_for_engineers_is_run_by_the_checks() -> None:
    """README's two are the demonstration and the tests; `.ci/run` takes the second from there."""
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [line for block in blocks(ROOT / "CONTRIBUTING.md", "sh") for line in block]
    assert [line for line in lines if line not in run and line not in readme] == []


def test_there_are_no_shell_examples_but_those_that_are_run() -> None:
    """The pages of commands show `--help`, whose examples are parsed and run below."""
    languages = {
        path.relative_to(ROOT).as_posix(): set(re.findall(r"^```(\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))
        for path in TEXTS
    }
    assert {name: found for name, found in languages.items() if found} == {
        "CONTRIBUTING.md": {"sh"},
        "README.md": {"sh", "console", "python"},
        "docs/commands.md": {"text"},
        "docs/huong-dan.md": {"bat", "console"},
        "docs/json.md": {"json"},
        "docs/nam-sau.md": {"console"},
    }


def test_every_example_of_the_help_pages_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for those of the README and the guide, run above, and `--pdf` and `--send`, which have tests of their own."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())  # nothing is typed
    monkeypatch.setattr("tdp_xlsx.report.pdf.find_office", lambda: None)
    ward = Ward.make(tmp_path).generate()
    ward.send("TDP-05").rename(ward.inbox / "bang.xlsx")
    for name in ("lan-1.xlsx", "lan-2.xlsx"):
        ward.send("TDP-05", name=name)
    assert ward.call("consolidate").code == 0
    shutil.copy(ward.workbook, tmp_path / "cu.xlsx")
    assert ward.call("new-year", tmp_path / "2022").code == 0
    years = {"--year": tmp_path / "2026", "--prefill": tmp_path / "2022"}
    above = {line for path in (ROOT / "README.md", GUIDE) for block in blocks(path, "console") for line in block}
    for example in (example for _, examples in PAGES.values() for example, _ in examples):
        words = shlex.split(example)[1:]
        if example not in above and not {"--pdf", "--send"} & set(words):
            done = call("-C", next((years[word] for word in words if word in years), tmp_path), *words)
            assert done.code in ({0, 1} if "--strict" in words else {0}), f"{example}: {done.err}"


def test_the_readmes_script_runs(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    ward = Ward.make(tmp_path / "phuong").generate()
    ward.send("TDP-05")
    (tmp_path / "script.py").write_text(example, encoding="utf-8")
    done = subprocess.run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True, check=True, text=True)
    assert done.stdout.splitlines() == ["TDP-05 valid 1 43 43", "TDP-16 missing None 0 43"]
    assert (tmp_path / "tong_hop.xlsx").is_file()


def test_the_public_interface_reads_one_file_and_refuses_strangers(tmp_path: Path) -> None:
    ward = Ward.make(tmp_path / "phuong").generate()
    template, _ = api.read_template(ward.template)
    assert template
    good, nothing = api.read_submission(template.plan, ward.send("TDP-05"))
    assert good
    assert (good.group, good.is_complete, nothing) == ("TDP-05", True, ())
    stranger = tmp_path / "x.xlsx"
    stranger.write_bytes(b"no workbook")
    refused, findings = api.read_submission(template.plan, stranger)
    assert refused is None
    assert [finding.place.file for finding in findings] == ["x.xlsx"]
    assert api.write_form(template, template.plan.groups[0], tmp_path / "form.xlsx")
    assert [name for name in api.__all__ if not hasattr(api, name)] == []
