"""A world as a CRM would export it: files that `calibrate` reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from simulation.facts.crm_log import CrmHistory

MONDAY = np.datetime64("2024-01-01")
"""Week 0 of every world, for want of a calendar."""
MON, FRI = 0, 4
WORDS = np.array(["open", "won", "lost", "no decision"])
LOW, HIGH = 20, 48
"""Certainties stated for a qualified deal and for a proposal (parameters stated_qualified and stated_proposal), rounded."""


def write_crm(history: CrmHistory, folder: Path) -> list[Path]:
    """opportunities.csv, accounts.csv and teams.csv.

    Deals are qualified on Mondays and end on Fridays, so that ages in whole weeks are those of the model.
    """
    from app.csv_files import write_csv

    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "opportunities": _opportunities(history),
        "accounts": _accounts(history),
        "teams": _teams(history),
    }
    return [write_csv(table, folder / f"{name}.csv") for name, table in tables.items()]


def _opportunities(history: CrmHistory) -> Any:
    import pandas as pd

    d = {name: np.asarray(column) for name, column in history.deals.items()}
    ended = np.where(d["outcome"] > 0, d["ended"], -1)
    value = np.where(np.isfinite(d["value"]), d["value"], 0.0).round(2)
    early = d["stage"] >= 0  # nan where it was over by the end of the first week
    table = pd.DataFrame(
        {
            "Opportunity ID": [f"O{k:07d}" for k in range(len(ended))], "Account": _names("A", d["row"]),
            "Owner": _owners(d["owner"]), "Former Owner": _owners(d["before"]),
            "Owner Changed Date": _dates(d["moved"], MON), "Created Date": _dates(d["qualified"], MON),
            "Closed Date": _dates(ended, FRI),
            "Outcome": WORDS[d["outcome"].astype(np.int64)], "Amount": value,
            f"Pipeline-{LOW}": _dates(np.where(early & (d["stage"] < 1), d["qualified"], -1), FRI),
            f"Commit-{HIGH}": _dates(np.where(early & (d["stage"] >= 1), d["qualified"], -1), FRI),
        }
    )  # fmt: skip
    return table.iloc[np.lexsort((d["row"], d["qualified"]))]


def _accounts(history: CrmHistory) -> Any:
    import pandas as pd

    rows, first = np.unique(history.deals["row"], return_index=True)
    names = np.array(history.segments)[history.segment[first]]
    return pd.DataFrame({"Account": _names("A", rows), "Industry": names})


def _teams(history: CrmHistory) -> Any:
    import pandas as pd

    from simulation.facts.crm_log import PERSONS

    owners = np.unique(np.concatenate((history.deals["owner"], history.deals["before"])))
    owners = owners[owners >= 0].astype(np.int64)
    return pd.DataFrame({"Owner": _owners(owners), "Manager": _names("M", history.manager[owners % PERSONS])})


def _names(letter: str, numbers: Any) -> list[str]:
    return [f"{letter}{int(n):06d}" for n in numbers]


def _owners(codes: Any) -> list[str]:
    """Seat and number of the person in it; nobody for -1."""
    from simulation.facts.crm_log import PERSONS

    return ["" if c < 0 else f"Rep {int(c) % PERSONS}.{int(c) // PERSONS}" for c in codes]


def _dates(weeks: Any, day: int) -> list[str]:
    """The day of each week as year-month-day; nothing for -1."""
    days = MONDAY + (7 * np.maximum(weeks, 0).astype(np.int64) + day).astype("timedelta64[D]")
    return ["" if week < 0 else str(when) for week, when in zip(weeks, days, strict=True)]
