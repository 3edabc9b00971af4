"""What a policy does to all else that is watched besides the headline outcome, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.language import listed, mark, say, told
from analysis.paired import Difference
from analysis.panel import OutcomeInfo, Panel
from analysis.units import measured, percent

PRICE = (
    ("new_arr", mark("new ARR")),
    ("recurring_revenue", mark("recurring revenue")),
    ("gross_margin", mark("gross margin")),
    ("morale_mean", mark("morale")),
    ("exits", mark("exits")),
    ("knowledge_applied", mark("knowledge applied")),
    ("knowledge_mean", mark("knowledge")),
)
UNSEEN = ("recurring_revenue", "gross_margin")
"""An export of deals does not say who pays already, who renews, and what that costs: a calibrated scenario assumes it."""


@dataclass(frozen=True, slots=True)
class Watched:
    """One thing watched: its word and its difference; `by_share` of money whose sums rest on assumptions."""

    word: str
    difference: Difference
    info: OutcomeInfo
    by_share: bool = False

    @property
    def way(self) -> int:
        """1 if clearly better, -1 if clearly worse, 0 if neither."""
        return int(self.difference.effect.clear) * (1 if gain(self.difference, self.info) > 0 else -1)

    @property
    def size(self) -> str:
        """E.g. "-84 M [-94, -74], -19 %"; money also as a share, where that is known."""
        if self.by_share and self._share():
            return percent(self.difference.percent)
        effect = measured(self.difference.effect, self.info, brief=True)
        return say("{size}, {share}", size=effect, share=share) if (share := self._share()) else effect

    @property
    def change(self) -> str:
        """E.g. "84 M [74, 94] less recurring revenue (-19 %)", or "exits higher by 18 [14, 22]"."""
        effect = self.difference.effect
        below = (effect.mean or 0.0) < 0
        if not self.info.money:
            size = measured(effect, self.info, False, below, brief=True)
            if below:
                return say("{what} lower by {size}", what=self.word, size=size)
            return say("{what} higher by {size}", what=self.word, size=size)
        if self.by_share and self._share():
            return self._more(percent(self.difference.percent, False, below), below)
        text = self._more(measured(effect, self.info, False, below), below)
        return say("{text} ({share})", text=text, share=share) if (share := self._share()) else text

    def _more(self, size: str, below: bool) -> str:
        if below:
            return say("{size} less {what}", size=size, what=self.word)
        return say("{size} more {what}", size=size, what=self.word)

    def _share(self) -> str:
        share = self.difference.percent
        known = self.info.money and share.low is not None
        return percent(share).partition(" [")[0] if known else ""


def watched(panel: Panel, headline: str, differences: Mapping[str, Difference]) -> Iterator[Watched]:
    """All that is watched besides the headline and has an interval, in the order of `PRICE`."""
    for outcome, word in PRICE:
        difference = differences.get(outcome)
        if difference is not None and difference.effect.low is not None and outcome != headline:
            assumed = outcome in UNSEEN and bool(panel.meta.get("calibration"))
            yield Watched(told(word), difference, panel.outcomes[outcome], assumed)


def ends_with(seen: Sequence[Watched], but: int) -> str:
    """What is clear in money, beside a gain on the headline (`but` 1) or a loss (-1).

    E.g. ", but ends with 84 M [74, 94] less recurring revenue (-19 %)"; empty if nothing is.
    """
    found = [one for one in seen if one.info.money and one.way]
    sides = [(way, [one.change for one in found if one.way == way]) for way in (-1, 1)]
    if but > 0:
        sides = sides[:1]  # what else a gain brings is no price
    return "".join(
        say(", and ends with {what}", what=listed(parts))
        if way == but
        else say(", but ends with {what}", what=listed(parts))
        for way, parts in sides
        if parts
    )


def gain(difference: Difference, info: OutcomeInfo) -> float:
    """The difference, above 0 where the policy does better; 0 where there is none to tell."""
    return (difference.effect.mean or 0.0) * info.sign
