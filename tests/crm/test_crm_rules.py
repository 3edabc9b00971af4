"""Every row is used or set aside by a stated rule, and counted; open deals are censored, not lost."""

from __future__ import annotations

import math
from datetime import date, timedelta
from pathlib import Path

import pytest
from crm_files import GOOD, HEAD, TODAY, csv, read, refusal, rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.crm.clean import RULES
from analysis.crm.table import Crm

COLUMNS = ("deal", "created", "ended", "outcome", "value")


def odd(crm: Crm) -> dict[str, int]:
    """Sentences by the names of their rules."""
    names = {sentence: name for name, (sentence, _) in RULES.items()}
    assert crm.rows.read == crm.rows.used + sum(crm.rows.set_aside.values())
    assert len(crm.deals) == crm.rows.used
    for sentence in crm.rows.set_aside:
        assert RULES[names[sentence]][1]
    return {names[sentence]: count for sentence, count in (crm.rows.set_aside | crm.rows.noted).items()}


@pytest.mark.parametrize(
    ("line", "rule", "kept"),
    [
        (",,,,", "empty", None),
        ("3,,2026-02-02,won,5", "no_start", None),
        ("3,2026-09-01,,open,5", "future", None),
        ("3,2026-01-02,,won,5", "no_end", None),
        ("3,2026-01-02,,lost,5", "no_end", None),
        ("3,2026-01-09,2026-01-08,lost,5", "negative", None),
        ("1,2026-01-01,2026-02-01,won,100", "copy", None),
        ("1,2026-01-01,2026-02-03,lost,7", "again", ("1", 0.0, 33.0, "lost", 7.0)),
        ("3,2026-01-02,2026-02-02,won,", "no_value", ("3", 1.0, 32.0, "won", None)),
        ("3,2026-01-02,2026-02-02,won,0", "not_positive", ("3", 1.0, 32.0, "won", None)),
        ("3,2026-01-02,2026-02-02,lost,-4", "not_positive", ("3", 1.0, 32.0, "lost", None)),
        ("3,2026-01-02,2026-02-02,closed,5", "silent", ("3", 1.0, 32.0, "undecided", 5.0)),
        ("3,2026-01-02,,,5", "wordless", ("3", 1.0, None, "open", 5.0)),
        ("3,2026-01-02,2026-05-01,open,5", "expected", ("3", 1.0, None, "open", 5.0)),
        ("3,2026-01-02,2026-08-01,won,5", "late", ("3", 1.0, None, "open", 5.0)),
        (",2026-01-02,2026-02-02,no decision,5", "nameless", ("deals.csv:4", 1.0, 32.0, "undecided", 5.0)),
    ],
)
def test_rule(tmp_path: Path, line: str, rule: str, kept: tuple[object, ...] | None) -> None:
    # The good row comes last again, so that an empty one is not at the end of the file.
    crm = read(csv(tmp_path, *GOOD, line, "9,2026-01-01,,open,1"), today=TODAY)
    assert odd(crm) == {rule: 1}
    sentence = RULES[rule][0]
    assert crm.rows.first[sentence] == f"deals.csv:{2 if rule in {'copy', 'again'} else 4}"
    found = rows(crm, *COLUMNS)
    assert len(found) == (4 if kept and rule != "again" else 3)
    if kept:
        assert kept in found


def test_unreadable_values_among_many(tmp_path: Path) -> None:
    good = [f"{n},2026-01-01,2026-02-01,won,100" for n in range(60)]
    crm = read(csv(tmp_path, *good, "a,2026-02-30,,open,1", "b,2026-01-02,,open,many"))
    assert odd(crm) == {"bad_date": 1, "bad_value": 1}
    assert rows(crm, *COLUMNS)[-1] == ("b", 1.0, None, "open", None)


def test_won_and_lost_at_once(tmp_path: Path) -> None:
    lines = (
        "1,2026-01-01,2026-02-01,",
        "2,2026-01-01,,2026-02-02",
        "3,2026-01-01,2026-02-01,2026-02-02",
        "4,2026-01-01,,",
    )
    crm = read(csv(tmp_path, *lines, head="id,created,won date,lost date"))
    assert odd(crm) == {"both": 1, "no_value": 1}
    assert rows(crm, "deal", "ended", "outcome") == [
        ("1", 31.0, "won"),
        ("2", 32.0, "lost"),
        ("4", None, "open"),
    ]
    assert crm.rows.outcomes == {"won": 1, "lost": 1, "undecided": 0, "open": 1}


def test_the_future_without_a_day_given(tmp_path: Path) -> None:
    crm = read(csv(tmp_path, *GOOD, "3,2190-01-01,,open,5", "4,2026-01-03,2190-01-01,won,5"))
    assert odd(crm) == {"future": 1, "late": 1}
    assert crm.last_day == 31.0  # the last day on which anything happened


def test_last_day_is_the_latest_event_or_given(tmp_path: Path) -> None:
    path = csv(tmp_path, *(f"{line},2026-03-01" for line in GOOD), head=f"{HEAD},last activity date")
    assert (read(path).last_day, read(path).origin) == (59.0, date(2026, 1, 1))
    assert read(path, today=TODAY).last_day == 180.0
    assert rows(read(path, today=date(2026, 1, 31)), "outcome") == [("open",), ("open",)]  # won on 1 February


def test_expected_closing_days_are_no_events(tmp_path: Path) -> None:
    crm = read(csv(tmp_path, *GOOD, "3,2026-01-06,2026-05-01,open,5"))
    assert crm.last_day == 31.0
    assert odd(crm) == {"expected": 1}


def test_yes_and_no(tmp_path: Path) -> None:
    lines = ("1,2026-01-01,2026-02-01,1,5", "2,2026-01-01,2026-02-01,0,5", "3,2026-01-01,,0,5")
    crm = read(csv(tmp_path, *lines, head="id,created,closed,is won,amount"))
    assert rows(crm, "outcome") == [("won",), ("lost",), ("open",)]


def test_unknown_stages_are_open_unless_they_have_ended(tmp_path: Path) -> None:
    head = "id,created,closed,stage,amount"
    crm = read(csv(tmp_path, *GOOD, "3,2026-01-02,,Pilot,5", head=head))
    assert rows(crm, "outcome", "stage")[-1] == ("open", "Pilot")
    assert refusal(csv(tmp_path, *GOOD, "3,2026-01-02,2026-01-03,Pilot,5", head=head)) == (
        "deals.csv:4:stage: 'Pilot' is no outcome that is known (say in a file for --mapping "
        "what each means: words: {Pilot: won}, or lost, "
        "undecided, open)"
    )
    several = csv(
        tmp_path, *GOOD, "3,2026-01-02,2026-01-03,Pilot,5", "4,2026-01-02,2026-01-03,Trial,5", head=head
    )
    assert "2 words are no outcomes that are known: 'Pilot', 'Trial'" in refusal(several)
    path = csv(tmp_path, *GOOD, "3,2026-01-02,2190-01-03,Pilot,5", head=head)
    assert rows(read(path), "outcome")[-1] == ("open",)  # an expectation


def test_stated_certainties(tmp_path: Path) -> None:
    lines = ("1;10;30;-1;8;12;31", "2;10;-1;-1;11;-1;-1")
    path = csv(
        tmp_path, *lines, head="Lead ID;WeekCreated;WeekWon;WeekLost;WeekLow-20;WeekMid-40;WeekHigh-80"
    )
    crm = read(path)
    assert (crm.origin, crm.unit_days, crm.last_day) == (None, 7.0, 217.0)
    assert crm.stated.to_dict("list") == {
        "deal": ["1", "1", "2"], "day": [56.0, 84.0, 77.0], "certainty": [0.2, 0.4, 0.2],
    }  # fmt: skip
    assert odd(crm) == {"no_value": 1, "stated_late": 1, "stated_early": 1}
    assert refusal(path, today=TODAY).startswith(
        "deals.csv: the file counts weeks or days from a start nobody knows"
    )


def test_several_files(tmp_path: Path) -> None:
    old = csv(
        tmp_path, "1,01/02/2025,13/02/2025,won,10,r,Acme", head=f"{HEAD},owner,account", name="2025.csv"
    )
    new = csv(
        tmp_path, "2;2026-01-01;;open;1.234,5;s;Bolt", "3;2026-01-01;;open;1;;", name="2026.csv",
        head=f"{HEAD},owner,account".replace(",", ";"),
    )  # fmt: skip
    listed = csv(
        tmp_path,
        "a1,Acme,retail,r,q,2025-03-01",
        name="accounts.csv",
        head="id,account,industry,owner,former owner,moved",
    )
    teams = csv(tmp_path, "r,Head,North", name="teams.csv", head="sales rep,manager,region")
    crm = read(old, new, listed, teams)
    assert odd(crm) == {"no_account": 1, "no_rep": 1}
    assert rows(crm, "deal", "created", "value", "segment", "manager") == [
        ("1", 0.0, 10.0, "retail", "Head"), ("2", 334.0, 1234.5, "", ""), ("3", 334.0, 1.0, "", ""),
    ]  # fmt: skip
    assert crm.accounts.to_dict("records") == [
        {"account": "Acme", "segment": "retail", "rep": "r", "former_rep": "q"},
        {"account": "Bolt", "segment": "", "rep": "", "former_rep": ""},
    ]
    assert crm.reps["rep"].tolist() == ["r", "s"]
    assert crm.moves.to_dict("records") == [
        {"what": "account", "name": "Acme", "day": 28.0, "before": "q", "after": "r"}
    ]


def test_a_file_of_closed_deals(tmp_path: Path) -> None:
    leads = csv(
        tmp_path, "1,2026-01-01", "2,2026-01-02", "3,2026-01-03", head="lead id,created", name="leads.csv"
    )
    closed = csv(
        tmp_path,
        "2,2026-02-01,5,r",
        "2,2026-02-03,6,",
        "9,2026-02-01,5,s",
        head="lead id,won date,amount,owner",
        name="won.csv",
    )
    crm = read(leads, closed)
    assert rows(crm, *COLUMNS, "rep") == [
        ("1", 0.0, None, "open", None, ""), ("2", 1.0, 33.0, "won", 6.0, ""), ("3", 2.0, None, "open", None, ""),
    ]  # fmt: skip
    assert odd(crm) == {"no_start": 1, "twice_closed": 1}
    assert (crm.rows.read, crm.rows.first[RULES["no_start"][0]]) == (4, "won.csv:4")
    strangers = csv(tmp_path, "9,2026-02-01", head="lead id,won date", name="won.csv")
    with pytest.raises(Exception, match=r"won\.csv: none of its deals is among the opportunities"):
        read(leads, strangers)


def expected(line: tuple[str, int | None, int | None, str, str], later: list[str]) -> str:
    """The rule that sets a row aside, told once more in plain words; "" if it is used."""
    deal, created, ended, word, _ = line
    if not deal and created is None and ended is None and not word:
        return "empty"
    if created is None:
        return "no_start"
    if created > LAST:
        return "future"
    over = word in {"won", "lost", "cancelled"} and not (ended is not None and ended > LAST)
    if over and ended is None:
        return "no_end"
    if over and ended is not None and ended < created:
        return "negative"
    return "repeated" if deal and deal in later else ""


LAST = (TODAY - date(2026, 1, 1)).days
DAY = st.none() | st.integers(0, LAST + 30)
LINE = st.tuples(
    st.sampled_from(["", "a", "b", "c", "d"]),
    DAY,
    DAY,
    st.sampled_from(["won", "lost", "cancelled", "open"]),
    st.just("7"),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINE, max_size=12))
def test_no_row_is_lost(tmp_path: Path, lines: list[tuple[str, int | None, int | None, str, str]]) -> None:
    def day(number: int | None) -> str:
        return "" if number is None else str(date(2026, 1, 1) + timedelta(days=number))

    lines = [*lines, ("z", 0, None, "open", "7")]
    text = [
        ",".join((deal, day(created), day(ended), word, value)) for deal, created, ended, word, value in lines
    ]
    crm = read(csv(tmp_path, *text), today=TODAY)
    found = odd(crm)
    wanted: dict[str, int] = {}
    later: list[str] = []
    used: list[str] = []
    for place in reversed(range(len(lines))):
        why = expected(lines[place], later)
        wanted[why] = wanted.get(why, 0) + 1
        if not why:
            later.append(lines[place][0])
            used.append(lines[place][0] or f"deals.csv:{place + 2}")
    assert crm.rows.read == len(lines)
    assert crm.deals["deal"].tolist() == used[::-1]
    found["repeated"] = found.pop("copy", 0) + found.pop("again", 0)
    aside = {name for name, (_, away) in RULES.items() if away} | {"repeated"}
    assert {name: found[name] for name in aside & found.keys() if found[name]} == {
        name: count for name, count in wanted.items() if name
    }
    still = crm.deals["outcome"] == "open"
    assert crm.deals["ended"].isna().equals(still)
    assert not (crm.deals["ended"] < crm.deals["created"]).any()
    assert all(math.isnan(end) or end <= crm.last_day for end in crm.deals["ended"])


def test_planned_moves_have_no_day_yet(tmp_path: Path) -> None:
    lines = (
        "1,2026-01-01,,open,5,r,q,2026-03-01",
        "2,2026-01-01,,open,5,r,q,2026-12-01",
        "3,2026-01-01,,open,5,r,r,2026-03-01",
    )
    crm = read(csv(tmp_path, *lines, head=f"{HEAD},owner,former owner,transferred on"), today=TODAY)
    moves = crm.moves.astype(object).where(crm.moves.notna(), None)
    assert moves[["name", "day", "before", "after"]].to_numpy().tolist() == [
        ["1", 59.0, "q", "r"],
        ["2", None, "q", "r"],
    ]


def test_two_columns_of_one_certainty_give_the_earlier_day(tmp_path: Path) -> None:
    head = "id;WeekCreated;WeekClosed;WeekWon;WeekCommit-80;WeekPromised-80"
    crm = read(csv(tmp_path, "1;10;30;30;15;12", "2;10;-1;-1;-1;11", "3;10;-1;-1;13;-1", head=head))
    assert crm.stated.sort_values("deal")["day"].tolist() == [84.0, 77.0, 91.0]


def test_a_last_day_of_years_later_is_refused(tmp_path: Path) -> None:
    path = csv(tmp_path, *GOOD)
    assert refusal(path, today=date(2028, 1, 1)).startswith(
        "deals.csv: nothing happens in the data after 2026-02-01, more than a year before the last day told, 2028-01-01"
    )
    assert read(path, today=date(2027, 1, 31)).latest == 31.0
    assert read(path).latest is None
