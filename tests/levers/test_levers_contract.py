"""What every lever promises, whoever dropped its file into the folder."""

from __future__ import annotations

import math
import pickle
from collections.abc import Iterator
from contextlib import suppress
from typing import Annotated, Any, Literal

import numpy as np
import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from simulation.levers import LEVERS
from simulation.levers.base import Lever, setting
from simulation.levers.points import (
    ANSWERED_BY_DEFAULT,
    POINTS,
    AbandonState,
    Action,
    Choice,
    ChoiceState,
    DecisionState,
    Evidence,
    EvidenceState,
    Goals,
    Meeting,
    PoolTerms,
    Programme,
    Reading,
    ReadingState,
    ReleaseState,
    ReleaseTerms,
    ReviewState,
    ReviewTerms,
    Shares,
    SharesState,
    StaffingPlan,
    StaffingState,
    Terms,
    TerritoryPlan,
    TerritoryState,
    Writing,
)
from simulation.world.asking import read_only

REPS, SEGMENTS, ACCOUNTS = 6, 3, 5
BOUNDS = (("minimum", -1), ("exclusiveMinimum", 0), ("maximum", 1), ("exclusiveMaximum", 0))


def options(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The alternatives of a field of a JSON Schema but null: one, or several for `a | b`."""
    return [option for option in schema.get("anyOf", [schema]) if option.get("type") != "null"]


def faults(model: type[BaseModel]) -> list[str]:
    """Fields without a unit, a description or bounds."""
    found = []
    for name, schema in model.model_json_schema()["properties"].items():
        found += [
            f"{name}: no {what}" for what in ("unit", "description") if not str(schema.get(what, "")).strip()
        ]
        for option in options(schema):
            if option.get("type") == "object":  # a number for each name
                option = option["additionalProperties"]  # noqa: PLW2901
            closed = "enum" in option or "const" in option or option.get("type") == "boolean"
            closed = closed or "maxItems" in option
            low, high = (
                {"minimum", "exclusiveMinimum"} & set(option),
                {"maximum", "exclusiveMaximum"} & set(option),
            )
            if not closed and not (low and high):
                found.append(f"{name}: no bounds")
    return found


def refused(lever: type[Lever]) -> Iterator[dict[str, Any]]:
    """Settings just outside the bounds, of a wrong type, or of an unknown name."""
    yield {"no_such_field": 1}
    for name, schema in lever.model_json_schema()["properties"].items():
        yield {name: "no such word"}
        yield {name: []}
        for option in options(schema):
            number = {"integer": int, "number": float}.get(str(option.get("type")))
            if number is None:
                yield {name: 1}
                continue
            yield from ({name: number(option[bound] + step)} for bound, step in BOUNDS if bound in option)
            yield from ({name: value} for value in (math.nan, math.inf, True, "1"))


def accepted(lever: type[Lever]) -> Iterator[dict[str, Any]]:
    """Settings at the bounds, and every word of a choice."""
    for name, schema in lever.model_json_schema()["properties"].items():
        for option in options(schema):
            yield from ({name: option[bound]} for bound in ("minimum", "maximum") if bound in option)
            yield from ({name: word} for word in option.get("enum", []))


def took(lever: type[Lever], settings: dict[str, Any]) -> bool:
    try:
        lever(**settings)
    except ValidationError:
        return False
    return True


def questions() -> dict[str, tuple[Any, Any]]:
    """For each point a state in which much could be decided, and an answer that is nobody's default."""
    reps = np.arange(REPS)
    members = reps < 2
    home = np.where(members, 1, -1).astype(np.int32)
    lot = np.linspace(0.05, 0.95, REPS, dtype=np.float32)
    weekly = np.random.default_rng(1).random((60, REPS)).astype(np.float32)
    accounts = np.arange(ACCOUNTS)
    three = np.array([0.1, 0.3, 0.5])
    return {
        "abandon": (AbandonState(40, 0, 20, 0.05), False),
        "candour": (None, 0.37),
        "choice": (
            ChoiceState(
                30, 13, three, three + 0.1, np.array([0.02, 0.01, 0.97]), -1, False, True, three + 0.1, three,
            ),
            Choice(1, False, "so far"),
        ),
        "decision": (DecisionState(19, 13, 0.3, Evidence(2.0, 0.1, 9, "activity"), 0.2), Action(0.4, "so far")),
        "developing": (None, Programme(0.1, 1.0, 13, 0.5, 0.2)),
        "recording": (None, False),
        "evidence": (
            EvidenceState(
                40, members, np.full(REPS, 20), np.full(REPS, 60, np.int32), weekly, weekly, weekly, weekly, weekly,
                weekly, weekly, weekly, weekly,
            ),
            Evidence(0.5, 0.2, 7, "so far"),
        ),
        "goals": (None, Goals(1.2, 0.37, 6, 0.7)),
        "interviews": (None, 2),
        "meetings": (26, Meeting(1.5)),
        "pooling": (None, PoolTerms(6, 11, 7, 31, 2, 3)),
        "reading": (
            ReadingState(three, three, three, three + 1, three, three, three, three, 0.35, 1.0, three),
            Reading(three, three),
        ),
        "releases": (
            ReleaseState(
                0, accounts, accounts == 1, accounts == 1, (accounts + 1) / ACCOUNTS, np.full(ACCOUNTS, 99, np.int32),
                np.linspace(0.1, 0.9, ACCOUNTS, dtype=np.float32),
                np.zeros(ACCOUNTS, np.uint8), accounts, ("A",),
            ),
            ReleaseTerms(accounts == 3, "pool", 4, True),
        ),
        "review": (ReviewState(26, 13), ReviewTerms(True, 0.3)),
        "scouting": (None, False),
        "sharing": (SharesState(("a", "b", "c"), 2, three / three.sum()), Shares(three, None, 0.7)),
        "staffing": (
            StaffingState(13, 0, 3, reps == 5, reps < 5, lot, lot[::-1], np.full(REPS, 60, np.int32), lot, lot),
            StaffingPlan(reps == 5, 0.37, True),
        ),
        "terms": (None, Terms(9, 0.3, 5, 0.4, 0.37, 6)),
        "territories": (
            TerritoryState(
                13, None, members, home, np.array([50, 30, 20]), np.array([5e6, 3e6, 2e6]),
                np.random.default_rng(2).random((REPS, SEGMENTS)).astype(np.float32), np.full(REPS, 60, np.int32),
                lot, lot,
            ),
            TerritoryPlan(np.ones((REPS, SEGMENTS), np.bool_), home, lot, members, "any"),
        ),
        "watching": (None, False),
        "writing": (None, Writing(0.1, "everyone")),
    }  # fmt: skip


def same(one: Any, other: Any) -> bool:
    if isinstance(one, tuple):
        return type(one) is type(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(np.array_equal(one, other))


def test_there_is_a_question_for_every_point_and_a_lever_that_answers() -> None:
    assert set(questions()) == set(POINTS)
    assert {point for point in POINTS for lever in LEVERS.values() if hasattr(lever, point)} == set(POINTS)


@pytest.mark.parametrize("name", LEVERS)
def test_every_field_says_what_it_is(name: str) -> None:
    assert faults(LEVERS[name]) == []


def test_missing_units_bounds_and_descriptions_are_seen() -> None:
    class Careless(BaseModel):
        bare: int = 1
        half: int = Field(1, ge=0, description="half", json_schema_extra={"unit": "weeks"})
        blank: Literal["a", "b"] = setting("a", " ", "")
        inside: Annotated[int | None, Field(description="inside", json_schema_extra={"unit": "weeks"})] = None
        sound: float | None = setting(None, "share", "sound", gt=0, le=1)

    assert faults(Careless) == [
        "bare: no unit", "bare: no description", "bare: no bounds", "half: no bounds", "blank: no unit",
        "blank: no description", "inside: no bounds",
    ]  # fmt: skip


# Those of other packages are shown arrays that cannot be written into; ours are trusted not to, and held to it here.
@pytest.mark.parametrize(
    ("name", "point"),
    [(name, point) for name, lever in LEVERS.items() for point in POINTS if hasattr(lever, point)],
)
def test_it_writes_into_nothing_it_is_shown(name: str, point: str) -> None:
    for settings in ({}, *accepted(LEVERS[name])):
        with suppress(IndexError, KeyError):  # a setting that names a segment this world does not have
            getattr(LEVERS[name](**settings), point)(*map(read_only, questions()[point]))


# What is measured is nobody's default: no lever but `review` and `decision` makes the leader look, and their default is
# never.
@pytest.mark.parametrize(
    ("name", "point"),
    [
        (name, point)
        for name, lever in LEVERS.items()
        for point in POINTS
        if hasattr(lever, point) and point not in ANSWERED_BY_DEFAULT
    ],
)
def test_the_default_is_neutral(name: str, point: str) -> None:
    state, so_far = questions()[point]
    assert same(getattr(LEVERS[name](), point)(state, so_far), so_far)
    assert same(questions()[point][1], so_far), "and changes nothing"


@pytest.mark.parametrize(
    ("point", "lever"),
    [
        ("abandon", {"decision": {"tripwire": 0.1}}),
        ("candour", {"communication": {"openness": 0.9}}),
        ("choice", {"decision": {"rule": "thompson"}}),
        ("decision", {"decision": {"rule": "sequential_test"}}),
        ("goals", {"targets": {"specificity": 0.9}}),
        ("goals", {"targets": {"quota": 1.5}}),
        ("goals", {"targets": {"cadence": 4}}),
        ("interviews", {"evidence": {"interviews_a_week": 3}}),
        ("reading", {"evidence": {"source": "usage"}}),
        ("sharing", {"allocation": {"rule": "chosen"}}),
        ("watching", {"decision": {"rule": "softmax"}}),
        ("meetings", {"retrospective": {"every": 13}}),
        ("pooling", {"pool": {"untouched_weeks": 4}}),
        ("developing", {"development": {"training_share": 0.3}}),
        ("recording", {"development": {"coaching_hours": 1.0}}),
        ("releases", {"release": {"accounts": "outside"}}),
        ("review", {"review": {"every": 13}}),
        ("staffing", {"staffing": {"share": 1.0}}),
        ("terms", {"assessment": {"horizon": 52}}),
        ("terms", {"assessment": {"pay_mix": 0.8}}),
        ("terms", {"assessment": {"double_credit": 13}}),
        ("territories", {"territory": {"mode": "lockdown", "teams": 2}}),
        ("scouting", {"evidence": {"missions": "direct"}}),
        ("scouting", {"evidence": {"source": "usage"}}),
        ("writing", {"codification": {"share": 0.2}}),
    ],
)
def test_the_questions_are_such_that_a_lever_in_use_answers(
    point: str, lever: dict[str, dict[str, Any]]
) -> None:
    ((name, settings),) = lever.items()
    state, so_far = questions()[point]
    assert not same(getattr(LEVERS[name](**settings), point)(state, so_far), so_far)


@pytest.mark.parametrize("name", LEVERS)
def test_it_pickles_and_survives_json(name: str) -> None:
    for settings in ({}, *accepted(LEVERS[name])):
        lever = LEVERS[name](**settings)
        assert pickle.loads(pickle.dumps(lever)) == lever
        assert LEVERS[name].model_validate_json(lever.model_dump_json()) == lever
        assert hash(lever) == hash(LEVERS[name](**settings))


@pytest.mark.parametrize("name", LEVERS)
def test_it_refuses_what_is_out_of_bounds(name: str) -> None:
    lever = LEVERS[name]
    wrong = list(refused(lever))
    assert len(wrong) > 2 * len(lever.model_fields)
    assert [settings for settings in wrong if took(lever, settings)] == []


@pytest.mark.parametrize("name", LEVERS)
def test_it_cannot_be_changed_and_its_default_is_within_its_bounds(name: str) -> None:
    lever = LEVERS[name]()
    for field in LEVERS[name].model_fields:
        with pytest.raises(ValidationError):
            setattr(lever, field, getattr(lever, field))
    assert TypeAdapter(LEVERS[name]).validate_python(lever.model_dump()) == lever
    assert LEVERS[name].name == name
