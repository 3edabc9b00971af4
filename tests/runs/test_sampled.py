"""Runs that claims share: what is planned, which worlds are drawn, and that they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from fake_worlds import FakeWorlds, record, small_scenario
from helpers import assert_same

from simulation.parameters import PARAMETERS
from simulation.runs.attempt import Task, world_of
from simulation.runs.replicate import replicate
from simulation.runs.sampled import FIRST_SAMPLED, directory_name, draws, plan_for, run_plan, values
from simulation.spec import Claim, dump_scenario, load_claims, load_scenario

BEGIN = """claim: It is so.
scenario: small.yaml
policy: lockdown
outcome: new_arr
direction: less
smallest: 1
unit: percent
"""
VARY = "holds_over: [overlap, result_weeks]\n"


@dataclass(frozen=True)
class ByOverlap(FakeWorlds):
    """Under any policy but open the world's overlap and a policy's retrospectives are added to morale."""

    def __call__(self, scenario, replication, policies=None, seed=None):
        records = super().__call__(scenario, replication, policies, seed)
        for r in records:
            if r.policy != "open":
                r.periods["morale_mean"] += scenario.world.parameters["overlap"]
        return records


@pytest.fixture
def claims(tmp_path: Path):
    """Claims about the small scenario, from the lines that come after the first."""
    (tmp_path / "small.yaml").write_text(dump_scenario(small_scenario()), encoding="utf-8")

    def claims(*ends: str) -> list[Claim]:
        for n, end in enumerate(ends):
            (tmp_path / f"c{n}.yaml").write_text(f"id: C{n}\n{BEGIN}{end}", encoding="utf-8")
        return load_claims(tmp_path / f"c{n}.yaml" for n in range(len(ends)))

    return claims


def test_claims_about_one_world_share_its_runs(claims):
    plan = plan_for(
        claims("at: 9\n" + VARY, "at: 12\nagainst: preferred\n" + VARY, "at: 7\nholds_over: []\n")
    )
    default, sampled = plan.groups
    assert [(g.weeks, list(g.policies)) for g in plan.groups] == [(13, ["open", "lockdown", "preferred"])] * 2
    assert (default.varied, sampled.varied) == ((), ("overlap", "result_weeks"))
    assert plan.runs(10, 100) == 3 * 110
    merged = sampled.merged()
    assert (merged.weeks, list(merged.policies)) == (13, ["open", "lockdown", "preferred"])


def test_a_group_is_cut_off_at_the_last_week_that_anybody_asks_for(claims):
    """But for outcomes of a whole run, which need all of it; another horizon is another group."""
    whole = "outcome: morale_break_week\nunit: absolute\nholds_over: []\n"
    text = BEGIN.replace("outcome: new_arr\n", "").replace("unit: percent\n", "")
    early, long = (
        claims("at: 9\nholds_over: []\n"),
        claims("at: 9\nholds_over: []\n", "set: {weeks: 15}\nholds_over: []\n"),
    )
    assert [group.weeks for group in plan_for(early).groups] == [10]
    assert [group.weeks for group in plan_for(long).groups] == [10, 15]
    file = Path(early[0].file)
    file.write_text(f"id: C0\n{text}{whole}", encoding="utf-8")
    assert [group.weeks for group in plan_for(load_claims([file])).groups] == [20]


def test_other_worlds_and_other_lists_are_other_runs(claims):
    other = "set: {world.parameters.compliance: 0.5}\n"
    plan = plan_for(
        claims(VARY, other + VARY, "holds_over: [overlap]\n", "minus: {" + other.strip() + "}\n" + VARY)
    )
    assert len(plan.groups) == 2 + 3  # two worlds; two lists of parameters, one of them in both worlds
    keys = [group.key for group in plan.groups]
    assert len(set(keys)) == len(keys)


def test_policies_of_one_name_and_other_levers_are_kept_apart(claims):
    one, two = claims(
        "policies: {p: {retrospective: {every: 4}}}\nholds_over: []\nagainst: p\n",
        "policies: {p: {retrospective: {every: 8}}}\nholds_over: []\nagainst: p\n",
    )
    plan = plan_for([one, two])
    (group,) = plan.groups
    labels = [group.label("p", c.comparisons[0].pair.scenario.policies["p"]) for c in (one, two)]
    assert labels[0] == "p" != labels[1]
    assert [group.policies[label].retrospective.every for label in labels] == [4, 8]


def test_draws_fill_the_cube_evenly_and_go_on():
    names = ("overlap", "compliance", "result_weeks")
    points = draws(names, 128, 1)
    assert points.shape == (128, 3)
    for column in points.T:  # one point in each of 128 cells: what a scrambled net promises
        assert sorted((column * 128).astype(int)) == list(range(128))
    assert np.array_equal(draws(names, 50, 1), points[:50])
    assert np.array_equal(draws(names, 300, 1)[:128], points)
    assert not np.array_equal(draws(names, 128, 2), points)
    assert not np.array_equal(draws(("overlap", "compliance", "usage_base"), 128, 1), points)


def test_values_lie_in_their_ranges_and_whole_numbers_are_whole():
    names = tuple(p.name for p in PARAMETERS.values() if p.confidence in ("L", "assumption"))
    rows = [dict(row) for row in values(names, draws(names, 64, 1))]
    for name in names:
        p, column = PARAMETERS[name], [row[name] for row in rows]
        assert p.low <= min(column) <= max(column) <= p.high
        assert max(column) - min(column) > 0.8 * (p.high - p.low)
        assert not p.integer or all(value == int(value) for value in column)


def test_a_sampled_world_differs_in_its_parameters_only():
    scenario = small_scenario()
    changed = world_of(scenario, Task(0, ("open",), parameters=(("overlap", 0.25),)))
    assert changed.world.parameters["overlap"] == 0.25
    back = {**changed.world.parameters, "overlap": scenario.world.parameters["overlap"]}
    assert (
        changed.model_copy(update={"world": changed.world.model_copy(update={"parameters": back})}).resolved()
        == scenario.resolved()
    )
    assert world_of({"a": scenario}, Task(0, ("open",), "a")) is scenario


def run(plan, replications=5, worlds=40, **options):
    return run_plan(plan, replications, worlds, **{"replicate": ByOverlap(), **options})


def test_tables_are_the_same_for_any_number_of_workers_and_show_the_parameters(claims):
    plan = plan_for(claims(VARY))
    plan.groups[1].outcomes.add("morale_mean")  # the claim looks at new ARR only
    alone, crew = run(plan), run(plan, workers=2)
    for one, other in zip(alone, crew, strict=True):
        assert_same(one, other)
    default, sampled = alone
    assert set(default.periods) == {"scenario", "policy", "replication", "week", "new_arr"}
    assert sorted(set(default.runs["replication"])) == list(range(5))
    assert sorted(set(sampled.runs["replication"])) == list(range(FIRST_SAMPLED, FIRST_SAMPLED + 40))
    first = sampled.periods[sampled.periods["week"] == 0].set_index(["policy", "replication"])["morale_mean"]
    plain = record(plan.groups[1].merged(), "lockdown", FIRST_SAMPLED + 7, 1).periods["morale_mean"][0]
    overlap = dict(values(("overlap", "result_weeks"), draws(("overlap", "result_weeks"), 40, 1))[7])[
        "overlap"
    ]
    assert first["lockdown", FIRST_SAMPLED + 7] == pytest.approx(plain + overlap)


def test_what_is_kept_is_not_run_again(claims, tmp_path):
    plan, out, marks = plan_for(claims(VARY)), tmp_path / "runs", tmp_path / "marks"
    marks.mkdir()
    worlds = ByOverlap(marks=marks)
    first = run(plan, out=out, replicate=worlds)
    assert len(worlds.calls()) == 45
    again = run(plan, out=out, replicate=worlds)
    assert len(worlds.calls()) == 45
    for one, other in zip(first, again, strict=True):
        assert_same(one, other)
    grown = run(plan, replications=6, worlds=64, out=out, replicate=worlds)
    assert len(worlds.calls()) == 45 + 1 + 24
    assert_same(grown[1], run(plan, replications=6, worlds=64)[1])
    assert {p.name for p in out.iterdir()} == {directory_name(g, g.merged()) for g in plan.groups}


def test_a_failed_world_is_reported_and_the_others_go_on(claims):
    plan = plan_for(claims(VARY))
    default, sampled = run(plan, replicate=FakeWorlds(raises=frozenset({("lockdown", FIRST_SAMPLED + 3)})))
    assert not len(default.failures)
    assert sampled.failures["replication"].tolist() == [FIRST_SAMPLED + 3]
    assert len(sampled.runs) == 2 * 40 - 1


@pytest.mark.slow
def test_a_run_cut_off_is_the_beginning_of_a_longer_one():
    """What lets claims about early weeks share the runs of claims about late ones; for every shipped scenario."""
    root = Path(__file__).resolve().parents[2]
    for file in sorted((root / "scenarios").glob("*.yaml")):
        firm = ["world.reps=16", "world.managers=2", "world.customers=1600", "burn_in_weeks=8"]
        scenario = load_scenario(file, firm)
        cut = scenario.start_week + 14
        short, long = (scenario.model_copy(update={"weeks": weeks}) for weeks in (cut, cut + 20))
        for one, other in zip(replicate(short, 0), replicate(long, 0), strict=True):
            for name, column in one.periods.items():
                assert column.tobytes() == other.periods[name][:cut].tobytes(), (file.stem, one.policy, name)
