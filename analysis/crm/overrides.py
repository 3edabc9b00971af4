"""What the user says about columns and words: `role=column` on the command line, or a small YAML of the same."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.crm.table import OUTCOMES, DataError
from analysis.crm.vocabulary import ROLES, certainty_of, folded

_CHOICES = {"decimal": ("comma", "point"), "numbers": ("weeks", "days")}
_MAX_BYTES = 65_536
_EXAMPLE = "for example rep=Owner, words: {Signed: won}"


@dataclass(frozen=True)
class Overrides:
    """`columns`: (role, name of a column, or `file:name`). `ignored`: columns that get no role. `words`: folded -> outcome.

    `decimal`: comma or point; `numbers`: weeks or days; `currency`: a code. "" leaves it to the data.
    """

    columns: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    decimal: str = ""
    numbers: str = ""
    currency: str = ""


def parse_pairs(pairs: Sequence[str]) -> dict[str, Any]:
    """`role=column` texts of a command line as a mapping. A role given twice gets a list of columns. Raises DataError."""
    found: dict[str, Any] = {}
    for pair in pairs:
        role, sign, column = pair.partition("=")
        if not sign or not role.strip() or not column.strip():
            raise DataError(f"'{pair}' is not role=column", _EXAMPLE)
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
    file = ""
    if not isinstance(mapping, Mapping):
        file, mapping = Path(mapping).name, _yaml(Path(mapping))
    columns: list[tuple[str, str]] = []
    settings: dict[str, Any] = {}
    for key, value in mapping.items():
        if key in ROLES:
            columns += [(key, name) for name in _names(key, value, file)]
        elif key == "ignore":
            settings["ignored"] = tuple(_names(key, value, file))
        elif key == "words":
            settings["words"] = _words(value, file)
        elif key in _CHOICES:
            if value not in _CHOICES[key]:
                raise DataError(f"{key} is {' or '.join(_CHOICES[key])}, not '{value}'", file=file)
            settings[key] = value
        elif key == "currency_code":
            settings["currency"] = str(value)
        else:
            raise DataError(f"'{key}' is no role", f"roles are {', '.join(ROLES)}", file=file)
    for role, name in columns:
        if role == "stated" and certainty_of(name) is None:
            raise DataError(
                f"the name '{name}' does not end in a percentage",
                "a column of certainties is named like Commit-80",
                file=file,
            )
    return Overrides(tuple(columns), **settings)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _names(key: str, value: Any, file: str) -> list[str]:
    names = _listed(value)
    if not names or not all(isinstance(name, str | int) and not isinstance(name, bool) for name in names):
        raise DataError(f"'{key}' needs the name of a column", _EXAMPLE, file=file)
    if key not in {"stated", "ignore"} and len(names) > 1 and not all(":" in str(name) for name in names):
        raise DataError(
            f"'{key}' is given {len(names)} columns",
            "name the file of each: deals.csv:Owner",
            file=file,
        )
    return [str(name) for name in names]


def _words(value: Any, file: str) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise DataError("'words' needs words and what they mean", _EXAMPLE, file=file)
    for word, outcome in value.items():
        if outcome not in OUTCOMES:
            raise DataError(f"'{word}' cannot mean '{outcome}'", f"one of {', '.join(OUTCOMES)}", file=file)
    return {folded(str(word)): outcome for word, outcome in value.items()}


def _yaml(path: Path) -> Mapping[str, Any]:
    import yaml

    try:
        with path.open("rb") as stream:
            raw = stream.read(_MAX_BYTES + 1)
        if len(raw) > _MAX_BYTES:
            raise DataError("larger than 64 KiB: not a mapping of columns", file=path.name)
        found = yaml.safe_load(raw.decode("utf-8-sig"))
    except FileNotFoundError:
        raise DataError("there is no such file", file=path.name) from None
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"the file cannot be read: {error}", file=path.name) from None
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark is not None else None
        raise DataError("not valid YAML", "lines of role: column", file=path.name, row=row) from None
    if not isinstance(found, Mapping):
        raise DataError("no lines of role: column", _EXAMPLE, file=path.name)
    return found
