"""The results of a sweep as tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.runs.columns import AXIS
from simulation.runs.directory import reading
from simulation.runs.errors import DirectoryRefusedError
from simulation.runs.parts import concat
from simulation.runs.record import Failure
from simulation.runs.sweep_store import SweepStore, column_of
from simulation.runs.tables import describe, outcome_rows
from simulation.spec.sweeps import Sweep

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FAILURE_COLUMNS = ("point", "policy", "replication", "phase", "week", "error", "settings")


@dataclass
class SweepTables:
    """Everything a sweep produced. Rows are in the order of the points, then of the policies, then of replications.

    `runs`: point, policy, replication, seed, a column `x.NAME` for each axis, and the final outcomes; `periods`: point,
    policy, replication, week, and the outcomes of which weeks are kept; `failures`: where and why runs stopped, with what
    their world differs by; `outcomes` as in `Tables`; `meta`: as there, and `axes`, `design`, `points`. Money is in cents.
    """

    runs: pd.DataFrame
    periods: pd.DataFrame
    failures: pd.DataFrame
    outcomes: pd.DataFrame
    meta: dict[str, Any]


def describe_sweep(sweep: Sweep) -> dict[str, Any]:
    """`meta` but for the command: plain data, kept in the manifest of the directory."""
    return {
        **describe(sweep.scenario),
        "sweep": sweep.name,
        "description": sweep.description or sweep.scenario.description,
        "design": sweep.design,
        "axes": [axis.facts() for axis in sweep.axes],
        "policies": list(sweep.policies),
    }


def tables_of(store: SweepStore) -> SweepTables:
    """The tables of what a sweep asks for, from its store."""
    sweep = store.sweep
    meta = {**describe_sweep(sweep), "points": sweep.points, "replications": sweep.replications}
    if store.directory is None:
        batches, failures = store.batches, list(store.failures.values())
    else:
        batches = store.directory.read(sweep.policies, sweep.replications)
        failures = [
            f
            for f in store.directory.ledger.failures().values()
            if f.policy in sweep.policies and f.point < sweep.points and f.replication < sweep.replications
        ]
    return _assemble(batches, failures, meta, outcome_rows(), sweep.points)


def read_sweep(path: str | Path, outcomes: Collection[str] | None = None) -> SweepTables:
    """The tables of a sweep's directory, as far as it is done; with `outcomes` only these columns are loaded.

    DirectoryRefusedError if it is none, or was changed; ValueError for an outcome that there is not.
    """
    with reading(Path(path)) as directory:
        facts = directory.manifest
        if facts.get("kind") != "sweep":
            raise DirectoryRefusedError(
                f"{path} is not the directory of a sweep", "`show` and `report` read it"
            )
        failures = list(directory.ledger.failures().values())
        columns = None if outcomes is None else {"point", "seed", *outcomes}
        if columns is not None:
            if unknown := sorted(set(outcomes or ()) - {row["name"] for row in facts["outcomes"]}):
                raise ValueError(f"there is no outcome {', '.join(unknown)}")
            columns |= {AXIS + axis["name"] for axis in facts["meta"]["axes"]}
        batches = directory.read(facts["meta"]["policies"], outcomes=columns)
        if not batches["runs"] and not failures:
            raise DirectoryRefusedError(
                f"{path} holds no finished runs", "give the command that made it again"
            )
        meta = {**facts["meta"], "command": (facts.get("commands") or [""])[-1]}
        tables = _assemble(batches, failures, meta, facts["outcomes"], None)
    needed = [
        *(AXIS + axis["name"] for axis in meta["axes"]),
        *([meta["outcome"]] if outcomes is None else outcomes),
    ]
    if lacking := [name for name in needed if batches["runs"] and name not in tables.runs]:
        raise _of_another(path, f"column '{lacking[0]}' is missing")
    if batches["runs"] and (
        strange := [axis["name"] for axis in meta["axes"] if not _has_values_of(axis, tables.runs)]
    ):
        raise _of_another(path, f"column '{AXIS}{strange[0]}' has values that its axis does not have")
    tables.meta["points"] = int(tables.runs["point"].nunique())
    tables.meta["replications"] = int(tables.runs["replication"].nunique())
    return tables


def _of_another(path: str | Path, problem: str) -> DirectoryRefusedError:
    return DirectoryRefusedError(
        f"{path}/parts: not tables of this sweep ({problem})",
        "delete them and give the command that made them again",
    )


def _has_values_of(axis: dict[str, Any], runs: pd.DataFrame) -> bool:
    """Whether the runs have values of an axis, of which `Axis.facts` tells: of its list, or numbers of its range."""
    column = runs[AXIS + axis["name"]]
    if "values" in axis:
        return bool(column.isin(column_of(axis["values"]).to_pylist()).all())
    return bool(column.dtype.kind == "f")


def _assemble(
    batches: dict[str, list[pa.Table]],
    failures: Sequence[Failure],
    meta: dict[str, Any],
    outcomes: list[dict[str, Any]],
    points: int | None,
) -> SweepTables:
    import pandas as pd

    order = {policy: place for place, policy in enumerate(meta["policies"])}

    def frame(kind: str) -> pd.DataFrame:
        if not batches[kind]:
            names = [AXIS + axis["name"] for axis in meta["axes"]] if kind == "runs" else ["week"]
            return pd.DataFrame(columns=["point", "policy", "replication", *names])
        table: pd.DataFrame = concat(batches[kind]).to_pandas()
        if points is not None:
            table = table[table["point"] < points]
        keys = pd.DataFrame({
            "point": table["point"], "policy": table["policy"].map(order), "replication": table["replication"]
        })  # fmt: skip
        rows = keys.sort_values(["point", "policy", "replication"], kind="stable").index
        return table.loc[rows].reset_index(drop=True)

    failed = sorted(failures, key=lambda f: (f.point, order.get(f.policy, 0), f.replication))
    columns = {
        name: [getattr(f, name) if name != "settings" else settings_text(f) for f in failed]
        for name in FAILURE_COLUMNS
    }
    return SweepTables(frame("runs"), frame("periods"), pd.DataFrame(columns), pd.DataFrame(outcomes), meta)


def settings_text(failed: Failure) -> str:
    """How to live the world of a failed run again: options of `run`."""
    return " ".join(f"--set {_path(place)}={value}" for place, value in failed.settings)


def _path(place: str) -> str:
    return place.replace("/", ".") if "/" in place else f"world.parameters.{place}"
