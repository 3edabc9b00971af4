"""Plots, report and terminal: the same bytes, escaped text, nothing from the network, all shapes of input."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import matplotlib
import pandas as pd
import pytest
from rich.console import Console
from synthetic import POLICIES, Tables, make_tables

from analysis import AnalysisError, compare, plots
from analysis.comparison import Comparison
from analysis.plots import style
from analysis.report import render_report, write_report
from analysis.report.tables import pairing_gain
from analysis.terminal import render_summary

EVIL = "<script>alert(1)</script>"
NAMED = ["money", "forest", "panels", "truth"]


@pytest.fixture(scope="module")
def answer() -> Comparison:
    return compare(make_tables(8, policies=("open", "lockdown", "adaptive"), weeks=40))


class Reader(HTMLParser):
    """Collects tags and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.data = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.data += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def test_plots_are_written_twice_with_the_same_bytes(answer: Comparison, tmp_path: Path) -> None:
    again = compare(make_tables(8, policies=("open", "lockdown", "adaptive"), weeks=40))
    first, second = answer.save_plots(tmp_path / "a"), again.save_plots(tmp_path / "b")
    assert {p.suffix for p in first} == {".png", ".svg"}
    assert [p.name for p in first] == [p.name for p in second]
    assert {p.stem for p in first} >= {*NAMED, "fan_new_arr", "fan_morale_mean"}
    for a, b in zip(first, second, strict=True):
        assert a.read_bytes() == b.read_bytes(), a.name
    for path in first:
        if path.suffix == ".svg":
            ET.parse(path)
            assert b"<dc:date>" not in path.read_bytes()


def test_the_users_plot_settings_come_back_and_do_not_matter(answer: Comparison) -> None:
    before = style.svg_bytes(answer.plot("forest"))
    with matplotlib.rc_context({"font.size": 30, "axes.grid": False, "svg.hashsalt": "other"}):
        kept = dict(matplotlib.rcParams)
        assert style.svg_bytes(answer.plot("forest")) == before
        assert dict(matplotlib.rcParams) == kept


def test_labels_stay_on_the_canvas_and_apart(full: Tables) -> None:
    answer = compare(full)
    for name in [*NAMED, "new_arr"]:
        figure = answer.plot(name)
        figure.draw_without_rendering()
        renderer = figure.canvas.get_renderer()
        width, height = figure.bbox.width, figure.bbox.height
        for text in [*figure.texts, *(t for ax in figure.axes if ax.get_visible() for t in ax.texts)]:
            box = text.get_window_extent(renderer)
            assert box.x0 >= -1, (name, text.get_text())
            assert box.x1 <= width + 1, (name, text.get_text())
            assert box.y1 <= height + 1, (name, text.get_text())
        headings = [
            t.get_window_extent(renderer)
            for ax in figure.axes
            if ax.get_visible()
            for t in ax.texts
            if t.get_weight() == "bold"
        ]
        note = figure.texts[1].get_window_extent(renderer)
        assert all(not a.overlaps(b) for i, a in enumerate(headings) for b in headings[:i]), name
        assert all(not h.overlaps(note) for h in headings), name


def test_every_weekly_outcome_can_be_drawn(answer: Comparison) -> None:
    for outcome in answer.panel.weekly:
        assert len(answer.plot(outcome).axes) == 3
    with pytest.raises(AnalysisError, match="luck"):
        answer.plot("luck")


@pytest.mark.parametrize("replications", [1, 2])
def test_few_replications_can_be_drawn_and_reported(replications: int) -> None:
    few = compare(make_tables(replications, policies=("open", "lockdown"), weeks=30))
    page = render_report(few)
    assert "Not decided" in page
    assert "nan" not in read(page).data.lower()


def test_one_policy_and_missing_outcomes_can_be_reported() -> None:
    alone = compare(make_tables(4, policies=("open",), weeks=30))
    assert "nothing to compare" in read(render_report(alone)).data
    slim = make_tables(4, policies=("open", "lockdown"), weeks=30)
    slim.outcomes = slim.outcomes[slim.outcomes["name"] == "new_arr"]
    answer = compare(slim)
    assert "truth" not in plots.available(answer)
    assert render_report(answer)
    with pytest.raises(AnalysisError, match="truth"):
        answer.plot("truth")


def test_the_report_is_self_contained_and_locked(answer: Comparison) -> None:
    page = render_report(answer)
    tags = read(page).tags
    names = {tag for tag, _ in tags}
    assert not names & {"script", "link", "iframe", "object", "embed", "form", "base"}
    policy = next(a["content"] for t, a in tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    sheet = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert sheet is not None
    assert base64.b64encode(hashlib.sha256(sheet[1].encode()).digest()).decode() in policy
    for tag, attributes in tags:
        assert "style" not in attributes, tag
        assert not any(name.startswith("on") for name in attributes)
        for name in ("src", "href", "action"):
            assert (attributes.get(name) or "data:").startswith("data:")
    assert all(a.get("alt") for t, a in tags if t == "img")
    assert "url(" not in sheet[1]
    assert "@import" not in sheet[1]


@pytest.mark.parametrize(
    ("ratios", "words"),
    [
        ((0.5, 2.0, 3.0), "for 2 of 3 policies, as much as 2.0 to 3.0 times as many independent worlds would; for the"
         " others it does not (lowest factor 0.5). With 6 worlds these factors are rough."),
        ((0.5, 0.8), "for 0 of 2 policies (lowest factor 0.5). With 6 worlds these factors are rough."),
        ((2.0,), "for 1 of 1 policies, as much as 2.0 times as many independent worlds would. With 6 worlds these"
         " factors are rough."),
    ],
)  # fmt: skip
def test_pairing_is_praised_only_where_it_narrows(ratios: tuple[float, ...], words: str) -> None:
    policies = ("open", "lockdown", "adaptive", "preferred")[: len(ratios) + 1]
    answer = compare(make_tables(6, policies=policies, weeks=20))
    for policy, ratio in zip(policies[1:], ratios, strict=True):
        answer.effects[policy, "new_arr"] = replace(answer.effects[policy, "new_arr"], variance_ratio=ratio)
    text = pairing_gain(answer)
    assert text == f"Pairing the worlds narrows the differences in New ARR {words}"


def test_report_bytes_are_the_same_every_time(answer: Comparison, tmp_path: Path) -> None:
    again = compare(make_tables(8, policies=("open", "lockdown", "adaptive"), weeks=40))
    first = write_report(answer, tmp_path / "deep" / "report.html").read_bytes()
    assert write_report(again, tmp_path / "b.html").read_bytes() == first


def test_hostile_names_and_texts_are_escaped(tmp_path: Path) -> None:
    tables = make_tables(4, policies=("open", "lockdown"), weeks=30, names={"lockdown": EVIL})
    tables.meta.update(
        question=f'Is {EVIL} & "co" good?',
        description=EVIL,
        command=EVIL,
        policies_text={EVIL: EVIL},
        parameters=[{"name": EVIL, "source": EVIL, "value": 1.5}],
    )
    tables.outcomes.loc[tables.outcomes["name"] == "new_arr", ["label", "description"]] = EVIL
    tables.decisions["why"] = EVIL
    answer = compare(tables)
    page = render_report(answer)
    assert "<script" not in page
    assert "script" not in {tag for tag, _ in read(page).tags}
    assert EVIL in read(page).data
    assert "<script" not in answer._repr_html_()
    for name in plots.available(answer):
        assert b"<script" not in plots.svg(answer, name)


def test_dollar_signs_are_no_formulas() -> None:
    tables = make_tables(4, policies=("open", "lockdown"), weeks=30, names={"lockdown": "pay $x^$ [red]"})
    answer = compare(tables)
    assert plots.svg(answer, "money")
    assert "pay $x^$ [red]" in shown(answer.summary())


def shown(summary: dict) -> str:
    console = Console(width=80, force_terminal=False, file=io.StringIO())
    with console.capture() as capture:
        for part in render_summary(summary):
            console.print(part)
    return capture.get()


def test_the_terminal_shows_verdict_and_tables_in_80_columns(full: Tables) -> None:
    answer = compare(full)
    text = shown(json.loads(json.dumps(answer.summary())))
    assert max(len(line) for line in text.splitlines()) <= 80
    for policy in POLICIES[1:]:
        assert text.count(policy) >= 3
    assert text.startswith(("Decided\n", "Not decided\n"))
    assert "Shortfall and crossover" in text
    assert "…" not in text


def test_policies_that_came_out_the_same_are_named_once() -> None:
    tables = make_tables(4, policies=("open", "lockdown", "adaptive", "preferred"), weeks=20)
    for name in ("runs", "periods"):
        table = getattr(tables, name)
        kept = table[table["policy"].isin(["open", "lockdown", "preferred"])]
        copies = [table[table["policy"] == "lockdown"].assign(policy=p) for p in ("adaptive", "twin")]
        setattr(tables, name, pd.concat([kept, *copies], ignore_index=True))
    tables.meta["policies"] = [*tables.meta["policies"], "twin"]
    answer = compare(tables)
    assert answer.summary()["identical"] == [["lockdown", "adaptive", "twin"]]
    said = "'adaptive' and 'twin': same as 'lockdown' in every world."
    assert shown(answer.summary()).count(said) == 1
    assert read(render_report(answer)).data.count(said) == 1
    week = (tables.periods["policy"] == "twin") & (tables.periods["week"] == 15)
    tables.periods.loc[week, "morale_mean"] += 1e-9
    assert compare(tables).summary()["identical"] == [["lockdown", "adaptive"]]
    assert compare(make_tables(3, policies=("open", "lockdown"), weeks=20)).summary()["identical"] == []


@pytest.fixture(scope="module")
def full() -> Tables:
    return make_tables(8, weeks=80)


def test_the_truth_plot_states_the_gap_with_its_interval(full: Tables) -> None:
    answer = compare(full)
    weeks = full.periods[full.periods["week"].between(13, 25)]
    sums = weeks.groupby("policy")[["stated_pipeline_value", "open_pipeline_value"]].sum()
    gap = 100 * (sums["stated_pipeline_value"] / sums["open_pipeline_value"] - 1)
    found = re.fullmatch(
        r"Under 'lockdown_all' reports overstate the pipeline by ([\d.]+) % \[([\d.]+), ([\d.]+)\] "
        r"in the first quarter after the start; "
        r"under 'open' they overstate the pipeline by [\d.]+ % \[[\d.]+, [\d.]+\]",
        plots.title(answer, "truth"),
    )
    assert found is not None
    mean, low, high = map(float, found.groups())
    assert mean == pytest.approx(gap["lockdown_all"], abs=0.6)
    assert low <= mean <= high
