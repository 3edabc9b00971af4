"""The command line: `python run.py COMMAND`, and `salespolicy COMMAND` once installed."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command in `sys.argv`; gives the exit code."""
    try:
        # Inside the function: worker processes import this file too, and need nothing of it.
        from app.cli import main as command_line

        return command_line(sys.argv[1:])
    except KeyboardInterrupt:  # before the command has begun
        return 130


if __name__ == "__main__":
    sys.exit(main())
