"""How a policy looks: one colour and one kind of dashes in every picture of a report.

They follow from the order of the policies in the comparison alone. Pictures of fewer policies are handed the looks of all of
them, so that nobody changes colour from one to the next. Okabe & Ito (2008) without yellow, which is too pale on white, with
darker blue and orange for text, and indigo (Tol 2021).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.plots import style

if TYPE_CHECKING:
    from analysis.panel import Panel

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#B85C95", "#C07A00", "#2E93C9", "#7A5C2E", "#332288")
DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1)), (0, (6, 1.5, 1.5, 1.5)))


@dataclass(frozen=True, slots=True)
class Look:
    """How one policy is drawn in every plot."""

    colour: str
    dash: Any


Looks = Mapping[str, Look]
UNKNOWN = Look(style.INK, "-")
"""Of a policy that the comparison does not have."""


def of(panel: Panel) -> dict[str, Look]:
    """Look of each policy of a comparison."""
    return of_policies(panel.policies, panel.baseline)


def of_policies(policies: Iterable[str], baseline: str) -> dict[str, Look]:
    """Grey for the baseline, the others in their order; dashes change when the colours run out."""
    found = {baseline: Look(style.BASELINE, "-")}
    for i, policy in enumerate(p for p in policies if p != baseline):
        found[policy] = Look(COLOURS[i % len(COLOURS)], DASHES[i // len(COLOURS) % len(DASHES)])
    return found


def colour_of(policy: str, known: Looks | None) -> str:
    """The colour of a policy in the looks of a report; ink where there are none, or it is not among them."""
    return (known or {}).get(policy, UNKNOWN).colour
