# ruff: noqa: E501 - the lines are sentences of the page
"""Writes the page of the leads fit from its results; every number comes from the results."""

from __future__ import annotations

from typing import Any

from analysis.calibration.leads_page_facts import facts, groups, statements, values
from analysis.calibration.markdown import Figures, table

_MEANING = {
    "a1": "weekly hazard qualified → proposal, age 0, z = 0",
    "a2": "weekly hazard proposal → won, age 0, z = 0",
    "l": "weekly hazard of lost, age 0, z = 0",
    "n": "weekly hazard of no decision, age 0, z = 0",
    "decline": "g in d(age) = (1 + age)^-g",
    "p0": "share entering at proposal (of those not lost at creation)",
    "q0": "share lost at creation",
}


def page(result: dict[str, Any]) -> str:
    """The Markdown page of a result of `analysis.calibration.leads.report`."""
    f, meta = Figures(result["figures"]), result["meta"]
    parts = [
        _intro(meta),
        _rows(result["counts"]),
        _model(f, result),
        _forms(result),
        values(f),
        facts(f),
        statements(f),
        groups(f),
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
    return "## What became of odd rows\n\n" + table(
        ["rows", "number"], [[name, f"{n:,}"] for name, n in counts.items()]
    )


def _model(f: Figures, result: dict[str, Any]) -> str:
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

{table(["parameter", "meaning", "recommended", "plain"], rows)}

{table(["fit", "recommended", "plain"], ends)}

Observed (± SE) against fitted incidence:

{table(["by week", "won", "recommended", "plain", "lost", "recommended", "plain", "no decision (recommended)"], curve)}

**Week 0.** {f.pm("cif.won_1")} of the leads are won and {f.pm("cif.lost_1")} lost in the week of creation; the week after it is
{f.value("figure.won_week_1")} and {f.value("figure.lost_week_1")}. Wins get no atom: deals that start at
proposal supply most of them ({f.value("recommended.won_1")}).
p0 is read from the columns: the share with 40 or 80 % entered at creation, among leads that outlast that week (closing forces
an entry, so the others are no forecast). Left free, the curves put p0 at {_free_p0(result)}, at nearly the same cost: the curves do not contradict the columns. For
losses an atom is needed: a loss in week 0 is {f.value("figure.lost_week_0_over_1", 0)} times as likely as in week 1. These look like records made when the answer was already known
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
    return table(
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
    return "## Other forms tried\n\nsigma_z = 1. \"both\": age also raises lost and no decision.\n\n" + table(
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


def _limits(f: Figures) -> str:
    return f"""## What the form cannot do

- No decision is pinned from outside; how soon it comes follows from the form and is not seen in these data.
- It misses the won curve by up to {f.value("recommended.gap_won")} and the lost curve by up to {f.value("recommended.gap_lost")} (plain form: {f.value("plain.gap_won")} and
  {f.value("plain.gap_lost")}; its flat hazard of lost cannot be low early and high late).
- The value effect fades with age in the data; a slope on z is constant.
- Its stages differ more than the columns' do: open after week 0, {f.value("recommended.true_from_qualified", 2)} win from qualified and {f.value("recommended.true_from_proposal", 2)} from proposal, against
  {f.value("stage.qualified_week_0.true", 2)} and {f.value("stage.proposal_week_0.true", 2)} in the leads.
- Losses at creation need q0, which is no hazard.
- Stages are latent: the certainty columns hold one week each, a third of the leads never state anything before they close, and whether a repeated entry
  overwrites an earlier one is unknown.
- One firm. The leads are already qualified, and their reps, customers and regions are unknown."""
