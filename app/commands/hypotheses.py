"""hypotheses: claims written in YAML, tested."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import options, pace
from app.console import complain, duration, print_json, show
from app.guard import SOME_RUNS_FAILED, BadInput, Interrupted
from app.inputs import cluster_of, cores, find_hypotheses, fits_memory, hypothesis_files
from app.left import present, there
from app.progress import Bar

if TYPE_CHECKING:
    from simulation.runs.sampled import Plan

REPLICATIONS, WORLDS = 64, 128
MIN_WORLDS = 32  # that of analysis.reach, which is not to be loaded for --help
RESULT = "hypotheses.json"


def command(
    ctx: typer.Context,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE", help="Hypothesis files or their ids (default: all).", show_default=False
        ),
    ] = None,
    replications: Annotated[
        int, typer.Option("--replications", "-n", min=2, max=100_000, help="Worlds as the scenario has them.")
    ] = REPLICATIONS,
    worlds: Annotated[
        int,
        typer.Option(
            "--worlds",
            min=0,
            max=65_536,
            callback=options.enough_worlds,
            help="Worlds with other parameters (0: none).",
        ),
    ] = WORLDS,
    seed: options.Seed = None,
    allow_lever: options.AllowLever = None,
    workers: options.Workers = None,
    cluster: options.ClusterAddress = None,
    cluster_tls: options.ClusterTls = None,
    out: options.Out = None,
    dry_run: options.DryRun = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Test claims: supported, refuted or undecided, in how many other worlds they hold, and what turns them.

    Runs are kept, so that the same command goes on where it was stopped, and a changed claim about the same
    worlds needs no new ones.
    """
    from simulation.runs.sampled import default_root, plan_for, run_plan
    from simulation.spec import load_claims

    began = time.monotonic()
    paths = find_hypotheses(files)
    claims = load_claims(paths, seed)
    plan = plan_for(claims)
    _say_middle(plan, quiet=quiet)
    for group in plan.groups:
        many = (worlds if group.varied else replications) * len(group.policies)
        fits_memory(many, group.weeks, len(group.outcomes), "--worlds" if group.varied else "--replications")
    directory = out or default_root(plan)
    crew = workers or cores()
    if dry_run:
        _plan(plan, len(claims), replications, worlds, directory, crew, as_json=as_json)
        return

    from app.claims import Evidence, answers

    far = cluster_of(cluster, cluster_tls)
    with Bar(quiet=quiet) as bar:
        try:
            tables = run_plan(
                plan, replications, worlds, out=directory, workers=crew, progress=bar,
                command=_typed(files, replications, worlds, seed, out), replicate=ctx.obj.replicate, cluster=far,
            )  # fmt: skip
            bar.say("judging")
            found = answers(claims, Evidence(plan, tables, replications, worlds))
            ids = [claim.id for claim in claims]
            result = directory / _result_name(paths, ids, f"{replications} {worlds} {default_root(plan)}")
            if result.name == RESULT and _says_more(result, found):
                kept, result = result, result.with_name(_smaller_name(found))
                if not quiet:
                    complain(f"{kept} is kept: it rests on more worlds, or on other seeds")
            _write(result, found)
        except KeyboardInterrupt:
            raise Interrupted(_kept(bar, directory)) from None
    if ctx.obj.replicate is None and (each := bar.each()) is not None:
        work = plan.work(replications, worlds) / plan.runs(replications, worlds)
        rest = time.monotonic() - began - bar.done * each
        pace.remember(pace.Pace(_what(len(claims)), each * crew / work * pace.MILLION, rest))
    if as_json:
        print_json(found)
    else:
        from analysis.claims_text import render
        from app.claims import outcome_info

        names = {part["outcome"] for row in found["hypotheses"] for part in row["parts"]}
        show(*render(found, {name: outcome_info(name) for name in names}))
        for failed in found["failures"][:5]:
            show(f"failed: {failed['scenario']} ({failed['kind']}), {failed['policy']}, world "
                 f"{failed['replication']}: {failed['error']}")  # fmt: skip
        if len(found["failures"]) > 5:
            show(f"... and {len(found['failures']) - 5} more runs failed")
        if not quiet:
            print(f"\n{duration(time.monotonic() - began)}. Results: {result}")
    if found["failures"]:
        raise typer.Exit(SOME_RUNS_FAILED)


def _say_middle(plan: Plan, *, quiet: bool) -> None:
    """Claims about a scenario with draws are about its middle: its own sampled worlds vary all parameters anyway."""
    names = dict.fromkeys(group.scenario.name for group in plan.groups if group.scenario.draws is not None)
    if names and not quiet:
        complain(f"{', '.join(names)}: claims take the middle of what is uncertain, not the scenario's draws")


def _typed(
    files: list[str] | None, replications: int, worlds: int, seed: int | None, out: Path | None
) -> str:
    words = [
        "salespolicy",
        "hypotheses",
        *(files or ()),
        "--replications",
        str(replications),
        "--worlds",
        str(worlds),
    ]
    for name, value in (("seed", seed), ("out", out)):
        words += [] if value is None else [f"--{name}", str(value)]
    return shlex.join(words)


def _plan(
    plan: Plan, claims: int, replications: int, worlds: int, directory: Path, workers: int, *, as_json: bool
) -> None:
    runs = plan.runs(replications, worlds)
    kept, work = _left(plan, replications, worlds, directory)
    what = pace.estimate(_what(claims), work, workers, 6 + claims)
    if as_json:
        print_json({
            "claims": claims, "groups": len(plan.groups), "replications": replications, "worlds": worlds,
            "runs": runs, "workers": workers, "directory": str(directory), "exists": directory.exists(),
            "kept": kept, **what.data(),
        })  # fmt: skip
        return
    sampled = sum(bool(group.varied) for group in plan.groups)
    plain = len(plan.groups) - sampled
    show(
        f"{claims} claim{'s' * (claims != 1)}: {plain} scenario{'s' * (plain != 1)} in {replications} worlds each, "
        f"{sampled} in {worlds} worlds with other parameters, {runs} runs",
        f"directory: {directory}{there(directory, kept, runs)}",
        f"time:      {what.words(workers)}",
    )


def _left(plan: Plan, replications: int, worlds: int, directory: Path) -> tuple[int, float]:
    """How many runs are there already, and customer-weeks still to be lived."""
    from simulation.runs.sampled import FIRST_SAMPLED, directory_name

    if directory.exists() and not directory.is_dir():
        raise BadInput(f"{directory} is a file, not a directory (choose another directory with --out)")
    kept, work = 0, 0.0
    for group in plan.groups:
        first, count = (FIRST_SAMPLED, worlds) if group.varied else (0, replications)
        scenario, policies = group.merged(), list(group.policies)
        home = directory / directory_name(group, scenario)
        found = present(scenario, policies, range(first, first + count), home)
        kept += found
        work += group.weeks_lived() * scenario.world.customers * (count - found / len(policies))
    return kept, work


def _what(claims: int) -> str:
    """Judging takes its time for each claim."""
    return f"hypotheses, {claims} claims"


def _result_name(paths: list[Path], ids: list[str], options: str) -> str:
    """`hypotheses.json` for all claims, if no larger answer has that name (`_says_more`); for others a name of its own, by
    claims and options (seeds and code among them), which overwrites no answer to another question.
    """
    import hashlib
    import re

    if {path.resolve() for path in paths} == {path.resolve() for path in hypothesis_files()}:
        return RESULT
    asked = hashlib.sha256(options.encode())
    for path in paths:
        asked.update(hashlib.sha256(path.read_bytes()).digest())
    names = "-".join(re.sub(r"\W+", "", name).casefold() for name in ids[:3]) + (
        "-more" if len(ids) > 3 else ""
    )
    return f"hypotheses-{names}-{asked.hexdigest()[:6]}.json"


def _says_more(path: Path, found: dict[str, Any]) -> bool:
    """Whether a result that is there already rests on worlds that the new one has not."""
    import json

    try:
        old = json.loads(path.read_text(encoding="utf-8"))
        fewer = any(found[key] < old[key] for key in ("replications", "worlds"))
        return fewer or old["seeds"] != found["seeds"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):  # none, or none of ours
        return False


def _smaller_name(found: dict[str, Any]) -> str:
    """A name by what the result rests on, so that only the same question is answered anew in its place."""
    seeds = "-".join(map(str, found["seeds"][:3])) + ("-more" if len(found["seeds"]) > 3 else "")
    return f"hypotheses-{found['replications']}-worlds-{found['worlds']}-sampled-seed-{seeds}.json"


def _write(path: Path, found: dict[str, Any]) -> None:
    from app.json_files import write_json

    write_json(path, found)


def _kept(bar: Bar, directory: Path) -> str:
    if bar.last is None or not bar.last.done + bar.last.kept:
        return "Interrupted before the first run was finished."
    have, total = bar.last.done + bar.last.kept, bar.last.total + bar.last.kept
    return f"Interrupted: {have} of {total} runs are kept in {directory}. The same command resumes."
