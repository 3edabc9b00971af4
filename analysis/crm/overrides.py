"""What the user says about columns and words: `role=column` on the command line, or a small YAML of the same."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.crm.mapping_file import EXAMPLE, Source, read_mapping_file
from analysis.crm.table import OUTCOMES, DataError
from analysis.crm.vocabulary import ROLES, certainty_of, folded

_CHOICES = {"decimal": ("comma", "point"), "numbers": ("weeks", "days")}
_CODE = re.compile("(?:[A-Za-z]{3})?")  # "" leaves it to the data


@dataclass(frozen=True)
class Overrides:
    """`columns`: (role, name of a column, or `file:name`). `ignored`: columns that get no role. `words`: folded -> outcome.

    `decimal`: comma or point; `numbers`: weeks or days; `currency`: a code. "" leaves it to the data.
    `source`: where all this was said.
    """

    columns: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    decimal: str = ""
    numbers: str = ""
    currency: str = ""
    source: Source = field(default_factory=Source)


def parse_pairs(pairs: Sequence[str]) -> dict[str, Any]:
    """`role=column` texts of a command line as a mapping. A role given twice gets a list of columns. Raises DataError."""
    found: dict[str, Any] = {}
    for pair in pairs:
        role, sign, column = pair.partition("=")
        if not sign or not role.strip() or not column.strip():
            raise DataError(f"'{pair}' is not role=column", EXAMPLE)
        role, column = role.strip(), column.strip()
        found[role] = [*_listed(found[role]), column] if role in found else column
    return found


def read_overrides(mapping: Mapping[str, Any] | str | os.PathLike[str] | None) -> Overrides:
    """Overrides of a mapping, or of a YAML file that holds one. Raises DataError for what it does not know.

    Keys are roles (see `ROLES`); their values are names of columns, or lists of them. Other keys: `ignore` (columns),
    `words` (word -> outcome), `decimal`, `numbers`, `currency_code`.
    """
    if mapping is None:
        return Overrides()
    source = Source()
    if not isinstance(mapping, Mapping):
        mapping, source = read_mapping_file(Path(mapping))
    columns: list[tuple[str, str]] = []
    settings: dict[str, Any] = {}
    for key, value in mapping.items():
        if key in ROLES:
            columns += [(key, name) for name in _names(key, value, source)]
        elif key == "ignore":
            settings["ignored"] = tuple(_names(key, value, source))
        elif key == "words":
            settings["words"] = _words(value, source)
        elif key in _CHOICES:
            if value not in _CHOICES[key]:
                raise source.error(f"{key} is {' or '.join(_CHOICES[key])}, not {_shown(value)}", "", key)
            settings[key] = value
        elif key == "currency_code":
            if not isinstance(value, str) or not _CODE.fullmatch(value):
                raise source.error(f"{key} is three letters, not {_shown(value)}", "as EUR", key)
            settings["currency"] = value
        else:
            raise source.error(f"{_shown(key)} is no role", f"roles are {', '.join(ROLES)}", str(key))
    for role, name in columns:
        if role == "stated" and certainty_of(name) is None:
            raise source.error(
                f"the name '{name}' does not end in a percentage",
                "a column of certainties is named like Commit-80",
                role,
            )
    return Overrides(tuple(columns), **settings, source=source)


def _shown(value: Any) -> str:
    """A value as people write it in YAML, not too long."""
    if isinstance(value, Mapping | list | tuple):
        return "a group of keys" if isinstance(value, Mapping) else "a list"
    text = str(value)
    return "nothing" if value is None else f"'{text if len(text) <= 60 else f'{text[:57]}...'}'"


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _names(key: str, value: Any, source: Source) -> list[str]:
    names = _listed(value)
    if not names or not all(isinstance(name, str | int) and not isinstance(name, bool) for name in names):
        raise source.error(f"'{key}' needs the name of a column", EXAMPLE, key)
    if key not in {"stated", "ignore"} and len(names) > 1 and not all(":" in str(name) for name in names):
        raise source.error(
            f"'{key}' is given {len(names)} columns", "name the file of each: deals.csv:Owner", key
        )
    return [str(name) for name in names]


def _words(value: Any, source: Source) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise source.error(
            "'words' needs words and what they mean", f"in a file for --mapping, {EXAMPLE}", "words"
        )
    for word, outcome in value.items():
        if outcome not in OUTCOMES:
            raise source.error(
                f"{_shown(word)} cannot mean {_shown(outcome)}",
                f"one of {', '.join(OUTCOMES)}",
                "words",
                str(word),
            )
    return {folded(str(word)): outcome for word, outcome in value.items()}
