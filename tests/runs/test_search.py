"""Searches for lever settings: known optima, the same whatever happened on the way, honest about what luck gave."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("optuna")
import optuna
from audit.threats_runs import journal_of
from helpers import forge, parts, rows
from search_helpers import FOCUS, OVERLAP, TEAMS, Gamble, Hill, Nothing, Uncertain, searched, small_search

from analysis.optimum import summary_of
from simulation.runs import DirectoryRefusedError
from simulation.runs.errors import NoNumberError
from simulation.runs.study import STUDY, distribution, even_step, present, value_of
from simulation.runs.trials import FRESH
from simulation.spec.axes import Axis

FAR = 1e7 * 0.3**2  # what the policy as it is, with a focus of .6, is below the top of the hill


def test_the_top_of_a_hill_is_found_and_keeps_its_promise() -> None:
    optimum = searched(None, trials=40)
    winner, present_one = optimum.winner, optimum.present
    assert winner.settings[FOCUS.name] == pytest.approx(0.3, abs=0.05)
    assert winner.settings[TEAMS.name] == 2
    focus = winner.settings[FOCUS.name]
    # The baseline's luck is in both, so nothing of it is left: the promise is the formula, and is kept to the cent.
    assert winner.promised[0] == pytest.approx(1.1e6 - 1e7 * (focus - 0.3) ** 2, abs=1)
    assert winner.lost.value[0] == pytest.approx(0, abs=1)
    assert present_one.promised[0] == pytest.approx(1e6 - FAR, abs=1)
    assert winner.over_present[0].mean == pytest.approx(winner.promised[0] - present_one.promised[0], abs=1)
    scores = optimum.scores[:, 0]
    assert (np.diff(optimum.progress()[0]) >= 0).all()
    assert winner.promised[0] == scores.max()


def test_a_search_stopped_at_any_run_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    whole = searched(tmp_path / "whole", trials=16, searches=2)
    for stop in (5, 171, 400):  # before the first trial is whole, within batches, among the fresh worlds
        out, marks = tmp_path / f"d{stop}", tmp_path / f"m{stop}"
        marks.mkdir()
        with pytest.raises(KeyboardInterrupt):
            searched(out, Hill(stop, marks), trials=16, searches=2)
        again = searched(out, Hill(0, marks), trials=16, searches=2)
        assert summary_of(again) == summary_of(whole)
        assert again.found.candidates == whole.found.candidates
        assert parts(out) == parts(tmp_path / "whole")
        lived = rows(out, "SELECT count(*) FROM runs")[0][0]
        # At most one candidate's worlds are lived twice, for each stop.
        assert lived <= len(list(marks.iterdir())) <= lived + 20


def test_more_trials_go_on_and_live_nothing_twice(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    worlds = Hill(0, marks)
    searched(tmp_path / "d", worlds, trials=8)
    first = len(list(marks.iterdir()))
    searched(tmp_path / "d", worlds, trials=8)
    assert len(list(marks.iterdir())) == first
    grown = searched(tmp_path / "d", worlds, trials=16)
    assert grown.found.candidates == searched(None, trials=16).found.candidates
    assert rows(tmp_path / "d", "SELECT count(*) FROM runs")[0][0] == len(list(marks.iterdir()))
    with pytest.raises(DirectoryRefusedError, match="something else"):
        searched(tmp_path / "d", worlds, trials=8, robust="worst_tenth")


def test_the_study_is_one_that_optuna_opens(tmp_path: Path) -> None:
    searched(tmp_path / "d", trials=9, searches=2)
    storage = f"sqlite:///{tmp_path / 'd' / STUDY}"
    names = optuna.get_all_study_names(storage)
    assert names == ["small 1", "small 2"]
    study = optuna.load_study(study_name="small 1", storage=storage)
    assert [trial.state.name for trial in study.trials] == ["COMPLETE"] * 9
    assert study.trials[0].params == {FOCUS.name: 0.6, TEAMS.name: 1}  # the policy as it is comes first
    assert study.best_trial.params[FOCUS.name] == pytest.approx(0.3, abs=0.2)
    other = optuna.load_study(study_name="small 2", storage=storage)
    assert other.trials[1].params != study.trials[1].params


def test_a_study_that_somebody_prepared_changes_nothing_else(tmp_path: Path) -> None:
    """Its other names keep their bytes, and nothing in it may act: a trigger, or a journal that names another file."""
    searched(tmp_path / "d", trials=4)
    study, other, mine = tmp_path / "d" / STUDY, tmp_path / "backup.sqlite", tmp_path / "mine.txt"
    other.hardlink_to(study)
    before = other.read_bytes()
    searched(tmp_path / "d", trials=6)
    assert other.read_bytes() == before != study.read_bytes()

    mine.write_text("mine", encoding="utf-8")
    journal_of(STUDY, "mine.txt")(tmp_path / "d")
    with pytest.raises(DirectoryRefusedError, match=r"study.sqlite-journal: names another file"):
        searched(tmp_path / "d", trials=8)
    assert mine.exists()
    (tmp_path / "d" / f"{STUDY}-journal").unlink()

    with closing(sqlite3.connect(study)) as db, db:
        db.execute("CREATE TRIGGER t AFTER INSERT ON trials BEGIN DELETE FROM trials; END")
    with pytest.raises(DirectoryRefusedError, match=r"study.sqlite: damaged \(it holds more than tables\)"):
        searched(tmp_path / "d", trials=8)
    study.write_bytes(b"no database")
    with pytest.raises(DirectoryRefusedError, match=r"study.sqlite: cannot be read"):
        searched(tmp_path / "d", trials=8)


@pytest.mark.parametrize("text", ["{", "3", '{"a": 1}', "[[1]]", "[null]", "", "[" * 10_000])
def test_settings_that_somebody_entered_are_refused(tmp_path: Path, text: str) -> None:
    """The ledger knows the forged table's hash: only its content tells."""
    out = tmp_path / "d"
    searched(out, trials=4)
    forge(out, "candidate", text)
    with pytest.raises(DirectoryRefusedError, match=r"column 'candidate' has texts that are no settings"):
        searched(out, trials=8)


def test_what_luck_gave_is_lost_in_fresh_worlds() -> None:
    # 40 settings whose means over 10 worlds are noise with a standard error of 1e6 / sqrt(10) = .32e6. The best of
    # 40 such is 2.16 of them up on average (standard deviation .5), so .68e6 +- .16e6; the truth is 0, told by 200 worlds
    # to within .07e6. Three standard errors about it; the seed is fixed.
    optimum = searched(None, Nothing(), trials=40, levers=(FOCUS,), fresh=200)
    winner = optimum.winner
    assert winner.promised[0] == pytest.approx(0.68e6, abs=0.48e6)
    assert winner.kept.value[0] == pytest.approx(0, abs=0.21e6)
    assert winner.lost.low[0] > 0
    # The policy as it is was not picked, so its own loss is luck both ways: beside it the winner lost its lead.
    assert winner.curse.low[0] > 0
    lead = winner.promised[0] - optimum.present.promised[0]
    assert winner.curse.value[0] == pytest.approx(lead - winner.over_present[0].mean)
    assert optimum.present.curse.value[0] == 0
    assert winner.lost.value[0] == pytest.approx(winner.promised[0] - winner.kept.value[0])


def test_equal_trials_are_lived_once(tmp_path: Path) -> None:
    """Two values of one lever, however many trials: they, the policy as it is (one of them) and the baseline."""
    (tmp_path / "marks").mkdir()
    searched(tmp_path / "d", Hill(marks=tmp_path / "marks"), trials=24, searches=2, levers=(TEAMS,))
    assert len(list((tmp_path / "marks").iterdir())) == 3 * (10 + 20)


def test_what_is_robust_decides() -> None:
    bold = searched(None, Gamble(), trials=24, levers=(FOCUS,), worlds=30, fresh=30)
    careful = searched(None, Gamble(), trials=24, levers=(FOCUS,), robust="worst_tenth", worlds=30, fresh=30)
    # On average a focus gains; in the worst tenth of worlds luck is 1.75 standard deviations down, and it loses.
    assert bold.winner.settings[FOCUS.name] > 0.9
    assert careful.winner.settings[FOCUS.name] < 0.1
    assert careful.winner.promised[0] > careful.present.promised[0]


def test_regret_is_against_the_best_of_each_world() -> None:
    optimum = searched(None, Gamble(), trials=24, levers=(FOCUS,), robust="regret", worlds=30, fresh=30)
    values, base = optimum.found.values[:, :, 0], optimum.found.base[:, 0]
    gains = values - base
    regrets = np.maximum(gains.max(axis=0), 0) - gains
    tail = np.sort(regrets, axis=1)[:, -3:].mean(axis=1)  # three of thirty
    assert np.allclose(optimum.scores[:, 0], tail)
    # All in misses losses, nothing misses gains: between lies the least regret.
    assert 0.1 < optimum.winner.settings.get(FOCUS.name, 0.6) < 0.99
    assert optimum.winner.promised[0] >= 0


def test_two_outcomes_make_a_front() -> None:
    optimum = searched(None, trials=40, levers=(FOCUS,), outcomes=("new_arr", "morale_mean"))
    focus = np.array([0.6 if c == () else c[0] for c in optimum.found.candidates])
    # Morale falls along the whole range, new ARR rises up to .3: beyond that every setting is beaten by one below.
    best = focus[focus <= 0.3]
    assert optimum.front[focus <= 0.3 - 1e-9].all()
    near = focus[np.argmin(np.abs(focus - 0.3))]
    assert not optimum.front[focus > max(0.6 - best.max(), near) + 1e-9].any()
    assert [f.on_front for f in optimum.finalists[:-1]] == [True] * (len(optimum.finalists) - 1)
    arr = [f.promised[0] for f in optimum.finalists[:-1]]
    assert arr == sorted(arr, reverse=True)


def test_parameters_that_vary_make_the_worlds_differ() -> None:
    optimum = searched(
        None, Uncertain(), trials=8, levers=(FOCUS,), uncertain=(OVERLAP,), worlds=32, fresh=32
    )
    gain = optimum.found.values[0, :, 0] - optimum.found.base[:, 0]
    # The policy as it is has a focus of .6; overlaps are a Sobol sample of 0 to 1, one in each 32nd.
    overlaps = np.sort(gain / 0.6e6 + 0.25)
    assert np.array_equal(np.floor(overlaps * 32), np.arange(32))
    again = optimum.found.fresh[-1, :, 0] / 0.6e6 + 0.25
    assert not set(again.round(12)) & set(overlaps.round(12))


def test_fresh_worlds_are_those_nobody_has_seen() -> None:
    search = small_search()
    assert [search.replication(world) for world in (0, 9, 10, 29)] == [0, 9, FRESH, FRESH + 19]


def test_runs_without_a_number_are_refused_with_a_count() -> None:
    class Hole(Hill):
        def outcomes(self, scenario, replication, lever, on):
            return {"new_arr": float("nan") if on and replication < 3 else 1.0, "morale_mean": 0.5}

    with pytest.raises(NoNumberError, match="new_arr: 3 of 10 runs of 'lockdown' as it is have no number"):
        searched(None, Hole())


def test_settings_that_fail_are_left_out_and_counted() -> None:
    class Cliff(Hill):
        def outcomes(self, scenario, replication, lever, on):
            if on and lever.focus_share > 0.7:
                raise ZeroDivisionError("over the cliff")
            return super().outcomes(scenario, replication, lever, on)

    optimum = searched(None, Cliff(), trials=24)
    tried = [c[0] for c in optimum.found.candidates if c]
    assert max(tried) <= 0.7
    assert optimum.found.failed > 0
    assert len(optimum.found.candidates) + optimum.found.failed >= 20
    assert {f.policy for f in optimum.found.failures} == {"lockdown"}


def test_lists_keep_their_values_and_numbers_their_order() -> None:
    assert even_step((2, 4, 6)) == 2
    assert even_step((1, 2, 4)) is None
    assert even_step(("a", "b")) is None
    assert even_step((True, False)) is None
    even = Axis("a", ("a",), "", (6, 2, 4))
    assert isinstance(distribution(optuna, even), optuna.distributions.IntDistribution)
    assert [value_of(even, x) for x in (2, 4, 6)] == [2, 4, 6]
    assert isinstance(value_of(even, 4), int)
    words = Axis("a", ("a",), "", ("x", "y"))
    assert isinstance(distribution(optuna, words), optuna.distributions.CategoricalDistribution)
    whole = Axis("a", ("a",), low=1, high=64, integer=True, distribution="log_uniform")
    assert distribution(optuna, whole) == optuna.distributions.IntDistribution(1, 64, log=True)
    assert present(small_search()) == (0.6, 1)
    narrow = Axis(FOCUS.name, FOCUS.targets, low=0.0, high=0.5)
    assert present(small_search(levers=(narrow,))) is None
