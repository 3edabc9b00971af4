"""Does a verdict hold in other worlds? Those whose parameters are drawn from their stated ranges, one history in each.

A share of such worlds mixes what the parameters do with luck; the share of the worlds as assumed, which luck alone moves,
stands beside it. The weakest assumption is the parameter whose rank correlation with the lead is largest (Spearman 1904).
With as many parameters as there are, the largest of them is often chance: whether it stands out is judged at a level
divided by their number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.language import listed, quoted, say, told
from analysis.paired import level_interval
from analysis.panel import Array
from analysis.units import name_in_text

if TYPE_CHECKING:
    from analysis.comparison import Comparison

LEAST = 32
"""Worlds below which neither a share nor an assumption is worth telling."""
ERROR = 0.05
MOVING = 6
"""So many parameters that go with the lead most are named, to be varied in a closer look."""


def rivals_of(answer: Comparison) -> tuple[str, ...]:
    """Whom the best policy must be ahead of elsewhere: the one hardest to tell from it, and the baseline."""
    best = answer.decision.best
    found = dict.fromkeys(p for p in (answer.decision.rival, answer.panel.baseline) if p not in (None, best))
    return tuple(str(policy) for policy in found)


def elsewhere(
    answer: Comparison, values: Mapping[str, Array], points: Array, varied: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Plain data on how the best policy does in other worlds.

    `values` has the headline outcome of the best policy and of `rivals_of` it, (worlds,), NaN where a run failed; `points`
    are those worlds in the unit cube, (worlds, parameters); `varied` the rows of the parameters in `meta`, in that order.
    """
    best, rivals = answer.decision.best, rivals_of(answer)
    info = answer.panel.outcomes[answer.decision.outcome]
    ahead = np.min([info.sign * (values[best] - values[rival]) for rival in rivals], axis=0)
    known = np.isfinite(ahead)
    share = level_interval(np.where(known, ahead + _slack(answer, values[answer.panel.baseline]) > 0, np.nan))
    weakest, moving = _weakest(_of_scale(ahead, values, best)[known], points[known], varied)
    return {
        "best": best, "against": list(rivals), "outcome": info.name, "label": info.label, "asked": len(ahead),
        "worlds": int(known.sum()),
        "holds_in": share.mean, "ci_low": share.low, "ci_high": share.high, "as_assumed": _as_assumed(answer, rivals),
        "varied": len(varied), "level": answer.decision.until is not None, "weakest": weakest, "moving": moving,
    }  # fmt: skip


def fits(found: Mapping[str, Any], answer: Comparison) -> bool:
    """Whether data of other worlds are about this verdict."""
    ours = (answer.decision.best, list(rivals_of(answer)), answer.decision.outcome)
    return (found.get("best"), found.get("against"), found.get("outcome")) == ours


def ending(found: Mapping[str, Any] | None, pair: Sequence[str] = (), outcome: str | None = None) -> str:
    """The sentence that closes every answer: what kind of knowledge it is, where else it holds, on what it hangs.

    An answer about a `pair` of policies, or an `outcome`, that is not the one tried elsewhere is told so.
    """
    if not found or found["holds_in"] is None or found["worlds"] < LEAST:
        return say("A model result, not a forecast; whether it holds under other assumptions was not tried.")
    rivals = listed([quoted(rival) for rival in found["against"]])
    label = name_in_text(told(found.get("label") or found["outcome"]))
    tried = {found["best"], *found["against"]}
    if not (
        set(pair) <= tried and (not pair or found["best"] in pair) and outcome in (None, found["outcome"])
    ):
        return say(
            "A model result, not a forecast; whether this holds under other assumptions was not tried, only whether "
            "'{best}' is ahead of {rivals} on {label}.",
            best=found["best"], rivals=rivals, label=label,
        )  # fmt: skip
    holds = (
        say("ahead of {rivals} on {label}, or behind by less than matters,", rivals=rivals, label=label)
        if found.get("level")
        else say("ahead of {rivals} on {label}", rivals=rivals, label=label)
    )
    text = say(
        "A model result, not a forecast; world by world, '{best}' is {holds} in {share:.0f} % [{low:.0f}, {high:.0f}] of "
        "{worlds} worlds drawn from the stated ranges of {varied} assumptions",
        holds=holds, best=found["best"], share=100 * found["holds_in"],
        low=100 * found["ci_low"], high=100 * found["ci_high"], worlds=found["worlds"], varied=found["varied"],
    )  # fmt: skip
    if found["as_assumed"] is not None:
        text += say(" (in {share:.0f} % of the scenario's own worlds)", share=100 * found["as_assumed"])
    weakest = found["weakest"]
    if weakest is None:
        return say("{text}.", text=text)
    if not weakest["stands_out"]:  # the largest of so many correlations: mostly chance, so it is not named
        return text + say("; no single one of them stands out as the weakest.")
    source = say("no source") if weakest["confidence"] == "assumption" else say("little evidence")
    text += say(
        "; weakest assumption: {name} ({meaning}; {source})",
        name=weakest["name"], meaning=told(weakest["description"]), source=source,
    )  # fmt: skip
    if weakest["correlation"] > 0:
        return text + say(": the lead shrinks where it is low.")
    return text + say(": the lead shrinks where it is high.")


def ending_of_sweep() -> str:
    """The same for an answer over a sweep, whose points are such worlds: where it holds is its answer."""
    return say(
        "A model result, not a forecast: it is about the ranges that vary in the sweep; all else is as the scenario assumes."
    )


def _as_assumed(answer: Comparison, rivals: Sequence[str]) -> float | None:
    """The share of the scenario's own worlds in which the best policy is ahead."""
    worlds, outcome = answer.worlds, answer.decision.outcome
    sign = worlds.outcomes[outcome].sign
    best = worlds.run(outcome, answer.decision.best)
    ahead = np.min([sign * (best - worlds.run(outcome, rival)) for rival in rivals], axis=0)
    ahead = ahead + _slack(answer, worlds.run(outcome, answer.panel.baseline))
    known = ahead[np.isfinite(ahead)]
    return float((known > 0).mean()) if len(known) else None


def _slack(answer: Comparison, base: Array) -> Array:
    """By how much the best policy may be behind in each world, for a verdict that lets be what does not matter."""
    until = answer.decision.until
    if until is None:
        return np.zeros(len(base))
    return np.full(len(base), until.matters) if until.percent is None else until.percent / 100 * np.abs(base)


def _of_scale(ahead: Array, values: Mapping[str, Array], best: str) -> Array:
    """The lead as a share of the level, so that a world with larger deals does not count more; as it is around zero."""
    level = np.abs(values[best])
    positive = level[np.isfinite(level)]
    if not len(positive) or positive.min() <= 0.01 * np.median(positive):
        return ahead
    share: Array = ahead / level
    return share


def _weakest(
    lead: Array, points: Array, varied: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, Any] | None, list[str]]:
    """The parameter that goes with the lead most, and the names of those that do; None where the lead does not vary."""
    if len(lead) < LEAST or not len(varied) or np.ptp(lead) == 0:
        return None, []
    from scipy import stats

    found = [stats.spearmanr(points[:, place], lead) for place in range(len(varied))]
    correlations = np.array([float(one.statistic) for one in found])
    order = np.argsort(-np.abs(correlations), kind="stable")
    place = int(order[0])
    row = varied[place]
    weakest = {
        "name": row["name"], "description": row["description"], "confidence": row["confidence"], "source": row["source"],
        "low": row["low"], "high": row["high"], "unit": row["unit"], "correlation": float(correlations[place]),
        "stands_out": bool(float(found[place].pvalue) < ERROR / len(varied)),
    }  # fmt: skip
    return weakest, [str(varied[place]["name"]) for place in order[:MOVING].tolist()]
