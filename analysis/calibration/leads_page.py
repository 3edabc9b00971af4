"""Writes the page of the leads fit from its results; every number comes from the results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

_MEANING = {
    "a1": "weekly hazard qualified → proposal, age 0, z = 0",
    "a2": "weekly hazard proposal → won, age 0, z = 0",
    "l": "weekly hazard of lost, age 0, z = 0",
    "n": "weekly hazard of no decision, age 0, z = 0",
    "decline": "g in d(age) = (1 + age)^-g",
    "p0": "share entering at proposal (of those not lost at creation)",
    "q0": "share lost at creation",
}


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


class _Figures:
    """Formats figures as `value ± SE` or `value [low, high]`."""

    def __init__(self, figures: dict[str, dict[str, float | None]]) -> None:
        self._figures = figures

    def pm(self, name: str, digits: int = 3) -> str:
        cell = self._figures[name]
        if cell["value"] is None:
            return "–"
        return f"{_number(cell['value'], digits)} ± {_number(cell['se'], digits)}"

    def interval(self, name: str, digits: int = 3) -> str:
        cell = self._figures[name]
        return f"{_number(cell['value'], digits)} [{_number(cell['low'], digits)}, {_number(cell['high'], digits)}]"

    def value(self, name: str, digits: int = 3) -> str:
        return _number(self._figures[name]["value"], digits)


def page(result: dict[str, Any]) -> str:
    """The Markdown page of a result of `analysis.calibration.leads.report`."""
    f, meta = _Figures(result["figures"]), result["meta"]
    parts = [
        _intro(meta),
        _rows(result["counts"]),
        _model(f, result),
        _forms(result),
        _values(f),
        _facts(f),
        _statements(f),
        _groups(f),
        _limits(f),
    ]
    return "\n\n".join(parts) + "\n"


def _intro(meta: dict[str, Any]) -> str:
    return f"""# Opportunity model fitted to real leads

Written by `python -m analysis.calibration.leads PATH/leads.csv --out docs/calibration`; do not edit by hand. `leads.json` has
the same figures for programs.

Data: a CRM export of a multi-country B2B firm, anonymised, 73 weeks (public repository asish-kun/ABM-Sales-Agents, commit
1009cb04). No licence is stated, so the file is not part of this project. ± is a bootstrap standard error
({meta["resamples"]} resamples of whole leads, seed {meta["seed"]}), brackets are 95 % percentile intervals. The leads of one
customer or rep cannot be told apart, so they count as independent: the true errors are larger.

"By week 72" means in the 72 weeks after creation (ages 0-71; the earliest creation is in week 2). Censoring is at the end of
week 73. Curves are Aalen-Johansen cumulative incidences of won and lost, so open leads count for the weeks they were seen."""


def _rows(counts: dict[str, int]) -> str:
    return "## What became of odd rows\n\n" + _table(
        ["rows", "number"], [[name, f"{n:,}"] for name, n in counts.items()]
    )


def _model(f: _Figures, result: dict[str, Any]) -> str:
    meta = result["meta"]
    rows = [[p, text, f.pm(f"recommended.{p}", 4), f.pm(f"plain.{p}", 4)] for p, text in _MEANING.items()]
    rows.append(
        [
            "sigma_z",
            "sd of the score z (fixed, see below)",
            str(meta["sigma_z_fixed"]),
            str(meta["sigma_z_fixed"]),
        ]
    )
    ends = [
        [
            text,
            f.pm(f"recommended.{key}", 3),
            f.pm(f"plain.{key}", 3),
        ]
        for key, text in (
            ("gap_won", "largest gap of the won curve, ages 0-71"),
            ("gap_lost", "largest gap of the lost curve"),
            ("cost", "half the weighted sum of squares"),
            ("won_in_the_end", "won in the end"),
            ("lost_in_the_end", "lost in the end"),
            ("no_decision", "no decision in the end (pinned)"),
            ("true_from_qualified", "won by week 73, open at qualified after week 0"),
            ("true_from_proposal", "won by week 73, open at proposal after week 0"),
        )
    ]
    curve = [
        [
            str(week),
            *(f.pm(f"cif.{o}_{week}") if s == "cif" else f.value(f"{s}.{o}_{week}")
              for o in ("won", "lost") for s in ("cif", "recommended", "plain")),
            f.value(f"recommended.no_decision_{week}"),
        ]
        for week in (1, 2, 4, 13, 26, 39, 52, 72)
    ]  # fmt: skip
    return f"""## The model and its parameters

A deal starts at `qualified` (a share p0 at `proposal`) with a score z ~ Normal(0, sigma_z). Weekly hazards at age t (t = 0 is
the week of creation, and counts in full): advance a1 or a2 × exp(z/2) × d(t); lost l and no decision n × exp(−z/2) ÷ d(t), with
d(t) = (1 + t)^−g. So age acts like a score that sinks by 2g·ln(1 + t). The causes compete within the week as exponentials, a deal makes at
most one move a week. "Plain" is the form first asked for: d(t) on the advance only. Both are fitted by weighted least squares to
the two incidence curves (weight 1/SE, SE at least 0.4 %). The leads do not record `no decision`: such deals just stay open.
Its share of all outcomes is pinned at {meta["no_decision_pinned"]:.0%} (CSO Insights: 47 won, 32 lost, 21 no decision), and n follows. The
won and lost shares in the end are not pinned.

{_table(["parameter", "meaning", "recommended", "plain"], rows)}

{_table(["fit", "recommended", "plain"], ends)}

Observed (± SE) against fitted incidence:

{_table(["by week", "won", "recommended", "plain", "lost", "recommended", "plain", "no decision (recommended)"], curve)}

**Week 0.** {f.pm("cif.won_1")} of the leads are won and {f.pm("cif.lost_1")} lost in the week of creation; the week after it is
{f.value("figure.won_week_1")} and {f.value("figure.lost_week_1")}. For wins no atom is needed: deals that start at proposal supply them.
p0 is read from the columns: the share with 40 or 80 % entered at creation, among leads that outlast that week (closing forces
an entry, so the others are no forecast). Left free, the curves put p0 at {_free_p0(result)}, so both sources agree. For
losses an atom is needed: a loss in week 0 is about ten times as likely as in week 1. These look like records made when the answer was already known
(their share falls over the 73 weeks). q0 is that share. An engine without it should read the shares as those of the remaining deals:
divide by 1 − q0.

**sigma_z is not identified** by curves alone: heterogeneity and age decline do the same to them. Refits at fixed values are below.
The curves prefer small values, but value alone spreads z by {f.value("figure.sd_from_value", 2)} (slope times log-sd), so sigma_z cannot be
less. 1.0 is the compromise, with the value part inside it; use 0.7-1.5 as its range, always with the row's other parameters.

{_profile(result)}"""


def _free_p0(result: dict[str, Any]) -> str:
    return next(f"{row['values']['p0']:.3f}" for row in result["forms"] if row["label"].endswith("p0 free"))


def _profile(result: dict[str, Any]) -> str:
    names = ("sigma_z", "a1", "a2", "l", "n", "decline", "q0")
    best = max(row["log_likelihood"] for row in result["profile"])
    return _table(
        [*names, "cost", "gap won", "gap lost", "log-likelihood against the best"],
        [
            [
                *(f"{row['values'][n]:.4f}" for n in names),
                f"{row['cost']:.1f}", f"{row['gap_won']:.4f}", f"{row['gap_lost']:.4f}",
                f"{row['log_likelihood'] - best:.1f}",
            ]
            for row in result["profile"]
        ],
    )  # fmt: skip


def _forms(result: dict[str, Any]) -> str:
    rows = result["forms"]
    best = max(row["log_likelihood"] for row in rows)
    return "## Other forms tried\n\nsigma_z = 1. \"both\": age also raises lost and no decision.\n\n" + _table(
        ["form", "decline", "p0", "q0", "cost", "gap won", "gap lost", "won in the end", "log-likelihood against the best"],
        [
            [
                row["label"], f"{row['values']['decline']:.3g}", f"{row['values']['p0']:.3f}", f"{row['values']['q0']:.3f}",
                f"{row['cost']:.1f}", f"{row['gap_won']:.4f}", f"{row['gap_lost']:.4f}", f"{row['won_in_the_end']:.3f}",
                f"{row['log_likelihood'] - best:.0f}",
            ]
            for row in rows
        ],
    )  # fmt: skip


def _values(f: _Figures) -> str:
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

{_table(["amounts", "mean of ln", "sd of ln", "median"], rows)}

Amount is 0 in {f.pm("value.share_zero")} and at most 1 (the placeholder 1.00) in {f.pm("value.share_placeholder")} of the leads. The placeholder alone lifts
the log-sd of won deals from {f.value("value.sigma_won", 2)} to {f.value("value.sigma_won_with_placeholder", 2)}: the 1.5 and 2.1 quoted for these data are its doing.
{f.value("value.share_round_1000", 2)} of the amounts are whole thousands; the largest 1 % hold {f.pm("value.share_of_top_1_percent", 2)} of the money. Logs: sd from
quartiles {f.value("value.robust_sigma_all", 2)}, skew {f.value("value.skew_of_logs", 2)}, excess kurtosis {f.value("value.excess_kurtosis_of_logs", 2)} (tails a little heavier than lognormal).

**Fresh opportunities: ln value ~ Normal({f.pm("value.fresh_mu_real")}, {f.pm("value.fresh_sigma_real")})** with z lowered by {f.pm("value.score_slope")} per unit of
ln value gives won deals as observed (median {f.value("value.median_won", 0)}, log-sd {f.value("value.sigma_won", 2)}). The
observed mean and sd of all leads, not used for this, are {f.value("value.mu_all", 2)} and {f.value("value.sigma_all", 2)}. To hit a log-sd of 1.5 and a median of 10,000 of won deals instead:
Normal({f.value("value.fresh_mu_brief")}, {f.value("value.fresh_sigma_brief")}).

Slopes per unit of ln value, open leads counted (cause-specific Cox models):

{_table(["slope", "value [95 %]"], cox)}

The largest deals win less often, and value also delays: it halves early hazards of winning more than late ones. A slope on z, the same at all ages, gives the
final shares but not all of this delay."""


def _facts(f: _Figures) -> str:
    ages = [[str(a), f.pm(f"s2.won_if_open_{a}"), f.pm(f"s4.closed_only_{a}")] for a in (0, 13, 26, 39, 52)]
    return f"""## S2-S4: timing

Median weeks among the closed: won {f.pm("s2.median_won", 1)}, lost {f.pm("s2.median_lost", 1)}; without closings in week 0: {f.pm("s2.median_won_after_week_0", 1)} and
{f.pm("s2.median_lost_after_week_0", 1)}.

{_table(["open at age", "won by week 72 (competing risks)", "closed-only: won of those closed later"], ages)}

The closed-only win rate overstates the cohort's by {f.pm("s4.overstatement")}. Only {f.value("cif.at_risk_52", 0)} leads are still followed at age 51 and {f.value("cif.at_risk_72", 0)}
at age 71, so the curves' ends are uncertain.

Positive winning times: Weibull k {f.pm("s3.weibull_k_closed")} and P90/median {f.pm("s3.p90_over_median_closed", 2)} among the closed; {f.pm("s3.weibull_k_cohort")} and
{f.pm("s3.p90_over_median_cohort", 2)} for the cohort (censoring accounted for, won within 72 weeks; median {f.pm("s3.median_cohort", 1)} weeks). Near-exponential."""


def _statements(f: _Figures) -> str:
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

{_table(["certainty", "share ever", "of these at creation", "of closed ones: in the closing week", "median age if entered later"], entered)}

Later moves (entered in a later week, before the closing week): 20 → 40 {f.pm("s5.later_40_after_20")}, 20 → 80 {f.pm("s5.later_80_after_20")}, 40 → 80 {f.pm("s5.later_80_after_40")}.

Really won within 4, 13, 72 weeks after the statement, open leads counted; "next week" leaves out what ended in the week of the
statement (an entry made when closing is no forecast); closed-only for comparison:

{_table(["stated", "4", "13", "72", "4, next week", "13, next week", "72, next week", "closed-only"], won)}

Stated against true by stage, for leads still open after that week (certainty in force: the latest entry, the higher of two in the same week; stated
mean over those with a statement; true = won within the next 72 weeks). Reps sandbag: they say 20 % where 40 % win.

{_table(["after week", "stage", "share", "stated", "true"], stage)}

Leads without 40 or 80 % at creation that have it entered, before closing: {f.pm("stage.proposal_entered_by_4")} by week 4, {f.pm("stage.proposal_entered_by_13")} by 13, {f.pm("stage.proposal_entered_by_52")} by 52. The
model's a1 moves many more to proposal: most winners are never marked as such before they close, so the columns say who starts high, not when a deal advances."""


def _groups(f: _Figures) -> str:
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

{_table(["", "Products", "Systems & Services", "difference [95 %]"], rows)}

At equal value, Systems & Services has a log hazard ratio of {f.interval("model.cox_services_won")} for won and {f.interval("model.cox_services_lost")} for lost: slower to any end.

{_table(["created in weeks", "2-21", "22-41", "42-60"], trend)}

Winning is nearly stable. Losses are recorded less in later cohorts, so the late part of the lost curve rests on cohorts that lost more.
Weekly creations vary more than chance (variance/mean {f.value("trend.weekly_dispersion", 0)}, sd/mean {f.value("trend.weekly_cv", 2)}): holidays, bulk entries. One and a half years
are too short for seasons."""


def _limits(f: _Figures) -> str:
    return f"""## What the form cannot do

- No decision is pinned from outside; how soon it comes follows from the form and is not seen in these data.
- It misses the won curve by up to {f.value("recommended.gap_won")} and the lost curve by up to {f.value("recommended.gap_lost")} (plain form: {f.value("plain.gap_won")} and
  {f.value("plain.gap_lost")}; its flat hazard of lost cannot be low early and high late).
- The value effect fades with age in the data; a slope on z is constant.
- Losses at creation need q0, which is no hazard.
- Stages are latent: the certainty columns hold one week each, a third of the leads never state anything before they close, and whether a repeated entry
  overwrites an earlier one is unknown.
- One firm. The leads are already qualified, and their reps, customers and regions are unknown."""
