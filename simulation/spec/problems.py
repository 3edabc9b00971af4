"""What is wrong with a scenario file, and where."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

MAX_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file. Lines and columns count from 1; columns count characters."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: where it is, what is wrong, and what to write instead (may be empty)."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""

    @classmethod
    def at(cls, mark: Mark, message: str, hint: str = "") -> Problem:
        return cls(mark.file, mark.line, mark.column, message, hint)

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        file = "".join(c if c.isprintable() else "?" for c in self.file)
        return f"{file}:{self.line}:{self.column}: {self.message}{hint}"


class SpecError(Exception):
    """A scenario or policy that cannot be used. `problems` is never empty; `str()` has a line for each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tidy(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[SpecError], tuple[list[Problem]]]:
        return SpecError, (self.problems,)


def tidy(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once, in the order of the files and lines, cut off after `MAX_PROBLEMS`."""
    unique = list(dict.fromkeys(problems))
    order = {file: place for place, file in enumerate(dict.fromkeys(p.file for p in unique))}
    unique.sort(key=lambda p: (order[p.file], p.line, p.column))
    if len(unique) <= MAX_PROBLEMS:
        return unique
    last = unique[MAX_PROBLEMS - 1]
    rest = Problem(last.file, last.line, last.column, "there are more problems, not shown here")
    return [*unique[:MAX_PROBLEMS], rest]


def show(value: object, limit: int = 60) -> str:
    """A value as it may stand in a one-line message: quoted if text, no control characters, not too long."""
    if isinstance(value, str):
        text = "".join(
            c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in value
        )
        return f"'{text if len(text) <= limit else text[: limit - 3] + '...'}'"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, list | tuple):
        return "a list"
    text = format(value, "g") if isinstance(value, float) and value == int(value) < 1e15 else str(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint for a misspelt name: the nearest known one, or the list of all when it is short."""
    names = list(known)
    folded = {name.casefold(): name for name in reversed(names)}
    near = difflib.get_close_matches(word.casefold()[:100], folded, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{folded[near[0]]}'?"
    return f"known: {', '.join(names)}" if 0 < len(names) <= 16 else ""
