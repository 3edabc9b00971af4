"""What an import yields: the same few tables whatever the CRM, and an account of every row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from unicodedata import category

if TYPE_CHECKING:
    import pandas as pd

OUTCOMES = ("won", "lost", "undecided", "open")
"""How an opportunity stands at the end of the data: won, lost, given up without a decision, or still open (censored)."""


class DataError(Exception):
    """A file that cannot be used: place and what to do. `row` counts lines of the file from 1, `column` is a name."""

    def __init__(
        self, message: str, hint: str = "", *, file: str = "", row: int | None = None, column: str = ""
    ) -> None:
        super().__init__(message)
        self.message, self.hint, self.file, self.row, self.column = message, hint, file, row, column

    def __str__(self) -> str:
        place = [
            self.file,
            *([str(self.row)] if self.row is not None else []),
            *([self.column] if self.column else []),
        ]
        told = f"{':'.join(place)}: {self.message}" if self.file else self.message
        told = f"{told} ({self.hint})" if self.hint else told
        # What is quoted from a file may hold line breaks, and signs that drive a terminal.
        return "".join(
            sign if sign.isprintable() or category(sign) == "Zs" else escaped(sign) for sign in told
        )


def escaped(sign: str) -> str:
    r"""A sign as text: a line break is \n, U+202E is \u202e."""
    return sign.encode("unicode_escape", "backslashreplace").decode("ascii")


@dataclass(frozen=True)
class Understood:
    """One column of one file: which role it was given ("" for none), a few of its values, and why."""

    file: str
    column: str
    role: str
    examples: tuple[str, ...]
    why: str


@dataclass
class Rows:
    """What became of the rows of opportunities: `read` = `used` + all `set_aside`. `noted` were kept by a stated rule.

    The keys are sentences for the user; `first` has file and row of the first case of each. `outcomes` counts the outcomes
    of all rows read, those set aside included, as far as a row says one.
    """

    read: int = 0
    used: int = 0
    set_aside: dict[str, int] = field(default_factory=dict)
    noted: dict[str, int] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)


@dataclass
class Crm:
    """A CRM's history. Days are numbers from `origin` (None: the data count weeks or days from a start nobody knows).

    `deals`, one row an opportunity: deal, account, segment, rep, manager, kind (new, renewal, ""; str), product, created
    (day), ended (day, nan while open), outcome (see OUTCOMES), stage (last one, str), value (money, nan if unknown). Text
    that is not known is "". `stated`: deal, day, certainty (0-1) of each forecast entered. `moves`: what (deal or account),
    name, day (nan if unknown), before, after: changes of owner. `accounts`: account, segment, rep, former_rep. `reps`: rep,
    manager, office.
    """

    deals: pd.DataFrame
    stated: pd.DataFrame
    moves: pd.DataFrame
    accounts: pd.DataFrame
    reps: pd.DataFrame
    last_day: float  # end of the data: open deals are censored here
    origin: date | None
    unit_days: float  # how finely days are known: 1, or 7 where the data count weeks
    currency: str
    rows: Rows
    understood: list[Understood]
    changes: Rows | None = None  # of files of changes of owner, if there are any
    latest: float | None = None  # the last day on which anything happened, where the last day was told
