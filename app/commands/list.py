"""list: what there is to choose from."""

from __future__ import annotations

import difflib
import re
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import console, options
from app.console import print_json, show, table
from app.inputs import hypothesis_files, scenario_files, short

if TYPE_CHECKING:
    from simulation.levers import Lever
    from simulation.spec import SpecError


KINDS = ("scenarios", "policies", "levers", "outcomes", "hypotheses", "facts")
COLUMNS = {
    "policies": ("scenario", "name", "description"),
    "outcomes": ("name", "unit", "description"),
    "hypotheses": ("id", "claim"),
    "facts": ("id", "fact"),
}
PLAIN_COLUMNS = ("name", "description")


def _known(what: str | None) -> str | None:
    """One of the kinds; typer's own message for an Enum shows the inside of the program."""
    if what is None or what in KINDS:
        return what
    near = difflib.get_close_matches(what, KINDS, n=1)
    hint = f"Did you mean '{near[0]}'?" if near else f"There are {', '.join(KINDS)}."
    raise typer.BadParameter(f"'{what}' cannot be listed. {hint}")


def command(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="WHAT", callback=_known, help=f"Only these: {', '.join(KINDS)}.", show_default=False
        ),
    ] = None,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME",
            help="Only those of that name, in full: levers with their settings.",
            show_default=False,
        ),
    ] = None,
    as_json: options.Json = False,
    allow_lever: options.AllowLever = None,
) -> None:
    """List scenarios, policies, levers, outcomes, hypotheses and facts, one line each; some of them in full."""
    wanted = KINDS if what is None else (what,)
    found: dict[str, list[dict[str, Any]]] = {}
    if {"scenarios", "policies"} & set(wanted):
        found["scenarios"], found["policies"] = _scenarios()
    for kind, read in (
        ("levers", _levers), ("outcomes", _outcomes), ("hypotheses", _hypotheses), ("facts", _facts)
    ):  # fmt: skip
        if kind in wanted:
            found[kind] = read()
    found = {kind: _chosen(kind, found[kind], names) for kind in wanted}
    if as_json:
        print_json(found)
        return
    for kind, rows in found.items():
        if names and kind in ("levers", "facts"):
            for row in rows:
                _in_full(kind, row)
        else:
            _one_line_each(kind, rows, cut=not names)
    if what in ("levers", "facts") and not names:
        show(f"`list {what} NAME` shows {'the settings' if what == 'levers' else 'the bands'} of one.")


def _chosen(kind: str, rows: list[dict[str, Any]], names: list[str] | None) -> list[dict[str, Any]]:
    """The rows of these names, a scenario's policies by its name too; all for none."""
    if not names:
        return rows
    keys: tuple[str, ...] = ("id",) if kind in ("hypotheses", "facts") else ("name",)
    keys += ("scenario",) if kind == "policies" else ()
    known = {row[key].casefold(): row[key] for row in rows for key in keys}
    if kind == "hypotheses":
        known = {short(name): one for name, one in known.items()} | known
    for name in names:
        if name.casefold() not in known:
            near = difflib.get_close_matches(name.casefold(), known, n=1)
            hint = f"did you mean '{known[near[0]]}'?" if near else f"`list {kind}` shows them"
            raise typer.BadParameter(f"there is no '{name}' among the {kind} ({hint})")
    wanted = {known[name.casefold()].casefold() for name in names}
    return [row for row in rows if any(row[key].casefold() in wanted for key in keys)]


def _one_line_each(kind: str, rows: list[dict[str, Any]], *, cut: bool) -> None:
    keys = COLUMNS.get(kind, PLAIN_COLUMNS)
    cells = [[row[key] for key in keys] for row in rows]
    wide = None
    if cut and not console.terminal():
        wide = sum(max(map(len, map(str, column))) + 4 for column in zip(keys, *cells, strict=True))
    show(table(kind.capitalize(), keys, cells, one_line=cut), width=wide)


def _in_full(kind: str, row: dict[str, Any]) -> None:
    """A lever with its settings, or a fact with its bands."""
    if kind == "facts":
        bands = [(one["name"], one["band"], one["source"]) for one in row["figures"]]
        show(f"{row['id']} ({row['use']}): {row['fact']}", table("", ("figure", "band", "source"), bands))
        return
    show(f"{row['name']}: {row['description']}")
    cells = [
        (
            one["name"],
            _short(one["values"]),
            one["default"].strip('"'),
            one["description"] + _in_unit(one["unit"]),
        )
        for one in row["fields"]
    ]
    if cells:
        show(table("", ("setting", "values", "default", "what it is"), cells))


def _short(values: str) -> str:
    """A range without what its default says anyway: whether it is of numbers, and whether none is allowed."""
    return re.sub(r"(whole )?number (from )?| or null$", "", values)


def _in_unit(unit: str) -> str:
    return "" if unit in ("choice", "yes or no") else f" [{unit}]"


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
                     "fields": _fields(lever), "package": package, "allowed": True})  # fmt: skip
    for name, entries in outside.offers().items():
        if name not in LEVERS:
            package = " ".join(outside.origin(entries[0]))
            rows.append({"name": name, "description": f"not allowed; from {package} (--allow-lever {name})",
                         "settings": [], "fields": [], "package": package, "allowed": False})  # fmt: skip
    return rows


def _fields(lever: type[Lever]) -> list[dict[str, str]]:
    """The settings of a lever, as its reference page has them."""
    from simulation.spec.reference import fields_of

    keys = ("name", "description", "default", "values", "unit")
    return [dict(zip(keys, (cell.replace("`", "") for cell in row), strict=True)) for row in fields_of(lever)]


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


def _facts() -> list[dict[str, Any]]:
    """What is known of real sales forces; `facts` holds a world against it."""
    from analysis.facts.known import FACTS, bands_of, use

    rows: list[dict[str, Any]] = []
    for fact, words in FACTS.items():
        figures = [
            {"name": name, "band": str(band), "low": band.low, "high": band.high, "source": band.source}
            for name, band in bands_of(fact).items()
        ]
        rows.append({"id": fact, "fact": words, "use": use(fact), "figures": figures})
    return rows
