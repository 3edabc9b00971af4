"""What is fuzzed: each target makes an input, hands it to the product, and says what of the promise it broke.

The promise: a result, or our own error with a place in it. Anything else that is raised is a finding.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from . import grammars
from .app_target import app
from .choices import ODD, Choices, damaged, one_in, pick
from .tables_target import tables
from .threat import MINIMAL, typed_in
from .threats_runs import good

Target = Callable[[Choices, Path], object]
"""Raises AssertionError, or whatever came through, for a broken promise. The folder is its own, from input to input."""


def spec(choices: Choices, folder: Path) -> None:
    """A scenario and `--set`."""
    from simulation.spec import SpecError, load_scenario

    path = folder / "fuzz.yaml"
    raw, changes = grammars.scenario(choices), grammars.overrides(choices)
    path.write_bytes(raw)
    try:
        scenario = load_scenario(path, changes)
    except SpecError as error:
        located(error, raw, path, changes)
    else:
        json.dumps(scenario.resolved(), allow_nan=False)


def sweep(choices: Choices, folder: Path) -> None:
    """A sweep, and its points where they are few."""
    from simulation.runs.designs import points_of
    from simulation.spec import SpecError
    from simulation.spec.sweeps import load_sweep

    path = folder / "fuzz.yaml"
    (folder / "small.yaml").write_text(MINIMAL, encoding="utf-8")
    (folder / "t.csv").write_text(pick(choices, TABLES), encoding="utf-8")
    raw = grammars.sweep(choices)
    path.write_bytes(raw)
    try:
        found = load_sweep(path)
    except SpecError as error:
        located(error, raw, path, ())
    else:
        if found.points <= 200:
            points = points_of(found)
            assert len(points) == found.points
            assert all(len(point) == len(found.axes) for point in points)


TABLES = (
    "overlap\n0.1\n0.9\n",
    "overlap,world.reps\n0.1,4\n0.2\n",
    "",
    "a\n1\n",
    "overlap\nnan\n",
    "overlap\n=1\n0.5\n",
    '"x\n',
)


def located(error: object, raw: bytes, path: Path, changes: object) -> None:
    """Every problem has a place that exists, and words on one line."""
    problems = error.problems  # type: ignore[attr-defined]
    lines = raw.count(b"\n") + raw.count(b"\r") + 1
    assert problems
    for problem in problems:
        assert problem.message, problem
        assert problem.column >= 1, problem
        assert problem.line >= 1, problem
        assert problem.file != str(path) or problem.line <= lines, problem
        assert "\n" not in str(problem), problem
        assert len(str(problem)) < 3000, problem


def crm(choices: Choices, folder: Path) -> None:
    """An export, sometimes with a mapping file."""
    from test_crm_fuzz import ENCODINGS, FORMS, NAMES, NUMBERS

    roles = ["deal", "created", "ended", "outcome"] if not one_in(choices, 4) else []
    roles += [pick(choices, list(NAMES)) for _ in range(choices.below(4))]
    roles = roles or ["deal"]
    names = [pick(choices, NAMES[role]) for role in roles]
    form, numbers = pick(choices, FORMS), pick(choices, NUMBERS)
    rows = [[cell(choices, role, form, numbers) for role in roles] for _ in range(1 + choices.below(8))]
    mark = pick(choices, ",,,;\t|")
    end = pick(choices, ("\n", "\n", "\r\n", "\r"))
    text = (
        end.join(mark.join('"' + one.replace('"', '""') + '"' for one in row) for row in [names, *rows]) + end
    )
    encoding, told = pick(choices, ENCODINGS)
    raw = text.encode(encoding, "replace")
    path = folder / "deals.csv"
    path.write_bytes(damaged(choices, raw) if one_in(choices, 3) else raw)
    mapping = None
    if one_in(choices, 4):
        mapping = folder / "m.yaml"
        said = "".join(f"{pick(choices, list(NAMES))}: {pick(choices, [*names, *ODD])}\n" for _ in range(2))
        mapping.write_bytes(said.encode("utf-8", "surrogatepass"))
    imported(choices, path, mapping, told)


def imported(choices: Choices, path: Path, mapping: Path | None = None, encoding: str | None = None) -> None:
    """An export as `calibrate` reads it: sound, or refused with a place in one of the files."""
    from test_crm_fuzz import checked

    from analysis.crm.read import read_crm
    from analysis.crm.table import DataError

    dates = pick(choices, (None, "dmy", "mdy"))
    try:
        checked(read_crm([path], mapping=mapping, encoding=encoding, dates=dates))
    except DataError as error:
        file = error.file.partition("[")[0]  # a sheet of it
        assert file in {str(path), path.name, *([str(mapping), mapping.name] if mapping else [])}, error
        assert "\n" not in str(error), error
        assert len(str(error)) < 3000, error


def cell(choices: Choices, role: str, form: str, numbers: list[str]) -> str:
    """A cell of a table."""
    if one_in(choices, 12):
        return pick(choices, (*ODD, "=A1", "9999-12-31", "0000-00-00", "(5)", "1.234.567,8"))
    if role in {"created", "ended", "won_on", "moved", "touched", "stated"}:
        return (date(2024, 1, 1) + timedelta(days=choices.below(900))).strftime(form)
    if role in {"outcome", "stage"}:
        return pick(
            choices, ("won", "lost", "open", "Closed Won", "赢单", "输单", "搁置", "closed", "", "Proposal")
        )
    if role == "deal":
        return str(choices.below(30))
    return pick(choices, numbers if role == "value" else ["", "a", "b", "王", "Rep 1", "x, y", 'the "best"'])


def line(choices: Choices, folder: Path) -> None:
    """A command line that computes nothing: an exit code of ours, and words on stderr where it is not 0."""
    (folder / "small.yaml").write_text(MINIMAL, encoding="utf-8")
    words = grammars.line(choices)
    code, out, err = typed_in(folder, *words)
    assert code in (0, 2, 3), (code, words, err)
    assert "Unexpected error" not in err, (words, err)
    assert "Traceback" not in out + err, (words, err)
    assert code == 0 or err or "--json" in words, words  # then the problems are in what is printed


def runs(choices: Choices, folder: Path) -> None:
    """A run directory with harm done to it: read as `verify` and `show` do.

    What `verify` calls sound has to answer as it did before the harm, unless somebody forged what nothing else knows.
    """
    from analysis import AnalysisError, compare
    from simulation.runs import RunsError, read_tables
    from simulation.runs.upkeep import check

    run = folder / "R"
    laid_out(run)
    forged = [harm(choices, run) for _ in range(1 + choices.below(2))]
    ends: list[object] = []
    for attempt in (lambda: check(run).sound, lambda: compare(read_tables(run)).summary()):
        try:
            ends.append(attempt())
        except RunsError as error:
            ends.append(error)
            assert str(run) in str(error), error
            assert len(str(error)) < 3000, error
        except AnalysisError as error:
            ends.append(error)
            assert "\n" not in str(error), error
    sound, answer = ends
    assert any(forged) or sound is not True or answer == unharmed(), f"called sound, and says {answer!r}"


def laid_out(run: Path) -> None:
    """The files of a sound run directory, and no others."""
    shutil.rmtree(run, ignore_errors=True)
    for name, content in good().items():
        (run / name).parent.mkdir(parents=True, exist_ok=True)
        (run / name).write_bytes(content)


@cache
def unharmed() -> object:
    """What the run directory answers before anything is done to it."""
    from analysis import compare
    from simulation.runs import read_tables

    with tempfile.TemporaryDirectory() as folder:
        laid_out(Path(folder) / "R")
        return compare(read_tables(Path(folder) / "R")).summary()


SQL = (
    "UPDATE runs SET policy = '<b>'",
    "UPDATE runs SET replication = -1",
    "DELETE FROM parts",
    "DELETE FROM runs",
    "DROP TABLE parts",
    "UPDATE parts SET kind = 'x'",
    "UPDATE parts SET file = '../x'",
    "ALTER TABLE runs ADD COLUMN more TEXT",
    "PRAGMA user_version = 9",
    "INSERT INTO failures VALUES ('a', 'open', 0, 'p', 1, 'e', 't', '[]')",
    "UPDATE runs SET replication = 9223372036854775807",
    "INSERT INTO failures VALUES ('a', 'open', -7, 'p', NULL, 'e', 't', '')",
    "PRAGMA application_id = 0",
    "UPDATE runs SET batch = ''",
)


def harm(choices: Choices, run: Path) -> bool:
    """Bytes of any file, an entry of the manifest with its check made to fit, or the ledger.

    True where it was a manifest, which nothing else in the directory knows better: SECURITY.md does not promise to see that.
    """
    from simulation.runs.manifest import check_of

    kind = choices.below(3)
    if kind == 0:
        path = run / pick(choices, sorted(good()))
        if path.exists():
            path.write_bytes(damaged(choices, path.read_bytes()))
        return False
    if kind == 1:
        path = run / "manifest.json"
        with suppress(ValueError, OSError):  # harmed before
            tree = json.loads(path.read_text(encoding="utf-8"))
            grammars.change(choices, tree)
            tree["check"] = check_of(tree)
            path.write_text(json.dumps(tree), encoding="utf-8")
        return True
    statement = pick(choices, SQL)
    with suppress(sqlite3.Error), closing(sqlite3.connect(run / "ledger.sqlite")) as db, db:
        db.execute(statement)
    return False


TARGETS: dict[str, Target] = {
    "spec": spec,
    "crm": crm,
    "tables": tables,
    "sweep": sweep,
    "line": line,
    "runs": runs,
    "app": app,
}
