"""Which column plays which role: told by the user, else guessed from names, then from values. Every guess says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis.crm.date_forms import MOST, shares, undated
from analysis.crm.guesses import NO_WORD, by_values, share_of_words
from analysis.crm.mapping_file import Source
from analysis.crm.money import read_money
from analysis.crm.overrides import Overrides
from analysis.crm.raw import UNREAD, Column, Raw
from analysis.crm.table import DataError, Understood
from analysis.crm.values import Distinct, matching
from analysis.crm.vocabulary import (
    DATES,
    ROLES,
    certainty_of,
    folded,
    is_certainty,
    is_title,
    roles_of,
    unit_of,
)

NO_KIND = (
    "not used: the file looks like none of opportunities, closed deals, accounts, teams and changes of owner"
)
MOSTLY = 0.5
NAMES = ("account", "segment", "rep", "former_rep", "manager", "office")
_SPARED = ("won_on", "lost_on", "moved", "touched")


@dataclass
class Mapped:
    """A table and its roles: `roles` role -> column (one each), `stated` columns of certainties; `why` for every column."""

    table: Raw
    roles: dict[str, str]
    stated: list[str]
    why: dict[str, str]
    told: set[str] = field(default_factory=set)  # columns the user named
    kind: str = ""  # opportunities, closed, accounts, teams, changes (of owner), or "" (not used)

    def column(self, role: str) -> Column | None:
        """The column of a role, if there is one."""
        return self.table.column(self.roles[role]) if role in self.roles else None

    def has(self, *roles: str) -> bool:
        """Is there a column for any of these roles?"""
        return any(role in self.roles for role in roles)

    def drop(self, role: str, why: str) -> None:
        """Take a role away again."""
        self.why[self.roles.pop(role)] = why

    def refused(self, role: str) -> DataError | None:
        """The refusal of a column of dates that has a role by its name, but not by its values; None if there is none."""
        said = f"its name says {role}, but "
        for name, why in self.why.items():
            if why.startswith(said):
                column = self.table.column(name)
                at = undated(column)
                return column.error(
                    f"'{column.values[at].as_py().strip()[:40]}': the name of the column says {ROLES[role]}, but "
                    f"{why.removeprefix(said)}",
                    f"write them as 2026-03-01, or name another column: {role}=COLUMN",
                    at=at,
                )
        return None

    def remark(self, name: str, text: str) -> None:
        """Add to what is said about a column."""
        if text:
            self.why[name] = f"{self.why[name]}; {text}" if self.why.get(name) else text

    def understood(self) -> list[Understood]:
        """One line a column, in the order of the file."""
        by_column = {name: role for role, name in self.roles.items()} | dict.fromkeys(self.stated, "stated")
        used = self.kind != ""
        lines = [*self.table.unread]
        for name in self.table.columns:
            role = by_column.get(name, "") if used else ""
            why = self.why.get(name, "") or "its name is not known: not used"
            if not used:
                why = NO_KIND
            lines.append(Understood(self.table.file, name, role, self.table.column(name).examples(), why))
        return lines


def absent(mapped: Sequence[Mapped], *roles: str) -> str:
    """Why the columns whose names say one of these roles do not have it, as the end of a message; "" if there are none."""
    for one in mapped:
        for name, why in one.why.items():
            said = [role for role, _ in roles_of(name) if role in roles]
            if said and why.startswith(UNREAD):
                return f": '{name}' is there, but {why}"
            for role in said:
                if why.startswith(start := f"its name says {role}, but "):
                    return f": '{name}' is there, but {why.removeprefix(start)}"
    return ""


def map_tables(tables: list[Raw], overrides: Overrides) -> list[Mapped]:
    """The roles of all tables. Raises DataError if a column that the user names is in none of them."""
    mapped = [Mapped(table, {}, [], dict(table.notes)) for table in tables]
    for role, wanted in overrides.columns:
        _give(mapped, role, wanted, overrides.source)
    ignored = {
        found for wanted in overrides.ignored for found in _found(mapped, "ignore", wanted, overrides.source)
    }
    for place, one in enumerate(mapped):
        _by_name(one, {name for at, name in ignored if at == place})
        by_values(one)
    return mapped


def _found(mapped: list[Mapped], role: str, wanted: str, source: Source) -> list[tuple[int, str]]:
    """(table, column) of the columns meant: the exact name, or the same but for case and punctuation; `file:name` too."""
    places = []
    for place, one in enumerate(mapped):
        file = one.table.file
        name = wanted.removeprefix(f"{file}:")
        exact = [column for column in one.table.columns if column == name]
        alike = [column for column in one.table.columns if folded(column) == folded(name)]
        places += [(place, column) for column in (exact or alike)[:1]]
    if not places:
        files = ", ".join(one.table.file for one in mapped)
        names = ", ".join(name for one in mapped for name in one.table.columns)
        raise source.error(f"no column '{_short(wanted)}' in {files}", f"there are {names[:400]}", role)
    return places


def _give(mapped: list[Mapped], role: str, wanted: str, source: Source) -> None:
    for place, column in _found(mapped, role, wanted, source):
        one = mapped[place]
        if column in one.told:
            other = next((r for r, name in one.roles.items() if name == column), "stated")
            raise source.error(
                f"the column '{column}' is given two roles, {other} and {role}", "keep one", role
            )
        if role in one.roles:
            raise source.error(
                f"'{role}' is given two columns of {one.table.file}, {one.roles[role]} and {column}",
                "keep one",
                role,
            )
        if role == "stated":
            if column in one.table.made:
                raise source.error(
                    f"the name '{column}' is not the file's: it says no percentage",
                    "give the column a name like Commit-80",
                    role,
                )
            one.stated.append(column)
        else:
            one.roles[role] = column
        if role in NAMES and (objection := _no_names(one.table.column(column))):
            raise source.error(
                f"the column '{column}' cannot be {role}: {objection}",
                f"name another column: {role}=COLUMN",
                role,
            )
        one.why[column] = "told by the user"
        one.told.add(column)


def _by_name(one: Mapped, ignored: set[str]) -> None:
    """Best name first. A column that looks like none of the values its role needs loses it."""
    candidates = []
    for place, name in enumerate(one.table.columns):
        if name in ignored:
            one.why[name] = "ignored, as told by the user"
        elif name not in one.told and name not in one.table.notes:
            candidates += [
                (penalty, place, name, role)
                for role, penalty in roles_of(name)
                if role != "stated" or name not in one.table.made
            ]
    given: set[str] = set(one.told)
    for _, _, name, role in sorted(candidates):
        if name in given:
            continue
        column = one.table.column(name)
        if objection := _not_stated(one, column) if role == "stated" else _objection(column, role):
            one.why.setdefault(name, f"its name says {role}, but {objection}")
        elif role == "stated":
            one.stated.append(name)
            given.add(name)
            one.why[name] = f"a certainty of {certainty_of(name):.0%}, by its name"
            _spare(one, name, one.why[name].removesuffix(", by its name"))
        elif role in one.roles:
            one.why[name] = f"could be {role} too, but {one.roles[role]} fits better: not used"
            if one.roles[role] not in one.told:
                one.remark(one.roles[role], f"{name} would be possible too")
        else:
            one.roles[role] = name
            given.add(name)
            one.why[name] = "by its name"
            if role in _SPARED:
                _spare(one, name, role)


def _spare(one: Mapped, name: str, taken: str) -> None:
    """Should the column be refused: why it is looked at, and how to do without it."""
    one.table.hints[name] = f'its name is read as {taken}: --map "ignore={name}" leaves it out'


def _not_stated(one: Mapped, column: Column) -> str:
    """Why a column whose name ends in a number holds no days on which a certainty was entered; "" if it may.

    Plain numbers are weeks only beside other weeks in plain numbers, and so are those of a name that says no more than week.
    """
    dated, counted = shares(column)
    if dated > MOST or not Distinct.of(column).holds.any():
        return "" if is_certainty(column.name) else "no percentage and no word for a certainty"
    if counted <= MOST:
        return "its values are no dates"
    weeks = [
        name for role, name in one.roles.items() if role in DATES and shares(one.table.column(name))[1] > MOST
    ]
    return "" if weeks else "its values are plain numbers, and those of the other dates are not"


def _objection(column: Column, role: str) -> str:
    """Why the values of a column speak against a role; "" if they do not."""
    if role in NAMES:
        return _no_names(column)
    if role not in (*DATES, "value", "deal", "outcome"):
        return ""
    found = Distinct.of(column)
    held = int(found.counts()[found.holds].sum())
    if role in DATES:
        if not held:
            return ""  # a column of dates that is empty may well be one
        return "" if _looks_like_time(column) else "its values are no dates"
    if role == "value" and held:
        try:
            read_money(Column(column.table, column.name, column.values.slice(0, 2000)), "point")
        except DataError as error:
            return "" if "formula" in error.message or unit_of(column.name) else _money_objection(error)
    if role == "deal" and not held:
        return "it is empty"
    if role == "deal" and is_title(column.name) and held > found.holds.sum():
        return "its values repeat: two deals may have one name"
    if role == "outcome" and share_of_words(found) == 0:
        return NO_WORD
    return ""


def _no_names(column: Column) -> str:
    """Any text may be a name, and a number too, written as 12.0 as well; amounts with decimals and dates are none."""
    found = Distinct.of(column)
    counts = found.counts() * found.holds
    amounts = matching(found.text, r"-?\d[\d.,' ]*[.,]\d{1,2}") & ~matching(found.text, r".*[.,]0{1,2}")
    for here, what in (
        (counts[amounts].sum() / max(counts.sum(), 1), "amounts"),
        (shares(column)[0], "dates"),
    ):
        if here > MOSTLY:
            return f"its values are {what}, such as {column.examples()[0]}"
    return ""


def _money_objection(error: DataError) -> str:
    return "its values are no amounts" if "not an amount" in error.message else ""


def _looks_like_time(column: Column) -> bool:
    """Dates, or plain numbers unless all of them are 0 and 1, which are answers to a question such as "won?"."""
    dated, counted = shares(column)
    if dated + counted <= MOST:
        return False
    return dated > 0 or not set(column.distinct()[0].to_pylist()[:50]) <= {"0", "1", ""}


def _short(text: str) -> str:
    """A name as it may stand in a message."""
    return text if len(text) <= 60 else f"{text[:57]}..."
