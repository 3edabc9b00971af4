"""Assessment: over how long people are judged, and what a transition promises them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from simulation.levers.base import Finding, Lever, WorldFacts, setting
from simulation.levers.points import Terms


class Assessment(Lever):
    """Unset fields keep the firm's own terms."""

    name: ClassVar[str] = "assessment"

    horizon: int | None = setting(
        None,
        "weeks",
        "weeks of results a judgement looks at (none: parameter `assessment_weeks`)",
        ge=4,
        le=104,
    )
    tolerance: float = setting(0.0, "share", "share of a shortfall that is forgiven", ge=0, le=1)
    guarantee_weeks: int = setting(
        0, "weeks", "weeks of guaranteed pay after a change of territory", ge=0, le=52
    )
    quota_relief: float = setting(
        0.0, "share", "share of the quota lifted in the guarantee weeks", ge=0, le=1
    )

    pay_mix: float | None = setting(
        None,
        "share",
        "variable share of pay at quota (none: the firm's own, parameter `pay_mix`)",
        ge=0,
        le=1,
    )
    double_credit: int = setting(
        0,
        "weeks",
        "deals won within so many weeks of a hand-over count for the former rep too",
        ge=0,
        le=52,
    )

    def check(self, world: WorldFacts) -> Iterable[Finding]:
        if self.quota_relief > 0 and self.guarantee_weeks == 0:
            message = "the quota is lifted in the guarantee weeks, and there are none"
            yield Finding("quota_relief", message, "set guarantee_weeks too")

    def terms(self, state: None, so_far: Terms) -> Terms:
        return Terms(
            so_far.horizon if self.horizon is None else self.horizon,
            max(so_far.tolerance, self.tolerance),
            max(so_far.guarantee_weeks, self.guarantee_weeks),
            max(so_far.quota_relief, self.quota_relief),
            so_far.pay_mix if self.pay_mix is None else self.pay_mix,
            max(so_far.credit_weeks, self.double_credit),
        )
