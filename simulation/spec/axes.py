"""One axis of a design: where a share of its range, from 0 to 1, becomes a value of a scenario."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulation.parameters import Parameter
from simulation.spec.sweep_schema import AxisText, Value

PATH = "/"
"""Joins the parts of a place in a resolved scenario; names of parameters have none."""
FACTOR = 10.0
"""A parameter whose range spans this factor is drawn in the log."""


@dataclass(frozen=True)
class Axis:
    """What varies, and over what. `targets` are the places in a resolved scenario that take the value: a parameter's
    name, or a path as "policies/lockdown/territory/teams" (several where policies inherit it).

    With `values` the axis has these and no others; else it is a range, with a distribution over it.
    """

    name: str
    targets: tuple[str, ...]
    unit: str = ""
    values: tuple[Value, ...] = ()
    low: float = 0.0
    high: float = 1.0
    distribution: str = "uniform"
    peak: float = 0.5
    integer: bool = False
    steps: int = 0

    @property
    def numeric(self) -> bool:
        """Whether its values have an order and a distance."""
        return all(isinstance(value, int | float) and not isinstance(value, bool) for value in self.values)

    def at(self, share: float) -> Value:
        """The value below which a share of the distribution lies; of a list, each has the same share."""
        if self.values:
            return self.values[min(int(share * len(self.values)), len(self.values) - 1)]
        if self.integer and self.distribution == "uniform":  # the ends weigh as much as the others
            return float(min(math.floor(self.low + share * (self.high - self.low + 1)), self.high))
        value = self._quantile(share)
        return float(round(value)) if self.integer else value

    def levels(self) -> tuple[Value, ...]:
        """The values of a grid, in order. Of a range `steps` equally likely ones, both ends among them."""
        if self.values:
            return self.values
        places = (step / (self.steps - 1) for step in range(self.steps))
        found = (self._quantile(place) for place in places)
        return tuple(dict.fromkeys(float(round(x)) if self.integer else x for x in found))

    def _quantile(self, share: float) -> float:
        low, high = self.low, self.high
        value: float
        if self.distribution == "log_uniform":
            value = low * (high / low) ** share
        elif self.distribution == "triangular":
            below = (self.peak - low) / (high - low)
            if share < below:
                value = low + math.sqrt(share * (high - low) * (self.peak - low))
            else:
                value = high - math.sqrt((1 - share) * (high - low) * (high - self.peak))
        else:
            value = low + share * (high - low)
        return min(max(value, low), high)

    def facts(self) -> dict[str, Any]:
        """Plain data for readers of results; what is said of a list or of a range, and nothing of the other."""
        span: dict[str, Any] = {"low": self.low, "high": self.high, "distribution": self.distribution}
        return {
            "name": self.name,
            "unit": self.unit,
            "targets": list(self.targets),
            "integer": self.integer,
            **({"values": list(self.values)} if self.values else span),
        }


def of_facts(facts: Mapping[str, Any], targets: tuple[str, ...]) -> Axis:
    """The axis that `Axis.facts` told of, at other places, for a table of values: without its range."""
    return Axis(
        facts["name"], targets, facts["unit"], tuple(facts.get("values", ())), integer=facts["integer"]
    )


def of_parameter(p: Parameter, text: AxisText) -> Axis:
    """The axis of a parameter; what the sweep leaves out is as in the table."""
    if text.values is not None:
        return Axis(p.name, (p.name,), p.unit, tuple(map(as_number, text.values)), integer=p.integer)
    low = p.low if text.low is None else text.low
    high = p.high if text.high is None else text.high
    usual = "log_uniform" if p.low > 0 and p.high / p.low >= FACTOR else "uniform"
    peak = min(max(p.default, low), high)
    return Axis(
        p.name, (p.name,), p.unit, (), low, high, text.distribution or usual, peak, p.integer, text.steps or 0
    )


def as_number(value: Value) -> Value:
    """Whole numbers as floats, as parameters are kept; all else as it is."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
