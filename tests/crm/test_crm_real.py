"""The import of three real exports (two of companies, one made up for teaching), where they are at hand."""

from __future__ import annotations

from datetime import date

from crm_files import DATA, needs_data, read

from analysis.crm.clean import RULES
from analysis.crm.table import Crm


def noted(crm: Crm, rule: str) -> int:
    return {**crm.rows.set_aside, **crm.rows.noted}.get(RULES[rule][0], 0)


@needs_data
def test_leads() -> None:
    crm = read(DATA / "leads" / "leads.csv")
    assert (crm.rows.read, crm.rows.used) == (12_943, 12_812)
    assert crm.rows.outcomes == {"won": 4_506, "lost": 2_384, "undecided": 13, "open": 6_040}
    assert crm.rows.set_aside == {"no day of creation": 131}
    assert crm.deals["outcome"].value_counts().to_dict() == {
        "won": 4_497,
        "lost": 2_354,
        "undecided": 12,
        "open": 5_949,
    }
    assert (crm.last_day, crm.origin, crm.unit_days) == (73 * 7.0, None, 7.0)
    assert crm.deals["value"].max() == 30_000_000
    assert noted(crm, "not_positive") == 111
    assert sorted(crm.stated["certainty"].unique()) == [0.0, 0.2, 0.4, 0.8]
    first = crm.stated[crm.stated["deal"] == "227001258"]
    assert first[["day", "certainty"]].to_numpy().tolist() == [[364.0, 0.2], [364.0, 0.4]]


@needs_data
def test_closed_leads_with_a_decimal_point() -> None:
    crm = read(DATA / "leads" / "leads_closed_with_certainty.csv")
    assert (crm.rows.read, crm.rows.used) == (6_851, 6_851)
    assert crm.deals["value"].iloc[2] == 40_646.77


@needs_data
def test_two_files_of_a_marketing_funnel() -> None:
    folder = DATA / "olist"
    files = [folder / f"olist_{name}_dataset.csv" for name in ("closed_deals", "marketing_qualified_leads")]
    crm = read(*files)
    assert (crm.rows.read, crm.rows.used) == (8_000, 7_999)
    assert crm.rows.outcomes == {"won": 842, "lost": 0, "undecided": 0, "open": 7_158}
    assert crm.rows.set_aside == {"ended before it was created": 1}
    assert (crm.origin, crm.unit_days) == (date(2017, 6, 14), 1.0)
    won = crm.deals[crm.deals["outcome"] == "won"]
    assert (won["ended"] - won["created"]).median() == 14
    assert (len(crm.reps), len(crm.deals.query("outcome == 'open' and ended.notna()"))) == (22, 0)
    assert read(*files[::-1]).deals.equals(crm.deals)  # whichever is named first


@needs_data
def test_pipeline_accounts_and_teams() -> None:
    crm = read(*sorted((DATA / "maven").glob("*.csv")))
    assert (crm.rows.read, crm.rows.used) == (8_800, 8_300)
    assert crm.rows.outcomes == {"won": 4_238, "lost": 2_473, "undecided": 0, "open": 2_089}
    assert crm.rows.set_aside == {"no day of creation": 500}  # at the stage of prospecting
    assert (crm.origin, crm.last_day) == (date(2016, 10, 20), 437.0)
    assert (len(crm.accounts), len(crm.reps), crm.deals["manager"].nunique()) == (85, 35, 6)
    assert "technolgy" in set(crm.deals["segment"])
    told = "names of product that may mean the same: left as they are"
    assert crm.rows.first[told] == "'GTX Pro' and 'GTXPro'"
    unused = {line.file for line in crm.understood if line.why.startswith("not used: the file")}
    assert unused == {"data_dictionary.csv", "products.csv"}
