"""Levers of other packages: only what the user allows is imported, and it then counts like a built-in one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from levers.packages import LEVER, SCENARIO, distribution, python, scenario

from app.options import ALLOWED
from simulation.levers import LEVERS, OUTSIDE, contract, outside
from simulation.levers.points import POINTS


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    return distribution(tmp_path / "site")


def test_one_name_for_the_permission() -> None:
    assert ALLOWED == outside.VARIABLE


@pytest.mark.parametrize("name", LEVERS)
def test_levers_of_this_package_keep_to_what_outside_ones_are_held_to(name: str) -> None:
    assert OUTSIDE == {}
    assert contract.answered(LEVERS[name]) <= set(POINTS)
    assert contract.answered(LEVERS[name])


@pytest.mark.parametrize("command", ["validate", "run", "compare"])
def test_a_lever_that_was_not_allowed(root: Path, packages: Path, command: str) -> None:
    """Located, with a hint, exit 3, and its code was not imported."""
    file = scenario(packages)
    words = ["run.py", command, str(file), *(["--policy", "open"] if command == "run" else [])]
    done = python(root, packages, *words, allow="")
    line = next(n for n, text in enumerate(file.read_text().splitlines(), 1) if "stand_up" in text)
    expected = (
        f"{file}:{line}:5: the lever 'stand_up' comes from the package 'acme-levers' and has not been allowed "
        "(if you trust that package: --allow-lever stand_up, or SALESPOLICY_ALLOW_LEVERS=stand_up in the environment)\n"
    )
    assert (done.returncode, done.stderr, done.stdout) == (3, expected, "")
    assert not (packages / "imported").exists()


def test_naming_it_on_the_command_line_is_located_too(root: Path, packages: Path) -> None:
    change = "policies.lockdown.stand_up.hours=2.0"
    words = ("run.py", "compare", "scenarios/industry_focus.yaml", "--dry-run", "--set", change)
    done = python(root, packages, *words)
    assert done.returncode == 3
    assert done.stderr.startswith("--set:1:19: the lever 'stand_up' comes from the package 'acme-levers'")
    policy = packages / "alone.yaml"  # a file that holds one policy
    policy.write_text("stand_up: {hours: 1.0}\n", encoding="utf-8")
    assert "has not been allowed" in python(root, packages, "run.py", "validate", str(policy)).stderr
    assert python(root, packages, "run.py", "validate", str(policy), allow="stand_up").returncode == 0


def test_an_allowed_lever_end_to_end(root: Path, packages: Path) -> None:
    file, out = scenario(packages), packages / "out"
    allow = ("--allow-lever", "stand_up")
    listed = json.loads(python(root, packages, "run.py", "list", "levers", "--json").stdout)["levers"]
    assert not (packages / "imported").exists()
    (row,) = [row for row in listed if row["name"] == "stand_up"]
    assert (row["allowed"], row["package"], row["settings"]) == (False, "acme-levers 1.4", [])
    listed = json.loads(python(root, packages, "run.py", "list", "levers", "--json", *allow).stdout)["levers"]
    (row,) = [row for row in listed if row["name"] == "stand_up"]
    assert (row["allowed"], row["package"], row["settings"]) == (True, "acme-levers 1.4", ["hours"])
    assert [row["name"] for row in listed] == sorted([*LEVERS, "stand_up"])
    schema = json.loads(python(root, packages, "run.py", "schema", *allow).stdout)
    assert schema["$defs"]["Policy"]["properties"]["stand_up"]["anyOf"][0] == {"$ref": "#/$defs/StandUp"}
    assert schema["$defs"]["StandUp"]["properties"]["hours"]["unit"] == "hours"

    words = ("run.py", "compare", str(file), "--no-plots", "--no-report", "-j", "2", "-o", str(out))
    done = python(root, packages, *words, *allow, "--json")
    assert done.returncode == 0, done.stderr
    outcomes = json.loads(done.stdout)["outcomes"]
    # 4 hours a week of 8 reps, once they have been at work for 16 weeks
    lost = outcomes["open"]["selling_hours"]["mean"] - outcomes["daily"]["selling_hours"]["mean"]
    assert 0.5 * 8 * 16 * 4 < lost < 1.5 * 8 * 16 * 4
    manifest = json.loads((out / "manifest.json").read_text())
    source = manifest["outside_levers"]["stand_up"]
    assert (source["package"], source["version"]) == ("acme-levers", "1.4")
    assert "stand_up: hours 4.0" in manifest["meta"]["policies_text"]["daily"]


WORKERS = """
import json, sys
from simulation import load_scenario, run_experiments
if __name__ == "__main__":
    scenario = load_scenario(sys.argv[1])
    tables = [
        run_experiments(scenario, 3, workers=workers, start_method=method).periods
        for workers, method in ((1, "spawn"), (2, "spawn"), (2, "fork"))
    ]
    hours = tables[0].groupby("policy")["selling_hours"].sum()
    print(json.dumps([all(t.equals(tables[0]) for t in tables), hours["daily"] < hours["open"],
                      scenario.content_hash()], default=bool))
"""


def test_workers_live_it_too_and_its_settings_are_in_the_hash(root: Path, packages: Path) -> None:
    """Also where the permission is no longer in the environment: a policy brings its levers along."""
    script = packages / "experiment.py"
    hashes = set()
    for forget in ("", "import os, simulation.levers\nos.environ.pop('SALESPOLICY_ALLOW_LEVERS')\n"):
        for hours in ("4.0", "2.0"):
            script.write_text(
                WORKERS.replace('if __name__ == "__main__":\n', 'if __name__ == "__main__":\n' + "".join(
                    f"    {line}\n" for line in forget.splitlines())), encoding="utf-8",
            )  # fmt: skip
            file = scenario(packages, SCENARIO.replace("4.0", hours))
            done = python(root, packages, str(script), str(file), allow="stand_up")
            assert done.returncode == 0, done.stderr
            equal, fewer, digest = json.loads(done.stdout)
            assert equal
            assert fewer
            hashes.add((hours, digest))
    assert len({digest for _, digest in hashes}) == len(hashes) == 2


IDENTITY = """
import sys
from simulation import load_scenario
from simulation.runs.identity import Identity
identity = Identity.of(load_scenario(sys.argv[1]))
print(identity.directory, sorted(identity.outside))
"""


def test_identity_is_that_of_the_code_but_only_where_a_policy_uses_it(root: Path, packages: Path) -> None:
    def identity(file: Path, allow: str) -> str:
        done = python(root, packages, "-c", IDENTITY, str(file), allow=allow)
        assert done.returncode == 0, done.stderr
        return done.stdout

    used = scenario(packages)
    before = identity(used, "stand_up")
    assert before.endswith("['stand_up']\n")
    shipped = root / "scenarios" / "industry_focus.yaml"
    unused = identity(shipped, "")
    assert identity(shipped, "stand_up") == unused
    (packages / "acme_levers.py").write_text(LEVER + "# another version\n", encoding="utf-8")
    assert identity(used, "stand_up") != before
    assert identity(shipped, "stand_up") == unused


FAULTS = {
    "shadows": ("release = acme_levers:StandUp", LEVER, "release", "under the name of a built-in lever"),
    "broken": ("stand_up = acme_levers:StandUp", "1 / 0\n", "stand_up", "cannot be imported: ZeroDivisionError"),
    "missing": ("stand_up = acme_levers:Other", LEVER, "stand_up", "cannot be imported: AttributeError"),
    "no lever": ("stand_up = acme_levers:Path", LEVER, "stand_up", "is not a subclass of Lever"),
    "misnamed": ("sit_down = acme_levers:StandUp", LEVER, "sit_down", "calls itself 'stand_up', not 'sit_down'"),
    "new point": (
        "stand_up = acme_levers:StandUp",
        LEVER.replace("def meetings", "def world_peace"),
        "stand_up",
        "answers world_peace, which is no decision point",
    ),
    "no point": (
        "stand_up = acme_levers:StandUp", LEVER.partition("    def meetings")[0], "stand_up", "answers no decision point",
    ),
    "required": (
        "stand_up = acme_levers:StandUp",
        LEVER.replace("setting(0.0,", "setting(...,"),
        "stand_up",
        "has no default for hours",
    ),
    "lax": (
        "stand_up = acme_levers:StandUp",
        LEVER.replace("    hours: float", '    model_config = {"frozen": False}\n\n    hours: float'),
        "stand_up",
        "changes the strictness of levers",
    ),
    "unknown": ("stand_up = acme_levers:StandUp", LEVER, "stand_upp", "no installed package offers it (offered: stand_up)"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_proper_lever_is_refused(root: Path, tmp_path: Path, fault: str) -> None:
    point, code, name, reason = FAULTS[fault]
    packages = distribution(tmp_path / "site", code, point)
    done = python(root, packages, "run.py", "list", "levers", "--allow-lever", name)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith(f"the lever '{name}' cannot be allowed: ")
    assert reason in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_two_packages_with_the_same_lever(root: Path, packages: Path) -> None:
    distribution(packages, point="stand_up = other_levers:StandUp", name="other-levers")
    done = python(root, packages, "run.py", "validate", str(scenario(packages)), allow="stand_up")
    assert done.returncode == 3
    assert "several packages offer it: acme-levers and other-levers" in done.stderr


def test_from_python_the_reason_is_where_the_lever_is_named(root: Path, tmp_path: Path) -> None:
    packages = distribution(tmp_path / "site", "1 / 0\n")
    code = "import sys; from simulation import load_scenario; load_scenario(sys.argv[1])"
    done = python(root, packages, "-c", code, str(scenario(packages)), allow="stand_up")
    assert "SpecError" in done.stderr
    assert "the lever 'stand_up' cannot be used: acme-levers cannot be imported: ZeroDiv" in done.stderr
