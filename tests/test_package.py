"""The wheel works alone, outside the checkout; what it holds, and the README's two commands."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout's own files."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_package_and_its_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "tdp_xlsx/data/plan.toml" in names
    assert "tdp_xlsx/py.typed" in names
    assert {name.split("/")[0].rsplit("-", 2)[0].split("-")[0] for name in names} == {"tdp_xlsx"}


def test_the_source_archive_holds_all_that_its_tests_and_checks_need(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = tmp_path.glob("*.tar.gz")
    shutil.unpack_archive(built, tmp_path / "unpacked", filter="data")
    (home,) = (tmp_path / "unpacked").iterdir()
    names = {path.relative_to(home).as_posix() for path in home.rglob("*")}
    folders = ("tdp_xlsx", "tests", "docs", "templates", "windows", "benchmarks", ".ci")
    made = {"__pycache__", "node_modules", "package-lock.json"}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not made & set(path.parts)
    }
    assert wanted - names == set()
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "inbox/.gitkeep"} <= names
    assert [name for name in names if "node_modules" in name or name.endswith(".pyc")] == []


@pytest.mark.exhaustive
def test_the_installed_wheel_runs_init_and_demo_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """The libraries come from this environment through a .pth file, as tests fetch nothing."""
    home = tmp_path / "venv"
    venv.create(home, with_pip=False)
    scripts = home / ("Scripts" if sys.platform == "win32" else "bin")
    site = next(home.glob("lib/python*/site-packages"), home / "Lib" / "site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # After the wheel's own folder, and without this environment's .pth files, which lead back to the checkout.
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    python = str(scripts / "python")
    where = subprocess.run(
        [python, "-c", "import tdp_xlsx; print(tdp_xlsx.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(home)
    for arguments in (["init", "phuong"], ["demo"]):
        done = subprocess.run(
            [python, "-m", "tdp_xlsx", *arguments], cwd=tmp_path, capture_output=True, check=False, encoding="utf-8"
        )
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "phuong" / "templates" / "self_assessment_template.xlsx").is_file()
    assert (tmp_path / "demo" / "outbox" / "tong_hop_2021.xlsx").is_file()


def test_the_readmes_first_two_commands_are_the_demonstration_and_the_tests() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"```sh\n(.*?)```", readme, re.DOTALL) for line in block.splitlines()]
    assert lines[0].endswith("tdp-xlsx demo")
    assert lines[1].endswith("-m pytest")
    for line in lines[:2]:
        assert line.startswith("python3 -m venv .venv && .venv/bin/python -m pip install")
