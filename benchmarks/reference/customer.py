"""Customers: accounts that are prospects, open deals or under contract."""

from __future__ import annotations

import math
from typing import Any

from mesa import Agent

from benchmarks.reference.arithmetic import cents_of
from benchmarks.reference.names import CUSTOMER, LEAD, LOST, NEVER, PROPOSAL, PROSPECT
from benchmarks.reference.respond import OpenDeal
from benchmarks.reference.use import Contract

SEGMENT_SHIFT = 27  # in draws a customer is (segment, place in the segment)
SECOND_WITHIN_WEEKS = 26


class Customer(OpenDeal, Contract, Agent):
    """One account. Money is whole cents a year; `owner` is a rep (the seat) or None."""

    def __init__(self, model: Any, row: int, segment: Any, place: int) -> None:
        super().__init__(model)
        self.row, self.segment, self.place = row, segment, place
        self.word = segment.index << SEGMENT_SHIFT | place
        nothing = model.number(0.0)
        self.stage = PROSPECT
        self.owner = self.former_owner = None
        self.handover_week = -NEVER  # last change of rep
        self.stage_week = model.week  # week the present stage began
        self.qualified_week = 0  # week the open deal was qualified
        self.touched_week = -NEVER
        self.due_week = NEVER  # renewal, end of cooling, or next chance to surface
        self.opportunity = 0  # number of opportunities so far
        self.relationship = self.usage = nothing  # with the present rep; depth of use; 0-1
        self.hunch = nothing  # what its rep feels about a claimed prospect, sd units
        self.deal_score = nothing  # what only the open deal itself knows, logits
        self.left_advance = self.left_loss = self.left_undecided = nothing  # hazard until each cause strikes
        self.value = 0  # of the contract, or of the open deal
        self.chance = nothing  # of the open deal to be won
        self.release_lot = model.luck.release_lot(self)
        fit, self.size, met, closeness, lot = model.luck.account(self)
        self.fit = segment.product_fit + fit
        self.firm_relationship = 0.3 + 0.7 * closeness if met < segment.relationship_share else nothing
        self._begin(lot)

    def _begin(self, lot: Any) -> None:
        """A share are customers in mid-contract, the rest unowned prospects.

        Customers are those with the largest sum of a normal draw and parts of fit and size, which the years before would
        have selected for; the threshold gives the wanted share where mean fit is 0.
        """
        model, p, arithmetic = self.model, self.model.p, self.model.arithmetic
        number, sqrt = model.number, arithmetic.sqrt
        rest = max(0.0, 1.0 - float(p.initial_fit * p.initial_fit) - float(p.initial_size * p.initial_size))
        latent = p.initial_fit * self.fit + p.initial_size * self.size + number(math.sqrt(rest)) * lot
        if latent <= arithmetic.normal_quantile(1.0 - p.initial_customers):
            known_to = 1.0 + p.relationship_reach * self.firm_relationship
            before = model.week - 1
            self.due_week = before + model.luck.weeks_to_surface(before, self, p.surfacing * known_to)
            return
        self.stage = CUSTOMER
        deal, seat, closeness, due = model.luck.contract(self, len(model.reps))
        spread = self.segment.sigma * (sqrt(p.size_share) * self.size + sqrt(1.0 - p.size_share) * deal)
        self.owner = model.reps[seat]
        self.value = cents_of(arithmetic, self.segment.log_median + spread) * model.price
        self.relationship = number(min(1.0, 2.0 * p.relationship_reference * closeness))
        self.usage = p.usage_base
        self.due_week = model.week + int(due * 52.0)

    @property
    def is_open(self) -> bool:
        return LEAD <= self.stage <= PROPOSAL

    # prospects

    def come_back(self) -> None:
        """Cooled, or held by a rep who never started it: a prospect of nobody."""
        model = self.model
        if self.stage >= LOST:
            self.stage, self.stage_week, self.value = PROSPECT, model.week, 0
        self.owner = None
        self.wait()

    def wait(self) -> None:
        """Surface again some day."""
        model = self.model
        self.due_week = model.week + model.luck.weeks_to_surface(model.week, self, model.p.surfacing)
        model.agenda.expect(self)

    def be_claimed(self, rep: Any) -> None:
        """A rep takes the prospect into their book."""
        model = self.model
        self.owner, self.former_owner, self.handover_week = rep, None, -NEVER
        self.stage_week = self.touched_week = model.week
        self.relationship = model.number(0.0)
        self.due_week = model.week + int(model.p.prospect_weeks)
        self.hunch = model.luck.hunch(self)

    def become_a_deal(self) -> None:
        """The owner starts an opportunity; its luck is drawn."""
        model, p, segment = self.model, self.model.p, self.segment
        sqrt = model.arithmetic.sqrt
        self.opportunity += 1
        own, noise, self.left_loss, self.left_undecided, self.left_advance = model.luck.deal(self)
        spread = segment.sigma * (sqrt(p.size_share) * self.size + sqrt(1.0 - p.size_share) * own)
        self.value = cents_of(model.arithmetic, segment.log_median + spread) * model.price
        self.deal_score = p.deal_noise * noise - p.value_slope * spread
        self.stage = LEAD
        self.stage_week = self.qualified_week = model.week
        self.due_week = NEVER

    def leave_the_market(self, stage: int) -> None:
        """Lost, undecided or churned: nobody's until it has cooled."""
        model = self.model
        self.stage, self.stage_week = stage, model.week
        self.owner, self.value = None, 0
        self.due_week = model.week + int(model.p.cooling_weeks)

    # hand-overs

    def pass_to(self, rep: Any) -> bool:
        """Change owner; part of the relationship survives, more if the receiver knows the segment.

        Without a receiver a prospect waits to surface again. Returns whether it counts as a hand-over: prospects do not.
        """
        model, week = self.model, self.model.week
        before = self.owner
        if rep is before:
            return False
        counts = self.stage != PROSPECT
        if counts and before is not None:
            before.lost_value += self.value
            before.book_stale = True
        if counts and rep is not None:
            rep.gained_value += self.value
            rep.book_stale = True
        self._lose_relationship(rep)
        self.former_owner, self.owner, self.handover_week = before, rep, week
        if self.stage == PROSPECT:
            self.due_week = week + 1 if rep is None else week + int(model.p.prospect_weeks)
        return counts

    def _lose_relationship(self, rep: Any) -> None:
        model, p = self.model, self.model.p
        if not model.gate_open("handover_loss"):
            return
        if rep is not None and model.luck.fresh_look(model.week, self) < p.fresh_look:
            return
        knows = 0.0 if rep is None else max(0.0, rep.knowledge[self.segment.index])
        kept = min(1.0, p.transfer + p.transfer_knowledge * knows)
        if model.week - self.handover_week < SECOND_WITHIN_WEEKS:
            kept = kept * p.second_handover
        self.relationship *= kept

    def go_to_the_pool(self) -> None:
        """Back to the public pool; it surfaces next week. An open deal is over."""
        model, rep = self.model, self.owner
        self.stage, self.stage_week, self.value = PROSPECT, model.week, 0
        self.former_owner, self.owner, self.handover_week = rep, None, model.week
        self.due_week = model.week + 1
        model.agenda.expect(self)
