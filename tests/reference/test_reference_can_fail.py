"""The comparison sees a fault in either model, and says where it shows first."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from reference.cases import COMPILED_ONLY, firm
from reference.test_reference_levers import CASES

from benchmarks.reference import customer, learn, plan, side_by_side, use
from benchmarks.reference.side_by_side import same_history
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
    import numpy as np

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
