"""What people read, in their language. English text in the code is the key of the catalogue, so English needs none.

`say("By week {week} {policy} leads", week=6, policy=name)` gives the sentence in the language of the block:

    with speaking("zh"):
        page = render_report(answer)

Text of tables (labels of outcomes, meanings of parameters and levers) travels in English, and `told` translates it where
it is shown. Names that users type are values, never keys. The catalogue is `locale/LANGUAGE/LC_MESSAGES/salespolicy.po`;
`python -m app.translations` brings it up to date. Why: docs/decisions/0016.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "zh")
ENGLISH = "en"
DOMAIN = "salespolicy"
LOCALE = Path(__file__).with_name("locale")
_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


def language() -> str:
    """The language of this block: one of `LANGUAGES`."""
    return _spoken.get()


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Everything said inside is in this language. ValueError for one that there is no catalogue of."""
    if name not in LANGUAGES:
        raise ValueError(f"there is no language '{name}'; known: {', '.join(LANGUAGES)}")
    token = _spoken.set(name)
    try:
        yield
    finally:
        _spoken.reset(token)


@cache
def _catalogue(name: str) -> gettext.NullTranslations:
    if name == ENGLISH:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE, languages=[name])


def say(template: str, /, **values: object) -> str:
    """The template in the language of the block, with its named fields filled in. The template is a literal."""
    return _catalogue(language()).gettext(template).format(**values)


def count(one: str, many: str, n: int, /, **values: object) -> str:
    """`one` or `many` by the number, which both may show as {n}; languages without a plural have one text for both."""
    return _catalogue(language()).ngettext(one, many, n).format(n=n, **values)


def mark(text: str) -> str:
    """The text as it is: tells the catalogue of a text that is kept in English and shown by `told`."""
    return text


def told(text: str) -> str:
    """A text of our own tables in the language of the block; as it is where the catalogue does not have it."""
    return _catalogue(language()).gettext(text) if text else text


def told_name(name: str) -> str:
    """What people call a parameter or a setting: "deal noise" for deal_noise."""
    said = name.replace("_", " ")
    if language() == ENGLISH or told(said) != said:
        return told(said)
    setting = said.capitalize()  # as the controls of the app have it
    return told(setting) if told(setting) != setting else said


def quoted(name: object) -> str:
    """A name that somebody typed, in the quotation marks of the language."""
    return say("'{name}'", name=name)


def listed(parts: Sequence[str], last: str = "and") -> str:
    """E.g. "a, b and c"; `last` is "and" or "or"."""
    if len(parts) < 2:
        return "".join(parts)
    first = say(", ").join(parts[:-1])
    return (
        say("{first} and {last}", first=first, last=parts[-1])
        if last == "and"
        else say("{first} or {last}", first=first, last=parts[-1])
    )
