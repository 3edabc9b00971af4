"""Where a grammar takes its choices from: a seed, or the bytes that a coverage-guided fuzzer makes up."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

ODD = (
    "",
    "~",
    "null",
    "true",
    "no",
    "on",
    "0",
    "-1",
    "1",
    "2",
    "0.5",
    "1.0",
    "1e3",
    "1e308",
    "1e999",
    "-0.0",
    ".nan",
    "-.inf",
    "NaN",
    "0x1f",
    "017",
    "1_000",
    "0,5",
    "50%",
    "12:30:45",
    "2026-02-30",
    "9223372036854775807",
    "9223372036854775808",
    "9" * 45,
    "'x'",
    '"\\u0000"',
    '"\\ud800"',
    "[]",
    "{}",
    "[1, 2]",
    "{a: 1}",
    "open",
    "lockdown",
    "../../x",
    "/etc/passwd",
    "con",
    "x" * 300,
    "*a",
    "&a 1",
    "!!python/name:os.system",
    "<<",
    "、",
    "：",
    "锁定",
    "“x”",
    "\u00a0",
    "\u202e",
    "\ufeff",
    "a: b",
    "- a",
    "? a",
    "|",
    ">-",
    "%",
    "@x",
    "`",
    "#",
    "'",
    '"',
    "[",
    "}",
    "\t",
    "é",
    "🙂",
)
"""Texts that stand for numbers, names and YAML of which somebody will go wrong."""


class Choices(Protocol):
    """Numbers to choose by."""

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1."""
        ...


class Seeded:
    """Choices that a seed and a number fix."""

    def __init__(self, seed: int, number: int) -> None:
        self._random = random.Random(f"{seed} {number}")

    def below(self, n: int) -> int:
        return self._random.randrange(n)


class Guided:
    """Choices read off the bytes of a fuzzer; zeros once they are used up."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider

    def below(self, n: int) -> int:
        return int(self._provider.ConsumeIntInRange(0, n - 1))


def pick(choices: Choices, items: Sequence[T]) -> T:
    """One of them."""
    return items[choices.below(len(items))]


def one_in(choices: Choices, n: int) -> bool:
    """Yes, in one of n cases."""
    return choices.below(n) == 0


def damaged(choices: Choices, raw: bytes) -> bytes:
    """Bytes with pieces cut, doubled, put in or written over in one to three places."""
    for _ in range(1 + choices.below(3)):
        at, kind = choices.below(len(raw) + 1), choices.below(4)
        length = pick(choices, (1, 1, 2, 5, 20, 200))
        piece = pick(choices, ODD).encode("utf-8", "surrogatepass")
        if kind == 0:
            raw = raw[:at] + raw[at + length :]
        elif kind == 1:
            raw = raw[:at] + piece + raw[at:]
        elif kind == 2:
            raw = raw[:at] + bytes([choices.below(256)]) + raw[at + 1 :]
        else:
            raw = raw[: at + length] + raw[at:]
    return raw
