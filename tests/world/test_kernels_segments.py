"""Kernels about segments against numbers worked out by hand: what was seen, what is made of it, what is really so."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.luck import Purpose, stream_key, world_key
from simulation.parameters import PARAMETERS
from simulation.world.columns import CHURNED, CUSTOMER, LEAD, LOST, PROPOSAL, PROSPECT, QUALIFIED, UNDECIDED
from simulation.world.kernels import segments
from simulation.world.kernels.forecasting import AGES, LOWEST, SCORES, STEP, chances_by_age
from simulation.world.setting import parameter_table

DEFAULTS = {name: p.default for name, p in PARAMETERS.items()}
STAGES = {PROSPECT, LEAD, QUALIFIED, PROPOSAL, CUSTOMER, LOST, UNDECIDED, CHURNED}


def table(**changed):
    return parameter_table(DEFAULTS | changed)


def key(week=0, purpose=Purpose.INTERVIEW):
    return stream_key(world_key(11, 3), purpose, week)


def f32(*values):
    return np.array(values, np.float32)


def first_rows(*counts):
    return np.concatenate(([0], np.cumsum(counts)))


# R&D and drift


def develop(rnd, gain, fit, counts, week=0, **parameters):
    gain, fit = f32(*gain), f32(*fit)
    at = key(week, Purpose.SEGMENT_DRIFT)
    segments.develop(table(**parameters), first_rows(*counts), f32(*rnd), *at, gain, fit)
    return gain, fit


def test_a_week_of_rnd_by_hand():
    # a share of 1/2 to the power 2 makes .52 x .25 = .13 a year; a tenth of what was gained before goes in a year
    parameters = {"rnd_gain": 0.52, "rnd_focus": 2.0, "rnd_fade": 0.1, "segment_fit_drift": 0.0}
    gain, fit = develop((0.5, 0.0, 0.5), (0.0, 0.4, 1.0), (1.0, -1.0, 0.5), (2, 1, 0), **parameters)
    steps = [0.13 / 52, -0.04 / 52, (0.13 - 0.1) / 52]
    assert gain == pytest.approx([steps[0], 0.4 + steps[1], 1.0 + steps[2]], abs=1e-7)
    assert fit == pytest.approx([1.0 + steps[0], -1.0 + steps[0], 0.5 + steps[1]], abs=1e-7)


def test_years_of_rnd_end_where_as_much_is_lost_as_made():
    """Gain after n weeks: made / fade (1 - (1 - fade / 52)^n)."""
    parameters = {"rnd_gain": 0.5, "rnd_focus": 1.0, "rnd_fade": 0.5}
    gain, fit = (0.0,), (0.0,)
    for week in range(1, 521):
        gain, fit = develop((0.4,), gain, fit, (1,), **parameters)
        if week in (1, 52, 520):
            assert gain[0] == pytest.approx(0.2 / 0.5 * (1 - (1 - 0.5 / 52) ** week), abs=1e-5)
            assert fit[0] == gain[0]


def test_drifting_needs_move_all_of_a_segment_and_no_gain():
    """4,000 weeks, sd .5 / sqrt(52): mean, sd and correlation within 4 standard errors."""
    n, sd = 4_000, 0.5 / math.sqrt(52)
    moved = np.empty((n, 2))
    for week in range(n):
        gain, fit = develop((0.0, 0.0), (0.0, 0.0), (1.0, 2.0, 3.0), (2, 1), week, segment_fit_drift=0.5)
        assert not gain.any()
        assert fit[0] - 1 == pytest.approx(fit[1] - 2, abs=1e-6)
        moved[week] = fit[0] - 1, fit[2] - 3
    for s in (0, 1):
        assert abs(moved[:, s].mean()) < 4 * sd / math.sqrt(n)
        assert abs(moved[:, s].std() - sd) < 4 * sd / math.sqrt(2 * n)
    assert abs(np.corrcoef(moved.T)[0, 1]) < 4 / math.sqrt(n)
    _, alone = develop((0.0,), (0.0,), (1.0,), (1,), 7, segment_fit_drift=0.5)
    assert alone[0] - 1 == pytest.approx(moved[7, 0], abs=1e-7)  # whatever other segments there are


# what was seen


WEEK, SINCE = 40, 20


def tally(customers, deals=(), touches=((0.0, 0.0),), before=(0.0, 0.0, 0.0), price=1, **parameters):
    """`customers`: (segment, stage, week of the stage, usage, cents); `deals`: (row, stage); `before`: of each segment.

    Returns money, wins, touches, use, users, stated, each of two segments.
    """
    segment, stage, stage_week, usage, value = zip(*customers, strict=True)
    rows, stages = zip(*deals, strict=True) if deals else ((), ())
    paid, wins, worked = (np.full(2, float(figure)) for figure in before)
    use, users, stated = (np.full(2, 77.0) for _ in range(3))  # what stood there does not count
    segments.tally(
        table(**parameters), WEEK, SINCE, 0.75, price, np.array(rows, np.uint32), np.array(stages, np.uint8),
        np.array(segment, np.uint8), np.array(stage, np.uint8), np.array(stage_week, np.int16),
        np.array(usage, np.float32), np.array(value, np.int64), np.array(touches, np.float32),
        paid, wins, worked, use, users, stated,
    )  # fmt: skip
    return [a.tolist() for a in (paid, wins, worked, use, users, stated)]


def test_wins_of_last_week_are_added_to_what_has_faded():
    last, earlier = WEEK - 1, WEEK - 2
    customers = [
        (0, CUSTOMER, last, 0.25, 50_000),
        (0, CUSTOMER, last, 0.25, 30_001),  # at price level 2: 15,000 cents, and nothing of the odd one
        (0, CUSTOMER, earlier, 0.25, 70_000),  # counted a week ago
        (1, LOST, last, 0.0, 90_000),
        (1, UNDECIDED, last, 0.0, 90_000),
        (1, CUSTOMER, last, 0.25, 20_000),  # under contract, and no deal of the list
        (1, CUSTOMER, WEEK, 0.25, 20_000),
    ]
    stages = [CUSTOMER, CUSTOMER, CUSTOMER, LOST, UNDECIDED]
    deals = [*enumerate(stages), (6, CUSTOMER)]
    paid, wins, worked, *_ = tally(customers, deals, before=(100.0, 8.0, 4.0), price=2)
    # .75 x 100 + 250 + 150, and .75 x 8 + 2
    assert (paid, wins, worked) == ([475.0, 75.0], [8.0, 6.0], [3.0, 3.0])


def test_touches_of_all_reps_are_added_to_what_has_faded():
    customers = [(0, PROSPECT, 0, 0.0, 0)]
    _, _, worked, *_ = tally(customers, touches=[(1.0, 2.0), (0.5, 0.0), (4.0, 0.25)], before=(0, 0, 8))
    assert worked == [6 + 5.5, 6 + 2.25]


def test_open_deals_are_stated_at_the_figures_of_their_stages():
    figures = {"stated_lead": 0.125, "stated_qualified": 0.25, "stated_proposal": 0.5}
    stages = sorted(STAGES)
    for segment in (0, 1):
        for stage in stages:
            customers = [(0, PROSPECT, 0, 0.0, 5_000), (segment, PROSPECT, 0, 0.0, 800)]
            share = {LEAD: 0.125, QUALIFIED: 0.25, PROPOSAL: 0.5}.get(
                stage, 0.0
            )  # and closed ones at nothing
            expected = [0.0, 0.0]
            expected[segment] = 800 * share
            assert tally(customers, [(1, stage)], **figures)[5] == expected
    customers = [(0, LEAD, 0, 0.0, 800), (0, QUALIFIED, 0, 0.0, 1_600), (1, PROPOSAL, 0, 0.0, 200)]
    deals = [(0, LEAD), (1, QUALIFIED), (2, PROPOSAL)]
    assert tally(customers, deals, **figures)[5] == [100 + 400, 100]


HALF = {"usage_speed": 0.125, "usage_base": 0.5, "usage_fit": 0.125}
"""Half of the way in four weeks: those won 4 weeks ago show 1/2 of their fit, after 8 weeks 3/4."""


def usage_of(fit, shown):
    """From half of .5 to .5 + .125 x fit, and the share `shown` of that way."""
    return 0.25 + shown * (0.5 + 0.125 * fit - 0.25)


def test_depth_of_use_is_read_against_the_curve_of_onboarding():
    idle = [(0, PROSPECT, WEEK - 4, 0.9, 0)] * 9
    young, old = (0, CUSTOMER, WEEK - 4, usage_of(1, 0.5), 0), (0, CUSTOMER, WEEK - 8, usage_of(-1, 0.75), 0)
    *_, use, users, _ = tally([*idle, young], **HALF)
    assert use == pytest.approx([1, 0], abs=1e-5)
    assert users == pytest.approx([1 / 4, 0], abs=1e-6)
    *_, use, users, _ = tally([*idle, old, *idle, young], **HALF)
    # those who show 3/4 count 9/16, those who show 1/2 count 4/16: (-9 + 4) / 13
    assert use == pytest.approx([-5 / 13, 0], abs=1e-5)
    assert users == pytest.approx([13 / 16, 0], abs=1e-6)
    *_, use, users, _ = tally([(1, CUSTOMER, WEEK - 2, usage_of(2, 1 - math.sqrt(0.5)), 0), old], **HALF)
    assert use == pytest.approx([-1, 2], abs=1e-5)
    assert users == pytest.approx([9 / 16, (1 - math.sqrt(0.5)) ** 2], abs=1e-6)


def test_only_customers_won_since_the_start_show_their_use():
    for stage, since, counts in (
        (CUSTOMER, SINCE, True),
        (CUSTOMER, SINCE - 1, False),
        (CUSTOMER, WEEK, False),  # shows nothing yet
        (CHURNED, SINCE, False),
        (PROPOSAL, SINCE, False),
    ):
        *_, use, users, _ = tally([(1, stage, since, usage_of(3, 1 - 0.5**5), 0)], **HALF)
        assert use == pytest.approx([0, 3 * counts], abs=1e-5)
        assert users == pytest.approx([0, counts * (31 / 32) ** 2], abs=1e-6)


def test_use_that_settles_at_once_shows_nearly_all_in_four_weeks():
    """A share of 4 x .5 of the way cannot be: 99 in a hundred are shown."""
    *_, use, users, _ = tally([(0, CUSTOMER, WEEK - 4, 0.75, 0)], **{**HALF, "usage_speed": 0.5})
    # .75 - .5 (1/2 + .99/2) = .2525, times .99, by .125, by .99^2
    assert use[0] == pytest.approx(0.2525 / 0.125 / 0.99, abs=1e-4)
    assert users[0] == pytest.approx(0.99**2, abs=1e-5)


# interviews


def interview(number, customers, heard=(0.0, 0.0), asked=(0.0, 0.0), keep=0.5, noise=0.0, week=0):
    """`customers`: for each segment (stage, fit) of its rows."""
    heard, asked = np.array(heard), np.array(asked)
    rows = [(s, *one) for s, many in enumerate(customers) for one in many]
    segment, stage, fit = zip(*rows, strict=True)
    segments.interview(
        number, np.float32(noise), keep, first_rows(*map(len, customers)), np.array(segment, np.uint8),
        np.array(stage, np.uint8), np.array(fit, np.float32), *key(week), heard, asked,
    )  # fmt: skip
    return heard.tolist(), asked.tolist()


TWO = (((CUSTOMER, 1.0), (LOST, 99.0)), ((PROSPECT, 99.0), (LEAD, -2.0)))
"""One to ask in each segment."""


def test_without_interviews_what_was_heard_only_fades():
    assert interview(0, TWO, heard=(0.5, -1.5), asked=(4.0, 0.0)) == ([0.5, 0.0], [2.0, 0.0])


def test_interviews_by_hand():
    assert interview(3, TWO) == ([1.0, -2.0], [3.0, 3.0])
    # half of 4 remain: (2 x .5 + 3 x 1) / 5; half of 2: (1 x -1 + 3 x -2) / 4
    assert interview(3, TWO, heard=(0.5, -1.0), asked=(4.0, 2.0)) == ([0.8, -1.75], [5.0, 4.0])


def test_where_nobody_can_be_asked_what_was_heard_fades():
    nobody = ((CUSTOMER, 1.0),), ((PROSPECT, 99.0), (LOST, 99.0), (UNDECIDED, 99.0), (CHURNED, 99.0))
    assert interview(2, nobody, heard=(0.0, 0.25), asked=(0.0, 8.0)) == ([1.0, 0.25], [2.0, 4.0])
    assert interview(2, nobody) == ([1.0, 0.0], [2.0, 0.0])


def test_customers_and_prospects_in_open_deals_are_asked_and_nobody_else():
    """Each of four is missed by all of 200 interviews with a chance of (3/4)^200, 1e-25."""
    everybody = tuple((stage, float(stage)) for stage in sorted(STAGES))
    found = {interview(1, (everybody, everybody), week=week)[0][1] for week in range(200)}
    assert found == {float(stage) for stage in (LEAD, QUALIFIED, PROPOSAL, CUSTOMER)}


def test_what_is_heard_has_the_mean_and_the_error_it_is_said_to_have():
    """4,000 weeks of 4 interviews: mean, variance and correlation of the segments within 4 standard errors.

    Fits -1, 0, 2.5 have mean .5 and variance 6.5 / 3; an error of .8 adds .64, and four share both. The variance of the
    variance is at most that of a normal: three points have thinner tails.
    """
    many = ((CUSTOMER, -1.0), (LEAD, 0.0), (LOST, 50.0), (PROPOSAL, 2.5))
    n, variance = 4_000, (6.5 / 3 + 0.64) / 4
    heard = np.array([interview(4, (many, many), noise=0.8, week=week)[0] for week in range(n)])
    for s in (0, 1):
        assert abs(heard[:, s].mean() - 0.5) < 4 * math.sqrt(variance / n)
        assert abs(heard[:, s].var() - variance) < 4 * variance * math.sqrt(2 / n)
    assert abs(np.corrcoef(heard.T)[0, 1]) < 4 / math.sqrt(n)


def test_each_segment_is_heard_apart():
    here = ((CUSTOMER, -1.0), (LEAD, 0.0), (PROPOSAL, 2.5))
    crowd = tuple((CUSTOMER, float(k)) for k in range(20))
    for week in range(5):
        one, _ = interview(4, (here, crowd), noise=0.8, week=week)
        other, _ = interview(4, (here, ((LEAD, 7.0),)), noise=0.8, week=week)
        assert one[0] == other[0]
        assert one[1] != other[1]


# beliefs


def below(x):
    """P(standard normal < x)."""
    return 0.5 * math.erfc(-x / math.sqrt(2))


def chances(mean, sd):
    out = np.full(len(mean), 77.0)
    segments.chances_of_best(np.array(mean, float), np.array(sd, float), out)
    return out


def integrated(mean, sd):
    """P(each is the largest) by adding up phi(z) prod P(other < mean + sd z) over z from -6 to 6 in steps of .01."""
    found = []
    for s in range(len(mean)):
        total = 0.0
        for step in range(-600, 601):
            z = step / 100
            here = math.exp(-z * z / 2) / math.sqrt(2 * math.pi) * 0.01
            for t in range(len(mean)):
                here *= below((mean[s] + sd[s] * z - mean[t]) / sd[t]) if t != s else 1.0
            total += here
        found.append(total)
    return found


POINT = 1 / segments.POINTS


@pytest.mark.parametrize("gap", [-3.0, -1.0, -0.3, -0.01, 0.01, 0.1, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("sd", [(1.0, 1.0), (0.2, 1.0), (1.0, 0.05), (0.7, 0.6)])
def test_the_better_of_two_is_as_likely_as_the_normal_says(gap, sd):
    """P(first > second) = Phi(gap / sd of the difference), within one of 64 points."""
    exact = below(gap / math.hypot(*sd))
    assert chances((0.4 + gap, 0.4), sd) == pytest.approx([exact, 1 - exact], abs=POINT)


@pytest.mark.parametrize(
    ("mean", "sd"),
    [
        ((0.0, 0.5, -0.5), (1.0, 1.0, 1.0)),
        ((0.0, 0.5, 0.2), (1.5, 0.3, 0.6)),  # the widest may be the best though its mean is the lowest
        ((2.0, 0.0, 0.0), (0.5, 0.5, 1.5)),
        ((0.1, 0.0, -0.1), (0.05, 0.4, 0.9)),
    ],
)
def test_the_best_of_three_is_as_likely_as_the_integral_says(mean, sd):
    found = chances(mean, sd)
    assert found == pytest.approx(integrated(mean, sd), abs=POINT)
    for order in ((1, 2, 0), (2, 1, 0)):
        turned = chances([mean[s] for s in order], [sd[s] for s in order])
        assert turned == pytest.approx(found[list(order)], abs=1e-12)


def test_without_doubt_the_largest_is_best_and_equals_share():
    assert chances((0.5, 0.4), (0.0, 0.0)).tolist() == [1.0, 0.0]
    assert chances((0.1, 0.4, 0.3), (0.0, 0.0, 0.0)).tolist() == [0.0, 1.0, 0.0]
    assert chances((0.4, 0.4), (0.0, 0.0)).tolist() == [0.5, 0.5]
    assert chances((0.4, 0.4, 0.1), (0.0, 0.0, 0.0)).tolist() == [0.5, 0.5, 0.0]
    # two that are known to be equal share what the third leaves them
    assert chances((0.4, 0.4, 0.4), (0.0, 0.0, 1.0)) == pytest.approx([1 / 4, 1 / 4, 1 / 2], abs=1e-12)
    # what is known for sure against what is not: P(N(0, 1) < .5)
    assert chances((0.5, 0.0), (0.0, 1.0)) == pytest.approx([below(0.5), below(-0.5)], abs=POINT)
    assert chances((0.0, 0.5), (1.0, 0.0)) == pytest.approx([below(-0.5), below(0.5)], abs=POINT)


@pytest.mark.parametrize("many", [1, 2, 3, 5])
@pytest.mark.parametrize("sd", [0.0, 0.3, 2.0])
def test_equal_beliefs_give_equal_chances(many, sd):
    assert chances([0.7] * many, [sd] * many) == pytest.approx([1 / many] * many, abs=1e-12)


def test_chances_add_up_to_one():
    rng = np.random.default_rng(4)
    for many in (1, 2, 3, 4, 8):
        for _ in range(20):
            found = chances(rng.normal(0, 1, many), rng.uniform(0, 1, many))
            assert found.sum() == pytest.approx(1, abs=1e-12)
            assert (found >= 0).all()


def believe(spread, observed, error):
    mean, variance, best = (np.full(len(observed), 77.0) for _ in range(3))  # each week from the prior anew
    segments.believe(np.float32(spread), np.array(observed), np.array(error), mean, variance, best)
    return mean.tolist(), variance.tolist(), best


def test_belief_after_an_observation_by_hand():
    # prior variance 4: weight 4 / (4 + 4), 4 / (4 + 12), none, all
    mean, variance, best = believe(2.0, (1.5, -2.0, 0.0, 0.25), (4.0, 12.0, np.inf, 0.0))
    assert mean == [0.75, -0.5, 0.0, 0.25]
    assert variance == [2.0, 3.0, 4.0, 0.0]
    assert best.sum() == pytest.approx(1)
    mean, variance, best = believe(0.5, (1.0, -0.5), (0.25, 0.75))  # prior variance 1/4: weights 1/2 and 1/4
    assert (mean, variance) == ([0.5, -0.125], [0.125, 0.1875])
    exact = below(0.625 / math.sqrt(0.125 + 0.1875))  # by variances, not by standard deviations
    assert best == pytest.approx([exact, 1 - exact], abs=POINT)


def test_without_evidence_all_are_believed_equal():
    mean, variance, best = believe(1.5, (0.0, 0.0, 0.0), (np.inf,) * 3)
    assert (mean, variance) == ([0.0] * 3, [2.25] * 3)
    assert best == pytest.approx([1 / 3] * 3, abs=1e-12)


def test_lots_are_a_uniform_and_a_normal_that_know_nothing_of_each_other():
    """20,000 segments: moments, quarters and correlation within 4 standard errors; fourth moments 1/80 and 3."""
    n = 20_000
    noise, lot = segments.lots(*key(0, Purpose.FOCUS), n)
    assert len(noise) == len(lot) == n
    assert 0 < noise.min() < noise.max() < 1
    assert abs(noise.mean() - 1 / 2) < 4 * math.sqrt(1 / 12 / n)
    assert abs(noise.var() - 1 / 12) < 4 * math.sqrt((1 / 80 - 1 / 144) / n)
    assert abs(lot.mean()) < 4 / math.sqrt(n)
    assert abs(lot.var() - 1) < 4 * math.sqrt(2 / n)
    for at in (-1.5, -0.5, 0.0, 1.0, 2.0):
        share = below(at)
        assert abs((lot < at).mean() - share) < 4 * math.sqrt(share * (1 - share) / n)
        assert abs((noise < share).mean() - share) < 4 * math.sqrt(share * (1 - share) / n)
    assert abs(np.corrcoef(noise, lot)[0, 1]) < 4 / math.sqrt(n)
    assert abs(np.corrcoef(lot[1:], lot[:-1])[0, 1]) < 4 / math.sqrt(n)


def test_lots_of_a_segment_stay_when_segments_are_added_and_change_with_the_week():
    two, five = segments.lots(*key(3, Purpose.FOCUS), 2), segments.lots(*key(3, Purpose.FOCUS), 5)
    later = segments.lots(*key(4, Purpose.FOCUS), 2)
    for a, b, c in zip(two, five, later, strict=True):
        assert a.tolist() == b[:2].tolist()
        assert not set(a) & set(c)


# what each segment is really worth


def margins(accounts, gain=None, sigma=1.0, kinds=None, chance=None, cycle=2.0, median=1_000.0, **parameters):
    """`accounts`: for each segment (fit, size, relationship of the founders) of its rows."""
    n = len(accounts)
    rows = [one for many in accounts for one in many]
    fit, size, firm = (f32(*column) for column in zip(*rows, strict=True))
    before, out = fit.copy(), np.full(n, 77.0)
    segments.latent_margins(
        table(**parameters), first_rows(*map(len, accounts)), f32(*[math.log(median)] * n), f32(*[sigma] * n),
        f32(*[cycle] * n), chance if chance is not None else straight(), np.array(kinds or [0] * n),
        fit, f32(*(gain or [0.0] * n)), size, firm, out,
    )  # fmt: skip
    assert (fit == before).all()  # looked at, not changed
    return out.tolist()


def straight(kinds=1):
    """Chances to win that rise straight with the score: .2 + .02 x score qualified, .5 + .05 x score at proposal.

    Kind k has them divided by k + 1; at any age but 0 they would be absurd.
    """
    chance = np.full((kinds, 2, AGES, SCORES), 1e6, np.float32)
    score = LOWEST + STEP * np.arange(SCORES)
    for k in range(kinds):
        chance[k, 0, 0] = (0.2 + 0.02 * score) / (k + 1)
        chance[k, 1, 0] = (0.5 + 0.05 * score) / (k + 1)
    return chance


ROUND = {
    "fit_weight": 0.5, "firm_relationship_weight": 1.0, "score_centre": 0.25, "value_slope": 0.5, "size_share": 0.25,
    "lead_advance": 0.3, "lead_loss": 0.1, "early_loss": 0.1, "direct_proposal": 0.6,
    "usage_base": 0.5, "usage_fit": 0.125, "courtesy_use": 0.25,
    "renewal_base": 0.0, "renewal_usage": 4.0, "renewal_size": 0.5, "expansion": 0.1, "expansion_relationship": 2.0,
}  # fmt: skip


def years(renewed):
    """Years that count, the first in full: 1 + x + x^2 + x^3 + x^4."""
    return sum(renewed**k for k in range(5))


def worth(score, money, renewed, median=1_000.0):
    """Median x e^money of the customer x mean of the deal's own part, times the chance to win, times the years."""
    ahead, lost = 0.3 * math.exp(score / 2), 0.1 / math.exp(score / 2)
    fresh = 0.6 * (0.5 + 0.05 * score) + 0.4 * (0.2 + 0.02 * score)
    own = math.exp(0.5 * 0.75)  # lognormal with variance 1 x (1 - .25)
    return median * math.exp(money) * own * ahead / (ahead + lost) * 0.9 * fresh * years(renewed)


def logistic(x):
    return 1 / (1 + math.exp(-x))


# Fit 1, size 2, founders .5. Size: 1 x sqrt(.25) x 2 = 1. Score: .5 + .5 - .25 - .5 x 1 = .25. Use against the usual:
# .125 + .125 = .25. Renewed: logistic(4 x .25 + .5 x 1), grown by 1 + .1 (1 + 2 x 2 x .25) = 1.2.
ONE, ONE_WORTH = (1.0, 2.0, 0.5), worth(0.25, 1.0, logistic(1.5) * 1.2)
# Fit -2, size 0, founders 0. Score: -1 - .25 = -1.25. Use: -.25. Renewed: logistic(-1), grown by 1 + .1 (1 - 1) = 1.
POOR, POOR_WORTH = (-2.0, 0.0, 0.0), worth(-1.25, 0.0, logistic(-1.0))


def test_what_an_opportunity_brings_by_hand():
    assert margins([[ONE], [POOR]], **ROUND) == pytest.approx([ONE_WORTH, POOR_WORTH], rel=1e-5)
    mean, nothing = margins([[ONE, POOR, POOR], []], **ROUND)
    assert mean == pytest.approx((ONE_WORTH + 2 * POOR_WORTH) / 3, rel=1e-5)
    assert nothing == 0
    # twice the money; a kind of segment in which half as many are won; a slow segment loses nothing but time
    assert margins([[ONE]], median=2_000.0, **ROUND) == pytest.approx([2 * ONE_WORTH], rel=1e-5)
    found = margins([[ONE], [ONE]], kinds=[1, 0], chance=straight(2), **ROUND)
    assert found == pytest.approx([ONE_WORTH / 2, ONE_WORTH], rel=1e-5)
    assert margins([[ONE]], cycle=0.5, **ROUND) == pytest.approx([ONE_WORTH], rel=1e-5)


def test_depth_of_use_has_a_floor_and_a_ceiling():
    # fit 8 means a use of 1 above the usual: .5 is all there is. Grown by 1 + .1 (1 + 4 x .5) = 1.3
    rich = worth(0.0, 0.0, logistic(2.0) * 1.3)
    # fit -8: -.5, and growth of 1 + .1 x max(0, 1 - 2) = 1
    bare = worth(0.0, 0.0, logistic(-2.0))
    flat = {**ROUND, "fit_weight": 0.0, "score_centre": 0.0}
    assert margins([[(8.0, 0.0, 0.0)], [(-8.0, 0.0, 0.0)]], **flat) == pytest.approx([rich, bare], rel=1e-5)


def test_a_deals_own_part_of_the_value_counts_at_its_mean():
    """Sigma 0: no lift and no size; sigma 2: lift e^(.5 x 4 x .75), size 2 x sqrt(.25) x 2 = 2 on value, score, renewal."""
    same = worth(0.75, 0.0, logistic(1.0) * 1.2) / math.exp(0.375)
    assert margins([[ONE]], sigma=0.0, **ROUND) == pytest.approx([same], rel=1e-5)
    wide = worth(-0.25, 2.0, logistic(2.0) * 1.2) * math.exp(1.5 - 0.375)
    assert margins([[ONE]], sigma=2.0, **ROUND) == pytest.approx([wide], rel=1e-5)


def test_what_rnd_has_added_does_not_count():
    raised = (1.75, 2.0, 0.5)
    assert margins([[raised], [ONE]], gain=[0.75, 0.0], **ROUND) == pytest.approx([ONE_WORTH] * 2, rel=1e-5)
    assert margins([[raised]], **ROUND)[0] > 1.05 * ONE_WORTH


def test_more_fit_and_older_friendships_are_worth_more_with_the_real_chances():
    chance = np.empty((1, 2, AGES, SCORES), np.float32)
    chances_by_age(table(), np.float32(1), chance[0])
    by_fit = margins([[(fit, 0.3, 0.2)] for fit in (-2.0, -1.0, 0.0, 0.5, 2.0)], chance=chance)
    assert by_fit == sorted(set(by_fit))
    by_friends = margins([[(0.0, 0.3, firm)] for firm in (0.0, 0.5, 1.0)], chance=chance)
    assert by_friends == sorted(set(by_friends))
