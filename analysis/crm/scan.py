"""One pass over a text file before it is parsed: its encoding holds, no line is endless, it is text at all."""

from __future__ import annotations

import codecs
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from analysis.crm.table import DataError

MAX_LINE = 1 << 20
"""Characters of one line. A longer one is refused as soon as that many were seen: memory stays small."""
MAX_BYTES = 2 << 30
HEAD = 65_536
"""Characters from the beginning of the file in which its header is looked for."""
_CHUNK = 1 << 20
_NO_FILES = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"}
"""Codecs that Python has for other things than files."""
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True)
class Scanned:
    """The encoding (a Python codec), the first characters, and whether quotation marks come in pairs."""

    encoding: str
    head: str
    paired: bool


def scan(path: Path, file: str, encoding: str | None) -> Scanned:
    """Look through a text file once. Raises DataError where it is not text in `encoding` (None: UTF-8, or what its
    byte order mark says), with the line of the first wrong byte.
    """
    codec = _codec(path, file, encoding)
    decoder = codecs.getincrementaldecoder(codec)()
    wide = codec.startswith(("utf-16", "utf-32"))
    line, length, quotes, size, head = 1, 0, 0, 0, ""
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(_CHUNK)
            size += len(chunk)
            if size > MAX_BYTES:
                raise DataError("the file is larger than 2 GiB", "export fewer columns or years", file=file)
            if not wide and b"\0" in chunk:
                raise _binary(file, line + chunk.count(b"\n", 0, chunk.index(b"\0")), _wide_guess(chunk))
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].decode(codec, "replace").count("\n")
                raise _wrong_byte(error, codec, encoding, file, line) from None
            except UnicodeError:  # UTF-16 or UTF-32 in either order of bytes
                raise DataError(
                    f"nothing at its beginning says in which order {codec} has its bytes",
                    f"--encoding {codec}-le or --encoding {codec}-be",
                    file=file,
                ) from None
            if "\0" in text:
                raise _binary(file, line + text.count("\n", 0, text.index("\0")))
            length = _longest(text, length, line, file)
            line += text.count("\n")
            quotes += text.count('"')
            head = head or text[:HEAD]
            if not chunk:
                return Scanned(codec, head, quotes % 2 == 0)


def _wide_guess(chunk: bytes) -> str:
    """utf-16-le or utf-16-be, if noughts stand at every other byte only and are many; else ""."""
    start = chunk[:4096]
    even, odd = start[::2].count(0), start[1::2].count(0)
    many = len(start) / 8
    return "utf-16-le" if odd > many and not even else "utf-16-be" if even > many and not odd else ""


def _binary(file: str, row: int, guess: str = "") -> DataError:
    return DataError(
        "this is not a table in text: it holds binary data",
        f"if it is text in UTF-16: --encoding {guess}"
        if guess
        else "export the table as CSV, .xlsx or Parquet",
        file=file,
        row=row,
    )


def _longest(text: str, length: int, line: int, file: str) -> int:
    """The length of the line that goes on behind `text`, of which `length` characters were read before it.

    Only the first line can be too long: a piece has no more characters than a line may have.
    """
    text = text.replace("\r", "\n")
    first = text.find("\n")
    length += len(text) if first < 0 else first
    if length > MAX_LINE:
        raise DataError(
            "a line of more than 1 MiB",
            "check that the file is a table, and that rows end in line breaks",
            file=file,
            row=line,
        )
    return length if first < 0 else len(text) - 1 - text.rfind("\n")


def _codec(path: Path, file: str, encoding: str | None) -> str:
    with path.open("rb") as stream:
        start = stream.read(4)
    if not start:
        raise DataError("the file is empty", "export the table again", file=file)
    marked = next((name for mark, name in _BOMS.items() if start.startswith(mark)), None)
    if encoding is None:
        return marked or "utf-8"
    codec = _named(encoding)
    if not codec:
        raise DataError(f"no such encoding: {encoding}", "for example utf-8, gb18030, cp1252", file=file)
    if marked and codec not in {marked, marked.removesuffix("-sig"), "utf-16-le", "utf-16-be"}:
        raise DataError(
            f"its first bytes say {marked.removesuffix('-sig')}, not {codec}",
            "leave out --encoding",
            file=file,
        )
    return marked or codec


def _named(encoding: str) -> str:
    """Python's name of an encoding of text, "" if it knows none of this name."""
    try:
        codec = codecs.lookup(encoding).name
        with suppress(UnicodeError):  # half a character, in UTF-16
            b",".decode(codec)  # a LookupError where bytes become bytes, as with base64
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        return ""
    return "" if codec in _NO_FILES else codec


def _wrong_byte(
    error: UnicodeDecodeError, codec: str, encoding: str | None, file: str, line: int
) -> DataError:
    byte = error.object[error.start]
    if encoding is None:
        return DataError(
            f"the byte 0x{byte:02X} in this line is not UTF-8",
            "say what it is: --encoding gb18030 (Chinese Excel) or --encoding cp1252 (Western Excel)",
            file=file,
            row=line,
        )
    return DataError(
        f"the byte 0x{byte:02X} in this line is not {codec}",
        "another encoding, or a file put together from several: save it anew as UTF-8",
        file=file,
        row=line,
    )
