"""A simulated world as the tables that an import of its export would give, without the way through files."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.crm.table import Crm, Rows

if TYPE_CHECKING:
    from simulation.facts.crm_log import CrmHistory

ORIGIN = date(2024, 1, 1)
FRIDAY = 4.0
WORDS = np.array(["open", "won", "lost", "undecided"])


def crm_of_world(history: CrmHistory) -> Crm:
    """The deals, owners and changes of owner of a world. Days count from its week 0, a Monday; deals end on Fridays."""
    import pandas as pd

    d = {name: np.asarray(column) for name, column in history.deals.items()}
    order = np.lexsort((d["row"], d["qualified"]))
    d = {name: column[order] for name, column in d.items()}
    segment = np.array(history.segments)[history.segment[order]]
    names = np.array([f"O{k}" for k in range(len(order))])
    owner, before = (_owners(d[one]) for one in ("owner", "before"))
    value = np.where(np.isfinite(d["value"]) & (d["value"] > 0), d["value"], np.nan).round(2)
    deals = pd.DataFrame(
        {
            "deal": names, "account": [f"A{int(row)}" for row in d["row"]], "segment": segment, "rep": owner, "manager": "",
            "kind": "", "product": "", "created": 7.0 * d["qualified"],
            "ended": np.where(d["outcome"] > 0, 7.0 * d["ended"] + FRIDAY, np.nan),
            "outcome": WORDS[d["outcome"].astype(np.int64)], "stage": "", "value": value,
        }
    )  # fmt: skip
    moved = d["moved"] >= 0
    moves = pd.DataFrame(
        {
            "what": "deal", "name": names[moved], "day": 7.0 * d["moved"][moved], "before": before[moved],
            "after": owner[moved],
        }
    )  # fmt: skip
    nothing: Any = pd.DataFrame({"deal": pd.array([], dtype="str"), "day": [], "certainty": []})
    accounts = deals[["account", "segment"]].drop_duplicates("account").assign(rep="", former_rep="")
    reps = pd.DataFrame({"rep": np.unique(owner[owner != ""]), "manager": "", "office": ""})
    last = 7.0 * (history.weeks - 1) + FRIDAY
    return Crm(deals, nothing, moves, accounts, reps, last, ORIGIN, 1.0, "", Rows(len(order), len(order)), [])


def _owners(codes: Any) -> Any:
    return np.array(["" if code < 0 else f"R{int(code)}" for code in codes])
