"""`manifest.json`: whose runs a directory holds, by which versions. Read as a file that a stranger may have written."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.runs.errors import DirectoryRefusedError
from simulation.runs.identity import digest
from simulation.runs.links import refuse_link

if TYPE_CHECKING:
    from simulation.runs.identity import Identity

LIBRARIES = ("mesa", "numba", "numpy", "pandas", "pyarrow", "scipy")
FORMAT = 2  # 1 had no check of the manifest itself
MANIFEST = "manifest.json"
MAX_BYTES = 100_000_000  # with the draws and the provenance of a large calibration a few MB
ELSEWHERE = "choose another directory with --out"
_KINDS: dict[str, type | tuple[type, ...]] = {
    "hash": str, "scenario": str, "seed": int, "code": str, "facets": dict, "versions": dict, "outside_levers": dict,
    "commands": list, "meta": dict, "outcomes": list, "spec_sha256": str, "kind": str,
}  # fmt: skip
_OF_META: dict[str, type | tuple[type, ...]] = {
    "scenario": str, "description": str, "question": str, "outcome": str, "seed": int, "weeks": int, "start_week": int,
    "baseline": str, "policies": list, "parameters": list, "policies_text": dict, "draws": dict, "calibration": dict,
    "axes": list,
}  # fmt: skip

_OF_OUTCOME: dict[str, type | tuple[type, ...]] = {
    "name": str, "unit": str, "direction": int, "weekly": bool, "reduce": str, "label": str,
}  # fmt: skip
_OF_DRAWS: dict[str, type | tuple[type, ...]] = {
    "names": list,
    "number": int,
    "worlds_a_draw": int,
    "ranges": dict,
}
_OF_AXIS: dict[str, type | tuple[type, ...]] = {
    "name": str, "unit": str, "targets": list, "integer": bool, "values": list, "low": (int, float), "high": (int, float),
    "distribution": str,
}  # fmt: skip
_WEEKS = 1040  # more than a scenario may have would be a table as long
WORD = 63
"""Bits of a whole number, without its sign, in tables and files."""
MADE_BY = ("sweep", "optimize")
"""Commands whose directories say so; all others hold plain runs."""
_NEEDED = {"scenario", "outcome", "seed", "weeks", "policies"}  # of the meta of a comparison


def read_manifest(path: Path) -> dict[str, Any] | None:
    """The manifest in the directory `path`; None if it has none. DirectoryRefusedError for anything but a sound one."""
    file = path / MANIFEST
    refuse_link(file)
    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DirectoryRefusedError(f"{file}: cannot be read ({error.strerror})", ELSEWHERE) from error
    try:
        manifest = json.loads(raw[:MAX_BYTES].decode("utf-8"))
    except (ValueError, RecursionError):  # not UTF-8, not JSON, cut off, or brackets without end
        manifest = None
    if isinstance(manifest, dict) and type(number := manifest.get("format")) is int and number > FORMAT:
        raise DirectoryRefusedError(
            f"{file}: written by a newer version (format {number}; this one reads {FORMAT})",
            f"use that version, or {ELSEWHERE}",
        )
    with suppress(RecursionError):  # deeper than what takes it apart, though not than what read it
        if isinstance(manifest, dict) and "hash" in manifest and _is_ours(manifest):
            return manifest
    raise DirectoryRefusedError(
        f"{file}: not a manifest this version can read",
        f"delete it and give the command again, or {ELSEWHERE}",
    )


def check_of(manifest: Mapping[str, Any]) -> str:
    """What tells whether a manifest is as it was written: a hash of all else in it."""
    return digest({key: value for key, value in manifest.items() if key != "check"})[:16]


def _is_ours(manifest: dict[str, Any]) -> bool:
    """Whether the check is right, and every part of the kind it is when we write it."""
    if manifest.get("format") != 1 and manifest.get("check") != check_of(manifest):
        return False
    meta, kind = manifest.get("meta", {}), manifest.get("kind")
    if "meta" in manifest and not (isinstance(meta, dict) and meta.keys() >= _NEEDED):
        return False
    if kind is not None and not (kind in MADE_BY and {"meta", "outcomes"} <= manifest.keys()):
        return False
    if kind == "sweep" and "axes" not in meta:
        return False
    return (
        _kinds_are(manifest, _KINDS)
        and _kinds_are(meta, _OF_META)
        and meta.get("weeks", 0) <= _WEEKS
        and all(isinstance(command, str) for command in manifest.get("commands", ()))
        and _are_names(meta.get("policies", []))
        and all(isinstance(row, dict) for row in meta.get("parameters", ()))
        and all(_is_axis(axis) for axis in meta.get("axes", ()))
        and ("draws" not in meta or _are_draws(meta["draws"]))
        and ("calibration" not in meta or _is_calibration(meta["calibration"]))
        and all(_is_outcome(row) for row in manifest.get("outcomes", ()))
    )


def _is_outcome(row: Any) -> bool:
    known = isinstance(row, dict) and row.keys() >= _OF_OUTCOME.keys() and _kinds_are(row, _OF_OUTCOME)
    return known and row["direction"] in (-1, 0, 1)


def _is_axis(facts: Any) -> bool:
    """Whether it is as `Axis.facts` gives it."""
    return (
        isinstance(facts, dict)
        and facts.keys() >= _OF_AXIS.keys() - {"values", "low", "high", "distribution"}
        and _kinds_are(facts, _OF_AXIS)
        and all(isinstance(value, int | float | str) for value in facts.get("values", ()))
    )


def _are_names(found: list[Any]) -> bool:
    """Text, and each once: what is counted by name would be counted twice."""
    return all(isinstance(name, str) for name in found) and len(set(found)) == len(found)


def _are_draws(facts: dict[str, Any]) -> bool:
    """Whether they are as `facts_of_draws` gives them."""
    return (
        facts.keys() >= _OF_DRAWS.keys() - {"ranges"}  # those of earlier versions have none
        and _kinds_are(facts, _OF_DRAWS)
        and _are_names(facts["names"])
        and min(facts["number"], facts["worlds_a_draw"]) >= 1
        and all(
            isinstance(ends, list) and len(ends) == 2 and all(isinstance(end, int | float) for end in ends)
            for ends in facts.get("ranges", {}).values()
        )
    )


def _is_calibration(facts: dict[str, Any]) -> bool:
    """Whether it is as `facts_of_calibration` gives it: that of a scenario, and the value `now` of each number."""
    from pydantic import ValidationError

    from simulation.spec.calibrated import Calibration

    numbers = facts.get("numbers")
    if not isinstance(numbers, list) or not all(isinstance(one, dict) for one in numbers):
        return False
    if not all(isinstance(one.get("now", 0), int | float | None) for one in numbers):
        return False
    written = [{key: value for key, value in one.items() if key != "now"} for one in numbers]
    try:
        Calibration.model_validate_json(json.dumps({**facts, "numbers": written}))
    except ValidationError:
        return False
    return True


def _kinds_are(found: Mapping[str, Any], kinds: Mapping[str, type | tuple[type, ...]]) -> bool:
    return all(_is_kind(found[name], kind) for name, kind in kinds.items() if name in found)


def _is_kind(value: Any, kind: type | tuple[type, ...]) -> bool:
    if kind is int:  # not yes and no, and none that arrays cannot hold
        return type(value) is int and value.bit_length() <= WORD
    return isinstance(value, kind)


def new_manifest(identity: Identity, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Whose runs a new directory holds; `facts` are for readers. Its `check` is left open."""
    versions = {"python": platform.python_version()}
    for library in ("sales-policy-lab", *LIBRARIES):
        with suppress(PackageNotFoundError):
            versions[library] = version(library)
    return {
        "format": FORMAT,
        "check": "",
        "hash": identity.directory,
        "scenario": identity.resolved["name"],
        "seed": identity.resolved["seed"],
        "code": identity.code,
        "facets": identity.facets,
        "versions": versions,
        "outside_levers": dict(identity.outside),
        "commands": [],
        **facts,
    }
