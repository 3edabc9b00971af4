"""The files of an answer: `summary.json`, `plots/` and `report.html` of a run directory, or of a part of its runs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.language import LANGUAGES, language, speaking
from app.console import complain, show
from app.json_files import json_bytes, write_json

if TYPE_CHECKING:
    from analysis import Comparison
    from simulation.runs import Tables
    from simulation.runs.ledger import DoneRun
    from simulation.runs.record import Failure

SUMMARY, PLOTS, REPORT = "summary.json", "plots", "report.html"
WORDS = "verdict.json"
"""The verdict in each language, beside `summary.json`, which has it in English only: the app shows it in any of them."""
LONG = 60  # of a directory's name


def write_summary(directory: Path, summary: dict[str, Any]) -> bool:
    """Write `summary.json`; False if exactly this was there already."""
    from simulation.runs.parts import replace_durably

    content = json_bytes(summary)
    directory.mkdir(exist_ok=True)
    path = directory / SUMMARY
    if path.is_file() and path.read_bytes() == content:
        return False
    replace_durably(path, content)
    return True


def write_words(directory: Path, answer: Comparison) -> dict[str, str]:
    """Write `verdict.json`; the verdict by language."""
    words = {}
    for known in LANGUAGES:  # pages in any of them may look at it, now or later
        with speaking(known):
            words[known] = str(answer.verdict["why"])
    write_json(directory / WORDS, words)
    return words


def write_pictures(
    directory: Path, answer: Comparison, *, plots: bool = True, report: bool = True, workers: int = 1
) -> None:
    """Draw the plots, by several processes, and write the report, which uses what the plots have drawn.

    Both are in the language of the block; names that it takes a font for that is not there are said.
    """
    from analysis.plots import fonts

    if fonts.lacking([*answer.panel.policies, str(answer.panel.meta.get("question") or "")]):
        complain(
            f"no font with Chinese signs was found, so pictures are without them (apt-get install {fonts.PACKAGE})"
        )
    if report:
        (directory / REPORT).unlink(missing_ok=True)  # should somebody stop us, none of older results is left
    if plots:
        from app.drawing import save_plots

        save_plots(answer, directory / PLOTS, workers)
    if report:
        from analysis.report import write_report
        from app.sections import found_in

        write_report(answer, directory / REPORT, found_in(directory, answer))


def has_pictures(directory: Path, *, plots: bool, report: bool) -> bool:
    """Are the files already there that `write_pictures` would write, in the language of the block?"""
    drawn = any((directory / PLOTS).glob("*.svg")) if (directory / PLOTS).is_dir() else False
    return (drawn or not plots) and (not report or language_of(directory / REPORT) == language())


def language_of(report: Path) -> str:
    """The language of a report; "" where there is none."""
    try:
        with report.open("rb") as file:
            found = re.search(rb'<html lang="(\w+)"', file.read(400))
    except OSError:
        return ""
    return found[1].decode() if found else ""


def place_of(directory: Path, worlds: Mapping[str, int]) -> tuple[Path, int]:
    """Where the answer about the first worlds of some policies goes, and how many runs a run directory holds besides.

    The answer about a part must not replace that about more: it gets a directory inside, named by what it is about.
    """
    from simulation.runs.directory import reading

    with reading(directory) as kept:
        held: list[DoneRun | Failure] = [*kept.ledger.done().values(), *kept.ledger.failures().values()]
    besides = sum(run.replication >= worlds.get(run.policy, 0) for run in held)
    every = {run.policy for run in held} <= worlds.keys()
    return (
        directory / _part_name([] if every else list(worlds), set(worlds.values())) if besides else directory
    ), besides


def _part_name(policies: Sequence[str], worlds: set[int]) -> str:
    """E.g. "part-open-lockdown-4-worlds"; the policies by number and hash where their names are long, "all" for none."""
    import hashlib

    names = "-".join(policies) or "all"
    if len(names) > LONG:
        names = f"{len(policies)}-policies-{hashlib.sha256('/'.join(policies).encode()).hexdigest()[:6]}"
    several = "s" * (worlds != {1})
    return f"part-{names}-{'-to-'.join(map(str, sorted({min(worlds), max(worlds)})))}-world{several}"


def show_failures(tables: Tables, limit: int = 5) -> None:
    """The first failed runs, one line each."""
    for row in tables.failures.head(limit).to_dict("records"):
        show(f"failed: {row['policy']}, world {row['replication']}{where(row)}: {row['error']}")
    if len(tables.failures) > limit:
        show(f"... and {len(tables.failures) - limit} more")


def where(failure: Mapping[Any, Any]) -> str:
    """Phase and week of a failed run, as far as they are known."""
    phase, week = failure["phase"], failure["week"]
    known = isinstance(week, int)  # the table has NA where it is not
    return (f", in phase {phase}" if phase else "") + (f" in week {week}" if known else "")


def show_answer(summary: dict[str, Any]) -> None:
    """Verdict and tables in the terminal."""
    from analysis.terminal import render_summary

    show(*render_summary(summary))
