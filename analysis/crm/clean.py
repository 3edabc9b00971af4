"""Every rule by which a row is kept or set aside, in one table, and the clean tables that come out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.crm.dates import LONGEST
from analysis.crm.outcomes import OPEN, WON, Standing
from analysis.crm.table import OUTCOMES, Rows
from analysis.crm.typed import certainties
from analysis.crm.values import Bools

if TYPE_CHECKING:
    import pandas as pd

# What is odd -> (sentence for the user, is the row set aside). The first rule that fits sets a row aside.
RULES = {
    "empty": ("the row holds nothing", True),
    "bad_date": ("a date cannot be read", True),
    "no_start": ("no day of creation", True),
    "future": ("created after the last day", True),
    "old": ("created more than 40 years before the last day", True),
    "both": ("a day of winning and a day of losing", True),
    "no_end": ("won, lost or given up, but no day of the end", True),
    "negative": ("ended before it was created", True),
    "copy": ("a copy of a row further down", True),
    "again": ("the deal comes again further down with other contents: the last row counts", True),
    "bad_value": ("the value cannot be read: kept, value unknown", False),
    "no_value": ("won without a value: kept, value unknown", False),
    "not_positive": ("a value of zero or less: kept, value unknown", False),
    "silent": ("closed, neither won nor lost: kept as undecided", False),
    "wordless": ("no outcome is written: kept as open", False),
    "expected": ("open with a day of closing: kept as open, the day is an expectation", False),
    "late": ("ended after the last day: kept as open until then", False),
    "nameless": ("the deal has no number: it is called after its row", False),
    "no_account": ("the account is not in the file of accounts: kept", False),
    "no_rep": ("the rep is not in the file of teams: kept", False),
    "twice_closed": ("the file of closed deals has the deal more than once: the last row counts", False),
    "stated_late": ("a certainty was entered after the end or the last day: not used as a forecast", False),
    "stated_early": ("a certainty was entered before the creation: kept", False),
}


@dataclass
class Sorted:
    """`keep`: rows that are used. `odd`: what was odd -> which rows; `extra`: counts that belong to no row."""

    keep: Bools
    odd: dict[str, Bools]
    extra: dict[str, int] = field(default_factory=dict)

    def account(self, deals: pd.DataFrame, outcome: Any) -> Rows:
        """What became of the rows. `outcome`: place in OUTCOMES, -1 where the row says none."""
        rows = Rows(read=len(deals), used=int(self.keep.sum()))
        left = np.ones(len(deals), dtype=bool)
        for name, (sentence, aside) in RULES.items():
            here = self.odd.get(name)
            count = self.extra.get(name, 0)
            if here is not None:
                here = here & (left if aside else self.keep)
                left &= ~here | (not aside)
                count += int(here.sum())
            if count:
                (rows.set_aside if aside else rows.noted)[sentence] = count
                if here is not None and here.any():
                    at = int(np.argmax(here))
                    rows.first[sentence] = f"{deals['file'].iloc[at]}:{deals['line'].iloc[at]}"
        rows.outcomes = {name: int((outcome == code).sum()) for code, name in enumerate(OUTCOMES)}
        return rows


def sort_rows(deals: pd.DataFrame, stands: Standing, last_day: float, now: float) -> Sorted:
    """Which rows are used. `now`: days after it lie in the future."""
    created = deals["created"].to_numpy(dtype=float)
    value = deals["value"].to_numpy(dtype=float)
    odd = {"empty": deals["empty"].to_numpy(), "bad_date": deals["bad_date"].to_numpy()}
    odd["bad_value"] = deals["bad_value"].to_numpy()
    with np.errstate(invalid="ignore"):
        odd["no_start"] = np.isnan(created)
        odd["future"] = created > min(last_day, now)
        odd["old"] = created < min(last_day, now) - LONGEST
        odd["both"] = stands.both
        odd["late"] = stands.open_after(min(last_day, now))
        over = stands.outcome != OPEN
        odd["no_end"] = over & np.isnan(stands.ended)
        odd["negative"] = over & (stands.ended < created)
        odd["no_value"] = (stands.outcome == WON) & np.isnan(value) & ~odd["bad_value"]
        odd["not_positive"] = value <= 0
    odd["silent"], odd["wordless"], odd["expected"] = stands.silent, stands.wordless, stands.expected
    odd["nameless"] = (deals["deal"] == "").to_numpy()
    keep = ~np.logical_or.reduce([rows for name, rows in odd.items() if RULES[name][1]])
    odd["copy"], odd["again"] = _repeated(deals, keep)
    return Sorted(keep & ~odd["copy"] & ~odd["again"], odd)


def _repeated(deals: pd.DataFrame, keep: Bools) -> tuple[Bools, Bools]:
    """Rows whose deal comes again further down, among those kept so far: with the same contents, with others."""
    import pandas as pd

    copy, again = np.zeros(len(deals), dtype=bool), np.zeros(len(deals), dtype=bool)
    named = np.flatnonzero(keep & (deals["deal"] != "").to_numpy())
    names = deals["deal"].iloc[named]
    several = named[names.duplicated(keep=False).to_numpy()]
    if not several.size:
        return copy, again
    part = deals.iloc[several].drop(columns=["line", "file"]).reset_index(drop=True)
    contents = pd.util.hash_pandas_object(part, index=False).to_numpy()
    last = ~part["deal"].duplicated(keep="last")
    of_last = part["deal"].map(pd.Series(contents[last.to_numpy()], index=part["deal"][last]))
    same = contents == of_last.to_numpy()
    earlier = ~last.to_numpy()
    copy[several[earlier & same]] = True
    again[several[earlier & ~same]] = True
    return copy, again


def clean_deals(deals: pd.DataFrame, stands: Standing, keep: Bools, origin: float) -> pd.DataFrame:
    """The table `deals` of a `Crm`."""
    import pandas as pd

    kept = deals[keep]
    value = kept["value"].to_numpy(dtype=float)
    with np.errstate(invalid="ignore"):
        value = np.where(value > 0, value, np.nan)
    names = pd.array(OUTCOMES, dtype="str")
    texts: dict[str, Any] = {
        name: kept[name].array for name in ("deal", "account", "segment", "rep", "manager", "kind", "product")
    }
    return pd.DataFrame(
        {
            **texts, "created": kept["created"].to_numpy(dtype=float) - origin, "ended": stands.ended[keep] - origin,
            "outcome": names.take(stands.outcome[keep]), "stage": kept["stage"].array, "value": value,
        }
    )  # fmt: skip


def clean_stated(
    deals: pd.DataFrame, stands: Standing, rows: Sorted, last_day: float, origin: float
) -> pd.DataFrame:
    """The table `stated` of a `Crm`; what was odd with it is added to `rows`."""
    import pandas as pd

    columns = certainties(deals)
    created = deals["created"].to_numpy(dtype=float)
    end = np.where(np.isnan(stands.ended), last_day, stands.ended)
    late, early = np.zeros(len(deals), dtype=bool), np.zeros(len(deals), dtype=bool)
    pieces = []
    for certainty in columns:
        day = deals[certainty].to_numpy(dtype=float)
        with np.errstate(invalid="ignore"):
            late |= day > end
            early |= day < created
            here = np.flatnonzero(rows.keep & (day <= end))
        pieces.append(
            pd.DataFrame(
                {
                    "deal": deals["deal"].array.take(here),
                    "day": day[here] - origin,
                    "certainty": float(certainty),
                }
            )
        )
    rows.odd["stated_late"], rows.odd["stated_early"] = late, early
    if not pieces:
        return pd.DataFrame({"deal": pd.array([], dtype="str"), "day": [], "certainty": []}).astype(
            {"day": float, "certainty": float}
        )
    return (
        pd.concat(pieces, ignore_index=True)
        .sort_values(["deal", "day", "certainty"], kind="stable")
        .reset_index(drop=True)
    )


def outcomes_read(stands: Standing, empty: Bools) -> Any:
    """The outcome each row says, -1 for none; to be taken before deals that end later are opened again."""
    return np.where(stands.both | empty, -1, stands.outcome)
