"""The market and the sales force, which are the same under every policy."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from simulation.parameters import PARAMETERS
from simulation.spec.fields import ParameterTable, Strict, check_label, in_unit, wrong
from simulation.spec.mission_schema import Mission


class Segment(Strict):
    """An industry or another group of customers."""

    name: str = Field(description="name of the segment")
    share: float = Field(
        gt=0,
        le=1,
        description="share of all customers; the shares of all segments add up to 1",
        json_schema_extra=in_unit("share"),
    )
    deal_value_median: float = Field(
        gt=0,
        le=1e9,
        description="median annual value of a contract",
        json_schema_extra=in_unit("currency units a year"),
    )
    deal_value_sigma: float = Field(
        ge=0,
        le=3,
        description="standard deviation of the logarithm of contract values",
        json_schema_extra=in_unit("log units"),
    )
    product_fit: float = Field(
        0.0,
        ge=-3,
        le=3,
        description="how well the product fits the segment; 0 is neutral",
        json_schema_extra=in_unit("standard deviations"),
    )
    relationship_share: float = Field(
        0.1,
        ge=0,
        le=1,
        json_schema_extra=in_unit("share"),
        description="customers with a relationship to the firm's founders",
    )
    first_playbook: float | None = Field(
        None,
        ge=0,
        le=1,
        description="practices known here when the burn-in begins, as founders with experience have them "
        "(none: parameter `initial_playbook`)",
        json_schema_extra=in_unit("share"),
    )
    cycle: float = Field(
        1.0,
        ge=0.25,
        le=4,
        description="length of the sales cycle relative to the world's",
        json_schema_extra=in_unit("multiple"),
    )
    drift: float = Field(
        0.0,
        ge=0,
        le=1,
        description="how often what works here changes",
        json_schema_extra=in_unit("flips per practice and year"),
    )

    @field_validator("name")
    @classmethod
    def _name(cls, name: str) -> str:
        return check_label(name, "a segment's name")


class World(Strict):
    """The market and the sales force, the same under every policy."""

    reps: int = Field(
        120, ge=1, le=20_000, description="seats for sales reps", json_schema_extra=in_unit("reps")
    )
    managers: int = Field(
        12, ge=1, le=2000, description="managers, each with a team", json_schema_extra=in_unit("managers")
    )
    customers: int = Field(
        20_000,
        ge=1,
        le=2**27,  # that many identities a segment has in draws
        description="customers and prospects in the market",
        json_schema_extra=in_unit("customers"),
    )
    price_level: int = Field(
        1,
        ge=1,
        le=1000,
        json_schema_extra=in_unit("multiple"),
        description="every price is multiplied by this after rounding to cents",
    )
    segments: tuple[Segment, ...] = Field(
        min_length=1,
        max_length=32,
        description="the industries; keyed by position, so append new ones at the end",
    )
    missions: tuple[Mission, ...] = Field(
        (),
        max_length=32,
        description="roads that may be passable; keyed by position, so append new ones at the end",
    )
    parameters: Annotated[dict[str, float], ParameterTable()] = Field(
        default_factory=dict,
        description="parameters that differ from their defaults",
    )

    @field_validator("managers")
    @classmethod
    def _managers(cls, managers: int, info: ValidationInfo) -> int:
        if managers > info.data.get("reps", managers):
            raise wrong(
                f"{managers} managers for {info.data['reps']} reps", "every manager leads at least one rep"
            )
        return managers

    @field_validator("customers")
    @classmethod
    def _customers(cls, customers: int, info: ValidationInfo) -> int:
        if customers < info.data.get("reps", customers):
            raise wrong(
                f"{customers} customers for {info.data['reps']} reps", "every rep needs at least one customer"
            )
        return customers

    @field_validator("segments")
    @classmethod
    def _segments(cls, segments: tuple[Segment, ...], info: ValidationInfo) -> tuple[Segment, ...]:
        names = [segment.name for segment in segments]
        if twice := next((name for n, name in enumerate(names) if name in names[:n]), None):
            raise wrong(f"two segments are called '{twice}'", "give each a name of its own")
        total = math.fsum(segment.share for segment in segments)
        if abs(total - 1) > 1e-6:
            raise wrong(
                f"the shares of the segments add up to {total:.6g}, not 1",
                f"{'take away' if total > 1 else 'add'} {abs(total - 1):.6g}",
            )
        if len(segments) > info.data.get("customers", len(segments)):
            raise wrong(f"{len(segments)} segments for {info.data['customers']} customers")
        return segments

    @field_validator("missions")
    @classmethod
    def _missions(cls, missions: tuple[Mission, ...]) -> tuple[Mission, ...]:
        names = [mission.name for mission in missions]
        if twice := next((name for n, name in enumerate(names) if name in names[:n]), None):
            raise wrong(f"two missions are called '{twice}'", "give each a name of its own")
        return missions

    @field_validator("parameters", mode="after")
    @classmethod
    def _complete(cls, given: dict[str, float]) -> dict[str, float]:
        return {name: float(given.get(name, parameter.default)) for name, parameter in PARAMETERS.items()}
