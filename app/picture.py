"""The picture at the top of the README, from a run directory: `python -m app.picture RUN FILE`."""

from __future__ import annotations

import sys
from pathlib import Path


def draw(directory: Path, file: Path) -> None:
    """Write the money chart of the report's first page as a small PNG."""
    from analysis import compare
    from analysis.plots import lead, style
    from analysis.subject import few
    from app.sections import found_in
    from simulation.runs import read_tables

    answer = compare(read_tables(directory))
    figure = lead.lead(answer, few(answer), found_in(directory, answer).scenes)
    if figure is None:
        raise SystemExit(f"{directory}: there is no flow of money to draw")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(style.report_bytes(figure))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("python -m app.picture RUN FILE")
    draw(Path(sys.argv[1]), Path(sys.argv[2]))
