"""S10, as far as it exists: what exchange among peers adds, and what fast socialisation does to a playbook.

Each is measured in two forks of a world, under the baseline but for the levers named.
"""

from __future__ import annotations

from simulation.levers import LEVERS
from simulation.spec import Scenario
from simulation.world.model import SalesModel

EXCHANGE_WEEKS = 20
"""As long as the gain was followed (Sandvik et al. 2020)."""
WRITING, MEETING_EVERY, SLOW, FAST = 0.05, 4, 0.1, 0.9
"""Strong codification; March (1991) varies socialisation between .1 and .9."""


def live_exchange(task: tuple[Scenario, int]) -> tuple[float, float]:
    """New ARR in cents over `EXCHANGE_WEEKS` from the start week, without and with an hour's exchange a week."""
    scenario, replication = task
    scenario = _with(scenario, "exchange", retrospective={"every": 1, "hours": 1.0})
    base = SalesModel(scenario, scenario.baseline, replication=replication).run_until(scenario.start_week)
    start, end = scenario.start_week, scenario.start_week + EXCHANGE_WEEKS
    sums = [
        float(base.fork(policy).run_until(end).history["new_arr"][start:end].sum())
        for policy in (scenario.baseline, "exchange")
    ]
    return sums[0], sums[1]


def live_socialisation(task: tuple[Scenario, int]) -> tuple[float, float]:
    """Depth of the playbook in the last week with slow and with fast socialisation, under strong codification."""
    scenario, replication = task
    scenario = _with(
        scenario, "writing", codification={"share": WRITING}, retrospective={"every": MEETING_EVERY}
    )
    depths = []
    for speed in (SLOW, FAST):
        parameters = {**scenario.world.parameters, "socialisation": speed}
        world = scenario.world.model_copy(update={"parameters": parameters})
        one = scenario.model_copy(update={"world": world})
        model = SalesModel(one, "writing", replication=replication).run_until(scenario.weeks)
        depths.append(float(model.history["playbook_depth"][-1]))
    return depths[0], depths[1]


def _with(scenario: Scenario, name: str, **levers: dict[str, float]) -> Scenario:
    """The scenario with one more policy: the baseline with some levers set."""
    base = scenario.policies[scenario.baseline]
    policy = base.model_copy(update={lever: LEVERS[lever](**settings) for lever, settings in levers.items()})
    return scenario.model_copy(update={"policies": {**scenario.policies, name: policy}})
