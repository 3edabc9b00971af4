"""One table with roles as one table with types: names, days, money, and what a word says of the outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.crm.currencies import currency_of
from analysis.crm.date_forms import orders
from analysis.crm.dates import read_days
from analysis.crm.mapping import Mapped
from analysis.crm.money import ONE_CURRENCY, read_money
from analysis.crm.overrides import Overrides
from analysis.crm.raw import Column
from analysis.crm.table import DataError
from analysis.crm.values import Distinct
from analysis.crm.vocabulary import DATES, certainty_of, kind_of, outcome_of

if TYPE_CHECKING:
    import pandas as pd

TEXTS = ("deal", "account", "segment", "rep", "former_rep", "manager", "office", "kind", "product", "stage")
DAYS = tuple(role for role in DATES if role != "stated")
MOST_TOLD = 8
"""Words that a refusal names."""
WORDS = ("", "won", "lost", "undecided", "open", "not won", "closed", "unknown")
"""What the outcome or stage of a row says, by code; "unknown" is a stage whose name is not known."""
ENDS = ("created", "ended", "won_on", "lost_on")  # days without which a row cannot be used


@dataclass
class Typed:
    """`frame`: TEXTS (str, "" unknown), DAYS (float, nan unknown), value, word (code in WORDS), line, file, and the flags
    bad_date, bad_value, empty. `stated`: certainty -> days. `counted`: days from a start nobody knows. `unknown`: the first
    row of each unknown stage, as the refusal it would be.
    """

    frame: pd.DataFrame
    stated: dict[float, Any]
    has: set[str]
    counted: bool | None
    unit: float
    currency: str
    unknown: dict[str, DataError] = field(default_factory=dict)


def certainties(frame: pd.DataFrame) -> list[Any]:
    """The columns of a frame that hold the days on which a certainty was entered; their names are numbers."""
    names: list[Any] = list(frame.columns)
    return [name for name in names if not isinstance(name, str)]


def typed(one: Mapped, overrides: Overrides, order: str | None) -> Typed:
    """The typed rows of a table of opportunities, closed deals or accounts. Raises DataError."""
    import pandas as pd

    count = len(one.table)
    data: dict[str, Any] = {}
    for role in TEXTS:
        column = one.column(role)
        data[role] = _text(column, role) if column else pd.Series([""], dtype="str").repeat(count).array
    days, bad, counted, unit, stated = _days(one, overrides, order)
    value, bad_value, currency = _value(one, overrides)
    word, unknown = _words(one, overrides.words)
    frame = pd.DataFrame(
        {
            **data, **days, "value": value, "word": word, "bad_date": bad, "bad_value": bad_value,
            "empty": one.table.empty_rows(), "line": one.table.lines,
            "file": pd.Categorical([one.table.file]).repeat(count),
        }
    )  # fmt: skip
    return Typed(frame, stated, set(one.roles), counted, unit, currency, unknown)


def _text(column: Column, role: str) -> Any:
    import pandas as pd
    import pyarrow.compute as pc

    column.check_formulas()
    trimmed = pc.utf8_trim_whitespace(column.values)
    if role == "kind":
        encoded = trimmed.dictionary_encode()
        kinds = pd.array([kind_of(text) for text in encoded.dictionary.to_pylist()], dtype="str")
        return kinds.take(encoded.indices.to_numpy(zero_copy_only=False))
    return pd.array(trimmed, dtype="str")


def _days(one: Mapped, overrides: Overrides, order: str | None) -> tuple[Any, Any, Any, float, Any]:
    """Days of all columns of dates; they decide together what is day and what is month."""
    named = {role: one.table.column(one.roles[role]) for role in DAYS if role in one.roles}
    entered = [one.table.column(name) for name in one.stated]
    others = set() if order else set().union(*(orders(column) for column in [*named.values(), *entered]))
    counted: bool | None = None
    unit, bad = 1.0, np.zeros(len(one.table), dtype=bool)
    days: dict[str, Any] = {role: np.full(len(one.table), np.nan) for role in DAYS}
    stated: dict[float, Any] = {}
    needed = ("moved",) if one.kind == "changes" else ENDS
    for role, column in [*named.items(), *(("stated", column) for column in entered)]:
        found = read_days(column, order, others, overrides.numbers)
        one.remark(column.name, found.why)
        if found.why != "empty":
            if counted is not None and counted != found.counted:
                raise column.error(
                    "numbers of weeks or days here, but dates in other columns", "use one kind"
                )
            counted = found.counted
            unit = max(unit, found.unit if role in ENDS else 1.0)
        if role in needed:
            bad |= found.unreadable
        if role == "stated":
            level = certainty_of(column.name) or 0.0  # two columns of one certainty: the earlier day
            stated[level] = np.fmin(stated.get(level, np.nan), found.days)
        else:
            days[role] = found.days
    return days, bad, counted, unit, stated


def _value(one: Mapped, overrides: Overrides) -> tuple[Any, Any, str]:
    count = len(one.table)
    codes: list[str] = [overrides.currency.upper()] if overrides.currency else []
    if column := one.column("currency"):
        found = Distinct.of(column)
        for place in np.flatnonzero(found.holds):
            code = currency_of(found.text[int(place)].as_py())
            if codes and code != codes[0]:
                at = found.row_of(int(place))
                raise column.error(f"{code} here, {codes[0]} elsewhere", ONE_CURRENCY, at=at)
            codes = [code]
    column = one.column("value")
    if column is None:
        return np.full(count, np.nan), np.zeros(count, dtype=bool), ""
    money = read_money(column, overrides.decimal, codes[0] if codes else "")
    one.remark(column.name, money.why)
    if money.currency and codes and money.currency != codes[0]:
        raise column.error(f"amounts in {money.currency}, but the currency is said to be {codes[0]}")
    return money.amounts, money.unreadable, money.currency or (codes[0] if codes else "")


def no_outcomes(words: Sequence[str]) -> tuple[str, str]:
    """Message and hint on words that say nothing that is known of how deals ended: all of them at once."""
    shown = [word[:40] for word in words[:MOST_TOLD]]
    if len(words) == 1:
        message = f"'{shown[0]}' is no outcome that is known"
    else:
        rest = f" and {len(words) - len(shown)} more" if len(words) > len(shown) else ""
        quoted = ", ".join(f"'{word}'" for word in shown)
        message = f"{len(words)} words are no outcomes that are known: {quoted}{rest}"
    means = f"{shown[0]}: won" + (", ..." if len(words) > 1 else "")
    return (
        message,
        f"say in a file for --mapping what each means: words: {{{means}}}, or lost, undecided, open",
    )


def _words(one: Mapped, words: Mapping[str, str]) -> tuple[Any, dict[str, DataError]]:
    """What outcome and stage say. A word of the outcome that nobody knows is refused, one of the stage kept for later."""
    code = np.zeros(len(one.table), dtype=np.int8)
    unknown: dict[str, DataError] = {}
    for role in ("stage", "outcome"):  # the outcome has the last word
        column = one.column(role)
        if column is None:
            continue
        column.check_formulas()
        found = Distinct.of(column)
        means = np.zeros(len(found.holds), dtype=np.int8)
        strange: dict[str, int] = {}
        for place in np.flatnonzero(found.holds):
            text = found.text[int(place)].as_py()
            outcome = outcome_of(text, words)
            if not outcome:
                strange[text] = found.row_of(int(place))
            means[place] = WORDS.index(outcome or "unknown")
        if role == "outcome" and strange:
            first = min(strange, key=lambda text: strange[text])
            raise column.error(
                *no_outcomes(sorted(strange, key=lambda text: strange[text])), at=strange[first]
            )
        unknown |= {text: column.error(*no_outcomes([text]), at=at) for text, at in strange.items()}
        told = found.rows(means)
        code = np.where(told > 0, told, code).astype(np.int8)
    return code, unknown
