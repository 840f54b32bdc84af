"""Run the command line with ``python -m tdp_xlsx``."""

import sys

from tdp_xlsx.cli import main

if __name__ == "__main__":
    if getattr(sys, "frozen", False):  # a packed program is started anew for each reading process
        import multiprocessing

        multiprocessing.freeze_support()
    main()
