"""Run directories that somebody hands over: links, damage, forgery, newer versions."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path

from .threat import Threat, typed_in

COMPARE = "compare small.yaml -n 2 -j 1 --worlds 0 --no-plots --no-report --out R"
ENDLESS = """CREATE VIEW runs AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
SELECT i AS run, 'open' AS policy, i AS replication, 'b' AS batch, 'done' AS status FROM n"""
Change = Callable[[Path], object]


@cache
def good() -> dict[str, bytes]:
    """The files of a sound run directory, by name."""
    from .threat import MINIMAL

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "small.yaml").write_text(MINIMAL, encoding="utf-8")
        code, _, err = typed_in(Path(folder), *COMPARE.split())
        assert code == 0, err
        run = Path(folder) / "R"
        return {p.relative_to(run).as_posix(): p.read_bytes() for p in sorted(run.rglob("*")) if p.is_file()}


def laid_out(change: Change) -> Change:
    """A sound run directory R with a change in it, beside a folder `outside` with a note in it."""

    def lay_out(run: Path) -> None:
        for name, content in good().items():
            (run / name).parent.mkdir(parents=True, exist_ok=True)
            (run / name).write_bytes(content)
        outside = run.parent / "outside"
        outside.mkdir()
        (outside / "note.txt").write_text("mine", encoding="utf-8")
        (outside / "note.1.tmp").write_text("mine, and not a leftover", encoding="utf-8")
        change(run)

    return lay_out


def link(name: str, target: str = "outside") -> Change:
    """A link in place of a file or folder of the run; what was there lies where it leads."""

    def change(run: Path) -> None:
        path, there = run / name, run.parent / target
        if path.is_dir():
            for inner in list(path.iterdir()):
                shutil.move(inner, there / inner.name)
            path.rmdir()
        elif path.exists() and not there.exists():
            shutil.move(path, there)
        path.unlink(missing_ok=True)
        path.symlink_to(os.path.relpath(there, path.parent))

    return change


def sql(*statements: str) -> Change:
    """The ledger, with something done to it."""

    def change(run: Path) -> None:
        with closing(sqlite3.connect(run / "ledger.sqlite")) as db, db:
            for statement in statements:
                db.execute(statement)

    return change


def manifest(**entries: object) -> Change:
    """The manifest with other entries, its own check of itself made to fit."""

    def change(run: Path) -> None:
        from simulation.runs.manifest import check_of

        found = {**json.loads((run / "manifest.json").read_text(encoding="utf-8")), **entries}
        found["check"] = check_of(found)
        (run / "manifest.json").write_text(json.dumps(found), encoding="utf-8")

    return change


def content(name: str, made: bytes) -> Change:
    """Other bytes in a file."""
    return lambda run: (run / name).write_bytes(made)


def forged(make: Callable[[Path], object]) -> Change:
    """A part that somebody else wrote, with its hash in the ledger."""

    def change(run: Path) -> None:
        path = run / part("runs")
        make(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        sql(f"UPDATE parts SET sha256 = '{digest}' WHERE file = '{path.name}'")(run)

    return change


def many_rows(path: Path) -> None:
    """A small file of very many rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = list(pq.ParquetFile(path).schema_arrow.names)
    zeros = pa.array([0.0] * 1_000_000)
    with pq.ParquetWriter(path, pa.schema([(name, pa.float64()) for name in names])) as writer:
        for _ in range(3):
            writer.write_table(pa.table(dict.fromkeys(names, zeros)))


def other_kinds(path: Path) -> None:
    """Columns of other kinds than those of the other parts."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"policy": [1], "replication": ["x"], "new_arr": ["<b>"]}), path)


def part(kind: str) -> str:
    """The first part of a kind."""
    return next(name for name in good() if name.endswith(f".{kind}.parquet"))


def journal_of(database: str, victim: str = "outside/note.txt") -> Change:
    """What a killed SQLite would leave, to be rolled back: SQLite then deletes the file that it names at its end."""

    def change(run: Path) -> None:
        magic, name = bytes.fromhex("d9d505f920a163d7"), str(run.parent / victim).encode()
        pages = (run / database).stat().st_size // 4096 if (run / database).exists() else 1
        head = magic + b"".join(n.to_bytes(4, "big") for n in (0, 1, pages, 512, 4096))
        end = name + len(name).to_bytes(4, "big") + sum(name).to_bytes(4, "big") + magic
        (run / f"{database}-journal").write_bytes(head.ljust(512, b"\0") + (2**18).to_bytes(4, "big") + end)

    return change


def pipe(name: str) -> Change:
    """A pipe in place of a file: whoever reads it waits."""

    def change(run: Path) -> None:
        (run / name).unlink(missing_ok=True)
        os.mkfifo(run / name)

    return change


def without(name: str) -> Change:
    """Something is gone."""
    return lambda run: shutil.rmtree(run / name) if (run / name).is_dir() else (run / name).unlink()


def without_runs(run: Path) -> None:
    """No table of runs is there."""
    for path in (run / "parts").glob("*.runs.parquet"):
        path.unlink()


def both(*changes: Change) -> Change:
    """One after the other."""
    return lambda run: [change(run) for change in changes]


def threats(name: str, change: Change, told: str, *words: str, code: int = 3) -> list[Threat]:
    """The same directory under several commands."""
    return [
        Threat(f"{name}: {word.split()[0]}", word, told, {"R": laid_out(change)}, code)
        for word in words or ("show R", "verify R", "export R --csv", COMPARE)
    ]


def in_place(name: str) -> str:
    """What is said of a link."""
    return (
        f"R/{name}: a link, which may lead out of the run directory (put what it leads to in its place, or choose "
        "another directory with --out)"
    )


def runs() -> list[Threat]:
    """The table; a run is lived for it once."""
    first, other = part("runs"), "or choose another directory with --out)"
    unread = f"R/manifest.json: not a manifest this version can read (delete it and give the command again, {other}"
    more = f"R/ledger.sqlite: damaged (it holds more than tables) (restore it, {other}"
    changed = "(delete this file and run the command again: only it is redone)"
    return [
        *threats("parts that lie elsewhere", link("parts"), in_place("parts")),
        *threats("one part elsewhere", link(first, "outside/part"), in_place(first)),
        *threats("a ledger elsewhere", link("ledger.sqlite", "outside/l"), in_place("ledger.sqlite")),
        *threats("a manifest elsewhere", link("manifest.json", "outside/m"), in_place("manifest.json")),
        *threats("a scenario elsewhere", link("spec.yaml", "outside/s"), in_place("spec.yaml"), "show R", COMPARE),
        *threats("a lock that is somebody's note", link(".lock", "outside/note.txt"), in_place(".lock"), COMPARE, "verify R"),
        *threats("an export elsewhere", link("export"), in_place("export"), "export R --csv"),
        *threats("plots elsewhere", link("plots"), in_place("plots"), "report R"),
        *threats("a summary elsewhere", link("summary.json", "outside/note.txt"), in_place("summary.json"), COMPARE),
        *threats(
            "a manifest that is a pipe", pipe("manifest.json"),
            f"R/manifest.json: not an ordinary file (put what it leads to in its place, {other}",
        ),
        *threats(
            "a part changed", content(first, b"PAR1"), f"R/{first}: changed or damaged since it was written {changed}",
            "show R", "export R --csv", COMPARE,
        ),
        *threats(
            "a part forged", forged(lambda path: path.write_bytes(b"PAR1")),
            f"R/{first}: changed or damaged since it was written {changed}", "show R",
        ),
        *threats(
            "a part forged, with other kinds", forged(other_kinds),
            f"R/{first}: not a table of runs this version can read (column 'scenario' is missing) "
            "(delete this file and run the command again: only it is redone)", "show R",
        ),
        *threats(
            "a ledger of a newer version", sql("PRAGMA application_id = 0x53504C32"),
            f"R/ledger.sqlite: written by a newer version (use that version, {other}",
        ),
        *threats(
            "a ledger of something else", sql("PRAGMA application_id = 7"),
            "R/ledger.sqlite: not a ledger of runs (choose another directory with --out)",
        ),
        *threats(
            "a ledger that names a file outside", sql("UPDATE parts SET file = '../../outside/note.txt' WHERE rowid = 1"),
            "R/ledger.sqlite: damaged (the part '../../outside/note.txt' is not as it was entered) (restore it, " + other,
        ),
        *threats(
            "a journal that names another file", journal_of("ledger.sqlite"),
            f"R/ledger.sqlite-journal: names another file, which would be deleted (delete the journal, {other}", COMPARE,
        ),
        *threats("a view in place of the runs", sql("ALTER TABLE runs RENAME TO old", ENDLESS), more),
        *threats(
            "a trigger in the ledger", sql("CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM runs; END"), more, COMPARE,
        ),
        *threats(
            "rows of results taken out of the ledger", sql("DELETE FROM parts WHERE kind = 'runs'"),
            f"R/ledger.sqlite: damaged ({Path(first).name} is not entered, though batch {Path(first).name[:16]} is) "
            "(restore it, or delete it and parts/ to compute all again)",
            "show R", "verify R", COMPARE,
        ),
        *threats(
            "rows of results and the results taken out", both(sql("DELETE FROM parts WHERE kind = 'runs'"), without_runs),
            f"R/ledger.sqlite: damaged (batch {Path(first).name[:16]} is entered without its runs) "
            "(restore it, or delete it and parts/ to compute all again)",
            "show R", "verify R", COMPARE,
        ),
        *threats(
            "a ledger with a failure that is none", sql("INSERT INTO failures VALUES ('a', 'open', 0, 'p', 1, 'e', 't', '{')"),
            "R/ledger.sqlite: damaged (the world of a failed run is not as it was entered) (restore it, " + other,
            "show R", "verify R", "export R --csv",
        ),
        *threats(
            "a manifest of a newer version", manifest(format=3),
            f"R/manifest.json: written by a newer version (format 3; this one reads 2) (use that version, {other}",
        ),
        *threats("a manifest with text for a group", manifest(meta="<b>"), unread),
        *threats("a manifest without what was run", manifest(meta={}), unread),
        *threats("a manifest with a number for a policy", manifest(meta={"policies": [1]}), unread, "show R"),
        *threats("a manifest made by nobody", manifest(kind="zzz"), unread, "show R", "verify R"),
        *threats("a manifest of a sweep without axes", manifest(kind="sweep"), unread, "show R"),
        *threats("a manifest of brackets", content("manifest.json", b"[" * 100_000), unread),
        *threats("a manifest of digits", content("manifest.json", b'{"hash":' + b"9" * 5000 + b"}"), unread, "show R"),
        *threats("a manifest in UTF-16", content("manifest.json", "{}".encode("utf-16")), unread, "show R"),
        *threats("no ledger", without("ledger.sqlite"), "R is not complete: it has no ledger.sqlite", "show R", "verify R"),
        *threats("no parts", without("parts"), "R is not complete: it has no folder parts", "show R", "verify R"),
        *threats(
            "another scenario in it", content("spec.yaml", b"weeks: 3\n"),
            f"R/spec.yaml: changed since it was written (delete it, {other}", COMPARE,
        ),
    ]  # fmt: skip
