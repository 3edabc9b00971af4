"""What each file is about, and how files become one table of opportunities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.crm.mapping import Mapped, absent
from analysis.crm.table import DataError
from analysis.crm.typed import DAYS, TEXTS, Typed, certainties
from analysis.crm.vocabulary import ROLES

if TYPE_CHECKING:
    import pandas as pd

_DECIDED = ("outcome", "stage", "won_on", "lost_on")
_ENDING = ("ended", "won_on", "lost_on", "outcome", "stage")
_NEEDED = {
    "accounts": {"account", "segment", "rep", "former_rep", "moved", "touched"},
    "teams": {"rep", "manager", "office"},
    "changes": {"deal", "account", "rep", "former_rep", "moved"},
    "opportunities": set(ROLES),
    "closed": set(ROLES),
}


def sort_files(mapped: list[Mapped]) -> None:
    """Gives every table its kind, and takes away roles it has no use for. Raises DataError without opportunities, or
    if nothing tells winning from losing.
    """
    for one in mapped:
        one.kind = _kind(one)
    complete = any(one.kind == "opportunities" and one.has(*_ENDING) for one in mapped)
    for one in mapped:
        # A list of accounts with an id and a date of creation looks like deals that were never decided.
        if complete and one.kind == "opportunities" and not one.has(*_ENDING) and one.has("account"):
            one.kind = "accounts"
        for role in [role for role in one.roles if one.kind and role not in _NEEDED[one.kind]]:
            one.drop(role, f"looks like {role}, of which a file of {one.kind} has no use")
    if not any(one.kind == "opportunities" for one in mapped):
        raise _no_opportunities(mapped)
    deals = [one for one in mapped if one.kind in {"opportunities", "closed"}]
    if not any(one.has(*_DECIDED) for one in deals):
        raise DataError(
            f"no column says what was won and what was lost{absent(deals, *_DECIDED)}",
            "name it: outcome=COLUMN, or won_on=COLUMN for the dates of winning",
            file=deals[0].table.file,
        )


def _kind(one: Mapped) -> str:
    if one.has("created") and one.has("deal", *_ENDING):
        return "opportunities"
    if one.has("deal") and one.has(*_ENDING):
        return "closed"
    if _lists_changes(one):
        return "changes"
    if one.has("account") and not one.has("created", "ended", "won_on", "lost_on", "outcome"):
        return "accounts"
    if one.has("account") and not one.has(*_ENDING):
        return "accounts"
    if one.has("rep") and one.has("manager", "office"):
        return "teams"
    return ""


def _lists_changes(one: Mapped) -> bool:
    """One row a change of owner: of deals, or of accounts that come more than once (a list of accounts has each once)."""
    if not all(role in one.roles for role in ("rep", "former_rep", "moved")):
        return False
    if one.has("created", "segment", *_ENDING) or not one.has("deal", "account"):
        return False
    column = one.column("account")
    return "deal" in one.roles or (column is not None and len(column.distinct()[0]) < len(one.table))


def _no_opportunities(mapped: list[Mapped]) -> DataError:
    near = max(mapped, key=lambda one: len(one.roles) if one.has(*_ENDING, "deal", "value") else -1)
    names = ", ".join(near.table.columns)[:300]
    if refused := near.refused("created"):
        return refused
    if near.has(*_ENDING, "deal", "value"):
        return DataError(
            f"no column says when opportunities began{absent([near], 'created')}",
            f"name it: created=COLUMN, one of {names}",
            file=near.table.file,
        )
    return DataError(
        "no opportunities: no column with dates of creation, outcomes or stages is known",
        f"name them: created=COLUMN, outcome=COLUMN, of {names}",
        file=near.table.file,
    )


def one_frame(parts: Sequence[Typed]) -> pd.DataFrame:
    """Tables of the same kind as one, in the order given. Certainties become columns named by a number."""
    frames = []
    for part in parts:
        frame: Any = part.frame
        for certainty, days in part.stated.items():
            frame[certainty] = days
        frames.append(frame)
    return frames[0] if len(frames) == 1 else _stacked(frames)


def add_closed(deals: pd.DataFrame, closed: pd.DataFrame, file: str) -> tuple[pd.DataFrame, int]:
    """Opportunities with what the file of closed deals says of them; its cells count where they hold something.

    Closed deals that are no opportunity are added at the end: they have no day of creation. The second value counts
    rows whose deal is named again further down (the last row counts). Raises DataError if the two have no deal in common.
    """
    import pandas as pd

    known = closed["deal"] != ""
    last = closed[known & ~closed["deal"].duplicated(keep="last")]
    place = pd.Index(last["deal"]).get_indexer(pd.Index(deals["deal"]))
    hit = (place >= 0) & (deals["deal"] != "").to_numpy()
    if not hit.any():
        raise DataError(
            "none of its deals is among the opportunities",
            f"name the column that joins the files: deal={file}:COLUMN",
            file=file,
        )
    deals = deals.copy(deep=False)
    place = np.where(hit, place, 0)
    for name in (*TEXTS[1:], *DAYS, "value", "word", *certainties(closed)):
        theirs = last[name].take(place).set_axis(deals.index)
        held = hit & _held(theirs)
        if name not in deals:
            deals[name] = np.nan
        if held.any():
            deals[name] = deals[name].where(~held, theirs)
    for flag in ("bad_date", "bad_value"):
        deals[flag] = deals[flag].to_numpy() | (hit & last[flag].to_numpy()[place])
    strangers, nameless = last[~last["deal"].isin(deals["deal"])], closed[~known]
    rest = [frame for frame in (strangers, nameless) if len(frame)]
    return (_stacked([deals, *rest]) if rest else deals), int(known.sum()) - len(last)


def _held(values: pd.Series[Any]) -> Any:
    """Which cells hold something: a text, a number that is one, a word."""
    if values.name == "word":
        return values.to_numpy() > 0
    return (values != "").to_numpy() if values.name in TEXTS else values.notna().to_numpy()


def _stacked(frames: list[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd
    from pandas.api.types import union_categoricals

    files: Any = union_categoricals([frame["file"] for frame in frames])
    whole = pd.concat([frame.drop(columns="file") for frame in frames], ignore_index=True)
    whole["file"] = files
    return whole
