"""What a scenario may say: every field with its unit, bounds and description.

The models are strict and frozen and refuse unknown keys. They hold the resolved scenario: inheritance and
policy files have been applied before (`simulation.spec.policies`), defaults are filled in.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo, create_model, field_validator

from simulation.levers import LEVERS, OUTSIDE
from simulation.outcomes import OUTCOMES
from simulation.spec.calibrated import Calibration
from simulation.spec.draws import Draws
from simulation.spec.fields import Strict, check_name, first_line, in_unit, wrong
from simulation.spec.problems import did_you_mean, show
from simulation.spec.world_schema import World

MAX_SEED = 2**63 - 1
MAX_POLICIES = 100


class PolicyBase(Strict):
    """A policy: the setting of each lever. A lever that is not named stays neutral."""

    description: str = Field("", max_length=2000, description="what the policy does, in words")


def _policy_name(name: str) -> str:
    if name in ("include", "inherits", "description"):
        raise wrong(f"'{name}' has a meaning of its own and cannot name a policy", "choose another name")
    return check_name(name, "policy's name", also=",.=#")


PolicyName = Annotated[str, AfterValidator(_policy_name)]

if TYPE_CHECKING:

    class Policy(PolicyBase):
        """Has one attribute for each lever; which ones is known only when the levers have been discovered."""

        def __init__(self, **settings: Any) -> None: ...
        def __getattr__(self, lever: str) -> Any: ...
else:
    Policy = create_model(
        "Policy",
        __base__=PolicyBase,
        __module__=__name__,
        __doc__=PolicyBase.__doc__,
        **{
            name: (
                lever,
                Field(default_factory=lever, description=first_line(lever)),
            )
            for name, lever in LEVERS.items()
        },
    )


class PolicyLibrary(Strict):
    """A file of policies to include or to inherit from."""

    description: str = Field("", max_length=4000, description="what the policies are for")
    policies: dict[PolicyName, Policy] = Field(
        min_length=1, max_length=MAX_POLICIES, description="policies by name"
    )


class Scenario(Strict):
    """A world, the policies to compare in it, and the question."""

    name: str = Field(description="short name; the file's name if left out")
    description: str = Field("", max_length=4000, description="what the scenario is about")
    question: str = Field("", max_length=1000, description="the question the comparison answers")
    outcome: str = Field(
        "new_arr", description="headline outcome of the verdict", json_schema_extra=in_unit("outcome")
    )
    seed: int = Field(
        1,
        ge=0,
        le=MAX_SEED,
        description="luck of the world; the same seed gives the same results",
    )
    weeks: int = Field(
        104,
        ge=1,
        le=1040,
        description="length of a run; weeks count from 0",
        json_schema_extra=in_unit("weeks"),
    )
    start_week: int = Field(
        13, ge=0, le=1039, description="week in which the policies start", json_schema_extra=in_unit("week")
    )
    burn_in_weeks: int = Field(
        104,
        ge=0,
        le=1040,
        json_schema_extra=in_unit("weeks"),
        description="weeks under the baseline before week 0, not recorded",
    )
    replications: int = Field(
        50,
        ge=1,
        le=100_000,
        description="worlds in which every policy is run",
        json_schema_extra=in_unit("worlds"),
    )
    world: World = Field(description="the market and the sales force")
    draws: Draws | None = Field(
        None,
        description="what is uncertain about the world: a CSV file of draws, of which every world of a comparison takes one",
    )
    policies: dict[PolicyName, Policy] = Field(
        min_length=1,
        max_length=MAX_POLICIES,
        description="the policies to compare, by name",
    )
    baseline: str = Field(
        "open", description="policy the others are compared with", json_schema_extra=in_unit("policy")
    )

    calibration: Calibration | None = Field(
        None,
        description="where the numbers come from, as `calibrate` writes it; reports show it, the model does not read it",
    )

    @field_validator("name")
    @classmethod
    def _name(cls, name: str) -> str:
        return check_name(name)

    @field_validator("outcome")
    @classmethod
    def _outcome(cls, outcome: str) -> str:
        if outcome not in OUTCOMES:
            near = did_you_mean(outcome, OUTCOMES)
            raise wrong(f"there is no outcome {show(outcome)}", near or "`list` shows the outcomes")
        if OUTCOMES[outcome].direction == 0:
            raise wrong(
                f"the outcome '{outcome}' has no better or worse", "a verdict needs one, such as new_arr"
            )
        return outcome

    @field_validator("start_week")
    @classmethod
    def _start(cls, start_week: int, info: ValidationInfo) -> int:
        if start_week >= info.data.get("weeks", start_week + 1):
            raise wrong(
                f"start_week {start_week} is not before the end; the last week is {info.data['weeks'] - 1}",
                "weeks count from 0",
            )
        return start_week

    @field_validator("baseline")
    @classmethod
    def _baseline(cls, baseline: str, info: ValidationInfo) -> str:
        if baseline not in info.data.get("policies", [baseline]):
            near = did_you_mean(baseline, info.data["policies"])
            raise wrong(f"the baseline {show(baseline)} is not among the policies", near)
        return baseline

    def resolved(self) -> dict[str, Any]:
        """Plain data, every default filled in; written as YAML and read again it gives an equal scenario.

        Levers of other packages appear only where a policy sets them, draws and a calibration where there are any: allowing
        one, or none of the others, changes no scenario.
        """
        data = _positive_zeros(self.model_dump(mode="json"))
        for lever in OUTSIDE:
            neutral = LEVERS[lever]().model_dump(mode="json")
            for policy in data["policies"].values():
                if policy.get(lever) == neutral:
                    del policy[lever]
        parts = ("world", "draws", "policies", "calibration")
        own = {key: data[key] for key in parts if data[key] is not None}
        return {**{key: value for key, value in data.items() if key not in parts}, **own}

    def content_hash(self) -> str:
        """SHA-256 in hex over canonical JSON of `resolved()`; the order of keys does not matter."""
        text = json.dumps(self.resolved(), sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode("ascii")).hexdigest()


def _positive_zeros(data: Any) -> Any:
    """Plain data with 0.0 for -0.0, so that equal scenarios have equal hashes."""
    if isinstance(data, dict):
        return {key: _positive_zeros(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_positive_zeros(value) for value in data]
    return data + 0.0 if isinstance(data, float) else data
