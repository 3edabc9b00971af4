"""Draws of what is uncertain about a world: a table, one row a draw.

Each column is a parameter, a field of a segment, or the number of customers.
"""

from __future__ import annotations

from pydantic import Field, ValidationInfo, field_validator

from simulation.spec.fields import Strict, wrong
from simulation.spec.problems import show

MAX_ROWS, MAX_NAMES = 1000, 200
OF_SEGMENT = "segments."
CUSTOMERS = "customers"
"""The size of the market can be drawn too: a CRM does not know whom nobody has called."""
SEGMENT_FIELDS = (
    "deal_value_median",
    "deal_value_sigma",
    "product_fit",
    "relationship_share",
    "cycle",
    "drift",
)


class Draws(Strict):
    """What is uncertain, drawn: every world of a comparison takes one row."""

    names: tuple[str, ...] = Field(
        min_length=1,
        max_length=MAX_NAMES,
        description="parameters, segments.NAME.FIELD of segments, or customers",
    )
    rows: tuple[tuple[float, ...], ...] = Field(
        min_length=1, max_length=MAX_ROWS, description="one list of values a draw, in the order of the names"
    )

    @field_validator("names")
    @classmethod
    def _once(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if twice := next((name for n, name in enumerate(names) if name in names[:n]), None):
            raise wrong(f"{show(twice)} is drawn twice", "keep one of the two columns")
        return names

    @field_validator("rows")
    @classmethod
    def _full(
        cls, rows: tuple[tuple[float, ...], ...], info: ValidationInfo
    ) -> tuple[tuple[float, ...], ...]:
        width = len(info.data.get("names", rows[0]))
        for number, row in enumerate(rows, start=1):
            if len(row) != width:
                raise wrong(f"draw {number} has {len(row)} values, not {width}", "one for each name")
        return rows


def of_segment(name: str) -> tuple[str, str]:
    """Segment and field of `segments.NAME.FIELD`; two empty texts for the name of a parameter."""
    if not name.startswith(OF_SEGMENT):
        return "", ""
    segment, _, field = name.removeprefix(OF_SEGMENT).rpartition(".")
    return segment, field
