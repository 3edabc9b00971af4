"""The verdict in few figures, for the top of a page; all of them stand in `words.sentences`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis import best_text, words
from analysis.doubt import few_draws
from analysis.findings import Findings, seen
from analysis.language import listed, say
from analysis.price import Watched, ends_with
from analysis.units import chance, measured, name_in_text, percent


def brief(f: Findings) -> list[str]:
    """Who leads, what sets the other apart in money, and in words how it does on the rest; two or three sentences.

    Where there is little to tell, as with few worlds, the sentences of the whole verdict are short enough.
    """
    verdict, margin = f.verdict, f.verdict.margin
    told = margin is not None and margin.low is not None and margin.mean != 0
    if (
        not told
        or verdict.replications < best_text.QUOTABLE
        or few_draws(verdict)
        or verdict.until is not None
    ):
        return [s for s in words.sentences(f)[:2] if s]
    info, base, best = f.panel.outcomes[verdict.outcome], f.panel.baseline, verdict.best
    other = str(verdict.rival) if best == base else best  # beside the baseline
    found = seen(f, other)
    money = [replace(one, by_share=True) for one in found if one.info.money]
    effect = f.differences[other, verdict.outcome]
    # one that may as well gain is not said to lose
    loses = info.direction > 0 and effect.effect.clear and (effect.effect.mean or 0.0) < 0
    size = (
        measured(effect.effect, info, not loses, loses)
        if effect.percent.low is None
        else percent(effect.percent, not loses, loses)
    )
    label, sure = name_in_text(info.said), chance(verdict.probability_best[best])
    lead = (
        say(
            "'{best}' is best on {label}, with probability {sure} of the highest mean",
            best=best,
            label=label,
            sure=sure,
        )
        if verdict.decided
        else say(
            "'{best}' leads on {label}, with probability {sure} of the highest mean",
            best=best,
            label=label,
            sure=sure,
        )
    )
    names = {"lead": lead, "other": other, "base": base, "size": size}
    if best != base:
        text = say("{lead}: against '{base}' {size}", **names)
    elif loses:
        text = say("{lead}; the closest, '{other}', loses {size} of it", **names)
    else:
        text = say("{lead}; the closest, '{other}': {size}", **names)
    text += ends_with(money, 1 if best != base else -1)
    return [
        say("{text}.", text=text),
        *_settling(f),
        *_beyond_money(other, [x for x in found if not x.info.money]),
    ]


def _settling(f: Findings) -> list[str]:
    """What is missing to a decision."""
    verdict = f.verdict
    if verdict.decided:
        return []
    if best_text.out_of_reach(verdict):
        return [say("Its lead over '{rival}' is too small to settle.", rival=verdict.rival)]
    needed = best_text.rounded(verdict.more_replications or 1)
    return [
        say(
            "Its lead over '{rival}' is not clear yet; about {needed} more replications would likely settle it.",
            rival=verdict.rival, needed=needed,
        )
    ]  # fmt: skip


def _beyond_money(other: str, found: Sequence[Watched]) -> list[str]:
    """People and knowledge, without figures."""
    worse, better = (listed([one.word for one in found if one.way == way]) for way in (-1, 1))
    names = {"other": other, "worse": worse, "better": better}
    if worse and better:
        return [
            say(
                "Beyond money '{other}' is clearly worse on {worse}, and clearly better on {better}.", **names
            )
        ]
    if worse:
        return [say("Beyond money '{other}' is clearly worse on {worse}.", **names)]
    return [say("Beyond money '{other}' is clearly better on {better}.", **names)] if better else []
