"""Make the bundle for Windows, and its Setup.exe: python windows/build.py --python EMBEDDABLE.zip --out DIR.

EMBEDDABLE.zip is python.org's "Windows embeddable package (64-bit)" of the version that runs this, which needs the
group `bundle` of pyproject.toml. Same input, same bytes (of the zip). Setup.exe is made where there is makensis.
"""

from __future__ import annotations

import argparse
import hashlib
import py_compile
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

import markdown

HERE = Path(__file__).parent
ROOT = HERE.parent
TAG = f"{sys.version_info.major}{sys.version_info.minor}"
NEEDED = ("python.exe", "python3.dll", f"python{TAG}.dll", f"python{TAG}.zip", "vcruntime140.dll", "vcruntime140_1.dll")
"""What must lie beside each other in EMBEDDABLE.zip; numpy asks for the last."""
GUIDE = ("huong-dan", "huong-dan-dien-bang", "windows", "du-lieu-ca-nhan", "findings", "commands", "template")
GUIDE += ("open-data", "json", "van-ban", "nam-sau")
UNUSED = re.compile(r"(^|/)tests?/|^numpy/(f2py|distutils)/|\.(pyi|pxd|pyx|h|c|lib|pyf|f|f90)$|\.data/|/sboms/")
LICENCE = re.compile(r"(^|/)(licen[cs]es?/|licen[cs]e|copying|notice|authors)[^/]*", re.IGNORECASE)
PAGE = """<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font:17px/1.5 "Segoe UI",sans-serif;max-width:50em;margin:2em auto;padding:0 1em}}img{{max-width:100%}}
table{{border-collapse:collapse}}td,th{{border:1px solid #bbb;padding:.2em .5em;text-align:left;vertical-align:top}}
pre{{background:#f2f2f2;padding:.6em;overflow-x:auto}}</style></head>
<body>
{body}
</body></html>
"""


def wheels(into: Path) -> list[Path]:
    """Fetch the locked wheels for Windows, each by its hash, and make the project's own."""
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check"]
    target = ["--platform", "win_amd64", "--python-version", TAG, "--implementation", "cp"]
    target += ["--abi", f"cp{TAG}", "--abi", "abi3", "--abi", "none", "--only-binary", ":all:", "--no-deps"]
    locked = ["--require-hashes", "-r", str(HERE / "requirements.txt")]
    subprocess.run([*pip, "download", *target, *locked, "-d", str(into)], check=True)
    subprocess.run([*pip, "wheel", "--no-deps", "-w", str(into), str(ROOT)], check=True)
    return sorted(into.glob("*.whl"))


def lay_python(embeddable: Path, into: Path) -> None:
    """Unpack Python and tell it where the libraries lie."""
    with zipfile.ZipFile(embeddable) as archive:
        if lost := set(NEEDED) - {name.lower() for name in archive.namelist()}:
            sys.exit(f"{embeddable}: no embeddable Python {TAG} for Windows, lacks {', '.join(sorted(lost))}")
        archive.extractall(into)
    (into / f"python{TAG}._pth").write_text(f"python{TAG}.zip\n.\nsite-packages\n", encoding="ascii", newline="\r\n")


def lay_library(wheel: Path, into: Path, licences: Path) -> None:
    """Unpack a wheel, compiled, without what is never run; its licences are kept apart.

    Raises:
        SystemExit: It tells no licence.
    """
    told = licences / "-".join(wheel.name.split("-")[:2])
    with zipfile.ZipFile(wheel) as archive:
        for name in (name for name in archive.namelist() if not name.endswith("/")):
            first, *rest = PurePosixPath(name).parts
            is_about = first.endswith(".dist-info")
            if is_about and LICENCE.search("/".join(rest)):
                put(told / "-".join(part for part in rest if part != "licenses"), archive.read(name))
            elif rest == ["METADATA"] or not (is_about or UNUSED.search(name)):
                put(into / name, archive.read(name))
                if name.endswith(".py"):
                    compiled(into / name, name)
    if not told.is_dir():  # a few bring none along
        kept = HERE / "licences" / f"{wheel.name.split('-')[0]}.txt"
        if not kept.is_file():
            sys.exit(f"{wheel.name}: no licence in it; lay its text into {kept.parent.name}")
        put(told / "LICENSE.txt", kept.read_bytes())


def compiled(source: Path, name: str) -> None:
    """Replace a module by its byte code: the first start is as quick as the next; what is Python 2's goes."""
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(source), str(source.with_suffix(".pyc")), dfile=name, quiet=2, invalidation_mode=mode)
    source.unlink()


def lay_guide(into: Path) -> None:
    """Lay the guide and the pages it leads to, for any browser."""
    shutil.copytree(ROOT / "docs" / "hinh", into / "hinh")
    shutil.copy(ROOT / "docs" / "huong-dan-dien-bang.pdf", into)
    for name in GUIDE:
        text = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
        body = markdown.markdown(text, extensions=["tables", "fenced_code", "sane_lists"])
        body = re.sub(rf'href="({"|".join(GUIDE)})\.md', r'href="\1.html', body)
        put(into / f"{name}.html", PAGE.format(title=text.splitlines()[0].strip("# "), body=body).encode())


def put(path: Path, content: bytes) -> None:
    """Write a file; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def packed(folder: Path, target: Path) -> None:
    """Pack a folder: entries in order, without times of their own."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix())
            entry.create_system, entry.external_attr, entry.compress_type = 0, 0, zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())


def main() -> int:
    """Make both, and tell their sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", type=Path, required=True, metavar="EMBEDDABLE.zip")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        found = wheels(Path(work))
        version = next(path.name.split("-")[1] for path in found if path.name.startswith("tdp_xlsx-"))
        bundle = asked.out / f"tdp-xlsx-{version}"
        shutil.rmtree(bundle, ignore_errors=True)
        lay_python(asked.python, bundle / "python")
        for wheel in found:
            lay_library(wheel, bundle / "python" / "site-packages", bundle / "giay-phep")
    shutil.copy(bundle / "python" / "LICENSE.txt", bundle / "giay-phep" / "Python.txt")
    lay_guide(bundle / "huong-dan")
    shutil.copy(HERE / "start.py", bundle / "python")
    put(bundle / "tdp-xlsx.cmd", (HERE / "tdp-xlsx.cmd").read_bytes().replace(b"311", TAG.encode()))
    held = sorted(path for path in bundle.rglob("*") if path.is_file())
    lines = [f"{path.stat().st_size} {path.relative_to(bundle).as_posix()}\n" for path in held]
    put(bundle / "python" / "files.txt", "".join(lines).encode())
    target = asked.out / f"tdp-xlsx-{version}-windows.zip"
    packed(bundle, target)
    unpacked = sum(path.stat().st_size for path in held)
    print(f"{target.name}: {len(held)} files, {unpacked / 1e6:.1f} MB, packed {target.stat().st_size / 1e6:.1f} MB")
    print(f"SHA-256 {hashlib.sha256(target.read_bytes()).hexdigest()}")
    if makensis := shutil.which("makensis"):
        setup = (asked.out / f"tdp-xlsx-{version}-setup.exe").absolute()
        told = [f"-DVERSION={version}", f"-DBUNDLE={bundle.absolute()}", f"-DSETUP={setup}"]
        subprocess.run([makensis, "-V2", *told, str(HERE / "setup.nsi")], check=True)
        print(f"{setup.name}: {setup.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
