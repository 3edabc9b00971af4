"""Plan: accounts whose time has come surface and are claimed; reps start the prospects they expect most of."""

from __future__ import annotations

from typing import Any

from benchmarks.reference.names import CUSTOMER, LOST, PROSPECT, STOCK_WEEKS
from benchmarks.reference.pool import to_the_pool

MAX_STARTS = 8


def plan(model: Any) -> None:
    """Open the week's page of the agenda, then fill books and open deals inside territories."""
    agenda = model.agenda
    agenda.open_page()
    pool = to_the_pool(model)
    count_books(model)
    held = list(agenda.waiting)  # who is claimed this week is started from the next on
    surface(model, pool)
    start_deals(model, held)


class Agenda:
    """Accounts that somebody has to look at: due soon, held prospects, open deals.

    Every four weeks the lists are made anew, in the order of the accounts; what happens in between is added at the end.
    The order decides who is asked first (`KeyedLuck.in_turn`) and how sums are rounded.
    """

    def __init__(self, model: Any) -> None:
        self.model = model
        self.until = model.week  # accounts due before this week are listed
        self.soon: list[Any] = []
        self.due: list[Any] = []  # this week
        self.waiting: list[Any] = []  # prospects that reps hold
        self.opened: list[Any] = []  # open deals

    def expect(self, customer: Any) -> None:
        """Something happens to this account before the lists are made anew."""
        if customer.due_week < self.until:
            self.soon.append(customer)

    def open_page(self) -> None:
        """What is due this week; and how many prospects and open deals each rep has."""
        week = self.model.week
        if week >= self.until:
            everybody = self.model.customers
            self.until = week + STOCK_WEEKS
            self.soon = [customer for customer in everybody if customer.due_week < self.until]
            self.waiting = [c for c in everybody if c.stage == PROSPECT and c.owner is not None]
            self.opened = [customer for customer in everybody if customer.is_open]
        self.due = [customer for customer in self.soon if customer.due_week <= week]
        self.soon = [customer for customer in self.soon if week < customer.due_week < self.until]
        self.waiting = [
            c for c in self.waiting if c.stage == PROSPECT and c.owner is not None and c.due_week > week
        ]
        self.opened = [customer for customer in self.opened if customer.is_open]
        for rep in self.model.reps:
            rep.prospects = rep.open_deals = 0
        for customer in self.waiting:
            customer.owner.prospects += 1
        for customer in self.opened:
            if customer.owner is not None:
                customer.owner.open_deals += 1


def count_books(model: Any) -> None:
    """Customers, value, and value weighted by relationship; between times only of reps whose accounts changed hands."""
    if model.week % STOCK_WEEKS == 0:
        for rep in model.reps:
            rep.book_stale = True
    stale = [rep for rep in model.reps if rep.book_stale]
    if not stale:
        return
    bonds = dict.fromkeys(stale, 0.0)
    for rep in stale:
        rep.book_value, rep.installed = 0, [0] * len(model.segments)
    for customer in model.customers:
        rep = customer.owner
        if rep is not None and rep.book_stale and customer.stage != PROSPECT:
            rep.book_value += customer.value
            bonds[rep] += customer.value / model.price * float(customer.relationship)
            rep.installed[customer.segment.index] += customer.stage == CUSTOMER
    for rep, bond in bonds.items():
        rep.bond = model.number(bond / 100.0)
        rep.book_stale = False


def surface(model: Any, pool: Any) -> None:
    """Accounts whose cooling is over become prospects; unowned prospects that surface are claimed by one rep with room."""
    week, luck = model.week, model.luck
    for rep in model.reps:
        rep.places = min(pool.claims, pool.cap - rep.prospects)
    claimants = [rep for rep in model.reps if rep.selling and rep.places > 0]
    turn = luck.in_turn(week, model.agenda.due)
    for customer in [c for c in turn if c.due_week <= week and (c.stage == PROSPECT or c.stage >= LOST)]:
        if customer.due_week > week:  # listed twice
            continue
        if customer.stage >= LOST or customer.owner is not None:
            customer.come_back()
            continue
        rep = who_takes(model, customer, claimants, pool.cooling_off)
        if rep is None:
            customer.wait()
            continue
        customer.be_claimed(rep)
        model.agenda.waiting.append(customer)
        rep.prospects += 1
        rep.places -= 1
        if rep.places <= 0:
            claimants.remove(rep)


def who_takes(model: Any, customer: Any, claimants: list[Any], cooling_off: int) -> Any:
    """The first rep to come upon a prospect who takes it, or nobody.

    Outside a hard edge the first who comes upon it takes it only when not complying, and the others there hear nothing of
    it. What went to the pool lately is not for its former owner.
    """
    week, p, luck, s = model.week, model.p, model.luck, customer.segment.index
    anywhere = model.inbound_any and luck.comes_by_itself(week, customer) < p.inbound_share
    refused = False
    for rep in luck.by_chance(week, customer, claimants):
        if refused and not rep.allowed[s]:
            continue
        if customer.former_owner is rep and week - customer.handover_week < cooling_off:
            continue
        outside = not anywhere and not rep.allowed[s]
        away = rep.home is not None and rep.home != s
        tempted = luck.temptation(week, customer, rep) if outside or away else 0.0
        if outside and (not rep.hard_edge or tempted < p.compliance):
            refused = refused or rep.hard_edge
        elif not (away and tempted < rep.focus):
            return rep
    return None


def start_deals(model: Any, held: list[Any]) -> None:
    """Reps with room start the prospects they expect most of."""
    books: dict[Any, list[Any]] = {}
    for customer in held:
        books.setdefault(customer.owner, []).append(customer)
    chosen = [customer for rep in model.reps for customer in rep.choose_deals(books.get(rep, []))]
    for customer in chosen:
        customer.owner.prospects -= 1
        customer.owner.open_deals += 1
        customer.become_a_deal()
    model.agenda.opened += chosen
    model.started = len(chosen)


class Planning:
    """What a rep plans."""

    model: Any

    def choose_deals(self, prospects: list[Any]) -> list[Any]:
        """The prospects to start this week, best first. With a focus, a draw decides whether the week is for home only.

        A prospect held since before a hard edge shut it out waits until it goes back; one claimed since, as inbound or out
        of disobedience, is started like any other.
        """
        model = self.model
        room = min(MAX_STARTS, max(0, int(model.p.open_deals) - self.open_deals)) if self.selling else 0
        if room == 0:
            return []
        at_home = self.home is not None and model.luck.looks_at_home(model.week, self) < self.focus
        ranked = []
        for customer in prospects:
            s = customer.segment.index
            shut_out = self.hard_edge and not self.allowed[s] and customer.stage_week < self.changed_week
            if not shut_out and not (at_home and s != self.home):
                ranked.append((-self._appeal(customer), customer))
        ranked.sort(key=lambda pair: pair[0])
        return [customer for _, customer in ranked[:room]]

    def _appeal(self, customer: Any) -> int:
        """What the rep expects of a prospect in log units, in 1/65,536: value, chance of winning, and a hunch."""
        model, p, s = self.model, self.model.p, customer.segment.index
        skill = self.skill[s] + self._boldness_in(s)
        expected = customer.segment.sigma * model.arithmetic.sqrt(p.size_share) * customer.size
        chance = 0.5 * (
            p.fit_weight * customer.fit + p.firm_relationship_weight * customer.firm_relationship + skill
        )
        return int((expected + chance + p.choice_noise * customer.hunch) * 65536.0)

    def _boldness_in(self, s: int) -> Any:
        """With the hot stove: the log-odds of boldness, twice since skill counts half, where the rep knows less."""
        number = self.model.number
        if self.model.p.hot_stove == 0 or not self.unfamiliar(s):
            return 0.0
        bold = min(1.0 - number(0.01), max(number(0.01), self.boldness))
        return 2.0 * self.model.arithmetic.log(bold / (1.0 - bold))

    def unfamiliar(self, s: int) -> bool:
        """Whether the rep knows less of a segment than of segments on average."""
        counts = [round(float(knowledge * self.model.practices)) for knowledge in self.knowledge]
        return counts[s] * len(counts) < sum(counts)

    def feel_the_stove(self, s: int, pay: Any) -> None:
        """Denrell & March (2001): pay above the aspiration makes one go there more, any other less."""
        p, expected = self.model.p, self.deal_aspiration
        if expected < 0.0:  # the first deal sets what a person expects
            self.deal_aspiration = pay
            return
        away = not self.unfamiliar(s)
        propensity = 1.0 - self.boldness if away else self.boldness
        if pay > expected:
            propensity = propensity + p.hot_stove * (1.0 - propensity)
        else:
            propensity = propensity * (1.0 - p.hot_stove)
        self.boldness = 1.0 - propensity if away else propensity
        self.deal_aspiration = expected + p.hot_stove_aspiration * (pay - expected)
