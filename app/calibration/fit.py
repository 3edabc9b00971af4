"""`calibrate --fit`: trials of worlds proposed by Optuna, and what their moments say beside those of the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.crm.moment import Moment
from analysis.crm.simulated import Posterior, Trials, distances, everywhere, first_guess, posterior
from app.calibration.fitted import CENTRE, MOMENTS, Fitted, fitted, values_of
from app.calibration.moment_worlds import Place, moments_of_worlds
from app.calibration.settings import DEFAULTS, Floats
from app.guard import BadInput

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

    from simulation.spec import Scenario

WORLDS = 4
"""Worlds of a trial. World k of every trial has the same luck."""
FRESH = 60
"""Worlds of other luck at the best point, each with its own draw of what the direct estimates leave open."""
LEAST_TRIALS = 100
ROUNDS = 4
"""After a first half spread over the whole range, trials are proposed in so many rounds, by all that came before."""
LEAST_MOMENTS = 2
MISSING = 0.05
"""A moment that more of the trials do not have is left out."""


@dataclass(frozen=True)
class Fit:
    """What came of it. `moments` by name: of the data, and how far the best point misses them in standard errors.

    `posterior` is None where nothing could be compared; `why` says so. `nearest`: distance of the best trial, in errors.
    """

    chosen: Sequence[Fitted]
    moments: Mapping[str, Moment]
    posterior: Posterior | None
    trials: int = 0
    worlds: int = 0
    nearest: float = float("nan")
    why: str = ""


def need_optuna() -> None:
    """Raises BadInput with the line that installs it."""
    if find_spec("optuna") is None:
        raise BadInput(
            "--fit needs Optuna, which is not installed (pip install -c constraints.txt -e '.[search]', or without --fit)"
        )


def worlds_needed(trials: int) -> int:
    """Worlds that a fit of so many trials lives."""
    return trials * WORLDS + FRESH


def fit(
    scenario: Scenario, observed: Mapping[str, Moment], trials: int, workers: int, tell: Callable[[], object],
    accounts: int = 0,
) -> Fit:  # fmt: skip
    """Fit the list of `fitted` to moments of data. `scenario` is as long as the data and has the draws of all else.

    `accounts`: how many are known, so that the market is no smaller. The same data give the same result, whatever the number
    of workers.
    """
    chosen = fitted(scenario.world.reps, accounts)
    known = {name: observed[name] for name in MOMENTS if name in observed and observed[name].error > 0}
    if len(known) < LEAST_MOMENTS:
        return Fit(
            chosen, known, None, why="the data have too few of the figures that worlds are compared by"
        )
    search = Search(scenario, chosen, known, workers, tell)
    search.spread(trials // 2)
    search.improve([(trials - trials // 2 + k) // ROUNDS for k in range(ROUNDS)])
    return search.answer()


class Search:
    """The trials so far."""

    def __init__(
        self, scenario: Scenario, chosen: Sequence[Fitted], known: Mapping[str, Moment], workers: int,
        tell: Callable[[], object] = lambda: None,
    ) -> None:  # fmt: skip
        self.scenario, self.chosen, self.known, self.workers, self.tell = (
            scenario,
            chosen,
            known,
            workers,
            tell,
        )
        self.middle = {CENTRE: scenario.world.parameters.get(CENTRE, DEFAULTS[CENTRE])}
        self.observed = np.array([one.value for one in known.values()])
        self.error = np.array([one.error for one in known.values()])
        self.places: list[Floats] = []
        self.seen: list[Floats] = []

    def spread(self, many: int) -> None:
        """Trials all over the ranges (Sobol points)."""
        self._live(everywhere(many, len(self.chosen), 94))

    def improve(self, rounds: Sequence[int]) -> None:
        """Trials where Optuna expects the distance to be small. Those of a round are asked for together, so that workers can
        share them.
        """
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        ranges: dict[str, BaseDistribution] = {
            one.name: optuna.distributions.FloatDistribution(-1.0, 1.0) for one in self.chosen
        }
        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=7, n_startup_trials=0))
        for place, value in zip(self.places, self._distances(), strict=True):
            given = dict(zip(ranges, map(float, place), strict=True))
            study.add_trial(optuna.create_trial(params=given, distributions=ranges, value=value))
        for many in rounds:
            asked = [study.ask(ranges) for _ in range(many)]
            self._live(np.array([[trial.params[name] for name in ranges] for trial in asked]))
            for trial, value in zip(asked, self._distances()[-many:], strict=True):
                study.tell(trial, value)

    def again(self, observed: Mapping[str, Moment]) -> Search:
        """The same trials, for other data: those of their moments that the other data have too."""
        both = [name for name in self.known if name in observed and observed[name].error > 0]
        columns = [list(self.known).index(name) for name in both]
        other = Search(
            self.scenario, self.chosen, {name: observed[name] for name in both}, self.workers, self.tell
        )
        other.places, other.seen = self.places, [worlds[:, columns] for worlds in self.seen]
        return other

    def _live(self, points: Floats) -> None:
        places: list[Place] = [
            (values_of(self.chosen, point, self.middle), world) for point in points for world in range(WORLDS)
        ]
        found = self._worlds(places).reshape(len(points), WORLDS, -1)
        self.places += list(points)
        self.seen += list(found)

    def _worlds(self, places: Sequence[Place]) -> Floats:
        return moments_of_worlds(self.scenario, places, list(self.known), self.workers, self.tell)

    def _distances(self) -> list[float]:
        noise = np.nanmean(np.var(np.array(self.seen), axis=1, ddof=1), axis=0)
        return [distances(worlds, self.observed, self.error, noise) for worlds in self.seen]

    def answer(self) -> Fit:
        """Fresh worlds at the best point, and the posterior."""
        seen = np.array(self.seen)
        here = np.asarray(np.isfinite(seen).all(axis=1))
        use = here.mean(axis=0) >= 1 - MISSING
        names = [name for name, u in zip(self.known, use, strict=True) if u]
        whole = here[:, use].all(axis=1)
        told = Fit(
            self.chosen, {name: self.known[name] for name in names}, None, len(seen), len(seen) * WORLDS
        )
        if len(names) < LEAST_MOMENTS or whole.sum() < LEAST_TRIALS // 2:
            return _without(told, "simulated worlds of this size have too few of the figures to compare")
        trials = Trials(np.array(self.places)[whole], seen[whole][:, :, use])
        observed, error = self.observed[use], self.error[use]
        guess = first_guess(trials, observed, error)
        fresh = self._worlds(self._fresh(guess.mean))[:, use]
        fresh = fresh[np.isfinite(fresh).all(axis=1)]
        if len(fresh) < FRESH // 2:
            return _without(told, "worlds near the data are too unlike each other to compare")
        found = posterior(trials, observed, error, fresh, guess.mean, guess)
        return Fit(
            self.chosen, told.moments, found, len(seen), worlds_needed(len(seen)), min(self._distances())
        )

    def _fresh(self, at: Floats) -> list[Place]:
        draws = self.scenario.draws
        mine = {one.name for one in self.chosen if not one.beside}
        places: list[Place] = []
        for k in range(FRESH):
            rest: dict[str, Any] = dict(self.middle)
            if draws is not None:
                row = zip(draws.names, draws.rows[k % len(draws.rows)], strict=True)
                rest |= {name: value for name, value in row if name not in mine}
            places.append((values_of(self.chosen, at, rest), WORLDS + k))
        return places


def _without(told: Fit, why: str) -> Fit:
    return Fit(told.chosen, told.moments, None, told.trials, told.worlds, why=why)
