"""Rare slips in files of every kind: refused at their place, or let through where they harm nobody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import Field
from test_spec_policies import WORLD, refused
from test_spec_sweeps import HEAD, TABLE, load

from simulation.spec import Problem, SpecError, load_scenario
from simulation.spec import policies as policy_files
from simulation.spec.characters import explain_value
from simulation.spec.cluster_tls import load_tls
from simulation.spec.draws_file import drop_changed
from simulation.spec.fields import Strict
from simulation.spec.located import validated
from simulation.spec.overrides import apply_overrides
from simulation.spec.problems import Mark, show
from simulation.spec.sweeps import sweep_of
from simulation.spec.yaml_reader import Node, plain_node, read_text

Problems = Callable[..., list[Problem]]


def said(path: Path, reader: Callable[[Path], object]) -> list[tuple[int, int, str, str]]:
    with pytest.raises(SpecError) as caught:
        reader(path)
    return [(one.line, one.column, one.message, one.hint) for one in caught.value.problems]


def test_the_files_for_a_cluster_are_all_there_or_named(tmp_path: Path) -> None:
    for name in ("ca.pem", "cert.pem"):
        (tmp_path / name).touch()
    path = tmp_path / "tls.yaml"
    path.write_text("ca: ca.pem\ncert: cert.pem\nkey: key.pem\n", encoding="utf-8")
    missing = f"there is no file {show(str(tmp_path / 'key.pem'))}"
    assert said(path, load_tls) == [(3, 6, missing, "key: a file in PEM form")]
    (tmp_path / "key.pem").touch()
    assert load_tls(path) == {name: tmp_path / f"{name}.pem" for name in ("ca", "cert", "key")}


def test_a_whole_number_parameter_is_varied_over_whole_numbers(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        load(tmp_path, HEAD + "  practices: {low: 8, high: 12.5}\n")
    (problem,) = caught.value.problems
    assert problem.message == "parameter practices must be a whole number, not 12.5"
    with pytest.raises(SpecError, match="low must be below high, not 12 and 12"):
        load(tmp_path, HEAD + "  practices: {low: 12, high: 12}\n")
    with pytest.raises(SpecError, match="low must be below high, not 1 and 1"):
        load(tmp_path, HEAD + "  overlap: {low: 1}\n")  # the other end is that of the table


def test_a_range_of_a_setting_with_one_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"'world\.reps' needs low and high, or a list of values"):
        load(tmp_path, HEAD + "  world.reps: {low: 60}\n")


def test_tables_of_points_need_a_name_for_every_column(tmp_path: Path) -> None:
    for names, column, words in (
        ("overlap,", 9, "a column has no name"), ("overlap,overlap", 9, "there are two columns 'overlap'"),
    ):  # fmt: skip
        with pytest.raises(SpecError) as caught:
            load(tmp_path, TABLE, f"{names}\n0.2,1\n0.3,2\n")
        (problem,) = caught.value.problems
        assert (problem.line, problem.column, problem.message) == (1, column, words)


def test_weekly_outcomes_are_listed_once_each(tmp_path: Path) -> None:
    found = load(tmp_path, HEAD + "  overlap:\nweekly: [new_arr, exits, new_arr]\n")
    assert found.weekly == ("new_arr", "exits")


def test_a_file_that_is_no_group_is_no_sweep() -> None:
    with pytest.raises(SpecError):
        sweep_of(read_text("[1, 2]\n", "list.yaml"), "list.yaml")


def test_full_width_colons_after_a_name_are_seen_wherever_the_line_begins() -> None:
    mark = Mark("s.yaml", 3, 5)
    assert explain_value("weeks：52", mark, own_line=False, flow=False) is None, (
        "text after a key may hold one"
    )
    own = explain_value("weeks：52", mark, own_line=True, flow=False)
    assert own is not None
    assert (own.line, own.column) == (3, 10)
    later = explain_value("a：1\n  weeks：52", mark, own_line=False, flow=False)
    assert later is not None
    assert later.line == 4


def test_overrides_put_a_value_into_a_list() -> None:
    root = read_text("world: {segments: [{name: a}, {name: b}]}\nlist: [1, 2, 3]\n", "s.yaml")
    apply_overrides(root, ["list.1=7", "world.segments.b={name: c}"])
    assert root.plain() == {"world": {"segments": [{"name": "a"}, {"name": "c"}]}, "list": [1, 7, 3]}
    with pytest.raises(SpecError, match="list"):
        apply_overrides(root, ["list.3=7"])


def test_policies_are_read_from_so_many_files_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy_files, "MAX_FILES", 2)
    for name in "abc":
        (tmp_path / f"{name}.yaml").write_text("territory: {mode: lockdown, teams: 1}\n", encoding="utf-8")
    two = "".join(f"  {name}: {{inherits: {name}.yaml}}\n" for name in "ab")
    (tmp_path / "case.yaml").write_text(WORLD + two + "  again: {inherits: a.yaml}\n", encoding="utf-8")
    assert list(load_scenario(tmp_path / "case.yaml").policies) == ["open", "a", "b", "again"]
    ((_, message, _),) = refused(tmp_path, two + "  c: {inherits: c.yaml}\n")
    assert message == "more than 2 policy files"


@pytest.mark.parametrize("name", ["include", "inherits", "description"])
def test_a_word_with_a_meaning_names_no_policy(name: str) -> None:
    from simulation.spec.schema import _policy_name

    with pytest.raises(ValueError, match=f"'{name}' has a meaning of its own"):
        _policy_name(name)
    assert _policy_name("lockdown") == "lockdown"


def test_more_segments_than_customers(minimal: str, problems_of: Problems) -> None:
    small = minimal.replace("reps: 12", "reps: 1").replace("managers: 2", "managers: 1")
    found = problems_of(small.replace("customers: 600", "customers: 1"))
    assert [problem.message for problem in found] == ["2 segments for 1 customers"]


def test_text_too_long_is_told_its_limit(minimal: str, problems_of: Problems) -> None:
    long = minimal.replace("  open:\n", f"  open: {{description: {'x' * 2001}}}\n")
    (problem,) = problems_of(long)
    assert problem.message.endswith("is longer than 2000 characters")
    assert problem.hint == "shorten it"


def test_what_has_no_words_of_ours_is_told_in_those_of_the_library() -> None:
    class Own(Strict):
        """A setting as a lever of another package may have it."""

        word: str = Field("many", min_length=3, description="at least three letters")

    assert validated(Own, read_text("word: all\n", "s.yaml")).word == "all"
    with pytest.raises(SpecError) as caught:
        validated(Own, read_text("word: no\n", "s.yaml"))
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (1, 7)
    assert problem.message == "word: string should have at least 3 characters, not 'no'"


def drawn(names: object, rows: object) -> Node:
    return plain_node({"draws": {"names": names, "rows": rows}}, Mark("s.yaml"))


def test_a_row_of_another_length_is_left_to_whoever_checks_it() -> None:
    root = drawn(["loss", "overlap"], [[0.01, 0.3], [0.02], "none"])
    drop_changed(root, ["world.parameters.loss=0.05"])
    assert root.plain() == {"draws": {"names": ["overlap"], "rows": [[0.3], [0.02], "none"]}}


@pytest.mark.parametrize(("names", "rows"), [("loss", [[1]]), (["loss"], "none")])
def test_draws_that_are_no_lists_are_left_as_they_are(names: object, rows: object) -> None:
    root = drawn(names, rows)
    before = root.plain()
    drop_changed(root, ["world.parameters.loss=0.05"])
    assert root.plain() == before
