"""Reads the lead export and says what was set aside. Nothing is dropped without being counted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LAST_WEEK = 73
HORIZON = 72
"""Ages 0..71 are followed (the earliest creation is in week 2): "by week 72" is 72 weeks after creation."""
CERTAINTIES = (0, 20, 40, 80)
_STATED = ("WeekUnlikely-0", "WeekPipeline-20", "WeekBestCase-40", "WeekCommit-80")
_COLUMNS = ("Amount", "BusinessModel", "WeekCreated", "WeekClosed", "WeekLost", "WeekWon", *_STATED)


class DataError(Exception):
    """The file cannot be used; the message says why."""


@dataclass(frozen=True)
class Leads:
    """Columns of the leads whose creation week is known; all arrays have one entry (or row) a lead.

    cause: 1 won, 2 lost, 0 still open; age: weeks from creation to the end or to censoring;
    stated: (n, 4) age at which a certainty of 0, 20, 40, 80 % was entered, -1 never.
    """

    amount: Floats
    services: NDArray[np.bool_]
    known_model: NDArray[np.bool_]
    created: Ints
    age: Ints
    cause: Ints
    stated: Ints

    def __len__(self) -> int:
        return len(self.amount)

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Leads:
        """The leads of these rows, in this order (a resample may repeat some)."""
        return Leads(
            self.amount[rows], self.services[rows], self.known_model[rows], self.created[rows],
            self.age[rows], self.cause[rows], self.stated[rows],
        )  # fmt: skip


def read_leads(path: str | Path) -> tuple[Leads, dict[str, int]]:
    """Read `;`-separated leads with decimal commas; the second value counts how odd rows were treated.

    Raises DataError with one clear message.
    """
    try:
        table = pd.read_csv(path, sep=";", decimal=",")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise DataError(f"{path}: cannot be read as a `;`-separated table ({error})") from error
    missing = [name for name in _COLUMNS if name not in table.columns]
    if missing:
        raise DataError(f"{path}: columns missing: {', '.join(missing)}")
    numeric = table[[name for name in _COLUMNS if name != "BusinessModel"]]
    bad = [
        n for n in numeric.columns if not pd.api.types.is_numeric_dtype(numeric[n]) or numeric[n].isna().any()
    ]
    if bad:
        raise DataError(f"{path}: not every value is a number in: {', '.join(bad)}")
    week = {n: table[n].to_numpy(dtype=np.int64) for n in _COLUMNS if n.startswith("Week")}
    if any(((w < -1) | (w > LAST_WEEK)).any() for w in week.values()):
        raise DataError(f"{path}: weeks must lie between -1 (never) and {LAST_WEEK}")
    created, closed, lost, won = (week[f"Week{n}"] for n in ("Created", "Closed", "Lost", "Won"))
    unclear = (closed >= 0) & (lost < 0) & (won < 0)
    end = np.select([won >= 0, lost >= 0, unclear], [won, lost, closed], LAST_WEEK)
    cause = np.select([won >= 0, lost >= 0], [1, 2], 0)
    stated_week = np.column_stack([week[n] for n in _STATED])
    amount = table["Amount"].to_numpy(dtype=float)
    model = table["BusinessModel"].astype(str).to_numpy()
    known = np.isin(model, ["Products", "Systems & Services"])
    counts = {
        "rows read": len(table),
        "won": int((won >= 0).sum()),
        "lost": int((lost >= 0).sum()),
        "neither won nor lost": int((cause == 0).sum()),
        "WeekCreated = -1: no age, left out of every figure": int((created < 0).sum()),
        "... of these won": int(((created < 0) & (won >= 0)).sum()),
        "... of these lost": int(((created < 0) & (lost >= 0)).sum()),
        "both won and lost": int(((won >= 0) & (lost >= 0)).sum()),
        "closed without won or lost: censored at WeekClosed": int(unclear.sum()),
        "WeekClosed differs from WeekLost: WeekLost used": int(((lost >= 0) & (closed != lost)).sum()),
        "WeekClosed differs from WeekWon": int(((won >= 0) & (closed != won)).sum()),
        "ends before it begins": int(((created >= 0) & (end < created)).sum()),
        "certainty entered before creation": int(
            ((stated_week >= 0) & (created >= 0)[:, None] & (stated_week < created[:, None]))
            .any(axis=1)
            .sum()
        ),
        "certainty entered after the end: entry not used as a forecast": int(
            ((stated_week > end[:, None]) & (created >= 0)[:, None]).any(axis=1).sum()
        ),
        "Amount = 0: kept in curves, left out of values": int((amount == 0).sum()),
        "0 < Amount <= 1 (placeholder 1.00): kept in curves, left out of values": int(
            ((amount > 0) & (amount <= 1)).sum()
        ),
        "Amount < 0": int((amount < 0).sum()),
        "BusinessModel unknown: left out of the comparison of the two": int((~known).sum()),
        "created in week 73 (a partial week): kept": int((created == LAST_WEEK).sum()),
        "closed in the week of creation, won": int(((cause == 1) & (end == created)).sum()),
        "closed in the week of creation, lost": int(((cause == 2) & (end == created)).sum()),
    }
    keep = (created >= 0) & (end >= created)
    if not keep.any():
        raise DataError(f"{path}: no lead with a known creation week")
    stated = np.where(stated_week >= 0, stated_week - created[:, None], -1)
    leads = Leads(
        amount, model == "Systems & Services", known, created, (end - created).astype(np.int64),
        cause.astype(np.int64), stated.astype(np.int64),
    )  # fmt: skip
    counts["leads used"] = int(keep.sum())
    return leads.take(keep), counts
