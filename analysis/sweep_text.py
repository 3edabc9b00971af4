"""What a sweep says, as sentences and small tables for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.paired import Estimate
from analysis.panel import OutcomeInfo
from analysis.tables import titled
from analysis.units import measured, name_in_text, plain

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

SHOWN = 5  # axes in a table


def render_sweep(summary: Mapping[str, Any], info: OutcomeInfo) -> list[RenderableType]:
    """A sentence for each policy, then how its lead moves along the axes that matter, as rich renderables."""
    from rich.text import Text

    parts: list[RenderableType] = [Text(headline(summary, info), style="bold")]
    parts += [Text(sentence(summary, row, info)) for row in summary["differences"]]
    for row in summary["differences"]:
        told = [one for one in row["along"] if one["matters"]][:SHOWN]
        if told:
            parts += [Text(""), _axes_table(summary, row, told, info)]
        elif row["along"]:
            parts.append(
                Text(f"Nothing that varies moves the lead of '{row['policy']}' beyond chance.", style="dim")
            )
    if words := caution(summary):
        parts += [Text(""), Text(words, style="dim")]
    parts += [Text(f"- {text}", style="dim") for text in summary.get("calibration", {}).values()]
    if failed := len(summary["failures"]):
        text = f"{failed} run{'s' * (failed > 1)} failed; the others are kept."
        parts += [Text(""), Text(text, style="bold red")]
    return parts


def headline(summary: Mapping[str, Any], info: OutcomeInfo) -> str:
    """Which policy is best at how many points."""
    points = f"{summary['points']} points" + (
        f", {summary['replications']} worlds each" if summary["replications"] > 1 else ""
    )
    if not summary["best"]:
        return f"{info.label} by {points}: neither more nor less of it is better."
    ranked = sorted(summary["best"].items(), key=lambda item: -item[1])
    told = ", ".join(f"'{policy}' at {share:.0%}" for policy, share in ranked)
    return (
        f"Best in {name_in_text(info.label)} at {points}: {told}; on average '{_on_average(summary, info)}'."
    )


def _on_average(summary: Mapping[str, Any], info: OutcomeInfo) -> str:
    """The best policy on average over the points: the baseline where no other is ahead of it."""
    leads = {
        row["policy"]: info.sign * row["mean"] for row in summary["differences"] if row["mean"] is not None
    }
    first = max(leads, key=lambda policy: leads[policy], default=None)
    return str(first) if first is not None and leads[first] > 0 else str(summary["baseline"])


def sentence(summary: Mapping[str, Any], row: Mapping[str, Any], info: OutcomeInfo) -> str:
    """One policy against the baseline over all points."""
    share = f"{row['better_in']:.0%}"
    if row["better_ci_low"] is not None:
        share += f" [{row['better_ci_low']:.0%}, {row['better_ci_high']:.0%}]"
    effect = measured(estimate(row), info)
    verb = "beats" if info.direction else "has more than"
    text = (
        f"'{row['policy']}' {verb} '{summary['baseline']}' at {share} of the points; on average {effect}, "
        f"at most points between {plain(row['p10'], info, signed=True)} and {plain(row['p90'], info, signed=True)}."
    )
    if row["luck"] is not None and row["luck"] > 0.5:
        text += (
            f" {row['luck']:.0%} of what points differ by is luck: more replications would tell them apart."
        )
    if row["left_out"]:
        text += f" In {row['left_out']} worlds one of the two has no number; they are left out."
    return text


def caution(summary: Mapping[str, Any]) -> str:
    """What intervals do not hold for; empty where they hold for points and luck."""
    if not summary["sampled"]:
        return f"The points of a {summary['design']} are no sample: figures are of these points."
    if any(row["these_worlds_only"] for row in summary["differences"]):
        return "Intervals hold for the luck that all points share: with --replications 3 or more they cover luck too."
    return ""


def estimate(row: Mapping[str, Any]) -> Estimate:
    """A row of a summary as the estimate it was."""
    return Estimate(row["mean"], row["ci_low"], row["ci_high"], row.get("points", 0))


def _axes_table(
    summary: Mapping[str, Any], row: Mapping[str, Any], told: Sequence[Mapping[str, Any]], info: OutcomeInfo
) -> Table:
    """Each axis with the effect at its low and its high end."""
    from rich.text import Text

    title = f"{row['policy']} against {summary['baseline']}: what moves its {name_in_text(info.label)}"
    table = titled(title, ("what varies", "in one part", "in another"))
    column = [estimate(end) for one in told for end in _ends(one)]
    for one in told:
        low, high = _ends(one)
        cells = [one["axis"] + (" (turns)" if one["turns"] else "")]
        cells += [
            f"{end['label']}\n{measured(estimate(end), info, brief=True, column=column)}"
            for end in (low, high)
        ]
        table.add_row(*map(Text, cells))
    if any(one["turns"] for one in told):
        table.caption, table.caption_justify = Text("turns: ahead in one part, behind in the other."), "left"
    return table


def _ends(one: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The slices at the two ends of a range; where the lead turns, or values have no order, those with the least and the
    largest effect.
    """
    slices = one["slices"]
    ordered = all(isinstance(s["from"], int | float) and not isinstance(s["from"], bool) for s in slices)
    if ordered and not one["turns"]:
        return slices[0], slices[-1]
    ends = sorted(slices, key=lambda s: s["mean"])
    first, last = sorted((ends[0], ends[-1]), key=slices.index)
    return first, last
