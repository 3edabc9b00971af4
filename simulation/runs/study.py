"""The search for lever settings: trials proposed by optuna, all in the same worlds, in a study that can be resumed.

Trials are asked for in batches of a fixed size, each by a sampler seeded with its number: what is tried does not depend
on workers, nor on what was interrupted when. Several searches with other seeds show how much the search itself matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from simulation.runs.databases import make_own, refuse_acting
from simulation.runs.errors import NoNumberError, RunsError
from simulation.runs.identity import digest
from simulation.runs.trials import AS_IT_IS, Search, Trials

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.runs.record import Failure
    from simulation.runs.trials import Candidate
    from simulation.spec.axes import Axis
    from simulation.spec.sweep_schema import Value

    Array = NDArray[np.float64]

STUDY = "study.sqlite"
BATCH = 8
STARTUP = 16
"""Trials at random before those before them guide the search."""
INSTALL = "pip install 'sales-policy-lab[search]', or in a copy of the repository: pip install -e '.[search]'"


class Judge(Protocol):
    """Who says what is good. Arrays are (candidates, worlds, outcomes) and, for the baseline, (worlds, outcomes)."""

    @property
    def directions(self) -> Sequence[str]:
        """For each outcome "maximize" or "minimize", of what `scores` gives."""

    def scores(self, values: Array, base: Array) -> Array:
        """A number for each candidate and outcome, (candidates, outcomes)."""

    def finalists(self, values: Array, base: Array) -> Sequence[int]:
        """The candidates worth living again in fresh worlds, the best first."""


@dataclass(frozen=True)
class Found:
    """What a search has found. `candidates` begins with the policy as it is; `searches` says which candidates each
    search tried, in order; `finalists` are places in `candidates`. Values as in `Judge`, the fresh ones of the
    finalists and, last, of the policy as it is. `failed` trials have no number in some world.
    """

    candidates: tuple[Candidate, ...]
    values: Array
    base: Array
    searches: tuple[tuple[int, ...], ...]
    finalists: tuple[int, ...]
    fresh: Array
    fresh_base: Array
    failed: int
    failures: tuple[Failure, ...]


def needed() -> Any:
    """The package optuna. RunsError, with what to install, where it is not there."""
    try:
        import optuna
    except ImportError as error:
        raise RunsError("the search needs the package optuna", INSTALL) from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna


def run_search(
    search: Search, trials: Trials, judge: Judge, number: int, searches: int = 1, study: Path | None = None
) -> Found:
    """Up to `number` trials in each of the searches, then the finalists in fresh worlds.

    `study` is the file of the study; None keeps it in memory. NoNumberError where the baseline or the policy as it is has no
    number in some world.
    """
    optuna = needed()
    if study is not None:
        make_own(study)
        refuse_acting(study)
    worlds = range(search.worlds)
    studies = [_Study(optuna, search, judge, turn, study) for turn in range(searches)]
    todo = sum(max(0, number - one.told) for one in studies) * search.worlds
    _announce(trials, todo + (judge_runs := 8 * search.fresh))
    order = _in_order(studies)
    trials.live([None, *order], worlds)
    base = trials.values([None], worlds)[0]
    _all_there(base, search, "the baseline")
    _all_there(trials.values([AS_IT_IS], worlds)[0], search, f"'{search.policy}' as it is")
    while batches := [(one, batch) for one in studies if (batch := one.next_batch(number))]:
        asked = {candidate: None for _, batch in batches for candidate in batch.values()}
        trials.live(list(asked), worlds)
        order.update(asked)
        sound = _sound(trials, order, worlds)
        scores = dict(zip(sound, judge.scores(trials.values(sound, worlds), base).tolist(), strict=True))
        for one, batch in batches:
            for trial, candidate in batch.items():
                one.tell(trial, candidate, scores.get(candidate))
    sound = _sound(trials, _in_order(studies), worlds)
    values = trials.values(sound, worlds)
    finalists = tuple(judge.finalists(values, base))
    place = {candidate: i for i, candidate in enumerate(sound)}
    fresh = range(search.worlds, search.worlds + search.fresh)
    few = [*(sound[i] for i in finalists), AS_IT_IS]
    left = len({None, *few}) * search.fresh
    trials.state = replace(trials.state, total=trials.state.total - judge_runs + left)
    trials.live([None, *few], fresh)
    fresh_base = trials.values([None], fresh)[0]
    _all_there(fresh_base, search, "the baseline")
    _all_there(trials.values([AS_IT_IS], fresh)[0], search, f"'{search.policy}' as it is")
    alive = set(_sound(trials, few, fresh))  # what cannot live in fresh worlds is no answer
    finalists = tuple(i for i in finalists if sound[i] in alive)
    tried = tuple(tuple(place[c] for c in one.candidates() if c in place) for one in studies)
    failed = sum(one.failed for one in studies)
    for one in studies:
        one.close()
    few = [*(sound[i] for i in finalists), AS_IT_IS]
    return Found(
        tuple(sound), values, base, tried, finalists, trials.values(few, fresh), fresh_base, failed,
        tuple(trials.failures),
    )  # fmt: skip


def _announce(trials: Trials, todo: int) -> None:
    kept = sum(map(len, trials.known.values()))
    notes = tuple(trials.directory.notes) if trials.directory is not None else ()
    trials.state = replace(trials.state, total=todo, kept=kept, notes=notes)
    trials.tell(trials.state)


def _in_order(studies: Sequence[_Study]) -> dict[Candidate, None]:
    """All candidates that were told, the policy as it is first, then by trial and search: the same after a stop."""
    told = sorted(
        (number, turn, c) for turn, one in enumerate(studies) for number, c in enumerate(one.candidates())
    )
    return dict.fromkeys([AS_IT_IS, *(candidate for _, _, candidate in told)])


def _sound(trials: Trials, candidates: Iterable[Candidate], worlds: range) -> list[Candidate]:
    """Those with a number in every world and outcome."""
    return [c for c in candidates if np.isfinite(trials.values([c], worlds)).all()]


def _all_there(values: Array, search: Search, who: str) -> None:
    for place, name in enumerate(search.outcomes):
        if missing := int((~np.isfinite(values[:, place])).sum()):
            raise NoNumberError(
                f"{name}: {missing} of {len(values)} runs of {who} have no number",
                "another outcome, or ranges in which the world can be",
            )


class _Study:
    """One search: an optuna study whose parameters are the levers."""

    def __init__(self, optuna: Any, search: Search, judge: Judge, turn: int, file: Path | None) -> None:
        self._optuna, self._search, self._turn = optuna, search, turn
        self._axes = {axis.name: axis for axis in search.levers}
        self._spaces = {name: distribution(optuna, axis) for name, axis in self._axes.items()}
        self._storage = None if file is None else optuna.storages.RDBStorage(f"sqlite:///{file.as_posix()}")
        self._study = optuna.create_study(
            storage=self._storage, study_name=f"{search.sweep.name} {turn + 1}", load_if_exists=True,
            directions=list(judge.directions), sampler=self._sampler(0),
        )  # fmt: skip
        if not self._study.user_attrs:
            self._study.set_user_attr("outcomes", list(search.outcomes))
            self._study.set_user_attr("robust", search.robust)
        self._present = present(search)
        if not self._study.trials and self._present is not None:
            self._study.enqueue_trial(dict(zip(self._axes, self._present, strict=True)))

    @property
    def told(self) -> int:
        return len(self._trials(self._optuna.trial.TrialState.COMPLETE, self._optuna.trial.TrialState.FAIL))

    @property
    def failed(self) -> int:
        return len(self._trials(self._optuna.trial.TrialState.FAIL))

    def close(self) -> None:
        """Let go of the file."""
        if self._storage is not None:
            self._storage.engine.dispose()

    def candidates(self) -> list[Candidate]:
        """All that were told, in order."""
        complete = self._trials(self._optuna.trial.TrialState.COMPLETE)
        return list(dict.fromkeys(self._candidate(trial.params) for trial in complete))

    def next_batch(self, number: int) -> dict[int, Candidate]:
        """Numbers and candidates of the trials to be lived next; those that a killed command had asked for among them."""
        state = self._optuna.trial.TrialState
        for trial in self._trials(state.RUNNING):
            if trial.params.keys() != self._axes.keys():  # killed while it was being asked for
                self._study.tell(trial.number, state=state.FAIL)
        batch = {trial.number: self._candidate(trial.params) for trial in self._trials(state.RUNNING)}
        while (asked := self.told + len(batch)) < number and (not batch or asked % BATCH):
            self._study.sampler = self._sampler(asked)
            trial = self._study.ask(fixed_distributions=self._spaces)
            batch[trial.number] = self._candidate(trial.params)
        return batch

    def tell(self, trial: int, candidate: Candidate, scores: Sequence[float] | None) -> None:
        """Enter what a trial gave; None where it has no number in some world."""
        if scores is None:
            self._study.tell(trial, state=self._optuna.trial.TrialState.FAIL)
        else:
            self._study.tell(trial, list(scores))

    def _trials(self, *states: Any) -> list[Any]:
        return list(self._study.get_trials(deepcopy=False, states=states))

    def _sampler(self, trial: int) -> Any:
        key = digest([self._search.sweep.scenario.seed, self._turn, trial])
        return self._optuna.samplers.TPESampler(seed=int(key[:8], 16), n_startup_trials=STARTUP)

    def _candidate(self, params: dict[str, Any]) -> Candidate:
        values = tuple(value_of(axis, params[name]) for name, axis in self._axes.items())
        return AS_IT_IS if values == self._present else values


def distribution(optuna: Any, axis: Axis) -> Any:
    """The axis in optuna's terms; a list of evenly spaced numbers keeps its order."""
    kinds = optuna.distributions
    if axis.values:
        step = even_step(axis.values)
        if step is None:
            return kinds.CategoricalDistribution(axis.values)
        low, high = float(min(axis.values)), float(max(axis.values))
        if all(float(value).is_integer() for value in axis.values):
            return kinds.IntDistribution(int(low), int(high), step=int(step))
        return kinds.FloatDistribution(low, high, step=step)
    log = axis.distribution == "log_uniform"
    if axis.integer:
        return kinds.IntDistribution(int(axis.low), int(axis.high), log=log)
    return kinds.FloatDistribution(axis.low, axis.high, log=log)


def even_step(values: Sequence[Value]) -> float | None:
    """The step of evenly spaced numbers; None for all else."""
    if any(isinstance(value, bool | str) for value in values):
        return None
    ordered = sorted(map(float, values))
    steps = np.diff(ordered)
    return float(steps[0]) if np.allclose(steps, steps[0], rtol=1e-9) else None


def value_of(axis: Axis, given: Any) -> Value:
    """What optuna proposes as a value of the axis: of a list exactly one of its own."""
    if axis.values and even_step(axis.values) is not None:
        return min(axis.values, key=lambda value: abs(float(value) - float(given)))
    value: Value = given
    return float(value) if not axis.values else value


def present(search: Search) -> tuple[Value, ...] | None:
    """The levers as the scenario has them; None where one lies outside what may be tried."""
    data: Any = search.sweep.scenario.resolved()
    found = []
    for axis in search.levers:
        place: Any = data
        for key in axis.targets[0].split("/"):
            place = place[int(key) if isinstance(place, list) else key]
        inside = place in axis.values if axis.values else _number(place) and axis.low <= place <= axis.high
        if not inside:
            return None
        found.append(place if axis.values else float(place))
    return tuple(found)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
