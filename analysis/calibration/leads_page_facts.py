# ruff: noqa: E501 - the lines are sentences of the page
"""The sections of the leads page on values, S2-S5, certainties and groups."""

from __future__ import annotations

from analysis.calibration.markdown import Figures, table


def values(f: Figures) -> str:
    """Deal value."""
    rows = [
        [name, f.pm(f"value.mu_{k}"), f.pm(f"value.sigma_{k}"), f.pm(f"value.median_{k}", 0)]
        for name, k in (
            ("all, above 1", "all"), ("won, above 1", "won"), ("lost, above 1", "lost"),
            ("all, above 0", "all_with_placeholder"), ("won, above 0", "won_with_placeholder"),
        )
    ]  # fmt: skip
    cox = [
        [text, f.interval(name)]
        for text, name in (
            ("hazard of won, all ages (given business model)", "value.cox_won"),
            ("... week 0", "value.cox_won_weeks_0_1"),
            ("... weeks 1-3", "value.cox_won_weeks_1_4"),
            ("... weeks 4-12", "value.cox_won_weeks_4_13"),
            ("... weeks 13-71", "value.cox_won_weeks_13_72"),
            ("hazard of lost, all ages (given business model)", "value.cox_lost"),
            ("score z, from won by week 52 in eight groups of value: minus", "value.score_slope"),
        )
    ]
    return f"""## Deal value

{table(["amounts", "mean of ln", "sd of ln", "median"], rows)}

Amount is 0 in {f.pm("value.share_zero")} and at most 1 (the placeholder 1.00) in {f.pm("value.share_placeholder")} of the leads. The placeholder alone lifts
the log-sd of won deals from {f.value("value.sigma_won", 2)} to {f.value("value.sigma_won_with_placeholder", 2)}: the 1.5 and 2.1 quoted for these data are its doing.
{f.value("value.share_round_1000", 2)} of the amounts are whole thousands; the largest 1 % hold {f.pm("value.share_of_top_1_percent", 2)} of the money. Logs: sd from
quartiles {f.value("value.robust_sigma_all", 2)}, skew {f.value("value.skew_of_logs", 2)}, excess kurtosis {f.value("value.excess_kurtosis_of_logs", 2)} (tails a little heavier than lognormal).

**Fresh opportunities: ln value ~ Normal({f.pm("value.fresh_mu_real")}, {f.pm("value.fresh_sigma_real")})** with z lowered by {f.pm("value.score_slope")} per unit of
ln value gives won deals as observed (median {f.value("value.median_won", 0)}, log-sd {f.value("value.sigma_won", 2)}). The
observed mean and sd of all leads, not used for this, are {f.value("value.mu_all", 2)} and {f.value("value.sigma_all", 2)}. To hit a log-sd of 1.5 and a median of 10,000 of won deals instead:
Normal({f.value("value.fresh_mu_brief")}, {f.value("value.fresh_sigma_brief")}).

Slopes per unit of ln value, open leads counted (cause-specific Cox models):

{table(["slope", "value [95 %]"], cox)}

The largest deals win less often, and value also delays: the slope is steepest in the first weeks and fades with age. A slope on z, the same at all
ages, gives the final shares but not all of this delay."""


def facts(f: Figures) -> str:
    """S2-S4."""
    ages = [[str(a), f.pm(f"s2.won_if_open_{a}"), f.pm(f"s4.closed_only_{a}")] for a in (0, 13, 26, 39, 52)]
    return f"""## S2-S4: timing

Median weeks among the closed: won {f.pm("s2.median_won", 1)}, lost {f.pm("s2.median_lost", 1)}; without closings in week 0: {f.pm("s2.median_won_after_week_0", 1)} and
{f.pm("s2.median_lost_after_week_0", 1)}.

{table(["open at age", "won by week 72 (competing risks)", "closed-only: won of those closed later"], ages)}

The closed-only win rate overstates the cohort's by {f.pm("s4.overstatement")}. Only {f.value("cif.at_risk_52", 0)} leads are still followed at age 51 and {f.value("cif.at_risk_72", 0)}
at age 71, so the curves' ends are uncertain.

Positive winning times: Weibull k {f.pm("s3.weibull_k_closed")} and P90/median {f.pm("s3.p90_over_median_closed", 2)} among the closed; {f.pm("s3.weibull_k_cohort")} and
{f.pm("s3.p90_over_median_cohort", 2)} for the cohort (censoring accounted for, won within 72 weeks; median {f.pm("s3.median_cohort", 1)} weeks). Near-exponential."""


def statements(f: Figures) -> str:
    """S5 and the stages."""
    kinds = (0, 20, 40, 80)
    entered = [
        [
            f"{k} %",
            *(f.pm(f"s5.{key}_{k}") for key in ("share_ever", "at_creation", "entered_in_closing_week")),
            f.pm(f"s5.median_week_if_later_{k}", 1),
        ]
        for k in kinds
    ]
    won = [
        [
            f"{k} %",
            *(f.pm(f"s5.{kind}_{k}_won_{w}") for kind in ("all", "next_week") for w in (4, 13, 72)),
            f.pm(f"s5.closed_only_{k}"),
        ]
        for k in kinds
    ]
    stage = [
        [str(age), name, f.pm(f"stage.{key}_week_{age}.share"), f.pm(f"stage.{key}_week_{age}.stated"), f.pm(f"stage.{key}_week_{age}.true")]
        for age in (0, 4, 13)
        for key, name in (
            ("qualified", "**qualified** (none, 0, 20)"), ("none", "nothing stated"), ("20", "20 %"),
            ("proposal", "**proposal** (40, 80)"), ("40", "40 %"), ("80", "80 %"),
        )
    ]  # fmt: skip
    return f"""## S5: stated certainty

{table(["certainty", "share ever", "of these at creation", "of closed ones: in the closing week", "median age if entered later"], entered)}

Later moves (entered in a later week, before the closing week): 20 → 40 {f.pm("s5.later_40_after_20")}, 20 → 80 {f.pm("s5.later_80_after_20")}, 40 → 80 {f.pm("s5.later_80_after_40")}.

Really won within 4, 13, 72 weeks after the statement, open leads counted; "next week" leaves out what ended in the week of the
statement (an entry made when closing is no forecast); closed-only for comparison:

{table(["stated", "4", "13", "72", "4, next week", "13, next week", "72, next week", "closed-only"], won)}

Stated against true by stage, for leads still open after that week (certainty in force: the latest entry, the higher of two in the same week; stated
mean over those with a statement; true = won within the next 72 weeks). Reps sandbag: of those put at 20 % after week 0, {f.value("stage.20_week_0.true", 2)} win; of those at 80 %, {f.value("stage.80_week_0.true", 2)}.

{table(["after week", "stage", "share", "stated", "true"], stage)}

Leads without 40 or 80 % at creation that have it entered, before closing: {f.pm("stage.proposal_entered_by_4")} by week 4, {f.pm("stage.proposal_entered_by_13")} by 13, {f.pm("stage.proposal_entered_by_52")} by 52. The
model's a1 moves more to proposal: {f.pm("stage.winners_unmarked", 2)} of the winners among them never had 40 or 80 % before the week they closed.
So the columns say who starts high, not when a deal advances."""


def groups(f: Figures) -> str:
    """Business models and trend."""
    keys = (
        ("won_13", "won by week 13", 3), ("won_52", "won by week 52", 3), ("lost_52", "lost by week 52", 3),
        ("median_weeks_won", "median weeks to win (won within 72)", 1), ("mu", "mean of ln value", 2),
    )  # fmt: skip
    rows = [
        [
            text,
            *(f.pm(f"model.{m}_{k}", d) for m in ("products", "services")),
            f.interval(f"model.difference_{k}", d),
        ]
        for k, text, d in keys
    ]
    trend = [
        [text, *(f.pm(f"trend.{part}_{key}", d) for part in ("early", "middle", "late"))]
        for key, text, d in (
            ("per_week", "created per week", 0), ("won_13", "won by week 13", 3), ("lost_13", "lost by week 13", 3),
            ("lost_week_0", "lost in the week of creation", 3), ("mu", "mean of ln value", 2),
        )
    ]  # fmt: skip
    return f"""## Business models and trend

{table(["", "Products", "Systems & Services", "difference [95 %]"], rows)}

At equal value, Systems & Services has a log hazard ratio of {f.interval("model.cox_services_won")} for won and {f.interval("model.cox_services_lost")} for lost: slower to any end.

{table(["created in weeks", "2-21", "22-41", "42-60"], trend)}

Winning is nearly stable. Losses are recorded less in later cohorts, so the late part of the lost curve rests on cohorts that lost more.
Weekly creations vary more than chance (variance/mean {f.value("trend.weekly_dispersion", 0)}, sd/mean {f.value("trend.weekly_cv", 2)}): holidays, bulk entries. One and a half years
are too short for seasons."""
