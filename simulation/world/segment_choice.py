"""Which segment first: R&D that follows attention, what the leader believes of each segment, and the choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.levers.points import Choice, ChoiceState, ReadingState, Shares, SharesState
from simulation.luck import Purpose
from simulation.world.columns import NOBODY
from simulation.world.kernels.segments import develop_all, interview, latent_margins, make_up_mind, tally
from simulation.world.territories import draw_territories

if TYPE_CHECKING:
    from simulation.world.model import SalesModel


TRUTH_WEEKS = 13
"""Which segment is really the best is worked out anew so often."""


def develop_product(model: SalesModel) -> None:
    """R&D raises the fit of the customers of a segment, the more the greater its share; competitors catch up.

    Apart from that, what a segment needs may drift towards the product or away from it.
    """
    setting, state = model.setting, model.state
    if not setting.fit_moves:
        return
    develop_all(
        setting.table, setting.first, state.segments.rnd, *model.keys[Purpose.SEGMENT_DRIFT], state.segments.gain,
        state.customers.handle, state.deals.handle, state.n_deals,
    )  # fmt: skip


def choose_segment(model: SalesModel, review: bool) -> None:
    """From the start week on: shares of R&D and reps; where the leader compares segments, evidence and choice."""
    state, week, start = model.state, model.week, model.setting.start_week
    if state.given_up:
        model.now.interviews = 0
        return
    watches = model.ask("watching", None, False)
    if watches and (week - start) % TRUTH_WEEKS == 0:
        state.best_segment = _really_best(model)
    if week == start:
        _share_out(model)
    if not watches:
        model.now.interviews = model.ask(
            "interviews", None, 0
        )  # heard by rep (phase `record`), not by segment
        return
    firm = state.segments
    sd, noise, lot = _look(model)
    question = ChoiceState(
        week, start, firm.mean, sd, firm.best, state.focus, state.committed, review, noise, lot
    )
    choice = model.ask("choice", question, Choice(state.focus, state.committed, ""))
    before = (state.focus, state.committed)
    if (choice.focus, choice.committed) != before:
        _choose(model, choice)
    if review or choice.focus != before[0]:
        _share_out(model)


def give_up_direction(model: SalesModel) -> None:
    """A withdrawn policy chooses no segment any more, and R&D is shared evenly again."""
    model.state.given_up = True
    model.state.segments.rnd[:] = 1 / model.setting.segments
    model.now.capacity = None


def _choose(model: SalesModel, choice: Choice) -> None:
    """Put another segment first, or commit to the one that is."""
    state, week = model.state, model.week
    if choice.focus != NOBODY and choice.focus != state.focus and state.committed:
        state.switches += 1
    if choice.committed and state.commit_week < 0:
        state.commit_week = week
    state.focus, state.committed = choice.focus, choice.committed
    name = "nothing" if choice.focus == NOBODY else model.setting.segment_names[choice.focus]
    model.note("commit" if choice.committed else "try", f"{name} first: {choice.why}")


def brier(model: SalesModel) -> float:
    """Mean squared error of the leader's chances of each segment to be the best; nan where they are not compared."""
    state = model.state
    if state.best_segment == NOBODY:
        return float("nan")
    chances: list[float] = state.segments.best.tolist()
    errors = [(chance - (s == state.best_segment)) ** 2 for s, chance in enumerate(chances)]
    return sum(errors) / len(errors)


def final_figures(model: SalesModel) -> dict[str, float]:
    """Outcomes of a finished run about the choice of a segment, by name."""
    state, never = model.state, float("nan")
    compared = state.best_segment != NOBODY
    return {
        "commit_week": float(state.commit_week) if state.commit_week >= 0 else never,
        "commit_correct": float(state.focus == state.best_segment) if compared and state.committed else never,
        "switches": float(state.switches),
    }


def _share_out(model: SalesModel) -> None:
    """Ask for shares of R&D and reps; draw territories anew where those of the reps are others than before."""
    firm, setting = model.state.segments, model.setting
    even = np.full(setting.segments, 1 / setting.segments)
    question = SharesState(setting.segment_names, model.state.focus, firm.best)
    shares = model.ask("sharing", question, Shares(even, None, 1.0))
    firm.rnd[:] = shares.rnd
    before, capacity = model.now.capacity, shares.capacity
    # a copy: the answer may be a view of the beliefs it was shown, and move with them
    model.now.capacity = None if capacity is None else np.array(capacity, np.float64)
    model.now.firmness = shares.firmness
    same = before is None if capacity is None else before is not None and np.array_equal(before, capacity)
    if not same:
        draw_territories(model, None)


def _look(model: SalesModel) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Count what last week showed, and work out what the leader believes of each segment.

    Returns standard deviations of the beliefs, and a uniform and a standard normal draw for each segment.
    """
    setting, state, now, c = model.setting, model.state, model.now, model.state.customers
    p, firm, n = setting.plain, state.segments, state.n_deals
    keep = 1.0 - 1.0 / p["evidence_memory"]
    model.note_passage("reports")
    stated = np.empty(setting.segments)
    tally(
        setting.table, model.week, setting.start_week, keep, setting.price, state.deals.row[:n], state.deals.stage[:n],
        c.segment, c.stage, c.stage_week, c.usage, c.value, state.reps.touches, firm.paid, firm.wins,
        firm.worked, firm.use, firm.users, stated,
    )  # fmt: skip
    stated *= (
        now.stated / 100 / setting.price / max(1.0, float(stated.sum()))
    )  # what reached the leader, deal by deal
    now.interviews = model.ask("interviews", None, 0)
    interview(
        now.interviews, setting.p["interview_noise"], keep, setting.first, c.segment, c.stage, c.fit,
        *model.keys[Purpose.INTERVIEW], firm.heard, firm.asked,
    )  # fmt: skip
    seen = ReadingState(
        firm.paid, firm.wins, stated, firm.worked, firm.use, firm.users, firm.heard, firm.asked,
        p["payment_slope"], p["interview_noise"], setting.value_variance,
    )  # fmt: skip
    reading = model.ask("reading", seen, setting.nothing_seen)
    beliefs: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]] = make_up_mind(
        setting.p["prior_spread"], reading.observed, reading.error, *model.keys[Purpose.FOCUS], firm.mean,
        firm.variance, firm.best,
    )  # fmt: skip
    return beliefs


def _really_best(model: SalesModel) -> int:
    setting, c = model.setting, model.state.customers
    out = np.empty(setting.segments)
    latent_margins(
        setting.table, setting.first, setting.log_median, setting.sigma, setting.cycle, setting.chances, setting.kind, c.fit,
        model.state.segments.gain, c.size, c.firm_relationship, out,
    )  # fmt: skip
    return int(out.argmax())
