"""Where it flips, in sentences and a small table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.calibrated import told
from analysis.conditions import words
from analysis.flip import NOBODY, Flip, Zone, worlds_a_case
from analysis.hangs import sentence as hangs_sentence
from analysis.language import listed
from analysis.tables import titled
from analysis.units import name_in_text, plain

if TYPE_CHECKING:
    from rich.console import RenderableType

    from analysis.sweeps import SweepAnswer


def sentences(found: Flip) -> list[str]:
    """Which policy is best how often, what that hangs on, for each policy where, then what the tree says."""
    hangs = hangs_sentence(found.hangs, found.answer.info.label)
    zones = [zone_words(found, zone) for zone in found.zones]
    if len({zone.why for zone in found.zones}) == 1 and found.zones[0].why:
        zones = [f"Where each of them wins cannot be told: {found.zones[0].why}."]
    return [headline(found), hangs, *zones, tree_words(found)]


def notes(answer: SweepAnswer) -> list[str]:
    """What is left out, and where the numbers of a calibrated scenario come from."""
    left = ""
    if answer.incomplete:
        left = (
            f"{answer.incomplete} of {answer.incomplete + len(answer.worlds)} worlds are left out, in which a policy has no "
            "number: its run failed, or --until-decided did not want it (the command without that adds it)."
        )
    return [text for text in (left, *told(answer.meta).values()) if text]


def headline(found: Flip) -> str:
    """Which policy is best in how many cases."""
    told = ", ".join(f"'{zone.policy}' in {zone.share:.0%}" for zone in found.zones if zone.share)
    never = [f"'{zone.policy}'" for zone in found.zones if not zone.share]
    worlds = worlds_a_case(found)
    cases = f"{found.cases} cases" + (f", each the mean of {worlds} worlds" if worlds > 1 else "")
    average = f"; never {listed(never, 'or')}" if never else ""
    average += f"; on average over them '{best_on_average(found)}'"
    lead = f" by more than {plain(found.margin, found.answer.info)}" if found.margin else ""
    return f"Best in {name_in_text(found.answer.info.label)}{lead}: {told} of {cases}{average}."


def best_on_average(found: Flip) -> str:
    """The policy that whoever must choose one for all cases would choose, as `value` does."""
    means = [gaps.mean() for gaps, name in zip(found.gaps, found.names, strict=True) if name != NOBODY]
    return found.names[max(range(len(means)), key=lambda place: means[place])]


def zone_words(found: Flip, zone: Zone) -> str:
    """E.g. "lockdown wins with overlap below 0.2: in 83% [70%, 91%] of such cases, which are 9% of all"."""
    if zone.box is None:
        return f"'{zone.policy}' wins in {zone.share:.0%}: {zone.why}."
    box = zone.box
    wins = "wins" if box.usual and (box.density.low or 0) > 0.5 else "wins more often"
    density = f"{box.density.mean:.0%}"
    if box.density.low is not None and box.density.high is not None:
        density += f" [{box.density.low:.0%}, {box.density.high:.0%}]"
    usual = "" if wins == "wins" else f" (of all cases: {zone.share:.0%})"
    return (
        f"'{zone.policy}' {wins} with {words(found.columns, box.limits)}: in {density} of such cases{usual}, which are "
        f"{box.mass:.0%} of all and hold {box.coverage:.0%} of those it wins."
    )


def tree_words(found: Flip) -> str:
    """How far a few questions tell the best policy."""
    tree = found.tree
    if not tree.depth:
        commonest = found.names[tree.leaves[0].names]
        return f"No short list of questions tells the best policy better than always to say the commonest, '{commonest}'."
    questions = "one question tells" if tree.depth == 1 else f"at most {tree.depth} questions tell"
    return (
        f"{questions[:1].upper()}{questions[1:]} the best policy of {tree.right:.0%} of cases not seen before; "
        f"always to say the commonest would be right in {tree.usual:.0%}."
    )


def render_flip(found: Flip) -> list[RenderableType]:
    """The sentences and the tree, as rich renderables."""
    from rich.text import Text

    first, *rest = sentences(found)
    parts: list[RenderableType] = [Text(first, style="bold"), *map(Text, rest)]
    parts += [Text(f"- {text}", style="dim") for text in notes(found.answer)]
    if not found.tree.depth:
        return parts
    table = titled("The best policy, by a few questions")
    table.add_column(Text("with"), overflow="fold")
    table.add_column(Text("best"), overflow="fold")
    table.add_column(Text("of such"), justify="right")
    table.add_column(Text("of all"), justify="right")
    for leaf in found.tree.leaves:
        table.add_row(
            Text(words(found.columns, leaf.limits)), Text(found.names[leaf.names]), Text(f"{leaf.share:.0%}"),
            Text(f"{leaf.cases / found.cases:.0%}"),
        )  # fmt: skip
    table.caption, table.caption_justify = (
        Text("Shares are of the cases that made the list, and flatter it."),
        "left",
    )
    return [*parts, Text(""), table]
