"""Rows of the report's tables as text, ready to print; the template only lays them out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from analysis.crossover import Trough, crossing_words, not_behind
from analysis.language import say, told
from analysis.paired import Difference, Estimate
from analysis.plots import forest
from analysis.reasons import action_in_words, reason_in_words
from analysis.report.words import factor, shows, side, side_in_words
from analysis.units import chance, fixed, measured, percent, plain, unit_text

if TYPE_CHECKING:
    from analysis.comparison import Comparison

WORLDS_FOR_A_VARIANCE = 30  # below, a variance is known to within a factor of about 2
Row = dict[str, Any]


def beside(answer: Comparison) -> str | None:
    """The outcome in money that stands beside the headline in the first table, as its price: the first there is."""
    others = (o for o in ("recurring_revenue", "new_arr", "gross_margin") if o != answer.decision.outcome)
    return next((o for o in others if o in answer.panel.final), None)


def policy_rows(answer: Comparison) -> list[Row]:
    """One row per policy: headline outcome, first quarter, its price in money, chances and regret, trough, crossover."""
    panel, verdict = answer.panel, answer.decision
    outcome = verdict.outcome
    info = panel.outcomes[outcome]
    marked, price = answer.shortfall_outcome, beside(answer)
    column = [answer.effects[p, outcome] for p in panel.rivals]
    effects, shares = [d.effect for d in column], [d.percent for d in column]
    starts = [answer.first_quarter[p, outcome] for p in panel.rivals if (p, outcome) in answer.first_quarter]
    as_shares = info.money and all(d.percent.low is not None for d in starts)  # one unit for the column
    rows = []
    for policy in panel.policies:
        row: Row = {
            "policy": policy,
            "best": policy == verdict.best,
            "baseline": policy == panel.baseline,
            "level": plain(answer.levels[policy, outcome].mean, info),
            "chance": chance(verdict.probability_best[policy]),
            "regret": plain(verdict.expected_regret[policy], info),
            "effect": say("baseline"),
            "beside": "",
            "share": "",
            "quarter": "",
            "trough": "",
            "crossover": "",
        }
        if policy != panel.baseline:
            effect = answer.effects[policy, outcome]
            row["effect"] = measured(effect.effect, info, column=effects)
            row["share"] = percent(effect.percent, column=shares)
            row["side"] = side(effect.effect, info.direction)
            quarter = answer.first_quarter.get((policy, outcome))
            row["quarter"] = _size(quarter, as_shares, answer, outcome) if quarter else say("n/a")
            if price is not None:
                paid = answer.effects[policy, price]
                row["beside"] = _size(paid, True, answer, price)
                row["beside_side"] = side(paid.effect, panel.outcomes[price].direction)
            if marked is not None:
                row["trough"] = trough_text(answer.depths[policy, marked], answer, marked)
                c = answer.crossings[policy, marked]
                row["crossover"] = crossing_words(c.week, c.low, c.high, c.turn, c.reason)
        rows.append(row)
    return rows


def effect_tables(answer: Comparison) -> list[Row]:
    """One table per outcome with a better side: forest-plot outcomes first, then the rest."""
    panel = answer.panel
    rest = [o for o, info in panel.outcomes.items() if info.direction and o in panel.final]
    return [_effect_table(answer, outcome) for outcome in dict.fromkeys([*forest.chosen(answer), *rest])]


def _effect_table(answer: Comparison, outcome: str) -> Row:
    panel = answer.panel
    info = panel.outcomes[outcome]
    rows = []
    column = [answer.effects[p, outcome] for p in panel.rivals]
    effects = [d.effect for d in column]
    shares = [d.percent for d in column if d.percent.low is not None]
    for policy in panel.rivals:
        effect = answer.effects[policy, outcome]
        ratio = effect.variance_ratio
        quarter = answer.first_quarter.get((policy, outcome))
        rows.append(
            {
                "policy": policy,
                "effect": (size := measured(effect.effect, info, brief=True, column=effects)),
                "share": percent(effect.percent, column=shares)
                if effect.percent.low is not None
                else say("n/a"),
                "side": (way := side(effect.effect, info.direction) if shows(size) else "none"),
                "side_words": side_in_words(way),
                "quarter": measured(quarter.effect, info, brief=True) if quarter else say("n/a"),
                "better": say("n/a")
                if effect.probability_better is None
                else f"{effect.probability_better:.2f}",
                "pairs": effect.effect.n,
                "gain": say("n/a") if ratio is None else factor(ratio),
                "reason": told(effect.effect.reason),
            }
        )
    base = answer.levels[panel.baseline, outcome].mean
    return {
        "label": info.said,
        "unit": unit_text(info),
        "base": plain(base, info),
        "description": info.meaning,
        "rows": rows,
    }


def _size(difference: Difference, is_money: bool, answer: Comparison, outcome: str) -> str:
    if is_money and difference.percent.low is not None:
        return percent(difference.percent)
    return measured(difference.effect, answer.panel.outcomes[outcome])


def trough_text(trough: Trough, answer: Comparison, outcome: str) -> str:
    """E.g. "3.3 M [3.0, 3.7] in week 41 [39, 44]"."""
    if none := not_behind(trough.mean, trough.low, trough.week):
        return none
    size = measured(
        Estimate(trough.mean, trough.low, trough.high, trough.n), answer.panel.outcomes[outcome], False
    )
    if trough.at_horizon:
        return say("{size}, still growing at the end", size=size)
    when = "" if trough.week_low is None else f" [{trough.week_low}, {trough.week_high}]"
    return say("{size} in week {week}", size=size, week=f"{trough.week}{when}")


def decision_rows(answer: Comparison) -> list[Row]:
    """The leaders' logs in short: per policy and action, how many worlds, when, the commonest reason."""
    log = answer.decisions
    if not len(log) or not {"policy", "replication", "week", "action", "why"} <= set(log.columns):
        return []
    order = {policy: i for i, policy in enumerate(answer.panel.policies)}
    rows = []
    for (policy, action), group in log.groupby(["policy", "action"], sort=True):
        weeks = sorted(int(w) for w in group["week"])
        reasons = Counter(str(why) for why in group["why"])
        common = min(reasons, key=lambda why: (-reasons[why], why))
        rows.append(
            {
                "policy": str(policy),
                "action": action_in_words(str(action)),
                "times": len(weeks),
                "worlds": int(group["replication"].nunique()),
                "weeks": f"{weeks[0]}"
                if weeks[0] == weeks[-1]
                else say("{low} to {high}", low=weeks[0], high=weeks[-1]),
                "first": weeks[0],
                "why": reason_in_words(common),
            }
        )
    return sorted(rows, key=lambda row: (order.get(row["policy"], len(order)), row["first"], row["action"]))


def pairing_gain(answer: Comparison) -> str:
    """What pairing does to the headline's differences: for how many policies it narrows them, by what factor; or ""."""
    outcome = answer.decision.outcome
    found = [d for (_, o), d in answer.effects.items() if o == outcome and d.variance_ratio is not None]
    ratios = [d.variance_ratio for d in found if d.variance_ratio is not None]
    if not ratios:
        return ""
    label = answer.panel.outcomes[outcome].said
    gained = [ratio for ratio in ratios if ratio > 1]
    text = say(
        "Pairing the worlds narrows the differences in {label} for {some} of {all} policies",
        label=label, some=len(gained), all=len(ratios),
    )  # fmt: skip
    if gained:
        low, high = fixed(min(gained), 1), fixed(max(gained), 1)
        span = low if low == high else say("{low} to {high}", low=low, high=high)
        text += say(", as much as {times} times as many independent worlds would", times=span)
    if len(gained) < len(ratios):
        text += say("; for the others it does not") if gained else ""
        text += say(" (lowest factor {factor})", factor=fixed(min(ratios), 1))
    few = min(d.effect.n for d in found)
    if few >= WORLDS_FOR_A_VARIANCE:
        return say("{text}.", text=text)
    return say("{text}. With {worlds} worlds these factors are rough.", text=text, worlds=few)
