"""Histories of a CRM with known truth, from fixed seeds."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analysis.calibration.opportunity import NAMES, START
from analysis.crm.estimates.engine import Scores, curves
from analysis.crm.table import Crm, Rows

CAUSES = np.array(["open", "won", "lost", "undecided"])
LAST = 7 * 104.0


def truth(**changes: float) -> np.ndarray:
    """A row of the model's opportunity."""
    values = {**START, **changes}
    return np.array([values[name] for name in NAMES])


def endings(
    incidence: np.ndarray, rng: np.random.Generator, column: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Age and cause of each deal drawn from curves (3, k, weeks), deal i from curve `column[i]`."""
    chance = np.diff(incidence, prepend=0.0, axis=2).transpose(1, 0, 2).reshape(incidence.shape[1], -1)
    heaps = np.cumsum(chance, axis=1)
    u = rng.uniform(size=len(column))
    place = np.empty(len(column), np.int64)
    for k in np.unique(column):
        here = column == k
        place[here] = np.searchsorted(heaps[k], u[here])
    weeks = incidence.shape[2]
    over = place >= chance.shape[1]
    return np.where(over, 10_000, place % weeks), np.where(over, 0, place // weeks + 1)


def constant(
    won: np.ndarray | float, lost: np.ndarray | float, n: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Age and cause of deals with constant weekly chances."""
    both = np.broadcast_to(np.asarray(won) + lost, n)
    age = rng.geometric(both) - 1
    return age, np.where(rng.uniform(size=n) < won / both, 1, 2)


def crm(
    age: np.ndarray, cause: np.ndarray, rng: np.random.Generator, last: float = LAST, **columns: Any
) -> Crm:
    """A CRM of these endings, begun evenly over two years; what ends after the last day is open."""
    n = len(age)
    begun = columns.pop("created", np.sort(rng.uniform(0, last, n)))
    ended = begun + 7 * age + rng.uniform(0, 7, n)
    late = ended > last
    cause, ended = np.where(late, 0, cause), np.where(late | (cause == 0), np.nan, ended)
    texts = {
        name: columns.pop(name, [""] * n)
        for name in ("account", "segment", "rep", "manager", "kind", "product")
    }
    deals = pd.DataFrame(
        {
            "deal": [f"d{k}" for k in range(n)], **texts, "created": begun, "ended": ended,
            "outcome": CAUSES[cause], "stage": "", "value": columns.pop("value", np.full(n, np.nan)),
        }
    )  # fmt: skip
    empty = pd.DataFrame({"deal": pd.array([], dtype="str"), "day": [], "certainty": []})
    moves = pd.DataFrame({"what": [], "name": [], "day": [], "before": [], "after": []})
    reps = deals[["rep", "manager"]].drop_duplicates("rep").assign(office="")
    accounts = deals[["account", "segment"]].drop_duplicates().assign(rep="", former_rep="")
    return Crm(
        deals, columns.pop("stated", empty), columns.pop("moves", moves), accounts[accounts["account"] != ""],
        reps[reps["rep"] != ""], last, columns.pop("origin", date(2024, 1, 1)), 1.0, "EUR", Rows(n, n), [],
    )  # fmt: skip


def of_model(
    many: int, seed: int, shift: np.ndarray | None = None, scores: Scores | None = None, **changes: float
) -> tuple[np.ndarray, np.ndarray]:
    """Age and cause of so many deals of the model; `shift` (many,) moves their scores."""
    rng = np.random.default_rng(seed)
    at = np.zeros(1) if shift is None else np.linspace(-4, 4, 81)
    rows = np.tile(truth(**changes), (len(at), 1))
    rows[:, NAMES.index("shift")] = at
    column = (
        np.zeros(many, np.int64)
        if shift is None
        else np.clip(np.rint((shift + 4) * 10), 0, 80).astype(np.int64)
    )
    return endings(curves(rows, scores or Scores(), 104)[0], rng, column)
