"""Run directories whose ledger, parts or manifest somebody prepared: sound SQLite, Parquet and JSON, and not what we write."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .threat import Threat
from .threats_runs import COMPARE, Change, both, content, manifest, part, sql, threats

if TYPE_CHECKING:
    import pyarrow as pa

RESTORE = "(restore it, or choose another directory with --out)"
ALL = ("show R", "verify R", "export R --csv", COMPARE)


def remade(table: str, columns: str, *values: str) -> Change:
    """A table of the ledger in place of ours, which takes anything: no column has a kind."""
    taken = ", ".join(values or columns.split(", "))
    made = f"CREATE TABLE {table} ({columns})"
    return sql(
        f"ALTER TABLE {table} RENAME TO old",
        made,
        f"INSERT INTO {table} SELECT {taken} FROM old",
        "DROP TABLE old",
    )


def failing(replication: str, week: str) -> Change:
    """A run that failed, in a world and week of any kind."""
    columns = "run, policy, replication, phase, week, error, traceback, world"
    row = f"INSERT INTO failures VALUES ('a', 'open', {replication}, 'p', {week}, 'e', 't', '')"
    return both(remade("failures", columns), sql(row))


def called_strict(table: str, statement: str) -> Change:
    """What our kinds of columns refuse, put in while the table does not say that it has them."""
    says = "PRAGMA writable_schema = ON", "UPDATE sqlite_master SET sql = {} WHERE name = '" + table + "'"
    off = [says[0], says[1].format("replace(sql, ' STRICT', '')")]
    on = [says[0], says[1].format("sql || ' STRICT'")]
    return both(sql(*off), sql(statement), sql(*on))


def ledgers() -> list[Threat]:
    """Tables and rows of a ledger."""
    tables = f"R/ledger.sqlite: damaged (its tables are not those of a ledger of runs) {RESTORE}"
    row = f"R/ledger.sqlite: damaged (a row is not as it was entered) {RESTORE}"
    return [
        *threats("parts without a batch", remade("parts", "file, batch, kind, sha256", "file", "NULL", "kind", "sha256"), tables),
        *threats("a failure in a world of text", failing("'x'", "1"), tables, "show R", "verify R"),
        *threats("a failure in a week of text", failing("0", "'w'"), tables, "show R", "verify R"),
        *threats(
            "runs of a world of text",
            remade("runs", "run, policy, replication, batch, status", "run", "policy", "'x'", "batch", "status"), tables,
        ),
        *threats("a ledger without its runs", sql("DROP TABLE runs"), tables),
        *threats(
            "a ledger that has been emptied", sql("DELETE FROM runs", "DELETE FROM parts"),
            "R/ledger.sqlite: damaged (2 batches have files and are not entered) (restore it, or delete it and parts/ to "
            "compute all again)", "verify R",
        ),
        *threats("a ledger with a table more", sql("CREATE TABLE more (a TEXT) STRICT"), tables, "show R"),
        *threats("a world of text in a table of numbers", called_strict("runs", "UPDATE runs SET replication = 'x'"), row, "show R"),
        *threats("a kind of part that is a path", sql(
            "UPDATE parts SET kind = 'periods/../x', file = '0123456789abcdef.periods/../x.parquet', "
            "batch = '0123456789abcdef' WHERE rowid = 1"
        ), "R/ledger.sqlite: damaged (the part '0123456789abcdef.periods/../x.parquet' is not as it was entered) " + RESTORE),
        *threats(
            "a name in the ledger that is no text", sql("UPDATE runs SET policy = CAST(x'ff' AS TEXT)"),
            "R/ledger.sqlite: damaged or changed by something else (Could not decode to UTF-8 column 'policy' with text '\ufffd') "
            + RESTORE, "show R", "export R --csv",
        ),
        *threats(
            "a failure at a point without end",
            sql(f"INSERT INTO failures VALUES ('a', 'open', 0, 'p', 1, 'e', 't', '{{\"point\":{10**40},\"settings\":[]}}')"),
            f"R/ledger.sqlite: damaged (the world of a failed run is not as it was entered) {RESTORE}", "show R",
        ),
    ]  # fmt: skip


def every(kind: str, make: Callable[[pa.Table], pa.Table]) -> Change:
    """Each part of a kind as somebody else would have it, with its hash in the ledger."""

    def change(run: Path) -> None:
        import pyarrow.parquet as pq

        for path in sorted((run / "parts").glob(f"*.{kind}.parquet")):
            pq.write_table(make(pq.read_table(path, partitioning=None)), path)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            sql(f"UPDATE parts SET sha256 = '{digest}' WHERE file = '{path.name}'")(run)

    return change


def filled(name: str, value: object) -> Callable[[pa.Table], pa.Table]:
    """A column with the same in all its rows."""

    def make(table: pa.Table) -> pa.Table:
        import pyarrow as pa

        whole = pa.array([value] * table.num_rows, pa.int64() if value is None else None)
        return table.set_column(table.schema.get_field_index(name), name, whole)

    return make


def other(table: pa.Table) -> pa.Table:
    """A table of something else."""
    import pyarrow as pa

    return pa.table({"a": [1]})


def columns() -> list[Threat]:
    """Columns of parts that are sound Parquet under the hash in the ledger."""
    redone = "(delete this file and run the command again: only it is redone)"

    def told(
        name: str, kind: str, make: Callable[[pa.Table], pa.Table], problem: str, *words: str
    ) -> list[Threat]:
        first = f"R/{part(kind)}: not a table of runs this version can read ({problem}) {redone}"
        return threats(name, every(kind, make), first, *(words or ("show R",)))

    return [
        *told(
            "runs without a policy", "runs", lambda table: table.drop(["policy"]), "column 'policy' is missing",
            "show R", "export R --csv", COMPARE,
        ),
        *told("runs without a world", "runs", lambda table: table.drop(["replication"]), "column 'replication' is missing"),
        *told("runs in a world of text", "runs", filled("replication", "x"), "column 'replication' is of kind string"),
        *told("runs in no world", "runs", filled("replication", None), "column 'replication' has gaps"),
        *told("runs with text for money", "runs", filled("new_arr", "x"), "column 'new_arr' is of kind string"),
        *told(
            "runs with lists for money", "runs", filled("new_arr", [1.0]), "column 'new_arr' is of kind list<element: double>",
        ),
        *told(
            "runs with money without end", "runs", filled("new_arr", float("inf")),
            "column 'new_arr' has numbers that are no result",
        ),
        *told("weeks of text", "periods", filled("week", "x"), "column 'week' is of kind string"),
        *told("decisions about something else", "decisions", other, "column 'scenario' is missing"),
    ]  # fmt: skip


def meta(**entries: object) -> Change:
    """The manifest with something else said of what was run."""

    def change(run: Path) -> None:
        found = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
        manifest(meta={**found["meta"], **entries})(run)

    return change


def manifests() -> list[Threat]:
    """What a manifest says was run, its own check of itself made to fit."""
    told = (
        "R/manifest.json: not a manifest this version can read (delete it and give the command again, "
        "or choose another directory with --out)"
    )
    draws = {"names": ["overlap"], "number": 0, "worlds_a_draw": 2, "ranges": {}}
    data = {"files": ["a.csv"], "rows": 1, "numbers": [7]}
    return [
        *threats("draws that are a number", meta(draws=5), told, "show R", "report R --no-plots", COMPARE),
        *threats("no draws at all", meta(draws=draws), told, "show R"),
        *threats(
            "draws between words",
            meta(draws={**draws, "number": 3, "ranges": {"overlap": ["a", "b"]}}),
            told,
            "show R",
        ),
        *threats("a calibration that is text", meta(calibration="x"), told, "show R", "verify R"),
        *threats("a calibration with numbers for findings", meta(calibration=data), told, "show R"),
        *threats("weeks without end", meta(weeks=10**400), told, "show R", "export R --csv"),
        *threats("more weeks than there are", meta(weeks=2**40), told, "show R"),
        *threats("a policy twice", meta(policies=["open", "open"]), told, "show R"),
        *threats("a policy that is a list", meta(policies=[["open"]]), told, "show R"),
        *threats("a seed that is yes", meta(seed=True), told, "show R"),
    ]


def folder(name: str) -> Change:
    """A folder in place of a file."""
    return both(lambda run: (run / name).unlink(missing_ok=True), lambda run: (run / name).mkdir())


def folders() -> list[Threat]:
    """Folders where files belong, and a file where a folder does."""
    first = part("runs")

    def told(name: str) -> str:
        return (
            f"R/{name}: a folder, where a file belongs (move it away, or choose another directory with --out)"
        )

    broken = (
        f"R/{first}: changed or damaged since it was written (delete it; the same command computes it again)"
    )
    return [
        *threats("a folder for a scenario", folder("spec.yaml"), told("spec.yaml")),
        *threats("a folder for a ledger", folder("ledger.sqlite"), told("ledger.sqlite")),
        *threats("a folder for a part", folder(first), told(first), "show R", "export R --csv", COMPARE),
        *threats("a folder for a part", folder(first), broken, "verify R -q"),
        *threats("a folder called as a leftover", folder("parts/x.1.tmp"), "", "gc R -q", "verify R -q", code=0),
        *threats(
            "a file for a folder", content("export", b"mine"),
            "R/export: File exists (a file is where a folder belongs: move it away)", "export R --csv",
        ),
    ]  # fmt: skip


def prepared() -> list[Threat]:
    """The table."""
    return [*ledgers(), *columns(), *manifests(), *folders()]
