"""Accounts, reps and changes of owner: from files of their own where there are any, else from the opportunities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def moves(frames: Sequence[tuple[str, pd.DataFrame]], last_day: float, origin: float) -> pd.DataFrame:
    """Changes of owner: (what, table with former_rep, rep, moved). A rep of "" is nobody, as in the public pool."""
    import pandas as pd

    pieces = []
    for what, frame in frames:
        before, after = frame["former_rep"], frame["rep"]
        day = frame["moved"].to_numpy(dtype=float)
        day = np.where(day > last_day, np.nan, day)  # a planned move is no move yet, but who had it is known
        changed = (before != "") & (before != after) & (frame[what] != "")
        here = np.flatnonzero(changed.to_numpy())
        pieces.append(
            pd.DataFrame(
                {
                    "what": pd.array([what], dtype="str").repeat(len(here)), "name": frame[what].array.take(here),
                    "day": day[here] - origin, "before": before.array.take(here), "after": after.array.take(here),
                }
            )
        )  # fmt: skip
    return pd.concat(pieces, ignore_index=True)


def accounts(files: Sequence[pd.DataFrame], deals: pd.DataFrame) -> pd.DataFrame:
    """One row an account, those of the files first (the last row of an account counts), then those that only deals name."""
    import pandas as pd

    columns = ["account", "segment", "rep", "former_rep"]
    pieces = [frame.loc[frame["account"] != "", columns] for frame in files]
    extra = _once(deals, "account", ["segment"]).assign(rep="", former_rep="")
    if pieces:
        told = pd.concat(pieces).drop_duplicates("account", keep="last")
        extra = pd.concat([told, extra[~extra["account"].isin(told["account"])]])
    return extra[columns].reset_index(drop=True).astype("str")


def reps(files: Sequence[pd.DataFrame], deals: pd.DataFrame) -> pd.DataFrame:
    """One row a rep, those of the files first, then those that only deals name, with what deals say of them."""
    import pandas as pd

    columns = ["rep", "manager", "office"]
    pieces: list[Any] = [frame.loc[frame["rep"] != "", columns] for frame in files]
    told: pd.DataFrame = pd.concat([*pieces, _once(deals, "rep", ["manager", "office"])])
    return told.drop_duplicates("rep").reset_index(drop=True).astype("str")


def _once(deals: pd.DataFrame, key: str, others: list[str]) -> pd.DataFrame:
    """Each name of a column once, in order of appearance, with the first text that deals have beside it in the others."""
    named = deals.loc[deals[key] != "", [key, *others]].drop_duplicates()
    result = named[[key]].drop_duplicates()
    for other in others:
        first = named[named[other] != ""].drop_duplicates(key).set_index(key)[other]
        result[other] = looked_up(result[key], first)
    return result


def looked_up(names: pd.Series[Any], by_name: pd.Series[Any]) -> Any:
    """The text of each name, "" for one that is not there."""
    import pandas as pd

    place = by_name.index.get_indexer(pd.Index(names))  # -1, the last, where there is none
    return pd.concat([by_name, pd.Series([""], dtype="str")]).astype("str").array.take(place)


def known(names: pd.Series[Any], listed: Sequence[pd.DataFrame], column: str) -> Any:
    """Which names are empty, or in one of the files."""
    found = (names == "").to_numpy()
    for frame in listed:
        found = found | names.isin(frame[column]).to_numpy()
    return found
