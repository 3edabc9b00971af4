"""A font for Chinese, and lines and names by the width they take: a Chinese sign is as wide as two letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from pathlib import Path

from matplotlib import font_manager

from analysis.language import ENGLISH, language, speaking

LATIN = "DejaVu Sans"  # comes with matplotlib, so that Latin text looks the same everywhere
CHINESE = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC", "Noto Sans CJK JP",
    "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "PingFang SC", "Microsoft YaHei", "SimHei",
)  # fmt: skip
PACKAGE = "fonts-noto-cjk"
_FILES = re.compile(r"(?i)(NotoSans(CJK|SC)|SourceHanSans|wqy|PingFang|msyh|simhei)")
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]")
_PIECES = re.compile(rf"\s+|{_WIDE.pattern}|(?:(?!{_WIDE.pattern})\S)+")
_NOT_FIRST = "，。、；：！？）】》”’,.;:!?)]}%"
LONGEST_PIECE = 0.45
"""Of a line, a word in a title or a note: what users type may have no blank in ten thousand signs."""


@cache
def chinese() -> str | None:
    """The name of a font with Chinese signs, made known to matplotlib; None where this machine has none."""
    known = {font.name for font in font_manager.fontManager.ttflist}
    if not known & set(CHINESE):  # installed after matplotlib looked
        for path in sorted(font_manager.findSystemFonts()):
            if _FILES.search(Path(path).name):
                font_manager.fontManager.addfont(path)
        known = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in CHINESE if name in known), None)


def families() -> list[str]:
    """Fonts in the order in which a sign is looked for."""
    return [LATIN, *filter(None, [chinese()])]


def readable() -> AbstractContextManager[None]:
    """The language of a picture: English where there is no font for the one that is spoken, rather than empty boxes."""
    return speaking(ENGLISH) if language() != ENGLISH and chinese() is None else nullcontext()


def lacking(texts: Iterable[str] = ()) -> bool:
    """Is there something to draw in Chinese, by the language or by names, and no font for it?"""
    wanted = language() != ENGLISH or any(_WIDE.search(text) for text in texts)
    return wanted and chinese() is None


def cells(text: str) -> int:
    """How many letters wide a text is."""
    return sum(0 if unicodedata.combining(c) else 2 if _WIDE.match(c) else 1 for c in text)


def clipped(text: str, most: int) -> str:
    """The text, cut to so many cells with an ellipsis."""
    if cells(text) <= most:
        return text
    taken = 0
    for place, sign in enumerate(text):
        taken += cells(sign)
        if taken > most - 1:
            return f"{text[:place]}…"
    return text


def wrapped(text: str, width: int, most: int) -> list[str]:
    """Lines of so many cells, broken at blanks and between Chinese signs; the last of `most` ends in an ellipsis."""
    lines, line = [""], 0
    for piece in _PIECES.findall(text):
        word = clipped(piece, max(4, int(LONGEST_PIECE * width))) if not piece.isspace() else " "
        size = cells(word)
        if line + size > width and line and word[0] not in _NOT_FIRST:
            lines.append("")
            line = 0
        if word == " " and not line:
            continue
        lines[-1] += word
        line += size
    lines = [one.rstrip() for one in lines if one.strip()]
    if len(lines) > most:
        lines = [*lines[: most - 1], clipped(lines[most - 1], width - 2) + " …"]
    return lines
