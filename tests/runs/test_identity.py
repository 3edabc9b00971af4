from __future__ import annotations

import pytest
from fake_worlds import small_scenario

from simulation.runs.identity import Identity, batch_hash, canonical, code_version


def identity(**changes) -> Identity:
    return Identity(small_scenario(**changes).resolved(), "code")


def test_a_run_depends_on_its_world_its_policy_and_the_baseline_only() -> None:
    base = identity()
    words = identity(name="other", question="why?", outcome="exits", replications=9)
    assert words.run("lockdown", 3) == base.run("lockdown", 3)
    assert words.directory != base.directory  # another question is another directory

    policies = dict(small_scenario().policies)
    third = policies["preferred"].model_copy(update={"description": "changed"})
    changed = identity(policies={**policies, "preferred": third})
    assert changed.run("lockdown", 3) == base.run("lockdown", 3)
    assert changed.run("preferred", 3) != base.run("preferred", 3)
    baseline = policies["open"].model_copy(update={"description": "changed"})
    assert identity(policies={**policies, "open": baseline}).run("lockdown", 3) != base.run("lockdown", 3)


@pytest.mark.parametrize(
    "change", [{"weeks": 21}, {"start_week": 6}, {"burn_in_weeks": 9}, {"seed": 2}], ids=str
)
def test_a_run_depends_on_the_clock_and_the_seed(change) -> None:
    assert identity(**change).run("open", 0) != identity().run("open", 0)


def test_every_run_has_a_hash_of_its_own() -> None:
    one = identity()
    hashes = [one.run(policy, n) for policy in ("open", "lockdown", "preferred") for n in range(20)]
    assert len(set(hashes)) == 60
    assert Identity(one.resolved, "other code").run("open", 0) not in hashes


def test_replications_are_not_in_the_directory_hash() -> None:
    assert identity(replications=7).directory == identity().directory
    assert identity(seed=7).directory != identity().directory


@pytest.mark.parametrize(("name", "stem"), [("a b/c", "a-b-c"), ("é中", "é中"), ("..", "scenario")])
def test_directory_names_are_safe(name: str, stem: str) -> None:
    resolved = {**small_scenario().resolved(), "name": name}
    assert Identity(resolved, "code").directory_name.rpartition("-")[0] == stem


def test_code_version_sees_content_names_and_nothing_else(tmp_path) -> None:
    def version(**files: bytes) -> str:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        for name, content in files.items():
            (folder / f"{name}.py").write_bytes(content)
        (folder / "note.txt").write_text(folder.name)
        return code_version(folder)

    assert version(a=b"x\n", b=b"") == version(b=b"", a=b"x\r\n")
    assert (
        len({version(a=b"x"), version(a=b"y"), version(b=b"x"), version(a=b"", b=b"x"), version(ab=b"x")})
        == 5
    )


def test_batches_and_json_have_one_spelling() -> None:
    assert batch_hash(["b", "a"]) == batch_hash(["a", "b"]) != batch_hash(["a"])
    assert canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode()
    with pytest.raises(ValueError, match="JSON"):
        canonical(float("nan"))
