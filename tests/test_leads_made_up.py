"""The fit to the leads on leads drawn from known parameters, and the command from the file to the page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from leads_drawn import CENTRE, SPREAD, TRUTH, drawn, planted, write

from analysis.calibration import leads as fitting
from analysis.calibration import opportunity
from analysis.calibration.lead_table import HORIZON, Leads, read_leads
from analysis.calibration.leads_page import page
from analysis.calibration.opportunity import Fit, Form, by_shift
from analysis.calibration.value_effect import value_effect

SLOPE = 0.5
WITHIN = planted(sigma_z=0.8)
"""With the spread of 0.5 x 1.2 that value gives, the scores of all leads together have the sd 1 of the fit."""
ONLY_CLOCKS = planted(a2=0.03, l=0.02, n=1e-12, decline=1e-12, sigma_z=1e-6, p0=1 - 1e-12, q0=0.0)
"""Won and lost are all there is, at rates that differ only by value and model."""


@pytest.fixture(scope="module")
def fitted() -> tuple[Leads, dict[str, Fit], dict[str, float]]:
    # The plain form has the longest way to go: it begins near where it ends.
    plain = planted(a1=0.24, a2=0.096, l=0.0116, n=0.008, q0=0.001, decline=0.53)
    leads = drawn(20_000, 0, WITHIN, SLOPE)
    fits = fitting.fit_leads(leads, start={"recommended": planted(**opportunity.START), "plain": plain})
    return leads, fits, fitting.figures(leads, fits)


def test_the_recommended_fit_finds_what_was_planted(fitted):
    leads, fits, found = fitted
    best = fits["recommended"]
    assert best.converged
    assert best.values["p0"] == found["recommended.p0"] == fitting.at_proposal(leads)
    assert best.no_decision == pytest.approx(0.21, abs=1e-4)
    # Four times the spread that each had over ten other seeds.
    spread = {"a1": 0.029, "a2": 0.0049, "l": 0.0003, "n": 0.0002, "decline": 0.032, "p0": 0.005, "q0": 0.002}
    for name, sd in spread.items():
        assert found[f"recommended.{name}"] == pytest.approx(TRUTH[name], abs=4 * sd), name
    assert "recommended.sigma_z" not in found
    assert "recommended.shift" not in found
    truth = by_shift(planted(), fitting.MAIN, np.zeros(1))[:, 0]
    for week in (1, 4, 13, 52, 72):
        for k, outcome in enumerate(("won", "lost", "no_decision")):
            name = f"recommended.{outcome}_{week}"
            assert found[name] == pytest.approx(truth[k, week - 1], abs=0.017), name


def test_chances_from_a_stage_are_of_those_that_outlast_the_first_week(fitted):
    _, fits, found = fitted
    for stage, share in (("qualified", 0.0), ("proposal", 1.0)):
        for fit, tolerance in ((planted(), 4 * 0.025), (fits["recommended"], 1e-9)):
            cif = by_shift(fit, fitting.MAIN, np.zeros(1), p0=share, q0=0.0)[:, 0]
            true = (cif[0, HORIZON] - cif[0, 0]) / (1 - cif[:, 0].sum())
            assert found[f"recommended.true_from_{stage}"] == pytest.approx(true, abs=tolerance)
    assert found["recommended.true_from_proposal"] > found["recommended.true_from_qualified"] + 0.1


def test_the_plain_form_cannot_follow_the_losses_that_age_speeds_up(fitted):
    _, fits, found = fitted
    assert fits["plain"].cost > 10 * fits["recommended"].cost
    assert found["recommended.gap_lost"] < 0.01 < found["plain.gap_lost"]


def test_figures_of_value_are_those_planted_and_the_combined_ones_follow_from_their_parts(fitted):
    found = fitted[2]
    assert found["value.score_slope"] == pytest.approx(SLOPE, abs=4 * 0.028)
    assert found["value.fresh_mu_real"] == pytest.approx(CENTRE, abs=4 * 0.009)
    assert found["value.fresh_sigma_real"] == pytest.approx(SPREAD, abs=4 * 0.009)
    assert found["figure.sd_from_value"] == found["value.score_slope"] * found["value.fresh_sigma_real"]
    for outcome in ("won", "lost"):
        week_1 = found[f"cif.{outcome}_2"] - found[f"cif.{outcome}_1"]
        assert found[f"figure.{outcome}_week_1"] == week_1
    assert found["figure.lost_week_0_over_1"] == found["cif.lost_1"] / (
        found["cif.lost_2"] - found["cif.lost_1"]
    )


def test_a_dear_deal_is_won_more_slowly_and_lost_sooner_by_half_the_slope_of_the_score():
    slope, services = 0.6, 0.5
    found = value_effect(drawn(20_000, 1, ONLY_CLOCKS, slope, services), ONLY_CLOCKS, Form())
    # Half a score each, exp(z / 2). Four times the spread over other seeds; ties within a week cost about 2 %.
    by_hand = {
        "value.cox_won": (-slope / 2, 0.012),
        "value.cox_lost": (slope / 2, 0.012),
        "model.cox_services_won": (services / 2, 0.028),
        "model.cox_services_lost": (-services / 2, 0.028),
        "value.cox_won_weeks_0_1": (-slope / 2, 0.026),
        "value.cox_won_weeks_1_4": (-slope / 2, 0.024),
        "value.cox_won_weeks_4_13": (-slope / 2, 0.018),
        "value.cox_won_weeks_13_72": (-slope / 2, 0.02),
    }
    for name, (expected, sd) in by_hand.items():
        assert found[name] == pytest.approx(expected, abs=4 * sd), name


@pytest.mark.parametrize("grain", [0, 1.2], ids=["every amount its own", "four amounts in all"])
def test_slope_of_the_score_and_values_of_fresh_deals_are_those_planted(grain):
    # With four amounts, some of the eight groups by value are empty.
    even = 8.8  # the log value of a deal whose score is even
    leads = drawn(8_000, 2, WITHIN, SLOPE, seen=HORIZON, grain=grain, even=even)
    found = value_effect(leads, WITHIN, Form())
    assert found["value.score_slope"] == pytest.approx(SLOPE, abs=4 * 0.02)
    assert found["value.fresh_mu_real"] == pytest.approx(CENTRE, abs=4 * 0.022)
    assert found["value.fresh_sigma_real"] == pytest.approx(np.log(leads.amount).std(), abs=4 * 0.016)
    # Fresh deals "of the brief" are those whose won ones have the median 10,000 and the sd 1.5 of logs.
    rng = np.random.default_rng(3)
    value = rng.normal(found["value.fresh_mu_brief"], found["value.fresh_sigma_brief"], 200_000)
    grid = np.linspace(-5, 5, 201)
    chance = np.interp(-SLOPE * (value - even), grid, by_shift(WITHIN, Form(), grid)[0, :, HORIZON - 1])
    won = value[rng.random(len(value)) < chance]
    assert won.mean() == pytest.approx(np.log(10_000), abs=0.08)
    assert won.std() == pytest.approx(1.5, abs=0.03)


def test_placeholder_amounts_say_nothing_about_the_effect_of_value():
    leads = drawn(1_000, 4, WITHIN, SLOPE)
    placeholders = drawn(300, 5, WITHIN, -3.0)
    placeholders.amount[:] = np.where(placeholders.services, 0.0, 1.0)
    both = Leads(*(np.concatenate([getattr(t, n) for t in (leads, placeholders)]) for n in vars(leads)))
    assert value_effect(both, WITHIN, Form()) == value_effect(leads, WITHIN, Form())


@pytest.mark.parametrize(
    ("family", "parameter", "declined"),
    [
        ("power", 0.5, lambda t: 1 / np.sqrt(1 + t)),
        ("exponential", 20.0, lambda t: np.exp(-t / 20)),
        ("hyperbolic", 5.0, lambda t: 5 / (5 + t)),
    ],
)
def test_won_follows_the_family_of_the_decline(family, parameter, declined):
    one_clock = planted(a2=0.05, l=1e-14, n=1e-14, sigma_z=0.0, p0=1 - 1e-14, q0=0.0, decline=parameter)
    won = by_shift(one_clock, Form(family, "advance"), np.zeros(1))[0, 0, :HORIZON]
    assert won == pytest.approx(1 - np.exp(-0.05 * np.cumsum(declined(np.arange(HORIZON)))), abs=1e-9)


@dataclass(frozen=True)
class Command:
    """What the command wrote for leads that it read from a file."""

    leads: Leads
    out: Path
    result: dict[str, Any]


def stays(residuals: Any, start: np.ndarray, *_: Any, **__: Any) -> SimpleNamespace:
    """A search that ends where it begins, so that all that is fitted is known."""
    return SimpleNamespace(x=start, cost=0.5 * float((residuals(start) ** 2).sum()), status=0)


@pytest.fixture(scope="module")
def command(tmp_path_factory) -> Command:
    folder = tmp_path_factory.mktemp("leads")
    leads = drawn(2_000, 6, WITHIN, SLOPE)
    write(leads, folder / "leads.csv")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opportunity, "least_squares", stays)
        asked = [
            str(folder / "leads.csv"),
            "--out",
            str(folder / "new" / "out"),
            "--resamples",
            "3",
            "--seed",
            "8",
        ]
        assert fitting.main(asked) == 0
    out = folder / "new" / "out"
    return Command(leads, out, json.loads((out / "leads.json").read_text(encoding="utf-8")))


def test_the_file_is_read_as_the_leads_it_was_written_from(command):
    read, counts = read_leads(command.out.parents[1] / "leads.csv")
    for name, column in vars(command.leads).items():
        assert np.array_equal(getattr(read, name), column), name
    assert command.result["counts"] == counts
    assert counts["leads used"] == 2_000


def test_the_command_writes_the_page_of_its_figures_and_says_how_they_came_about(command):
    assert sorted(path.name for path in command.out.iterdir()) == ["leads.json", "leads.md"]
    assert (command.out / "leads.md").read_text(encoding="utf-8") == page(command.result)
    assert command.result["meta"] == {
        "resamples": 3,
        "seed": 8,
        "sigma_z_fixed": 1.0,
        "no_decision_pinned": 0.21,
        "forms": {
            "recommended": {"family": "power", "touches": "both"},
            "plain": {"family": "power", "touches": "advance"},
        },
        "converged": {"recommended": False, "plain": False},
    }
    assert np.array(list(command.result["curves"].values())).shape == (2, HORIZON)


def test_errors_and_intervals_are_those_of_whole_leads_drawn_again(command):
    rng, leads = np.random.default_rng(8), command.leads
    again = np.array([np.log(leads.amount)[rng.integers(0, 2_000, 2_000)].mean() for _ in range(3)])
    low, high = np.quantile(again, [0.025, 0.975])
    by_hand = {"value": np.log(leads.amount).mean(), "se": again.std(ddof=1), "low": low, "high": high}
    # Six digits are written.
    assert command.result["figures"]["value.mu_all"] == {k: float(f"{v:.6g}") for k, v in by_hand.items()}
    # A resample's fit begins at the fit of all leads, but for the share at proposal, which is its own.
    assert command.result["figures"]["recommended.a1"]["se"] == pytest.approx(0, abs=1e-12)
    assert command.result["figures"]["recommended.p0"]["se"] > 0.001


def test_each_form_is_compared_from_a_start_of_its_own(command):
    rows = {row["label"]: row for row in command.result["forms"]}
    start = {**opportunity.START, "p0": float(f"{fitting.at_proposal(command.leads):.6g}")}
    changed = {
        "power, both": {},
        "exponential, both": {"decline": 50.0},
        "hyperbolic, both": {"decline": 16.0},
        "power, advance": {},
        "exponential, advance": {"decline": 50.0},
        "hyperbolic, advance": {"decline": 16.0},
        "power, both, p0 free": {},
        "power, both, no losses at creation (q0 = 0)": {"q0": 0.0},
        "power, both, no decline": {"decline": 1e-6},
    }
    assert list(rows) == list(changed)
    for label, change in changed.items():
        family, touches = label.split(", ")[:2]
        assert (rows[label]["family"], rows[label]["touches"]) == (family, touches)
        assert rows[label]["values"] == pytest.approx({**start, **change}), label
    sigmas = [row["values"]["sigma_z"] for row in command.result["profile"]]
    assert sigmas == [0.01, 0.5, 1.0, 1.5, 2.0]
    # At the sd of the fit itself the profile is the fit.
    for name in ("cost", "log_likelihood"):
        assert command.result["profile"][2][name] == rows["power, both"][name]


def test_log_likelihood_is_the_sum_over_the_leads_one_by_one(command):
    row, leads = command.result["forms"][0], command.leads
    cif = by_shift(planted(**row["values"]), Form(), np.zeros(1))[:2, 0]
    chance = np.diff(cif, prepend=0.0)
    terms = [
        np.log(chance[cause - 1, age] if cause else 1 - cif[:, age].sum())
        for age, cause in zip(leads.age, leads.cause, strict=True)
    ]
    assert row["log_likelihood"] == pytest.approx(sum(terms), rel=1e-5)


def test_a_single_resample_has_no_error_and_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit, match="2"):
        fitting.main([str(tmp_path / "leads.csv"), "--out", str(tmp_path / "out"), "--resamples", "1"])
    assert capsys.readouterr().err.endswith("error: --resamples must be at least 2\n")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("WeekLost", "-1", "lost in the week after that of creation"),
        ("BusinessModel", "Products", "of systems and services, with an amount"),
        ("WeekCommit-80", "-1", "with 80 % entered after the week of creation"),
    ],
)
def test_too_few_leads_of_a_kind_are_refused_in_words(command, tmp_path, capsys, column, value, told):
    table = pd.read_csv(command.out.parents[1] / "leads.csv", sep=";", dtype=str)
    table[column] = value
    file = tmp_path / "leads.csv"
    table.to_csv(file, sep=";", index=False)
    assert fitting.main([str(file), "--out", str(tmp_path / "out"), "--resamples", "2"]) == 3
    assert capsys.readouterr().err == f"{file}: too few leads {told}: 0, and 5 are needed\n"
    assert not (tmp_path / "out").exists()
