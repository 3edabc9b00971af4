"""What a lever is: a few fields with units and bounds, and its answer to one or more decision points.

A lever observes state and returns a decision. It changes nothing itself and knows no world: the phases of the week
carry the decision out. Its default instance is neutral, so a policy that names no lever is the status quo.

Checking a scenario reads settings and asks nothing, so modules of this package import numpy inside the functions that
answer: `validate` need not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field


class Finding(NamedTuple):
    """A setting that the fields' own bounds cannot refuse because it depends on the world."""

    field: str
    message: str
    hint: str


class WorldFacts(Protocol):
    """The little a lever may know of the world when its settings are checked."""

    @property
    def segments(self) -> Sequence[str]: ...
    @property
    def reps(self) -> int: ...
    @property
    def weeks(self) -> int: ...
    @property
    def start_week(self) -> int: ...
    @property
    def missions(self) -> Sequence[str]: ...
    def customers_of(self, segment: str) -> int: ...


def setting(
    default: Any,
    unit: str,
    description: str,
    *,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    max_length: int | None = None,
) -> Any:
    """A field of a lever: pydantic's `Field`, which cannot be without a unit. It appears in the schema and reference.

    Numbers have bounds at both ends, lists a length. Fields of words have the unit "choice", truth values "yes or no".
    """
    return Field(
        default, description=description, json_schema_extra={"unit": unit}, ge=ge, gt=gt, le=le, lt=lt,
        max_length=max_length,
    )  # fmt: skip


class Lever(BaseModel):
    """Base of all levers. Subclasses set `name` and define methods named after decision points.

    A method answers its point as `answer(state, so_far) -> decision`: it receives what the levers before it said (see
    `simulation.levers.points`) and returns the same kind of value. A neutral lever returns `so_far` unchanged; one without
    a setting is not even asked, but at the points of `ANSWERED_BY_DEFAULT`.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    name: ClassVar[str]

    def __hash__(self) -> int:  # settings may be mappings
        return hash((type(self), self.model_dump_json()))

    def check(self, world: WorldFacts) -> Iterable[Finding]:
        """Settings that do not fit this world; empty when all is well."""
        return ()

    def check_with(self, policy: Mapping[str, Lever], world: WorldFacts) -> Iterable[Finding]:
        """Settings that contradict other levers of the same policy (by name); empty when all is well.

        A contradiction is a setting that promises what cannot happen, as a review without a rule to act by. What is
        merely without effect, as a release under open territories, is allowed, and noted by `validate`.
        """
        return ()
