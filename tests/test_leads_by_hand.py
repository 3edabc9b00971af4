"""The descriptive figures of the leads, each against an answer counted by hand from thirteen leads."""

from __future__ import annotations

from math import isnan, log, sqrt
from statistics import mean, stdev

import numpy as np
import pytest
from scipy.stats import kurtosis, skew, weibull_min

from analysis.calibration import lead_figures as figures
from analysis.calibration.lead_table import Leads
from analysis.calibration.leads import at_proposal
from analysis.calibration.survival import cox_slopes

PRODUCTS, SERVICES, UNKNOWN = (False, True), (True, True), (False, False)
OPEN, WON, LOST = 0, 1, 2
ROWS = (
    # created, amount, model, age at the end, outcome, age at which 0, 20, 40, 80 % was entered
    (2, 1000, PRODUCTS, 0, WON, (-1, -1, -1, 0)),
    (10, 2000, PRODUCTS, 0, LOST, (0, -1, -1, -1)),
    (21, 1, PRODUCTS, 2, WON, (-1, 0, 2, -1)),
    (22, 8000, PRODUCTS, 5, WON, (-1, 0, 3, 5)),
    (30, 4000, PRODUCTS, 5, LOST, (5, 0, 1, -1)),
    (41, 0, SERVICES, 8, LOST, (8, 2, -1, -1)),
    (42, 1000, SERVICES, 6, WON, (-1, 0, -1, 4)),
    (50, 500, SERVICES, 14, LOST, (-1, -1, 6, 10)),
    (55, 3000, SERVICES, 18, OPEN, (-1, 4, -1, -1)),
    (60, 6000, SERVICES, 13, OPEN, (-1, -1, 0, 7)),
    (61, 2500, UNKNOWN, 12, OPEN, (-1, -1, -1, -1)),
    (3, 9000, PRODUCTS, 55, WON, (-1, 0, -1, 54)),
    (4, 3000, PRODUCTS, 40, LOST, (39, -1, -1, -1)),
)


def thirteen() -> Leads:
    created, amount, model, age, cause, stated = zip(*ROWS, strict=True)
    services, known = zip(*model, strict=True)
    return Leads(
        np.array(amount, dtype=float), np.array(services), np.array(known), np.array(created), np.array(age),
        np.array(cause), np.array(stated),
    )  # fmt: skip


def agree(found: dict[str, float], by_hand: dict[str, float]) -> None:
    assert {name: found[name] for name in by_hand} == pytest.approx(by_hand, abs=1e-12)


def test_all_figures_are_those_of_the_six_parts_and_no_two_share_a_name():
    leads = thirteen()
    parts = [
        part(leads)
        for part in (
            figures.values, figures.timing, figures.statements, figures.stages, figures.models, figures.trend,
        )
    ]  # fmt: skip
    together = figures.describe(leads)
    assert len(together) == sum(map(len, parts))
    for part in parts:
        assert {name: together[name] for name in part} == pytest.approx(part, nan_ok=True)


def test_amounts_of_won_and_lost_leave_out_zero_and_the_placeholder_unless_it_is_asked_for():
    found = figures.values(thirteen())
    won, lost = [1000, 8000, 1000, 9000], [2000, 4000, 500, 3000]
    everyone = [*won, *lost, 3000, 6000, 2500]
    agree(found, {"value.share_zero": 1 / 13, "value.share_placeholder": 1 / 13})
    for name, amounts in (("won", won), ("lost", lost), ("all", everyone)):
        # The zero is nobody's; the placeholder is a won lead's.
        with_one = amounts if name == "lost" else [*amounts, 1]
        for suffix, used in (("", amounts), ("_with_placeholder", with_one)):
            logs = [log(a) for a in used]
            agree(found, {f"value.mu_{name}{suffix}": mean(logs), f"value.sigma_{name}{suffix}": stdev(logs)})
    agree(found, {"value.median_won": 4500, "value.median_lost": 2500, "value.median_all": 3000})
    agree(found, {"value.median_won_with_placeholder": 1000, "value.share_round_1000": 9 / 11})


def test_shape_of_the_amounts_of_many_leads():
    leads = thirteen()
    many = leads.take(np.tile(np.arange(13), 20))
    found = figures.values(many)
    usable = leads.amount[leads.amount > 1]
    # Of 220 usable amounts the top hundredth are two of 9,000.
    agree(found, {"value.share_of_top_1_percent": 2 * 9000 / (20 * usable.sum())})
    agree(found, {"value.skew_of_logs": skew(np.log(usable))})
    agree(found, {"value.excess_kurtosis_of_logs": kurtosis(np.log(usable))})
    # The quartiles of a normal are 1.349 sd apart; here they are those of 1,000 and 6,000.
    agree(found, {"value.robust_sigma_all": log(6) / 1.349})


def test_curves_and_chances_of_those_still_open_count_the_open_leads_for_as_long_as_they_were_seen():
    # Still open after the ends at 0, 0, 2, 5, 5, 6, 8: 6/13; 12 and 13 are censored, so that 14 takes a quarter
    # of it, 40 half of the 4.5/13 left, and 55 the rest.
    found = figures.timing(thirteen())
    won = {1: 1, 2: 1, 4: 2, 13: 4, 26: 4, 39: 4, 52: 4, 72: 6.25}
    lost = {1: 1, 2: 1, 4: 1, 13: 3, 26: 4.5, 39: 4.5, 52: 6.75, 72: 6.75}
    agree(found, {f"cif.won_{week}": count / 13 for week, count in won.items()})
    agree(found, {f"cif.lost_{week}": count / 13 for week, count in lost.items()})
    agree(found, {"cif.at_risk_52": 1, "cif.at_risk_72": 0})
    open_then = {0: 6.25 / 13, 13: 2.25 / 6, 26: 2.25 / 4.5, 39: 2.25 / 4.5, 52: 1}
    agree(found, {f"s2.won_if_open_{age}": chance for age, chance in open_then.items()})
    closed_only = {0: 5 / 10, 13: 1 / 3, 26: 1 / 2, 39: 1 / 2, 52: 1}
    agree(found, {f"s4.closed_only_{age}": share for age, share in closed_only.items()})
    agree(found, {"s4.overstatement": 0.25 / 13})


def test_weeks_to_the_end_and_their_spread_with_and_without_the_open_leads():
    found = figures.timing(thirteen())
    agree(found, {"s2.median_won": 5, "s2.median_lost": 8})
    agree(found, {"s2.median_won_after_week_0": 5.5, "s2.median_lost_after_week_0": 11})
    # Winning times 2, 5, 6, 55: one each as recorded, 1, 1, 1 and 2.25 with the open leads accounted for.
    agree(found, {"s3.median_closed": 5, "s3.p90_over_median_closed": 55 / 5})
    agree(found, {"s3.median_cohort": 6, "s3.p90_over_median_cohort": 55 / 6})
    closed = weibull_min.fit([2, 5, 6, 55], floc=0)[0]
    cohort = weibull_min.fit([2] * 4 + [5] * 4 + [6] * 4 + [55] * 9, floc=0)[0]
    assert found["s3.weibull_k_closed"] == pytest.approx(closed, rel=1e-3)
    assert found["s3.weibull_k_cohort"] == pytest.approx(cohort, rel=1e-3)


STATEMENTS = {
    # stated: (ever stated, of these when created, of those closed: in the closing week, median of later weeks,
    #          won of those closed, won within 4, 13, 72 weeks since, the same of those open after the week)
    0: (4 / 13, 1 / 4, 3 / 4, 8, 0, (0, 0, 0), (0, 0, 0)),
    20: (7 / 13, 5 / 7, 0, 3, 4 / 6, (1 / 7, 3 / 7, 5 / 7), (1 / 7, 3 / 7, 5 / 7)),
    40: (5 / 13, 1 / 5, 1 / 4, 2.5, 2 / 4, (2 / 5, 2 / 5, 2 / 5), (1 / 4, 1 / 4, 1 / 4)),
    80: (6 / 13, 1 / 6, 2 / 5, 7, 4 / 5, (4 / 6, 4 / 6, 4 / 6), (2 / 4, 2 / 4, 2 / 4)),
}


@pytest.mark.parametrize("stated", STATEMENTS)
def test_what_became_of_a_stated_certainty(stated):
    ever, fresh, closing, later, closed, since, next_week = STATEMENTS[stated]
    found = figures.statements(thirteen())
    agree(found, {f"s5.share_ever_{stated}": ever, f"s5.at_creation_{stated}": fresh})
    agree(
        found, {f"s5.entered_in_closing_week_{stated}": closing, f"s5.median_week_if_later_{stated}": later}
    )
    agree(found, {f"s5.closed_only_{stated}": closed})
    for week, everybody, still_open in zip((4, 13, 72), since, next_week, strict=True):
        agree(found, {f"s5.all_{stated}_won_{week}": everybody})
        agree(found, {f"s5.next_week_{stated}_won_{week}": still_open})


def test_a_later_statement_follows_an_earlier_one_only_if_it_is_not_made_while_closing():
    found = figures.statements(thirteen())
    agree(
        found, {"s5.later_40_after_20": 2 / 7, "s5.later_80_after_20": 2 / 7, "s5.later_80_after_40": 2 / 5}
    )


def test_statement_in_force_counts_the_latest_entry_up_to_that_week():
    assert figures.current_statement(thirteen(), 4).tolist() == [3, 0, 2, 2, 2, 1, 3, -1, 1, 2, -1, 1, -1]


def test_stated_and_true_chance_of_those_open_after_a_week():
    found = figures.stages(thirteen())
    after_4 = {  # share of the ten still open, stated, won in the 72 weeks after
        "qualified": (0.6, 0.2, 15 / 48),
        "proposal": (0.4, (3 * 0.4 + 0.8) / 4, 1 / 2),
        "40": (0.3, 0.4, 1 / 3),
        "80": (0.1, 0.8, 1),
    }
    for name, (share, stated, true) in after_4.items():
        key = f"stage.{name}_week_4"
        agree(found, {f"{key}.share": share, f"{key}.stated": stated, f"{key}.true": true})
    agree(found, {"stage.none_week_4.share": 0.3, "stage.none_week_4.true": 0})
    agree(found, {"stage.80_week_0.share": 0, "stage.40_week_0.share": 1 / 11})


def test_a_stage_without_leads_or_without_words_has_no_chance_rather_than_a_zero():
    found = figures.stages(thirteen())
    assert isnan(found["stage.80_week_0.true"])
    assert isnan(found["stage.80_week_0.stated"])
    assert isnan(found["stage.none_week_4.stated"])


def test_how_soon_a_proposal_is_entered_by_the_leads_that_outlast_their_first_week_without_one():
    leads = thirteen()
    found = figures.stages(leads)
    # Of ten waiting, 1 enters in week 1, 3, 4 and 6 each, two end before it at 2 and 8, one at 40.
    entered = {4: 0.2, 13: 0.4, 26: 0.4, 52: 0.4}
    agree(found, {f"stage.proposal_entered_by_{week}": share for week, share in entered.items()})
    agree(found, {"stage.winners_unmarked": 1 / 4})
    assert at_proposal(leads) == pytest.approx(1 / 11)


def test_products_and_services_are_compared_without_the_leads_of_unknown_model():
    found = figures.models(thirteen())
    agree(found, {"model.products_won_13": 3 / 7, "model.products_lost_13": 2 / 7})
    agree(found, {"model.products_lost_52": 3 / 7, "model.products_lost_week_0": 1 / 7})
    agree(found, {"model.services_won_13": 0.2, "model.services_lost_13": 0.2, "model.services_lost_52": 0.5})
    agree(found, {"model.services_lost_week_0": 0, "model.products_median_weeks_won": 2})
    products = [log(a) for a in (1000, 2000, 8000, 4000, 9000, 3000)]
    services = [log(a) for a in (1000, 500, 3000, 6000)]
    agree(found, {"model.products_mu": mean(products), "model.products_sigma": stdev(products)})
    agree(found, {"model.services_mu": mean(services), "model.services_sigma": stdev(services)})
    agree(found, {"model.difference_won_13": 0.2 - 3 / 7, "model.difference_median_weeks_won": 4})
    agree(found, {"model.difference_mu": mean(services) - mean(products)})


def test_creations_are_early_middle_or_late_and_those_after_week_60_are_none_of_these():
    found = figures.trend(thirteen())
    agree(
        found,
        {"trend.early_per_week": 5 / 20, "trend.middle_per_week": 3 / 20, "trend.late_per_week": 4 / 19},
    )
    agree(
        found, {"trend.early_won_13": 2 / 5, "trend.early_lost_13": 1 / 5, "trend.early_lost_week_0": 1 / 5}
    )
    agree(found, {"trend.middle_won_13": 1 / 3, "trend.middle_lost_13": 2 / 3})
    agree(found, {"trend.late_won_13": 1 / 4, "trend.late_lost_13": 0, "trend.late_lost_week_0": 0})
    agree(found, {"trend.middle_mu": mean([log(8000), log(4000)])})
    # Thirteen of 71 weeks have one lead each, the others none.
    variance, average = (13 - 13**2 / 71) / 70, 13 / 71
    agree(found, {"trend.weekly_cv": sqrt(variance) / average, "trend.weekly_dispersion": variance / average})


def test_cox_steps_are_newtons_and_end_after_the_number_allowed():
    # Three leads at risk, the one with x = 1 ends first: the likelihood e^b / (e^b + 2) has no maximum. From 0 the
    # first step is (2/3) / (2/9), the next one over e^3 / (e^3 + 2).
    age, event, x = np.array([2, 0, 1]), np.array([False, True, False]), np.array([[0.0], [1.0], [0.0]])
    assert cox_slopes(age, event, x, steps=1) == pytest.approx([3.0])
    assert cox_slopes(age, event, x, steps=2) == pytest.approx([3.0 + 1 + 2 * np.exp(-3.0)])
