"""Respond: open deals move a stage, are won, lost or left undecided."""

from __future__ import annotations

from typing import Any

from benchmarks.reference.forecasting import chance_to_win, deal_hazards, lead_hazards
from benchmarks.reference.names import CUSTOMER, LEAD, LOST, PROPOSAL, QUALIFIED, UNDECIDED
from benchmarks.reference.transfers import share_credit, split_credit

LONG = 1e9  # weeks until a cause strikes that has no hazard


def respond(model: Any) -> None:
    """One week of every open deal; wins start contracts."""
    model.flows.clear()
    opened = model.agenda.opened
    owners = [customer.owner for customer in opened]
    for customer in opened:
        customer.respond()
    if model.p.hot_stove > 0:
        for customer, rep in zip(opened, owners, strict=True):
            learn_from_deal(model, customer, rep)
    share_credit(model)
    split_credit(model)


def learn_from_deal(model: Any, customer: Any, rep: Any) -> None:
    """The hot stove: a deal that closed moves the boldness and aspiration of the rep who started it."""
    started_by_another = customer.handover_week > customer.qualified_week
    if rep is None or customer.stage <= PROPOSAL or started_by_another:
        return
    pay = model.number(customer.value // model.price if customer.stage == CUSTOMER else 0)
    rep.feel_the_stove(customer.segment.index, pay)


class OpenDeal:
    """What a customer does while a deal is open."""

    model: Any

    def respond(self) -> None:
        """One week: causes race, each against its own threshold; at last the chance of being won is worked out."""
        model, p, rep = self.model, self.model.p, self.owner
        drive = lift = ability = model.number(0.0)
        if rep is not None:
            s = self.segment.index
            drive, lift, ability = rep.push, rep.lift, rep.skill[s]
            if rep.reach > 0.0:
                self.touched_week = model.week
                rep.touches[s] += rep.reach
            built = min(1.0, p.relationship_per_touch * rep.reach)
            self.relationship += built * (1.0 - self.relationship) - p.relationship_decay * self.relationship
        known = (
            ability
            + p.fit_weight * self.fit
            + p.firm_relationship_weight * self.firm_relationship
            + p.rep_relationship_weight * self.relationship
            - p.score_centre
        )
        score = known + self.deal_score + lift
        rest = model.number(1.0)  # of this week
        while True:
            advance, loss, undecided = self._hazards(known, drive)
            to_advance = self.left_advance / advance if advance > 0.0 else LONG
            to_loss = self.left_loss / loss
            to_undecided = self.left_undecided / undecided if undecided > 0.0 else LONG
            soonest = min(to_advance, to_loss, to_undecided)
            spent = min(rest, soonest)
            self.left_advance -= spent * advance
            self.left_loss -= spent * loss
            self.left_undecided -= spent * undecided
            if soonest >= rest:
                break
            rest = rest - spent
            was = self.stage
            self._move(to_advance <= soonest, to_loss <= to_undecided, rep)
            if not self.is_open:
                self.chance = model.number(0.0)
                return
            if was == LEAD:
                rest = model.number(1.0)  # its first week counts in full, as in the fit to the leads
        self.chance = self._true_chance(score, advance, loss) if drive > 0.0 else model.number(0.0)

    def _hazards(self, known: Any, drive: Any) -> tuple[Any, Any, Any]:
        """Weekly hazards (advance, loss, no decision) in its stage."""
        model, p, exp, pace = self.model, self.model.p, self.model.arithmetic.exp, self.segment.pace
        if self.stage == LEAD:  # before a deal is qualified, what only the deal itself knows plays no part
            return lead_hazards(p, exp(0.5 * known), drive, pace)
        up = exp(0.5 * (known + self.deal_score))
        base = p.qualified_advance if self.stage == QUALIFIED else p.proposal_advance
        fading = model.fading[max(model.week - self.qualified_week, 0)]
        return deal_hazards(p.loss, p.no_decision, base, up, drive, fading, pace)

    def _move(self, advances: bool, loses: bool, rep: Any) -> None:
        """The stage changes: onward, or out."""
        model, p = self.model, self.model.p
        self.stage_week = model.week
        threshold, lot = model.luck.change_of_stage(self)
        early = advances and self.stage == LEAD and lot < p.early_loss
        if early:  # found hopeless in the week it is qualified
            self.qualified_week = model.week
        if not advances or early:
            lost = early or loses
            model.flows["lost" if lost else "undecided"] += 1
            self.leave_the_market(LOST if lost else UNDECIDED)
            return
        if rep is not None:
            rep.records["stage_moves"][model.row] += 1.0
        if self.stage == PROPOSAL:
            self._be_won(rep)
            return
        self.left_advance = threshold
        if self.stage == LEAD:
            self.qualified_week = model.week
            direct = p.early_loss + (1.0 - p.early_loss) * p.direct_proposal
            self.stage = PROPOSAL if lot < direct else QUALIFIED
        else:
            self.stage = PROPOSAL

    def _be_won(self, rep: Any) -> None:
        model = self.model
        self.stage = CUSTOMER
        self.due_week = model.week + 52
        self.usage = 0.5 * model.p.usage_base
        model.flows["won"] += 1
        model.flows["new_arr"] += self.value
        if rep is not None:
            cents = self.value // model.price
            rep.records["deals"][model.row] += 1.0
            rep.records["payments"][model.row] += model.number(cents) / 100.0
            rep.bookings += cents / 100.0

    def _true_chance(self, score: Any, advance: Any, loss: Any) -> Any:
        """That the deal is won, if its score stays. A lead may be lost at once; else it is qualified, or a proposal."""
        model, p, chances = self.model, self.model.p, self.segment.chances
        number = model.number
        if self.stage != LEAD:
            age = max(model.week - self.qualified_week, 0)
            return chance_to_win(number, chances, self.stage == PROPOSAL, score, age)
        won = p.direct_proposal * chance_to_win(number, chances, True, score, 0)
        won += (1.0 - p.direct_proposal) * chance_to_win(number, chances, False, score, 0)
        return advance / (advance + loss) * (1.0 - p.early_loss) * won
