"""Use: customers use the product; contracts that are due renew, grow, shrink or end."""

from __future__ import annotations

from typing import Any

from benchmarks.reference.missions import adopt_roads
from benchmarks.reference.names import CHURNED, CUSTOMER

TURNS = 4
"""Usage and relationships move slowly: a quarter of the customers is brought up to date each week."""


def use(model: Any) -> None:
    """A quarter of the customers use the product for four weeks; contracts due are settled."""
    turn, size = model.week % TURNS, len(model.customers)
    for customer in model.customers[size * turn // TURNS : size * (turn + 1) // TURNS]:
        if customer.stage == CUSTOMER:
            customer.use_product()
    flows = model.flows
    for customer in model.agenda.due:
        if customer.stage == CUSTOMER and customer.due_week <= model.week:
            customer.renew()
    flows["new_arr"] += adopt_roads(model)
    change = flows["expansion"] - flows["contraction"] - flows["churn"]
    model.arr += flows["new_arr"] + change
    model.renewals[model.week % 52] = [flows["due"], flows["due"] + change]


class Contract:
    """What a customer under contract does."""

    model: Any

    def use_product(self) -> None:
        """Usage and the relationship move by four weeks at the present care of the rep."""
        p, number = self.model.p, self.model.number
        care = number(0.0) if self.owner is None else self.owner.care
        touched = min(1.0, TURNS * p.relationship_per_touch * care)
        aim = (
            p.usage_base
            + p.usage_fit * self.fit
            + p.usage_onboarding * (self.relationship - 0.5)
            + p.courtesy_use * self.firm_relationship
        )
        target = number(min(1.0, max(0.0, aim)))
        self.usage = target + (self.usage - target) * (1.0 - min(1.0, p.usage_speed * TURNS))
        fade = TURNS * p.relationship_decay
        warmer = self.relationship + touched * (1.0 - self.relationship) - fade * self.relationship
        self.relationship = number(max(0.0, warmer))

    def renew(self) -> None:
        """Leave, or stay for a year, a little larger or smaller."""
        model, p, arithmetic, flows = self.model, self.model.p, self.model.arithmetic, self.model.flows
        fate, turn, lot = model.luck.renewal(model.week, self)
        base = self.value // model.price  # cents
        use = self.usage - p.usage_base
        bond = self.relationship - p.relationship_reference
        larger = arithmetic.log(model.number(base) / 100.0) - self.segment.log_median
        score = (
            p.renewal_base + p.renewal_usage * use + p.renewal_relationship * bond + p.renewal_size * larger
        )
        flows["due"] += self.value
        if fate >= arithmetic.logistic(score):
            flows["churn"] += self.value
            self.leave_the_market(CHURNED)
            return
        flows["renewed"] += self.value
        self.due_week = model.week + 52
        if turn < p.contraction_share:
            change = max(1 - base, -round(base * float(p.contraction_size)))  # a cent stays
            flows["contraction"] -= change * model.price
        else:
            warmth = max(0.0, 1.0 + p.expansion_relationship * (2.0 * use + bond))
            change = round(base * float(min(p.expansion * warmth * lot, 3.0)))
            flows["expansion"] += change * model.price
            if self.owner is not None:
                self.owner.bookings += change / 100.0
        self.value += change * model.price
