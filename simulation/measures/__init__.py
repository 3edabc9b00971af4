"""Outcomes of your own: a file in this folder with a `MEASURE` is one more outcome of every run, and all that is needed.

Tables, verdicts, reports, `list`, claims and sweeps take it from here. How to write one: docs/research.md.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from simulation.measures.base import LARGEST, Measure, MeasureFaultError, fault

__all__ = ["MEASURES", "Measure", "MeasureFaultError", "measured"]


def _found() -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for name in sorted(module.name for module in iter_modules(__path__)):
        if name == "base":
            continue
        file = f"simulation/measures/{name}.py"
        try:
            measure = getattr(import_module(f"{__name__}.{name}"), "MEASURE", None)
        except Exception as error:
            raise MeasureFaultError(file, f"cannot be imported: {type(error).__name__}: {error}") from error
        if wrong := fault(measure, taken=found):
            raise MeasureFaultError(file, wrong)
        assert isinstance(measure, Measure)
        found[measure.name] = measure
    return found


MEASURES: dict[str, Measure] = _found()
"""By name, in the order of their files."""


def measured(model: Any) -> dict[str, float]:
    """What they are this week; money in whole cents. ValueError for a number without end."""
    found = {name: measure.of(model) for name, measure in MEASURES.items()}
    for name, number in found.items():
        if abs(number) > LARGEST:  # never of nan
            raise ValueError(f"the measure '{name}' gave {number:g}; where there is no number it is nan")
    return {
        name: round(number) if MEASURES[name].unit == "cents" else float(number)
        for name, number in found.items()
    }
