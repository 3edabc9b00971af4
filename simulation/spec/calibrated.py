"""What `calibrate` writes beside the numbers of a scenario: which data they come from, what these say of each, and how far
the scenario foretold the part of the data that it had not seen. For people: the model does not read it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simulation.spec.fields import Strict

Verdict = Literal["found", "not_found", "cannot_tell", "follows", "assumed"]


class Number(Strict):
    """A number of the world, or what stands for several, and what the data say of it."""

    name: str = Field(max_length=200, description="parameter, field of the world, or what it is about")
    value: float | None = Field(
        None, description="as `calibrate` wrote it; none for what is no single number"
    )
    verdict: Verdict = Field(
        description="whether the data say it, leave it open, or it follows from others or is an assumption"
    )
    low: float | None = Field(None, description="lower end of the 95 % interval of the data")
    high: float | None = Field(None, description="upper end")
    n: int | None = Field(None, ge=0, description="rows of the data behind it")
    why: str = Field("", max_length=2000, description="in words")


class HeldFigure(Strict):
    """A figure of the held-out part: the data's, and what the scenario foretold."""

    label: str = Field(max_length=200, description="what it is")
    unit: str = Field("", max_length=80, description="its unit")
    data: float = Field(description="of the data")
    median: float = Field(description="foretold, median")
    low: float = Field(description="lower end of the middle 95 % of what was foretold")
    high: float = Field(description="upper end")
    outside: bool = Field(description="whether the data lie outside")


class HeldOut(Strict):
    """The scenario, made without the last part of the data, against that part."""

    weeks: int = Field(ge=1, description="length of the part")
    compared: int = Field(ge=0, description="figures compared")
    outside: int = Field(ge=0, description="figures outside 95 % of what was foretold")
    faults: tuple[str, ...] = Field((), max_length=40, description="what the scenario does wrong")
    figures: tuple[HeldFigure, ...] = Field(
        (), max_length=80, description="those outside, and those that show how large the team is"
    )


class Calibration(Strict):
    """Where the numbers of a scenario come from."""

    files: tuple[str, ...] = Field(min_length=1, max_length=100, description="the exports")
    rows: int = Field(ge=0, description="rows of opportunities used")
    period: str = Field("", max_length=200, description="first and last day of the data")
    held_out: HeldOut | None = Field(None, description="the check on the last part of the data")
    unchecked: str = Field("", max_length=1000, description="why there was no such check")
    numbers: tuple[Number, ...] = Field((), max_length=500, description="what the data say of each number")
