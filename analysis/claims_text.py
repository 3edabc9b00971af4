"""Answers about claims as small tables and sentences for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analysis.paired import Estimate
from analysis.panel import OutcomeInfo
from analysis.surface import EXPLAINS
from analysis.units import fixed, measured, percent

if TYPE_CHECKING:
    from rich.console import RenderableType

STYLES = {"supported": "bold green", "refuted": "bold red", "undecided": "bold yellow"}


def render(answers: Mapping[str, Any], infos: Mapping[str, OutcomeInfo]) -> list[RenderableType]:
    """A table of verdicts, then each claim with its comparisons, then how sure all of it is. As rich renderables.

    `answers` is what `hypotheses --json` prints; `infos` has the outcomes by name.
    """
    from rich.text import Text

    parts: list[RenderableType] = [_table(answers, infos)]
    for row in answers["hypotheses"]:
        parts += [Text(""), Text(f"{row['id']}  {row['claim']}")]
        parts += [Text(f"  {line}", style="dim") for line in _lines(row, infos)]
    parts += [Text(""), *(Text(sentence) for sentence in sentences(answers))]
    return parts


def _table(answers: Mapping[str, Any], infos: Mapping[str, OutcomeInfo]) -> RenderableType:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in ("id", "verdict", "effect [95 %]", "holds in", "turned by"):
        table.add_column(Text(column), overflow="fold", no_wrap=column in ("verdict", "holds in"))
    for row in answers["hypotheses"]:
        mark = "" if row["parts"][0]["verdict"] == row["verdict"] else " *"
        verdict = Text(row["verdict"] + mark, style=STYLES[row["verdict"]])
        table.add_row(
            Text(row["id"]),
            verdict,
            Text(effect_text(row["parts"][0], infos)),
            Text(_holds(row)),
            Text(_turned(row)),
        )
    return table


def effect_text(part: Mapping[str, Any], infos: Mapping[str, OutcomeInfo]) -> str:
    """E.g. "-7.7 % [-9.2, -6.1]", in the unit of the claim."""
    e = Estimate(part["effect"], part["ci_low"], part["ci_high"], part["pairs"])
    if e.mean is None:
        return "n/a"
    if part["unit"] == "percent":
        return percent(e)
    if part["unit"] == "sd":
        return measured(e, OutcomeInfo("", "sd", 0, True, "", ""))
    info = infos[part["outcome"]]
    if info.money:
        cents = [None if x is None else 100 * x for x in (e.mean, e.low, e.high)]
        e = Estimate(cents[0], cents[1], cents[2], e.n)
    return measured(e, info, brief=info.unit not in ("reps", "deals", "week"))


def _holds(row: Mapping[str, Any]) -> str:
    if row["holds_in"] is None:
        return ""
    share, low, high = (f"{100 * row[key]:.0f}" for key in ("holds_in", "holds_in_low", "holds_in_high"))
    text = f"{share} % [{low}, {high}]"
    return text if _explains(row) else f"({text})"


def _explains(row: Mapping[str, Any]) -> bool:
    """Whether parameters explain the effect of any comparison."""
    return any(part["r2"] is not None and part["r2"] >= EXPLAINS for part in row["parts"])


def _turned(row: Mapping[str, Any]) -> str:
    if row["turned_by"]:
        return str(row["turned_by"])
    return "" if row["holds_in"] is None else "none found"


def _lines(row: Mapping[str, Any], infos: Mapping[str, OutcomeInfo]) -> list[str]:
    lines = []
    for part in row["parts"]:
        unit = {"percent": " %", "sd": " sd"}.get(part["unit"], "")
        when = f"week {part['at']}" if _level(part, infos) else f"weeks {part['from']}-{part['at']}"
        lines.append(
            f"{_compared(part)}, {infos[part['outcome']].label}, {when}: "
            f"{effect_text(part, infos)}; claimed {_claimed(part)}{unit}: {part['verdict']}"
            + (f" ({part['reason']})" if part["reason"] else "")
        )
    if row["holds_in"] is not None:
        lines.append(_explained(row))
    return lines


def _compared(part: Mapping[str, Any]) -> str:
    """E.g. "a against b at world.reps 160 less at world.reps 20"; what is the same on both sides is said once."""
    here, minus = f"{part['policy']} against {part['against']}", part["minus"]
    if minus is None:
        return here
    there = f"{minus['policy']} against {minus['against']}"
    sides = [
        ", ".join(f"{name} {value}" for name, value in minus[key].items()) for key in ("set_here", "set")
    ]
    if not sides[1]:
        return f"{here}, less that of {there}"
    again = "the same" if there == here else f"that of {there}"
    return f"{here} at {sides[0]}, less {again} at {sides[1]}"


def _claimed(part: Mapping[str, Any]) -> str:
    word, other = ("more", "less") if part["direction"] == "more" else ("less", "more")
    size = (
        fixed(abs(part["smallest"]), 0 if float(part["smallest"]).is_integer() else 3).rstrip("0").rstrip(".")
    )
    if float(part["smallest"]).is_integer():
        size = f"{abs(part['smallest']):,.0f}"
    return f"{word} by {size}" if part["smallest"] >= 0 else f"not {other} by more than {size}"


def _level(part: Mapping[str, Any], infos: Mapping[str, OutcomeInfo]) -> bool:
    return infos[part["outcome"]].reduce == "last"


def _explained(row: Mapping[str, Any]) -> str:
    """What the parameters of the sampled worlds explain, comparison by comparison."""
    over = f"over {row['worlds']} sampled worlds"
    r2 = ", ".join(f"{part['r2']:.2f}" for part in row["parts"])
    luck = ", ".join(
        "n/a" if part["luck_share"] is None else f"{part['luck_share']:.2f}" for part in row["parts"]
    )
    luck = f"luck alone makes about {luck} of its variance"
    if not _explains(row):
        return f"{over} no parameter explains the effect (cross-validated R2 {r2}; {luck}): its mean stands for all worlds"
    text = f"{over} parameters predict the effect with a cross-validated R2 of {r2}; {luck}"
    if row["turned"] is not None:
        t = row["turned"]
        of = "" if t["part"] == 0 else f" of comparison {t['part'] + 1}"
        ends = f"{t['effect_at_low']:+.3g} to {t['effect_at_high']:+.3g}"
        text += f"; along {row['turned_by']} the effect{of} goes from {ends}"
    return text


def sentences(answers: Mapping[str, Any]) -> list[str]:
    """How sure all verdicts are together."""
    family, rows = answers["familywise"], answers["hypotheses"]
    decided = [row["id"] for row in rows if row["verdict"] != "undecided"]
    lost = [name for name in decided if name not in family["supported"] + family["refuted"]]
    words = f"{len(decided)} of {len(rows)} decided at 95 % each"
    if decided:
        words += "; with the chance of any false verdict held at 5 % over all of them (Holm) "
        words += f"these stay open: {', '.join(lost)}" if lost else "all of these stand"
    found = [
        f"{words}.",
        f"Were every effect exactly the smallest that matters, {family['expected_false_supported']:g} false "
        '"supported" would be expected.',
    ]
    if any(row["parts"][0]["verdict"] != row["verdict"] for row in rows):
        found.append("* the first comparison alone would say otherwise: see the further ones.")
    return found
