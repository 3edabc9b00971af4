"""From a file of a sweep to a design that can be run: every axis checked against the scenario, at its ends or values."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from simulation.outcomes import OUTCOMES
from simulation.parameters import PARAMETERS
from simulation.spec.axes import PATH, Axis, as_number
from simulation.spec.axis_reader import PINNED, AxisReader
from simulation.spec.beside import Change, load_changed, scenario_file
from simulation.spec.load import FilePath
from simulation.spec.located import locate, validated
from simulation.spec.memory import table, too_large
from simulation.spec.problems import Mark, Problem, SpecError, did_you_mean, show
from simulation.spec.schema import Scenario
from simulation.spec.sweep_schema import MAX_POINTS, NEED_POINTS, AxisText, SweepText, Value
from simulation.spec.sweep_table import NO_TABLE, read_points
from simulation.spec.yaml_reader import Node, read_file

SIGNS = {"vary", "design", "points", "table"}
"""Keys by which a file is known as a sweep."""


@dataclass(frozen=True)
class Sweep:
    """A design over one scenario. `points` is how many there are in all; `size` what the file says of it.

    `rows` are the points of a table, each with a value for every axis; empty for other designs. `origin`: the scenario's
    file and the sweep's own changes, as one would type them.
    """

    name: str
    description: str
    scenario: Scenario
    policies: tuple[str, ...]
    design: str
    size: int
    points: int
    replications: int
    axes: tuple[Axis, ...]
    rows: tuple[tuple[Value, ...], ...] = ()
    weekly: tuple[str, ...] = ()
    origin: tuple[str, ...] = ()

    def settings(self, values: Sequence[Value]) -> tuple[tuple[str, Value], ...]:
        """What a point with these values sets: places in the scenario (see `Axis`), and values."""
        return tuple(
            (target, int(value) if axis.integer and PATH in target else value)
            for axis, value in zip(self.axes, values, strict=True)
            for target in axis.targets
        )


def load_sweep(path: FilePath) -> Sweep:
    """The sweep in a YAML file. Raises `SpecError` with the problems found, each at its place."""
    return sweep_of(read_file(path), str(path))


def is_sweep(root: Node) -> bool:
    """Whether a file means to be a sweep, and neither a scenario nor a claim."""
    keys = set(root.value) if isinstance(root.value, dict) else set()
    return bool(keys & SIGNS) and not keys & {"world", "claim"}


def sweep_of(root: Node, file: str) -> Sweep:
    """The sweep whose file reads as `root`. Raises `SpecError`."""
    if isinstance(root.value, dict):
        root.value.setdefault("name", Node(Path(file).stem, Mark(file)))
    return _Reader(root, file).sweep()


class _Reader:
    """Checks a sweep against its scenario and collects `problems`."""

    def __init__(self, root: Node, file: str) -> None:
        self.root, self.text, self.folder = root, validated(SweepText, root), Path(file).parent
        self.problems: list[Problem] = []
        self.path = scenario_file(self.folder, self.text.scenario, self._mark("scenario"))
        self.changes: list[Change] = [
            (self._key("set", key), key, value) for key, value in self.text.changes.items()
        ]
        self.scenario = load_changed(self.path, self.changes)
        self.table = NO_TABLE
        if self.text.design == "table" and self.text.table is not None:
            self.table = read_points(self.folder, self.text.table, self._mark("table"), self.text.vary)

    def sweep(self) -> Sweep:
        """The sweep; raises `SpecError` with all that is wrong."""
        text, scenario = self.text, self.scenario
        policies = self._policies()
        self.scenario = scenario = scenario.model_copy(
            update={"policies": {name: scenario.policies[name] for name in policies}}
        )
        axes = [self._axis(name) for name in self.table.names or text.vary]
        self._design_fits()
        if self.problems:
            raise SpecError(self.problems)
        found = tuple(axis for axis in axes if axis is not None)
        size = text.points or 1
        points = _count(text.design, size, found, len(self.table.rows))
        if points > MAX_POINTS:
            raise SpecError([self._too_many(points, len(policies))])
        self._fits_memory(points * text.replications * len(policies), len(found))
        return Sweep(
            text.name, text.description, scenario, policies, text.design, size, points, text.replications,
            found, _of_axes(self.table.rows, found), text.weekly,
            (str(self.path), *(word for _, key, value in self.changes for word in ("--set", f"{key}={json.dumps(value)}"))),
        )  # fmt: skip

    def _axis(self, name: str) -> Axis | None:
        """The axis of a name, checked; None where it is wrong."""
        text, mark = self.text.vary.get(name, AxisText()), self._key("vary", name)
        marks = [mark] * len(text.values or (0, 0))
        if self.table.names:
            values = self.table.values(name)
            text, marks = AxisText.model_construct(values=tuple(values)), list(values.values())
            mark = marks[0]
        before = len(self.problems)
        axis = AxisReader(self.path, self.changes, self.scenario.policies, self.problems).axis(
            name, text, mark, marks
        )
        if self.text.design == "grid" and text.values is None and not text.steps and axis is not None:
            self._say(
                mark, f"a grid needs the values of {show(name)}", "list them, or give low, high and steps"
            )
        return axis if len(self.problems) == before else None

    def _policies(self) -> tuple[str, ...]:
        """Those to run, in the order of the scenario, the baseline among them."""
        known, named = self.scenario.policies, self.text.policies
        for place, name in enumerate(named or ()):
            if name not in known:
                self._say(
                    self._mark("policies", place),
                    f"the scenario '{self.scenario.name}' has no policy {show(name)}",
                    did_you_mean(name, known),
                )
        return tuple(
            name for name in known if named is None or name in named or name == self.scenario.baseline
        )

    def _design_fits(self) -> None:
        text = self.text
        if text.design in NEED_POINTS and text.points is None:
            what = NEED_POINTS[text.design]
            self._say(
                self._mark("design"),
                f"the design {text.design} needs points: how many {what}",
                "points: 128 in the file, or --points 128",
            )
        if text.design not in NEED_POINTS and text.points is not None:
            self._say(
                self._mark("points"), f"a {text.design} has as many points as its values make", "leave it out"
            )
        if text.design != "table" and not text.vary:
            self._say(self._mark("vary"), "nothing varies", "vary: a parameter, or a path as of --set")
        if (text.design == "table") != (text.table is not None):
            self._say(self._mark("design"), "design: table and table: FILE.csv belong together")

    def _too_many(self, points: int, policies: int) -> Problem:
        runs = points * policies * self.text.replications
        years = runs / 20 / 86400 / 365
        lasts = f"{years:,.0f} years" if years >= 1 else f"{365 * years:,.0f} days"
        return Problem.at(
            self._mark("design"),
            f"{points:,} points are too many (at most {MAX_POINTS:,}): {runs:,} runs would take {lasts} at 20 a second",
            "fewer values, or a sobol design with as many points as you can wait for",
        )

    def _fits_memory(self, runs: int, axes: int) -> None:
        """Whether the tables of all runs do: their outcomes, and the weeks that are kept."""
        needed = table(runs, axes + len(OUTCOMES)) + table(runs * self.scenario.weeks, len(self.text.weekly))
        if problems := too_large(self._mark("replications"), f"{runs:,} runs need", needed):
            raise SpecError(problems)

    def _mark(self, *loc: str | int) -> Mark:
        node, missing = locate(self.root, loc)
        return node.head if missing is None else (node.key or node.mark)

    def _key(self, *loc: str | int) -> Mark:
        node, _ = locate(self.root, loc)
        return node.key or node.mark

    def _say(self, mark: Mark, message: str, hint: str = "") -> None:
        self.problems.append(Problem.at(mark, message, hint))


def _of_axes(rows: Sequence[tuple[Value, ...]], axes: Sequence[Axis]) -> tuple[tuple[Value, ...], ...]:
    """The rows of a table, parameters as floats."""
    floats = [axis.name.removeprefix(PINNED) in PARAMETERS for axis in axes]
    return tuple(
        tuple(as_number(value) if is_float else value for value, is_float in zip(row, floats, strict=True))
        for row in rows
    )


def _count(design: str, size: int, axes: Sequence[Axis], rows: int) -> int:
    """Points in all."""
    if design == "table":
        return rows
    if design == "grid":
        return math.prod(len(axis.levels()) for axis in axes)
    return size * {"morris": len(axes) + 1, "saltelli": len(axes) + 2}.get(design, 1)
