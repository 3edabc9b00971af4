"""Morris and Sobol estimators: published functions with known answers, coverage of intervals, and what luck does."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.elementary_effects import elementary_effects, screening
from analysis.panel import AnalysisError
from analysis.sobol_indices import indices
from simulation.runs.designs import morris, saltelli


def generator(key: int) -> np.random.Generator:
    return np.random.default_rng(key)


def ishigami(x: np.ndarray) -> np.ndarray:
    """Ishigami & Homma 1990, a = 7, b = 0.1, over [-pi, pi]."""
    a, b, c = (np.pi * (2 * x - 1)).T
    return np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


ISHIGAMI = ([0.3139, 0.4424, 0.0], [0.5576, 0.4424, 0.2437])
G_WEIGHTS = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])


def g_function(x: np.ndarray) -> np.ndarray:
    """Sobol's g function with the weights of Saltelli et al. 2010."""
    return np.prod((np.abs(4 * x - 2) + G_WEIGHTS) / (1 + G_WEIGHTS), axis=1)


def g_indices() -> tuple[np.ndarray, np.ndarray]:
    own = 1 / (3 * (1 + G_WEIGHTS) ** 2)
    whole = np.prod(1 + own) - 1
    return own / whole, own * np.prod(1 + own) / (1 + own) / whole


def morris_function(x: np.ndarray) -> np.ndarray:
    """The function of Morris 1991 in 20 inputs; coefficients he drew at random are +1 and -1 in turn."""
    w = 2 * (x - 0.5)
    for i in (2, 4, 6):
        w[:, i] = 2 * (1.1 * x[:, i] / (x[:, i] + 0.1) - 0.5)
    place = np.arange(1, 21)
    first = np.where(place <= 10, 20.0, (-1.0) ** place)
    second = np.where(
        (place[:, None] <= 6) & (place <= 6), -15.0, (-1.0) ** (place[:, None] + place)
    )  # fmt: skip
    y = w @ first + np.einsum("ni,ij,nj->n", w, np.triu(second, 1), w)
    for i in range(5):
        for j in range(i + 1, 5):
            for k in range(j + 1, 5):
                y += -10 * w[:, i] * w[:, j] * w[:, k]
    return y + 5 * w[:, 0] * w[:, 1] * w[:, 2] * w[:, 3]


def steps(x: np.ndarray, inputs: int) -> tuple[np.ndarray, np.ndarray]:
    moved = np.diff(x.reshape(-1, inputs + 1, inputs), axis=1)
    which = np.abs(moved).argmax(axis=2)
    return which, np.take_along_axis(moved, which[:, :, None], axis=2)[:, :, 0]


@pytest.mark.parametrize(("function", "known"), [(ishigami, ISHIGAMI), (g_function, g_indices())])
def test_sobol_indices_of_published_functions(function, known) -> None:
    first, total = map(np.array, known)
    k = len(first)
    found = indices(function(saltelli(4096, k, generator(1)))[:, None], k)
    # Standard errors by the bootstrap are .015 or less; a low-discrepancy sequence has less.
    assert np.abs(found.first.value - first).max() < 0.02
    assert np.abs(found.total.value - total).max() < 0.02
    for estimate, truth in ((found.first, first), (found.total, total)):
        assert ((estimate.low < truth + 1e-3) & (truth - 1e-3 < estimate.high)).all()
    assert found.spread == pytest.approx(function(generator(2).random((200_000, k))).std(), rel=0.02)


def test_morris_finds_what_morris_found() -> None:
    x = morris(40, 20, generator(3))
    found = screening(morris_function(x)[:, None], *steps(x, 20))
    mu, mu_star, sigma = found.mu.value, found.mu_star.value, found.sigma.value
    assert set(np.argsort(-mu_star)[:10]) == set(range(10))
    # Inputs 8 to 10 are straight lines of slope 20 in w = 2x - 1, so 40 over the range; the signs about them add
    # at most 19 small terms of size 2, whose mean over 40 trajectories has a standard error near 1.
    assert np.abs(mu[7:10] - 40).max() < 4
    assert np.abs(mu_star[7:10] - mu[7:10]).max() < 1e-9
    assert sigma[7:10].max() < 15
    # The seventh bends by its formula alone, with steps worth 57 or 9; the first six lean on each other besides.
    assert sigma[6] == pytest.approx(24.1, abs=1.5)
    assert sigma[:6].min() > 40
    assert mu_star[10:].max() < 15


def test_effects_of_a_line_are_its_slopes_whatever_the_trajectory() -> None:
    slopes = np.array([3.0, -2.0, 0.0])
    x = morris(6, 3, generator(4))
    found = screening((x @ slopes + 7)[:, None], *steps(x, 3))
    assert np.allclose(found.mu.value, slopes)
    assert np.allclose(found.mu_star.value, np.abs(slopes))
    assert np.allclose(found.sigma.value, 0)
    assert np.allclose(found.mu.low, slopes)


def test_trajectories_and_base_points_move_one_axis_at_a_time_and_grow() -> None:
    x = morris(30, 5, generator(5))
    moved = np.diff(x.reshape(30, 6, 5), axis=1)
    assert (np.count_nonzero(moved, axis=2) == 1).all()
    assert (np.count_nonzero(moved, axis=1) == 1).all()
    assert np.allclose(np.abs(moved).max(axis=2), 2 / 3)
    assert np.allclose(np.unique(x.round(9)), [0, 1 / 3, 2 / 3, 1])
    ups = (moved.sum(axis=1) > 0).mean()
    assert abs(ups - 0.5) < 4 * 0.5 / np.sqrt(150)
    assert np.array_equal(morris(11, 5, generator(5)), x[: 11 * 6])

    y = saltelli(32, 4, generator(6)).reshape(32, 6, 4)
    assert np.array_equal(saltelli(9, 4, generator(6)).reshape(9, 6, 4), y[:9])
    for axis in range(4):
        others = [i for i in range(4) if i != axis]
        assert np.array_equal(y[:, 2 + axis, axis], y[:, 1, axis])
        assert np.array_equal(y[:, 2 + axis][:, others], y[:, 0][:, others])


def test_what_worlds_have_in_common_is_no_luck() -> None:
    x = morris(12, 3, generator(7))
    line = x @ np.array([3.0, -2.0, 0.5])
    worlds = generator(8).normal(size=4)
    common = screening(line[:, None] + worlds, *steps(x, 3))
    assert common.luck == pytest.approx(0, abs=1e-12)
    assert np.allclose(common.mu.low, common.mu.high)
    assert np.isnan(screening(line[:, None], *steps(x, 3)).luck)

    y = saltelli(256, 3, generator(9))
    line = y @ np.array([3.0, -2.0, 0.5])
    assert indices(line[:, None] + worlds, 3).luck == pytest.approx(0, abs=1e-12)
    # Luck of its own at each point: variance 1 in each of four worlds, beside (9 + 4 + .25) / 12 of the line.
    noisy = indices(line[:, None] + generator(10).normal(size=(len(y), 4)), 3)
    assert noisy.luck == pytest.approx(0.25 / (0.25 + 13.25 / 12), abs=0.04)


def test_nothing_but_luck_is_said_to_be_luck() -> None:
    x = morris(40, 10, generator(11))
    noise = generator(12).normal(size=(len(x), 5))
    found = screening(noise, *steps(x, 10))
    assert found.luck == pytest.approx(1, abs=0.1)
    # The mean over inputs of a mean of 40 sizes has a standard error of .75 / sqrt(400) of it.
    assert found.mu_star.value.mean() == pytest.approx(found.floor.mean(), rel=0.12)


@pytest.mark.slow
def test_luck_is_seldom_taken_for_an_effect() -> None:
    # 20 experiments of each kind with 7 or 3 inputs that do nothing, in worlds full of luck: at most 1 in 20 by chance
    # is what a 95 % interval promises on this side; 1 in 50 was found with 3 worlds, none with 8. The one that does
    # something is told from 8 worlds.
    found = {}
    for worlds in (3, 8):
        screens, shares = [], []
        for key in range(20):
            x, y = morris(10, 8, generator(key)), saltelli(128, 4, generator(key))
            noise = generator(1000 + key)
            one = screening(2 * x[:, :1] + noise.normal(size=(len(x), worlds)), *steps(x, 8))
            screens.append(one.mu_star.low > one.floor)
            other = indices(4 * y[:, :1] + noise.normal(size=(len(y), worlds)), 4)
            shares.append(other.total.low > other.luck)
        for kind, rows in (("morris", screens), ("sobol", shares)):
            found[kind, worlds] = np.mean(rows, axis=0)
            assert found[kind, worlds][1:].mean() <= 0.05
    assert found["morris", 8][0] > 0.8
    assert found["sobol", 3][0] == 1


@pytest.mark.slow
@pytest.mark.parametrize("trajectories", [6, 12, 30])
def test_intervals_of_mu_star_cover(trajectories: int) -> None:
    # 200 experiments each: the standard error of a coverage of .95 is .015. Means of skewed sizes from few trajectories
    # cannot do better; 6 and 12 trajectories cover .94 and .96, without the widening .86 and .93.
    def experiment(key: int) -> np.ndarray:
        x = morris(trajectories, 3, generator(key))
        y = x[:, 0] * (1 + 2 * x[:, 1]) + x[:, 2]
        found = screening(y[:, None], *steps(x, 3)).mu_star
        truth = np.array([2.0, 1.0, 1.0])
        return (found.low <= truth + 1e-9) & (truth - 1e-9 <= found.high)

    covered = np.mean([experiment(100 + n) for n in range(200)], axis=0)
    print(trajectories, covered)
    assert (covered[:2] > 0.90).all()
    assert covered[2] == 1


@pytest.mark.slow
@pytest.mark.parametrize("worlds", [3, 5])
def test_intervals_hold_the_luck_of_few_worlds(worlds: int) -> None:
    # Every world has slopes of its own about the true ones. 200 experiments: the standard error of .95 is .015.
    truth = np.array([1.0, 2.0, 3.0])

    def experiment(key: int) -> np.ndarray:
        x, luck = morris(10, 3, generator(key)), generator(1000 + key).normal(size=(worlds, 3))
        found = screening((x @ truth)[:, None] + 0.5 * x @ luck.T, *steps(x, 3)).mu
        return (found.low <= truth) & (truth <= found.high)

    covered = np.mean([experiment(n) for n in range(200)], axis=0)
    print(worlds, covered)
    assert (covered > 0.90).all()
    assert covered.mean() < 0.985  # and they are not wide


@pytest.mark.slow
def test_intervals_of_indices_cover_and_are_not_wide() -> None:
    # 150 experiments: standard error .018 for .95. Base points of a Sobol sequence are steadier than the bootstrap
    # knows, so more than .95 is expected.
    first, total = map(np.array, ISHIGAMI)

    def experiment(key: int) -> tuple[np.ndarray, np.ndarray]:
        found = indices(ishigami(saltelli(128, 3, generator(key)))[:, None], 3)
        inside = [
            (e.low <= truth) & (truth <= e.high) for e, truth in ((found.first, first), (found.total, total))
        ]
        return np.array(inside), found.total.high - found.total.low

    all_found = [experiment(100 + n) for n in range(150)]
    covered = np.mean([one[0] for one in all_found], axis=0)
    print(covered, np.mean([one[1] for one in all_found], axis=0))
    assert covered.min() > 0.90
    assert np.mean([one[1] for one in all_found]) < 0.5


def test_as_salib() -> None:
    analyze_morris = pytest.importorskip("SALib.analyze.morris")
    analyze_sobol = pytest.importorskip("SALib.analyze.sobol")
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0.0, 1.0]] * 3}
    x = morris(15, 3, generator(13))
    y = ishigami(x)
    ours, theirs = (
        screening(y[:, None], *steps(x, 3)),
        analyze_morris.analyze(problem, x, y, num_levels=4, seed=1),
    )
    for mine, name in ((ours.mu, "mu"), (ours.mu_star, "mu_star"), (ours.sigma, "sigma")):
        assert np.allclose(mine.value, np.asarray(theirs[name], float))

    z = saltelli(64, 3, generator(14)).reshape(64, 5, 3)
    ours = indices(ishigami(z.reshape(-1, 3))[:, None], 3)
    order = z[:, [0, 2, 3, 4, 1]].reshape(-1, 3)  # A, AB_j, B
    theirs = analyze_sobol.analyze(problem, ishigami(order), calc_second_order=False, seed=1)
    assert np.allclose(ours.first.value, theirs["S1"])
    assert np.allclose(ours.total.value, theirs["ST"])


def test_too_little_is_refused() -> None:
    x = morris(1, 3, generator(15))
    with pytest.raises(AnalysisError, match="one trajectory"):
        screening(ishigami(x)[:, None], *steps(x, 3))
    with pytest.raises(AnalysisError, match="same at all points"):
        indices(np.full((5 * 8, 2), 3.0), 3)


def test_effects_are_put_to_their_inputs() -> None:
    which = np.array([[1, 0]])
    found = elementary_effects(np.array([[0.0], [2.0], [7.0]]), which, np.array([[0.5, -1.0]]))
    assert found[0, :, 0].tolist() == [-5.0, 4.0]
