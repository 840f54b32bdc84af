"""Start tdp-xlsx from the bundle: without a command the menu, in the working folder used last."""

from __future__ import annotations

import os
import sys

BUNDLE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - pathlib takes its time


def lost() -> list[str]:
    """Return the bundle's files that are not there, or not whole."""
    with open(os.path.join(BUNDLE, "python", "files.txt"), encoding="utf-8") as listed:  # noqa: PTH118, PTH123
        wanted = [line.rstrip("\n").split(" ", 1) for line in listed]
    return [name for size, name in wanted if _size(name) != int(size)]


def _size(name: str) -> int:
    try:
        return os.stat(os.path.join(BUNDLE, *name.split("/"))).st_size  # noqa: PTH116, PTH118
    except OSError:
        return -1


def refuse_if_torn() -> None:
    """Say in one sentence that the bundle is not whole, if so, and exit."""
    if not (names := lost()):
        return
    if not sys.stderr.isatty():
        sys.stderr.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    more = f" và {len(names) - 1} tệp khác" if names[1:] else ""
    sys.stderr.write(
        f"Bản tdp-xlsx trong “{BUNDLE}” thiếu hoặc hỏng tệp {names[0]}{more}: "
        "giải nén lại cả tệp .zip vào một thư mục mới rồi mở từ đó; thư mục làm việc không bị ảnh hưởng.\n"
    )
    sys.exit(2)


def run() -> None:
    """Run the command line; what cannot be done for want of a file is told so."""
    arguments = sys.argv[1:]
    is_dropped = bool(arguments) and os.path.isabs(arguments[0])  # noqa: PTH117 - files dropped on the .cmd
    if not arguments or is_dropped or "menu" in arguments:
        refuse_if_torn()
    try:
        from tdp_xlsx.cli import main
        from tdp_xlsx.cli.terminal import working_folder

        if not arguments or is_dropped:
            arguments = ["-C", str(working_folder()), "menu", *arguments]
        main(arguments)
    except ImportError:
        refuse_if_torn()
        raise
    except SystemExit as stop:
        if stop.code == 2:  # noqa: PLR2004 - could not be done
            refuse_if_torn()
        raise


if __name__ == "__main__":  # the reading processes load this file too
    run()
