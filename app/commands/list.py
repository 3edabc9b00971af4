"""list: what there is to choose from."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import console, options
from app.console import print_json, show, table
from app.inputs import hypothesis_files, scenario_files

if TYPE_CHECKING:
    from simulation.spec import SpecError


class Kind(StrEnum):
    """What can be listed."""

    scenarios = "scenarios"
    policies = "policies"
    levers = "levers"
    outcomes = "outcomes"
    hypotheses = "hypotheses"


def command(
    what: Annotated[Kind | None, typer.Argument(help="Only these.", show_default=False)] = None,
    as_json: options.Json = False,
    allow_lever: options.AllowLever = None,
) -> None:
    """List scenarios, policies, levers, outcomes and hypotheses, one line each."""
    wanted = list(Kind) if what is None else [what]
    found: dict[str, list[dict[str, Any]]] = {}
    if Kind.scenarios in wanted or Kind.policies in wanted:
        found["scenarios"], found["policies"] = _scenarios()
    if Kind.levers in wanted:
        found["levers"] = _levers()
    if Kind.outcomes in wanted:
        found["outcomes"] = _outcomes()
    if Kind.hypotheses in wanted:
        found["hypotheses"] = _hypotheses()
    found = {kind.value: found[kind.value] for kind in wanted}
    if as_json:
        print_json(found)
        return
    for kind, rows in found.items():
        columns = {
            "policies": ("scenario", "name", "description"),
            "outcomes": ("name", "unit", "description"),
            "hypotheses": ("id", "claim"),
        }
        keys = columns.get(kind, ("name", "description"))
        cells = [[row[key] for key in keys] for row in rows]
        wide = (
            None
            if console.terminal()
            else sum(max(map(len, map(str, column))) + 4 for column in zip(keys, *cells, strict=True))
        )
        show(table(kind.capitalize(), keys, cells, one_line=True), width=wide)


def _faulty(error: SpecError) -> str:
    return f"cannot be read: {error.problems[0]}"


def _scenarios() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    from simulation.spec import SpecError, load_scenario

    scenarios: list[dict[str, Any]] = []
    policies: list[dict[str, Any]] = []
    for file in scenario_files():
        try:
            scenario = load_scenario(file)
        except SpecError as error:
            scenarios.append({"name": file.stem, "file": str(file), "description": _faulty(error),
                              "question": "", "baseline": "", "policies": []})  # fmt: skip
            continue
        names = list(scenario.policies)
        scenarios.append({"name": scenario.name, "file": str(file), "question": scenario.question,
                          "description": scenario.question or scenario.description,
                          "baseline": scenario.baseline, "policies": names})  # fmt: skip
        policies += [{"scenario": scenario.name, "name": name, "description": policy.description}
                     for name, policy in scenario.policies.items()]  # fmt: skip
    return scenarios, policies


def _levers() -> list[dict[str, Any]]:
    from simulation.levers import LEVERS, OUTSIDE, outside

    rows = []
    for name, lever in LEVERS.items():
        package = " ".join(OUTSIDE[name]) if name in OUTSIDE else ""
        about = f"{_about(lever)} (from {package})" if package else _about(lever)
        rows.append({"name": name, "description": about, "settings": list(lever.model_fields),
                     "package": package, "allowed": True})  # fmt: skip
    for name, entries in outside.offers().items():
        if name not in LEVERS:
            package = " ".join(outside.origin(entries[0]))
            rows.append({"name": name, "description": f"not allowed; from {package} (--allow-lever {name})",
                         "settings": [], "package": package, "allowed": False})  # fmt: skip
    return rows


def _about(lever: type) -> str:
    """The first line of the lever's file, which says what it is for."""
    line = (sys.modules[lever.__module__].__doc__ or lever.__doc__ or "").strip().split("\n")[0]
    _, colon, rest = line.partition(": ")
    return rest if colon else line


def _outcomes() -> list[dict[str, Any]]:
    from simulation.outcomes import OUTCOMES

    keys = ("name", "unit", "direction", "label", "description")
    return [{key: getattr(outcome, key) for key in keys} for outcome in OUTCOMES.values()]


def _hypotheses() -> list[dict[str, Any]]:
    """As they stand in their files; whether their scenarios have what they name, `validate` says."""
    from simulation.spec import SpecError
    from simulation.spec.claims import read_hypothesis

    rows: list[dict[str, Any]] = []
    for file in hypothesis_files():
        try:
            h = read_hypothesis(file)
        except SpecError as error:
            rows.append({"id": file.stem, "file": str(file), "claim": _faulty(error), "scenario": ""})
        else:
            rows.append({"id": h.id, "file": str(file), "claim": h.claim, "scenario": h.scenario})
    return rows
