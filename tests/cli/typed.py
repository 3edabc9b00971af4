"""`python typed.py DELAY WORD...`: the command line with slow made-up worlds, for tests that press Ctrl-C."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "runs")]

if __name__ == "__main__":
    from fake_worlds import FakeWorlds

    from app import progress
    from app.cli import main
    from app.services import Services

    progress.PATIENCE = 1000.0  # no word of a busy machine
    sys.exit(main(sys.argv[2:], Services(FakeWorlds(delay=float(sys.argv[1])))))
