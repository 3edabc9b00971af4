"""What a hypothesis may say: a claim about two policies, in about ten lines of YAML.

id: C11
claim: Released accounts leave, and new business falls in the quarter after a lockdown.
scenario: industry_focus
policy: lockdown
outcome: new_arr
at: 25
direction: less
smallest: 5
unit: percent
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, field_validator

from simulation.outcomes import OUTCOMES
from simulation.parameters import PARAMETERS
from simulation.spec.fields import Strict, check_name, in_unit, wrong
from simulation.spec.problems import did_you_mean, show

END = "end"
MAX_TEXT = 2000


def _week(value: object) -> object:
    if (
        value is None
        or value == END
        or (isinstance(value, int) and not isinstance(value, bool) and value >= 0)
    ):
        return value
    raise wrong(
        f"at must be a week, a whole number from 0, or {END}, not {show(value)}", "weeks count from 0"
    )


Week = Annotated[int | str | None, PlainValidator(_week)]


class Minus(Strict):
    """The comparison whose effect is taken away: what remains is an interaction."""

    policy: str | None = Field(None, description="the policy compared there (none: the same as here)")
    against: str | None = Field(None, description="what it is compared with there (none: the same as here)")
    changes: dict[str, Any] = Field(
        default_factory=dict, alias="set", description="changes to the scenario that hold only there"
    )


class Measured(Strict):
    """What is compared, when, and by how much it must differ. What is left out is as in the hypothesis itself."""

    policy: str | None = Field(None, description="the policy the claim is about")
    against: str | None = Field(None, description="the policy it is compared with (none: the baseline)")
    outcome: str | None = Field(None, description="the outcome compared")
    at: Week = Field(
        None,
        description="last week counted, or end; flows are added up, and means taken, from the start week to it",
        json_schema_extra=in_unit("week"),
    )
    first: int | None = Field(
        None, alias="from", ge=0, description="first week counted", json_schema_extra=in_unit("week")
    )
    last: int | None = Field(
        None,
        alias="to",
        ge=0,
        description="last week counted, in place of at",
        json_schema_extra=in_unit("week"),
    )
    direction: Literal["more", "less"] | None = Field(None, description="which way the claim says")
    smallest: float | None = Field(
        None,
        ge=-1e15,
        le=1e15,
        description="smallest effect that matters, in the claimed direction; below 0 for 'not worse by more than'",
    )
    unit: Literal["absolute", "percent", "sd"] | None = Field(
        None,
        description="of smallest: the outcome's own (money in currency units), percent of the comparison's mean, or"
        " standard deviations of the comparison over worlds",
    )
    minus: Minus | None = Field(None, description="take away the effect of another comparison")

    @field_validator("outcome")
    @classmethod
    def _outcome(cls, outcome: str | None) -> str | None:
        if outcome is not None and outcome not in OUTCOMES:
            near = did_you_mean(outcome, OUTCOMES)
            raise wrong(f"there is no outcome {show(outcome)}", near or "`list outcomes` shows them")
        return outcome


class Hypothesis(Measured):
    """A claim that can come out supported, refuted or undecided."""

    id: str = Field(description="short name, such as C11")
    claim: str = Field(min_length=1, max_length=MAX_TEXT, description="the claim in one sentence")
    scenario: str = Field(
        description="scenario file, from here, or the name of one beside or above this folder"
    )
    changes: dict[str, Any] = Field(
        default_factory=dict, alias="set", description="changes to the scenario: path.to.key: value"
    )
    policies: dict[str, Any] = Field(
        default_factory=dict, description="policies added to the scenario's, as if they stood in its file"
    )
    policy: str = Field(description="the policy the claim is about")
    outcome: str = Field(description="the outcome compared")
    direction: Literal["more", "less"] = Field(description="which way the claim says")
    smallest: float = Field(
        ge=-1e15, le=1e15, description="smallest effect that matters, in the claimed direction"
    )
    also: tuple[Measured, ...] = Field(
        (), max_length=20, description="further comparisons that must hold too"
    )
    holds_over: tuple[str, ...] | None = Field(
        None,
        description="parameters to vary over their ranges (none: all of low confidence and all assumptions)",
    )
    flips_where: str = Field(
        "", max_length=MAX_TEXT, description="where the claim is expected to turn, in words"
    )

    @field_validator("id")
    @classmethod
    def _id(cls, name: str) -> str:
        return check_name(name, "hypothesis's id", also=",= ")

    @field_validator("holds_over")
    @classmethod
    def _parameters(cls, names: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for name in names or ():
            if name not in PARAMETERS:
                raise wrong(f"there is no parameter {show(name)}", did_you_mean(name, PARAMETERS))
        return names if names is None else tuple(dict.fromkeys(names))
