"""A file of changes of owner: of open deals, of deals that had ended, of customers; every row accounted for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from crm_files import csv, read

from analysis.crm.changes import RULES, kinds_of_moves
from analysis.crm.estimates.hand_over import hand_over
from analysis.crm.estimates.histories import histories
from analysis.crm.table import Crm

DEALS = (
    "1,A,z,2026-01-01,2026-02-01,won,3",
    "2,A,y,2026-01-03,,open,3",
    "3,B,y,2026-01-03,2026-03-03,lost,3",
)
DEAL_HEAD = "id,account,owner,created,closed,outcome,amount"
HEAD = "Opportunity ID,Account Name,Old Owner,New Owner,Change Date"


def imported(folder: Path, *lines: str, head: str = HEAD) -> Crm:
    return read(csv(folder, *DEALS, head=DEAL_HEAD), csv(folder, *lines, head=head, name="changes.csv"))


def moves(crm: Crm) -> list[tuple[object, ...]]:
    table = crm.moves.astype(object)
    return [tuple(row) for row in table.where(table.notna(), None).to_numpy().tolist()]


def test_deals_and_customers_are_told_apart(tmp_path: Path) -> None:
    lines = (
        "1,A,x,z,2026-01-09",  # while it was open
        "1,A,z,q,2026-02-09",  # after its end
        ",B,x,y,2026-02-01",  # a customer
        "unknown,B,y,w,2026-02-03",  # the deal is not among the others, its customer is
        "2,A,w,y,",
    )
    crm = imported(tmp_path, *lines)
    assert moves(crm) == [
        ("deal", "1", 8.0, "x", "z"), ("deal", "1", 39.0, "z", "q"), ("account", "B", 31.0, "x", "y"),
        ("account", "B", 33.0, "y", "w"), ("deal", "2", None, "w", "y"),
    ]  # fmt: skip
    assert kinds_of_moves(crm.moves, crm.deals) == {
        "open deals": 1, "deals that had ended": 1, "customers": 2, "an unknown day": 1,
    }  # fmt: skip
    assert crm.deals["rep"].tolist() == ["z", "y", "y"]  # as the opportunities say
    assert {line.column: line.role for line in crm.understood if line.file == "changes.csv"} == {
        "Opportunity ID": "deal", "Account Name": "account", "Old Owner": "former_rep", "New Owner": "rep",
        "Change Date": "moved",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (",,,,", "empty"),
        ("1,A,,z,2026-01-09", "first"),
        ("1,A,z,z,2026-01-09", "same"),
        ("9,C,x,z,2026-01-09", "stranger"),
        ("1,A,x,z,2026-05-09", "future"),
        ("2,A,x,y,2026-01-20", "copy"),
        ("1,A,x,z,", "no_day"),
        ("1,A,x,z,2026-02-30", "bad_date"),
    ],
)
def test_rule(tmp_path: Path, line: str, rule: str) -> None:
    good = ["2,A,x,y,2026-01-20", *(f"2,A,x{n},y,2026-01-20" for n in range(29))]
    deals = csv(tmp_path, *DEALS, head=DEAL_HEAD)
    crm = read(
        deals,
        csv(tmp_path, *good, line, "2,A,q,y,2026-01-21", head=HEAD, name="changes.csv"),
        today=date(2026, 4, 1),
    )
    assert crm.changes is not None
    sentence, aside = RULES[rule]
    assert (crm.changes.set_aside if aside else crm.changes.noted) == {sentence: 1}
    assert crm.changes.first[sentence] == "changes.csv:32"
    assert crm.changes.read == 32 == crm.changes.used + sum(crm.changes.set_aside.values())
    assert len(crm.moves) == crm.changes.used


@pytest.mark.parametrize(
    "head",
    [
        "客户名称,原负责人,新负责人,变更时间",
        "客户名称,前负责人,负责人,时间",
        "Account,From,Former Owner,Owner,Date",
    ],
)
def test_customers_that_come_more_than_once(tmp_path: Path, head: str) -> None:
    extra = "-," if head.startswith("Account") else ""
    crm = imported(tmp_path, f"A,{extra}x,y,2026年1月9日", f"A,{extra}y,z,2026年2月9日", head=head)
    assert moves(crm) == [("account", "A", 8.0, "x", "y"), ("account", "A", 39.0, "y", "z")]
    assert crm.accounts["rep"].tolist() == ["", ""]


def test_a_list_of_customers_is_no_list_of_changes(tmp_path: Path) -> None:
    crm = imported(tmp_path, "A,x,y,2026-01-09", "B,y,z,2026-02-09", head="Account,Former Owner,Owner,Moved")
    assert crm.changes is None
    assert crm.accounts.to_dict("list") == {
        "account": ["A", "B"], "segment": ["", ""], "rep": ["y", "z"], "former_rep": ["x", "y"],
    }  # fmt: skip
    assert moves(crm) == [("account", "A", 8.0, "x", "y"), ("account", "B", 39.0, "y", "z")]


def test_a_change_told_twice_is_one(tmp_path: Path) -> None:
    head = f"{DEAL_HEAD},Former Owner,Owner Changed Date"
    deals = csv(tmp_path, *(f"{line},x,2026-01-09" for line in DEALS), head=head)
    crm = read(
        deals, csv(tmp_path, "1,A,x,z,2026-01-09", "1,A,z,w,2026-01-19", head=HEAD, name="changes.csv")
    )
    assert len(crm.moves) == 4


def test_changes_are_hand_overs(tmp_path: Path) -> None:
    """The question of hand-overs sees the deals concerned, their own changes and those of their customers."""
    deals = [f"{n},A{n},z,2026-01-01,2026-0{3 + n % 3}-01,{'won' if n % 2 else 'lost'},3" for n in range(120)]
    changes = [f"{n},,x,z,2026-02-01" for n in range(40)] + [f",A{n},x,z,2026-02-01" for n in range(40, 80)]
    after = [f"{n},,x,z,2026-06-01" for n in range(80, 120)]  # all had ended
    crm = read(
        csv(tmp_path, *deals, "n,B,z,2026-06-02,,open,3", head=DEAL_HEAD),
        csv(tmp_path, *changes, *after, head=HEAD, name="changes.csv"),
    )
    assert kinds_of_moves(crm.moves, crm.deals)["deals that had ended"] == 40
    found = hand_over(crm, histories(crm))
    assert found.n == 80
    assert np.isfinite(found.value)
