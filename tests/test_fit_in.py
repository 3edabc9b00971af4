"""docs/fit_in.md: Mesa's DataCollector and EMA Workbench on the model, as the page shows it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulation import SalesModel, load_scenario

ROOT = Path(__file__).resolve().parents[1]
MESA, EMA = re.findall(
    r"^```python\n(.*?)^```", (ROOT / "docs" / "fit_in.md").read_text(encoding="utf-8"), flags=re.S | re.M
)


def lived(code: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a block of the page leaves behind."""
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {"__name__": "page"}
    exec(compile(code, "docs/fit_in.md", "exec"), names)
    return names


def test_a_data_collector_sees_what_the_history_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    names = lived(MESA, monkeypatch)
    model, weeks, reps = names["model"], names["weeks"], names["reps"]
    assert weeks["week"].tolist() == [1, 2, 3, 4]
    np.testing.assert_array_equal(weeks["recurring"] * 100, model.history["recurring_revenue"][:4])
    assert len(reps) == 4 * len(model.reps)
    last = reps.loc[reps.index.get_level_values(0).max()]
    np.testing.assert_array_equal(last["morale"], model.state.reps.morale)
    assert 0 < last["book"].sum() == (model.state.customers.owner >= 0).sum()


def weeks_of(world: Any, policy: str, luck: int) -> Any:
    """New ARR of each week, in cents, by a model that knows nothing of forks and settings."""
    return (
        SalesModel(world, policy, replication=luck).run_until(world.weeks).history["new_arr"][: world.weeks]
    )


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # those of EMA Workbench are not ours
def test_ema_workbench_gives_the_numbers_that_we_give(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ema_workbench", reason="ema_workbench is not installed, and no extra brings it")
    names = lived(EMA, monkeypatch)
    experiments, outcomes, scenario = names["experiments"], names["outcomes"], names["scenario"]
    assert len(experiments) == 6 == len(set(outcomes["lead"]))
    assert outcomes["weekly"].shape == (6, scenario.weeks)
    for place, row in enumerate(experiments.to_dict("records")):
        changes = [f"world.parameters.overlap={row['overlap']!r}", f"world.customers={row['customers']}"]
        world = load_scenario(ROOT / "scenarios" / "industry_focus.yaml", [*names["small"], *changes])
        base, mine = (weeks_of(world, policy, row["luck"]) for policy in (world.baseline, row["chosen"]))
        np.testing.assert_array_equal(outcomes["weekly"][place], mine / 100)
        later = slice(world.start_week, None)
        assert outcomes["lead"][place] == (mine[later].sum() - base[later].sum()) / 100
    assert experiments.groupby("scenario")["luck"].nunique().tolist() == [1, 1, 1]  # policies side by side
