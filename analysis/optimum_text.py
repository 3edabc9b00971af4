"""What a search for lever settings says, as sentences and a table for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analysis.paired import Estimate
from analysis.panel import OutcomeInfo
from analysis.units import measured, name_in_text, plain

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

ROBUST = {
    "mean": "the mean over worlds",
    "worst_tenth": "the mean over the worst tenth of worlds",
    "regret": "the regret in the worst tenth of worlds",
}


def render_optimum(summary: Mapping[str, Any], infos: Mapping[str, OutcomeInfo]) -> list[RenderableType]:
    """What is best, what it keeps in fresh worlds, and the few best in a table for each outcome."""
    from rich.text import Text

    parts: list[RenderableType] = [Text(headline(summary), style="bold")]
    rows = summary["finalists"]
    if not rows:
        return [*parts, Text("No settings that were tried could be judged in fresh worlds.")]
    parts.append(Text(f"Best in the search: {settings_text(rows[0]['settings'])}."))
    for place, name in enumerate(summary["outcomes"]):
        parts.append(Text(curse(summary, rows[0]["outcomes"][place], infos[name])))
        parts.append(Text(against(summary, rows[0]["outcomes"][place], infos[name])))
    for place, name in enumerate(summary["outcomes"]):
        parts += [Text(""), _table(summary, place, infos[name])]
    parts += [Text(f"{chr(65 + i)}: {settings_text(row['settings'])}") for i, row in enumerate(rows)]
    if agreement := searches_text(summary, infos):
        parts += [Text(""), Text(agreement)]
    if summary["failed"]:
        parts.append(
            Text(f"{summary['failed']} trials failed in some world and were left out.", style="bold red")
        )
    return parts


def headline(summary: Mapping[str, Any]) -> str:
    """What was searched, and by what."""
    trials = summary["trials"]
    tried = f"{summary['candidates']} settings of {summary['policy']} in {summary['worlds']} worlds"
    searches = f", {len(trials)} searches" if len(trials) > 1 else ""
    several = " (Pareto front)" if len(summary["outcomes"]) > 1 else ""
    return f"{tried}{searches}; judged by {ROBUST[summary['robust']]}{several}, as difference to {summary['baseline']}."


def settings_text(settings: Mapping[str, Any]) -> str:
    """Levers and values, or that nothing was changed."""
    if not settings:
        return "the policy as it is"
    return ", ".join(f"{_short(name)} = {value_text(value)}" for name, value in settings.items())


def _short(name: str) -> str:
    """Without the policy, which is the same in all."""
    return name.split(".", 2)[2] if name.startswith("policies.") and name.count(".") >= 2 else name


def value_text(value: Any) -> str:
    """A value to three figures."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.3g}"


def curse(summary: Mapping[str, Any], row: Mapping[str, Any], info: OutcomeInfo) -> str:
    """What the winner was promised, what it keeps, and what it lost on the way."""
    label, signed = name_in_text(info.label), summary["robust"] != "regret"
    kept = measured(estimate(row, "kept"), info, signed=signed)
    promised = plain(row["promised"], info, signed=signed)
    text = f"{label[:1].upper()}{label[1:]}: promised {promised}; in {summary['fresh_worlds']} fresh worlds {kept}."
    lost, picked = estimate(row, "lost"), estimate(row, "curse")
    if not lost.clear:
        text += f" It lost {measured(lost, info)}: nothing beyond luck."
    elif (lost.mean or 0) > 0:
        text += f" The search was too hopeful by {measured(lost, info, signed=False)}."
    else:
        text += " Fresh worlds were kinder than those of the search."
    if picked.clear and (picked.mean or 0) > 0:
        return (
            text
            + f" Of its lead over the policy as it is {measured(picked, info, signed=False)} was the optimiser's curse."
        )
    return text + " No optimiser's curse beyond luck."


def against(summary: Mapping[str, Any], row: Mapping[str, Any], info: OutcomeInfo) -> str:
    """Whether it beats what there is."""
    over = estimate(row, "over_present")
    name = f"{summary['policy']} as it is"
    if over.mean == 0:
        return f"That is {name}."
    text = f"Against {name}, in the same fresh worlds: {measured(over, info)} on average"
    return text + ("." if over.clear else ", not beyond luck.")


def searches_text(summary: Mapping[str, Any], infos: Mapping[str, OutcomeInfo]) -> str:
    """How far searches from other starts agree."""
    found = summary["searches"]
    if len(found) < 2:
        return ""
    info = infos[summary["outcomes"][0]]
    best = ", ".join(plain(one["score"], info, signed=summary["robust"] != "regret") for one in found)
    alike = all(one["settings"] == found[0]["settings"] for one in found)
    end = (
        "at the same settings."
        if alike
        else "at other settings each: what they differ by is the search's own doubt."
    )
    return f"The {len(found)} searches found {best} at best, {end}"


def _table(summary: Mapping[str, Any], place: int, info: OutcomeInfo) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    rows = [*summary["finalists"], summary["present"]]
    cells = [row["outcomes"][place] for row in rows]
    signed = summary["robust"] != "regret"
    table = Table(
        title=Text(info.label),
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    heads = ("settings", "promised", "in fresh worlds", "lost")
    for i, head in enumerate(heads):
        table.add_column(Text(head), justify="right" if i else "left", overflow="fold")
    columns = {name: [estimate(cell, name) for cell in cells] for name in ("kept", "lost")}
    for i, (row, cell) in enumerate(zip(rows, cells, strict=True)):
        name = "as it is" if row is summary["present"] else chr(65 + i)
        mark = " *" if len(summary["outcomes"]) > 1 and row["on_front"] else ""
        kept = measured(columns["kept"][i], info, signed=signed, brief=True, column=columns["kept"])
        promised = Estimate(cell["promised"], None, None, 0)
        table.add_row(*map(Text, (
            name + mark, measured(promised, info, signed=signed, brief=True, column=columns["kept"]), kept,
            measured(columns["lost"][i], info, brief=True, column=columns["lost"]),
        )))  # fmt: skip
    if any(row["on_front"] for row in rows) and len(summary["outcomes"]) > 1:
        table.caption, table.caption_justify = Text("*: no other of these beats it in fresh worlds"), "left"
    return table


def estimate(row: Mapping[str, Any], name: str) -> Estimate:
    """A number of a summary with its interval."""
    mean, low, high = row[name], row[f"{name}_ci_low"], row[f"{name}_ci_high"]
    none = low is None or low != low
    return Estimate(mean, None if none else low, None if none else high, 0)
