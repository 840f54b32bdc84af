"""Run the command line with ``python -m tdp_xlsx``."""

from tdp_xlsx.cli import main

if __name__ == "__main__":
    main()
