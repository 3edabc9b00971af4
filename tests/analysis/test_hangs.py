"""What the answer hangs on: a planted turn is found and told by how well it is known; noise hangs on nothing."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.calibrated import told
from analysis.hangs import as_data, hangs_on, known_by, sentence
from analysis.sweeps import SweepAnswer

ROWS = [
    {"name": "morale_loss", "source": "assumption", "description": "morale lost with accounts"},
    {"name": "ramp", "source": "somebody 1999", "description": ""},
]
MONEY = {"name": "money", "unit": "cents", "direction": 1, "weekly": False, "reduce": "", "label": "Money"}


def answer(
    slope: float, points: int = 60, worlds: int = 2, design: str = "sobol", seed: int = 1, **meta
) -> SweepAnswer:
    """`lockdown` leads by `slope` times (morale_loss - .5), and luck; `ramp` does nothing."""
    rng = np.random.default_rng(seed)
    rows = []
    for point in range(points):
        x, y = rng.random(2)
        for world in range(worlds):
            number = point * worlds + world if design == "draws" else world
            lead = {"open": 0.0, "lockdown": slope * (x - 0.5) + rng.normal(0, 1e6)}
            rows += [(point, p, number, 1e9 + lead[p], x, y) for p in lead]
    names = ["point", "policy", "replication", "money", "x.morale_loss", "x.ramp"]
    axes = [{"name": name, "unit": "", "targets": [name]} for name in ("morale_loss", "ramp")]
    facts = {
        "baseline": "open", "policies": ["open", "lockdown"], "outcome": "money", "axes": axes, "design": design,
        "parameters": ROWS, **meta,
    }  # fmt: skip
    return SweepAnswer(
        SimpleNamespace(
            runs=pd.DataFrame(rows, columns=names),
            failures=pd.DataFrame(),
            outcomes=pd.DataFrame([MONEY]),
            meta=facts,
        )
    )


@pytest.mark.parametrize("design", ["sobol", "draws"])
def test_a_planted_turn_is_found_and_its_grounds_are_said(design) -> None:
    found = hangs_on(answer(1e8, design=design))
    assert [one.axis for one in found.turns] == ["morale_loss"]
    text = sentence(found, "Money")
    assert text.startswith(
        "The answer hangs on morale loss (morale lost with accounts), a number without a source: 'lockdown' is ahead of "
        "'open' at 0.6"
    )
    assert " and behind at 0.0" in text
    assert as_data(found, "Money")["things"][0]["known_by"] == "a number without a source"


def test_what_moves_without_turning_is_told_as_that() -> None:
    made = answer(1e8)
    made.runs.loc[made.runs["policy"] == "lockdown", "money"] += 1e9
    text = sentence(hangs_on(made), "Money")
    assert text.startswith(
        "Nothing that varies turns 'lockdown' against 'open' on money; what moves it most is morale loss ("
    )


def test_noise_hangs_on_nothing_in_nineteen_of_twenty_experiments() -> None:
    said = [sentence(hangs_on(answer(0.0, seed=seed)), "Money") for seed in range(60)]
    assert (
        sum("hangs on none of the 2 things that vary" not in text for text in said) <= 8
    )  # 3 expected at 5 %


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (answer(1e8, points=11), "11 cases are too few (12 or more)"),
        (answer(1e8, design="grid"), "the points of a grid or a table are no sample"),
    ],
)
def test_where_nothing_can_be_told_it_says_why(made, why) -> None:
    assert sentence(hangs_on(made), "Money") == f"What the answer hangs on cannot be told: {why}."


def test_the_verdict_of_the_data_is_part_of_how_well_a_number_is_known() -> None:
    numbers = [
        {"name": "morale_loss", "verdict": "cannot_tell"}, {"name": "ramp", "verdict": "found"},
        {"name": "segments.product_fit", "verdict": "not_found"},
    ]  # fmt: skip
    meta = {"parameters": ROWS, "calibration": {"numbers": numbers}}
    assert known_by("morale_loss", meta) == "a number without a source that your data cannot tell"
    assert known_by("ramp", meta) == "a number with a source that your data tell only within limits"
    assert known_by("segments.banks.product_fit", meta) == "a number that your data cannot tell"
    assert known_by("world.reps", meta) == ""


def test_a_sweep_of_a_calibrated_scenario_says_that_it_takes_the_middle() -> None:
    facts = {"files": ["deals.csv"], "rows": 708, "period": "two years", "numbers": [], "held_out": None}
    drawn = {"names": ["loss"], "ranges": {}}
    swept = told({"calibration": facts, "draws": drawn, "design": "sobol"})
    assert "is not drawn in a sweep" in swept["doubt"]
    assert "doubt" not in told({"calibration": facts, "draws": drawn, "design": "draws"})
