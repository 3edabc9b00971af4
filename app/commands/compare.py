"""compare: every policy of a scenario in the same worlds."""

from __future__ import annotations

import shlex
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import left, options, pace
from app.console import complain, duration, print_json, show
from app.elsewhere import tried, worlds_to_try
from app.guard import SOME_RUNS_FAILED, Interrupted
from app.inputs import cluster_of, cores, fits_memory, load, policy_names
from app.progress import Bar
from app.until import growing, rule_for

if TYPE_CHECKING:
    from simulation.runs import Tables
    from simulation.spec import Scenario


def command(
    ctx: typer.Context,
    scenario: options.ScenarioFile,
    replications: options.Replications = None,
    until_decided: Annotated[
        bool,
        typer.Option(
            "--until-decided", help="Add worlds until the best policy is known; -n is then the most."
        ),
    ] = False,
    matters: Annotated[
        str,
        typer.Option(
            "--matters", metavar="SIZE", help="With it: the smallest difference that matters, 2% or 500k."
        ),
    ] = "2%",
    elsewhere: options.Elsewhere = None,
    seed: options.Seed = None,
    policies: options.Policies = None,
    weeks: options.Weeks = None,
    workers: options.Workers = None,
    cluster: options.ClusterAddress = None,
    cluster_tls: options.ClusterTls = None,
    out: options.Out = None,
    changes: options.Set = None,
    allow_lever: options.AllowLever = None,
    plots: Annotated[bool, typer.Option("--plots/--no-plots", help="Draw the plots.")] = True,
    report: Annotated[bool, typer.Option("--report/--no-report", help="Write report.html.")] = True,
    keep_going: options.KeepGoing = True,
    lang: options.Lang = "en",
    dry_run: options.DryRun = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Compare all policies of a scenario in the same worlds: verdict, tables, plots and a report.

    The results are kept in a run directory. The same command again goes on where it was stopped; with more
    replications or policies only those are computed. With fewer than the directory holds, the results are written
    into a directory inside it, and those of all runs stay as they were.
    """
    from simulation.outcomes import OUTCOMES
    from simulation.runs import default_directory

    began = time.monotonic()
    given = load(scenario, changes, weeks=weeks, seed=seed)
    chosen = policy_names(given, policies)
    rule = rule_for(given, matters, replications) if until_decided else None
    worlds = rule.most if rule else given.replications if replications is None else replications
    fits_memory(worlds * len(chosen), given.weeks, len(OUTCOMES))
    directory = out or default_directory(given)
    crew = workers or cores()
    if dry_run:
        _plan(
            given,
            chosen,
            worlds,
            directory,
            crew,
            worlds_to_try(elsewhere, worlds, len(chosen)),
            pictures=plots or report,
            at_most=rule is not None,
            as_json=as_json,
        )
        return

    from analysis.language import say, speaking
    from app import results
    from simulation.runs import run_experiments

    until = ["--until-decided", "--matters", matters] if rule else []
    typed = _typed(scenario, replications, seed, policies, weeks, changes, out, until)
    far = cluster_of(cluster, cluster_tls)
    try:
        with Bar(quiet=quiet) as bar:
            tables = run_experiments(
                given, worlds, chosen, workers=crew, out=directory, progress=bar, fail_fast=not keep_going,
                command=typed, replicate=ctx.obj.replicate, cluster=far, growing=growing(rule, given) if rule else None,
            )  # fmt: skip
            if not len(tables.runs):
                _all_failed(tables, as_json=as_json)
            bar.say("comparing")
            from analysis import compare

            answer = compare(tables)
            asked = (
                tables.meta["until"]["worlds"] if "until" in tables.meta else dict.fromkeys(chosen, worlds)
            )
            place, besides = results.place_of(directory, asked)
            bar.say("in other worlds")
            many = worlds_to_try(elsewhere, min(asked.values()), len(chosen))
            answer = tried(
                given, answer, many, directory, place, workers=crew, progress=bar.apart, command=typed,
                replicate=ctx.obj.replicate, cluster=far,
            )  # fmt: skip
            summary = answer.summary()
            changed = results.write_summary(place, summary)
            results.write_words(place, answer)
        try:  # the answer first: plots take longer than to compare
            with speaking(lang):
                _show(summary if as_json else answer.summary(), tables, as_json=as_json)
        finally:  # whether or not anybody reads on
            with speaking(lang):
                if changed or not results.has_pictures(place, plots=plots, report=report):
                    with Bar(quiet=quiet) as drawing:
                        drawing.say("drawing")
                        results.write_pictures(place, answer, plots=plots, report=report, workers=crew)
    except KeyboardInterrupt:
        raise Interrupted(_kept(directory, chosen, worlds, at_most=rule is not None)) from None
    if ctx.obj.replicate is None and (each := bar.each()) is not None:
        rest = time.monotonic() - began - bar.done * each
        rate = each * min(crew, worlds) / _work_of_a_run(given, len(chosen)) * pace.MILLION
        pace.remember(pace.Pace(_what(plots or report), rate, rest))
    if not as_json and not quiet:
        with speaking(lang):
            complete = (
                say("All runs were there already. ") if bar.last is not None and not bar.last.total else ""
            )
            where = (
                say("Report: {path}", path=place / results.REPORT)
                if report
                else say("Results: {path}", path=place)
            )
            took = duration(time.monotonic() - began)
            print("\n" + complete + say("{took}. {where}", took=took, where=where))
            if besides:
                print(
                    say(
                        "{directory} holds {besides} more runs: its own summary and report are left as they were.",
                        directory=directory, besides=besides,
                    )
                )  # fmt: skip
    if len(tables.failures):
        raise typer.Exit(SOME_RUNS_FAILED)


def _show(summary: dict[str, Any], tables: Tables, *, as_json: bool) -> None:
    """The answer on stdout, now and not when the buffer is full."""
    from app import results

    if as_json:
        print_json(summary)
    else:
        results.show_answer(summary)
        results.show_failures(tables)
    sys.stdout.flush()


def _typed(
    scenario: str, replications: int | None, seed: int | None, policies: str | None, weeks: int | None,
    changes: list[str] | None, out: Path | None, more: list[str],
) -> str:  # fmt: skip
    """The command that makes these results, without options that cannot change them."""
    words = ["salespolicy", "compare", scenario]
    for name, value in (
        ("replications", replications), ("seed", seed), ("policies", policies), ("weeks", weeks),
        ("out", out),
    ):  # fmt: skip
        words += [] if value is None else [f"--{name}", str(value)]
    words += more
    for change in changes or ():
        words += ["--set", change]
    return shlex.join(words)


def _plan(
    scenario: Scenario,
    policies: list[str],
    worlds: int,
    directory: Path,
    workers: int,
    others: int,
    *,
    pictures: bool,
    at_most: bool,
    as_json: bool,
) -> None:
    runs = len(policies) * worlds
    kept = left.present(scenario, policies, range(worlds), directory)
    work = _work_of_a_run(scenario, len(policies)) * (runs - kept)
    what = pace.estimate(_what(pictures), work, min(workers, worlds), 12 if pictures else 4)
    if as_json:
        plan: dict[str, Any] = {
            "scenario": scenario.name, "seed": scenario.seed, "weeks": scenario.weeks, "policies": policies,
            "baseline": scenario.baseline, "replications": worlds, "runs": runs, "workers": workers,
            "directory": str(directory), "exists": directory.exists(), "kept": kept, "at_most": at_most, "elsewhere": others,
            **what.data(),
        }  # fmt: skip
        print_json(plan)
        return
    size = f"{len(policies)} policies x {worlds} worlds = {runs} runs of {scenario.weeks} weeks"
    most = "at most " if at_most else ""
    show(
        f"{scenario.name}: {most}{size}",
        f"policies:  {', '.join(policies)}; baseline {scenario.baseline}",
        f"elsewhere: the verdict in {others} worlds with other parameters"
        if others
        else "elsewhere: not tried",
        f"seed:      {scenario.seed}",
        f"directory: {directory}{left.there(directory, kept, runs)}",
        f"time:      {most}{what.words(workers)}",
    )


def _work_of_a_run(scenario: Scenario, policies: int) -> float:
    """Customer-weeks, those of the burn-in shared by the policies of a world."""
    return scenario.world.customers * (scenario.burn_in_weeks / policies + scenario.weeks)


def _what(pictures: bool) -> str:
    return "compare" if pictures else "compare without pictures"


def _kept(directory: Path, policies: list[str], worlds: int, *, at_most: bool) -> str:
    """What an interrupted command leaves, by the ledger: the last batch may be in it without having been
    shown.
    """
    from simulation.runs import RunsError
    from simulation.runs.directory import reading

    have = 0
    with suppress(RunsError), reading(directory) as kept:
        have = sum(run.policy in policies and run.replication < worlds for run in kept.ledger.done().values())
    if not have:
        return "Interrupted before the first run was finished."
    of = "" if at_most else f" of {len(policies) * worlds}"
    return f"Interrupted: {have}{of} runs are kept in {directory}. The same command resumes."


def _all_failed(tables: Any, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {"failures": tables.failures[["policy", "replication", "phase", "error"]].to_dict("records")}
        )
    first = tables.failures.iloc[0] if len(tables.failures) else None
    text = "" if first is None else f": {first['policy']}, world {first['replication']}: {first['error']}"
    complain(f"No run finished; {len(tables.failures)} failed{text}")
    raise typer.Exit(SOME_RUNS_FAILED)
