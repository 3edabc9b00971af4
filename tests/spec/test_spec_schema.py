"""Scenarios that can be read but not used: every problem at its place, in plain words, with a way out."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest
from pydantic import ValidationError

from simulation.levers import LEVERS
from simulation.outcomes import OUTCOMES
from simulation.parameters import PARAMETERS
from simulation.spec import Policy, Scenario, Segment, SpecError, World, load_scenario, memory

SEGMENTS = "segments: [{name: A, share: 1, deal_value_median: 9, deal_value_sigma: 1}]"
HEAD = f"world: {{{SEGMENTS}}}\n"  # line 1; the defaults of everything else are valid
OPEN = "policies: {open: }\n"

CASES = {
    # what: (text, line:column, message, hint)
    "unknown key": (HEAD + OPEN + "weaks: 3\n", "3:1", "unknown key 'weaks'", "did you mean 'weeks'?"),
    "unknown key deep": (
        HEAD + "policies:\n  open:\n    territory:\n      team: 3\n",
        "5:7",
        "unknown key 'team' in policies.open.territory",
        "did you mean 'teams'?",
    ),
    "unknown lever": (
        HEAD + "policies:\n  open:\n    teritory: {}\n",
        "4:5",
        "unknown key 'teritory' in policies.open",
        "did you mean 'territory'?",
    ),
    "lever field one level up": (
        HEAD + "policies:\n  open:\n    phased_weeks: 3\n",
        "4:5",
        "unknown key 'phased_weeks'",
        "it belongs under the lever release",
    ),
    "world key at the top": (
        HEAD + OPEN + "managers: 3\n",
        "3:1",
        "unknown key 'managers'",
        "it belongs under world",
    ),
    "top key in the world": (
        "world:\n  seed: 3\n  " + SEGMENTS + "\n" + OPEN,
        "2:3",
        "unknown key 'seed' in world",
        "at the top of the file",
    ),
    "parameter in the world": (
        "world:\n  hours_per_week: 40\n  " + SEGMENTS + "\n" + OPEN,
        "2:3",
        "unknown key 'hours_per_week'",
        "under world.parameters",
    ),
    "wrong type": (
        HEAD + OPEN + "weeks: soon\n",
        "3:8",
        "weeks must be a whole number, not 'soon'",
        "length of a run",
    ),
    "quoted number": (
        HEAD + OPEN + "weeks: '52'\n",
        "3:8",
        "weeks must be a whole number, not '52'",
        "without quotation",
    ),
    "leading zero": (
        HEAD + OPEN + "weeks: 052\n",
        "3:8",
        "weeks must be a whole number, not '052'",
        "write 52",
    ),
    "separator": (
        HEAD + OPEN + "seed: 1_000\n",
        "3:7",
        "seed must be a whole number, not '1_000'",
        "write 1000",
    ),
    "full-width digits": (
        HEAD + OPEN + "weeks: １０４\n",
        "3:8",
        "weeks must be a whole number",
        "write 104",
    ),
    "fraction": (HEAD + OPEN + "weeks: 1.5\n", "3:8", "weeks must be a whole number, not 1.5", ""),
    "true for a number": (HEAD + OPEN + "weeks: true\n", "3:8", "weeks must be a whole number, not true", ""),
    "no for a logical value": (
        HEAD + "policies:\n  open:\n    release: {protect_late: no}\n",
        "4:29",
        "protect_late must be true or false, not 'no'",
        "write false",
    ),
    "number for text": (
        HEAD + OPEN + "question: 12\n",
        "3:11",
        "question must be text, not 12",
        "put it in quotes",
    ),
    "list for a group": (HEAD + "policies: [open]\n", "2:1", "policies must be a group", ""),
    "text for a group": ("world: big\n" + OPEN, "1:8", "world must be a group", ""),
    "group for a list": ("world:\n  segments: {A: 1}\n" + OPEN, "2:3", "segments must be a list", ""),
    "empty value": (HEAD + OPEN + "weeks:\n", "3:7", "weeks must be a whole number, not nothing", ""),
    "negative count": (
        "world:\n  reps: -5\n  " + SEGMENTS + "\n" + OPEN,
        "2:9",
        "reps must be at least 1, not -5",
        "seats for sales reps",
    ),
    "too many weeks": (
        HEAD + OPEN + "weeks: 1041\n",
        "3:8",
        "weeks must be at most 1040, not 1041",
        "",
    ),
    "seed too large": (HEAD + OPEN + f"seed: {2**63}\n", "3:7", f"seed must be at most {2**63 - 1}", ""),
    "bound of a lever": (
        HEAD + "policies:\n  open: {territory: {share: 0}}\n",
        "3:29",
        "share must be above 0",
        "",
    ),
    "choice": (
        HEAD + "policies:\n  open: {territory: {mode: lockdwn}}\n",
        "3:28",
        "mode must be one of open, preferred, lockdown, not 'lockdwn'",
        "did you mean 'lockdown'?",
    ),
    "missing group": (OPEN, "1:1", "'world' is missing", "the market and the sales force"),
    "missing field": (
        "world:\n  segments:\n    - name: A\n      share: 1\n      deal_value_median: 9\n" + OPEN,
        "3:7",
        "'deal_value_sigma' is missing in world.segments.0",
        "logarithm",
    ),
    "no segments": ("world: {segments: []}\n" + OPEN, "1:9", "segments needs at least 1 item", ""),
    "no policies": (HEAD + "policies: {}\n", "2:1", "policies needs at least 1 item", ""),
    "unknown parameter": (
        f"world:\n  {SEGMENTS}\n  parameters:\n    hours_per_wek: 3\n" + OPEN,
        "4:5",
        "there is no parameter 'hours_per_wek'",
        "did you mean 'hours_per_week'?",
    ),
    "parameter out of range": (
        f"world:\n  {SEGMENTS}\n  parameters:\n    selling_share: 0.9\n" + OPEN,
        "4:20",
        "parameter selling_share must be between 0.33 and 0.5, not 0.9",
        PARAMETERS["selling_share"].source,
    ),
    "parameter of a wrong type": (
        f"world:\n  {SEGMENTS}\n  parameters: {{selling_share: 40%}}\n" + OPEN,
        "3:31",
        "parameter selling_share must be a number, not '40%'",
        "as 0.1",
    ),
    "whole parameter": (
        f"world:\n  {SEGMENTS}\n  parameters: {{vacancy_weeks: 17.5}}\n" + OPEN,
        "3:31",
        "parameter vacancy_weeks must be a whole number, not 17.5",
        "range",
    ),
    "unknown outcome": (
        HEAD + OPEN + "outcome: new_ar\n",
        "3:10",
        "there is no outcome 'new_ar'",
        "did you mean 'new_arr'?",
    ),
    "outcome without direction": (
        HEAD + OPEN + "outcome: opportunities\n",
        "3:10",
        "has no better or worse",
        "new_arr",
    ),
    "unknown baseline": (
        HEAD + OPEN + "baseline: opne\n",
        "3:11",
        "the baseline 'opne' is not among the policies",
        "did you mean 'open'?",
    ),
    "default baseline missing": (
        HEAD + "policies: {other: }\n",
        "1:1",
        "the baseline 'open' is not among the policies",
        "",
    ),
    "start after the end": (
        HEAD + OPEN + "weeks: 20\nstart_week: 20\n",
        "4:13",
        "start_week 20 is not before the end",
        "count from 0",
    ),
    "more managers than reps": (
        f"world:\n  reps: 3\n  managers: 4\n  {SEGMENTS}\n" + OPEN,
        "3:13",
        "4 managers for 3 reps",
        "",
    ),
    "fewer customers than reps": (
        f"world:\n  customers: 4\n  {SEGMENTS}\n" + OPEN,
        "2:14",
        "4 customers for 120 reps",
        "",
    ),
    "name with a slash": (HEAD + OPEN + "name: a/b\n", "3:7", "a name cannot contain '/'", "file name"),
    "name of a device": (HEAD + OPEN + "name: CON\n", "3:7", "reserved device name", "another name"),
    "name ending in a dot": (HEAD + OPEN + "name: x.\n", "3:7", "a name cannot", ""),
    "long name": (HEAD + OPEN + f"name: {'x' * 81}\n", "3:7", "1 to 80 characters", "shorten"),
    "policy's name": (HEAD + "policies:\n  open:\n  a,b:\n", "4:3", "a policy's name cannot contain ','", ""),
    "too many teams": (
        HEAD + "policies:\n  open:\n  b:\n    territory: {mode: lockdown, teams: 2}\n",
        "5:40",
        "territory.teams of policy 'b': 2 teams for 1 segments",
        "segment of its own",
    ),
    "too many teams by default": (
        HEAD + "policies:\n  open:\n  b:\n    territory: {mode: lockdown}\n",
        "5:5",
        "territory.teams of policy 'b': 4 teams",
        "",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_located(case: str, problems_of) -> None:
    text, where, message, hint = CASES[case]
    problems = problems_of(text)
    assert len(problems) == 1, list(map(str, problems))
    assert f"{problems[0].line}:{problems[0].column}" == where
    assert message in problems[0].message
    assert hint in problems[0].hint


def test_shares_that_do_not_add_up(problems_of, minimal: str) -> None:
    (problem,) = problems_of(minimal.replace("share: 0.6", "share: 0.5"))
    assert (problem.line, problem.column) == (8, 3)
    assert problem.message == "the shares of the segments add up to 0.9, not 1"
    assert problem.hint == "add 0.1"


def test_two_segments_of_one_name(problems_of, minimal: str) -> None:
    (problem,) = problems_of(minimal.replace("Banking", "Retail"))
    assert "two segments are called 'Retail'" in problem.message


def test_all_problems_at_once(problems_of, minimal: str) -> None:
    text = (
        minimal.replace("weeks: 52", "weeks: soon")
        .replace("reps: 12", "reps: -1")
        .replace("teams: 2", "teams: 0")
    )
    text = text.replace("product_fit: 0.5", "produkt_fit: 0.5")
    found = [(p.line, p.column, p.message.split()[0]) for p in problems_of(text)]
    assert found == [(2, 8, "weeks"), (5, 9, "reps"), (17, 7, "unknown"), (21, 40, "teams")]


def test_an_inherited_mistake_is_one_problem(problems_of, minimal: str) -> None:
    (problem,) = problems_of(minimal.replace("accounts: outside", "accounts: outer"))
    assert (problem.line, problem.column) == (22, 25)


def test_many_problems_are_cut_off(problems_of) -> None:
    names = "".join(f"    unknown_{n}: 1\n" for n in range(20_000))
    problems = problems_of(f"world:\n  {SEGMENTS}\n  parameters:\n{names}{OPEN}")
    assert len(problems) == 51
    assert problems[-1].message == "there are more problems, not shown here"


def test_memory_is_checked_before_anything_is_allocated(problems_of, minimal: str, monkeypatch) -> None:
    monkeypatch.setattr(memory, "machine_memory", lambda: 4 << 30)
    (problem,) = problems_of(minimal.replace("customers: 600", "customers: 134217728"))
    assert (problem.line, problem.column) == (7, 14)
    assert "this machine has" in problem.message
    monkeypatch.setattr(memory, "machine_memory", lambda: 600 * 64)
    assert "a run needs about" in problems_of(minimal)[0].message
    monkeypatch.setattr(memory, "machine_memory", lambda: None)


def test_a_lever_may_refuse_a_segment_that_does_not_exist(problems_of, minimal: str, monkeypatch) -> None:
    """For levers whose fields name segments: the names reach `check`, and the field is located."""

    def check(self, world):
        if "Steel" not in world.segments:
            yield "mode", f"there is no segment 'Steel' among {len(world.segments)}", "did you mean 'Retail'?"

    monkeypatch.setattr(LEVERS["territory"], "check", check)
    first = problems_of(minimal)[0]
    assert any((p.line, p.column) == (21, 23) for p in problems_of(minimal))
    assert "territory.mode of policy" in first.message
    assert first.hint == "did you mean 'Retail'?"


def test_defaults(tmp_path) -> None:
    (tmp_path / "short.yaml").write_text(HEAD + OPEN)
    scenario = load_scenario(tmp_path / "short.yaml")
    assert (scenario.name, scenario.seed, scenario.weeks, scenario.start_week) == ("short", 1, 104, 13)
    assert (scenario.burn_in_weeks, scenario.replications, scenario.baseline) == (104, 50, "open")
    assert (scenario.world.reps, scenario.world.managers, scenario.world.customers) == (120, 12, 20_000)
    assert scenario.world.parameters == {name: float(p.default) for name, p in PARAMETERS.items()}
    for name, lever in LEVERS.items():
        assert getattr(scenario.policies["open"], name) == lever()


def test_built_in_python() -> None:
    segment = Segment(name="A", share=1.0, deal_value_median=10.0, deal_value_sigma=1.0)
    world = World(segments=(segment,), parameters={"selling_share": 0.5})
    scenario = Scenario(name="x", world=world, policies={"open": Policy()})
    assert scenario.world.parameters["selling_share"] == 0.5
    assert scenario.policies["open"].territory.mode == "open"
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    with pytest.raises(ValidationError, match="frozen"):
        scenario.seed = 2
    with pytest.raises(ValidationError, match="add up to 2"):
        World(segments=(segment, segment.model_copy(update={"name": "B"})))


def test_the_tables_hold_what_the_schema_promises() -> None:
    for parameter in PARAMETERS.values():
        assert parameter.low <= parameter.default <= parameter.high, parameter.name
        assert parameter.unit
        assert parameter.source
        assert parameter.description
    assert Scenario.model_fields["outcome"].default in OUTCOMES
    for model in (Scenario, World, Segment, Policy, *LEVERS.values()):
        for name, field in model.model_fields.items():
            assert field.description, f"{model.__name__}.{name}"


def test_errors_travel_between_processes() -> None:
    with pytest.raises(SpecError) as caught:
        load_scenario("no/such/file.yaml")
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.problems == caught.value.problems
    assert str(again) == str(caught.value)
    assert str(replace(again.problems[0], file="a\nb")).count("\n") == 0
