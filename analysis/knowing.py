"""What it is worth to know something before choosing a policy: parameters, all or one, or the result of a pilot.

Today one policy is chosen, best on average over all cases. Who knew something about the case could choose by it; the value
of knowing is what that brings on average (Raiffa & Schlaifer 1961). What to expect of each policy, given what is known, is
a regression of its lead over the baseline on what is known, over all cases at once (Strong, Oakley & Brennan 2014, Medical
Decision Making 34(3); for pilots Strong, Oakley, Brennan & Breeze 2015, 35(5)): no nested loops. A case is a point of a
sweep, or a draw; its luck is noise to the regression, since nobody can know it.

**Error.** Curves are Gaussian processes. A curve that is not beyond chance counts as flat. The standard error joins what
cases differ by with what curves of the posterior differ by from the one used; `bias` is by how much these are worth more on
average, since a maximum over noisy curves is too high. Errors of several policies' curves are taken as independent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analysis.conditions import Column, columns_of, not_chained
from analysis.flip import no_difference
from analysis.gauss import inputs_of, smooth
from analysis.hangs import Hangs, hangs_on
from analysis.paired import Estimate, t_interval
from analysis.panel import AnalysisError, Array, OutcomeInfo
from analysis.sweeps import SweepAnswer

MIN_CASES = 20
DRAWS, DRAWN_CASES = 200, 400
WEEKS_A_YEAR = 52
Z = 1.96
_KEY = 20_141_015


@dataclass(frozen=True)
class Worth:
    """What knowing one thing is worth, with its standard error; `low` and `high` are 1.96 of them away, not below 0."""

    name: str
    value: float
    error: float
    bias: float

    @property
    def low(self) -> float:
        return max(0.0, self.value - Z * self.error)

    @property
    def high(self) -> float:
        return self.value + Z * self.error


@dataclass(frozen=True)
class Pilot:
    """A pilot of a policy for `weeks` weeks with `reps` reps: what its result is worth a year, and what it costs, once."""

    policy: str
    weeks: int
    reps: int
    worth: Worth
    cost: Estimate


@dataclass(frozen=True)
class Knowing:
    """The answer, per year and in currency units for money. `chosen` is the policy that is best today, `perfect` the value
    of knowing all that varies, `parameters` of each alone, largest first; `everything` of knowing the luck of each world as
    well, which nobody can.
    """

    answer: SweepAnswer
    chosen: str
    perfect: Worth
    parameters: tuple[Worth, ...]
    everything: Estimate
    hangs: Hangs
    pilots: tuple[Pilot, ...] = ()

    @property
    def cases(self) -> int:
        return len(self.answer.grid)


def knowing(answer: SweepAnswer) -> Knowing:
    """What perfect information is worth. AnalysisError where nothing varies, or there are too few cases or policies."""
    leads = leads_of(answer)
    facts = answer.meta["axes"]
    columns = [_by_logs(column, facts) for column in columns_of(answer.axes.loc[answer.grid.index], facts)]
    if not columns:
        raise AnalysisError("nothing varies in these runs (give a sweep, or a comparison with draws)")
    perfect = worth("all that varies", inputs_of(columns), leads)
    alone = [perfect] if len(columns) == 1 else [worth(c.name, inputs_of([c]), leads) for c in columns]
    named = [replace(one, name=c.name) for one, c in zip(alone, columns, strict=True)]
    chosen = answer.grid.columns[int((answer.grid.mean() * answer.info.sign).to_numpy().argmax())]
    ranked = sorted(named, key=lambda one: (-one.value, one.name))
    return Knowing(answer, str(chosen), perfect, tuple(ranked), _everything(answer), hangs_on(answer))


def leads_of(answer: SweepAnswer) -> Array:
    """Leads of every rival over the baseline, (rivals, cases), higher is better: a year, in currency units for money."""
    if answer.info.direction == 0:
        raise AnalysisError(f"'{answer.outcome}' has no better side (choose another with --outcome)")
    not_chained(answer.meta["design"])
    base = answer.meta["baseline"]
    if base not in answer.grid.columns or not answer.rivals:
        raise AnalysisError("at least one policy besides the baseline is needed")
    if len(answer.grid) < MIN_CASES:
        left = (
            f"; {answer.incomplete} worlds are left out, in which a policy has no number"
            if answer.incomplete
            else ""
        )
        raise AnalysisError(
            f"{len(answer.grid)} cases are too few to say what knowing is worth: at least {MIN_CASES}{left} (the command "
            "that made the run adds them, with more --replications or --points and without --until-decided)"
        )
    if not answer.grid[answer.rivals].sub(answer.grid[base], axis=0).to_numpy(float).any():
        raise AnalysisError(no_difference(answer))
    scale = answer.info.sign * per_year(answer.info, answer.meta)
    found: Array = (answer.grid[answer.rivals].sub(answer.grid[base], axis=0) * scale).to_numpy(float).T
    return found


def per_year(info: OutcomeInfo, meta: Mapping[str, Any]) -> float:
    """What makes of an outcome of a run one of a year, in currency units for money; levels stay as they are."""
    weeks = meta["weeks"] - (meta["start_week"] if info.reduce.endswith("from_start") else 0)
    return (WEEKS_A_YEAR / weeks if info.flow else 1.0) / (100.0 if info.money else 1.0)


def worth(name: str, inputs: Array, leads: Array) -> Worth:
    """What it is worth to know `inputs`, (cases, inputs), where `leads`, (rivals, cases), are leads over the baseline."""
    generator = np.random.Generator(np.random.Philox(key=_KEY))
    cases = leads.shape[1]
    some = generator.permutation(cases)[:DRAWN_CASES]
    curves, drawn = [np.zeros(cases)], [np.zeros((DRAWS, len(some)))]
    for lead in leads:
        curve = smooth(inputs, lead)
        mean, _ = curve.mean_and_error(inputs)
        middle, covariance = curve.at(inputs[some])
        values, vectors = np.linalg.eigh(covariance)
        noise = generator.standard_normal((DRAWS, len(some))) * np.sqrt(np.maximum(values, 0.0))
        curves.append(mean - mean.mean() + lead.mean() if curve.explains else np.full(cases, lead.mean()))
        drawn.append(middle + noise @ vectors.T)
    expected = np.stack(curves)
    gains = expected.max(axis=0) - expected[int(expected.mean(axis=1).argmax())]
    many = np.stack(drawn)  # (policies, draws, cases)
    others = many.max(axis=0).mean(axis=1) - many.mean(axis=2).max(axis=0)
    value = float(gains.mean())
    off = float(((others - value) ** 2).mean()) + float(gains.var(ddof=1)) / cases
    return Worth(name, value, float(np.sqrt(off)), float(others.mean() - value))


def pilots_worth(
    known: Knowing, tables: Any, policy: str, pilots: Sequence[tuple[int, int, str]], seen: Sequence[str]
) -> Knowing:
    """The answer with pilots. `tables` are those of runs in which each case, in the same order and with other luck, was
    lived under the baseline and every pilot, (weeks, reps, name of its runs); columns `seen` hold what was seen of it.

    The results of pilots and the parameters of cases are joint draws; leads come from the worlds of `known`, so that a
    pilot tells of parameters and not of the luck by which it is judged. Cases in which a run failed are left out.
    """
    answer, leads = SweepAnswer(tables, known.answer.outcome), leads_of(known.answer)
    there = answer.grid.index.to_numpy()
    if len(there) < MIN_CASES:
        raise AnalysisError(f"{len(there)} cases with whole pilots are too few (at least {MIN_CASES})")
    runs = answer.runs.set_index(["policy", "point"])
    found = []
    for weeks, reps, name in pilots:
        results = runs.loc[name].loc[there, list(seen)].to_numpy(float)
        scores = np.stack([_normal_scores(column) for column in results.T], axis=1)
        value = worth(f"{weeks} weeks, {reps} reps", scores, leads[:, there])
        lost = answer.grid[answer.meta["baseline"]] - answer.grid[name]
        cost = t_interval(lost.to_numpy(float) * answer.info.sign / (100.0 if answer.info.money else 1.0))
        found.append(Pilot(policy, weeks, reps, value, cost))
    return replace(known, pilots=tuple(found))


def _normal_scores(values: Array) -> Array:
    """Ranks as quantiles of the normal: the same knowledge, without long tails."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    scores: Array = ndtri((rankdata(values) - 0.5) / len(values))
    return scores


def _by_logs(column: Column, facts: Sequence[Mapping[str, Any]]) -> Column:
    """An axis drawn in the log is looked at in the log."""
    drawn = next(one.get("distribution") for one in facts if one["name"] == column.name)
    return replace(column, values=np.log(column.values)) if drawn == "log_uniform" else column


def _everything(answer: SweepAnswer) -> Estimate:
    """The best policy of each world less that best on average: mean over the worlds of a case, then over cases."""
    wide = answer.worlds * answer.info.sign * per_year(answer.info, answer.meta)
    gains = wide.max(axis=1) - wide[wide.mean().idxmax()]
    return t_interval(gains.groupby(level="point").mean().to_numpy(float))
