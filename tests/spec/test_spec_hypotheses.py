"""Files of hypotheses: what they may leave out, and one located message for everything that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from simulation.parameters import OF_MISSIONS, OFF_BY_DEFAULT, PARAMETERS
from simulation.spec import SpecError, check_files, load_claims

ROOT = Path(__file__).resolve().parents[2]
CLAIM = """\
id: C99
claim: A lockdown costs new business at first.
scenario: industry_focus
policy: lockdown
outcome: new_arr
at: 25
direction: less
smallest: 5
unit: percent
"""


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Write a hypothesis, beside which `scenarios` are those of the project."""
    monkeypatch.chdir(ROOT)

    def write(text: str, name: str = "c99.yaml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def problems(path: Path) -> list[str]:
    """Line:column: message (hint) of each problem; none may lie in another file."""
    with pytest.raises(SpecError) as caught:
        load_claims([path])
    assert {Path(p.file).name for p in caught.value.problems} == {path.name}
    assert check_files([path]) == caught.value.problems
    return [str(p).removeprefix(f"{path}:") for p in caught.value.problems]


def test_the_least_that_can_be_said(write):
    (claim,) = load_claims([write(CLAIM)])
    (c,) = claim.comparisons
    assert (c.pair.policy, c.pair.against, c.minus) == ("lockdown", "open", None)
    assert (c.first, c.last, c.sign, c.smallest, c.unit) == (13, 25, -1, 5.0, "percent")
    doubtful = [p.name for p in PARAMETERS.values() if p.confidence in ("L", "assumption")]
    without = OFF_BY_DEFAULT | {p.name for p in PARAMETERS.values() if p.group == OF_MISSIONS}  # it has none
    assert list(claim.varied) == [name for name in doubtful if name not in without]
    assert "coordination_size" not in claim.varied  # a reference point, not a doubt


def test_a_mechanism_that_is_off_stays_off_unless_the_scenario_has_it_or_the_claim_wants_it(write):
    (claim,) = load_claims([write(CLAIM + "holds_over: [rnd_gain, compliance]\n")])
    assert set(claim.varied) == {"compliance", "rnd_gain"}
    (claim,) = load_claims([ROOT / "scenarios" / "hypotheses" / "c01_choose_one.yaml"])
    assert "rnd_gain" in claim.varied
    assert "hot_stove" not in claim.varied
    (claim,) = load_claims([ROOT / "scenarios" / "hypotheses" / "c14_purpose.yaml"])
    assert "obedience" in claim.varied  # its world has missions


def test_only_scenarios_are_suggested_for_one(tmp_path: Path) -> None:
    claims = tmp_path / "scenarios" / "hypotheses" / "second_look"
    claims.mkdir(parents=True)
    (tmp_path / "scenarios" / "firm.yaml").write_text("world: {}\n", encoding="utf-8")
    (tmp_path / "scenarios" / "broken.yaml").write_text("world: [\n", encoding="utf-8")
    (tmp_path / "scenarios" / "policies.yaml").write_text("policies: {}\n", encoding="utf-8")
    file = claims / "c98_firms.yaml"
    for path in (file, claims.parent / "c99_firmx.yaml"):
        path.write_text(CLAIM.replace("industry_focus", "c99_firmy"), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_claims([file])
    assert str(caught.value).endswith("there is no scenario 'c99_firmy' (did you mean 'firm'?)")


def test_a_further_comparison_takes_over_what_it_leaves_out(write):
    text = CLAIM + "also:\n  - {outcome: morale_mean, from: 22, to: 26}\n  - {policy: preferred, at: end}\n"
    (claim,) = load_claims([write(text)])
    _, morale, preferred = claim.comparisons
    assert (morale.pair.policy, morale.outcome, morale.first, morale.last) == (
        "lockdown",
        "morale_mean",
        22,
        26,
    )
    assert (morale.sign, morale.smallest, morale.unit) == (-1, 5.0, "percent")
    assert (preferred.outcome, preferred.first, preferred.last) == ("new_arr", 13, 103)


def test_set_policies_and_minus_make_other_worlds(write):
    text = CLAIM + (
        "set: {world.parameters.compliance: 1.0, policies.often.retrospective.hours: 4.0}\n"
        "policies:\n  often: {inherits: lockdown, retrospective: {every: 4}}\n"
        "minus: {policy: often, set: {world.parameters.compliance: 0.3}}\n"
    )
    (claim,) = load_claims([write(text)], seed=9)
    c = claim.comparisons[0]
    assert c.minus is not None
    here, there = c.pair.scenario, c.minus.scenario
    assert (here.world.parameters["compliance"], there.world.parameters["compliance"]) == (1.0, 0.3)
    assert here.policies["often"].retrospective.hours == there.policies["often"].retrospective.hours == 4.0
    assert here.policies["often"].territory.mode == "lockdown"
    assert (here.seed, there.seed, c.minus.policy, c.minus.against) == (9, 9, "often", "open")
    assert c.differ == (("world.parameters.compliance", 1.0, 0.3),)
    assert "compliance" not in claim.varied  # it is set
    assert "overlap" in claim.varied


def test_the_scenario_may_be_a_path_from_the_file(write, tmp_path):
    (tmp_path / "mine.yaml").write_text(
        (ROOT / "scenarios" / "industry_focus.yaml").read_text(encoding="utf-8")
    )
    (claim,) = load_claims([write(CLAIM.replace("industry_focus", "mine.yaml"))])
    assert claim.comparisons[0].pair.scenario.weeks == 104


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "policy: lockdown",
            "policy: lokdown",
            "4:9: the scenario 'industry_focus' has no policy 'lokdown' (did you mean 'lockdown'?)",
        ),
        (
            "policy: lockdown",
            "policy: lockdown\nagainst: opn",
            "5:10: the scenario 'industry_focus' has no policy 'opn'",
        ),
        ("policy: lockdown", "policy: open", "4:9: 'open' is compared with itself"),
        ("new_arr", "new_ar", "5:10: there is no outcome 'new_ar' (did you mean 'new_arr'?)"),
        ("at: 25", "at: 104", "6:5: week 104 is after the end of the scenario, whose last week is 103"),
        ("at: 25", "at: 12", "6:5: in week 12 no policy has started; they do in week 13"),
        ("at: 25", "at: soon", "6:5: at must be a week"),
        ("at: 25", "at: 25\nto: 30", "7:5: at and to both name the last week"),
        ("at: 25", "from: 40\nto: 30", "6:7: from is week 40, after the last week counted, 30"),
        (
            "outcome: new_arr\nat: 25",
            "outcome: customers\nfrom: 13\nat: 25",
            "6:7: the outcome 'customers' is a level",
        ),
        (
            "outcome: new_arr",
            "outcome: morale_break_week",
            "6:5: the outcome 'morale_break_week' is of a whole run",
        ),
        ("direction: less", "direction: fewer", "7:12: direction must be one of more, less, not 'fewer'"),
        ("smallest: 5", "smallest: 5 %", "8:11: smallest must be a number, not '5 %'"),
        ("smallest: 5\n", "", "1:1: 'smallest' is missing"),
        ("unit: percent", "units: percent", "9:1: unknown key 'units' (did you mean 'unit'?)"),
        (
            "scenario: industry_focus",
            "scenario: industry_fokus",
            "3:11: there is no scenario 'industry_fokus' (did you mean",
        ),
        (
            "unit: percent",
            "unit: percent\nholds_over: [overlop]",
            "10:1: there is no parameter 'overlop' (did you mean 'overlap'?)",
        ),
        (
            "unit: percent",
            "unit: percent\nset: {world.reps: -3}",
            "10:7: reps must be at least 1, not -3",
        ),
        (
            "unit: percent",
            "unit: percent\nset: {world.parameters.overlap: 7.0}",
            "10:7: parameter overlap must be between 0 and 1",
        ),
        (
            "unit: percent",
            "unit: percent\npolicies: {open: {}}",
            "10:12: the scenario has a policy 'open' already",
        ),
        (
            "unit: percent",
            "unit: percent\npolicies: {x: {retrospective: {evry: 4}}}",
            "10:32: unknown key 'evry' in policies.x.retrospective",
        ),
        (
            "unit: percent",
            "unit: percent\nminus: {set: {world.parameters.overlop: 0.1}}",
            "10:15: there is no parameter 'overlop'",
        ),
        (
            "unit: percent",
            "unit: percent\nminus: {set: {start_week: 30}}",
            "10:27: start_week has to be the same in both worlds that are compared",
        ),
        (
            "unit: percent",
            "unit: percent\nminus: {set: {seed: 99}}",
            "10:21: seed has to be the same in both worlds that are compared",
        ),
        (
            "unit: percent",
            "unit: percent\nset: {world.parameters.overlap: 0.1}\nholds_over: [overlap]",
            "11:14: the parameter 'overlap' is set, so it cannot vary",
        ),
        ("unit: percent", "unit: percent\nalso:\n  - {at: 200}", "11:10: week 200 is after the end"),
        ("id: C99", "id: a/b", "1:5: a hypothesis's id cannot contain '/'"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(write, old, new, expected):
    assert old in CLAIM
    (problem,) = problems(write(CLAIM.replace(old, new)))
    assert problem.startswith(expected), problem


def test_an_id_is_used_once(write):
    one, two = write(CLAIM), write(CLAIM, "again.yaml")
    with pytest.raises(SpecError, match=r"again.yaml:1:5: the id 'C99' is taken"):
        load_claims([one, two])


def test_the_claims_that_come_with_the_tool_can_be_run():
    files = sorted((ROOT / "scenarios" / "hypotheses").rglob("*.yaml"))
    claims = load_claims(files)
    assert len(claims) == len(files) >= 10
    for claim, file in zip(claims, files, strict=True):
        assert file.stem.startswith(claim.id.casefold() + "_"), "the file's name begins with the id"
        lines = [
            x for x in file.read_text(encoding="utf-8").splitlines() if x.strip() and x.lstrip()[0] != "#"
        ]
        assert len(lines) <= 25, "a claim is short"
        assert isinstance(yaml.safe_load("\n".join(lines)), dict)
