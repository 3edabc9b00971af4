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
from matplotlib.text import Text
from rich.console import Console
from synthetic import POLICIES, Tables, make_tables

from analysis import AnalysisError, compare, plots
from analysis.comparison import Comparison
from analysis.crossover import OVERTAKES
from analysis.paired import t_interval
from analysis.plots import forest, style
from analysis.plots.labels import spread
from analysis.report import render_report, write_report
from analysis.report.tables import beside, pairing_gain, policy_rows
from analysis.report.writer import breakable, whole
from analysis.terminal import render_summary
from analysis.units import percent

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
            assert (attributes.get(name) or "data:").startswith(("data:", "#"))
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


def test_report_bytes_are_the_same_every_time(
    answer: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = compare(make_tables(8, policies=("open", "lockdown", "adaptive"), weeks=40))
    first = write_report(answer, tmp_path / "deep" / "report.html").read_bytes()
    assert write_report(again, tmp_path / "b.html").read_bytes() == first
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("no room")))
    with pytest.raises(OSError, match="no room"):
        write_report(answer, tmp_path / "b.html")
    assert (tmp_path / "b.html").read_bytes() == first  # whole, if old
    assert [path.name for path in tmp_path.glob("b*")] == ["b.html"]


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
        assert b"<script" not in style.svg_bytes(answer.plot(name))


def test_dollar_signs_are_no_formulas() -> None:
    tables = make_tables(4, policies=("open", "lockdown"), weeks=30, names={"lockdown": "pay $x^$ [red]"})
    answer = compare(tables)
    assert plots.image(answer, "money")
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


def test_long_names_stand_whole_in_the_terminal() -> None:
    names = {"lockdown": "conversations_coach_everybody", "adaptive": "a_rather_longer_name_" * 4 + "still"}
    tables = make_tables(6, policies=("open", *names), weeks=40, names=names)
    text = shown(compare(tables).summary())
    assert max(len(line) for line in text.splitlines()) <= 80
    lines = [
        line.split("  ")[0].strip() for line in text.split("95 % intervals, each for itself")[1].splitlines()
    ]
    assert "…" not in text
    for name in names.values():
        pieces = [line for line in lines if line and line in name]
        assert "".join(pieces).startswith(name)
    people = text.split("People against open")[1]
    assert "conversations_coach_everybody " in people  # where there is room the name stays in one line


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


def test_few_worlds_are_warned_of_beside_the_chances() -> None:
    """Below twenty worlds, in the tables of terminal and report; the stated number is `analysis.verdict.ROUGH`."""
    policies = ("open", "lockdown", "adaptive")
    few, many, none = (compare(make_tables(n, policies=policies, weeks=20)) for n in (19, 20, 2))
    warning = "is rough with 19 worlds; 20 or more make it firm"
    assert warning in " ".join(shown(few.summary()).split())
    caption = re.search(r"<caption>(.*?)</caption>", render_report(few), re.DOTALL)
    assert caption is not None
    assert warning in caption[1]
    for answer in (many, none):
        assert "rough with" not in shown(answer.summary())
        assert "is rough with" not in render_report(answer)


def test_the_forest_plot_draws_and_names_both_intervals(full: Tables) -> None:
    answer = compare(full)
    figure = answer.plot("forest")
    ax = figure.axes[0]
    bars = [line for line in ax.lines if len(set(line.get_ydata())) == 1 and len(line.get_xdata()) == 2]
    thick = [line.get_xdata() for line in bars if line.get_linewidth() == forest.THICK]
    thin = [line.get_xdata() for line in bars if line.get_linewidth() == forest.THIN]
    assert len(thick) == len(thin) == len(answer.panel.rivals)
    for policy, inner, outer in zip(answer.panel.rivals, thick, thin, strict=True):
        difference = answer.panel.run("new_arr", policy) - answer.panel.run("new_arr", "open")
        for drawn, level in ((inner, 0.95), (outer, 1 - 0.05 / 6)):
            wanted = t_interval(difference, level)
            assert wanted.low is not None
            assert drawn[1] - drawn[0] == pytest.approx((wanted.high - wanted.low) / 1e8)
    (key,) = figure.legends
    assert [text.get_text() for text in key.get_texts()] == [
        "95 %, each for itself", "99.2 %, as the verdict asks", "clear at both", "clear for itself only", "not clear",
    ]  # fmt: skip
    assert "99.2 %, so that the 6 differences of a panel hold together" in " ".join(
        figure.texts[1].get_text().split()
    )
    assert "all judged at once" in plots.title(answer, "forest")
    alone = compare(make_tables(8, policies=("open", "lockdown"), weeks=20))
    (key,) = alone.plot("forest").legends
    assert [text.get_text() for text in key.get_texts()] == ["95 %, each for itself", "clear", "not clear"]


def test_the_forest_title_counts_what_is_clear_for_all_at_once(full: Tables) -> None:
    answer = compare(full)
    effect = answer.effects["lockdown", "new_arr"]
    narrow = replace(effect.effect, mean=2.0e8, low=0.1e8, high=3.9e8)  # clear at 95 %, not at 99.2 %
    answer.effects["lockdown", "new_arr"] = replace(effect, effect=narrow)
    before = compare(full)
    before.effects["lockdown", "new_arr"] = replace(effect, effect=replace(narrow, low=-0.1e8))
    assert plots.title(answer, "forest") == plots.title(before, "forest")


def crowd() -> Comparison:
    """More policies than columns can be read: copies of those there are, each a little lower."""
    tables = make_tables(6, weeks=40)
    for name in ("runs", "periods"):
        table = getattr(tables, name)
        one = table[table["policy"] == "lockdown"]
        copies = [one.assign(policy=f"copy_{i}", morale_mean=one["morale_mean"] - i / 1e3) for i in range(8)]
        setattr(tables, name, pd.concat([table, *copies], ignore_index=True))
    tables.meta["policies"] = [*POLICIES, *(f"copy_{i}" for i in range(8))]
    return compare(tables)


def test_many_policies_are_drawn_together_and_few_of_them_named() -> None:
    answer = crowd()
    figure = answer.plot("panels")
    assert len(figure.axes) == 3
    for ax in figure.axes:
        names = [text.get_text() for text in ax.texts if text.get_text()]
        assert 3 <= len(names) <= 5
        assert f"{answer.decision.best}, leads" in names
        assert "open, baseline" in names
        assert len([line for line in ax.lines if line.get_color() == style.FAINT]) >= 10
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()
    # An annotation's own extent holds its line; the text alone is what must not touch.
    boxes = [Text.get_window_extent(t, renderer) for ax in figure.axes for t in ax.texts if t.get_text()]
    assert all(not a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert max(box.x1 for box in boxes) <= figure.bbox.width
    assert len(compare(make_tables(3, weeks=20)).plot("panels").axes) == 18


def test_names_move_apart_only_where_they_touch() -> None:
    assert spread([0.1, 0.5, 0.9], 0.1) == pytest.approx([0.1, 0.5, 0.9])
    assert spread([0.50, 0.52, 0.54], 0.1) == pytest.approx([0.42, 0.52, 0.62])
    assert spread([0.3, 0.5, 0.5, 0.56], 0.1) == pytest.approx([0.3, 0.42, 0.52, 0.62])
    assert spread([], 0.1) == []


def test_headings_are_as_near_to_tall_axes_as_to_flat_ones() -> None:
    for policies in (("open", "lockdown"), POLICIES):
        figure = compare(make_tables(4, policies=policies, weeks=20)).plot("forest")
        figure.draw_without_rendering()
        ax = figure.axes[0]
        (name,) = (t for t in ax.texts if t.get_weight() == "bold")
        gap = name.get_window_extent().y0 - ax.get_window_extent().y1
        assert 3 <= gap * 72 / figure.dpi <= 8


def test_the_first_to_overtake_is_clearly_ahead_or_said_not_to_be() -> None:
    tables = make_tables(12, policies=("open", "lockdown", "adaptive"), weeks=104)
    answer = compare(tables)
    name = "new_arr"
    for policy, week, clear in (("lockdown", 40, False), ("adaptive", 60, True)):
        effect = answer.effects[policy, name]
        found = replace(effect.effect, mean=2.0, low=1.0 if clear else -1.0, high=3.0)
        answer.effects[policy, name] = replace(effect, effect=found)
        answer.crossings[policy, name] = replace(answer.crossings[policy, name], week=week, turn=OVERTAKES)
    assert plots.title(answer, "money").endswith("; 'adaptive' is first to overtake, in week 60")
    effect = answer.effects["adaptive", name]
    answer.effects["adaptive", name] = replace(effect, effect=replace(effect.effect, low=-1.0))
    assert plots.title(answer, "money").endswith(
        "; 'lockdown' is first to overtake, in week 40, but none is clearly ahead at the end"
    )


def test_the_report_shows_the_price_beside_the_headline_and_keeps_figures_whole(full: Tables) -> None:
    answer = compare(full)
    page = render_report(answer)
    head = re.search(r"<thead>(.*?)</thead>", page, re.DOTALL)
    assert head is not None
    assert '<th class="n">Recurring revenue</th>' in head[1]
    rows = {row["policy"]: row for row in policy_rows(answer)}
    lost = answer.effects["lockdown_all", "recurring_revenue"].percent
    assert rows["lockdown_all"]["beside"] == percent(lost)
    assert rows["open"]["beside"] == ""
    assert beside(compare(full, outcome="recurring_revenue")) == "new_arr"
    assert whole("brings -0.8 M [-2.0, 0.4] (-2 % [-6, 1]) over 91 weeks") == (
        "brings -0.8\xa0M [-2.0,\xa00.4] (-2\xa0% [-6,\xa01]) over 91 weeks"
    )
    verdict = re.search(r'<section class="verdict.*?</section>', page, re.DOTALL)
    assert verdict is not None
    assert not re.search(r"\d %|\[-?[\d.]+, ", verdict[0])
    # on a phone the heading of a picture, with the hint to swipe, comes before the picture
    assert page.index("<figcaption") < page.index("<img")
    assert "caption span { display: block; position: sticky;" in page
    assert re.search(r"<caption><span>", page)
    # a long name may break, so that the table fits; it reads and copies as it is
    assert "lockdown_<wbr>reversed" in page
    assert breakable("a_<b>") == "a_<wbr>&lt;b&gt;"
    assert "lockdown_reversed" in read(page).data


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
