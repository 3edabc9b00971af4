"""What an outcome of one's own consists of."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

REDUCTIONS = ("sum", "sum_from_start", "mean_from_start", "last")

LARGEST = 1e80
"""No outcome is larger, whatever it counts: a result with no end cannot be averaged, nor told from damage."""


class MeasureFaultError(Exception):
    """A file of this folder that cannot be used: `simulation/measures/file.py:1: message`."""

    def __init__(self, file: str, message: str) -> None:
        self.file, self.message = file, message
        super().__init__(f"{file}:1: {message} (docs/research.md shows how to write one)")

    def __reduce__(self) -> tuple[type[MeasureFaultError], tuple[str, str]]:
        return type(self), (self.file, self.message)


@dataclass(frozen=True, slots=True)
class Measure:
    """One more outcome. Its fields but `of` mean what they mean in `simulation.outcomes.Outcome`.

    `of(model)` gives the number of the week that has just been lived: it reads the model (`model.state`, `model.reps`,
    `model.customers`, `model.now`) and changes nothing, draws no luck and asks no policy for its name.
    nan where there is none, never infinite, but for money, which is counted in whole cents and has a number every week.
    """

    name: str
    unit: str
    direction: int
    reduce: str
    label: str
    description: str
    of: Callable[[Any], float]


def fault(measure: object, taken: Collection[str]) -> str:
    """What keeps it from being an outcome; empty if nothing does."""
    if not isinstance(measure, Measure):
        return "has no MEASURE = Measure(...)"
    if not str(measure.name).isidentifier():
        return "has a name that is no word of letters, digits and _"
    if measure.name in taken:
        return f"the name '{measure.name}' is taken"
    if measure.direction not in (-1, 0, 1):
        return "direction must be 1 (more is better), -1 (less is) or 0 (neither)"
    if measure.reduce not in REDUCTIONS:
        return f"reduce must be one of {', '.join(REDUCTIONS)}"
    for what in ("unit", "label", "description"):
        if not str(getattr(measure, what)).strip():
            return f"has no {what}"
    of: object = measure.of
    return "" if callable(of) else "its of is no function of the model"
