"""Do reps and segments differ: in the odds that a deal is won, in how soon it ends, in what it is worth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from analysis.crm.estimates.group_values import values_within_products
from analysis.crm.estimates.histories import LOST, UNDECIDED, WON, Histories, codes, expected, sums
from analysis.crm.estimates.spread import (
    LEAST_ENDED,
    NAMES,
    Luck,
    Spread,
    compared,
    deviations,
    draws_of_luck,
)
from analysis.crm.finding import DRAWS, Bools, Estimate, Floats, Ints, cannot_tell, generator

if TYPE_CHECKING:
    from analysis.crm.table import Crm


@dataclass
class Differences:
    """Estimates of spreads, and the groups behind them by question ("odds", "speed", "value")."""

    estimates: list[Estimate] = field(default_factory=list)
    spreads: dict[str, Spread] = field(default_factory=dict)

    def add(self, question: str, estimate: Estimate, found: Spread | None) -> None:
        self.estimates.append(estimate)
        if found is not None:
            self.spreads[question] = found


def differences(crm: Crm, history: Histories, by: str) -> Differences:
    """Spreads between groups, `by` rep or segment. Ages are allowed for: a group with young deals is not a poor one."""
    group, names = codes(crm.deals[by])
    result = Differences()
    known = group >= 0
    part = Histories(
        history.age[known], history.cause[known], history.begun[known], history.ended[known],
        history.value[known], history.last,
    )  # fmt: skip
    result.add("odds", *_odds(part, group[known], names, by))
    if by == "segment":
        result.add("speed", *_speed(part, group[known], names, known))
    result.add("value", *values_within_products(crm.deals, group, names, by))
    return result


def _odds(history: Histories, group: Ints, names: list[str], by: str) -> tuple[Estimate, Spread | None]:
    """Log of wins against those expected, less the same of losses: to first order the score of the model, in logits."""
    name, unit, kind = f"{by}_win_odds_sd", "logits", NAMES[by]
    if not names:
        return cannot_tell(name, unit, f"the data do not say whose deals they are ({kind})"), None
    wins = history.number(WON)
    if not wins or not history.number(LOST, UNDECIDED):
        return cannot_tell(
            name, unit, f"deals of known {kind} all ended alike, so nothing compares them", wins
        ), None
    counts = _ends(history, group, len(names))
    mean, variance = log_odds(*counts)
    ended = counts[0] + counts[1]
    return compared(
        name, unit, kind, "deals that ended", mean, variance, ended, names,
        lambda use: luck_of_ends(ended[use], *(due[use] for due in counts[2:]), these=by == "segment"),
    )  # fmt: skip


def results(history: Histories, group: Ints, groups: int) -> tuple[Bools, Floats, Floats, Luck]:
    """Which groups have enough ends to be compared, (groups,); of those: log of wins against those due less the same of
    losses, its variance by chance, and their luck.
    """
    counts = _ends(history, group, groups)
    use = counts[0] + counts[1] >= LEAST_ENDED
    kept = [one[use] for one in counts]
    return use, *log_odds(*kept), luck_of_ends(kept[0] + kept[1], *kept[2:])


def _ends(history: Histories, group: Ints, groups: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Wins, losses, wins due and losses due of each group, (groups,) each."""
    won = (history.cause == WON).astype(float)
    lost = np.isin(history.cause, (LOST, UNDECIDED)).astype(float)
    due_lost = expected(history, LOST) + expected(history, UNDECIDED)
    wins, losses, due, other = (
        sums(group, one, groups) for one in (won, lost, expected(history, WON), due_lost)
    )
    return wins, losses, due, other


def luck_of_ends(ended: Floats, due_won: Floats, due_lost: Floats, *, these: bool = False) -> Luck:
    """Draws of `log_odds`, (draws, groups), of groups with so many ends that differ by a standard deviation in logits.

    Wins are binomial among the ends of a group; the same luck at every spread, so that spreads can be compared. `these`: as
    in `deviations`.
    """
    many = draws_of_luck(len(ended))
    usual = np.log((due_won + 1e-9) / (due_lost + 1e-9))

    def drawn(sd: float) -> Floats:
        rng = generator(12)
        score = usual + sd * deviations(rng, many, len(ended), these=these)
        wins = rng.binomial(ended.astype(np.int64), expit(score)).astype(np.float64)
        return log_odds(wins, ended - wins, due_won, due_lost)[0]

    return drawn


def luck_of_pace(wanted: Floats) -> Luck:
    """Draws of the log of ends over those wanted, (draws, groups), of these groups: paces differ by so many log units."""
    many = draws_of_luck(len(wanted))

    def drawn(sd: float) -> Floats:
        rng = generator(14)
        faster = np.exp(sd * deviations(rng, many, len(wanted), these=True))
        return np.asarray(np.log((rng.poisson(np.minimum(wanted * faster, 1e9)) + 0.5) / (wanted + 0.5)))

    return drawn


def log_odds(wins: Floats, losses: Floats, due_won: Floats, due_lost: Floats) -> tuple[Floats, Floats]:
    """Log of wins over those expected less that of losses, for each group, and the variance of its error, (groups,) each."""
    mean = np.log((wins + 0.5) / (due_won + 0.5)) - np.log((losses + 0.5) / (due_lost + 0.5))
    return mean, 1 / (due_won + 0.5) + 1 / (due_lost + 0.5)


def _speed(
    history: Histories, group: Ints, names: list[str], known: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[Estimate, Spread | None]:
    """Log of ends of any kind against those expected: how much sooner deals of a segment end."""
    name, unit = "segment_speed_sd", "log units"
    ended = (history.cause != 0).astype(float)
    if not names or known.mean() < 0.5 or ended.all():
        return cannot_tell(name, unit, "segments are not known of deals that are still open"), None
    due = sum(expected(history, cause) for cause in (WON, LOST, UNDECIDED))
    ends, wanted = sums(group, ended, len(names)), sums(group, np.asarray(due), len(names))
    mean = np.log((ends + 0.5) / (wanted + 0.5))
    return compared(
        name, unit, "segments", "deals that ended", mean, 1 / (wanted + 0.5), ends, names,
        lambda use: luck_of_pace(wanted[use]),
    )  # fmt: skip


def top_share(crm: Crm, part: float = 0.2) -> Estimate:
    """Share of the deals won that the best `part` of the reps won: how much hangs on few people."""
    counts = (
        crm.deals["rep"][(crm.deals["outcome"] == "won") & (crm.deals["rep"] != "")]
        .value_counts()
        .to_numpy(float)
    )
    name = "top_fifth_of_reps_share"
    if len(counts) < 5:
        return cannot_tell(name, "share", "fewer than five reps with wins", len(counts))
    best, total = max(1, round(part * len(counts))), counts.sum()
    value = float(counts[:best].sum() / total)
    drawn = generator(5).multinomial(int(total), counts / total, size=DRAWS)
    shares = np.sort(drawn, axis=1)[:, ::-1][:, :best].sum(axis=1) / total
    shares = shares - shares.mean() + value  # the best of a resample are its luckiest: drawn back by as much
    shares = np.maximum(shares, best / len(counts))  # which is what equals have
    low, high = np.quantile(shares, [0.025, 0.975])
    words = f"{best} of {len(counts)} reps with wins"
    return Estimate(name, "found", value, float(low), float(high), "share", int(total), words, "", shares)
