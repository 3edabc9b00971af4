"""run: one world under one policy, in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import options
from app.console import complain, money, print_json, show, table
from app.guard import FAILED
from app.inputs import load
from app.progress import Patience
from app.results import where

if TYPE_CHECKING:
    from simulation.runs import Tables
    from simulation.spec import Scenario

# outcome -> heading: few enough for 80 columns
COLUMNS = {
    "new_arr": "new ARR", "recurring_revenue": "ARR", "deals_won": "won", "open_pipeline_value": "pipeline",
    "truth_gap": "truth gap", "morale_mean": "morale", "exits": "exits", "knowledge_applied": "know.",
    "handovers_policy": "moved",
}  # fmt: skip


def command(
    ctx: typer.Context,
    scenario: options.ScenarioFile,
    policy: Annotated[str, typer.Option("--policy", "-p", help="The policy to run.")],
    every: Annotated[int, typer.Option("--every", min=1, help="Weeks in each row of the table.")] = 4,
    seed: options.Seed = None,
    weeks: options.Weeks = None,
    changes: options.Set = None,
    allow_lever: options.AllowLever = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Run one world under one policy and show its weeks and the leader's log."""
    from simulation.runs import choose_policies, run_experiments

    given = load(scenario, changes, weeks=weeks, seed=seed)
    choose_policies(given, [policy])
    with Patience(quiet=quiet):
        tables = run_experiments(given, 1, [policy], replicate=ctx.obj.replicate)
    if len(tables.failures):
        failed = tables.failures.to_dict("records")[0]
        complain(f"The run failed{where(failed)}: {failed['error']}")
        raise typer.Exit(FAILED)
    if as_json:
        print_json(_data(given, policy, tables))
        return
    if not quiet:
        show(f"{given.name}, policy {policy}, seed {given.seed}, world 0; starts in week {given.start_week}")
    show(_weeks(tables, every), _log(tables), _total(given, tables))


def _weeks(tables: Tables, every: int) -> Any:
    """Flows are added up over the weeks of a row, levels are those of its last week."""
    how = dict(zip(tables.outcomes["name"], tables.outcomes["reduce"], strict=True))
    unit = dict(zip(tables.outcomes["name"], tables.outcomes["unit"], strict=True))
    shown = [name for name in COLUMNS if name in tables.periods]
    rows = []
    for first in range(0, len(tables.periods), every):
        span = tables.periods.iloc[first : first + every]
        last = int(span["week"].iloc[-1])
        cells = [str(last) if every == 1 else f"{int(span['week'].iloc[0])}-{last}"]
        for name in shown:
            value = span[name].sum() if how[name].startswith("sum") else span[name].iloc[-1]
            cells.append(_cell(float(value), unit[name]))
        rows.append(cells)
    title = "Week by week" if every == 1 else "Flows added up over the weeks of a row, levels at its end"
    return table(
        title, ["week" if every == 1 else "weeks", *(COLUMNS[name] for name in shown)], rows, numbers=True
    )


def _cell(value: float, unit: str) -> str:
    if value != value:
        return "n/a"
    if unit == "cents":
        return money(value)
    whole = unit in ("reps", "deals", "accounts", "customers")
    return f"{value:.0f}" if whole else f"{value:.2f}"


def _log(tables: Tables) -> Any:
    if not len(tables.decisions):
        return "The leader took no decisions."
    rows = tables.decisions[["week", "action", "why"]].itertuples(index=False)
    return table("The leader's log", ("week", "decision", "why"), rows)


def _total(scenario: Scenario, tables: Tables) -> str:
    row, parts = tables.runs.iloc[0], []
    for outcome in tables.outcomes.to_dict("records"):
        name = outcome["name"]
        if name in COLUMNS and name in tables.runs:
            mean = "mean " if outcome["reduce"].startswith("mean") else ""
            parts.append(f"{mean}{COLUMNS[name]} {_cell(float(row[name]), outcome['unit'])}")
    return f"From week {scenario.start_week} to {scenario.weeks - 1}: {', '.join(parts)}"


def _data(scenario: Scenario, policy: str, tables: Tables) -> dict[str, Any]:
    keys = ["scenario", "policy", "replication"]
    outcomes = [name for name in tables.outcomes["name"] if name in tables.runs]
    units = dict(zip(tables.outcomes["name"], tables.outcomes["unit"], strict=True))
    return {
        "scenario": scenario.name, "policy": policy, "seed": scenario.seed, "replication": 0,
        "weeks": scenario.weeks, "start_week": scenario.start_week, "units": units,
        "periods": tables.periods.drop(columns=keys).to_dict("records"),
        "final": tables.runs[outcomes].iloc[0].to_dict(),
        "decisions": tables.decisions[["week", "action", "why"]].to_dict("records"),
    }  # fmt: skip
