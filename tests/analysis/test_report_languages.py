"""The report in both languages: nothing English is left in Chinese, every section says what it has or who fills it in."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from found_data import found, interval
from matplotlib.font_manager import FontProperties
from synthetic import make_tables

from analysis import compare, language
from analysis.comparison import Comparison
from analysis.language import speaking
from analysis.plots import fonts, hurt, lead, style
from analysis.reasons import reason_in_words
from analysis.report import render_report
from analysis.report.found import Found
from analysis.report.gallery import for_managers
from analysis.report.watched import watch
from analysis.subject import about, few
from simulation.outcomes import OUTCOMES
from simulation.runs.tables import describe
from simulation.spec import load_scenario

SHIPPED = Path(__file__).parents[2] / "scenarios" / "industry_focus.yaml"
CHROMIUM, MM = Path("/usr/bin/chromium"), 96 / 25.4  # pixels a millimetre
EVIL = "<script>=cmd [/red] \N{PILE OF POO} \u202e\u05d0\u05d1"
FREE = {
    "ARR",
    "95 %",
    "Shapley",
    "Fieller",
    "Bonferroni",
    "Kim",
    "Nelson",
    "Lai",
    "Brier",
    "Thompson",
    "softmax",
    "logit",
}
"""Names of methods and people, and terms that are the same in both languages."""


class Visible(HTMLParser):
    """What one reads, a piece an element; commands, names of levers and columns that are exempt left out."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.inside: list[str] = []
        self.alts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "pre", "code"):
            self.inside.append(tag)
        self.alts += [value or "" for name, value in attrs if name == "alt"]

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside and data.strip():
            self.pieces.append(data.strip())


def seen(page: str) -> list[str]:
    reader = Visible()
    reader.feed(page)
    return reader.pieces + reader.alts


@pytest.fixture(scope="module")
def answer() -> Comparison:
    tables = make_tables(6, policies=("open", "lockdown", "adaptive"), weeks=40)
    tables.outcomes["description"] = [
        OUTCOMES[name].description if name in OUTCOMES else "" for name in tables.outcomes["name"]
    ]
    tables.decisions["why"] = (
        "clearly worse, activity: -0.50 +- 0.17 standard deviations over 14 matched reps"
    )
    given = describe(load_scenario(SHIPPED))
    wanted = ("question", "description", "parameters", "scenario")
    tables.meta |= {name: given[name] for name in wanted}
    tables.meta["policies_text"] = {"lockdown": given["policies_text"]["lockdown"]}
    return compare(tables)


@pytest.fixture(scope="module")
def chinese(answer: Comparison) -> str:
    with speaking("zh"):
        return render_report(answer, found("adaptive"))


def test_no_english_is_left_in_the_chinese_report(answer: Comparison, chinese: str) -> None:
    meta = answer.panel.meta
    exempt = {str(p[key]) for p in meta["parameters"] for key in ("name", "unit", "source")}
    settings = str(meta["policies_text"]["lockdown"]).split("\n")[1]
    left = []
    for piece in seen(chinese):
        if piece in exempt or piece == settings:
            continue
        text = re.sub(r"`[^`]*`", "", piece)  # commands
        for name in (*sorted(exempt, key=len, reverse=True), *answer.panel.policies, *FREE):
            text = text.replace(name, "") if len(name) > 3 else text
        words = re.findall(r"[A-Za-z]{3,}(?:[ -][A-Za-z]+)+", text)
        left += [piece] if words else []
    assert not left
    assert '<html lang="zh">' in chinese
    assert "对 120 名销售来说" in chinese
    assert "万" in chinese


def test_the_first_page_has_five_pictures(answer: Comparison, chinese: str) -> None:
    page = chinese[chinese.index('class="managers"') : chinese.index("<nav")]
    assert page.count("<img") == 5
    assert 'class="ask"' not in chinese
    for text in re.findall(r'<p class="(?:about|finding)">(.*?)</p>', page, re.DOTALL):
        assert "“adaptive”" in text  # one subject, at the head of each
    for anchor in re.findall(r"<nav.*?</nav>", chinese, re.DOTALL)[0].split('href="#')[1:]:
        assert f'id="{anchor.split(chr(34))[0]}"' in chinese


def test_one_hint_says_what_is_missing_and_which_command_gives_it(answer: Comparison) -> None:
    page = render_report(answer, Found(run="my-run"))
    assert not re.search("[\u4e00-\u9fff]", page)
    assert re.findall(r"<code>(salespolicy [^<]*my-run[^<]*)</code>", page) == [
        "salespolicy report my-run --full"
    ]
    (hint,) = re.findall(r'<p class="ask">(.*?)</p>', page)
    assert "why, who gains and who loses, what to watch, where it flips" in hint
    assert 'id="watch"' not in page
    assert 'href="#watch"' not in page
    other = found("lockdown")  # what was asked of another policy than the one the first page is about
    assert other.missing("adaptive") == ["who gains and who loses", "what to watch"]
    told = watch(answer, other.watch or {})
    assert told["sentences"][-1].startswith("Of 2 signals of week 6 after the start deals won tells best")
    assert told["sentences"][-1].endswith(
        "right in 70 % [60, 80] of pairs of worlds, by chance in 50 %; 1 of 2 tell more than chance."
    )
    assert [row["telling"] for row in told["leading"]] == [True, False]
    assert set(for_managers(answer, other)) == {"lead", "reports", "pilots"}
    assert about(answer, "lockdown").endswith(" Piloted in 5 is 'lockdown'.")
    assert found().missing("lockdown") == []


@pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium")
def test_the_first_page_fits_on_one_sheet_of_paper(chinese: str, tmp_path: Path) -> None:
    """Letter and A4 with 15 mm margins; what is folded is left out but for the figures of the verdict."""
    from playwright.sync_api import sync_playwright

    file = tmp_path / "report.html"
    file.write_text(chinese, encoding="utf-8")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.emulate_media(media="print")
        page.goto(file.as_uri())
        for wide, high in ((186, 249), (180, 267)):
            page.set_viewport_size({"width": round(wide * MM), "height": round(high * MM)})
            assert (
                page.evaluate("document.querySelector('.managers').getBoundingClientRect().bottom")
                <= high * MM
            )
        shown = page.evaluate(
            "[...document.querySelectorAll('details')].map(d => [d.open, d.checkVisibility()])"
        )
        assert page.evaluate("document.querySelector('details.print p').checkVisibility()")
        browser.close()
    assert all(visible for opened, visible in shown if opened)
    assert sum(visible for opened, visible in shown if not opened) == 1


def test_the_same_bytes_in_each_language(answer: Comparison, chinese: str) -> None:
    again = Comparison(**{**answer.__dict__, "pictures": {}})
    with speaking("zh"):
        assert render_report(again, found("adaptive")) == chinese
    assert len(chinese) < 3_000_000


def test_names_that_could_do_harm_are_text(answer: Comparison) -> None:
    tables = make_tables(4, policies=("open", "lockdown"), weeks=30, names={"lockdown": EVIL})
    given = compare(tables)
    asked = found(EVIL, segment=EVIL)
    useless = [{**rule, "saves": interval(1e5, 5e6)} for rule in (asked.watch or {})["signals"]]
    asked = replace(asked, watch={**(asked.watch or {}), "signals": useless})
    with speaking("zh"):
        page = render_report(given, asked)
        folded = language.say("The signals all the same; none of these is a rule to use")
    assert f"<details><summary>{folded}</summary>" in page
    assert "<script" not in page
    assert page.count("&lt;script&gt;=cmd [/red]") > 10
    assert "\N{PILE OF POO}" in page


def test_a_name_of_ten_thousand_signs_leaves_pictures_as_they_are(answer: Comparison) -> None:
    name = "x" * 10_000
    tables = make_tables(4, policies=("open", "lockdown"), weeks=40, names={"lockdown": name})
    given = compare(tables)
    wide = lead.lead(given, few(given))
    plain = lead.lead(answer, few(answer))
    assert wide is not None
    assert plain is not None
    assert wide.get_size_inches()[1] < 1.5 * plain.get_size_inches()[1]
    people = hurt.hurt(found(name, segment=name).who or {}, {})
    assert people is not None
    assert people.get_size_inches()[1] < 6


def test_without_a_chinese_font_pictures_are_english(
    answer: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "chinese", lambda: None)
    with speaking("zh"):
        assert fonts.lacking()
        texts = [t.get_text() for t in answer.plot("forest").texts]
    assert not re.search("[\u4e00-\u9fff]", " ".join(texts))
    assert not fonts.lacking(["open"])
    assert fonts.lacking(["行业锁定"])


@pytest.mark.skipif(fonts.chinese() is None, reason="no font with Chinese signs (fonts-noto-cjk)")
def test_with_a_chinese_font_pictures_are_chinese(answer: Comparison) -> None:
    with speaking("zh"):
        assert not fonts.lacking(["行业锁定"])
        figure = answer.plot("forest")
    assert any(re.search("[\u4e00-\u9fff]", t.get_text()) for t in figure.texts)
    with style.rules():
        assert FontProperties().get_family()[0] == fonts.LATIN  # Latin text looks as without it


def test_lines_break_by_width_and_names_are_clipped() -> None:
    lines = fonts.wrapped("行业锁定让新签收入在第一季度下降，之后回升。" * 3, 20, 9)
    assert all(fonts.cells(line) <= 22 for line in lines)
    assert not any(line[0] in "，。" for line in lines)
    assert "".join(lines) == "行业锁定让新签收入在第一季度下降，之后回升。" * 3
    assert fonts.wrapped("a b c d", 3, 2) == ["a b", "c d"]
    assert fonts.wrapped("one two three four", 5, 2)[-1].endswith("…")
    assert fonts.clipped("行业锁定", 5) == "行业…"
    assert style.shortened("a\nb", 9) == "a b"
    assert style.broken("行业锁定政策甲", 8) == "行业锁定\n政策甲"


@pytest.mark.parametrize(
    "text",
    [
        "27 reps under the policy; homes: 5 retail, 3 energy",
        "abandoned at week 26 as the policy says",
        "clearly worse, activity: -0.50 +- 0.17 standard deviations over 14 matched reps",
        "a first: best with probability 0.96 after all have been tried",
        "pioneers, round 2: 7 reps, 60% of their time",
    ],
)
def test_the_leaders_reasons_are_translated(text: str) -> None:
    assert reason_in_words(text) == text
    with speaking("zh"):
        assert re.search("[\u4e00-\u9fff]", reason_in_words(text))
