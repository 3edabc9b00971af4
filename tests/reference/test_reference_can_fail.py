"""The comparison sees a fault in either model, and says where it shows first."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from reference.cases import COMPILED_ONLY, assert_same, firm
from reference.test_reference_levers import CASES

from benchmarks.reference import columns, customer, learn, plan, side_by_side, use
from benchmarks.reference.side_by_side import WITHIN_A_WEEK, same_history, unlike
from simulation.world import phases
from simulation.world.phases import use as engine_use

pytestmark = COMPILED_ONLY
Break = Callable[[pytest.MonkeyPatch], Any]
FAULTS: list[tuple[str, Break, str, str]] = [
    (
        "decision reversed",
        lambda m: m.setattr(customer, "SECOND_WITHIN_WEEKS", 0),
        "hand_over",
        "customers.rel",
    ),
    ("release phased", lambda m: m.setattr(plan, "MAX_STARTS", 1), "plan", "customers."),
    ("codification top", lambda m: m.setattr(learn, "CAPABILITY_HOURS", 2.0000002), "learn", "capability"),
    ("retrospective", lambda m: m.setattr(use, "TURNS", 3), "use", "customers."),
    (
        "retrospective",
        lambda m: m.setattr(sys.modules[engine_use.__module__], "TURNS", 3),
        "use",
        "customers.",
    ),
]


@pytest.mark.parametrize(("name", "fault", "phase", "column"), FAULTS, ids=range(len(FAULTS)))
def test_a_fault_is_found_where_it_is(
    monkeypatch: pytest.MonkeyPatch, name: str, fault: Break, phase: str, column: str
) -> None:
    fault(monkeypatch)
    found = same_history(firm({"tried": CASES[name]}), "tried")
    assert found is not None
    assert (found.phase, found.what[: len(column)]) == (phase, column)
    assert f"phase `{phase}`" in str(found)


def test_one_bit_of_one_customer_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the 300 customers one has, in one week, a number that is one bit larger."""

    def record(model: Any) -> None:
        whole(model)
        if model.week == 7:
            model.customers[123].fit = np.nextafter(model.customers[123].fit, np.float32(9))

    whole = side_by_side.PHASES[-1]
    record.__name__ = whole.__name__
    monkeypatch.setattr(side_by_side, "PHASES", (*side_by_side.PHASES[:-1], record))
    found = same_history(firm({}), "open")
    assert found is not None
    assert (found.week, found.phase, found.what, found.where) == (7, "record", "customers.fit", (123,))


F32 = np.float32
COUNTS = {"n_soon", "n_waiting"}
"""How many of two lists count: compared as the length of these."""


@pytest.mark.parametrize(
    ("theirs", "ours", "what"),
    [
        (np.array([7]), [7.9], "type of "),
        (np.array([7]), [7.0], "type of "),
        (np.array([1]), [True], "type of "),
        (np.array([True]), [1], "type of "),
        (np.array([0.1], F32), [0.1], ""),
        (np.array([0.0]), [-0.0], ""),
        (np.array([1.0]), [np.nextafter(1.0, 2.0)], ""),
        (np.array([[1, 2]]), [1, 2, 3], "length of "),
        (np.array([2**62 + 1]), [2**62], ""),
    ],
)
def test_values_that_are_nearly_the_same_are_not(theirs: Any, ours: Any, what: str) -> None:
    found = unlike(theirs, ours)
    assert found is not None
    assert found[0] == what


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (np.array([7], np.uint8), [7]),
        (np.array([3.0]), [3]),
        (np.array([0.1], F32), [F32(0.1)]),
        (np.array([0.5, 0.1], F32), [0.5, F32(0.1)]),
        (np.array([np.nan]), [float("nan")]),
        (np.zeros((0, 4), np.int64), []),
    ],
)
def test_the_same_values_are_the_same_whatever_holds_them(theirs: Any, ours: Any) -> None:
    assert unlike(theirs, ours) is None


@pytest.mark.parametrize("table", ["deals", "now", "state"])
def test_a_column_that_is_compared_with_nothing_is_an_error(
    monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    home, name = {
        "deals": (columns, "DEALS"),
        "now": (side_by_side, "WITHIN_A_WEEK"),
        "state": (side_by_side, "STATE_TOO"),
    }[table]
    rest = list(getattr(home, name))[1:]
    whole = getattr(home, name)
    monkeypatch.setattr(home, name, {key: whole[key] for key in rest} if isinstance(whole, dict) else rest)
    with pytest.raises(ValueError, match=f"{table}: not compared: "):
        same_history(firm({}), "open")


def nonsense(value: Any) -> Any:
    """Of the same type and shape, and nothing that a week could leave."""
    if isinstance(value, np.ndarray):
        return np.full_like(value, True if value.dtype == bool else 99)
    if isinstance(value, dict):
        return dict.fromkeys(value, 99)
    if isinstance(value, tuple):
        return type(value)(*map(nonsense, value))
    return "nonsense" if isinstance(value, str) else type(value)(99)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pool with locks", "retrospective", "codification everyone", "development"])
def test_no_week_looks_at_what_is_said_to_end_with_the_week_before(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """All of it is filled with nonsense every week, and the history stays the same."""

    def record(model: Any) -> None:
        whole(model)
        for buffer in WITHIN_A_WEEK - COUNTS:
            setattr(model.now, buffer, nonsense(getattr(model.now, buffer)))

    whole = phases.PHASES[-1]
    monkeypatch.setattr(phases, "PHASES", (*phases.PHASES[:-1], record))
    assert_same(firm({"tried": CASES[name]}), "tried")
