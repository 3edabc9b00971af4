"""What a shell offers when the tabulator key is pressed: names of scenarios, runs, policies, outcomes and the like.

Which parameter completes to what goes by its name, here and nowhere else. Whatever cannot be read offers nothing: a shell
then completes files. Names that a shell could take for something else than a name are not offered.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.inputs import find_scenario, hypothesis_files, scenario_files
from app.sweep_files import find_sweep, sweep_files

Offer = Callable[[dict[str, Any]], Iterable[str]]
PLAIN = re.compile(r"[\w.+/~-]+")  # some shells evaluate what they are given
RUNS = Path("runs")
MOST, DEPTH = 1_000_000, 32  # bytes of a file, and levels in it


def attach(command: Any) -> Any:
    """The command, with completions for those of its parameters that have any."""
    for parameter in command.params:
        found = _offer(command.name, parameter.name)
        if found is not None:
            parameter._custom_shell_complete = _completer(*found)
    return command


def _completer(offer: Offer, listed: bool) -> Callable[[Any, Any, str], list[str]]:
    def complete(ctx: Any, parameter: Any, incomplete: str) -> list[str]:
        kept, comma, begun = incomplete.rpartition(",") if listed else ("", "", incomplete)
        taken = set(kept.split(","))
        names: list[str] = []
        with suppress(
            Exception
        ):  # half a command line, a file in the making: nothing to offer, nothing to say
            names = [str(name) for name in offer(ctx.params)]
        fits = (n for n in dict.fromkeys(names) if n.startswith(begun) and n not in taken)
        return [f"{kept}{comma}{name}" for name in fits if PLAIN.fullmatch(name)]

    return complete


def _offer(command: str, name: str) -> tuple[Offer, bool] | None:
    """What completes a parameter of a command, and whether it is a list with commas; None for what has no names."""
    if (command, name) in _OF_COMMAND:
        return _OF_COMMAND[command, name], False
    if name in _OFFERS:
        return _OFFERS[name], name in _LISTS
    return None


def _scenarios(given: dict[str, Any]) -> list[str]:
    return [file.stem for file in scenario_files()]


def _specs(given: dict[str, Any]) -> list[str]:
    return [file.stem for file in sweep_files()] + _scenarios(given)


def _claims(given: dict[str, Any]) -> list[str]:
    return [id_[0].upper() + id_[1:] for file in hypothesis_files() for id_ in [file.stem.partition("_")[0]]]


def _runs(given: dict[str, Any]) -> list[str]:
    """Run directories, the latest first."""
    found = [path.parent for path in RUNS.glob("*/manifest.json")]
    return [path.name for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)]


def _policies(given: dict[str, Any]) -> list[str]:
    """Of the scenario, sweep or run that stands on the command line already."""
    for word in [*(given.get(name) for name in ("run", "scenario", "spec")), *_words()]:
        if word and not word.startswith("-"):
            with suppress(Exception):
                return _policies_of(word)
    return []


def _words() -> list[str]:
    """What has been typed: where the option at the end still lacks its value, nothing of it has been understood."""
    typed = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS") or ""
    return typed.split()[2:]


def _policies_of(word: str) -> list[str]:
    directory = Path(word) if Path(word).is_dir() else RUNS / word
    path = directory / "spec.yaml"
    if not path.is_file():
        path = find_sweep(word)
        scenario = _read(path).get("scenario")
        path = path if scenario is None else find_scenario(str(scenario))
    return [name for name in _read(path)["policies"] if name != "include"]


def _read(path: Path) -> dict[str, Any]:
    """Quickly and without a check: faults are for the command to tell."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with path.open("rb") as stream:
        text = stream.read(MOST).decode("utf-8")
    depth = 0
    for event in yaml.parse(
        text, Loader=loader
    ):  # before anything is built: see simulation/spec/yaml_reader.py
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH or getattr(event, "anchor", None) is not None:
            return {}
    found = yaml.load(text, Loader=loader)
    return found if isinstance(found, dict) else {}


def _outcomes(given: dict[str, Any]) -> Iterable[str]:
    from simulation.outcomes import OUTCOMES

    return OUTCOMES


def _parameters(given: dict[str, Any]) -> Iterable[str]:
    from simulation.parameters import PARAMETERS

    return PARAMETERS


def _kinds_listed(given: dict[str, Any]) -> Iterable[str]:
    from app.commands.list import KINDS

    return KINDS


def _names_listed(given: dict[str, Any]) -> Iterable[str]:
    """The names of one kind, for `list KIND NAME`."""
    from analysis.facts.known import FACTS
    from simulation.levers import LEVERS

    kinds: dict[str, Offer] = {
        "scenarios": _scenarios, "outcomes": _outcomes, "hypotheses": _claims,
        "levers": lambda _: LEVERS, "facts": lambda _: FACTS, "policies": _scenarios,
    }  # fmt: skip
    return kinds[given["what"]](given)


def _schemas(given: dict[str, Any]) -> Iterable[str]:
    from app.commands.schema import KINDS

    return KINDS


_OFFERS: dict[str, Offer] = {
    "scenario": _scenarios, "spec": _specs, "run": _runs, "runs": _runs, "policy": _policies, "policies": _policies,
    "baseline": _policies, "outcome": _outcomes, "outcomes": _outcomes, "floor": _outcomes, "ceiling": _outcomes,
    "worth": _outcomes, "vary": _parameters, "what": _kinds_listed, "names": _names_listed, "kind": _schemas,
}  # fmt: skip
_LISTS = {"policies", "outcomes"}
_OF_COMMAND: dict[tuple[str, str], Offer] = {
    ("hypotheses", "files"): _claims,
    ("sensitivity", "method"): lambda _: ("morris", "sobol"),
    ("sweep", "design"): lambda _: ("sobol", "latin_hypercube", "grid", "morris", "saltelli", "table"),
}
