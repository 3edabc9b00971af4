"""Bytes to text, and the characters that look right but are not: full-width colons, no-break spaces, tabs."""

from __future__ import annotations

import codecs
import re

from simulation.spec.problems import Mark, Problem, SpecError

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
LOOKALIKE = re.compile(
    "[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff5e、。“”„‘’]"
)
_QUOTES = "“”„‘’「『＂＇"
_BOMS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_SAVE = "save the file as UTF-8"
_BEGINNINGS = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF89a": "a GIF picture",
    b"%PDF-": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or an Office document",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"\x1f\x8b": "a gzip archive",
    b"SQLite format 3\0": "an SQLite database",
}
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\f\r"))
_TEXT = "name a YAML file; one from another program is to be exported as plain text"
_KEY_THEN_COLON = re.compile(r"^[ ]*(?:[-－] *)?[^\s#\"'：:|>{\[]{1,60} ?(：)", re.MULTILINE)
_NAME_THEN_COLON = re.compile(r"^[ ]*(?:-[ ]+)?[A-Za-z_][A-Za-z0-9_-]* ?(：)", re.MULTILINE)
_TAB_INDENT = re.compile(r"^[ ]*(\t)[ \t]*[^\s#]", re.MULTILINE)
_WIDE_SPACE = re.compile("^[ \t]*([\u00a0\u3000\u2000-\u200b])|:([\u00a0\u3000\u2000-\u200b])", re.MULTILINE)
_WIDE_START = re.compile("^[ ]*(?:- +)?([＃－“‘【「])", re.MULTILINE)


def place(file: str, text: str, index: int) -> Mark:
    """The mark of the character at `index`."""
    return Mark(file, text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))


def decode(raw: bytes, file: str) -> str:
    """The text of a file: UTF-8, with or without BOM. Raises `SpecError` naming what it is, or the likely encoding."""
    for beginning, kind in _BEGINNINGS.items():
        if raw.startswith(beginning):
            raise SpecError([Problem(file, 1, 1, f"this is {kind}, not a text file", _TEXT)])
    for bom, name in _BOMS.items():
        if raw.startswith(bom):
            raise SpecError([Problem(file, 1, 1, f"the file is in {name}, not UTF-8", _SAVE)])
    raw = raw.removeprefix(codecs.BOM_UTF8)
    if _two_bytes_each(raw):
        raise SpecError([Problem(file, 1, 1, "the file is probably in UTF-16, not UTF-8", _SAVE)])
    if _is_binary(raw):
        raise SpecError([Problem(file, 1, 1, "this is not a text file", _TEXT)])
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
        raise SpecError(
            [Problem.at(place(file, before, len(before)), _wrong_encoding(raw, error.start), _SAVE)]
        ) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := FORBIDDEN.search(text):
        raise SpecError([Problem.at(place(file, text, found.start()), forbidden(found.group()), "remove it")])
    return text


def forbidden(character: str) -> str:
    """The message for a character that may not stand in a file."""
    kind = "a lone surrogate" if "\ud800" <= character <= "\udfff" else "an invisible control character"
    return f"{kind}, U+{ord(character):04X}"


def _two_bytes_each(raw: bytes) -> bool:
    """Whether every other byte is mostly 0, as in the UTF-16 of Latin letters."""
    even, odd = raw[::2].count(0), raw[1::2].count(0)
    return even + odd > len(raw) // 4 and min(even, odd) <= max(even, odd) // 10


def _is_binary(raw: bytes) -> bool:
    """Whether bytes are no text in any encoding: NUL, or many other control characters, in what is not UTF-8 either."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        controls = len(raw) - len(raw.translate(None, _CONTROLS))
        return b"\0" in raw or controls > len(raw) // 20
    return raw.count(0) > 3


def _wrong_encoding(raw: bytes, start: int) -> str:
    if raw[start] == 0xED and raw[start + 1 : start + 2] >= b"\xa0":
        return "a lone surrogate: this is not valid UTF-8"
    runs = re.findall(rb"[\x80-\xff]+", raw)
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        gbk = False
    else:
        gbk = all(len(run) % 2 == 0 for run in runs)
    return f"the file is not UTF-8; it is probably in {'GBK (GB18030)' if gbk else 'Windows-1252 or Latin-1'}"


def lookalike(character: str) -> str:
    """The message for a character that stands where YAML needs its ASCII counterpart."""
    if character.isspace() or character == "\u200b":
        return f"a no-break or wide space (U+{ord(character):04X}) where YAML needs an ordinary space"
    if character == "：":
        return "a full-width colon '：' where YAML needs ':'"
    if character in _QUOTES:
        return f"a typographic quotation mark {character} where YAML needs \" or '"
    return f"a full-width '{character}' where YAML needs ASCII punctuation"


def explain_broken(file: str, text: str, line: int) -> Problem | None:
    """The usual cause nearest above a line at which YAML could not be read, if there is one."""
    tab = "a tab in the indentation"
    cases = [(found.start(1), tab, "indent with spaces") for found in _TAB_INDENT.finditer(text)]
    for pattern in (_KEY_THEN_COLON, _WIDE_SPACE, _WIDE_START):
        for found in pattern.finditer(text):
            index = next(found.start(n) for n in range(1, pattern.groups + 1) if found.group(n))
            cases.append((index, lookalike(text[index]), "switch the keyboard to half-width"))
    if not cases:
        return None
    placed = [(place(file, text, index), message, hint) for index, message, hint in cases[:200]]
    above = [case for case in placed if case[0].line <= line]
    return Problem.at(*max(above, key=lambda case: case[0].line)) if above else None


def explain_key(key: str, mark: Mark) -> Problem | None:
    """A key that holds a look-alike character."""
    found = LOOKALIKE.search(key)
    if found is None:
        return None
    at = Mark(mark.file, mark.line, mark.column + found.start())
    return Problem.at(
        at, lookalike(found.group()), "switch the keyboard to half-width, or put the name in quotes"
    )


def explain_value(source: str, mark: Mark, own_line: bool, flow: bool) -> Problem | None:
    """An unquoted value that YAML accepts but that was surely meant otherwise.

    `source` is the value as written, `own_line` says that nothing but a dash stands before it, `flow` that it
    is inside brackets. Chinese punctuation inside ordinary text is fine.
    """
    if source[:1] and (source[0] in _QUOTES or source[0].isspace()):
        return Problem.at(mark, lookalike(source[0]), "use straight quotes and ordinary spaces")
    if flow and (found := re.search("[，：、；]", source)):
        at = Mark(mark.file, mark.line, mark.column + found.start())
        return Problem.at(
            at, lookalike(found.group()), "switch the keyboard to half-width, or quote the text"
        )
    for found in _NAME_THEN_COLON.finditer(source):
        if found.start() == 0 and not own_line:
            continue
        lines = source.count("\n", 0, found.start(1))
        column = found.start(1) - source.rfind("\n", 0, found.start(1)) - 1
        at = Mark(mark.file, mark.line + lines, column + 1 if lines else mark.column + column)
        return Problem.at(at, lookalike("："), "switch the keyboard to half-width, or quote the text")
    return None
