"""Random worlds and policies, in a short form: `python -m benchmarks.reference.search --examples 500` is the long one."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from reference.cases import COMPILED_ONLY, LONG

from benchmarks.reference import specs
from benchmarks.reference.side_by_side import same_history
from benchmarks.reference.specs import Case, cases
from simulation.world.gates import GATES


@COMPILED_ONLY
@pytest.mark.slow
@given(cases())
@settings(max_examples=400 if LONG else 25, suppress_health_check=list(HealthCheck))
def test_random_worlds_are_lived_alike(case: Case) -> None:
    found = same_history(case.scenario, case.policy, None, case.replication, case.closed_gates)
    assert found is None, f"{found}\n{case}"


def test_all_gates_are_drawn() -> None:
    assert specs.GATES == GATES
