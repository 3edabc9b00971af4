"""The week, phase by phase, in this order. Each phase is one small file with one function of the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulation.world.phases.decide import decide
from simulation.world.phases.develop import develop
from simulation.world.phases.feel import feel
from simulation.world.phases.hand_over import hand_over
from simulation.world.phases.learn import learn
from simulation.world.phases.plan import plan
from simulation.world.phases.record import record
from simulation.world.phases.report import report
from simulation.world.phases.respond import respond
from simulation.world.phases.use import use
from simulation.world.phases.work import work

PHASES: tuple[Callable[[Any], None], ...] = (
    decide,  # the leader reads the evidence the policy allows, and may act
    hand_over,  # released accounts change owner
    plan,  # reps claim prospects and start deals
    work,  # touches = capacity x effort
    respond,  # stages move, deals close
    use,  # customers use the product and renew
    develop,  # people are trained, coached and moved
    learn,  # practices are found, written, read and forgotten
    feel,  # morale moves, people leave, newcomers come
    report,  # the stated pipeline passes two levels up
    record,  # outcomes of the week
)
