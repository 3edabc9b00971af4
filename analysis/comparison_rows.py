"""A comparison as rows of plain data: what its tables and `summary.json` are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analysis.paired import Difference

if TYPE_CHECKING:
    from analysis.comparison import Comparison


def outcome_rows(answer: Comparison) -> list[dict[str, Any]]:
    """Mean, spread and interval of every outcome under every policy."""
    rows = []
    for (policy, outcome), level in answer.levels.items():
        values = answer.worlds.run(outcome, policy)
        values = values[values == values]
        sd = float(values.std(ddof=1)) if len(values) > 1 else None
        rows.append(
            {
                "policy": policy,
                "outcome": outcome,
                "mean": level.mean,
                "sd": sd,
                "ci_low": level.low,
                "ci_high": level.high,
                "n": level.n,
            }
        )
    return rows


def difference_rows(answer: Comparison, table: Mapping[tuple[str, str], Difference]) -> list[dict[str, Any]]:
    """Paired differences to the baseline, as they are and in percent."""
    return [
        {
            "policy": policy,
            "baseline": answer.panel.baseline,
            "outcome": outcome,
            "mean": d.effect.mean,
            "ci_low": d.effect.low,
            "ci_high": d.effect.high,
            "percent": d.percent.mean,
            "percent_low": d.percent.low,
            "percent_high": d.percent.high,
            "probability_better": d.probability_better,
            "pairs": d.effect.n,
            "variance_ratio": d.variance_ratio,
            "missing": d.missing,
            "undefined": d.undefined,
            "reason": d.effect.reason or d.percent.reason,
        }
        for (policy, outcome), d in table.items()
    ]


def crossover_rows(answer: Comparison) -> list[dict[str, Any]]:
    """The week from which each policy stays ahead or behind."""
    return [
        {
            "policy": policy,
            "baseline": answer.panel.baseline,
            "outcome": outcome,
            "week": c.week,
            "ci_low": c.low,
            "ci_high": c.high,
            "turn": c.turn,
            "crossings": c.crossings,
            "share": c.share,
            "reason": c.reason,
        }
        for (policy, outcome), c in answer.crossings.items()
    ]


def trough_rows(answer: Comparison) -> list[dict[str, Any]]:
    """The largest cumulative shortfall of each policy, and its week."""
    return [
        {
            "policy": policy,
            "baseline": answer.panel.baseline,
            "outcome": outcome,
            "mean": t.mean,
            "ci_low": t.low,
            "ci_high": t.high,
            "week": t.week,
            "week_low": t.week_low,
            "week_high": t.week_high,
            "at_horizon": t.at_horizon,
            "pairs": t.n,
            "reason": t.reason,
        }
        for (policy, outcome), t in answer.depths.items()
    ]
