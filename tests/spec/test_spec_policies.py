"""Policies inherited, included, and overridden from the command line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from simulation.spec import SpecError, check_files, load_scenario

WORLD = """\
weeks: 52
world:
  reps: 12
  managers: 2
  customers: 600
  segments:
    - {name: Retail, share: 0.6, deal_value_median: 10000, deal_value_sigma: 1.5}
    - {name: Banking, share: 0.4, deal_value_median: 25000, deal_value_sigma: 1.3}
policies:
  open:
"""  # ten lines; cases go on at line 11

LIBRARY = """\
description: industry teams
policies:
  lockdown:
    description: hard edge
    territory: {mode: lockdown, teams: 2, inbound: any}
  gentle:
    inherits: lockdown
    territory: {mode: preferred}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "teams.yaml").write_text(LIBRARY)
    (tmp_path / "policies" / "single.yaml").write_text(
        "territory: {mode: lockdown, teams: 1}\nrelease: {accounts: stale}\n"
    )
    (tmp_path / "policies" / "child.yaml").write_text("inherits: single.yaml\nrelease: {stale_weeks: 20}\n")
    return tmp_path


def load(folder: Path, policies: str, *overrides: str):
    (folder / "case.yaml").write_text(WORLD + policies)
    return load_scenario(folder / "case.yaml", overrides)


def refused(folder: Path, policies: str, *overrides: str) -> list[tuple[str, str, str]]:
    with pytest.raises(SpecError) as caught:
        load(folder, policies, *overrides)
    return [(f"{p.line}:{p.column}", p.message, p.hint) for p in caught.value.problems]


def test_a_child_changes_single_fields_and_keeps_the_rest(folder: Path) -> None:
    policies = load(
        folder,
        """\
  parent:
    description: the parent
    territory: {mode: lockdown, teams: 2, share: 0.5}
    release: {accounts: outside}
  child:
    inherits: parent
    territory: {share: 0.25}
  grandchild:
    inherits: child
    release:
    territory: {pilots: veterans}
""",
    ).policies
    assert policies["child"].territory.model_dump() == policies["parent"].territory.model_dump() | {
        "share": 0.25
    }
    assert policies["child"].release.accounts == "outside"
    assert policies["grandchild"].territory.share == 0.25
    assert policies["grandchild"].territory.pilots == "veterans"
    assert policies["grandchild"].release == policies["open"].release  # an empty lever is neutral again
    assert (policies["parent"].description, policies["child"].description) == ("the parent", "")
    assert list(policies) == ["open", "parent", "child", "grandchild"]


def test_order_of_definition_does_not_matter(folder: Path) -> None:
    policies = load(
        folder, "  a: {inherits: b}\n  b: {inherits: c}\n  c: {retrospective: {every: 4}}\n"
    ).policies
    assert policies["a"] == policies["b"] == policies["c"]


def test_files_to_inherit_from_and_to_include(folder: Path) -> None:
    policies = load(
        folder,
        """\
  include: [policies/teams.yaml, policies/child.yaml]
  one: {inherits: policies/single.yaml}
  two: {inherits: 'policies/teams.yaml#gentle', territory: {teams: 1}}
  three: {inherits: lockdown}
""",
    ).policies
    assert list(policies) == ["open", "lockdown", "gentle", "child", "one", "two", "three"]
    assert policies["gentle"].territory.model_dump() == policies["lockdown"].territory.model_dump() | {
        "mode": "preferred"
    }
    assert policies["child"].release.stale_weeks == 20
    assert policies["child"].territory == policies["one"].territory
    assert (policies["two"].territory.mode, policies["two"].territory.teams) == ("preferred", 1)
    assert policies["two"].territory.inbound == "any"
    assert policies["three"].territory == policies["lockdown"].territory


CASES = {
    "missing parent": (
        "  a: {inherits: opne}\n",
        "11:17",
        "there is no policy 'opne'",
        "did you mean 'open'?",
    ),
    "itself": ("  a: {inherits: a}\n", "11:17", "the policy inherits from itself", "circle"),
    "circle": (
        "  a: {inherits: b}\n  b: {inherits: a}\n",
        "11:17",
        "the policy inherits from itself",
        "circle",
    ),
    "a list of parents": (
        "  a: {inherits: [open]}\n",
        "11:7",
        "inherits must be the name or file of one policy",
        "",
    ),
    "missing file": (
        "  a: {inherits: policies/no.yaml}\n",
        "11:17",
        "there is no policy file 'policies/no.yaml'",
        "relative",
    ),
    "escape": ("  a: {inherits: ../x.yaml}\n", "11:17", "leads out of the scenario's folder", "below"),
    "escape inside": (
        "  a: {inherits: policies/../../x.yaml}\n",
        "11:17",
        "leads out of the scenario's folder",
        "below",
    ),
    "absolute": ("  a: {inherits: /etc/x.yaml}\n", "11:17", "leads out of the scenario's folder", ""),
    "drive": ("  a: {inherits: 'C:\\x.yaml'}\n", "11:17", "leads out of the scenario's folder", ""),
    "no yaml": ("  a: {inherits: policies/x.txt}\n", "11:17", "is not a YAML file", ".yaml"),
    "through a link": ("  a: {inherits: link/x.yaml}\n", "11:17", "through a link", "copy the file"),
    "several in the file": (
        "  a: {inherits: policies/teams.yaml}\n",
        "11:17",
        "holds several policies",
        "#lockdown",
    ),
    "one in the file": (
        "  a: {inherits: 'policies/single.yaml#x'}\n",
        "11:17",
        "holds one policy",
        "leave out",
    ),
    "not in the file": (
        "  a: {inherits: 'policies/teams.yaml#lockdwn'}\n",
        "11:17",
        "there is no policy 'lockdwn'",
        "did you mean 'lockdown'?",
    ),
    "included twice": (
        "  include: policies/teams.yaml\n  gentle:\n",
        "12:3",
        "the policy 'gentle' exists already",
        "inherit",
    ),
    "include of a number": (
        "  include: [3]\n",
        "11:13",
        "include needs a list of files, not 3",
        "include: [",
    ),
    "include of nothing": (
        "  include:\n",
        "11:11",
        "include needs a list of files, not nothing",
        "include: [",
    ),
    "long chain": (
        "".join(f"  p{n}: {{inherits: p{n + 1}}}\n" for n in range(50)) + "  p50:\n",
        "43:19",
        "more than 32 policies inherit from each other",
        "",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_located(case: str, folder: Path, tmp_path_factory) -> None:
    text, where, message, hint = CASES[case]
    outside = tmp_path_factory.mktemp("outside")
    (outside / "x.yaml").write_text("territory: {mode: preferred}\n")
    (folder / "link").symlink_to(outside)
    found = refused(folder, text)
    first = next(item for item in found if item[0] == where)
    assert message in first[1]
    assert hint in first[2]


def test_nothing_is_said_of_a_policy_that_lacks_its_parent(folder: Path) -> None:
    """Else its levers seem to contradict what only the parent would have told."""
    child = "  {}: {{inherits: {}, decision: {{reverse_week: 30}}}}\n"
    (folder / "policies" / "cut.yaml").write_text("inherits: nowhere.yaml\n")
    names = ("lockdwn", "policies/no.yaml", "policies/cut.yaml", "p0")
    text = "".join(child.format(f"p{n}", name) for n, name in enumerate(names))
    found = refused(folder, "  include: policies/teams.yaml\n" + text)
    assert [message.split(" ", 4)[2] for _, message, _ in found] == ["no"] * len(found)
    assert "did you mean 'lockdown'?" in found[0][2]
    whole = refused(
        folder, "  a: {inherits: opne}\n" + child.format("b", "open")
    )  # others are still looked at
    assert [message.split(":")[0] for _, message, _ in whole[1:]] == ["decision.reverse_week of policy 'b'"]


def test_problems_in_a_policy_file_name_that_file(folder: Path) -> None:
    bad = folder / "policies" / "bad.yaml"
    bad.write_text("territory:\n  mode: lock\n  teams: 99\n")
    with pytest.raises(SpecError) as caught:
        load(folder, "  a: {inherits: policies/bad.yaml}\n  b: {inherits: a}\n  include: []\n")
    assert [(p.file, p.line, p.column) for p in caught.value.problems] == [
        (str(bad), 2, 9),
        (str(bad), 3, 10),
    ]
    bad.write_text("territory: {a: 1\n")
    with pytest.raises(SpecError) as caught:
        load(folder, "  a: {inherits: policies/bad.yaml}\n")
    assert [(p.file, p.line) for p in caught.value.problems] == [(str(bad), 2)]


def test_files_that_inherit_in_a_circle(folder: Path) -> None:
    (folder / "policies" / "x.yaml").write_text("inherits: y.yaml\n")
    (folder / "policies" / "y.yaml").write_text("inherits: x.yaml\n")
    (problem,) = check_files([folder / "policies" / "x.yaml"])
    assert "inherits from itself" in problem.message


def test_check_files(folder: Path) -> None:
    (folder / "case.yaml").write_text(WORLD + "  include: policies/teams.yaml\n")
    files = sorted(folder.rglob("*.yaml"))
    assert len(files) == 4
    assert check_files(files) == []
    (folder / "policies" / "teams.yaml").write_text(LIBRARY.replace("teams: 2", "teams: two"))
    (folder / "policies" / "single.yaml").write_text("territory: {mod: x}\n")
    found = [(Path(p.file).name, p.line, p.column) for p in check_files(files)]
    assert found == [("teams.yaml", 5, 40), ("single.yaml", 1, 13)]  # once each, though two files use them
    assert "no such file" in check_files(["nowhere.yaml"])[0].message
    (folder / "empty.yaml").write_text("{}\n")
    assert "'world' is missing" in check_files([folder / "empty.yaml"])[0].message


def test_overrides(folder: Path) -> None:
    policies = "  include: policies/teams.yaml\n  child: {inherits: lockdown}\n"
    scenario = load(
        folder,
        policies,
        "world.reps=60",
        "world.parameters.selling_share=0.5",
        "seed=7",
        "question='why: not'",
        "policies.lockdown.territory.teams=1",
        "policies.open.retrospective.every=4",
        "world.segments.Banking.cycle=2",
        "world.segments.0.product_fit=-0.5",
        "name=other",
    )
    assert (scenario.world.reps, scenario.seed, scenario.question, scenario.name) == (
        60,
        7,
        "why: not",
        "other",
    )
    assert scenario.world.parameters["selling_share"] == 0.5
    assert scenario.policies["lockdown"].territory.teams == 1
    assert scenario.policies["child"].territory.teams == 1  # as if the file said so: children see it
    assert scenario.policies["open"].retrospective.every == 4
    assert [s.cycle for s in scenario.world.segments] == [1, 2]
    assert [s.product_fit for s in scenario.world.segments] == [-0.5, 0]


@pytest.mark.parametrize(
    ("override", "column", "message", "hint"),
    [
        ("world.rep=3", 7, "unknown key 'rep' in world", "did you mean 'reps'?"),
        ("wrld.reps=3", 1, "unknown key 'wrld'", "did you mean 'world'?"),
        (
            "policies.lockdwn.territory.teams=3",
            10,
            "there is no policy 'lockdwn'",
            "did you mean 'lockdown'?",
        ),
        ("policies.new=", 10, "there is no policy 'new'", ""),
        ("policies.open.teritory.teams=3", 15, "unknown key 'teritory'", "did you mean 'territory'?"),
        ("policies.open.territory.team=3", 25, "unknown key 'team'", "did you mean 'teams'?"),
        ("policies.open.territory.teams=many", 31, "teams must be a whole number, not 'many'", ""),
        ("world.reps=1_000", 12, "reps must be a whole number", "write 1000"),
        ("world.reps=", 12, "reps must be a whole number, not nothing", ""),
        ("world.reps=.nan", 12, ".nan is not a number", ""),
        ("world.reps=[1", 12, "not valid YAML", "bracket"),
        ("world.reps=&a 1", 12, "the anchor", ""),
        ("world.reps.x=1", 12, "'world.reps' is a single value and has no key 'x'", ""),
        ("world.segments.Steel.share=1", 16, "the list of 2 has no item 'Steel'", "known: Retail, Banking"),
        ("world.segments.2.share=1", 16, "the list of 2 has no item '2'", ""),
        ("world.parameters.selling_share=2", 32, "parameter selling_share must be between", "source"),
        ("weeks", 1, "expected path.to.key=value", "world.reps=60"),
        ("=3", 1, "expected path.to.key=value", ""),
        ("world..reps=3", 1, "expected path.to.key=value", ""),
        (".".join("a" * 40) + "=1", 1, "too many parts", ""),
        ("name=a\udcff", 7, "a lone surrogate", ""),
        ("world.reps=" + "[" * 100_000, 44, "nested more than 32 levels", ""),
    ],
)
def test_bad_overrides(folder: Path, override: str, column: int, message: str, hint: str) -> None:
    with pytest.raises(SpecError) as caught:
        load(folder, "  lockdown: {territory: {mode: lockdown, teams: 2}}\n", "seed=3", override)
    problem = caught.value.problems[0]
    assert (problem.file, problem.line) == ("--set", 2)
    assert message in problem.message
    assert hint in problem.hint
    assert problem.column == column


def test_nothing_outside_the_folder_is_read(folder: Path, monkeypatch) -> None:
    monkeypatch.chdir(folder)
    (folder / "case.yaml").write_text(WORLD)
    inner = folder / "inner"
    inner.mkdir()
    (inner / "own.yaml").symlink_to(os.path.relpath(folder / "policies" / "single.yaml", inner))
    (inner / "case.yaml").write_text(WORLD + "  a: {inherits: own.yaml}\n")
    with pytest.raises(SpecError, match="through a link"):
        load_scenario("inner/case.yaml")
    assert load_scenario("case.yaml").name == "case"
