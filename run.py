"""The command line: `python run.py COMMAND`, and `salespolicy COMMAND` once installed."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run the command in `sys.argv`; gives the exit code."""
    # pydantic looks through every installed package for plugins of its own; none changes what a scenario means.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Linear algebra here is small: threads wait for each other longer than they work, and sums depend on their number.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        # Inside the function: worker processes import this file too, and need nothing of it.
        from app.cli import main as command_line

        return command_line(sys.argv[1:])
    except KeyboardInterrupt:  # before the command has begun
        return 130


if __name__ == "__main__":
    sys.exit(main())
