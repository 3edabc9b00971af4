"""What the page says and draws: everything typed is text, every picture is sound, every word is there in both languages."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from analysis.language import speaking
from app.live import draft, draw_lines, draw_map, view, view_runs
from app.live.amounts import amount
from app.live.run_state import BROKEN, DONE, KILLED, Job
from app.live.shrunk import shrink

BAD = "<script>alert(1)</script>"
NAMES = [BAD, "=cmd|' /C calc'!A0", "[/red] 🦊 עברית", '"><img src=x onerror=alert(1)>']


def result(worlds: int = 1) -> dict[str, Any]:
    """Two lives of three weeks made by hand: four seats, the last one empty."""

    def life(policy: str) -> dict[str, Any]:
        return {
            "policy": policy, "morale": [[0.1, 0.5, 0.9, 0.5]] * 3, "group": [[4, 4, 4, 4], [0, 1, 2, 5], [0, 1, 3, 5]],
            "present": [[True, True, True, False]] * 3, "contracts": [[3, 2, 1, 0]] * 3, "deals": [[1, 1, 1, 0]] * 3,
            "stages": [[3, 2, 1], [2, 2, 2], [0, 0, 0]], "flows": [[], [(0, 1, 7), (1, 2, 3)], []], "moved": [0, 11, 0],
            "log": [{"week": 1, "action": BAD, "why": BAD}],
            "lines": {name: [1e5, 2e5, 3e5] for name in ("new_arr", "recurring_revenue", "open_pipeline_value",
                      "stated_pipeline_value", "morale_mean", "knowledge_mean")},
        }  # fmt: skip

    lives = [life(BAD), life(NAMES[3])]
    spread = None
    if worlds > 1:
        lines = {name: [[line, line, line]] * 2 for name, line in lives[0]["lines"].items()}
        totals = {
            "new_arr": {"left": 1e8, "right": 2e8, "difference": 1e8, "low": 5e7, "high": 2e8},
            "exits": {"left": 1.0, "right": 2.0, "difference": 1.0, "low": 0.5, "high": 2.0},
            "morale_mean": {"left": 0.5, "right": 0.5, "difference": 0.0, "low": -0.1, "high": 0.1},
            "gross_margin": {"left": None, "right": None, "difference": None, "low": None, "high": None},
        }  # fmt: skip
        spread = {"lines": lines, "totals": totals}
    return {"lives": lives, "segments": NAMES, "start": 1, "weeks": 3, "worlds": worlds, "spread": spread}


def pictures(html: str) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(one) for one in re.findall(r"<svg.*?</svg>", html, re.S)]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("worlds", [1, 8])
def test_names_are_text_wherever_they_stand(language: str, worlds: int) -> None:
    hostile = draft.opened("industry_focus").scenario.model_copy(update={"name": BAD})
    drafted = draft.Draft(hostile, BAD, None, "open", "lockdown", kept={BAD: hostile.policies["lockdown"].model_copy(
        update={"description": BAD})})  # fmt: skip
    job = Job(1, BAD, [BAD], 3, state=BROKEN, phase="running", why=BAD)
    lived = result(worlds)
    with speaking(language):
        html = "".join([
            *(view.maps(lived, frame) for frame in (0, 1, 2)), view.lines(lived), view.brings(lived, 4),
            view_runs.runs([job]), view.notices([("bad", NAMES)]), view.choice(drafted), view.variants(drafted),
            view.levers(drafted), view.about(drafted, shrink(drafted.whole())),
            *view.living(BAD).values(), view.page(NAMES, BAD),
        ])  # fmt: skip
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html
    for picture in pictures(html):
        assert not picture.findall(".//{*}script")


def test_a_map_shows_every_seat_in_its_team_and_what_moved() -> None:
    life = result()["lives"][0]
    (picture,) = pictures(draw_map.draw(life, NAMES, 1))
    words = " ".join(picture.itertext())
    assert "11 accounts changed hands" in words
    assert "7 accounts from seat 0 to seat 1" in words
    assert "seat 3: empty" in words
    assert [e.get("stroke-dasharray") for e in picture.findall(".//{*}rect")].count("3 2") == 1
    assert draw_map.rows_of(life, NAMES) == [4, 0, 1, 2, 3, 5]


@pytest.mark.parametrize("morale", [-1, 0, 0.2, 0.35, 0.55, 0.7, 0.9, 2])
def test_numbers_on_cells_can_be_read(morale: float) -> None:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    fill, ink = (light(colour) for colour in draw_map.colour_of(morale))
    assert (max(fill, ink) + 0.05) / (min(fill, ink) + 0.05) >= 4.5


def test_uncertainty_is_drawn_once_there_are_worlds() -> None:
    assert "fill-opacity" not in draw_lines.over_weeks("new_arr", "cents", result(1))
    assert draw_lines.over_weeks("new_arr", "cents", result(8)).count("fill-opacity") == 2
    table = view.brings(result(8), 20)
    assert "[500k, 2.00M]" in table
    assert re.findall(r'<td class="(better|worse|unclear)">', table) == [
        "better",
        "worse",
        "unclear",
        "unclear",
    ]


@pytest.mark.parametrize(
    "numbers", [[0.0, 0.0, 0.0], [float("nan"), 1.0, 2.0], [float("nan")] * 3, [-1e12, 0.0, 1e12]]
)
def test_lines_of_any_numbers_are_sound(numbers: list[float]) -> None:
    lived = result()
    for life in lived["lives"]:
        life["lines"] = dict.fromkeys(life["lines"], numbers)
    for picture in pictures(view.lines(lived)):
        assert "nan" not in ElementTree.tostring(picture, encoding="unicode").replace("xmlns", "")


@pytest.mark.parametrize("state", [DONE, KILLED, BROKEN, "running", "cancelling", "cancelled"])
@pytest.mark.parametrize("phase", ["starting", "running", "comparing", "drawing"])
def test_every_state_of_a_run_is_said(state: str, phase: str) -> None:
    html = view_runs.runs(
        [Job(7, "a", ["open"], 3, state=state, phase=phase, done=2, total=6, before=1, failed=1)]
    )
    assert ("progress" in html) == (state in ("running", "cancelling"))
    assert ("again-7" in html) == (state not in ("running", "cancelling"))
    made = state == DONE or phase in ("comparing", "drawing")  # then only the report is left
    assert ("Write the report" in html) == ("again-7" in html and made)
    assert ("the report is not written" in html) == (
        state in (KILLED, BROKEN, "cancelled") and phase in ("comparing", "drawing")
    )
    assert "1 runs failed" in html


def test_the_leaders_log_is_in_the_language_of_the_page() -> None:
    lived = result()
    lived["lives"][0]["log"] = [
        {"week": 1, "action": "withdraw", "why": "abandoned at week 26 as the policy says"}
    ]
    assert "abandoned at week 26" in view.maps(lived, 1)
    with speaking("zh"):
        html = view.maps(lived, 1)
    assert "withdraw" not in html
    assert "abandoned" not in html
    lived = result()
    why = "clearly worse, activity: -0.55 +- 0.21 standard deviations over 14 matched reps"
    lived["lives"][0]["log"] = [{"week": 1, "action": "retreat", "why": why}]
    assert why in view.maps(lived, 1)
    with speaking("zh"):
        assert "-0.55 ± 0.21 个标准差，14 名销售（配对比较）" in view.maps(lived, 1)


def test_the_page_speaks_chinese() -> None:
    """The catalogue's own tests ask for every text; here that the page looks there, for settings too."""
    drafted = draft.opened("industry_focus")
    with speaking("zh"):
        html = view.levers(drafted) + view.world(drafted) + view.page(["a"], "a")
        kept = drafted.with_lever("territory/teams", 3).keep("three")
        changed = kept.with_lever("territory/teams", 2).keep("two")
        assert (
            "three，其中 territory.teams: 2。lockdown，其中 territory.teams: 3。最大的四个行业"
            in view.variants(changed)
        )
    for word in ("行业归属", "客户释放", "行业锁定", "销售席位数", "语言", "来源：假设"):
        assert word in html
    english = view.levers(drafted) + view.world(drafted) + view.page(["a"], "a")
    assert not re.search("[\u4e00-\u9fff]", english.replace("中文", ""))


@pytest.mark.parametrize(
    ("cents", "english", "chinese"),
    [
        (0, "0", "0"), (99_949, "999", "999"), (12_345_600, "123k", "12.3万"), (-5_506_0000_00, "-55.1M", "-5,506万"),
        (9_999_9999_00, "100M", "1亿"), (float("nan"), "n/a", "无"),
    ],
)  # fmt: skip
def test_money_is_said_as_in_the_language(cents: float, english: str, chinese: str) -> None:
    assert amount(cents) == english
    with speaking("zh"):
        assert amount(cents) == chinese
