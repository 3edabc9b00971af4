"""What the answer hangs on: the thing that varies along which the lead of the best policy turns, and how well it is known.

The lead is that of the policy best on average over the cases, over the baseline; or of the baseline's closest rival. A thing
turns it if it is ahead in one part of its range and behind in another, each beyond chance (`analysis.sweep_axes`), and moves
it if it goes with it beyond chance (Bonferroni over all that varies).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.conditions import name_in_words
from analysis.language import listed
from analysis.panel import AnalysisError
from analysis.sweep_axes import Along, along
from analysis.sweeps import MIN_POINTS, SweepAnswer
from analysis.units import name_in_text

ASSUMED = "assumption"
DATA = {
    "found": "that your data tell only within limits",
    "follows": "that follows from others",
    "cannot_tell": "that your data cannot tell",
}
"""What is said of a number by the verdict of `calibrate`; of all others as where it cannot tell."""


@dataclass(frozen=True)
class Hangs:
    """`turns` and `moves` are the things that do, strongest first; `why` says why nothing can be told."""

    policy: str
    against: str
    cases: int
    turns: tuple[Along, ...] = ()
    moves: tuple[Along, ...] = ()
    why: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)
    asked: bool = True  # for this policy; else it is the best on average of several beside the baseline


def hangs_on(answer: SweepAnswer, policy: str | None = None) -> Hangs:
    """What turns or moves the lead of `policy` over the baseline. AnalysisError where no world has both."""
    base = answer.meta["baseline"]
    means = {name: float(answer.lead(name).groupby(level="point").mean().mean()) for name in answer.rivals}
    means = {name: mean for name, mean in means.items() if mean == mean}
    if not means or (policy is not None and policy not in means):
        raise AnalysisError(f"no world in which both '{base}' and {policy or 'another policy'} finished")
    asked = policy is not None or len(means) == 1
    chosen = policy or max(means, key=lambda name: means[name])
    table, drawn = answer.lead(chosen).unstack("replication"), answer.meta["design"] == "draws"
    if drawn:  # each draw has worlds of its own: no luck is shared
        table = table.mean(axis=1).to_frame()
    why = ""
    if len(table) < MIN_POINTS:
        why = f"{len(table)} cases are too few ({MIN_POINTS} or more)"
    elif not (drawn or answer.sampled):
        why = "the points of a grid or a table are no sample"
    if why:
        return Hangs(chosen, base, len(table), why=why, meta=answer.meta, asked=asked)
    facts, values = answer.meta["axes"], answer.axes.loc[table.index]
    found = [along(table, values[one["name"]], one, 0.05 / len(facts)) for one in facts]
    found.sort(key=lambda one: (-abs(one.correlation), one.axis))
    turns = tuple(one for one in found if one.turns)
    return Hangs(
        chosen,
        base,
        len(table),
        turns,
        tuple(one for one in found if one.matters and not one.turns),
        meta=answer.meta,
        asked=asked,
    )


def known_by(name: str, meta: Mapping[str, Any]) -> str:
    """How well a thing that varies is known, e.g. "a number without a source that your data cannot tell"."""
    rows = {row["name"]: row for row in meta.get("parameters") or ()}
    numbers = {one["name"]: one for one in (meta.get("calibration") or {}).get("numbers", ())}
    field_of = name.rpartition(".")[2]
    asked = numbers.get(name) or (
        numbers.get(f"segments.{field_of}") if name.startswith("segments.") else None
    )
    said = ""
    if name in rows:
        said = (
            "a number without a source" if rows[name].get("source") == ASSUMED else "a number with a source"
        )
    if asked is None:
        return said
    return f"{said or 'a number'} {DATA.get(asked['verdict'], DATA['cannot_tell'])}"


def in_words(name: str, meta: Mapping[str, Any]) -> str:
    """A thing that varies, with what it means where that is known: "morale book loss (effect of losing the whole book at
    once)".
    """
    row = next((row for row in meta.get("parameters") or () if row["name"] == name), None)
    meant = f" ({row['description']})" if row and row.get("description") else ""
    return f"{name_in_words(name)}{meant}"


def sentence(found: Hangs, label: str) -> str:
    """E.g. "The answer hangs on overlap (...), a number without a source: 'lockdown' is ahead in one part of its range"."""
    which = "" if found.asked else ", on average the best of the others,"
    who = f"'{found.policy}'{which} against '{found.against}' on {name_in_text(label)}"
    if found.why:
        return f"What the answer hangs on cannot be told: {found.why}."
    if found.turns:
        first = found.turns[0]
        known = known_by(first.axis, found.meta)
        low, high = _ends(first)
        others = [name_in_words(one.axis) for one in found.turns[1:]]
        also = f" It also hangs on {listed(others)}." if others else ""
        return (
            f"The answer hangs on {in_words(first.axis, found.meta)}{', ' + known if known else ''}: "
            f"'{found.policy}' is ahead of '{found.against}' at {high.label} and behind at {low.label}.{also}"
        )
    if found.moves:
        moved = [in_words(one.axis, found.meta) for one in found.moves[:3]]
        return f"Nothing that varies turns {who}; what moves it most is {listed(moved)}."
    many = len(found.meta.get("axes") or ())
    none = "not on the one thing that varies" if many == 1 else f"on none of the {many} things that vary"
    return f"As far as {found.cases} cases show, the answer hangs {none}: no part of a range turns or moves {who}."


def _ends(one: Along) -> tuple[Any, Any]:
    ordered = sorted(one.slices, key=lambda part: part.effect.mean or 0.0)
    return ordered[0], ordered[-1]


def as_data(found: Hangs, label: str) -> dict[str, Any]:
    """For `--json`."""
    return {
        "policy": found.policy, "against": found.against, "cases": found.cases, "why": found.why,
        "sentence": sentence(found, label),
        "things": [
            {"name": one.axis, "turns": one.turns, "correlation": one.correlation,
             "known_by": known_by(one.axis, found.meta)}
            for one in (*found.turns, *found.moves)
        ],
    }  # fmt: skip
