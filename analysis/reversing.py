"""Which of several policies is cheaper to reverse: by the accounts that it moves, each of which would have to be moved back.

Of policies that cannot be told apart on the headline, the one that moves fewer accounts from rep to rep leaves more of the
way back open: relationships do not come back with the account. Nothing here goes by the name of a policy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.language import listed, quoted, say
from analysis.paired import Estimate, t_interval
from analysis.panel import Panel
from analysis.units import fixed
from analysis.verdict import together

MOVED = "handovers_policy"


@dataclass(frozen=True, slots=True)
class Reversing:
    """`moved` are mean accounts that each policy moves in a run, fewest first; `fewer` by how many the first moves fewer
    than the second, at a level for all others together. `clear` if that is beyond chance for every other one.
    """

    moved: tuple[tuple[str, Estimate], ...]
    fewer: Estimate
    clear: bool


def reversing(panel: Panel, policies: Sequence[str]) -> Reversing | None:
    """None where hand-overs are not known, or fewer than two policies have them."""
    if MOVED not in panel.final:
        return None
    values = {p: panel.run(MOVED, p) for p in dict.fromkeys(policies) if p in panel.policies}
    moved = [(p, t_interval(v)) for p, v in values.items() if np.isfinite(v).any()]
    if len(moved) < 2:
        return None
    moved.sort(key=lambda one: one[1].mean or 0.0)
    first, level = moved[0][0], together(len(moved) - 1)
    leads = [t_interval(values[p] - values[first], level) for p, _ in moved[1:]]
    clear = all((lead.low or 0.0) > 0 for lead in leads)
    return Reversing(tuple(moved), leads[0], clear)


def sentence(found: Reversing | None) -> str:
    """E.g. "Take 'open', which is cheaper to reverse: it moves no accounts, 'adaptive' 412 [380, 440]."; "" for none."""
    if found is None:
        return ""
    (first, own), (second, other) = found.moved[:2]
    pair = len(found.moved) == 2
    if found.clear and pair and not own.mean:
        return say(
            "Take '{first}', which is cheaper to reverse: it moves no accounts, '{second}' {other}.",
            first=first, second=second, other=_accounts(other),
        )  # fmt: skip
    if found.clear and pair:
        return say(
            "Take '{first}', which is cheaper to reverse: it moves {own} accounts, '{second}' {other}.",
            first=first, own=_accounts(own), second=second, other=_accounts(other),
        )  # fmt: skip
    if found.clear and not own.mean:
        return say(
            "Take '{first}', the cheapest of these to reverse: it moves no accounts, the next, '{second}', {other}.",
            first=first, second=second, other=_accounts(other),
        )  # fmt: skip
    if found.clear:
        return say(
            "Take '{first}', the cheapest of these to reverse: it moves {own} accounts, the next, '{second}', {other}.",
            first=first, own=_accounts(own), second=second, other=_accounts(other),
        )  # fmt: skip
    if not any(one.mean for _, one in found.moved):
        return say("None of these moves accounts, so hand-overs do not decide between them.")
    even = [p for p, one in found.moved if one.mean == own.mean]
    if len(even) > 1 and not own.mean:
        return say(
            "Cheapest to reverse are {names}, which move no accounts.",
            names=listed([quoted(p) for p in even]),
        )
    return say(
        "Which is cheaper to reverse is not clear either: '{first}' moves {own} accounts, '{second}' {other}.",
        first=first, own=_accounts(own), second=second, other=_accounts(other),
    )  # fmt: skip


def _accounts(one: Estimate) -> str:
    text = fixed(one.mean or 0.0, 0)
    if one.low is None or one.high is None or one.low == one.high:
        return text
    return f"{text} [{fixed(max(one.low, 0.0), 0)}, {fixed(one.high, 0)}]"
