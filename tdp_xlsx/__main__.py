"""Start the command line, which the reading processes, loading this module too, can do without."""

from __future__ import annotations

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and exit with its status."""
    from tdp_xlsx.cli import main as run  # noqa: PLC0415 - as above

    run()


if __name__ == "__main__":
    if getattr(sys, "frozen", False):  # a packed program is started anew for each reading process
        import multiprocessing

        multiprocessing.freeze_support()
    main()
