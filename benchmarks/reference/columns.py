"""The state of a reference model as named columns, in the order and under the names of the engine's, to be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from benchmarks.reference.names import CUSTOMER

NOBODY = -1
Column = list[Any]


def words(text: str) -> list[str]:
    return text.split()


# attributes that are called alike and need no translation
OF_CUSTOMER = words("""
    stage handover_week stage_week touched_week due_week opportunity fit size firm_relationship relationship usage
    hunch value
""")
DEAL = words("""
    row stage qualified_week fit firm_relationship left_advance left_loss left_undecided value
""")
REP = words("""
    person selling vacant_since talent optimism tenure morale conviction result attainment aspiration boldness
    deal_aspiration earnings bookings bond bond_norm book_value open_deals prospects installed changed_week effort reach care
    left_resign left_dismiss pipeline_norm applied member member_week focus allowed touches left_discovery left_forgetting
    discoveries lapses skill mission_time told road owed craft craft_fresh
""")
REP_IN_A_WEEK = words("""
    push away spur given person_weeks credit mood faked upward hard_edge lost_value gained_value knowledge performance helped
    may_write leaving
""")
MANAGER = words("optimism coaching pipeline_norm stated")
SEGMENT = words("rnd gain paid wins worked use users heard asked mean variance best")
MISSION = words("status round begun ended wanted led effort feasible left prize misjudged belief")
FIRM = words("week arr quota renewals recorded_since maturity capability")
LEADER = words("committed commit_week switches given_up")
FIRM_NEXT_WEEK = words("""
    territories_changed changed_week inbound_any capacity firmness interviews rotated gaps belief_spread frozen_ratio ratios
    truth stated terms candour goals
""")


def word_of(flags: Iterable[bool]) -> int:
    """Practices as the bits of a word."""
    return sum(1 << practice for practice, flag in enumerate(flags) if flag)


def known(beliefs: list[int]) -> int:
    return word_of(belief != 0 for belief in beliefs)


def sign(beliefs: list[int]) -> int:
    return word_of(belief > 0 for belief in beliefs)


def _seat(rep: Any) -> int:
    return NOBODY if rep is None else rep.seat


def _alike(names: Iterable[str]) -> dict[str, Callable[[Any], Any]]:
    return {name: attrgetter(name) for name in names}


CUSTOMERS: dict[str, Callable[[Any], Any]] = {
    **_alike(OF_CUSTOMER),
    "segment": lambda customer: customer.segment.index,
    "owner": lambda customer: _seat(customer.owner),
    "former_owner": lambda customer: _seat(customer.former_owner),
}
DEALS: dict[str, Callable[[Any], Any]] = {
    **_alike(DEAL),
    "segment": lambda customer: customer.segment.index,
    "score": attrgetter("deal_score"),
}
"""Of a customer with an open deal."""
DEALS_OF_A_WEEK: dict[str, Callable[[Any], Any]] = {
    "seat": lambda customer: _seat(customer.owner),
    "chance": attrgetter("chance"),
}
"""... once the week is over: the engine enters the seat as the week is planned, and the chance as deals are worked."""
REPS: dict[str, Callable[[Any], Any]] = {
    **_alike(REP),
    "manager": lambda rep: rep.manager.place,
    "home": lambda rep: NOBODY if rep.home is None else rep.home,
    "mission": lambda rep: NOBODY if rep.mission is None else rep.mission.place,
    "known": lambda rep: [known(beliefs) for beliefs in rep.beliefs],
    "sign": lambda rep: [sign(beliefs) for beliefs in rep.beliefs],
}
PLAYBOOK: dict[str, Callable[[Any], Any]] = {
    "known": lambda segment: known(segment.playbook),
    "sign": lambda segment: sign(segment.playbook),
    "reality": lambda segment: sign(segment.reality),
}
WEEKLY: dict[str, Callable[[Any], Any]] = {
    **_alike(REP_IN_A_WEEK),
    "leaves": lambda rep: {"": 0, "resigns": 1, "dismissed": 2}[rep.leaves],
}
"""Of a rep, in a week: what phases hand to each other."""


def tables(model: Any) -> dict[str, dict[str, Column]]:
    """Table -> column -> one element for each agent, in order."""
    groups: dict[str, tuple[Iterable[Any], dict[str, Callable[[Any], Any]]]] = {
        "customers": (model.customers, CUSTOMERS),
        "reps": (model.reps, REPS),
        "managers": (model.managers, _alike(MANAGER)),
        "playbook": (model.segments, PLAYBOOK),
        "segments": (model.segments, _alike(SEGMENT)),
        "missions": (model.missions, _alike(MISSION)),
    }
    return {
        table: {name: [of(agent) for agent in agents] for name, of in columns.items()}
        for table, (agents, columns) in groups.items()
    }


def open_deals(model: Any) -> dict[str, Column]:
    """Column -> one element for each open deal, in the order in which they are worked."""
    return _of_open_deals(model, DEALS)


def deals_of_a_week(model: Any) -> dict[str, Column]:
    """The same for what is known of a deal when the week is over."""
    return _of_open_deals(model, DEALS_OF_A_WEEK)


def _of_open_deals(model: Any, columns: dict[str, Callable[[Any], Any]]) -> dict[str, Column]:
    deals = [customer for customer in model.agenda.opened if customer.is_open]
    return {name: [of(customer) for customer in deals] for name, of in columns.items()}


def week_of_reps(model: Any) -> dict[str, Column]:
    """What phases hand to each other."""
    return {name: [of(rep) for rep in model.reps] for name, of in WEEKLY.items()}


def ledgers(model: Any, row: int) -> dict[str, Any]:
    """What belongs to the firm and to the leader, hand-overs with a promise, and the records of the week in `row`."""
    leader = model.leader
    return {
        **{name: getattr(model, name) for name in FIRM},
        **{name: getattr(leader, name) for name in LEADER},
        "focus": NOBODY if leader.focus is None else leader.focus,
        "best_segment": NOBODY if leader.best_segment is None else leader.best_segment,
        "contracts": sum(customer.stage == CUSTOMER for customer in model.customers),
        "bookings": [model.booked, model.booked_weeks],
        "returns": [[e.customer.row, e.rep.seat, e.person, e.until] for e in model.returns],
        "credits": [[e.customer.row, e.rep.seat, e.person, e.until, e.opportunity] for e in model.credits],
        "opened": [[mission.place, prize, adopted] for mission, prize, adopted in model.opened_roads],
        "records": [[rep.records[name][row] for rep in model.reps] for name in model.reps[0].records],
        "depth": [segment.depth for segment in model.segments],
    }


def left_to_the_next_week(model: Any) -> dict[str, Any]:
    """What stands when a week is over and the next one looks at, beside the tables; None where there is nothing."""
    agenda, reps = model.agenda, model.reps
    frozen = None if reps[0].frozen_morale is None else [rep.frozen_morale for rep in reps]
    return {
        **{name: getattr(model, name) for name in FIRM_NEXT_WEEK},
        "stock_until": agenda.until,
        "soon": [customer.row for customer in agenda.soon if customer.due_week < agenda.until],
        "waiting": [customer.row for customer in agenda.waiting],
        "books_stale": [rep.book_stale for rep in reps],
        "pending": [customer.row for customer, _ in model.pending],
        "standing": [standing for _, standing in model.pending],
        "team_exits": [[manager.leavers, manager.size] for manager in model.managers],
        "frozen_morale": frozen,
    }
