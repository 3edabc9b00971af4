"""docs/validation.md tells every fact, with its band and what came out, as `python run.py facts` does."""

from __future__ import annotations

import re

from analysis.facts.bands import Band
from analysis.facts.known import FACTS
from analysis.facts.table import ABSENT, MET, MISSED, UNMEASURED, Row, summary
from tests.patterns.write_validation import CHAPTERS, PAGE, facts, facts_page

HELD = Band(0.4, 0.6, "S7", "talent")


def test_every_fact_has_a_row_with_band_figure_and_verdict() -> None:
    found = [Row(fact, f"figure of {fact}", MET, Band(0.0, None, fact, "x"), (0.5, 0.01)) for fact in FACTS]
    found += [
        Row("S7", "share", MISSED, HELD, (0.362, 0.002), "0.04 below the band."),
        Row("S8", "later", UNMEASURED, HELD),
        Row("S10", "the mechanism", ABSENT, words="Off by default."),
    ]
    page = "\n".join(facts_page(found))
    for fact in FACTS:
        assert re.search(
            rf"\| \*\*{fact}\*\*, (fitted|held out) \| figure of {fact} \| above 0 \| 0.500 ± 0.010 \| met \|",
            page,
        )
    assert "|  | share | 0.4 to 0.6 | 0.362 ± 0.002 | **outside** |" in page
    assert "|  | later | 0.4 to 0.6 |  | not measured |" in page
    assert "|  | the mechanism |  |  | **not modelled** |" in page
    assert "Missed: **S7** (held out), **S10** (held out)." in " ".join(page.split())
    assert "- share: 0.04 below the band." in page
    assert summary(found)["S8"] == MET


def test_the_page_holds_all_facts_and_the_chapter_can_be_written_alone() -> None:
    assert CHAPTERS[0] is facts
    chapter = re.search(r"<!-- facts -->\n(.*?)\n<!-- ", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert chapter is not None
    assert re.findall(r"^\| \*\*(S\d+)\*\*", chapter[1], re.MULTILINE) == list(FACTS)
    bands = [row.split("|")[3].strip() for row in chapter[1].splitlines() if re.match(r"\|.*[+±]", row)]
    assert len(bands) >= 25
    assert all(bands)
