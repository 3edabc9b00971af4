"""Corners of the import that whole exports seldom reach: pieces of files, files that belong together, roles told twice."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from crm_files import GOOD, HEAD, csv, read, refusal, rows

from analysis.crm import columnar, delimited, scan
from analysis.crm.delimited import _Recoded
from analysis.crm.files import read_files
from analysis.crm.table import Crm, DataError

TEXT = "\n".join((HEAD, *GOOD)) + "\n"
PIECE = 1 << 20  # what is read of a file at once


def why(crm: Crm, column: str) -> str:
    return next(line.why for line in crm.understood if line.column == column)


def test_no_file_at_all_is_refused() -> None:
    with pytest.raises(DataError) as caught:
        read_files([])
    assert str(caught.value) == "no file was given (name the exports of the CRM)"


def parquet(path: Path) -> Path:
    """Two deals with days of no time zone; the second with the time of day."""
    frame = pd.DataFrame(
        {
            "id": ["1", "2"], "created": [datetime(2026, 1, 1), datetime(2026, 1, 5, 23, 59, 59)],
            "closed": [datetime(2026, 2, 1), pd.NaT], "outcome": ["won", "open"], "amount": [100.0, 200.5],
        }
    )  # fmt: skip
    frame.to_parquet(path / "deals.parquet")
    return path / "deals.parquet"


def test_typed_days_without_a_zone_are_the_days_that_they_show(tmp_path: Path) -> None:
    crm = read(parquet(tmp_path))
    assert rows(crm, "deal", "created", "ended", "value") == [
        ("1", 0.0, 31.0, 100.0),
        ("2", 4.0, None, 200.5),
    ]
    shown = {line.column: line.examples for line in crm.understood}
    assert shown["created"] == ("2026-01-01", "2026-01-05 23:59:59")


def test_a_parquet_file_of_too_many_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = parquet(tmp_path)
    monkeypatch.setattr(columnar, "MAX_ROWS", 2)
    assert read(path).rows.read == 2
    monkeypatch.setattr(columnar, "MAX_ROWS", 1)
    assert refusal(path) == "deals.parquet: more than 1 rows (export fewer years)"


def test_a_file_larger_than_two_gigabytes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = csv(tmp_path, *GOOD)
    monkeypatch.setattr(scan, "MAX_BYTES", path.stat().st_size)
    assert read(path).rows.read == 2
    monkeypatch.setattr(scan, "MAX_BYTES", path.stat().st_size - 1)
    assert refusal(path) == "deals.csv: the file is larger than 2 GiB (export fewer columns or years)"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_nought_in_wide_text_is_binary_data_of_its_line(tmp_path: Path, encoding: str) -> None:
    path = csv(tmp_path, *GOOD, "3,2026-01-05,,op\0en,5", encoding=encoding)
    assert refusal(path) == (
        "deals.csv:4: this is not a table in text: it holds binary data (export the table as CSV, .xlsx or Parquet)"
    )


def test_a_separator_is_told_but_nothing_follows(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text("\nsep=;\n")
    assert refusal(tmp_path / "deals.csv") == (
        "deals.csv:2: only one column: no comma, semicolon, tab or | separates cells (the file needs a line with the names "
        "of the columns)"
    )


def test_a_row_that_goes_on_beyond_a_whole_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell that nobody closed swallows the rest: told as that, or as the first odd row above it."""
    monkeypatch.setattr(delimited, "_BLOCK", 128)
    swallowed = [f"{n},2026-01-05,,open,{n}" for n in range(4, 40)]
    told = refusal(csv(tmp_path, *GOOD, '3,2026-01-05,,open,"1', *swallowed))
    assert told.startswith("deals.csv: the rows cannot be told apart (")
    assert told.endswith(") (a quotation mark may be missing)")
    many = [f"{n},2026-01-05,,open,{n}" for n in range(40, 60)]
    told = refusal(csv(tmp_path, *GOOD, "3,2026-01-05", *many, '4,2026-01-05,,open,"1', *swallowed))
    assert told == "deals.csv: 2 cells where the header has 5 (a quotation mark may be missing)"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gb18030", "x" + "赢" * (PIECE // 2)),  # two bytes each, the first of them at an odd place
        ("gb18030", "xx" + "𠀀" * (PIECE // 4)),  # four bytes, of which two are left over
        ("utf-16-le", "x" + "𠀀" * (PIECE // 4)),  # two halves, one in each piece
        ("cp1252", "é" * (PIECE + 1)),
    ],
)
def test_a_character_that_two_pieces_share_is_one(tmp_path: Path, encoding: str, text: str) -> None:
    (tmp_path / "f.csv").write_bytes(text.encode(encoding))
    stream = _Recoded(tmp_path / "f.csv", encoding)
    given, most = [], 700_000
    while part := stream.read(most):
        assert len(part) <= most
        given.append(part)
    stream.close()
    assert len(given) > 2
    assert b"".join(given).decode("utf-8") == text
    assert stream.closed


def test_what_is_recoded_is_given_piece_by_piece_and_then_nothing(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_bytes("a赢".encode("gb18030"))
    stream = _Recoded(tmp_path / "f.csv", "gb18030")
    assert [stream.read(1), stream.read(2), stream.read(), stream.read(), stream.read(5)] == [
        b"a", "赢".encode()[:2], "赢".encode()[2:], b"", b"",
    ]  # fmt: skip
    stream.close()
    (tmp_path / "f.csv").write_bytes("".encode("utf-16"))  # a mark and no text
    stream = _Recoded(tmp_path / "f.csv", "utf-16")
    assert stream.read() == b""
    stream.close()


def test_half_a_character_at_the_end_is_an_error_not_a_shorter_text(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_bytes("赢".encode("gb18030")[:1])
    stream = _Recoded(tmp_path / "f.csv", "gb18030")
    with pytest.raises(UnicodeDecodeError, match="incomplete multibyte sequence"):
        stream.read()
    stream.close()


ACCOUNTS = "id,created,account,industry"


def test_accounts_with_a_number_and_a_day_of_creation_are_no_deals(tmp_path: Path) -> None:
    deals = csv(tmp_path, *(f"{line},Acme" for line in GOOD), head=f"{HEAD},account")
    listed = csv(tmp_path, "A1,2020-01-01,Acme,retail", head=ACCOUNTS, name="accounts.csv")
    crm = read(deals, listed)
    assert rows(crm, "deal", "segment") == [("1", "retail"), ("2", "retail")]
    said = {line.column: line.why for line in crm.understood if line.file == "accounts.csv"}
    assert said["id"] == "looks like deal, of which a file of accounts has no use"
    assert said["created"] == "looks like created, of which a file of accounts has no use"
    # Alone they are what is left to take for deals, and nothing tells how those ended.
    assert refusal(listed).startswith("accounts.csv: no column says what was won and what was lost")


def test_accounts_with_a_day_of_creation_alone_are_accounts(tmp_path: Path) -> None:
    deals = csv(tmp_path, *(f"{line},Acme" for line in GOOD), head=f"{HEAD},account")
    listed = csv(tmp_path, "2020-01-01,Acme,retail", head="created,account,industry", name="accounts.csv")
    assert rows(read(deals, listed), "deal", "segment") == [("1", "retail"), ("2", "retail")]


def test_certainties_of_the_closed_deals_alone_are_stated(tmp_path: Path) -> None:
    deals = csv(tmp_path, "1,2026-01-01,open", "2,2026-01-05,open", head="id,created,status")
    closed = csv(
        tmp_path, "1,2026-02-01,won,2026-01-11", head="id,closed,outcome,Commit-80", name="closed.csv"
    )
    crm = read(deals, closed)
    assert rows(crm, "deal", "ended", "outcome") == [("1", 31.0, "won"), ("2", None, "open")]
    assert crm.stated.to_dict("records") == [{"deal": "1", "day": 10.0, "certainty": 0.8}]


def test_a_column_of_certainties_that_is_told(tmp_path: Path) -> None:
    path = csv(tmp_path, *(f"{line},2026-01-11" for line in GOOD), head=f"{HEAD},Vermutung 40")
    crm = read(path, mapping={"stated": "Vermutung 40"})
    assert crm.stated.to_dict("records") == [
        {"deal": deal, "day": 10.0, "certainty": 0.4} for deal in ("1", "2")
    ]
    assert why(crm, "Vermutung 40") == "told by the user; year-month-day"
    assert refusal(path, mapping={"stated": "Vermutung 40", "touched": "Vermutung 40"}) == (
        "the column 'Vermutung 40' is given two roles, stated and touched (keep one)"
    )


def test_a_column_whose_name_fits_two_roles_plays_the_first(tmp_path: Path) -> None:
    # "won" may be the day of winning or the outcome: its values decide, and the other role is left free.
    crm = read(csv(tmp_path, "1,2026-01-01,2026-02-01", "2,2026-01-05,", head="id,created,won"))
    assert [line.role for line in crm.understood] == ["deal", "created", "won_on"]
    assert rows(crm, "deal", "ended", "outcome") == [("1", 31.0, "won"), ("2", None, "open")]


def test_a_second_column_of_a_role_that_was_told_is_not_used(tmp_path: Path) -> None:
    path = csv(tmp_path, *(f"{line},Li,Wang" for line in GOOD), head=f"{HEAD},Wer,owner")
    crm = read(path, mapping={"rep": "Wer"})
    assert rows(crm, "rep") == [("Li",), ("Li",)]
    assert why(crm, "owner") == "could be rep too, but Wer fits better: not used"
    assert why(crm, "Wer") == "told by the user"


def test_two_files_in_two_currencies_are_refused(tmp_path: Path) -> None:
    head = "id,created,closed,outcome,amount,currency"
    one = csv(tmp_path, "1,2026-01-01,2026-02-01,won,5,USD", head=head, name="one.csv")
    other = csv(tmp_path, "2,2026-01-01,2026-02-01,won,5,eur", head=head, name="two.csv")
    with pytest.raises(DataError) as caught:
        read(one, other)
    assert str(caught.value) == (
        "two.csv: amounts in EUR, but those of one.csv are in USD (convert all amounts to one currency first)"
    )


def test_signs_of_another_currency_than_was_told_are_refused(tmp_path: Path) -> None:
    path = csv(tmp_path, "1,2026-01-01,2026-02-01,won,$5")
    assert read(path, mapping={"currency_code": "usd"}).currency == "USD"
    assert refusal(path, mapping={"currency_code": "chf"}) == (
        "deals.csv:amount: amounts in USD, but the currency is said to be CHF"
    )


def test_new_business_and_renewals_are_told_from_other_kinds(tmp_path: Path) -> None:
    kinds = ("New Business", " 续约 ", "upsell", "")
    lines = [f"{n},2026-01-01,2026-02-01,won,5,{kind}" for n, kind in enumerate(kinds)]
    crm = read(csv(tmp_path, *lines, head=f"{HEAD},deal type"))
    assert rows(crm, "kind") == [("new",), ("renewal",), ("",), ("",)]


@pytest.mark.parametrize(("without", "known", "refused"), [(20, 19, True), (20, 20, False), (19, 0, False)])
def test_an_export_without_days_of_closing_is_refused_where_most_miss(
    tmp_path: Path, without: int, known: int, refused: bool
) -> None:
    ended = [f"{n},2026-01-01,2026-02-01,won,5" for n in range(known)]
    endless = [f"{100 + n},2026-01-01,,lost,5" for n in range(without)]
    path = csv(tmp_path, "999,2026-01-05,,open,5", *ended, *endless)
    if refused:
        assert refusal(path) == (
            "deals.csv:22: 20 of 39 deals that ended do not say on which day (export the closing date, or name its column: "
            "--map ended=...)"
        )
    else:
        assert read(path).rows.set_aside == {"won, lost or given up, but no day of the end": without}
