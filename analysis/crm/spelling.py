"""Names that may mean the same but are written differently. They are pointed out, never merged: that is for people to do."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from analysis.crm.vocabulary import folded

ALIKE = 0.94
"""`technolgy` and `technology` are; `Sales 1` and `Sales 2` are not, since numbers are meant."""
_FEW = 200


def near_names(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs that differ in spaces, case or punctuation only, or (among at most 200 names) in a letter or so."""
    known = sorted({name for name in names if name})
    by_bare: dict[str, list[str]] = {}
    for name in known:
        by_bare.setdefault(folded(name).replace(" ", "") or name, []).append(name)
    pairs = [(same[0], other) for same in by_bare.values() for other in same[1:]]
    bare = list(by_bare)
    if len(bare) > _FEW:
        return pairs
    for place, one in enumerate(bare):
        for other in bare[place + 1 :]:
            if abs(len(one) - len(other)) > 2 or re.sub(r"\d", "", one) == re.sub(r"\d", "", other):
                continue
            if difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE:
                pairs.append((by_bare[one][0], by_bare[other][0]))
    return pairs
