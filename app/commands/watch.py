"""watch: what to look at after the decision, and when to stop."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import options, piloting
from app.console import duration, print_json, show
from app.elsewhere import closing
from app.guard import SOME_RUNS_FAILED, BadInput, resumable
from app.inputs import cores, find_run, is_sweep_directory
from app.left import say_other_code, scenario_of
from app.piloting import size_of
from app.progress import Bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analysis.leading import Leading
    from analysis.panel import OutcomeInfo
    from analysis.sweeps import SweepAnswer
    from analysis.until_when import UntilWhen
    from analysis.watching import Watching
    from simulation.spec import Scenario

FOLDER = "watch"
TOLD_WEEK = 6
"""Weeks after the start of the signals that are ranked in the answer; the others are in --json."""
WORLD = ["point", "replication"]


def command(
    ctx: typer.Context,
    run: options.RunArgument,
    policy: Annotated[
        str | None, typer.Option("--policy", "-p", help="The policy (default: the one in doubt most).")
    ] = None,
    outcome: Annotated[
        str | None, typer.Option("--outcome", help="Judge by this one (default: the scenario's).")
    ] = None,
    pilot: Annotated[
        str | None,
        typer.Option(
            "--pilot",
            metavar="WEEKSxREPS",
            help="Instead: who should pilot, and how far that flatters, as 6x12.",
        ),
    ] = None,
    workers: options.Workers = None,
    out: options.Out = None,
    dry_run: options.DryRun = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """What to watch after a policy has begun: signals a CRM shows in weeks 4, 6 and 9, and when to stop.

    Lives the policy again in every world of a comparison or a sweep, with what the CRM shows; kept in RUN/watch/. Worlds in
    which parameters vary tell more: where only luck varies, what happens is mostly known beforehand.
    """
    from analysis.leading import leading
    from analysis.sweeps import SweepAnswer
    from analysis.watching import enough, watching
    from app.json_files import write_json
    from simulation.runs.watched import LOOKS, SIGNALS, column

    began = time.monotonic()
    directory = find_run(run)
    scenario = scenario_of(directory)
    tables = _tables(directory, scenario)
    answer = SweepAnswer(tables, outcome)
    if not answer.info.direction:
        raise BadInput(f"more of '{answer.outcome}' is neither better nor worse (another --outcome)")
    chosen = _chosen(policy, scenario, answer)
    out = out or directory / FOLDER / chosen
    worlds = answer.lead(chosen)
    if pilot is not None:
        if outcome not in (None, "new_arr"):
            raise BadInput(
                f"--pilot judges by money won, not by '{outcome}' (leave out --outcome; `value --pilot` judges by any)"
            )
        cases = piloting.cases_of(scenario, answer, chosen)
        piloting.tell(
            scenario,
            chosen,
            size_of(pilot),
            cases,
            closing(directory, (chosen, scenario.baseline), "won"),
            as_json=as_json,
            quiet=quiet,
        )
        return
    if dry_run:
        _plan(chosen, len(worlds), out, as_json=as_json)
        return
    typed = shlex.join(["salespolicy", "watch", run, "--policy", chosen])
    if not len(worlds):
        raise BadInput(f"there is no world in which both '{scenario.baseline}' and '{chosen}' finished")
    enough(len(worlds))
    many = int(worlds.index.get_level_values("replication").to_numpy().max()) + 1
    if not quiet:
        say_other_code(directory, "its worlds are lived again by this one")
    seen, failed = _lived(
        ctx, scenario, tables, answer, chosen, many, out, workers or cores(), typed, quiet=quiet
    )
    both = worlds.to_frame("lead").join(seen, how="inner")
    _same_worlds(directory, answer, chosen, seen)
    points = both.index.get_level_values("point").to_numpy()
    groups = points if len(set(points)) > 1 else None
    lead = both["lead"].to_numpy()
    signals = {(name, week): both[column(week, name)].to_numpy() for week in LOOKS for name in SIGNALS}
    found = watching(chosen, answer.outcome, lead, signals, groups)
    early = [leading(lead, {n: signals[n, week] for n in SIGNALS}, week, groups) for week in LOOKS]
    units = "worlds" if groups is None else "points" if tables.meta["axes"] else "draws"
    turned = _until_when(tables, answer.outcome, chosen)
    ending = closing(directory, (chosen, scenario.baseline), answer.outcome)
    data = _told(found, answer.info, scenario, turned, early, units, ending, as_json=as_json)
    write_json(out / f"{answer.outcome}.json", data)
    if not as_json and not quiet:
        print(f"\n{duration(time.monotonic() - began)}. Results: {out}")
    if failed:
        raise typer.Exit(SOME_RUNS_FAILED)


def _told(
    found: Watching, info: OutcomeInfo, scenario: Scenario, turned: UntilWhen | None, early: Sequence[Leading], units: str,
    ending: str, *, as_json: bool,
) -> dict[str, Any]:  # fmt: skip
    """Show the answer; gives it as data."""
    from analysis import until_when_text as when
    from analysis.watching_text import render_watching, watching_data
    from simulation.runs.watched import SIGNALS

    weeks, (told,) = scenario.weeks, [one for one in early if one.week == TOLD_WEEK]
    ranked = when.leading_sentence(told, found.policy, weeks, SIGNALS, units)
    data = watching_data(found, info, SIGNALS, scenario.baseline)
    data["leading"] = when.leading_data(early, ranked, SIGNALS)
    data["until_when"] = None if turned is None else when.until_when_data(turned, scenario.start_week)
    data["reviews"] = (
        [] if turned is None else [when.review_data(one) for one in turned.reviews.get(info.name, ())]
    )
    data["ending"] = ending
    if as_json:
        print_json(data)
        return data
    first = "" if turned is None else when.sentence(turned, scenario.start_week)
    parts = render_watching(found, info, SIGNALS, scenario.baseline, [first, ranked])
    parts += when.render_leading(told, SIGNALS, weeks, units)
    parts += [] if turned is None else when.render_until_when(turned)
    show(*parts, "", ending)
    return data


def _tables(directory: Path, scenario: Scenario) -> Any:
    """The runs of a sweep or of a comparison; the latter with one point, or one for each draw."""
    if is_sweep_directory(directory):
        from simulation.runs.sweep_tables import read_sweep

        return read_sweep(directory)
    from simulation.runs import read_tables
    from simulation.runs.drawn import points_of_worlds

    tables = read_tables(directory)
    tables.runs = tables.runs.assign(point=points_of_worlds(scenario, tables.runs["replication"]))
    tables.meta = {**tables.meta, "axes": [], "design": "worlds"}
    return tables


def _chosen(policy: str | None, scenario: Scenario, answer: SweepAnswer) -> str:
    """The policy asked for, or the one that goes wrong in nearest to half of the worlds."""
    rivals = answer.rivals
    if policy is not None and policy not in rivals:
        raise BadInput(f"there is no policy '{policy}' in these runs to watch; known: {', '.join(rivals)}")
    leads = {name: answer.lead(name) for name in rivals if scenario.baseline in answer.runs["policy"].values}
    if policy is None and not any(len(lead) for lead in leads.values()):
        raise BadInput("there is no world in which both the baseline and another policy finished")
    return policy or min(
        (name for name in rivals if len(leads[name])),
        key=lambda name: abs(float((leads[name] < 0).mean()) - 0.5),
    )


def _lived(
    ctx: typer.Context, scenario: Scenario, tables: Any, answer: Any, policy: str, many: int, out: Path, workers: int,
    typed: str, *, quiet: bool,
) -> tuple[pd.DataFrame, int]:  # fmt: skip
    """Signals of the first `many` worlds by (point, replication), and how many runs failed."""
    from app.varied import rows_of
    from simulation.runs import run_experiments
    from simulation.runs.drawn import points_of_worlds
    from simulation.runs.sweep_run import run_sweep
    from simulation.runs.watched import Watched, watch_sweep

    live = ctx.obj.replicate or Watched()
    with resumable(out), Bar(quiet=quiet) as bar:
        if tables.meta["axes"]:
            rows = rows_of(answer, answer.axes.index)
            sweep = watch_sweep(scenario, policy, tables.meta["axes"], rows, many)
            found = run_sweep(sweep, workers=workers, out=out, progress=bar, command=typed, replicate=live)
            numbers = dict(enumerate(answer.axes.index))
            runs = found.runs.assign(point=found.runs["point"].map(numbers))
            return runs.set_index(WORLD), len(found.failures)
        lived = run_experiments(
            scenario,
            many,
            [policy],
            workers=workers,
            out=out,
            progress=bar,
            command=typed,
            replicate=live,
        )
    points = points_of_worlds(scenario, lived.runs["replication"])
    return lived.runs.assign(point=points).set_index(WORLD), len(lived.failures)


def _same_worlds(directory: Path, answer: SweepAnswer, policy: str, seen: pd.DataFrame) -> None:
    """BadInput where the worlds lived again are not those of the run: signals would be laid beside ends of others."""
    runs = answer.runs[answer.runs["policy"] == policy].set_index(WORLD)
    then, again = runs[answer.outcome].rename("then"), seen[answer.outcome].rename("again")
    both = then.to_frame().join(again, how="inner").dropna()
    other = int((both["then"] != both["again"]).sum())
    if other:
        raise BadInput(
            f"in {other} of {len(both)} worlds '{policy}' ends otherwise when it is lived again: {directory} was made by "
            "another version (the command that made it, with --out, makes it anew)"
        )


def _until_when(tables: Any, outcome: str, policy: str) -> UntilWhen | None:
    """When the policy of a comparison turns, and what reviews would do; a sweep keeps no weeks."""
    if tables.meta["axes"]:
        return None
    from analysis import doubt
    from analysis.panel import read_panel
    from analysis.until_when import until_when

    panel = read_panel(tables)
    groups = doubt.draw_of_worlds(panel)
    pooled = panel if groups is None else doubt.pooled(panel, groups)
    return until_when(panel, pooled, policy, outcome, groups)


def _plan(policy: str, runs: int, out: Path, *, as_json: bool) -> None:
    if as_json:
        print_json({"policy": policy, "runs": runs, "directory": str(out)})
    else:
        show(f"{policy} in {runs:,} worlds = {runs:,} runs", f"directory: {out}")
