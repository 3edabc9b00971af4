"""Roles that no name gave: an outcome from words, the beginning and the end from dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.crm.date_forms import looks_dated
from analysis.crm.raw import UNREAD
from analysis.crm.values import Distinct
from analysis.crm.vocabulary import DATES, folded, outcome_words

if TYPE_CHECKING:
    from analysis.crm.mapping import Mapped

NO_WORD = "none of its values is a known outcome"
_STRANGE = f"its name says outcome, but {NO_WORD}"


def by_values(one: Mapped) -> None:
    """Give a table the roles that its values alone tell."""
    free = [
        name for name in one.table.columns
        if name not in one.roles.values() and name not in one.stated and name not in one.told
        and not one.why.get(name, "").startswith(("ignored", UNREAD, "could be"))
    ]  # fmt: skip
    if not one.has("outcome", "stage", "won_on", "lost_on"):
        found = {name: Distinct.of(one.table.column(name)) for name in free}
        words = [name for name in free if share_of_words(found[name]) > 0.9 and _says_won(found[name])]
        if words:
            one.roles["outcome"] = words[0]
            one.why[words[0]] = "its name is not known, but its values are known outcomes"
            free.remove(words[0])
    if not one.has("outcome", "stage", "won_on", "lost_on"):
        # Better a refusal that names its first word than none to hold on to.
        strange = [name for name in one.table.columns if one.why.get(name) == _STRANGE]
        for name in strange[:1]:
            one.roles["outcome"], one.why[name] = name, "by its name"
    if one.has("rep") and one.has("former_rep") and not one.has("moved", *DATES, "outcome", "stage"):
        days = [name for name in free if looks_dated(one.table.column(name))]
        for name in days[:1]:
            one.roles["moved"], one.why[name] = name, "the day beside an owner before and after"
    if not one.has("outcome", "stage", "won_on", "lost_on", "ended"):
        return  # not a table of opportunities: its dates mean something else
    missing = [] if one.has("created") else ["created"]
    missing += [] if one.has("ended", "won_on", "lost_on") else ["ended"]
    dated = [name for name in free if looks_dated(one.table.column(name))] if missing else []
    for role, name in zip(missing, dated, strict=False):
        others = [other for other in dated if other != name]
        one.roles[role] = name
        one.why[name] = "its name is not known, but it holds dates" + (
            f" (so does {', '.join(others)})" if others else ""
        )


def _says_won(found: Distinct) -> bool:
    texts = found.text.slice(0, 200).to_pylist()
    words = {outcome_words().get(folded(text)) for text in texts}
    return {"won", "lost"} <= words and not set(texts) <= {"0", "1"}


def share_of_words(found: Distinct) -> float:
    """Which share of the rows holds a known word for an outcome."""
    counts = found.counts()
    known = outcome_words()
    texts = found.text.slice(0, 200).to_pylist()
    return float(
        sum(counts[n] for n, text in enumerate(texts) if folded(text) in known) / max(counts.sum(), 1)
    )
