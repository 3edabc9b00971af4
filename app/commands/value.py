"""value: what knowing is worth."""

from __future__ import annotations

import shlex
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app import options
from app.console import duration, print_json, show
from app.elsewhere import closing
from app.guard import SOME_RUNS_FAILED, BadInput, resumable
from app.inputs import cores
from app.left import say_other_code, scenario_of
from app.piloting import check, size_of
from app.progress import Bar

if TYPE_CHECKING:
    from analysis.sweeps import SweepAnswer
    from simulation.runs.sweep_tables import SweepTables
    from simulation.spec.sweeps import Sweep

FOLDER = "value"


def command(
    ctx: typer.Context,
    run: options.RunArgument,
    pilot: Annotated[
        list[str] | None,
        typer.Option("--pilot", metavar="WEEKSxREPS", help="A pilot to be valued, as 6x12. Can be repeated."),
    ] = None,
    policy: Annotated[
        str | None, typer.Option("--policy", "-p", help="What is piloted (default: the best that can be).")
    ] = None,
    outcome: Annotated[
        str | None, typer.Option("--outcome", help="Judge by this one (default: the scenario's).")
    ] = None,
    workers: options.Workers = None,
    out: options.Out = None,
    dry_run: options.DryRun = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """What knowing is worth before a policy is chosen: all that varies, each thing alone, the result of a pilot.

    Over a sweep or a comparison with draws. Without --pilot nothing is run; each pilot is lived once in every case.
    """
    from app.varied import varied

    began = time.monotonic()
    pilots = [size_of(text) for text in pilot or ()]
    directory, answer = varied(run, outcome)
    sweep, place, chosen = None, out or directory / FOLDER, ""
    if pilots:
        sweep, chosen = _pilots(directory, answer, policy, pilots)
        names = "-".join(f"{weeks}x{reps}" for weeks, reps in pilots)
        place = out or directory / FOLDER / f"pilots-{chosen}-{names}"
        if not quiet:
            say_other_code(directory, "pilots are lived by this one, and what they are worth is made of both")
    if dry_run:
        _plan(sweep, place, as_json=as_json)
        return
    from analysis.knowing import knowing, pilots_worth
    from analysis.knowing_text import as_data, render_knowing
    from app.json_files import write_json

    known, failed = knowing(answer), 0
    if sweep is not None:
        from simulation.runs.piloted import SEEN, SEEN_AS, label

        typed = shlex.join(
            ["salespolicy", "value", run, *(word for one in pilot or () for word in ("--pilot", one))]
        )
        tables = _lived(ctx, sweep, place, workers or cores(), typed, quiet=quiet)
        failed = len(tables.failures)
        named = [(weeks, reps, label(chosen, weeks, reps)) for weeks, reps in pilots]
        known = pilots_worth(known, tables, chosen, named, [SEEN_AS + source for source in SEEN])
    data = as_data(known) | {"ending": closing(directory, outcome=known.answer.outcome)}
    write_json(place / f"{answer.outcome}.json", data)
    if as_json:
        print_json(data)
    else:
        show(*render_knowing(known), "", data["ending"])
        if not quiet:
            print(f"\n{duration(time.monotonic() - began)}. Results: {place}")
    if failed:
        raise typer.Exit(SOME_RUNS_FAILED)


def _pilots(
    directory: Path, answer: SweepAnswer, policy: str | None, pilots: Sequence[tuple[int, int]]
) -> tuple[Sweep, str]:
    """The runs that pilots need, and the policy that is piloted. BadInput where it cannot be."""
    from app.varied import rows_of
    from simulation.runs.piloted import can_be_piloted, pilot_sweep

    scenario = scenario_of(directory)
    there = [name for name in answer.rivals if name in scenario.policies]
    can = [name for name in there if can_be_piloted(scenario, name)]
    if policy is not None and policy not in there:
        raise BadInput(f"there is no policy '{policy}' in these runs to pilot; known: {', '.join(there)}")
    if not can or (policy is not None and policy not in can):
        raise BadInput(
            f"'{policy or there[0]}' cannot be tried by some of the reps: its territories are those of the baseline"
            + (f" (--policy {can[0]})" if can else "")
        )
    means = answer.grid.mean() * answer.info.sign
    chosen = policy or max(can, key=lambda name: float(means[name]))
    for weeks, reps in pilots:
        check(scenario, chosen, weeks, reps)
    rows = rows_of(answer, answer.grid.index)
    return pilot_sweep(scenario, chosen, pilots, answer.meta["axes"], rows), chosen


def _lived(
    ctx: typer.Context, sweep: Sweep, out: Path, workers: int, typed: str, *, quiet: bool
) -> SweepTables:
    """The runs of the pilots, kept in `out`."""
    from simulation.runs.piloted import run_pilots

    with resumable(out), Bar(quiet=quiet) as bar:
        return run_pilots(
            sweep, workers=workers, out=out, progress=bar, command=typed, replicate=ctx.obj.replicate
        )


def _plan(sweep: Sweep | None, out: Path, *, as_json: bool) -> None:
    runs = 0 if sweep is None else len(sweep.policies) * sweep.points
    if as_json:
        print_json({"runs": runs, "directory": str(out)})
    elif sweep is None:
        show("nothing is run without --pilot")
    else:
        show(
            f"{len(sweep.policies) - 1} pilots and {sweep.policies[0]} x {sweep.points} cases = {runs:,} runs",
            f"directory: {out}",
        )
