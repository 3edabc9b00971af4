"""Grammars of scenarios, sweeps and command lines: sound ones with a few things changed, as people change them."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from .choices import ODD, Choices, damaged, one_in, pick
from .threat import MINIMAL, ROOT

Tree = dict[str, Any]


@cache
def bases() -> list[Tree]:
    """Scenarios as plain data: a small one, and one that names what large ones name."""
    from simulation.spec.yaml_reader import read_mapping

    found = [read_mapping(MINIMAL, "minimal").plain()]
    for name in ("segment_choice", "risky_mission", "spiral"):
        text = (ROOT / "scenarios" / f"{name}.yaml").read_text(encoding="utf-8")
        found.append(read_mapping(text, name).plain())
    return found


@cache
def keys() -> tuple[str, ...]:
    """Names that mean something somewhere."""
    from simulation.levers import LEVERS
    from simulation.outcomes import OUTCOMES
    from simulation.parameters import PARAMETERS
    from simulation.spec.schema import Scenario
    from simulation.spec.world_schema import Segment, World

    fields = [*Scenario.model_fields, *World.model_fields, *Segment.model_fields, "inherits", "include"]
    settings = [name for lever in LEVERS.values() for name in lever.model_fields]
    return tuple(dict.fromkeys([*fields, *LEVERS, *settings, *list(PARAMETERS)[:40], *list(OUTCOMES)[:20]]))


def scenario(choices: Choices) -> bytes:
    """A scenario file."""
    tree = copy.deepcopy(bases()[0] if not one_in(choices, 6) else pick(choices, bases()))
    for _ in range(pick(choices, (1, 1, 1, 2, 3))):
        change(choices, tree)
    raw = written(choices, tree).encode("utf-8", "surrogatepass")
    return damaged(choices, raw) if one_in(choices, 6) else raw


def overrides(choices: Choices) -> list[str]:
    """Values for `--set`; mostly none."""
    if not one_in(choices, 4):
        return []
    return [f"{path(choices)}={value(choices)}" for _ in range(1 + choices.below(2))]


def path(choices: Choices) -> str:
    """A path into a scenario."""
    if one_in(choices, 2):
        return pick(choices, PATHS)
    return ".".join(pick(choices, keys()) for _ in range(1 + choices.below(4)))


PATHS = (
    "world.reps",
    "world.customers",
    "world.parameters.overlap",
    "world.segments.0.share",
    "world.segments.Retail.drift",
    "policies.lockdown.territory.teams",
    "policies.lockdown.release.protect_share",
    "policies.open.review.every_weeks",
    "weeks",
    "seed",
    "start_week",
    "baseline",
    "outcome",
    "name",
    "draws",
    "policies.phased.inherits",
    "world.missions.0.feasible",
)


def sweep(choices: Choices) -> bytes:
    """A sweep over the scenario `small`."""
    tree: Tree = {
        "scenario": "small",
        "design": pick(choices, ("grid", "sobol", "latin_hypercube", "morris", "saltelli", "table")),
    }
    if not one_in(choices, 4):
        tree["points"] = pick(
            choices, ("2", "4", "8", "16", "64") if not one_in(choices, 4) else ("1000000", *ODD)
        )
    if one_in(choices, 3):
        tree["replications"] = pick(choices, ("1", "4", "16") if not one_in(choices, 4) else ("100000", *ODD))
    vary = dict(copy.deepcopy(pick(choices, AXES)) for _ in range(choices.below(3)))
    for _ in range(max(0, choices.below(5) - 2)):
        vary[path(choices) if one_in(choices, 2) else pick(choices, keys())] = axis(choices)
    tree["vary"] = vary
    for name in ("policies", "weekly", "table", "set", "name"):
        if one_in(choices, 9):
            tree[name] = copy.deepcopy(
                pick(choices, (["open"], ["lockdown", "phased"], {"world.reps": "8"}, "t.csv", *ODD))
            )
    if one_in(choices, 4):
        change(choices, tree)
    raw = written(choices, tree).encode("utf-8", "surrogatepass")
    return damaged(choices, raw) if one_in(choices, 8) else raw


AXES: tuple[tuple[str, Any], ...] = (
    ("overlap", None), ("overlap", ["0.1", "0.9"]), ("world.reps", ["8", "12"]), ("hot_stove", {"low": "0", "high": "0.5"}),
    ("policies.lockdown.territory.teams", ["1", "2"]), ("compliance", {"low": "0.5", "high": "1", "steps": "3"}),
)  # fmt: skip
"""Axes that may stand together."""


def axis(choices: Choices) -> Any:
    """What an axis takes."""
    kind = choices.below(4)
    if kind == 0:
        return None
    if kind == 1:
        return [
            pick(choices, ("2", "4", "8", "0.5", "true", "hard", *ODD)) for _ in range(1 + choices.below(3))
        ]
    found = {"low": pick(choices, ("0", "0.1", "2", *ODD)), "high": pick(choices, ("0.9", "8", *ODD))}
    if kind == 3:
        found |= {
            "steps": pick(choices, ("2", "3", "1000", *ODD)),
            "distribution": pick(choices, ("uniform", "log_uniform", "x")),
        }
    return found


def value(choices: Choices) -> str:
    """What somebody might write there: something odd, or something that fits somewhere."""
    return pick(choices, ODD if one_in(choices, 2) else PLAIN)


PLAIN = (
    "0",
    "1",
    "2",
    "3",
    "4",
    "8",
    "13",
    "26",
    "52",
    "0.1",
    "0.2",
    "0.5",
    "0.9",
    "true",
    "false",
    "open",
    "lockdown",
    "hard",
    "x",
)


def change(choices: Choices, tree: Tree) -> None:
    """One thing in a tree becomes another: a value, a key, a place."""
    group: Any = tree
    while True:  # walk down to a group or a list, and stop there or go on
        inner = [
            value
            for value in (group.values() if isinstance(group, dict) else group)
            if isinstance(value, dict | list) and value
        ]
        if not inner or one_in(choices, 3):
            break
        group = pick(choices, inner)
    kind = choices.below(5)
    if isinstance(group, list):
        place = choices.below(len(group))
        if kind == 0:
            del group[place]
        elif kind == 1:
            group.append(copy.deepcopy(group[place]))
        else:
            group[place] = value(choices)
        return
    name = pick(choices, list(group) or ["x"])
    if kind == 0:
        group.pop(name, None)
    elif kind == 1:
        group[pick(choices, keys())] = group.pop(name, None)
    elif kind == 2:
        group[pick(choices, keys())] = value(choices)
    elif kind == 3:
        group[pick(choices, keys())] = copy.deepcopy(pick(choices, list(tree.values()) or [1]))
    else:
        group[name] = value(choices)


def written(choices: Choices, tree: Any, indent: str = "") -> str:
    """A tree as YAML by hand: texts stand as they are, so that odd ones are read as whatever they look like."""
    if isinstance(tree, dict) and tree:
        if indent and one_in(choices, 5):
            return "{" + ", ".join(f"{key}: {flat(value)}" for key, value in tree.items()) + "}"
        return "".join(
            f"\n{indent}{key}: {written(choices, value, indent + '  ')}" for key, value in tree.items()
        )
    if isinstance(tree, list) and tree and not one_in(choices, 3):
        return "".join(f"\n{indent}- {flat(value)}" for value in tree)
    return flat(tree)


def flat(tree: Any) -> str:
    """The same in one line."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key}: {flat(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(flat, tree)) + "]"
    if tree is None:
        return ""
    if isinstance(tree, bool):
        return str(tree).lower()
    return str(tree).replace("\n", " ")


LINES = (
    ("validate", "small.yaml"),
    ("compare", "small.yaml", "--dry-run"),
    ("run", "small.yaml", "--policy", "open", "--weeks", "0"),
    ("sweep", "small.yaml", "--vary", "overlap", "--points", "8", "--dry-run"),
    ("show", "nowhere"),
    ("verify", "nowhere"),
    ("sensitivity", "small.yaml", "--vary", "overlap", "--points", "2", "--dry-run"),
    ("list", "levers"),
    ("list", "policies"),
    ("optimize", "small.yaml", "--vary", "policies.lockdown.territory.teams=1:2", "--dry-run"),
    ("trade", "nowhere"),
    ("explain", "nowhere"),
    ("flip", "nowhere"),
    ("export", "nowhere", "--csv"),
    ("hypotheses", "C11", "--dry-run"),
)
OPTIONS = (
    "--seed",
    "-n",
    "-w",
    "-j",
    "--policies",
    "--set",
    "--vary",
    "--points",
    "--design",
    "--out",
    "--json",
    "--quiet",
    "--worlds",
    "--matters",
    "--until-decided",
    "--outcome",
    "--cluster",
    "--cluster-tls",
    "--trials",
    "--robust",
    "--outcomes",
    "--nope",
    "-h",
)


def line(choices: Choices) -> list[str]:
    """Words of a command line that computes nothing."""
    words = list(pick(choices, LINES))
    for _ in range(choices.below(3)):
        words.append(pick(choices, OPTIONS))
        if one_in(choices, 3):
            words.append(f"{path(choices)}={pick(choices, ODD)}")
        elif not one_in(choices, 4):
            words.append(pick(choices, ODD))
    if one_in(choices, 3):
        words[1 if len(words) > 1 else 0] = pick(choices, ODD)
    return words
