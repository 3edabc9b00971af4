"""From a sweep to a search: its levers are looked for, what else varies differs from world to world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.guard import BadInput

if TYPE_CHECKING:
    from simulation.runs.trials import Search
    from simulation.spec.sweeps import Sweep

LEVERS = "policies."


def search_of(sweep: Sweep, outcomes: Sequence[str], robust: str, worlds: int, fresh: int) -> Search:
    """The search. BadInput where no lever varies, those of several policies do, or those of the baseline."""
    from analysis.optimum import FEWEST_FOR_TAIL, MEAN
    from simulation.outcomes import OUTCOMES
    from simulation.runs.trials import Search

    levers = tuple(axis for axis in sweep.axes if axis.name.startswith(LEVERS))
    if not levers:
        raise BadInput(
            "no lever varies, and only levers can be chosen (--vary policies.NAME.LEVER.SETTING=LOW:HIGH; parameters that"
            " vary make the worlds differ)"
        )
    policies = sorted({axis.name.split(".")[1] for axis in levers})
    if len(policies) > 1:
        raise BadInput(f"levers of {' and '.join(policies)} vary (one policy at a time is looked for)")
    scenario = sweep.scenario
    if policies[0] == scenario.baseline:
        raise BadInput(f"'{policies[0]}' is the baseline, which all are compared with (vary another policy)")
    for name in outcomes:
        if not OUTCOMES[name].direction:
            raise BadInput(f"more of '{name}' is neither better nor worse (another outcome)")
    if robust != MEAN and min(worlds, fresh) < FEWEST_FOR_TAIL:
        few = f"--replications and --fresh {FEWEST_FOR_TAIL} or more"
        raise BadInput(f"{min(worlds, fresh)} worlds have no worst tenth ({few})")
    uncertain = tuple(axis for axis in sweep.axes if axis not in levers)
    # Others may inherit what varies; they are not lived, and what they are must not tell searches apart.
    names = [name for name in scenario.policies if name in (policies[0], scenario.baseline)]
    alone = scenario.model_copy(update={"policies": {name: scenario.policies[name] for name in names}})
    own = f"policies/{policies[0]}/"
    levers = tuple(replace(a, targets=tuple(t for t in a.targets if t.startswith(own))) for a in levers)
    sweep = replace(sweep, scenario=alone, policies=tuple(names))
    return Search(sweep, policies[0], levers, uncertain, tuple(outcomes), robust, worlds, fresh)
