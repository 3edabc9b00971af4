"""Whom the pages of an answer are about: one policy beside the baseline, chosen here and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.language import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.comparison import Comparison
    from analysis.verdict import Verdict


def subject_of(verdict: Verdict, rivals: Sequence[str]) -> str | None:
    """The best policy or, where that is the baseline, the one hardest to tell from it; None without rivals."""
    return next((p for p in (verdict.best, verdict.rival, *rivals) if p in rivals), None)


def subject(answer: Comparison) -> str | None:
    """The policy that this comparison is about, against its baseline."""
    return subject_of(answer.decision, answer.panel.rivals)


def deepest(answer: Comparison) -> str | None:
    """The policy that clearly sinks deepest behind the baseline, the first of those that sink as deep; None if none does."""
    outcome = answer.shortfall_outcome
    depths = {p: d.mean or 0.0 for (p, o), d in answer.depths.items() if o == outcome and d.low}
    return max(depths, key=lambda p: depths[p]) if depths else None


def few(answer: Comparison) -> list[str]:
    """The rivals on the first page: the one it is about, and beside it the one that sinks deepest."""
    return [p for p in dict.fromkeys((subject(answer), deepest(answer))) if p is not None]


def about(answer: Comparison, pilots_of: str | None = None) -> str:
    """One line: which policies the first page is about; `pilots_of` is piloted in its last picture."""
    if not (shown := few(answer)):
        return ""
    chosen, beside = shown[0], shown[1:]
    base, best = answer.panel.baseline, answer.decision.best
    text = (
        say("All five are about '{policy}', which leads, against '{base}'.", policy=chosen, base=base)
        if chosen == best
        else say(
            "All five are about '{policy}', the policy hardest to tell from '{base}', which leads.",
            policy=chosen, base=base,
        )
    )  # fmt: skip
    if beside:
        text += say(" Beside it in 1 and 2: '{policy}', which sinks deepest.", policy=beside[0])
    if pilots_of not in (None, chosen):
        text += say(" Piloted in 5 is '{policy}'.", policy=pilots_of)
    return text
