"""A CRM's history as it was known on an earlier day: nothing of what came later is left in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.crm.estimates.chances import FEW
from analysis.crm.table import Rows
from analysis.crm.values import Bools

if TYPE_CHECKING:
    import pandas as pd

    from analysis.crm.table import Crm

NAMED = ("account", "segment", "rep", "manager", "kind", "product")
MOSTLY = 0.9
"""A column is filled in when a deal begins if such a share of others has it, of deals lost and of deals still open."""


def known_on(crm: Crm, day: float) -> Crm:
    """What an export on the evening of `day` would have held.

    Deals begun later are not there, those that ended later are open, moves and statements of later are gone. An export says
    how a deal stands at its own end: for deals open on the day values are therefore unknown, owners are those before
    any later move, and what the CRM fills in at the end only is unknown too. Which columns these are is seen from lost
    deals and from deals still open at the end; that is all that is taken from later.
    """
    deals = crm.deals[(crm.deals["created"] <= day).to_numpy()].reset_index(drop=True)
    still = (deals["outcome"] == "open").to_numpy() | (deals["ended"] > day).to_numpy()
    lost = deals[~still & (deals["outcome"] != "won").to_numpy()]
    deals["rep"] = _owners(deals, crm.moves, day)
    deals.loc[still, ["outcome", "stage"]] = ["open", ""]
    deals.loc[still, ["ended", "value"]] = np.nan
    for column in NAMED:
        if column in deals and not _filled_early(column, lost, crm.deals):
            deals.loc[still, column] = ""
    stated, moves = crm.stated, crm.moves
    accounts = crm.accounts[_among(crm.accounts["account"], deals["account"])].reset_index(drop=True)
    return replace(
        crm,
        deals=deals,
        stated=stated[(stated["day"] <= day) & _among(stated["deal"], deals["deal"])].reset_index(drop=True),
        moves=moves[(moves["day"] <= day).to_numpy(bool)].reset_index(drop=True),
        accounts=accounts.assign(rep="", former_rep=""),  # the last ones: whose they were then is not said
        reps=crm.reps[_among(crm.reps["rep"], deals["rep"])].reset_index(drop=True),
        last_day=day,
        rows=Rows(len(deals), len(deals)),
    )


def _owners(deals: pd.DataFrame, moves: pd.DataFrame, day: float) -> Any:
    """Who had each deal: the former owner where the move came later, nobody where its day is not known."""
    import pandas as pd

    mine = moves[(moves["what"] == "deal").to_numpy(bool) & ~(moves["day"] <= day).to_numpy(bool)]
    if mine.empty:
        return deals["rep"]
    before = mine["before"].where(mine["day"].notna(), "")
    then = pd.Series(before.to_numpy(), index=mine["name"].to_numpy())
    then = then[~then.index.duplicated()]
    return deals["deal"].map(then).fillna(deals["rep"]).astype("str")


def _filled_early(column: str, lost: pd.DataFrame, all_deals: pd.DataFrame) -> bool:
    last = all_deals[(all_deals["outcome"] == "open").to_numpy()]
    if len(lost) < FEW or (lost[column] != "").mean() < MOSTLY:
        return False
    return len(last) < FEW or bool((last[column] != "").mean() >= MOSTLY)


def _among(names: pd.Series[Any], known: pd.Series[Any]) -> Bools:
    return np.asarray(names.isin(known[known != ""]), dtype=np.bool_)
