"""Feel: morale moves with results and losses; people leave, seats stay vacant, newcomers come."""

from __future__ import annotations

from typing import Any

from benchmarks.reference.arithmetic import added
from benchmarks.reference.names import PROSPECT

RESIGNS, DISMISSED = "resigns", "dismissed"


def feel(model: Any) -> None:
    """Morale, exits and hires of the week; once a year the quota is set anew."""
    model.terms = model.ask("terms", None, model.own_terms)
    model.candour = model.ask("candour", None, model.own_openness)
    for rep in model.reps:
        rep.apply_knowledge()
    model.transition_cost = 0.0
    to_fill = [rep for rep in model.reps if not rep.selling and waited_enough(model, rep)]
    for rep in model.reps:
        rep.leaves = ""
        if rep.selling:
            rep.feel()
    for manager in model.managers:
        manager.count_leavers()
    model.transition_cost += model.shared_credit
    set_quota(model, added(rep.bookings for rep in model.reps), sum(rep.selling for rep in model.reps))
    leavers = [rep for rep in model.reps if rep.leaves]
    model.exits, model.resignations = len(leavers), sum(rep.leaves == RESIGNS for rep in leavers)
    for rep in leavers:
        leave(model, rep)
    if model.gate_open("exits"):
        for rep in to_fill:
            hire(model, rep)


def waited_enough(model: Any, rep: Any) -> bool:
    """Whether a seat has been vacant long enough."""
    return bool(model.number(model.week - rep.vacant_since) >= model.p.vacancy_weeks)


def set_quota(model: Any, booked: float, people: int) -> None:
    """At the anniversary of the start week the quota follows the mean bookings since it was set."""
    weeks = model.booked_weeks
    model.booked, model.booked_weeks = model.booked + booked / max(1, people), weeks + 1
    if (model.week - model.start_week) % 52 == 0 and weeks >= 51:
        model.quota = float(model.p.quota_ratio) * model.booked / model.booked_weeks
        model.booked, model.booked_weeks = 0.0, 0


def leave(model: Any, rep: Any) -> None:
    """The seat falls vacant; its accounts are orphaned: what the firm itself keeps of the relationships remains."""
    kept = model.p.transfer if model.gate_open("handover_loss") else model.number(1.0)
    rep.selling, rep.vacant_since = False, model.week
    rep.effort = rep.reach = rep.care = model.number(0.0)
    for customer in accounts_of(model, rep):
        customer.relationship *= kept
        customer.handover_week = model.week
        model.handed["exit"] += 1


def hire(model: Any, rep: Any) -> None:
    """A newcomer takes the seat and its accounts."""
    rep.sit_down(newcomer=True)
    rep.begin()
    model.handed["hire"] += len(accounts_of(model, rep))


def accounts_of(model: Any, rep: Any) -> list[Any]:
    return [customer for customer in model.customers if customer.owner is rep and customer.stage != PROSPECT]


class Feeling:
    """How a week goes down with a rep."""

    model: Any

    def apply_knowledge(self) -> None:
        """Knowledge where the rep works this week; equal weights without work."""
        self.applied_before = self.applied
        total = weight = plain = 0.0
        for s, knowledge in enumerate(self.knowledge):
            work = float(self.touches[s]) + float(self.care) * self.installed[s]
            total += work * float(knowledge)
            weight += work
            plain += float(knowledge)
        self.applied = self.model.number(total / weight if weight > 0.0 else plain / len(self.knowledge))

    def feel(self) -> None:
        """Results against aspiration, morale, conviction; and whether the rep leaves."""
        model, p, number, terms = self.model, self.model.p, self.model.number, self.model.terms
        quota = model.quota * model.goals.quota
        since = model.week - self.changed_week
        guaranteed = since < terms.guarantee_weeks
        target = quota * (1.0 - terms.quota_relief if guaranteed else 1.0)
        got = number(min(50.0, self.bookings / max(target, 1e-9))) + self.credit
        self._be_paid(quota, guaranteed)
        if model.gate_open("exits"):  # a closed gate stops the ramp too
            self.tenure += 1
        self.result += (got - self.result) / p.result_weeks
        self.attainment += (got - self.attainment) / number(terms.horizon)
        felt = min(number(2.0), self.result)
        gap = felt - self.aspiration
        self.aspiration = self.aspiration + p.aspiration_speed * (felt - self.aspiration)
        change = p.morale_return * (p.morale_rest - self.morale) + p.morale_result * self._hurt(gap)
        change = self._others_doing(change, since)
        change += p.morale_growth * (self.applied - self.applied_before) + self.mood
        self.morale = number(min(1.0, max(0.0, self.morale + change)))
        success = number(min(1.0, max(0.0, 0.5 + 0.5 * gap)))
        self.conviction += p.conviction_speed * (success - self.conviction)
        if model.gate_open("exits"):
            self._think_of_leaving(guaranteed)

    def _be_paid(self, quota: float, guaranteed: bool) -> None:
        """Commission; in the guarantee weeks at least that of the quota."""
        commission = float(self.model.p.commission)
        pay = commission * self.bookings
        if guaranteed:
            top_up = commission * max(0.0, quota - self.bookings)
            pay += top_up
            self.model.transition_cost += top_up
        self.earnings += pay

    def _hurt(self, gap: Any) -> Any:
        """A missed aspiration hurts more, the less there is to fall back on: the bond with the book, against the usual."""
        p, number = self.model.p, self.model.number
        if self.bond_norm <= 0.0:
            self.bond_norm = self.bond
        self.bond_norm += 0.02 * (self.bond - self.bond_norm)
        fallback = min(1.0, self.bond / max(self.bond_norm, number(1e-6)))
        return gap * (1.0 + p.fallback_weight * (1.0 - fallback)) if gap < 0.0 else gap

    def _others_doing(self, change: Any, since: int) -> Any:
        """What losing the book, an unexplained change and leaving team mates do to morale."""
        model, p, number = self.model, self.model.p, self.model.number
        if self.lost_value > 0:  # the share of the book as it was, without what came instead
            owned = self.book_value - self.gained_value + self.lost_value
            change = change - p.morale_book_loss * number(min(1.0, self.lost_value / owned if owned else 1.0))
        if 0 <= since < 104:
            fading = model.arithmetic.exp(-number(since) / p.ambiguity_weeks)
            quieter = 0.5 if model.meeting.hours > 0.0 else 1.0
            change = change - p.morale_ambiguity * fading * (1.0 - number(model.candour)) * 2.0 * quieter
        if self.manager.size > 0:
            change = change - p.morale_peer_exit * self.manager.leavers / self.manager.size
        return change

    def _think_of_leaving(self, guaranteed: bool) -> None:
        """Morale makes people resign, missing results get them dismissed: hazards against each person's thresholds."""
        model, p, number, exp = self.model, self.model.p, self.model.number, self.model.arithmetic.exp
        resign = p.voluntary_exit * exp(min(8.0, -p.exit_morale * (self.morale - p.morale_rest)))
        missing = 1.0 - min(number(2.0), self.attainment)
        if missing > 0.0:
            missing = missing * (1.0 - number(model.terms.tolerance))
        dismiss = p.involuntary_exit * exp(p.exit_attainment * missing)
        if self.tenure < p.grace_weeks or guaranteed:
            dismiss = number(0.0)
        self.left_resign -= resign
        self.left_dismiss -= dismiss
        if self.left_resign <= 0.0:
            self.leaves = RESIGNS
        elif self.left_dismiss <= 0.0:
            self.leaves = DISMISSED
