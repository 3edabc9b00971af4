"""Segments of a scenario, and its sales force, from what the data name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from analysis.crm.finding import DRAWS, generator, over
from app.calibration.settings import DEFAULTS, USUAL_SIGMA, Floats, significant

if TYPE_CHECKING:
    from analysis.crm.estimates.engine import Scores
    from analysis.crm.estimates.everything import Findings
    from analysis.crm.estimates.spread import Spread
    from analysis.crm.table import Crm

MOST = 12
"""Segments beyond so many go into one called "other"."""
OTHER, LEAST = "other", 0.005
"""Segments of less than half a percent are left out."""
USUAL = {
    "manufacturing": 0.22, "retail": 0.18, "software": 0.15, "logistics": 0.12, "healthcare": 0.11, "education": 0.09,
    "finance": 0.08, "energy": 0.05,
}  # fmt: skip
USUAL_MEDIAN, MEDIANS, SIGMAS = 10_500.0, (10_500.0, 38_000.0), (1.2, 1.9)
"""Of the flagship, and what is published of contract values (Bridge Group; the evidence table)."""
WIDER = USUAL_SIGMA / 1.31
"""Spread of values among all prospects over that of deals started, in the flagship."""


@dataclass
class Part:
    """One segment as a scenario has it; `draws` by field."""

    name: str
    share: float
    median: float
    sigma: float
    fit: float = 0.0
    cycle: float = 1.0
    draws: dict[str, Floats] = field(default_factory=dict)


@dataclass
class Market:
    """The segments, and sentences on where they come from."""

    segments: list[Part]
    why: list[str]


def shares(crm: Crm) -> dict[str, float]:
    """Segments by their share of accounts where many are known, else of deals; empty if the data name fewer than two."""
    names = crm.accounts["segment"]
    if (names != "").sum() < 50 or names[names != ""].nunique() < 2:
        names = crm.deals["segment"]
    counts = names[names != ""].value_counts()
    if len(counts) < 2:
        return {}
    found = {str(name)[:80]: float(n) for name, n in counts.items() if n >= LEAST * counts.sum()}
    kept = dict(list(found.items())[: MOST if len(found) <= MOST else MOST - 1])
    if rest := sum(found.values()) - sum(kept.values()):
        kept[OTHER] = kept.get(OTHER, 0.0) + rest
    total = sum(kept.values())
    rounded = {name: max(0.0001, round(n / total, 4)) for name, n in kept.items()}
    first = next(iter(rounded))
    rounded[first] = round(rounded[first] + 1 - sum(rounded.values()), 4)
    return rounded


def market(crm: Crm, findings: Findings) -> Market:
    """The segments with their shares and deal values, and their differences as far as these were found."""
    from analysis.crm.estimates.engine import Scores

    named = shares(crm)
    scores = findings.process.scores if findings.process else Scores()
    mean, sigma, why = _values(findings, scores)
    spreads = (
        {q: findings.segments.spreads[q] for q in ("odds", "speed", "value") if _found(findings, q)}
        if named
        else {}
    )
    if not named:
        why.append("The data name no segments: those of the flagship, an assumption.")
    weights = named or USUAL
    share_of = np.array(list(weights.values()))[:, None]
    value, odds, speed = (
        _deviations(spreads.get(q), list(weights), share_of, k)
        for k, q in enumerate(("value", "odds", "speed"))
    )
    within = np.sqrt(np.maximum(sigma**2 - (share_of * value**2).sum(axis=0), 0.25 * sigma**2))
    parts = []
    for k, (name, share) in enumerate(weights.items()):
        of_all = within / scores.narrower  # reps choose, and choices narrow
        logs = mean + value[k] - scores.taste * of_all
        columns = {
            "deal_value_median": np.clip(np.exp(logs), 1e-2, 1e9), "deal_value_sigma": np.clip(of_all, 0, 3),
            "product_fit": np.clip(odds[k] / DEFAULTS["fit_weight"], -3, 3), "cycle": np.clip(np.exp(-speed[k]), 0.25, 4),
        }  # fmt: skip
        first = {key: significant(float(column[0])) for key, column in columns.items()}
        drawn = {key: column[1:] for key, column in columns.items() if np.ptp(column[1:]) > 0}
        parts.append(Part(
            name, share, first["deal_value_median"], first["deal_value_sigma"], first["product_fit"], first["cycle"], drawn,
        ))  # fmt: skip
    return Market(parts, [*why, *_told(findings, spreads)])


def _values(findings: Findings, scores: Scores) -> tuple[Floats, Floats, list[str]]:
    """Mean and spread of the log value of deals, (1 + DRAWS,) each."""
    median, sigma = findings.named("deal_value_median"), findings.named("deal_value_sigma")
    if median and sigma and median.draws is not None and sigma.draws is not None:
        mean = np.log(np.concatenate(([median.value], median.draws)))
        said = f"Deal values: found, median {median.value:,.0f} when deals begin; taken as values of a year."
        return mean, np.concatenate(([sigma.value], sigma.draws)), [said]
    lot = generator(2000).uniform(size=(2, DRAWS))
    medians = np.concatenate(([USUAL_MEDIAN], over((MEDIANS[0], MEDIANS[1]), lot[0])))
    spread = np.concatenate(([USUAL_SIGMA], SIGMAS[0] + (SIGMAS[1] - SIGMAS[0]) * lot[1]))
    said = "Deal values: the data cannot tell; those of the flagship, drawn from what is published."
    return np.log(medians) + scores.taste * spread, spread * scores.narrower, [said]


def _found(findings: Findings, question: str) -> bool:
    names = {"odds": "segment_win_odds_sd", "speed": "segment_speed_sd", "value": "segment_value_sd"}
    one = findings.named(names[question])
    return one is not None and one.finding == "found" and question in findings.segments.spreads


def _deviations(found: Spread | None, names: list[str], share: Floats, question: int) -> Floats:
    """Deviation of each segment from the mean of all customers, and its draws, (segments, 1 + DRAWS).

    Noughts where no differences were found; a segment of which too little is known is like the mean of segments.
    """
    whole = np.zeros((len(names), 1 + DRAWS))
    if found is None:
        return whole
    lot = generator(3000 + question).standard_normal((len(found.names), DRAWS))
    for k, name in enumerate(found.names):
        if name in names:
            drawn = found.pooled[k] + found.error[k] * lot[k]
            whole[names.index(name)] = np.concatenate(([found.pooled[k]], drawn))
    off: Floats = whole - (share * whole).sum(axis=0)
    return off


def _told(findings: Findings, spreads: dict[str, Spread]) -> list[str]:
    words = {"odds": "odds to win (product_fit)", "speed": "pace (cycle)", "value": "values"}
    said = []
    for question, what in words.items():
        if question in spreads:
            said.append(f"Segments differ in {what}: found.")
        else:
            name = {"odds": "segment_win_odds_sd", "speed": "segment_speed_sd", "value": "segment_value_sd"}[
                question
            ]
            one = findings.named(name)
            verdict = "not found" if one and one.finding == "not_found" else "the data cannot tell"
            said.append(f"Segments differ in {what}: {verdict}; all alike.")
    return said
