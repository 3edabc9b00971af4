"""The summary as small tables for a terminal of 80 columns. Text from scenarios is never read as markup."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.crossover import crossing_words, not_behind
from analysis.language import mark, say, told
from analysis.paired import Estimate
from analysis.panel import OutcomeInfo
from analysis.tables import titled
from analysis.units import chance, measured, percent
from analysis.verdict import rough_chances
from analysis.words import same_runs

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
    from rich.measure import Measurement
    from rich.table import Table

HEADLINES = (  # three intervals fit into 80 columns
    (mark("Other money"), ("new_arr", "recurring_revenue", "gross_margin")),
    (mark("People"), ("morale_mean", "exits")),
    (mark("Knowledge and reports"), ("knowledge_applied", "knowledge_mean", "truth_gap")),
)
NARROWEST = 6  # columns of a table
LEVELS = (
    (mark("Choice of a segment"), ("commit_week", "commit_correct", "regret")),
)  # shown where the first has a value


def render_summary(summary: Mapping[str, Any]) -> list[RenderableType]:
    """Verdict, differences of headline outcomes, troughs and crossovers, as rich renderables.

    `summary` is what `Comparison.summary()` gives, also after a round trip through JSON.
    """
    from rich.text import Text

    verdict = summary["verdict"]
    parts: list[RenderableType] = [
        Text(verdict["state"], style="bold green" if verdict["decided"] else "bold yellow")
    ]
    parts += [Text(sentence) for sentence in verdict["sentences"]]
    parts += [Text(f"- {text}") for text in verdict.get("calibration", {}).values()]
    parts += [Text(f"- {note}", style="dim") for note in verdict["notes"]]
    parts += [Text(verdict["ending"])]
    if summary["differences"]:
        headline = verdict["outcome"]
        parts += [Text(""), _headline_table(summary, headline)]
        parts += [Text(sentence) for sentence in same_runs(summary.get("identical", ()))]
        for title, outcomes in HEADLINES:
            shown = [o for o in outcomes if o != headline and o in summary["units"]]
            if shown:
                parts += [Text(""), _others_table(summary, title, shown)]
        for title, outcomes in LEVELS:
            if any(levels.get(outcomes[0], {}).get("n") for levels in summary["outcomes"].values()):
                parts += [Text(""), _levels_table(summary, title, outcomes)]
        if summary["troughs"]:
            parts += [Text(""), _timing_table(summary)]
    if summary["failures"]:
        parts += [
            Text(""),
            Text(
                say("{number} runs failed; the others are kept.", number=len(summary["failures"])),
                style="bold red",
            ),
        ]
    return parts


def _table(title: str, columns: Sequence[str]) -> Table:
    return titled(title, columns, NARROWEST)


def _headline_table(summary: Mapping[str, Any], outcome: str) -> Table:
    from rich.text import Text

    info = _info(summary, outcome)
    table = _table(
        say(
            "{label} against {base}, 95 % intervals, each for itself",
            label=info.said,
            base=summary["baseline"],
        ),
        (say("policy"), say("difference"), say("percent"), say("first quarter"), say("P(best)")),
    )
    quarter = _by_policy(summary["quarter"], outcome)
    rows = _by_policy(summary["differences"], outcome)
    effects, shares = [_effect(row) for row in rows.values()], [_share(row) for row in rows.values()]
    starts = list(quarter.values())
    as_shares = all(row["percent_low"] is not None for row in starts)  # one unit for the column
    for policy, row in rows.items():
        early = quarter.get(policy)
        early_text = say("n/a")
        if early is not None and as_shares:
            early_text = percent(_share(early), column=[_share(r) for r in starts])
        elif early is not None:
            early_text = measured(_effect(early), info, brief=True, column=[_effect(r) for r in starts])
        best = chance(summary["verdict"]["probability_best"].get(policy))
        effect = measured(_effect(row), info, brief=True, column=effects)
        _row(table, policy, effect, percent(_share(row), column=shares), early_text, best)
    if rough := rough_chances(summary["replications"], summary.get("doubt", {}).get("draws")):
        table.caption, table.caption_justify = (
            Text(say("P(best), the chance of being best, is {rough}.", rough=rough)),
            "left",
        )
    return table


def _others_table(summary: Mapping[str, Any], title: str, outcomes: Sequence[str]) -> Table:
    infos = {o: _info(summary, o) for o in outcomes}
    table = _table(
        say("{title} against {base}", title=told(title), base=summary["baseline"]),
        (say("policy"), *(infos[o].said for o in outcomes)),
    )
    rows = {o: _by_policy(summary["differences"], o) for o in outcomes}
    for policy in _rivals(summary):
        _row(
            table,
            policy,
            *(
                _difference(rows[o][policy], infos[o], list(rows[o].values()))
                if policy in rows[o]
                else say("n/a")
                for o in outcomes
            ),
        )
    return table


def _levels_table(summary: Mapping[str, Any], title: str, outcomes: Sequence[str]) -> Table:
    infos = {o: _info(summary, o) for o in outcomes}
    table = _table(told(title), (say("policy"), *(infos[o].said for o in outcomes)))
    for policy in summary["policies"]:
        rows = summary["outcomes"][policy]
        cells = (
            measured(_level(rows[o]), infos[o], signed=False, brief=True) if rows[o]["n"] else say("none")
            for o in outcomes
        )
        _row(table, policy, *cells)
    return table


def _difference(row: Mapping[str, Any], info: OutcomeInfo, column: Sequence[Mapping[str, Any]]) -> str:
    """Money as a share of the baseline's, where that is known; all else in its unit."""
    if info.money and row["percent_low"] is not None:
        return percent(_share(row), column=[_share(r) for r in column if r["percent_low"] is not None])
    if info.money:
        column = [r for r in column if r["percent_low"] is None]
    return measured(_effect(row), info, brief=True, column=[_effect(r) for r in column])


def _timing_table(summary: Mapping[str, Any]) -> Table:
    outcome = summary["troughs"][0]["outcome"]
    info = _info(summary, outcome)
    table = _table(
        say("Shortfall and crossover, {label} since the start", label=info.said),
        (say("policy"), say("shortfall"), say("week"), say("crossover")),
    )
    crossovers = _by_policy(summary["crossovers"], outcome)
    troughs = _by_policy(summary["troughs"], outcome)
    behind = [_effect(r) for r in troughs.values() if not not_behind(r["mean"], r["ci_low"], r["week"])]
    for policy, row in troughs.items():
        none = not_behind(row["mean"], row["ci_low"], row["week"])
        size = none or measured(_effect(row), info, signed=False, brief=True, column=behind)
        week = "" if none else _weeks(row["week"], row["week_low"], row["week_high"])
        c = crossovers[policy]
        words = crossing_words(c["week"], c["ci_low"], c["ci_high"], c["turn"], c["reason"])
        _row(table, policy, size, week, words)
    return table


def _weeks(week: int, low: int | None, high: int | None) -> str:
    return str(week) if low is None or high is None else f"{week} [{low}, {high}]"


def _info(summary: Mapping[str, Any], outcome: str) -> OutcomeInfo:
    unit = summary["units"][outcome]
    return OutcomeInfo(
        outcome,
        unit["unit"],
        unit["direction"],
        True,
        unit["reduce"],
        unit["label"],
        "",
        unit.get("currency") or "",
    )


def _by_policy(rows: Sequence[Mapping[str, Any]], outcome: str) -> dict[str, Mapping[str, Any]]:
    return {row["policy"]: row for row in rows if row["outcome"] == outcome}


def _rivals(summary: Mapping[str, Any]) -> list[str]:
    return [p for p in summary["policies"] if p != summary["baseline"]]


def _effect(row: Mapping[str, Any]) -> Estimate:
    return Estimate(row["mean"], row["ci_low"], row["ci_high"], row["pairs"])


def _level(row: Mapping[str, Any]) -> Estimate:
    return Estimate(row["mean"], row["ci_low"], row["ci_high"], row["n"])


def _share(row: Mapping[str, Any]) -> Estimate:
    return Estimate(row["percent"], row["percent_low"], row["percent_high"], row["pairs"])


def _row(table: Table, policy: str, *cells: str) -> None:
    from rich.text import Text

    # The interval goes under its mean: side by side they do not fit.
    table.add_row(Name(policy), *(Text(cell.replace(" [", "\n[")) for cell in cells))


class Name:
    """The name of a policy, whole: where it does not fit, the next line begins after an underscore."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        from rich.measure import Measurement

        return Measurement(max(map(len, self._pieces())), len(self.name))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        lines = [""]
        for piece in self._pieces():
            if lines[-1] and len(lines[-1]) + len(piece) > options.max_width:
                lines.append("")
            lines[-1] += piece
        yield Text("\n".join(lines), overflow="fold")

    def _pieces(self) -> list[str]:
        return re.findall(r"[^_]*_+|[^_]+", self.name) or [""]
