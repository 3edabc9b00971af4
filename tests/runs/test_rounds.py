"""Experiments that grow: rounds of worlds, resumed and told of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fake_worlds import POLICIES, FakeWorlds
from helpers import assert_same, parts, rows, run

from simulation.runs import Tables, read_tables
from simulation.runs.rounds import Growing

FORK = pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")


class ByTable:
    """Three worlds of all policies, then five of two, then nine of one; keeps what it was shown."""

    def __init__(self) -> None:
        self.seen: list[Tables] = []
        self.plan = {3: (["open", "preferred"], 5), 5: (["preferred"], 9)}

    def __call__(self, tables: Tables):
        self.seen.append(tables)
        return self.plan.get(int(tables.runs["replication"].max()) + 1)


def growing(more=None) -> Growing:
    return Growing(3, more or ByTable(), {"rule": {"most": 9}})


def counts(tables: Tables) -> dict[str, int]:
    return tables.runs.groupby("policy").size().to_dict()


@FORK
@pytest.mark.parametrize(
    "options", [{}, {"workers": 2, "start_method": "fork"}, {"arrange": lambda tasks: tasks[::-1]}]
)
def test_each_policy_gets_the_worlds_that_the_rule_asks_for(options) -> None:
    states, more = [], ByTable()
    tables = run(growing=growing(more), progress=states.append, **options)
    assert counts(tables) == {"open": 5, "lockdown": 3, "preferred": 9}
    assert tables.meta["until"] == {"rule": {"most": 9}, "worlds": {"open": 5, "lockdown": 3, "preferred": 9}}
    assert [len(seen.runs) for seen in more.seen] == [9, 13, 17]
    assert (
        {"new_arr"} < set(more.seen[0].runs.columns) < set(tables.runs.columns)
    )  # the headline outcome alone
    assert (states[0].total, states[-1].total, states[-1].done) == (9, 17, 17)
    assert_same(run(growing=growing()), tables)


def test_killed_in_between_it_resumes_to_the_same(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()

    def stop(tables: Tables):
        if len(tables.runs) == 13:
            raise KeyboardInterrupt
        return ByTable()(tables)

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "a", growing=growing(stop))
    assert rows(tmp_path / "a", "select count(*) from runs") == [(13,)]
    assert "until" not in read_tables(tmp_path / "a").meta
    tables = run(tmp_path / "a", growing=growing(), worlds=FakeWorlds(marks=marks))
    assert FakeWorlds(marks=marks).calls() == [5, 6, 7, 8]
    assert_same(run(tmp_path / "b", growing=growing()), tables)
    assert (tmp_path / "a" / "until.json").read_bytes() == (tmp_path / "b" / "until.json").read_bytes()


def test_read_again_it_is_told_by_what_rule_it_ended_as_long_as_nothing_was_added(tmp_path: Path) -> None:
    tables = run(tmp_path, growing=growing())
    again = read_tables(tmp_path)
    assert_same(tables, again)
    assert again.meta["until"] == tables.meta["until"]
    assert "until" not in read_tables(tmp_path, POLICIES[:1]).meta
    before = parts(tmp_path)
    run(tmp_path, 4)
    assert before.items() < parts(tmp_path).items()
    assert "until" not in read_tables(tmp_path).meta
    assert counts(run(tmp_path, growing=growing())) == counts(tables)  # the worlds added count for nothing


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"worlds": 3}', '{"worlds": {"open": "x"}}', "\xff"])
def test_a_damaged_note_on_the_rule_is_as_none(tmp_path: Path, text: str) -> None:
    run(tmp_path, growing=growing())
    (tmp_path / "until.json").write_text(text, encoding="latin-1")
    assert "until" not in read_tables(tmp_path).meta


def test_stopped_at_a_failure_there_is_no_rule_by_which_it_ended(tmp_path: Path) -> None:
    tables = run(
        tmp_path, growing=growing(), fail_fast=True, worlds=FakeWorlds(raises=frozenset({("open", 1)}))
    )
    assert len(tables.failures) == 1
    assert "until" not in tables.meta
    assert not (tmp_path / "until.json").exists()
    tables = run(tmp_path, growing=growing(), worlds=FakeWorlds(raises=frozenset({("open", 1)})))
    assert counts(tables) == {"open": 4, "lockdown": 3, "preferred": 9}
    assert json.loads((tmp_path / "until.json").read_text())["worlds"]["open"] == 5
    assert "until" in read_tables(tmp_path).meta


def test_a_rule_that_asks_for_nothing_new_ends_it() -> None:
    tables = run(growing=growing(lambda tables: (POLICIES, 3)))
    assert set(counts(tables).values()) == {3}
