"""Which column plays which role: guessed with a reason, told on the command line or in a YAML file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from crm_files import GOOD, HEAD, csv, read, refusal, rows

from analysis.crm.overrides import parse_pairs, read_overrides
from analysis.crm.table import Crm, DataError
from analysis.crm.vocabulary import ROLES, outcome_of, roles_of


def roles(crm: Crm) -> dict[str, str]:
    return {line.column: line.role for line in crm.understood}


def why(crm: Crm, column: str) -> str:
    return next(line.why for line in crm.understood if line.column == column)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("OpportunityId", "deal"),
        ("Opportunity_Owner", "rep"), ("CreatedDate", "created"), ("Close Date", "ended"),
        ("StageName", "stage"), ("Amount (USD)", "value"), ("Deal_Value__c", "value"), ("WeekWon", "won_on"),
        ("负责人", "rep"), ("前负责人", "former_rep"), ("最后跟进时间", "touched"), ("掉公海时间", "moved"),
        ("客户名称", "account"),
        ("行业", "segment"), ("商机阶段", "stage"), ("年合同额（万元）", "value"), ("创建日期", "created"),
        ("赢单时间", "won_on"),
        ("WeekCommit-80", "stated"), ("总监", "manager"), ("部门", "office"), ("商机类型", "kind"),
    ],
)  # fmt: skip
def test_names_of_many_crms(name: str, role: str) -> None:
    assert role in [role for role, _ in roles_of(name)]


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("Closed Won", "won"), ("6 - Closed Lost", "lost"), ("赢单(100%)", "won"), ("S5-输单", "lost"),
        ("已搁置", "undecided"),
        ("Proposal/Price Quote", "open"), ("NEGOTIATION", "open"), ("No decision", "undecided"), ("跟进中", "open"),
        ("Lost?!", "lost"), ("gewonnen", ""),
    ],
)  # fmt: skip
def test_words_of_many_crms(word: str, outcome: str) -> None:
    assert outcome_of(word, {}) == outcome


def test_every_role_has_a_name_that_leads_to_it() -> None:
    assert all(
        role in dict(roles_of(role.replace("_", " "))) or role == "stated"
        for role in ROLES
        if role not in {"touched"}
    )


def test_what_was_understood_is_a_table(tmp_path: Path) -> None:
    crm = read(csv(tmp_path, *(f"{line},x,7" for line in GOOD), head=f"{HEAD},remarks,expected amount"))
    assert roles(crm) == {
        "id": "deal", "created": "created", "closed": "ended", "outcome": "outcome", "amount": "value", "remarks": "",
        "expected amount": "",
    }  # fmt: skip
    assert why(crm, "created") == "by its name; year-month-day"
    assert why(crm, "amount") == "by its name; expected amount would be possible too"
    assert why(crm, "expected amount") == "could be value too, but amount fits better: not used"
    assert why(crm, "remarks") == "its name is not known: not used"
    assert crm.understood[1].examples == ("2026-01-01", "2026-01-05")


def test_roles_from_values_where_names_say_nothing(tmp_path: Path) -> None:
    path = csv(tmp_path, *GOOD, "3,2026-01-07,2026-02-02,lost,1", head="id,anfang,ende,ergebnis,amount")
    crm = read(path)
    assert roles(crm) == {
        "id": "deal", "anfang": "created", "ende": "ended", "ergebnis": "outcome", "amount": "value",
    }  # fmt: skip
    assert why(crm, "anfang").startswith("its name is not known, but it holds dates (so does ende)")
    assert why(crm, "ergebnis") == "its name is not known, but its values are known outcomes"


def test_values_speak_against_a_name(tmp_path: Path) -> None:
    path = csv(tmp_path, "1,2026-01-01,2026-02-01,won,1,yes", head="id,created,closed,stage,amount,Won Date")
    crm = read(path)
    assert roles(crm)["Won Date"] == ""
    assert why(crm, "Won Date") == "its name says won_on, but its values are no dates"


def test_names_of_deals_are_no_numbers(tmp_path: Path) -> None:
    lines = ("Renewal,2026-01-01,2026-02-01,won,1", "Renewal,2026-01-03,,open,1")
    crm = read(csv(tmp_path, *lines, head="Opportunity Name,created,closed,outcome,amount"))
    assert crm.deals["deal"].tolist() == ["deals.csv:2", "deals.csv:3"]
    assert (
        why(crm, "Opportunity Name")
        == "its name says deal, but its values repeat: two deals may have one name"
    )


def test_overrides_of_columns_and_words(tmp_path: Path) -> None:
    path = csv(tmp_path, "1,2026-01-01,2026-02-01,ok,1,Rep 1", "2,2026-01-01,,?,1,Rep 2", head=f"{HEAD},Wer")
    mapping = {
        "rep": "wer",
        "words": {"OK": "won", "?": "open"},
        "ignore": ["amount"],
        "currency_code": "chf",
    }
    crm = read(path, mapping=mapping)
    assert rows(crm, "rep", "outcome", "value") == [("Rep 1", "won", None), ("Rep 2", "open", None)]
    assert (why(crm, "Wer"), why(crm, "amount")) == ("told by the user", "ignored, as told by the user")
    (tmp_path / "columns.yaml").write_text(
        "rep: Wer\nignore: [amount]\nwords:\n  OK: won\n  '?': open\ncurrency_code: CHF\n", encoding="utf-8"
    )
    assert rows(read(path, mapping=tmp_path / "columns.yaml"), "rep", "outcome") == rows(
        crm, "rep", "outcome"
    )


def test_a_column_of_one_file_only(tmp_path: Path) -> None:
    deals = csv(tmp_path, "1,2026-01-01,2026-02-01,won,1,Rep 1", head=f"{HEAD},Name")
    teams = csv(tmp_path, "Rep 1,Head", head="Name,Manager", name="teams.csv")
    mapping = parse_pairs(["rep=deals.csv:Name", "rep=teams.csv:Name"])
    assert rows(read(deals, teams, mapping=mapping), "rep", "manager") == [("Rep 1", "Head")]


def test_decimal_and_numbers_are_told(tmp_path: Path) -> None:
    path = csv(tmp_path, "1;3;5;won;1.234", head=HEAD.replace(",", ";"))
    crm = read(path, mapping={"decimal": "comma", "numbers": "days"})
    assert (crm.deals["value"].tolist(), crm.unit_days, crm.origin) == ([1234.0], 1.0, None)
    assert read(path, mapping={"decimal": "point", "numbers": "weeks"}).deals["ended"].tolist() == [35.0]


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ({"boss": "x"}, "'boss' is no role (roles are deal, account, segment"),
        ({"rep": ["a", "b"]}, "'rep' is given 2 columns (name the file of each: deals.csv:Owner)"),
        ({"rep": None}, "'rep' needs the name of a column"),
        ({"words": {"x": "maybe"}}, "'x' cannot mean 'maybe' (one of won, lost, undecided, open)"),
        ({"words": "x"}, "'words' needs words and what they mean (in a file for --mapping, for example"),
        ({"rep": "closed"}, "the column 'closed' cannot be rep: its values are dates, such as 2026-02-01"),
        ({"decimal": ";"}, "decimal is comma or point, not ';'"),
        ({"stated": "Commit"}, "the name 'Commit' does not end in a percentage"),
        ({"rep": "Owner"}, "no column 'Owner' in deals.csv (there are id, created, closed, outcome, amount)"),
    ],
)
def test_wrong_overrides_are_refused(tmp_path: Path, mapping: dict[str, object], told: str) -> None:
    assert refusal(csv(tmp_path, *GOOD), mapping=mapping).startswith(told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a\n", "c.yaml: no lines of role: column"),
        ("a: [\n", "c.yaml:2:1: not valid YAML: expected the node content, but found"),
        ("boss: x\n", "c.yaml:1:1: 'boss' is no role"),
        ("#" * 70_000, "c.yaml: larger than 64 KiB: not a mapping of columns"),
    ],
)
def test_wrong_yaml_is_refused(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "c.yaml").write_text(text)
    assert refusal(csv(tmp_path, *GOOD), mapping=tmp_path / "c.yaml").startswith(told)
    assert refusal(csv(tmp_path, *GOOD), mapping=tmp_path / "d.yaml") == "d.yaml: there is no such file"


def test_pairs_of_a_command_line() -> None:
    assert parse_pairs(["rep=Owner", "stated=A-20", "stated=B-40"]) == {
        "rep": "Owner",
        "stated": ["A-20", "B-40"],
    }
    assert read_overrides(parse_pairs(["decimal=comma"])).decimal == "comma"
    for pair in ("rep", "=x", "rep="):
        with pytest.raises(DataError, match="is not role=column"):
            parse_pairs([pair])


def test_a_column_is_ignored_in_the_file_that_is_named(tmp_path: Path) -> None:
    deals = csv(tmp_path, "1,2026-01-01,2026-02-01,won,100,Li,ACME", head=f"{HEAD},owner,account")
    listed = csv(tmp_path, "ACME,Wang", head="account,owner", name="accounts.csv")
    for ignore, owners in (("accounts.csv:owner", ["rep", ""]), ("owner", ["", ""])):
        crm = read(deals, listed, mapping={"ignore": ignore})
        assert [line.role for line in crm.understood if line.column == "owner"] == owners


def test_the_mapping_of_the_docs_is_one(tmp_path: Path, root: Path) -> None:
    page = (root / "docs" / "calibrate.md").read_text(encoding="utf-8")
    (tmp_path / "m.yaml").write_text(page.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    told = read_overrides(tmp_path / "m.yaml")
    assert dict(told.columns) == {"rep": "Owner", "created": "Opened on"}
    assert told.words == {"signed": "won", "parked": "undecided"}
    listed = set(re.findall(r"`(\w+)`", page.partition("\nRoles: ")[2].partition("\n\n")[0]))
    assert listed == set(ROLES)


def test_amounts_are_no_names_but_numbers_are(tmp_path: Path) -> None:
    lines = [f"{k},2026-01-01,2026-02-01,won,{k}.25,{k % 3}.0,{k % 2}" for k in range(1, 30)]
    path = csv(tmp_path, *lines, head="id,created,closed,outcome,amount,seller id,team")
    assert refusal(path, mapping={"rep": "amount"}) == (
        "the column 'amount' cannot be rep: its values are amounts, such as 1.25 (name another column: rep=COLUMN)"
    )
    assert set(read(path, mapping={"rep": "seller id"}).deals["rep"]) == {"0.0", "1.0", "2.0"}
    assert set(read(path, mapping={"rep": "team"}).deals["rep"]) == {"0", "1"}
