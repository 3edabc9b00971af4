"""Write the outputs in the pages that execute anew, after a change of results or of words: python -m tests.guides.update

Read the difference before you commit it: the words around an output may no longer be true.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.guides.pages import desk, lived

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("docs/tutorial.md",)
CODE_TOO = ("docs/research.md",)
"""Pages that drop files into the code: they need a copy of it."""


def copied(place: Path) -> None:
    """The code of the project beside the scenarios of a desk."""
    (place / "run.py").unlink()
    shutil.copy(ROOT / "run.py", place)
    for part in ("simulation", "analysis", "app"):
        shutil.copytree(ROOT / part, place / part, ignore=shutil.ignore_patterns("__pycache__"))


def main(words: Sequence[str]) -> int:
    """Rewrite these pages, all for none; names those that changed."""
    for name in words or PAGES + CODE_TOO:
        page = ROOT / name
        text = page.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            place = desk(Path(folder) / "desk", ROOT)
            if name in CODE_TOO:
                copied(place)
            new = lived(text, place, place if name in CODE_TOO else ROOT)
        if new != text:
            page.write_text(new, encoding="utf-8")
            print(f"{name}: written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
