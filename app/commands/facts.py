"""facts: does the world of a scenario show what real sales forces show?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import options
from app.console import complain, duration, print_json, show, table
from app.guard import SOME_RUNS_FAILED, Interrupted
from app.inputs import cluster_of, cores, fits_memory, load
from app.progress import Bar

if TYPE_CHECKING:
    from analysis.facts.table import Row
    from simulation.spec import Scenario

WORLDS = 40


def command(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="Scenario file, or the name of one.")
    ] = "industry_focus",
    replications: Annotated[
        int,
        typer.Option(
            "--replications", "-n", min=2, max=10_000, help="Worlds; some facts take several times as many."
        ),
    ] = WORLDS,
    seed: options.Seed = None,
    allow_lever: options.AllowLever = None,
    workers: options.Workers = None,
    cluster: options.ClusterAddress = None,
    cluster_tls: options.ClusterTls = None,
    changes: options.Set = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Hold the facts S1-S10 against the world of a scenario under its baseline: band, ours, pass or miss.

    With fewer worlds than the default a fact is neither where its error reaches over a limit of its band.
    """
    began = time.monotonic()
    given = load(scenario, changes, seed=seed)
    from simulation.facts.observe import observations
    from simulation.outcomes import OUTCOMES

    fits_memory(replications, given.weeks, len(OUTCOMES))
    far = cluster_of(cluster, cluster_tls)

    with Bar(quiet=quiet) as bar:
        try:
            seen, failures = observations(given, replications, workers or cores(), bar, far)
        except KeyboardInterrupt:
            raise Interrupted("Interrupted. Nothing is kept of this command.") from None
        bar.say("judging")
        from analysis.facts.table import rows

        found = rows(seen, few=replications < WORLDS)
    if as_json:
        print_json(_data(given, found, failures))
    else:
        _show(given.name, found, replications)
        if given.draws is not None:
            show(
                f"Each world has one of the scenario's {len(given.draws.rows)} draws (--set draws=null: none)."
            )
        if not quiet:
            print(f"\n{duration(time.monotonic() - began)}, {replications} worlds and more of {given.name}.")
    for failed in failures[:5]:
        complain(f"failed: {failed.policy}, world {failed.replication}: {failed.error}")
    if failures:
        raise typer.Exit(SOME_RUNS_FAILED)


def _show(name: str, found: list[Row], worlds: int) -> None:
    from analysis.facts.known import FACTS, use
    from analysis.facts.table import MET, OPEN, summary

    states = summary(found)
    cells = [
        [
            row.fact,
            row.name,
            _limits(row),
            "" if row.figure is None else f"{row.figure[0]:.3f} ± {row.figure[1]:.3f}",
            row.status,
        ]
        for row in found
    ]
    show(table(f"Facts against {name}", ("fact", "figure", "band", "ours", ""), cells))
    for fact, words in FACTS.items():
        show(f"{fact} {states[fact]} ({use(fact)}): {words}.")
        for row in found:
            if row.fact == fact and row.status != MET:
                show(f"   {row.name}: {row.status}. {row.words}")
    counts = []
    for kind in ("fitted", "held out"):
        chosen = [state == MET for fact, state in states.items() if use(fact) == kind]
        counts.append(f"{sum(chosen)} of {len(chosen)} {kind}")
    met = sum(state == MET for state in states.values())
    show(f"\n{met} of {len(states)} facts pass: {counts[0]} (parameters were set by them), {counts[1]}.")
    if unsure := [fact for fact, state in states.items() if state == OPEN]:
        show(f"{', '.join(unsure)} cannot be told at {worlds} worlds: the bands are made for {WORLDS}.")


def _limits(row: Row) -> str:
    return "" if row.band is None else str(row.band)


def _data(given: Scenario, found: list[Row], failures: list[Any]) -> dict[str, Any]:
    from analysis.facts.known import FACTS, use
    from analysis.facts.table import summary

    states = summary(found)

    def figure(row: Row) -> dict[str, Any]:
        value, error = row.figure or (None, None)
        return {
            "name": row.name, "status": row.status, "low": row.band and row.band.low,
            "high": row.band and row.band.high, "value": value, "error": error,
            "source": row.band.source if row.band else "", "words": row.words,
        }  # fmt: skip

    facts = [
        {
            "id": fact,
            "fact": words,
            "use": use(fact),
            "status": states[fact],
            "figures": [figure(row) for row in found if row.fact == fact],
        }
        for fact, words in FACTS.items()
    ]
    keys = ("policy", "replication", "phase", "error")
    failed = [{key: getattr(one, key) for key in keys} for one in failures]
    draws = None if given.draws is None else len(given.draws.rows)
    return {"scenario": given.name, "seed": given.seed, "draws": draws, "facts": facts, "failures": failed}
