"""What each policy is, in words: its description, and the levers it sets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from analysis.language import ENGLISH, language, mark, say, told, told_name

NEUTRAL = mark("all levers neutral")
_LEVER = re.compile(r"([a-z_]+): (.+)")


def policies_said(texts: Any) -> list[tuple[str, str]]:
    """Policies and their descriptions, without levers; those that have none are left out."""
    if not isinstance(texts, Mapping):
        return []
    split = {str(policy): str(text).split("\n") for policy, text in texts.items()}
    return [(policy, "\n".join(map(told, lines[:-1]))) for policy, lines in split.items() if len(lines) > 1]


def policies_text(texts: Any) -> list[tuple[str, str]]:
    """`texts` may be a mapping of policy to text, or one text for all. Descriptions that we ship are translated."""
    if isinstance(texts, Mapping):
        return [(str(policy), "\n".join(map(_line, str(text).split("\n")))) for policy, text in texts.items()]
    return [("", str(texts))] if texts else []


def _line(line: str) -> str:
    """A description, or settings as "release: accounts outside; territory: mode lockdown"."""
    levers = [_LEVER.fullmatch(part) for part in line.split("; ")]
    if language() == ENGLISH or told(line) != line or not all(levers):
        return told(line)
    return say("; ").join(
        say(
            "{lever}: {settings}",
            lever=_setting(lever[1]),
            settings=say(", ").join(map(_set, lever[2].split(", "))),
        )
        for lever in levers
        if lever
    )


def _set(words: str) -> str:
    """One setting and its value; both as controls of the app have them, figures and names of people as they are."""
    name, _, value = words.partition(" ")
    return f"{_setting(name)} {told_name(value)}" if value else told_name(name)


def _setting(name: str) -> str:
    capital = told(name.replace("_", " ").capitalize())
    return capital if capital != name.replace("_", " ").capitalize() else told_name(name)
