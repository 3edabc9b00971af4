"""Kernels about segments: what was seen of each, what the leader makes of it, and what each is really worth."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.choosing import normal_posterior
from simulation.compiled import kernel
from simulation.elementary import exp, log, logistic, normal_quantile, power
from simulation.luck import below, bits, normal, uniform
from simulation.world.columns import CUSTOMER, LEAD, PROPOSAL, PROSPECT
from simulation.world.kernels.forecasting import chance_to_win
from simulation.world.kernels.handles import customers_of, deals_of
from simulation.world.kernels.luck_arrays import floats
from simulation.world.kernels.rows import room_for, rows_where

F32, U32 = np.float32, np.uint32
POINTS = 64
"""Equally likely points by which a normal belief is represented."""
USE_WEEKS = 4
"""Usage is brought up to date so often."""
YEARS = 5
"""A contract counts for so many years at most."""


@kernel
def develop(table: Any, first: Any, rnd: Any, k0: Any, k1: Any, gain: Any, fit: Any) -> None:
    """A week of R&D and of drifting needs: moves `gain` (segments,) and the fit of every customer of the segment."""
    p = table[0]
    for s in range(len(gain)):
        word, _ = bits(k0, k1, U32(s), U32(0))
        wander = p.segment_fit_drift * F32(np.sqrt(1.0 / 52.0)) * normal_quantile(uniform(word))
        made = F32(0.0)
        if rnd[s] > F32(0.0):
            made = p.rnd_gain * power(rnd[s], p.rnd_focus)
        step = (made - p.rnd_fade * gain[s]) / F32(52.0)
        gain[s] += step
        for i in range(first[s], first[s + 1]):
            fit[i] += step + wander


@kernel
def develop_all(
    table: Any, first: Any, rnd: Any, k0: Any, k1: Any, gain: Any, customers: Any, deals: Any, n_deals: Any
) -> None:
    """`develop`, and the copies of fit that open deals keep."""
    of_customers, of_deals = customers_of(customers), deals_of(deals)
    fit, deal_fit, row = of_customers.fit, of_deals.fit, of_deals.row
    develop(table, first, rnd, k0, k1, gain, fit)
    for j in range(n_deals):
        deal_fit[j] = fit[np.uint64(row[j])]


@kernel
def tally(
    table: Any, week: Any, since: Any, keep: Any, price: Any, deal_row: Any, deal_stage: Any, segment: Any, stage: Any, stage_week: Any, usage: Any,
    value: Any, touches: Any, paid: Any, wins: Any, worked: Any,
    use: Any, users: Any, stated: Any,
) -> None:
    """Add last week's wins (number, money) and touches per segment; what is older fades by the factor `keep`.

    `use` and `users` receive how deeply customers won since the week `since` use the product, in standard deviations of
    fit, and their effective number. Depth is read against the usual curve of onboarding, on which a customer's fit shows
    little by little: those who show the share e of it count e squared. `stated` receives the open deals at the figures of
    their stages, in cents.
    """
    p = table[0]
    shown = np.empty(max(1, week - since + 1))
    hidden = log(max(F32(0.01), F32(1.0) - F32(USE_WEEKS) * p.usage_speed)) / F32(USE_WEEKS)
    for age in range(len(shown)):
        shown[age] = 1.0 - np.float64(exp(hidden * F32(age)))
    base, per_fit = np.float64(p.usage_base), max(1e-6, np.float64(p.usage_fit))
    for s in range(len(paid)):
        paid[s] *= keep
        wins[s] *= keep
        worked[s] *= keep
        use[s] = 0.0
        users[s] = 0.0
        stated[s] = 0.0
        for r in range(touches.shape[0]):
            worked[s] += np.float64(touches[r, s])
    for j in range(len(deal_row)):
        k = np.int64(deal_row[j])
        if deal_stage[j] == CUSTOMER and stage_week[k] == week - 1:
            wins[segment[k]] += 1.0
            paid[segment[k]] += np.float64(value[k] // price) / 100.0
        elif PROSPECT < deal_stage[j] < CUSTOMER:
            figure = p.stated_lead if deal_stage[j] == LEAD else p.stated_qualified
            if deal_stage[j] == PROPOSAL:
                figure = p.stated_proposal
            stated[segment[k]] += np.float64(value[k]) * np.float64(figure)
    new = room_for(len(stage))
    for row in range(len(stage)):
        new[row] = (stage[row] == CUSTOMER) & (stage_week[row] >= since)
    rows = rows_where(new, len(stage))
    for j in range(len(rows)):
        i = np.uint64(rows[j])
        e = shown[week - stage_week[i]]
        usual = base * (0.5 + 0.5 * e)
        use[segment[i]] += e * (np.float64(usage[i]) - usual) / per_fit
        users[segment[i]] += e * e
    for s in range(len(use)):
        use[s] = use[s] / users[s] if users[s] > 0.0 else 0.0


@kernel
def interview(
    number: Any, noise: Any, keep: Any, first: Any, segment: Any, stage: Any, fit: Any, k0: Any, k1: Any,
    heard: Any, asked: Any,
) -> None:
    """Ask `number` customers or prospects in open deals of each segment; each shows its fit with an error.

    `heard` (segments,) is the mean of what was heard and `asked` the number; both fade by the factor `keep`.
    """
    for s in range(len(heard)):
        total = heard[s] * asked[s] * keep
        asked[s] *= keep
        if number > 0:
            here = stage[first[s] : first[s + 1]]
            known = room_for(len(here))
            for i in range(len(here)):
                known[i] = (here[i] > PROSPECT) & (here[i] <= CUSTOMER)
            rows = rows_where(known, len(here))
            for turn in range(number if len(rows) > 0 else 0):
                a, b = bits(k0, k1, U32(s), U32(turn))
                i = first[s] + np.int64(rows[below(a, len(rows))])
                total += np.float64(fit[i] + noise * normal(b))
                asked[s] += 1.0
        heard[s] = total / asked[s] if asked[s] > 0.0 else 0.0


@kernel
def chances_of_best(mean: Any, sd: Any, out: Any) -> None:
    """Chance of each segment to be the best, (segments,), for independent normal beliefs of `POINTS` points each."""
    z = np.empty(POINTS)
    for k in range(POINTS):
        z[k] = np.float64(normal_quantile(F32((k + 0.5) / POINTS)))
    total = 0.0
    chance = np.empty(POINTS)
    for s in range(len(mean)):
        chance[:] = 1.0
        for t in range(len(mean)):
            if t == s:
                continue
            lower, upto = 0, 0  # points of t below x, and those not above it; both only grow with x
            for k in range(POINTS):
                x = mean[s] + sd[s] * z[k]
                while lower < POINTS and mean[t] + sd[t] * z[lower] < x:
                    lower += 1
                upto = max(upto, lower)
                while upto < POINTS and mean[t] + sd[t] * z[upto] <= x:
                    upto += 1
                chance[k] *= (lower + 0.5 * (upto - lower)) / POINTS
        out[s] = 0.0
        for k in range(POINTS):
            out[s] += chance[k] / POINTS
        total += out[s]
    for s in range(len(mean)):
        out[s] = out[s] / total if total > 0.0 else 1.0 / len(mean)


@kernel
def believe(spread: Any, observed: Any, error: Any, mean: Any, variance: Any, best: Any) -> None:
    """The leader's belief in each segment, (segments,), from what is to be seen now and a prior with sd `spread`."""
    prior = np.float64(spread) * np.float64(spread)
    for s in range(len(mean)):
        mean[s], variance[s] = normal_posterior(0.0, prior, observed[s], error[s])
    chances_of_best(mean, np.sqrt(variance), best)


@kernel
def lots(k0: Any, k1: Any, segments: Any) -> Any:
    """A uniform and a standard normal draw per segment, for rules of choice that draw lots."""
    noise, lot = np.empty(segments), np.empty(segments)
    for s in range(segments):
        word, _ = bits(k0, k1, U32(s), U32(0))
        noise[s] = uniform(word)
        word, _ = bits(k0, k1, U32(s), U32(1))
        lot[s] = normal_quantile(uniform(word))
    return noise, lot


@kernel
def make_up_mind(
    spread: Any, observed: Any, error: Any, k0: Any, k1: Any, mean: Any, variance: Any, best: Any
) -> Any:
    """`believe`, and what a choice among segments asks for besides: standard deviations of the beliefs, and `lots`."""
    believe(spread, observed, error, mean, variance, best)
    noise, lot = lots(k0, k1, len(mean))
    return np.sqrt(variance), noise, lot


@kernel
def latent_margins(
    table: Any, first: Any, log_median: Any, sigma: Any, cycle: Any, chances: Any, kind: Any, fit: Any, gain: Any, size: Any,
    firm_relationship: Any, out: Any,
) -> None:
    """What a new opportunity of each segment brings on average, money over up to `YEARS` years, (segments,).

    Value times the chance of an average rep to win it times the years it stays at the depth of use that its fit gives.
    Over all accounts, whatever their stage, and without the fit that R&D has added so far (`gain`): nobody knows this; it says which choice would have been right.
    """
    p = table[0]
    of_customer = F32(np.sqrt(p.size_share))
    flat = chances.reshape(chances.size)
    for s in range(len(out)):
        lift = exp(F32(0.5) * sigma[s] * sigma[s] * (F32(1.0) - p.size_share))
        pace, width = F32(1.0) / cycle[s], sigma[s] * of_customer
        rows = slice(first[s], first[s + 1])
        many = len(fit[rows])
        latent, spread = fit[rows] - gain[s], width * size[rows]
        up, renews, score, value = floats(many), floats(many), floats(many), floats(many)
        # one thing per loop, so that the compiler can vectorise them
        for j in range(many):
            founders = firm_relationship[rows][j]
            score[j] = p.fit_weight * latent[j] + p.firm_relationship_weight * founders - p.score_centre
            score[j] -= p.value_slope * spread[j]
            use = p.usage_fit * latent[j] + p.courtesy_use * founders
            latent[j] = min(F32(1.0) - p.usage_base, max(-p.usage_base, use))
        for j in range(many):
            up[j] = exp(F32(0.5) * score[j])
        for j in range(many):
            renews[j] = logistic(p.renewal_base + p.renewal_usage * latent[j] + p.renewal_size * spread[j])
        for j in range(many):
            value[j] = exp(log_median[s] + spread[j])
        qualifies, years, fresh = floats(many), floats(many), floats(many)
        for j in range(many):
            ahead = p.lead_advance * up[j] * pace
            qualifies[j] = ahead / (ahead + p.lead_loss / up[j] * pace)
        for j in range(many):
            growth = F32(1.0) + p.expansion * max(F32(0.0), F32(1.0) + p.expansion_relationship * F32(2.0) * latent[j])
            year, years[j] = F32(1.0), F32(0.0)
            for _ in range(YEARS):
                years[j] += year
                year *= renews[j] * growth
        for j in range(many):
            fresh[j] = p.direct_proposal * chance_to_win(flat, kind[s], True, score[j], 0)
            fresh[j] += (F32(1.0) - p.direct_proposal) * chance_to_win(flat, kind[s], False, score[j], 0)
        total = 0.0
        for j in range(many):
            won = qualifies[j] * (F32(1.0) - p.early_loss) * fresh[j]
            total += np.float64(value[j] * lift * won * years[j])
        out[s] = total / max(1, many)
