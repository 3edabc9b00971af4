"""explain: why one policy ends ahead of another."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app import options, who
from app.console import duration, print_json, show
from app.elsewhere import closing
from app.guard import SOME_RUNS_FAILED, BadInput, resumable
from app.inputs import cluster_of, cores, find_run, fits_memory, is_sweep_directory, outcome_names
from app.left import present, say_other_code, scenario_of, there
from app.progress import Bar

if TYPE_CHECKING:
    from simulation.runs.ledger import DoneRun
    from simulation.spec import Scenario

FOLDER = "explain"
MONEY_WON = "won"
"""What --who is about: no outcome of the table."""
WHO_WORLDS = 20
"""Worlds for --who, unless --replications says otherwise."""


def command(
    ctx: typer.Context,
    run: options.RunArgument,
    policy: Annotated[
        str | None, typer.Option("--policy", "-p", help="The policy (default: the best, or the best rival).")
    ] = None,
    baseline: Annotated[
        str | None, typer.Option("--baseline", "-b", help="Against this one (default: the scenario's).")
    ] = None,
    outcome: Annotated[
        str | None, typer.Option("--outcome", help="The outcome (default: the scenario's).")
    ] = None,
    at: Annotated[
        int | None, typer.Option("--at", min=0, metavar="WEEK", help="Up to this week (default: the end).")
    ] = None,
    everybody: Annotated[
        bool,
        typer.Option("--who", help="Who gains and loses: by tenure, talent, industry, and ten people each."),
    ] = False,
    rep: Annotated[
        int | None,
        typer.Option("--rep", min=0, metavar="ID", help="The same rep in both worlds, week by week."),
    ] = None,
    account: Annotated[
        int | None, typer.Option("--account", min=0, metavar="ID", help="The same account in both worlds.")
    ] = None,
    world: Annotated[
        int, typer.Option("--world", min=0, max=99_999, help="World of these people and accounts.")
    ] = 0,
    replications: options.Replications = None,
    workers: options.Workers = None,
    cluster: options.ClusterAddress = None,
    cluster_tls: options.ClusterTls = None,
    out: options.Out = None,
    plots: Annotated[bool, typer.Option("--plots/--no-plots", help="Draw the waterfall.")] = True,
    lang: Annotated[
        str,
        typer.Option(
            "--lang",
            metavar="en|zh",
            callback=options.spoken,
            help="Language of the answer and the plot (of the gap; people and accounts are in English).",
        ),
    ] = "en",
    dry_run: options.DryRun = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Split the gap between two policies over the mechanisms that make it, or follow people and accounts through both.

    Lives both policies again in the run's worlds, with every set of six mechanisms stopped from the start week on: 128 runs
    a world. They are kept in RUN/explain/, or --out, so that another outcome or week needs no new ones.
    """
    from analysis.language import say, speaking
    from simulation.runs import choose_policies
    from simulation.runs.explained import SETS

    began = time.monotonic()
    directory = find_run(run)
    if is_sweep_directory(directory):
        raise BadInput(f"{directory} is the directory of a sweep (give that of a `compare`)")
    scenario = scenario_of(directory)
    (against,) = choose_policies(scenario, [baseline or scenario.baseline])
    (chosen,) = choose_policies(scenario, [policy or _default(directory, scenario, against)])
    if chosen == against:
        raise BadInput(f"'{chosen}' against itself leaves no gap (name another with --policy or --baseline)")
    if everybody or rep is not None or account is not None:
        who.check(scenario, rep, account)
        if rep is not None:
            who.tell_rep(
                scenario, chosen, against, rep, world, directory, plots=plots, as_json=as_json, quiet=quiet
            )
        elif account is not None:
            who.tell_account(scenario, chosen, against, account, world, as_json=as_json)
        else:
            many = replications or min(WHO_WORLDS, _worlds(directory))
            who.tell_all(
                scenario,
                chosen,
                against,
                many,
                world,
                directory,
                closing(directory, (chosen, against), MONEY_WON),
                as_json=as_json,
                quiet=quiet,
            )
        return
    if outcome is not None:
        (outcome,) = outcome_names(outcome)[:1]
    if at is not None and not scenario.start_week <= at < scenario.weeks:
        raise BadInput(f"--at {at} is not between the start, {scenario.start_week}, and {scenario.weeks - 1}")
    worlds = replications or _worlds(directory)
    fits_memory(worlds * 2 * SETS, scenario.weeks, 1)
    crew = workers or cores()
    out = out or directory / FOLDER / f"{chosen} against {against}"
    if not quiet:
        say_other_code(directory, "its worlds are lived again by this one, and the gap may be another")
    if dry_run:
        _plan(scenario, chosen, against, worlds, out, as_json=as_json)
        return

    from simulation.runs.explained import run_split

    words = [
        "salespolicy",
        "explain",
        run,
        "--policy",
        chosen,
        "--baseline",
        against,
        "--replications",
        str(worlds),
    ]
    far = cluster_of(cluster, cluster_tls)
    with resumable(out), Bar(quiet=quiet) as bar:
        tables = run_split(
            scenario, chosen, against, worlds, workers=crew, out=out, progress=bar, command=shlex.join(words),
            replicate=ctx.obj.replicate, cluster=far,
        )  # fmt: skip
        bar.say("splitting")
        from analysis.calibrated import told
        from analysis.explain import as_data, explain
        from app.json_files import write_json

        answer = explain(tables, outcome, at)
        data = as_data(answer) | {
            "calibration": told(tables.meta),
            "ending": closing(directory, (chosen, against), answer.info.name),
        }
        name = f"{answer.info.name}{'' if at is None else f'-week-{at}'}"
        write_json(out / f"{name}.json", data)
        if plots:
            from analysis.plots.waterfall import write_waterfall

            bar.say("drawing")
            headline = name == scenario.outcome
            with speaking(lang):
                drawn = write_waterfall(
                    answer, out / "plots", "waterfall" if headline else f"waterfall-{name}"
                )
    if as_json:
        print_json(data)
    else:
        from analysis.explain_text import render_explanation

        with speaking(lang):
            notes = [*told(tables.meta).values(), *_fewer(worlds, directory)]
            ending = closing(directory, (chosen, against), answer.info.name)
            show(*render_explanation(answer, notes), "", ending)
            if not quiet:
                where = say("Plot: {path}", path=drawn[0]) if plots else say("Results: {path}", path=out)
                took = duration(time.monotonic() - began)
                print("\n" + say("{took}. {where}", took=took, where=where))
    if len(tables.failures):
        raise typer.Exit(SOME_RUNS_FAILED)


def _default(directory: Path, scenario: Scenario, against: str) -> str:
    """The best policy, or the one nearest to it where that is the one it is compared with; the first where nobody knows."""
    lived = {run.policy for run in _done(directory)}
    rivals = [name for name in scenario.policies if name != against and (name in lived or len(lived) < 2)]
    if not rivals:
        raise BadInput(f"the scenario '{scenario.name}' has one policy: there is nothing to explain")
    try:
        verdict = json.loads((directory / "summary.json").read_text(encoding="utf-8"))["verdict"]
        chances = {name: verdict["probability_best"].get(name) or 0.0 for name in rivals}
        return (
            str(verdict["best"]) if verdict["best"] in rivals else max(rivals, key=lambda name: chances[name])
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return rivals[0]


def _done(directory: Path) -> Collection[DoneRun]:
    """The finished runs of a run directory."""
    from simulation.runs.directory import reading

    with reading(directory) as kept:
        return kept.ledger.done().values()


def _worlds(directory: Path) -> int:
    """How many worlds the run has."""
    return len({run.replication for run in _done(directory)}) or 1


def _fewer(worlds: int, directory: Path) -> list[str]:
    """That the run has more worlds than were asked for, so that it may be surer of the gap."""
    from analysis.language import say

    all_of_them = _worlds(directory)
    if worlds >= all_of_them:
        return []
    return [
        say(
            "Of the {all} worlds of the run {worlds} are told of: --replications {all} takes all.",
            all=all_of_them,
            worlds=worlds,
        )
    ]


def _plan(scenario: Scenario, policy: str, baseline: str, worlds: int, out: Path, *, as_json: bool) -> None:
    from simulation.runs.explained import SETS, split_scenario

    runs, kept = 2 * SETS * worlds, present(*split_scenario(scenario, policy, baseline), range(worlds), out)
    if as_json:
        print_json(
            {
                "policy": policy,
                "baseline": baseline,
                "replications": worlds,
                "runs": runs,
                "kept": kept,
                "directory": str(out),
            }
        )
        return
    show(
        f"{policy} against {baseline}: {SETS} sets of mechanisms x 2 policies x {worlds} worlds = {runs:,} runs",
        f"directory: {out}{there(out, kept, runs)}",
    )
