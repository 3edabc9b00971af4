"""The words of the page in the language of the reader: English text in the code is the key, as in a gettext catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from app.live.words_zh import CHINESE

LANGUAGES = {"en": "English", "zh": "中文"}
_spoken: ContextVar[str] = ContextVar("language_of_the_page", default="en")


def language() -> str:
    """The language of this block."""
    return _spoken.get()


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Everything said inside is in this language; English for one that there is not."""
    token = _spoken.set(name if name in LANGUAGES else "en")
    try:
        yield
    finally:
        _spoken.reset(token)


def say(template: str, /, **values: object) -> str:
    """The template in the language of the block, its named fields filled in. The template is a literal."""
    return (CHINESE.get(template, template) if language() == "zh" else template).format(**values)


def told(text: str) -> str:
    """A text of our own tables (labels, units, meanings) in the language of the block; as it is without a translation."""
    return CHINESE.get(text, text) if language() == "zh" else text
