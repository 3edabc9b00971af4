"""Whatever a file holds, the import refuses it by name or accounts for every row of it.

Random small tables in the grammar of exports, and the project's example with random harm done to it. 450 cases here; the
long form (SALESPOLICY_LONG_IMPORT=1, half an hour) takes 10,000, and asks more often every question of what was read.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from crm_files import workbook
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.crm.read import read_crm
from analysis.crm.table import Crm, DataError, Rows
from app.calibration.settings import DEFAULTS, RANGES

LONG = bool(os.environ.get("SALESPOLICY_LONG_IMPORT"))
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "crm"


def fuzz(short: int, long: int) -> settings:
    return settings(max_examples=long if LONG else short, suppress_health_check=list(HealthCheck))


def adds_up(rows: Rows) -> bool:
    return rows.read == rows.used + sum(rows.set_aside.values()) and rows.used >= 0


def imported(paths: list[Path], **options: object) -> Crm | None:
    """The import, with what it promises of any history; None if it refuses, by the name of a file."""
    try:
        crm = read_crm(paths, **options)  # type: ignore[arg-type]
    except DataError as refusal:
        error = refusal
    else:
        checked(crm)
        return crm
    assert any(path.name in text for path in paths for text in (error.file, error.message)), error
    assert error.file == "" or len(error.message) < 500
    return None


def checked(crm: Crm) -> None:
    assert adds_up(crm.rows)
    assert len(crm.deals) == crm.rows.used > 0
    assert crm.changes is None or adds_up(crm.changes)
    assert crm.deals["deal"].is_unique
    created, ended = (crm.deals[name].to_numpy(float) for name in ("created", "ended"))
    assert (created >= 0).all()
    assert (created <= crm.last_day).all()
    assert not (ended < created).any()
    assert not (ended > crm.last_day).any()
    assert ((crm.deals["outcome"] == "open").to_numpy() == np.isnan(ended)).all()
    assert not (crm.deals["value"].to_numpy(float) <= 0).any()
    assert crm.last_day <= 40 * 366
    assert sum(crm.rows.outcomes.values()) <= crm.rows.read


# --- a grammar of exports

NAMES = {
    "deal": ["Opportunity ID", "id", "商机编号", "Deal"],
    "account": ["Account Name", "客户名称"],
    "segment": ["Industry", "行业"],
    "rep": ["Owner", "负责人", "Sales Rep"],
    "former_rep": ["Former Owner", "前负责人"],
    "created": ["Created Date", "创建时间", "WeekCreated", "opened"],
    "ended": ["Close Date", "closed", "结单日期"],
    "won_on": ["Won Date", "赢单时间"],
    "outcome": ["Outcome", "Status", "状态"],
    "stage": ["Stage", "阶段"],
    "value": ["Amount", "金额（万元）", "Amount (USD)", "ACV"],
    "moved": ["掉公海时间", "Owner Changed Date"],
    "touched": ["最后跟进时间", "Last Activity"],
    "stated": ["Commit-80", "Best-20"],
    "none": ["Notes", "备注", "", "x", "Created Date"],
}
DAY = st.dates(date(2019, 1, 1), date(2026, 6, 30))
FORMS = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%Y%m%d",
    "%d.%m.%Y",
    "%Y年%m月%d日",
    "%d %b %Y",
    "%G-W%V",
    "%d/%m/%y",
]
JUNK = st.sampled_from(
    ["", "-", "N/A", "无", "0000-00-00", "1900-01-01", "9999-12-31", "0020-01-01", "2026-02-30", "-1", "0", "12", "46023",
     "1e400", "NaN", "inf", "=A1", "＝", "￥1,5", "1.234", "1,5", "1.234.567,8", "(5)", "$", "a" * 300, "2026-W54", "won",
     "\u202e", "é", "1 000"]
)  # fmt: skip
WORDS = st.sampled_from(
    ["won", "lost", "open", "Closed Won", "赢单", "输单", "搁置", "no decision", "closed", "", "Proposal"]
)
NUMBERS = [
    ["1", "12.5", "1,234.50", ""],
    ["1.234,50", "7,5"],
    ["¥3", "5万", "0", "-4"],
    ["€7", "€ 1,000.00"],
    ["1e3", "12"],
]
ENCODINGS = [
    ("utf-8", None),
    ("utf-8", None),
    ("utf-8-sig", None),
    ("utf-16", None),
    ("gb18030", "gb18030"),
    ("cp1252", "cp1252"),
]


def cell(role: str, form: str, numbers: list[str]) -> st.SearchStrategy[str]:
    if role in {"created", "ended", "won_on", "moved", "touched", "stated"}:
        return st.one_of(
            DAY.map(lambda day: day.strftime(form)), *([] if role == "created" else [st.just("")])
        )
    if role in {"outcome", "stage"}:
        return WORDS
    if role == "deal":
        return st.integers(1, 30).map(str)
    return st.sampled_from(
        numbers if role == "value" else ["", "a", "b", "王", "Rep 1", "x, y", 'the "best"', "1"]
    )


@st.composite
def tables(draw: st.DrawFn) -> tuple[bytes, str | None, int | None]:
    """A text, the encoding to tell of it, and the number of its rows where nothing hides one."""
    roles = draw(st.lists(st.sampled_from(list(NAMES)), max_size=5))
    if not roles or draw(st.sampled_from([True, True, False])):
        roles = ["deal", "created", "ended", "outcome", *roles]
    form, numbers = draw(st.sampled_from(FORMS)), draw(st.sampled_from(NUMBERS))
    names = [draw(st.sampled_from(NAMES[role])) for role in roles]
    rows = [[draw(cell(role, form, numbers)) for role in roles] for _ in range(draw(st.integers(1, 9)))]
    rows = rows * draw(st.sampled_from([1, 1, 5]))
    for _ in range(draw(st.sampled_from([0, 0, 1, 5]))):
        row = draw(st.integers(0, len(rows) - 1))
        rows[row] = list(rows[row])
        rows[row][draw(st.integers(0, len(roles) - 1))] = draw(JUNK)
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    quoted = [delimiter.join('"' + text.replace('"', '""') + '"' for text in row) for row in [names, *rows]]
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    title = draw(st.sampled_from(["", "", "Report" + end, end, f"sep={delimiter}{end}"]))
    text = title + end.join(quoted) + draw(st.sampled_from(["", end]))
    encoding, told = draw(st.sampled_from(ENCODINGS))
    if draw(st.integers(0, 9)) == 0:
        told = draw(st.sampled_from([None, "gb18030", "utf-16-le", "klingon"]))
    return text.encode(encoding, "replace"), told, len(rows) if "".join(rows[-1]).strip() else None


@fuzz(250, 6_000)
@given(tables(), st.sampled_from([None, "dmy", "mdy", "ymd"]), st.booleans())
def test_a_grammar_of_exports(
    tmp_path: Path, made: tuple[bytes, str | None, int | None], dates: str | None, today: bool
) -> None:
    content, encoding, many = made
    path = tmp_path / "deals.csv"
    path.write_bytes(content)
    crm = imported([path], encoding=encoding, dates=dates, today=date(2026, 6, 30) if today else None)
    if crm is not None and many is not None:
        assert crm.rows.read == many


# --- harm done to the example

VALUE = rb"(?<=<t>)[^<]+|(?<=<v>)[^<]+|(?<=\")[\w.]+(?=\")"  # texts, numbers and attributes of XML
HARM = st.sampled_from(["value"] * 6 + ["cut", "insert", "overwrite", "double", "end"])
BYTES = st.sampled_from(
    [
        b",",
        b";",
        b'"',
        b"\n",
        b"\r",
        b"\0",
        b"\xff",
        b"\xc3",
        b"=",
        b"-",
        b"9",
        b" ",
        b"\t",
        b"=cmd()",
        b"\xe8\xb5\xa2",
        b"2026",
    ]
)


@st.composite
def harm(draw: st.DrawFn, content: bytes, mark: bytes = rb"[^,\r\n]+") -> bytes:
    """The same with a few values (what `mark` finds) exchanged, or pieces cut, put in, written over or doubled."""
    for _ in range(draw(st.integers(1, 4))):
        kind, at = draw(HARM), draw(st.integers(0, max(len(content) - 1, 0)))
        length = draw(st.sampled_from([1, 1, 2, 10, 100]))
        piece = draw(BYTES)
        if kind == "value":
            found = re.compile(mark).search(content, at)
            piece = draw(JUNK).encode()
            content = content[: found.start()] + piece + content[found.end() :] if found else content
        elif kind == "cut":
            content = content[:at] + content[at + length :]
        elif kind == "insert":
            content = content[:at] + piece + content[at:]
        elif kind == "overwrite":
            content = content[:at] + piece + content[at + len(piece) :]
        elif kind == "double":
            content = content[: at + length] + content[at:]
        else:
            content = content[:at]
    return content


def example(name: str, lines: int) -> bytes:
    return b"".join((EXAMPLES / name).read_bytes().splitlines(keepends=True)[:lines])


@fuzz(150, 3_000)
@given(
    harm(example("opportunities.csv", 40)), harm(example("accounts.csv", 20)), harm(example("teams.csv", 10))
)
def test_harm_done_to_the_example(tmp_path: Path, deals: bytes, accounts: bytes, teams: bytes) -> None:
    paths = [tmp_path / name for name in ("opportunities.csv", "accounts.csv", "teams.csv")]
    for path, content in zip(paths, (deals, accounts, teams), strict=True):
        path.write_bytes(content)
    for some in (paths[:1], paths):
        imported(some)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The parts of a workbook of the example's first rows, with days as days."""
    lines: list[list[object]] = [
        list(line.split(",")) for line in example("opportunities.csv", 20).decode("utf-8-sig").splitlines()
    ]
    for line in lines[1:]:
        line[5] = date.fromisoformat(str(line[5]))
    path = workbook(tmp_path_factory.mktemp("book") / "deals.xlsx", {"Deals": lines})
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@fuzz(50, 1_000)
@given(st.data())
def test_harm_done_to_a_workbook(tmp_path: Path, parts: dict[str, bytes], data: st.DataObject) -> None:
    harmed = data.draw(
        st.sampled_from(
            ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", ""]
        )
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, data.draw(harm(content, VALUE)) if name == harmed else content)
    path = tmp_path / "deals.xlsx"
    path.write_bytes(stream.getvalue() if harmed else data.draw(harm(stream.getvalue())))
    imported([path])


# --- what is asked of what was read


def asked(crm: Crm) -> None:
    """All questions, of however little: no estimate fails, and none is found without a number."""
    from analysis.crm.estimates.everything import estimate

    for one in estimate(crm, RANGES, DEFAULTS):
        assert one.finding != "found" or np.isfinite([one.value, one.low, one.high]).all(), one


@fuzz(8, 200)
@given(harm(example("opportunities.csv", 200)), tables())
def test_every_question_is_answered_of_what_was_read(
    tmp_path: Path, deals: bytes, made: tuple[bytes, str | None, int | None]
) -> None:
    path = tmp_path / "opportunities.csv"
    for content, encoding in ((deals, None), made[:2]):
        path.write_bytes(content)
        crm = imported([path], encoding=encoding, dates="dmy")
        if crm is not None:
            asked(crm)
