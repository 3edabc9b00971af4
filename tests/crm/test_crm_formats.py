"""Separators, encodings and kinds of file: the same history whatever it was saved as."""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from crm_files import DATA as REAL
from crm_files import GOOD, HEAD, csv, needs_data, read, refusal, rows, workbook

from analysis.crm.table import Crm

TEXT = "\n".join((HEAD, *GOOD)) + "\n"
WANTED = [("1", 0.0, 31.0, "won", 100.0), ("2", 4.0, None, "open", 200.0)]
COLUMNS = ("deal", "created", "ended", "outcome", "value")


def same(one: Crm, other: Crm) -> None:
    for name in ("deals", "stated", "moves", "accounts", "reps"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    for name in ("last_day", "origin", "unit_days", "currency"):
        assert getattr(one, name) == getattr(other, name)
    assert (one.rows.read, one.rows.used) == (other.rows.read, other.rows.used)
    assert (one.rows.set_aside, one.rows.noted) == (other.rows.set_aside, other.rows.noted)
    assert [(u.column, u.role) for u in one.understood] == [(u.column, u.role) for u in other.understood]


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace(",", "|").encode(),
        b"sep=;\n" + TEXT.replace(",", ";").encode(),
        b"\n" + TEXT.encode() + b"\n\n",
        TEXT.replace(",", '","').replace("\n", '"\n"').join(('"', "")).rstrip('"').encode(),
    ],
)
def test_text_in_its_many_forms(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "deals.csv").write_bytes(content)
    assert rows(read(tmp_path / "deals.csv"), *COLUMNS) == WANTED


def test_chinese_export(tmp_path: Path) -> None:
    head = "商机编号,客户名称,负责人,前负责人,创建时间,关闭时间,掉公海时间,最后跟进时间,阶段,金额（万元）"
    lines = (
        "甲1,青山,王,,2026年1月1日,2026/2/1 10:00,,2026-02-01,赢单,1.5",
        "甲2,青山,李,王,2026-01-05 09:30:00,,2026-03-01,2026年3月9日 下午3:20,初步接触,2",
        "甲3,绿水,,李,20260106,2026-01-20,2026-02-02,,搁置,",
    )
    path = csv(tmp_path, *lines, head=head, encoding="gb18030")
    crm = read(path, encoding="gb18030")
    assert rows(crm, *COLUMNS, "rep", "account", "stage") == [
        ("甲1", 0.0, 31.0, "won", 15_000.0, "王", "青山", "赢单"),
        ("甲2", 4.0, None, "open", 20_000.0, "李", "青山", "初步接触"),
        ("甲3", 5.0, 19.0, "undecided", None, "", "绿水", "搁置"),
    ]
    assert crm.currency == "CNY"
    assert crm.last_day == 67.0  # the last follow-up, 9 March
    assert crm.moves.to_dict("records") == [
        {"what": "deal", "name": "甲2", "day": 59.0, "before": "王", "after": "李"},
        {"what": "deal", "name": "甲3", "day": 32.0, "before": "李", "after": ""},  # in the public pool
    ]


def test_characters_cut_by_a_piece_of_the_file(tmp_path: Path) -> None:
    # Two bytes a character and an odd offset: a piece of 1 MiB ends in the middle of one.
    lines = [f"{n},2026-01-01,,open,1,{'赢' * 60}" for n in range(12_000)]
    path = csv(tmp_path, *lines, head=f"{HEAD},说明", encoding="gb18030")
    assert path.stat().st_size > 1 << 20
    assert read(path, encoding="gb18030").rows.used == 12_000


def test_a_workbook_with_a_sheet_a_table(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "crm.xlsx",
        {
            "Deals": [
                ["Opportunity ID", "Owner", "Account Name", "Created Date", "Close Date", "Stage", "Amount"],
                ["a", "Rep 1", "Acme", date(2026, 1, 1), datetime(2026, 2, 1, 12, 30), "Closed Won", 12.125],
                ["b", "Rep 2", "Acme", 46027, None, "6 - Proposal (60%)", 1234.5],  # 46027: 5 January
            ],
            "Accounts": [["Account Name", "Industry"], ["Acme", "retail"]],
            "Teams": [["Owner", "Manager"], ["Rep 1", "Head"]],
            "Notes": [["Made for"], ["the meeting"]],
        },
    )
    crm = read(path)
    assert rows(crm, *COLUMNS, "segment", "manager") == [
        ("a", 0.0, 31.0, "won", 12.125, "retail", "Head"),
        ("b", 4.0, None, "open", 1234.5, "retail", ""),
    ]
    notes = [line for line in crm.understood if line.file == "crm.xlsx[Notes]"]
    assert [line.why for line in notes] == [
        "not used: the file looks like none of opportunities, closed deals, accounts, teams and changes of owner"
    ]


@needs_data
def test_round_trip_through_csv_workbook_and_parquet(tmp_path: Path) -> None:
    path = REAL / "maven" / "sales_pipeline.csv"
    table = pd.read_csv(path)
    for name in ("engage_date", "close_date"):
        table[name] = pd.to_datetime(table[name])
    table.to_parquet(tmp_path / "typed.parquet")
    cells = table.astype(object).where(table.notna(), None)
    for name in ("engage_date", "close_date"):
        cells[name] = [None if cell is None else cell.to_pydatetime() for cell in cells[name]]
    workbook(tmp_path / "book.xlsx", {"Deals": [list(table.columns), *cells.itertuples(index=False)]})
    table.to_csv(tmp_path / "again.csv", sep=";", decimal=",", date_format="%d.%m.%Y", index=False)
    first = read(path)
    for name in ("typed.parquet", "book.xlsx", "again.csv"):
        same(first, read(tmp_path / name))


def test_parquet_of_every_type(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "id": [1, 2],
            "created": pd.to_datetime(["2026-01-01", "2026-01-05"]).tz_localize("Asia/Shanghai"),
            "closed": [date(2026, 2, 1), None],
            "outcome": pd.Categorical(["won", "open"]),
            "amount": [100.0, 200.0],
            "tags": [["a"], ["b", "c"]],
        }
    )
    frame.to_parquet(tmp_path / "deals.parquet")
    crm = read(tmp_path / "deals.parquet")
    assert rows(crm, *COLUMNS) == WANTED
    assert crm.understood[-1].why.startswith("not read: its type is list")


@pytest.mark.parametrize("zone", ["Z", "utc", "UTC", "Etc/UTC", "+00:00"])
def test_names_of_universal_time(tmp_path: Path, zone: str) -> None:
    days = pa.array([datetime(2026, 1, 1), datetime(2026, 1, 5)], pa.timestamp("us")).cast(pa.int64())
    columns = dict(zip(HEAD.split(","), zip(*(line.split(",") for line in GOOD), strict=True), strict=True))
    pq.write_table(
        pa.table({**columns, "created": days.cast(pa.timestamp("us", zone))}), tmp_path / "deals.parquet"
    )
    assert rows(read(tmp_path / "deals.parquet"), *COLUMNS) == WANTED


def test_lengths_of_time_are_no_days(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"id": range(30), "created": date(2026, 1, 1), "closed": pd.to_timedelta(range(30), "D")}
    )
    frame.assign(outcome="won").to_parquet(tmp_path / "deals.parquet")
    assert refusal(tmp_path / "deals.parquet").startswith(
        "deals.parquet:1: 30 of 30 deals that ended do not say on which day: 'closed' is there, but not read: its type is "
        "duration["
    )


def test_workbook_with_a_table_of_its_texts(tmp_path: Path) -> None:
    # As Excel itself writes them: each text once, in pieces of different type, with how it is spoken beside it.
    plain = workbook(tmp_path / "plain.xlsx", {"Deals": [line.split(",") for line in TEXT.splitlines()]})
    texts: list[str] = []

    def shared(match: re.Match[str]) -> str:
        texts.append(match[2])
        return f'<c r="{match[1]}" t="s"><v>{len(texts) - 1}</v></c>'

    with zipfile.ZipFile(plain) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = re.sub(r'<c r="(\w+)" t="inlineStr"><is><t>(.*?)</t></is></c>', shared, parts[sheet])
    assert len(texts) > 10
    items = "".join(
        f"<si><r><t>{text[:1]}</t></r><r><t>{text[1:]}</t></r><rPh sb='0' eb='1'><t>spoken</t></rPh></si>"
        for text in texts
    )
    parts["xl/sharedStrings.xml"] = (
        f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{items}</sst>'
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    entry = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace("</Types>", entry)
    with zipfile.ZipFile(tmp_path / "excel.xlsx", "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    assert rows(read(tmp_path / "excel.xlsx"), *COLUMNS) == rows(read(plain), *COLUMNS) == WANTED
