"""Missions: roads that may or may not be passable, offered to the sales force under every policy alike."""

from __future__ import annotations

from pydantic import Field, field_validator

from simulation.spec.fields import Strict, check_label, in_unit, wrong


class Mission(Strict):
    """A road to new revenue that nobody can see to the end of: is it passable, and what lies there?"""

    name: str = Field(description="name of the mission")
    week: int = Field(
        0, ge=0, le=1039, description="week from which it can be tried", json_schema_extra=in_unit("week")
    )
    feasible: float = Field(
        0.3,
        ge=0,
        le=1,
        description="chance that the road is passable, drawn once per world and round",
        json_schema_extra=in_unit("probability"),
    )
    hazard: float = Field(
        0.02,
        gt=0,
        le=10,
        description="breakthroughs per person-week of full effort at competence 1, if the road is passable",
        json_schema_extra=in_unit("per person-week"),
    )
    people: int = Field(
        10, ge=1, le=5000, description="size of the full team", json_schema_extra=in_unit("reps")
    )
    weeks: int = Field(
        26, ge=1, le=1040, description="longest duration of a try", json_schema_extra=in_unit("weeks")
    )
    prize: float = Field(
        gt=0,
        le=1e9,
        description="mean of the recurring revenue that the opened road brings in the end, net of churn",
        json_schema_extra=in_unit("currency units a year"),
    )
    tail: float = Field(
        0.0,
        ge=0,
        le=20,
        description="0: the prize is certain; above 1: a Pareto draw with this exponent and the mean `prize`",
        json_schema_extra=in_unit("exponent"),
    )
    adoption_p: float = Field(
        0.03,
        ge=0,
        le=1,
        description="share of the market that adopts by itself (Bass 1969; Sultan et al.: .003 to .03)",
        json_schema_extra=in_unit("per year"),
    )
    adoption_q: float = Field(
        0.38,
        ge=0,
        le=5,
        description="imitation: adoption per share that has adopted (Bass 1969; Sultan et al.: .3 to .5)",
        json_schema_extra=in_unit("per year"),
    )
    repeats: bool = Field(
        False,
        description="when a round has ended another begins, with draws of its own",
        json_schema_extra=in_unit("yes or no"),
    )
    pause: int = Field(
        13, ge=0, le=520, description="weeks between two rounds", json_schema_extra=in_unit("weeks")
    )
    craft_needed: float = Field(
        0.0,
        ge=0,
        le=1,
        description="share of competence that only craft from earlier missions gives",
        json_schema_extra=in_unit("share"),
    )

    @field_validator("name")
    @classmethod
    def _name(cls, name: str) -> str:
        return check_label(name, "a mission's name")

    @field_validator("tail")
    @classmethod
    def _tail(cls, tail: float) -> float:
        if 0 < tail <= 1:
            raise wrong(
                f"a Pareto law with exponent {tail:g} has no mean",
                "0 for a certain prize, or above 1, such as 1.5",
            )
        return tail
