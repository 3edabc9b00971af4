"""What deals of reps and segments are worth, compared within products."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from analysis.crm.estimates.histories import codes, sums
from analysis.crm.estimates.spread import NAMES, Spread, compared, normal_luck
from analysis.crm.finding import Estimate, Floats, Ints, cannot_tell

if TYPE_CHECKING:
    import pandas as pd


def values_within_products(
    deals: pd.DataFrame, group: Ints, names: list[str], by: str
) -> tuple[Estimate, Spread | None]:
    """Log values of wins, compared within products: who sells the dearer product is not the better negotiator."""
    name, unit = f"{by}_value_sd", "log units"
    if not names:
        return cannot_tell(name, unit, f"the data name no {NAMES[by]}"), None
    use = (deals["outcome"] == "won").to_numpy() & (deals["value"] > 0).to_numpy() & (group >= 0)
    counts = sums(group[use], np.ones(int(use.sum())), len(names))
    logs = np.log(deals["value"].to_numpy(np.float64)[use])
    product, groups = product_codes(deals)[use], group[use]
    means, effect = two_way(logs, groups, product, len(names))
    left = logs - means[groups] - effect[product]
    free = max(1, len(logs) - len(names) - len(effect) + 1)
    spread_within = float((left**2).sum() / free)
    if (
        len(logs) and spread_within < 1e-12
    ):  # a list price: no chance is left that differences could be compared with
        return cannot_tell(name, unit, "values of wins do not vary within products", len(logs)), None
    variance = spread_within / np.maximum(counts, 1)
    luck = (lambda use: normal_luck(variance[use])) if by == "segment" else None
    return compared(name, unit, NAMES[by], "wins of known value", means, variance, counts, names, luck)


def product_codes(deals: pd.DataFrame) -> Ints:
    """A number for each product; spellings that differ in spaces, signs or case are one; no product is one too."""
    if "product" not in deals:
        return np.zeros(len(deals), np.int64)
    number, names = codes(deals["product"])
    plain = [re.sub(r"[\W_]+", "", name).casefold() for name in names]
    places = {name: j for j, name in enumerate(dict.fromkeys(plain), start=1)}
    return np.array([0, *(places[name] for name in plain)], np.int64)[number + 1]


def two_way(y: Floats, group: Ints, other: Ints, groups: int, rounds: int = 50) -> tuple[Floats, Floats]:
    """Least squares of y on two classifications: effects (groups,) and (others,), by turns (backfitting)."""
    many = np.maximum(sums(group, np.ones(len(y)), groups), 1)
    others = int(other.max(initial=0)) + 1
    sizes = np.maximum(sums(other, np.ones(len(y)), others), 1)
    first, second = np.zeros(groups), np.zeros(others)
    for _ in range(rounds):
        second = sums(other, y - first[group], others) / sizes
        before, first = first, sums(group, y - second[other], groups) / many
        if np.abs(first - before).max(initial=0.0) < 1e-9:
            break
    return first, second
