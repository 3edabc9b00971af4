"""What a sweep may say: a scenario, what varies in it, and how the points are chosen.

scenario: industry_focus
policies: [lockdown, preferred]
design: sobol
points: 256
replications: 2
vary:
  rep_overlap:
  policies.lockdown.territory.teams: [2, 4, 8]
"""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from simulation.outcomes import OUTCOMES
from simulation.spec.fields import Strict, check_name, in_unit, wrong
from simulation.spec.problems import did_you_mean, show

Value = bool | int | float | str
Distribution = Literal["uniform", "log_uniform", "triangular"]
DESIGNS = ("grid", "latin_hypercube", "sobol", "morris", "saltelli", "table")
NEED_POINTS = {
    "latin_hypercube": "points",
    "sobol": "points",
    "morris": "trajectories",
    "saltelli": "base points",
}
MAX_POINTS, MAX_AXES, MAX_VALUES = 1_000_000, 200, 1000


class AxisText(Strict):
    """One thing that varies: a list of values, or a range. A parameter without either takes the range of its table."""

    values: tuple[Value, ...] | None = Field(
        None, min_length=2, max_length=MAX_VALUES, description="the values it takes, at least two"
    )
    low: float | None = Field(None, description="lower end of its range (none: that of the parameter)")
    high: float | None = Field(None, description="upper end of its range (none: that of the parameter)")
    steps: int | None = Field(
        None,
        ge=2,
        le=MAX_VALUES,
        description="in a grid: how many values from low to high, both ends included",
    )
    distribution: Distribution | None = Field(
        None,
        description="over the range (none: uniform, in the log where a parameter's own range spans a factor of ten);"
        " triangular has its peak at the default of the parameter, else in the middle",
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: Any) -> Any:
        """`NAME: [1, 2]` and `NAME:` alone are short for `values` and for the parameter's range."""
        if isinstance(given, dict) and isinstance(given.get("values"), list):
            given = {**given, "values": tuple(given["values"])}  # seen here, it no longer counts as JSON
        return {"values": tuple(given)} if isinstance(given, list) else {} if given is None else given

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.values is not None:
            if (self.low, self.high, self.steps, self.distribution) != (None, None, None, None):
                raise wrong(
                    "values stand alone: no low, high, steps or distribution beside them",
                    "keep one of the two",
                )
            if len({(type(v) is str, v) for v in self.values}) < len(self.values):
                raise wrong("a value is listed twice", "leave one out")
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise wrong(f"low must be below high, not {show(self.low)} and {show(self.high)}")
        return self


class SweepText(Strict):
    """A design over levers and parameters."""

    name: str = Field(description="short name; the file's name if left out")
    description: str = Field("", max_length=4000, description="what the sweep is for")
    scenario: str = Field(description="scenario file, or the name of one beside or above this folder")
    changes: dict[str, Any] = Field(
        default_factory=dict, alias="set", description="changes to the scenario: path.to.key: value"
    )
    policies: tuple[str, ...] | None = Field(
        None, min_length=1, max_length=100, description="policies to run (none: all); the baseline comes too"
    )
    design: Literal["grid", "latin_hypercube", "sobol", "morris", "saltelli", "table"] = Field(
        "sobol", description="how points are chosen"
    )
    points: int | None = Field(
        None,
        ge=1,
        le=MAX_POINTS,
        description="how many points; of morris the trajectories, of saltelli the base points",
    )
    replications: int = Field(
        1,
        ge=1,
        le=100_000,
        description="worlds at each point, with the same luck at all points",
        json_schema_extra=in_unit("worlds"),
    )
    vary: dict[str, AxisText] = Field(
        default_factory=dict,
        max_length=MAX_AXES,
        description="what varies: a parameter, or a path as of --set",
    )
    table: str | None = Field(
        None, description="CSV file beside the sweep: a column for each thing that varies, a row a point"
    )
    weekly: tuple[str, ...] = Field(
        (), max_length=len(OUTCOMES), description="outcomes of which every week is kept, not the end alone"
    )

    @field_validator("name")
    @classmethod
    def _name(cls, name: str) -> str:
        return check_name(name)

    @field_validator("weekly")
    @classmethod
    def _outcomes(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in OUTCOMES or not OUTCOMES[name].weekly:
                known = [o.name for o in OUTCOMES.values() if o.weekly]
                raise wrong(f"there is no weekly outcome {show(name)}", did_you_mean(name, known))
        return tuple(dict.fromkeys(names))
