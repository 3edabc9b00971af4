"""What a sensitivity analysis says, as sentences and small tables for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.paired import Estimate
from analysis.panel import OutcomeInfo
from analysis.units import measured, name_in_text, plain

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

SHOWN = 10
"""Inputs in a table."""
HEADS = {"morris": ("moves it by", "in which direction", "spread"), "sobol": ("in all", "alone")}


def render_sensitivity(summary: Mapping[str, Any], infos: Mapping[str, OutcomeInfo]) -> list[RenderableType]:
    """A sentence and a table for each target, as rich renderables."""
    from rich.text import Text

    parts: list[RenderableType] = [Text(headline(summary), style="bold")]
    for target in summary["targets"]:
        info = infos[target["outcome"]]
        parts += [Text(""), Text(sentence(summary, target, info)), _table(summary, target, info)]
    parts.append(Text(reading(summary), style="dim"))
    parts += [Text(f"Left out: {note}", style="dim") for note in summary["left_out"][:5]]
    return parts


def headline(summary: Mapping[str, Any]) -> str:
    """What was done, in one sentence."""
    number = len(summary["axes"])
    way = "one at a time (Morris)" if summary["method"] == "morris" else "all together (Sobol indices)"
    worlds = f", {summary['worlds']} worlds each" if summary["worlds"] > 1 else ", one world each"
    return f"{number} input{'s' * (number > 1)} moved {way}: {summary['points']:,} points{worlds}."


def named(target: Mapping[str, Any], info: OutcomeInfo) -> str:
    """The target in words."""
    label = name_in_text(info.label)
    return f"{label} of {target['policy']}" + (f" less {target['against']}" if target["against"] else "")


def sentence(summary: Mapping[str, Any], target: Mapping[str, Any], info: OutcomeInfo) -> str:
    """The inputs beyond luck, and how much of what is seen is luck."""
    clear = [row["name"] for row in target["inputs"] if row["beyond_luck"]]
    what = named(target, info)
    signed = bool(target["against"])
    text = (
        f"{what[:1].upper()}{what[1:]} is {plain(target['mean'], info, signed=signed)} on average"
        f" over the points, with a standard deviation of {plain(target['spread'], info)}. "
    )
    if not clear:
        text += "No input moves it beyond luck."
    else:
        most = f"{len(clear)} of {len(target['inputs'])} inputs move{'s' * (len(clear) == 1)} it beyond luck"
        text += f"{most}, {clear[0]} most."
    if target["luck"] is None and summary["worlds"] == 1:
        return text + " With one world at each point luck cannot be told: --replications 3 or more does."
    if target["luck"] is None:
        return text
    return text + f" {target['luck']:.0%} of what points differ by is luck."


def reading(summary: Mapping[str, Any]) -> str:
    """How to read the table."""
    luck = (
        "Intervals (95 %) are over the design and over worlds."
        if summary["worlds"] >= 3
        else "Intervals (95 %) are over the design, in these worlds: with three or more they hold luck too."
    )
    if summary["method"] == "morris":
        return (
            "Moves it by: mean size of the change that an input's whole range makes (mu*). Direction: its mean with the"
            f" sign (mu). Spread: how much that depends on the others (sigma). {luck}"
        )
    return (
        "In all: the share of the variance that would be left were all other inputs known (total index). Alone: the"
        f" share that would go were this one known (first order). {luck}"
    )


def _table(summary: Mapping[str, Any], target: Mapping[str, Any], info: OutcomeInfo) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    rows = target["inputs"][:SHOWN]
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for place, head in enumerate(("input", *HEADS[summary["method"]])):
        table.add_column(Text(head), justify="right" if place else "left", overflow="fold")
    for row in rows:
        name = row["name"] + ("" if row["beyond_luck"] else " (luck?)")
        table.add_row(*map(Text, (name, *_cells(row, rows, info))))
    if len(target["inputs"]) > SHOWN:
        table.caption, table.caption_justify = Text(f"and {len(target['inputs']) - SHOWN} more"), "left"
    return table


def _cells(row: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], info: OutcomeInfo) -> list[str]:
    if "total" in row:
        return [f"{share(row, name)}" for name in ("total", "first")]
    column = [_estimate(one, "mu_star") for one in rows]
    return [
        measured(_estimate(row, "mu_star"), info, signed=False, brief=True, column=column),
        measured(_estimate(row, "mu"), info, brief=True, column=column),
        plain(row["sigma"], info),
    ]


def share(row: Mapping[str, Any], name: str) -> str:
    """A share of the variance with its interval: ".42 [.39, .46]"."""
    mean, low, high = (row[f"{name}{end}"] for end in ("", "_ci_low", "_ci_high"))
    text = f"{mean:.2f}"
    return text if low is None or low != low else f"{text} [{low:.2f}, {high:.2f}]"


def _estimate(row: Mapping[str, Any], name: str) -> Estimate:
    low, high = row[f"{name}_ci_low"], row[f"{name}_ci_high"]
    none = low is None or low != low
    return Estimate(row[name], None if none else low, None if none else high, 0)
