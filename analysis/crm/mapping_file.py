"""The small YAML of columns and words, with the line and the column of everything in it, for messages.

Everything in it is text, as it stands: a column may be called `no`, `on` or `12:30:45`, which YAML 1.1 would read as
something else. Anchors, aliases, merges and tags are refused: a file of 64 KiB could unpack to more than memory holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.crm.table import DataError

_MAX_BYTES, _MAX_DEPTH = 65_536, 8
_LINES = "lines of role: column"
EXAMPLE = "for example rep=Owner, words: {Signed: won}"


@dataclass(frozen=True)
class Source:
    """Where overrides come from: a file and the places (line, column) of its keys, or nothing for a command line."""

    file: str = ""
    places: Mapping[tuple[str, ...], tuple[int, int]] = field(default_factory=dict)

    def error(self, message: str, hint: str, *keys: str) -> DataError:
        """A refusal that names the place of the innermost of these keys."""
        row, column = self.places.get(keys) or self.places.get(keys[:1]) or (None, "")
        return DataError(message, hint, file=self.file, row=row, column=str(column))


def read_mapping_file(path: Path) -> tuple[dict[Any, Any], Source]:
    """What a mapping file says, and where. Raises DataError where it is no YAML of `role: column`, or names a key twice."""
    import yaml

    file = path.name or str(path)
    places: dict[tuple[str, ...], tuple[int, int]] = {}
    text = _text(path, file)
    try:
        _nothing_unpacks(text, file)
        node = yaml.SafeLoader(text).get_single_node()
        _look_through(node, (), places, file)
        found = _plain(node)
    except (yaml.YAMLError, ValueError, TypeError) as error:  # an escape beyond Unicode; a list as a key
        mark = getattr(error, "problem_mark", None)
        row, column = (None, "") if mark is None else (mark.line + 1, str(mark.column + 1))
        problem = getattr(error, "problem", None)
        told = f"not valid YAML: {problem}" if problem else "not valid YAML"
        raise DataError(told, _LINES, file=file, row=row, column=column) from None
    if not isinstance(found, dict):
        raise DataError("no lines of role: column", EXAMPLE, file=file)
    return found, Source(file, places)


def _nothing_unpacks(text: str, file: str) -> None:
    """Look through the parser's events before anything is built."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise DataError("not valid YAML: too many brackets", _LINES, file=file)
        merge = isinstance(event, yaml.ScalarEvent) and event.value == "<<" and not event.style
        if getattr(event, "anchor", None) is not None or getattr(event, "tag", None) is not None or merge:
            mark = event.start_mark
            row, column = (None, "") if mark is None else (mark.line + 1, str(mark.column + 1))
            raise DataError(
                "anchors, aliases, merges and tags are not supported",
                "write the names out",
                file=file,
                row=row,
                column=column,
            )


def _plain(node: Any) -> Any:
    """A node as text, lists and mappings; None where nothing stands."""
    import yaml

    if isinstance(node, yaml.MappingNode):
        return {_plain(key): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one) for one in node.value]
    return None if node is None or (node.value == "" and not node.style) else str(node.value)


def _text(path: Path, file: str) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.read(_MAX_BYTES + 1)
        if len(raw) > _MAX_BYTES:
            raise DataError("larger than 64 KiB: not a mapping of columns", file=file)
        return raw.decode("utf-8-sig")
    except FileNotFoundError:
        raise DataError("there is no such file", file=file) from None
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        raise DataError(
            f"the byte 0x{error.object[error.start]:02X} in this line is not UTF-8",
            "save it as UTF-8",
            file=file,
            row=row,
        ) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise DataError(f"the file cannot be read: {reason}", file=file) from None


def _look_through(
    node: Any, above: tuple[str, ...], places: dict[tuple[str, ...], tuple[int, int]], file: str
) -> None:
    """Places of the keys of a mapping and of the mappings right below it."""
    import yaml

    if not isinstance(node, yaml.MappingNode) or len(above) > 1:
        return
    for key, value in node.value:
        mark = key.start_mark
        keys = (*above, str(key.value))
        if keys in places:
            raise DataError(
                f"'{key.value}' stands here and in line {places[keys][0]}", "keep one of them",
                file=file, row=mark.line + 1, column=str(mark.column + 1),
            )  # fmt: skip
        places[keys] = (mark.line + 1, mark.column + 1)
        _look_through(value, keys, places, file)
