"""Every policy against the baseline, in the same worlds: the numbers, the verdict, and where to draw them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import doubt
from analysis.calibrated import told
from analysis.comparison_rows import crossover_rows, difference_rows, outcome_rows, trough_rows
from analysis.crossover import Crossover, Trough, crossover, trough
from analysis.elsewhere import ending
from analysis.findings import Findings
from analysis.hindsight import with_regret
from analysis.notebook import Told, comparison_html
from analysis.paired import Difference, Estimate, level_interval, paired_difference, t_interval
from analysis.panel import QUARTER_WEEKS, AnalysisError, Panel, read_panel, reduce_weeks
from analysis.subject import subject
from analysis.until import Rule
from analysis.until_text import rule_of, state, verdict_until
from analysis.verdict import Horizon, Verdict, decide, rule_in_words, shorter_horizon
from analysis.words import notes, sentences

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Key = tuple[str, str]  # policy, outcome


def compare(tables: Any, baseline: str | None = None, outcome: str | None = None) -> Comparison:
    """Compare all policies of `tables` with the baseline, paired by replication.

    `tables` has the attributes of `Tables` (runs, periods, failures, decisions, outcomes, meta); `baseline`
    and the headline `outcome` come from its meta unless given. Raises AnalysisError if the tables cannot be
    compared.
    """
    panel = read_panel(tables, baseline)
    headline = outcome or str(panel.meta.get("outcome") or "new_arr")
    if headline not in panel.final:
        raise AnalysisError(
            f"the headline outcome '{headline}' is not in the runs table: {', '.join(panel.final)}"
        )
    worlds = with_regret(panel, headline)
    groups = doubt.draw_of_worlds(worlds)
    panel = worlds if groups is None else doubt.pooled(worlds, groups)
    verdict = decide(panel, headline, of_draws=groups is not None)
    if rule := panel.meta.get("until"):
        worlds_a_unit = 1 if groups is None else int(panel.meta["draws"]["worlds_a_draw"])
        verdict = verdict_until(verdict, panel, Rule.of(rule["rule"]), worlds_a_unit)
    elif groups is not None:
        verdict = doubt.counted_in_worlds(verdict, worlds, len(panel.replications))
    return Comparison(
        panel=panel,
        decision=verdict,
        horizon=shorter_horizon(panel, verdict),
        levels={(p, o): _level(worlds, p, o, groups) for p in panel.policies for o in panel.final},
        effects={(p, o): _difference(panel, worlds, p, o) for p in panel.rivals for o in panel.final},
        first_quarter={(p, o): _quarter(panel, p, o) for p in panel.rivals for o in panel.weekly},
        crossings={
            (p, o): crossover(panel.gap(o, p), panel.start_week, panel.outcomes[o].sign)
            for p in panel.rivals
            for o in panel.weekly
        },
        depths={
            (p, o): trough(panel.gap(o, p), panel.start_week, panel.outcomes[o].sign)
            for p in panel.rivals
            for o in _trough_outcomes(panel, headline)
        },
        failures=tables.failures,
        decisions=tables.decisions,
        worlds=worlds,
        groups=groups,
    )


def _level(panel: Panel, policy: str, outcome: str, groups: doubt.Groups | None) -> Estimate:
    values = panel.run(outcome, policy)
    if groups is not None:
        return t_interval(doubt.means_of_draws(values, groups))
    return level_interval(values) if panel.outcomes[outcome].unit == "share" else t_interval(values)


def _difference(panel: Panel, worlds: Panel, policy: str, outcome: str) -> Difference:
    """Intervals rest on `panel`, whose replications are independent; chances and counts are those of single `worlds`."""

    def of(panel: Panel) -> Difference:
        direction, both = panel.outcomes[outcome].direction, panel.pairs_present(policy)
        return paired_difference(
            panel.run(outcome, policy), panel.run(outcome, panel.baseline), direction, both
        )

    found = of(worlds)
    if panel is worlds:
        return found
    of_draws = of(panel)
    return replace(found, effect=of_draws.effect, percent=of_draws.percent)


def _quarter(panel: Panel, policy: str, outcome: str) -> Difference:
    """Difference over 13 weeks from the start (fewer if the run ends): sums for flows, means for levels."""
    info = panel.outcomes[outcome]
    weeks = slice(panel.start_week, panel.start_week + QUARTER_WEEKS)
    how = "sum" if info.flow else "mean_from_start"
    ours, base = (reduce_weeks(panel.path(outcome, p)[:, weeks], how, 0) for p in (policy, panel.baseline))
    return paired_difference(ours, base, info.direction, panel.pairs_present(policy))


def _trough_outcomes(panel: Panel, headline: str) -> list[str]:
    """Cumulative shortfalls make sense for flows: new ARR, and the headline outcome."""
    wanted = dict.fromkeys(("new_arr", headline))
    return [o for o in wanted if o in panel.weekly and panel.outcomes[o].flow]


@dataclass(frozen=True)
class Comparison:
    """The answer.

    Tables are DataFrames, one row per policy and outcome; money is in cents; intervals are 95 %. Where the scenario has
    draws of what is uncertain, the replications of `panel` are draws; `worlds` has the worlds, `groups` the draw of each.
    """

    panel: Panel
    decision: Verdict
    horizon: Horizon | None
    levels: dict[Key, Estimate]
    effects: dict[Key, Difference]
    first_quarter: dict[Key, Difference]
    crossings: dict[Key, Crossover]
    depths: dict[Key, Trough]
    failures: pd.DataFrame
    decisions: pd.DataFrame
    worlds: Panel
    groups: doubt.Groups | None = None
    elsewhere: dict[str, Any] | None = None  # the verdict in other worlds (`analysis.elsewhere`)
    pictures: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)  # SVGs drawn so far

    @property
    def shortfall_outcome(self) -> str | None:
        """The outcome whose trough and crossover are told: new ARR, else the headline if it is a flow; None for neither."""
        return next((outcome for _, outcome in self.depths), None)

    @property
    def findings(self) -> Findings:
        """What sentences and titles draw on."""
        return Findings(
            self.panel, self.decision, self.horizon, self.effects, self.first_quarter, self.crossings
        )

    @property
    def outcomes(self) -> pd.DataFrame:
        """policy, outcome, mean, sd, ci_low, ci_high, n."""
        return _frame(outcome_rows(self))

    @property
    def differences(self) -> pd.DataFrame:
        """Paired differences to the baseline over the whole horizon, also in percent of the baseline."""
        return _frame(difference_rows(self, self.effects))

    @property
    def quarter(self) -> pd.DataFrame:
        """The same over the first 13 weeks after the start."""
        return _frame(difference_rows(self, self.first_quarter))

    @property
    def crossovers(self) -> pd.DataFrame:
        """Week from which a policy stays ahead of (or behind) the baseline; see `analysis.crossover`."""
        return _frame(crossover_rows(self))

    @property
    def troughs(self) -> pd.DataFrame:
        """Largest cumulative shortfall against the baseline (a positive amount) and its week."""
        return _frame(trough_rows(self))

    @property
    def verdict(self) -> dict[str, Any]:
        """Best policy, how sure, two or three sentences (`sentences`, joined in `why`), notes and the rule."""
        found = asdict(self.decision)
        said = [s for s in sentences(self.findings) if s]
        found["why"], found["state"] = " ".join(said), state(self.decision)
        found["rule"] = self._rule()
        found["calibration"] = told(self.panel.meta, self._doubt())
        apart = [] if found["calibration"] else self._doubt()
        found["sentences"], found["notes"] = said, [*notes(self.findings), *apart]
        found["ending"] = ending(self.elsewhere)
        found["horizon"] = asdict(self.horizon) if self.horizon else None
        return Told(found)

    def _rule(self) -> str:
        """In the language of the block; the one of `decision` is that of whoever compared."""
        until = self.decision.until
        if until is not None:
            return rule_of(until, self.panel.outcomes[self.decision.outcome])
        return rule_in_words(self.decision)

    def _doubt(self) -> list[str]:
        """Where the doubt about the headline comes from, of the best policy or, if that is the baseline, of its rival."""
        chosen = subject(self)
        if self.groups is None or chosen is None:
            return []
        return [doubt.sentence(self.worlds, self.groups, chosen, self.decision.outcome)]

    @property
    def doubts(self) -> pd.DataFrame:
        """Shares of the variance of differences that come from uncertain parameters and from luck; empty without draws."""
        return _frame(self._doubt_rows())

    def _doubt_rows(self) -> list[dict[str, Any]]:
        return [] if self.groups is None else doubt.rows(self.worlds, self.groups, list(self.worlds.final))

    def summary(self) -> dict[str, Any]:
        """The content of `summary.json`: plain data, None for NaN, floats with ten significant digits."""
        from analysis.summary import build_summary

        return build_summary(self)

    def plot(self, name: str | None = None) -> Figure:
        """A matplotlib figure: the fan chart of an outcome (default: the headline one) or a plot by name."""
        from analysis.plots import draw

        return draw(self, name or self.decision.outcome)

    def save_plots(self, directory: str | Path, outcomes: Iterable[str] | None = None) -> list[Path]:
        """Write every plot as PNG and SVG; fan charts of `outcomes`, by default those of the report."""
        from analysis.plots import save_plots

        return save_plots(self, Path(directory), outcomes)

    def _repr_html_(self) -> str:
        return comparison_html(self)

    def __repr__(self) -> str:
        return f"<Comparison: {self.verdict['why']}>"


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows)
