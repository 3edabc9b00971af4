"""The plots of an answer as files. Each takes matplotlib half a second, so helper processes take their share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.language import language, speaking

if TYPE_CHECKING:
    from analysis import Comparison

    Files = dict[str, bytes]
    Drawn = tuple[Files, bytes]  # files, and the picture for the report

MOST_HELPERS = 3
"""A helper takes a second to start, and there are about nine plots."""
_drawing: list[Comparison] = []
"""In a helper: the answer that it draws."""


def save_plots(answer: Comparison, directory: Path, workers: int = 1) -> None:
    """Write every plot as PNG and SVG into `directory`, by up to `workers` processes; the answer keeps what it shows."""
    from analysis import plots

    names = plots.available(answer)
    directory.mkdir(parents=True, exist_ok=True)
    helpers = min(workers - 1, MOST_HELPERS)
    alone = ((name, plots.files(answer, name)) for name in names)
    for _, files in _shared(answer, names, helpers) if helpers > 0 else alone:
        for file, data in files.items():
            plots.style.write(directory / file, data)


def _shared(answer: Comparison, names: Sequence[str], helpers: int) -> Iterator[tuple[str, Files]]:
    """Each plot as files: helpers begin with the first, this process with the last."""
    from analysis import plots
    from simulation.runs.pool import interrupts_held

    pool = ProcessPoolExecutor(helpers, get_context("spawn"), _begin, (answer,))
    try:
        with interrupts_held():
            given: dict[str, Future[Drawn]] = {
                name: pool.submit(_drawn_there, name, language()) for name in names
            }
        for name in reversed(names):
            if given[name].cancel():  # no helper has come to it yet
                yield name, plots.files(answer, name)
        for name, there in given.items():
            if not there.cancelled():
                try:
                    drawn, answer.pictures[plots.picture_key(name)] = there.result()
                    yield name, drawn
                except BrokenProcessPool:  # killed, or out of memory
                    yield name, plots.files(answer, name)
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(answer: Comparison) -> None:
    """Handed to a helper once, for all its plots."""
    from simulation.runs.orphans import end_with_parent

    end_with_parent()
    _drawing.append(answer)


def _drawn_there(name: str, spoken: str) -> Drawn:
    from analysis import plots

    with speaking(spoken):
        return plots.files(_drawing[0], name), plots.image(_drawing[0], name)
