"""A column named for a role that does not have it is told in the first answer, with the reason."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from crm_files import csv, read

from analysis.crm.estimates.everything import estimate
from analysis.crm.table import Crm
from app.calibration.cautions import cautions
from app.calibration.settings import DEFAULTS, RANGES

HEAD = "id,created,closed,outcome,amount,owner,Owner Name,Commit-80,Week 3"
LINES = [
    f"{n},2026-01-01,2026-02-{n % 9 + 1:02},{'won' if n % 2 else 'lost'},0.{n} Mio,Rep {n % 3},R{n % 3},no,x"
    for n in range(30)
]


def told(crm: Crm) -> list[str]:
    return [one for one in cautions(crm, estimate(crm, RANGES, DEFAULTS)) if "looks like" in one]


def test_a_column_named_for_a_role_and_not_used_is_told(tmp_path: Path) -> None:
    path = csv(tmp_path, *LINES, head=HEAD)
    assert told(read(path)) == [
        "'amount' looks like value, but is not used: its values are no amounts. (--map value=COLUMN for another)",
        "'Commit-80' looks like stated, but is not used: its values are no dates. (--map stated=COLUMN for another)",
    ]
    assert told(read(path, mapping={"ignore": ["amount", "Commit-80"]})) == []


def test_a_column_whose_type_is_not_read_is_told(tmp_path: Path) -> None:
    frame = pd.DataFrame([line.split(",") for line in LINES], columns=HEAD.split(","))
    frame = frame.drop(columns=["amount", "Owner Name", "Commit-80"])
    frame["owner"] = [{"name": name} for name in frame["owner"]]
    frame["tags"] = [["a"]] * 30
    frame.to_parquet(tmp_path / "deals.parquet")
    assert told(read(tmp_path / "deals.parquet")) == [
        "'owner' looks like rep, but is not used: its type is struct<name: string>. (--map rep=COLUMN for another)"
    ]


def test_lists_of_accounts_have_no_use_for_most_roles(tmp_path: Path) -> None:
    deals = csv(
        tmp_path, *(f"{line}".replace(" Mio", "") for line in LINES), head=HEAD.replace("Commit-80", "x")
    )
    listed = csv(tmp_path, "Rep 1,a", "Rep 2,b", head="account,status", name="accounts.csv")
    assert told(read(deals, listed)) == []
