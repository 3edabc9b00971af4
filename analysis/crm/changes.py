"""A file of changes of owner, one row a change of a deal or of a customer: which rows count, and what comes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.crm.table import Rows

if TYPE_CHECKING:
    import pandas as pd

# What is odd -> (sentence for the user, is the row set aside). The first rule that fits sets a row aside.
RULES = {
    "empty": ("the row holds nothing", True),
    "bad_date": ("a date cannot be read", True),
    "first": ("no former owner: a first owner, and no change", True),
    "same": ("the owner before and after is the same", True),
    "stranger": ("neither its deal nor its account is among the others", True),
    "future": ("a change after the last day", True),
    "copy": ("a copy of a row further up", True),
    "no_day": ("no day of the change: kept, day unknown", False),
}


def with_changes(
    moves: pd.DataFrame,
    frame: pd.DataFrame,
    deals: pd.DataFrame,
    accounts: pd.DataFrame,
    last_day: float,
    origin: float,
) -> tuple[pd.DataFrame, Rows]:
    """The table `moves` of a `Crm` with the rows of a file of changes, and an account of these rows."""
    import pandas as pd

    more, rows = owner_changes(frame, set(deals["deal"]), set(accounts["account"]), last_day, origin)
    return pd.concat([moves, more], ignore_index=True).drop_duplicates(ignore_index=True), rows


def owner_changes(
    frame: pd.DataFrame, deals: set[str], accounts: set[str], last_day: float, origin: float
) -> tuple[pd.DataFrame, Rows]:
    """The rows of a file as a table like `moves`, and an account of them.

    A change is of its deal where that is known, else of its account: customers change hands with all that is open.
    """
    import pandas as pd

    of_deal = frame["deal"].isin(deals).to_numpy()
    day = frame["moved"].to_numpy(dtype=float)
    moves = pd.DataFrame(
        {
            "what": pd.array(["account", "deal"], dtype="str").take(of_deal.astype(int)),
            "name": frame["deal"].where(of_deal, frame["account"]).array,
            "day": day - origin,
            "before": frame["former_rep"].array,
            "after": frame["rep"].array,
        }
    )
    with np.errstate(invalid="ignore"):
        odd = {
            "empty": frame["empty"].to_numpy(),
            "bad_date": frame["bad_date"].to_numpy(),
            "first": (moves["before"] == "").to_numpy(),
            "same": (moves["before"] == moves["after"]).to_numpy(),
            "stranger": ~of_deal & ~frame["account"].isin(accounts).to_numpy(),
            "future": day > last_day,
            "no_day": np.isnan(day),
        }
    left = ~np.logical_or.reduce([here for name, here in odd.items() if RULES[name][1]])
    odd["copy"] = np.zeros(len(frame), dtype=bool)
    odd["copy"][np.flatnonzero(left)] = moves[left].duplicated().to_numpy()
    keep = left & ~odd["copy"]
    return moves[keep].reset_index(drop=True), _account(frame, odd, keep)


def _account(
    frame: pd.DataFrame, odd: dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]], keep: object
) -> Rows:
    used = np.asarray(keep, dtype=bool)
    rows = Rows(read=len(frame), used=int(used.sum()))
    left = np.ones(len(frame), dtype=bool)
    for name, (sentence, aside) in RULES.items():
        here = odd[name] & (left if aside else used)
        if aside:
            left &= ~here
        if here.any():
            (rows.set_aside if aside else rows.noted)[sentence] = int(here.sum())
            at = int(np.argmax(here))
            rows.first[sentence] = f"{frame['file'].iloc[at]}:{frame['line'].iloc[at]}"
    return rows


def kinds_of_moves(moves: pd.DataFrame, deals: pd.DataFrame) -> dict[str, int]:
    """How many changes of owner were of open deals, of deals that had ended, of customers, and on a day nobody knows."""
    import pandas as pd

    ends = pd.Series(deals["ended"].to_numpy(dtype=float), index=deals["deal"].to_numpy())
    ends = ends[~ends.index.duplicated()]
    dated = moves["day"].notna().to_numpy()
    of_deal = (moves["what"] == "deal").to_numpy() & dated
    end = ends.reindex(moves["name"]).to_numpy(dtype=float)
    with np.errstate(invalid="ignore"):
        over = of_deal & (end <= moves["day"].to_numpy(dtype=float))
    return {
        "open deals": int((of_deal & ~over).sum()),
        "deals that had ended": int(over.sum()),
        "customers": int((dated & ~of_deal).sum()),
        "an unknown day": int((~dated).sum()),
    }
