"""The public pool: what reps hold and do not work goes back, by the rules of the policy."""

from __future__ import annotations

from typing import Any

from benchmarks.reference.names import LEAD, PROSPECT
from simulation.levers.points import PoolTerms

NO_LIMIT = 1_000_000


def to_the_pool(model: Any) -> PoolTerms:
    """Ask for the rules of the week, and recycle accounts by them: prospects and leads without a touch, slow deals."""
    nothing = PoolTerms(0, 0, NO_LIMIT, int(model.p.prospect_cap), 0, 0)
    terms: PoolTerms = model.ask("pooling", None, nothing)
    agenda, row = model.agenda, model.row
    model.pooled, model.fake_touches = 0, 0.0
    for rep in model.reps:
        rep.faked = model.number(0.0)
    if not terms.untouched and not terms.unclosed:
        return terms
    locked = {customer for rep in model.reps for customer in locked_by(model, rep, terms.locks)}
    held = agenda.waiting + agenda.opened
    gone = [customer for customer in held if goes_back(model, customer, terms, locked)]
    for customer in gone:
        rep = customer.owner
        if customer.is_open:
            rep.open_deals -= 1
            rep.lost_value += customer.value
            rep.book_stale = True
        else:
            rep.prospects -= 1
        customer.go_to_the_pool()
    leaving = set(gone)
    agenda.waiting = [customer for customer in agenda.waiting if customer not in leaving]
    agenda.opened = [customer for customer in agenda.opened if customer not in leaving]
    model.pooled = len(gone)
    for rep in model.reps:
        rep.records["stage_moves"][row] += rep.faked  # the record cannot tell them from real progress
        model.fake_touches += float(rep.faked)
    return terms


def goes_back(model: Any, customer: Any, terms: PoolTerms, locked: set[Any]) -> bool:
    """Whether the clock strikes for an account. Some people then log a touch that never happened."""
    rep, week = customer.owner, model.week
    if rep is None:
        return False
    idle = terms.untouched > 0 and customer.stage <= LEAD and week - customer.touched_week >= terms.untouched
    slow = terms.unclosed > 0 and customer.is_open and week - customer.qualified_week >= terms.unclosed
    if not (idle or slow) or customer in locked:
        return False
    if not slow and rep.selling and rep.disposition < model.p.fake_touches:
        customer.touched_week = week
        rep.faked += 1.0
        return False
    return True


def locked_by(model: Any, rep: Any, locks: int) -> list[Any]:
    """The most valuable of a rep's prospects and open deals."""
    if locks == 0:
        return []
    mine = [c for c in model.agenda.waiting + model.agenda.opened if c.owner is rep]
    return sorted(mine, key=lambda customer: (-worth(model, customer), customer.row))[:locks]


def worth(model: Any, customer: Any) -> int:
    """A deal counts by its value, a prospect by the median of the deals it would give, both in 1/65,536 of a log unit."""
    arithmetic, segment = model.arithmetic, customer.segment
    if customer.stage == PROSPECT:
        share = arithmetic.sqrt(model.p.size_share)
        return int((segment.log_median + segment.sigma * share * customer.size) * 65536.0)
    return int(arithmetic.log(model.number(customer.value // model.price) / 100.0) * 65536.0)
