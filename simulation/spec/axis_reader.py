"""Whether what a sweep varies can vary so: each axis is checked against its scenario, at its ends or at its values."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulation.parameters import PARAMETERS
from simulation.spec.axes import PATH, Axis, of_parameter
from simulation.spec.beside import Change, load_changed
from simulation.spec.problems import Mark, Problem, SpecError, did_you_mean, show
from simulation.spec.schema import Scenario
from simulation.spec.sweep_schema import AxisText, Value

PINNED = "world.parameters."
FIXED = {
    "seed": "luck is the same at all points",
    "weeks": "runs of one sweep are equally long",
    "start_week": "runs of one sweep start their policies together",
    "burn_in_weeks": "runs of one sweep have the same past",
    "baseline": "all points have the same baseline",
    "replications": "set it for the whole sweep",
    "draws": "an axis of the sweep replaces them",
    "calibration": "the model does not read it",
    "name": "the model does not read it",
    "description": "the model does not read it",
    "question": "the model does not read it",
    "outcome": "the answer of all points is about the same outcome",
}
"""What cannot vary within a sweep, and why."""


@dataclass
class AxisReader:
    """Makes axes over the scenario in a file, with the sweep's own `changes`, for these `policies`; collects `problems`."""

    path: Path
    changes: Sequence[Change]
    policies: Collection[str]
    problems: list[Problem]

    def axis(self, name: str, text: AxisText, mark: Mark, marks: Sequence[Mark]) -> Axis | None:
        """The axis of a name; None where it cannot be made. `marks` are the places of its values or ends."""
        bare = name.removeprefix(PINNED)
        if bare in PARAMETERS:
            return self._parameter(bare, text, marks)
        return self._setting(name, text, mark, marks)

    def _parameter(self, name: str, text: AxisText, marks: Sequence[Mark]) -> Axis:
        p = PARAMETERS[name]
        axis = of_parameter(p, text)
        given = text.values if text.values is not None else (axis.low, axis.high)
        for value, mark in zip(given, marks, strict=True):
            plain = isinstance(value, int | float) and not isinstance(value, bool)
            if not plain or not p.low <= float(value) <= p.high:
                self._say(
                    mark, f"parameter {name} must be between {p.low:g} and {p.high:g} {p.unit}, not {show(value)}",
                    f"{p.description}; default {p.default:g}, source: {p.source}",
                )  # fmt: skip
            elif p.integer and float(value) != round(float(value)):
                self._say(mark, f"parameter {name} must be a whole number, not {show(value)}")
        if text.values is None:
            self._log_fits(axis, marks[0])
            if not axis.low < axis.high:
                self._say(marks[0], f"low must be below high, not {axis.low:g} and {axis.high:g}")
        return axis

    def _setting(self, name: str, text: AxisText, mark: Mark, marks: Sequence[Mark]) -> Axis | None:
        """An axis of the world or of a lever: the scenario must load with each of its values, or with both ends."""
        if why := FIXED.get(name.split(".", maxsplit=1)[0]) or _only_told(name):
            self._say(mark, f"{show(name)} cannot vary", why)
            return None
        if "." not in name and name not in Scenario.model_fields:
            hint = did_you_mean(name, PARAMETERS)
            self._say(mark, f"there is no parameter {show(name)}", hint or "or a path, as world.reps")
            return None
        given: Sequence[Any] = text.values or (text.low, text.high)
        if None in given:
            what = f"{show(name)} needs low and high, or a list of values"
            self._say(mark, what, "only parameters have a range of their own")
            return None
        whole = False
        if text.values is None and isinstance(text.low, float):
            whole = self._is_whole(name, text, mark)
            given = [int(x) if whole else x for x in (text.low, text.high or 0.0)]
        loaded = []
        for value, place in zip(given, marks, strict=True):
            try:
                loaded.append(load_changed(self.path, [*self.changes, (place, name, value)]).resolved())
            except SpecError as error:
                self.problems += error.problems
                return None
        for one in loaded:
            one["policies"] = {p: levers for p, levers in one["policies"].items() if p in self.policies}
        targets = tuple(_targets(loaded[0], loaded[-1], given[0], given[-1])) if len(loaded) > 1 else ()
        if not targets:
            self._say(
                mark, f"varying {show(name)} changes nothing", "is it inherited or overridden elsewhere?"
            )
            return None
        if text.values is not None:
            return Axis(name, targets, "", text.values)
        low, high = float(given[0]), float(given[1])
        axis = Axis(
            name,
            targets,
            "",
            (),
            low,
            high,
            text.distribution or "uniform",
            (low + high) / 2,
            whole,
            text.steps or 0,
        )
        self._log_fits(axis, mark)
        return axis

    def _is_whole(self, name: str, text: AxisText, mark: Mark) -> bool:
        """Whether only whole numbers can stand there: .5 is refused as one that is not."""
        low, high = text.low, text.high
        if low is None or high is None:
            return False
        if low != round(low) or high != round(high):
            return False
        middle = (low + high) / 2 if (low + high) % 2 else (low + high) / 2 + 0.5
        try:
            load_changed(self.path, [*self.changes, (mark, name, middle)])
        except SpecError as error:
            return any("whole number" in problem.message for problem in error.problems)
        return False

    def _log_fits(self, axis: Axis, mark: Mark) -> None:
        if axis.distribution == "log_uniform" and axis.low <= 0:
            self._say(mark, f"log_uniform needs a low above 0, not {axis.low:g}")

    def _say(self, mark: Mark, message: str, hint: str = "") -> None:
        self.problems.append(Problem.at(mark, message, hint))


def _only_told(name: str) -> str:
    """Why names within the world and descriptions cannot vary; nothing of all else."""
    first, last = name.partition(".")[0], name.rpartition(".")[2]
    told = last == "description" or (first == "world" and last == "name")
    return FIXED["description"] if told else ""


def _targets(one: Any, other: Any, first: Value, last: Value, path: str = "") -> Iterator[str]:
    """Paths at which one resolved scenario has the first value and the other the last."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in (key for key in one if key in other):
            yield from _targets(one[key], other[key], first, last, f"{path}{PATH}{key}" if path else str(key))
    elif isinstance(one, list) and isinstance(other, list):
        for place, (a, b) in enumerate(zip(one, other, strict=False)):
            yield from _targets(a, b, first, last, f"{path}{PATH}{place}")
    elif one == first and other == last and one != other:
        yield path
