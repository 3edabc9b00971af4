"""Which test files reach a line, so that a mutant is judged by those that could notice it and by no others.

Work in processes of their own is not seen: a mutant that only such work would notice counts as survived.
"""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from coverage import CoverageData


@dataclass(frozen=True)
class Reaching:
    """Test files by file and line, as measured in a tree."""

    tree: Path
    data: CoverageData

    def files(self, file: Path, line: int) -> list[str]:
        """Test files that ran the statement on a line.

        Where only an import did (a default, a constant), those that ran anything of the file.
        """
        lines = self.data.contexts_by_lineno(str(self.tree / file))
        first, last = statement((self.tree / file).read_text(encoding="utf-8"), line)
        return _files(lines, range(first, last + 1)) or _files(lines, lines)


def measured(tree: Path, folder: Path, pytest: str, tests: str) -> Reaching:
    """Run these tests of a tree once, by this command.

    Raises:
        SystemExit: they fail without any fault.
    """
    rc = folder / "reachingrc"
    rc.write_text(f"[run]\ndata_file = {folder / 'reaching'}\n", encoding="utf-8")
    words = f"{pytest} --cov=analysis --cov-context=test --cov-config={rc} --cov-report= {tests}".split()
    done = subprocess.run(words, cwd=tree, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"fails without any fault, so it can tell nothing: {tests}\n{done.stdout[-2000:]}")
    data = CoverageData(str(folder / "reaching"))
    data.read()
    return Reaching(tree, data)


def statement(source: str, line: int) -> tuple[int, int]:
    """First and last line of the smallest statement on a line; of one with a body, its head."""
    found = (line, line)
    for node in ast.walk(ast.parse(source)):  # from the outside in
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
            if node.lineno <= line <= last:
                found = (node.lineno, last)
    return found


def _files(contexts: Mapping[int, list[str]], lines: Iterable[int]) -> list[str]:
    """`file::test|phase` without test and phase; what ran during an import has no name."""
    return sorted({name.partition("::")[0] for line in lines for name in contexts.get(line, ()) if name})
