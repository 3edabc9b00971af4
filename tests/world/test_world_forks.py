"""Forks continue what they were forked from; closed gates act from the start week on."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from small_world import changed, differing, differing_state, records, scenario

from simulation.runs.replicate import replicate
from simulation.world.gates import GATES
from simulation.world.model import SalesModel

WEEKS = scenario().weeks


@pytest.mark.parametrize("policy", scenario().policies)
def test_a_fork_at_week_5_equals_running_on(policy):
    base = SalesModel(scenario(), "open").run_until(5)
    fork = base.fork(policy).run_until(WEEKS)
    straight = SalesModel(scenario(), policy).run_until(WEEKS)
    assert differing_state(fork, straight) == []
    assert differing(fork.history, straight.history) == []
    assert fork.leader.log == straight.leader.log
    assert base.week == 5  # and what was forked is as it was:
    assert differing(base.run_until(WEEKS).history, records()["open"].periods) == []


def test_forks_share_no_array():
    """Neither with each other nor with what was forked: they may be lived in turns."""
    base = SalesModel(scenario(), "open").run_until(5)
    models = base, base.fork("lockdown"), base.fork("preferred")
    held = [
        dict(part for n in ("state", "now", "history") for part in arrays(n, getattr(m, n))) for m in models
    ]
    assert {"state.customers.owner", "state.records", "now.away", "history.cents"} <= set(held[0])
    for k, one in enumerate(held):
        for other in held[:k]:
            assert [name for name in one if np.may_share_memory(one[name], other[name])] == []


def arrays(name: str, holder: Any) -> Iterator[tuple[str, Any]]:
    """Every array with something in it that hangs on an object, by the way to it."""
    for key, value in vars(holder).items():
        if isinstance(value, np.ndarray):
            if value.size:
                yield f"{name}.{key}", value
        elif hasattr(value, "__dict__"):
            yield from arrays(f"{name}.{key}", value)


def test_after_the_start_week_nothing_forks():
    start = scenario().start_week
    model = SalesModel(scenario(), "open").run_until(start)
    model.fork("lockdown")
    with pytest.raises(ValueError, match=f"week {start}"):
        model.run_until(start + 1).fork("lockdown")


def test_an_unknown_policy_is_refused():
    with pytest.raises(ValueError, match="no policy 'nonesuch'"):
        SalesModel(scenario(), "nonesuch")


@pytest.mark.parametrize("gate", GATES)
def test_a_closed_gate_changes_nothing_before_the_start_and_something_after(gate):
    writing = scenario("policies.lockdown.codification.share=0.05")
    start = writing.start_week
    free = SalesModel(writing, "lockdown").run_until(start)
    shut = SalesModel(writing, "lockdown", closed_gates=[gate]).run_until(start)
    assert differing_state(free, shut) == []
    assert differing(free.history, shut.history) == []
    late = free.fork("lockdown", closed_gates=[gate]).run_until(WEEKS)
    shut.run_until(WEEKS)
    assert differing(late.history, shut.history) == []
    assert differing(free.run_until(WEEKS).history, shut.history) != []


def test_nobody_leaves_behind_a_closed_gate():
    start, left = scenario().start_week, 0
    for replication in range(6):  # a small firm may go half a year without a leaver
        base = SalesModel(scenario(), "open", replication=replication).run_until(start)
        shut = base.fork("lockdown", closed_gates=["exits"]).run_until(WEEKS)
        for name in ("exits", "handovers_exit", "handovers_hire"):
            assert shut.history[name][start:].sum() == 0
        left += base.fork("lockdown").run_until(WEEKS).history["exits"][start:].sum()
    assert left > 0


def test_there_are_six_gates_and_others_are_refused():
    expected = ["exits", "field_learning", "handover_loss", "morale_effort", "playbook", "reports"]
    assert sorted(GATES) == expected
    SalesModel(scenario(), "open", closed_gates=GATES)
    with pytest.raises(ValueError, match="no such gate: weather"):
        SalesModel(scenario(), "open", closed_gates=["exits", "weather"])


def test_a_fork_keeps_the_log_of_a_baseline_with_levers(tmp_path):
    def swap(data):
        data["baseline"] = "preferred"

    other = changed(tmp_path, swap)
    fork = SalesModel(other, "preferred").run_until(5).fork("preferred").run_until(WEEKS)
    straight = SalesModel(other, "preferred").run_until(WEEKS)
    assert differing(fork.history, straight.history) == []
    assert fork.leader.log == straight.leader.log
    assert fork.steps == straight.steps


def test_a_replication_leaves_no_model_behind():
    """Not even until Python looks for circles: in long sweeps its columns would pile up."""
    gc.collect()
    before = models_alive()
    gc.disable()
    try:
        (run,) = replicate(scenario(), 0, ["open"])
        assert models_alive() == before
    finally:
        gc.enable()
    assert run.periods["new_arr"].sum() > 0


def models_alive() -> int:
    return sum(issubclass(type(thing), SalesModel) for thing in gc.get_objects())  # a weak proxy has none
