"""From the files of a CRM to its clean history."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from analysis.crm import people
from analysis.crm.cell_errors import say_errors
from analysis.crm.changes import with_changes
from analysis.crm.clean import RULES, Sorted, clean_deals, clean_stated, outcomes_read, sort_rows
from analysis.crm.dates import ORDERS
from analysis.crm.files import read_files
from analysis.crm.join import add_closed, one_frame, sort_files
from analysis.crm.mapping import Mapped, absent, map_tables
from analysis.crm.money import ONE_CURRENCY
from analysis.crm.outcomes import Standing, standing
from analysis.crm.overrides import read_overrides
from analysis.crm.spelling import near_names
from analysis.crm.table import Crm, DataError, Rows
from analysis.crm.typed import Typed, certainties, typed

_EPOCH = date(1970, 1, 1)


def read_crm(
    paths: Sequence[str | os.PathLike[str]],
    *,
    mapping: Mapping[str, Any] | str | os.PathLike[str] | None = None,
    encoding: str | None = None,
    dates: str | None = None,
    today: date | None = None,
) -> Crm:
    """Read exports: opportunities, and in files of their own, if there are any, closed deals, accounts, teams and changes
    of owner.

    `mapping`: roles and columns (see `read_overrides`), or a YAML file of them. `encoding`: of text files that are not
    UTF-8. `dates`: dmy, mdy or ymd where the files do not say. `today`: the last day; without it, the latest day of any
    event. A day after `today` (after the clock's, without it) is in the future; one of a year after the latest event is
    refused. Raises DataError; nothing is written.
    """
    if dates is not None and dates not in ORDERS:
        raise DataError(f"dates are {', '.join(ORDERS)}, not '{dates}'")
    overrides = read_overrides(mapping)
    mapped = map_tables(read_files(paths, encoding), overrides)
    sort_files(mapped)
    say_errors(mapped)
    kinds: dict[str, list[Typed]] = {
        name: [] for name in ("opportunities", "closed", "accounts", "teams", "changes")
    }
    for one in mapped:
        if one.kind:
            kinds[one.kind].append(typed(one, overrides, dates))
    understood = [line for one in mapped for line in one.understood()]
    spellings = _spellings(mapped)
    main = [*kinds["opportunities"], *kinds["closed"]]
    counted = _one_kind(mapped, main, [*kinds["accounts"], *kinds["changes"]], today)
    currency = _one_currency(kinds)
    endless = absent(mapped, "ended", "won_on", "lost_on")
    del mapped  # the text is no longer needed, and is most of the memory

    deals = one_frame(kinds["opportunities"])
    twice = 0
    for part in kinds["closed"]:
        file = str(part.frame["file"].iloc[0])
        deals, again = add_closed(deals, one_frame([part]), file)
        twice += again
    listed = [one_frame([part]) for part in kinds["accounts"]]
    changed = one_frame(kinds["changes"]) if kinds["changes"] else None
    teams = [part.frame for part in kinds["teams"]]
    now = float("inf") if counted else float(((today or date.today()) - _EPOCH).days)
    stands = standing(
        deals, set().union(*(part.has for part in main)), _unknown(main), now if today else min(now, _EVER)
    )
    said = outcomes_read(stands, deals["empty"].to_numpy())
    latest = _latest(deals, stands, [*listed, *([] if changed is None else [changed])], now)
    last_day = now if today else latest
    rows = sort_rows(deals, stands, last_day, now)
    _ends_known(rows.account(deals, said), endless)
    if not rows.keep.any():
        raise _nothing_left(rows.account(deals, said), today)
    _mostly_used(rows.account(deals, said))
    _at_hand(latest, today, str(deals["file"].iloc[0]))
    _name(deals, rows)
    rows.extra["twice_closed"] = twice
    _fill(deals, listed, teams, rows)
    origin = 0.0 if counted else float(np.min(deals["created"].to_numpy()[rows.keep]))
    stated = clean_stated(deals, stands, rows, last_day, origin)
    account = rows.account(deals, said)
    for sentence, (count, first) in spellings.items():
        account.noted[sentence], account.first[sentence] = count, first
    kept = deals[rows.keep]
    customers = people.accounts(listed, kept)
    changes = None
    moves = people.moves([("deal", kept), *(("account", frame) for frame in listed)], last_day, origin)
    if changed is not None:
        moves, changes = with_changes(moves, changed, kept, customers, last_day, origin)
    return Crm(
        deals=clean_deals(deals, stands, rows.keep, origin),
        stated=stated,
        moves=moves,
        accounts=customers,
        reps=people.reps(teams, kept),
        last_day=last_day - origin,
        origin=None if counted else _EPOCH + timedelta(days=int(origin)),
        unit_days=max(part.unit for part in main),
        currency=currency,
        rows=account,
        understood=understood,
        changes=changes,
        latest=latest - origin if today else None,
    )


_EVER = 84_000.0  # 2199
FEW_ENDS = 20
LONG_AGO = 366
"""Days after which an export that ended then cannot be said to be of today."""


def _unknown(parts: Sequence[Typed]) -> dict[str, DataError]:
    return {stage: refusal for part in parts for stage, refusal in part.unknown.items()}


def _one_kind(
    mapped: Sequence[Mapped], parts: Sequence[Typed], others: Sequence[Typed], today: date | None
) -> bool:
    """Do the files count from a start nobody knows? Raises DataError if some do and some do not."""
    kinds = {part.counted for part in parts} - {None}
    counted = kinds == {True}
    for part in (*parts, *others):
        if kinds and part.counted not in {None, counted}:
            raise DataError(
                "some files count weeks or days, others have dates",
                "use files of one kind",
                file=str(part.frame["file"].iloc[0]),
            )
    if counted and today:
        raise DataError(
            "the file counts weeks or days from a start nobody knows: a date of today cannot be placed",
            "leave it out",
            file=str(parts[0].frame["file"].iloc[0]),
        )
    if not kinds:
        one = next(one for one in mapped if one.kind == "opportunities")
        raise one.table.column(one.roles["created"]).error(
            "no row has a day of creation", "name another column: created=COLUMN"
        )
    return counted


def _one_currency(kinds: Mapping[str, Sequence[Typed]]) -> str:
    codes: dict[str, str] = {}
    for part in (*kinds["opportunities"], *kinds["closed"]):
        if part.currency:
            codes.setdefault(part.currency, str(part.frame["file"].iloc[0]))
    if len(codes) > 1:
        (one, first), (other, second) = list(codes.items())[:2]
        raise DataError(
            f"amounts in {other}, but those of {first} are in {one}",
            ONE_CURRENCY,
            file=second,
        )
    return next(iter(codes), "")


def _latest(deals: Any, stands: Standing, listed: Sequence[Any], now: float) -> float:
    """The latest day on which anything happened, not after `now`. A day of closing of an open deal is an expectation."""
    columns = [
        deals["created"],
        stands.ended,
        *(deals[name] for name in ("moved", "touched", *certainties(deals))),
    ]
    columns += [frame[name] for frame in listed for name in ("moved", "touched")]
    days = [np.asarray(column, dtype=float) for column in columns]
    past = [day[day <= now] for day in days]  # nan compares as false
    return max((float(day.max()) for day in past if day.size), default=0.0)


def _name(deals: Any, rows: Sorted) -> None:
    """Deals without a number are called after file and row, which no other row shares."""
    nameless = rows.odd["nameless"]
    if nameless.any():
        called = deals["file"].astype("str") + ":" + deals["line"].astype("str")
        deals["deal"] = deals["deal"].where(~nameless, called)


def _fill(deals: Any, listed: Sequence[Any], teams: Sequence[Any], rows: Sorted) -> None:
    """What opportunities do not say of their account and their rep, the files of accounts and teams do."""
    for frames, key, column, odd in (
        (listed, "account", "segment", "no_account"),
        (teams, "rep", "manager", "no_rep"),
    ):
        if not frames:
            continue
        for frame in frames:
            by_key = frame[frame[key] != ""].drop_duplicates(key, keep="last").set_index(key)[column]
            found = people.looked_up(deals[key], by_key)
            deals[column] = deals[column].where(deals[column] != "", found)
        rows.odd[odd] = ~people.known(deals[key], frames, key)


def _spellings(mapped: Sequence[Mapped]) -> dict[str, tuple[int, str]]:
    """For each role: pairs of names, over all files, that may mean the same; their number and the first."""
    found = {}
    for role in ("account", "segment", "rep", "manager", "office", "product"):
        names: set[str] = set()
        for one in mapped:
            place = one.roles.get(role)
            if place is not None:
                names.update(name.strip() for name in one.table.column(place).distinct()[0].to_pylist())
        if pairs := near_names(names):
            first, other = pairs[0]
            found[f"names of {role} that may mean the same: left as they are"] = (
                len(pairs),
                f"'{first}' and '{other}'",
            )
    return found


def _ends_known(rows: Rows, absent: str) -> None:
    """Without the day on which deals ended only the open ones are left, and all that is said of them would be wrong."""
    sentence = RULES["no_end"][0]
    lost = rows.set_aside.get(sentence, 0)
    ended = sum(count for outcome, count in rows.outcomes.items() if outcome != "open")
    if lost < FEW_ENDS or lost <= ended / 2:
        return
    file, _, row = rows.first[sentence].rpartition(":")
    raise DataError(
        f"{lost:,} of {ended:,} deals that ended do not say on which day{absent}",
        "export the closing date, or name its column: --map ended=...",
        file=file,
        row=int(row),
    )


def _mostly_used(rows: Rows) -> None:
    """What a rest of the deals says is not what all would: the column of the deal or of a date is another one."""
    wrong = {RULES[name][0] for name in ("again", "negative", "both")}
    lost = {sentence: count for sentence, count in rows.set_aside.items() if sentence in wrong}
    of = rows.used + sum(lost.values())
    if of - rows.used < FEW_ENDS or 2 * rows.used >= of:
        return
    most = max(lost, key=lambda sentence: lost[sentence])
    file, _, row = rows.first[most].rpartition(":")
    hint = "check which columns were taken for the dates"
    if most == RULES["again"][0]:
        hint = "keep one row a deal, its latest, and no rows of products; numbers of more than 15 digits must be text"
    raise DataError(
        f"only {rows.used:,} of {of:,} rows can be used: {most} ({lost[most]:,})",
        hint,
        file=file,
        row=int(row),
    )


def _at_hand(latest: float, today: date | None, file: str) -> None:
    """Deals that stay open for years because nobody wrote on would be taken for deals that nobody wins."""
    if today is None or (today - _EPOCH).days - latest <= LONG_AGO:
        return
    raise DataError(
        f"nothing happens in the data after {_EPOCH + timedelta(days=int(latest))}, more than a year before the last day "
        f"told, {today}",
        "--today is the day of the export; without it the last day on which anything happened is taken",
        file=file,
    )


def _nothing_left(rows: Rows, today: date | None) -> DataError:
    reasons = ", ".join(f"{sentence} ({count})" for sentence, count in rows.set_aside.items())
    file, _, row = rows.first[next(iter(rows.set_aside))].rpartition(":")
    hint = "check which columns were taken for the dates"
    return DataError(
        f"no row can be used: {reasons}",
        hint if today is None else f"{hint}, and --today, {today}",
        file=file,
        row=int(row),
    )
