"""Does `calibrate` find what a world was made of? Worlds with known parameters, exported, calibrated, and compared.

    python -m benchmarks.recovery --worlds 200 --workers 2      # some fifteen minutes; again, to go on
    python -m benchmarks.recovery --worlds 8 --out /tmp/few     # a few worlds
    python -m benchmarks.recovery --page docs/calibration/recovery.md   # the page, and its JSON, from what is there

Each world draws its parameters from the prior of `recovery_world`, is lived once under `open`, exported as `export --crm`
does, and calibrated. Each finished world is one line of `worlds.jsonl` in the directory of --out; those that are there,
from the same code and seed, are not lived again. `figures.json` beside it has coverage, bias and width of every parameter.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LIFETIME = 25
"""Worlds a process lives before another takes its place: what libraries keep is freed."""


def code() -> str:
    """What worlds and estimates depend on: the engine, the estimates, and how they are joined here."""
    from simulation.runs.identity import code_version, digest

    files = [ROOT / "benchmarks" / "recovery_world.py", ROOT / "app" / "crm_files.py"]
    places = [
        ROOT / "simulation",
        ROOT / "analysis" / "crm",
        ROOT / "analysis" / "calibration",
        ROOT / "app" / "calibration",
    ]
    return str(digest([code_version(place) for place in (*places, *files)])[:16])


def kept(file: Path, version: str, seed: int) -> dict[int, dict[str, Any]]:
    """Worlds of this code and seed that the file holds, by number. A line that was cut off is left out."""
    found = {}
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else []:
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            continue
        if (row["code"], row["seed"]) == (version, seed):
            found[row["number"]] = row
    return found


def live(worlds: int, seed: int, workers: int, out: Path) -> list[dict[str, Any]]:
    """All rows, those kept and those lived now; each is written as soon as it is there."""
    version, file = code(), out / "worlds.jsonl"
    out.mkdir(parents=True, exist_ok=True)
    rows = kept(file, version, seed)
    missing = [number for number in range(worlds) if number not in rows]
    with file.open("a", encoding="utf-8") as stream:
        if stream.tell():
            stream.write("\n")  # after a line that was cut off
        for row in recovered([(seed, number) for number in missing], workers):
            rows[row["number"]] = row
            stream.write(json.dumps({"code": version, "seed": seed, **row}) + "\n")
            stream.flush()
            print(f"\r{len(rows)} of {worlds} worlds", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return [rows[number] for number in range(worlds)]


def recovered(tasks: Sequence[tuple[int, int]], workers: int) -> Iterator[dict[str, Any]]:
    """A row for each task, as they are done."""
    from benchmarks.recovery_world import recover

    if workers == 1:
        yield from map(recover, tasks)
        return
    with get_context("spawn").Pool(workers, maxtasksperchild=LIFETIME) as pool:
        yield from pool.imap_unordered(recover, tasks)


def main(arguments: Sequence[str] | None = None) -> int:
    """Live what is missing, print the table, write the figures, and the page if asked."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.recovery", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--worlds", type=int, default=200, help="how many (default 200)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--seed", type=int, default=1, help="another set of worlds")
    parser.add_argument(
        "--out", type=Path, default=ROOT / "runs" / "recovery", metavar="DIR", help="where results go"
    )
    parser.add_argument(
        "--page", type=Path, metavar="PATH", help="write the page here, and its figures beside it as JSON"
    )
    options = parser.parse_args(arguments)
    if options.worlds < 1 or options.workers < 1:
        parser.error("--worlds and --workers must be at least 1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # of the workers: their arrays are small
    from benchmarks.flagship import keep
    from benchmarks.recovery_page import page, summary, table

    figures = summary(live(options.worlds, options.seed, options.workers, options.out), options.seed)
    print(table(figures))
    keep(figures, options.out / "figures.json")
    if options.page:
        keep(figures, options.page.with_suffix(".json"))
        options.page.write_text(page(figures), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
