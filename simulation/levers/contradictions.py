"""Settings of one lever that another lever of the same policy makes pointless: contradictions, and what is idle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from simulation.levers.base import Finding, Lever
from simulation.levers.readings import SOURCES
from simulation.levers.roll_out import TEST

if TYPE_CHECKING:
    from simulation.levers.decision import Decision
    from simulation.levers.evidence import EvidenceLever


def divides(policy: Mapping[str, Lever]) -> bool:
    """Whether any lever of a policy has a setting and may give reps territories or homes."""
    return any(hasattr(type(other), "territories") and other != type(other)() for other in policy.values())


def contradictions_of_decision(lever: Decision, policy: Mapping[str, Lever]) -> Iterator[Finding]:
    """A rule about a roll-out needs something to roll out, and reviews."""
    if not divides(policy):
        undone = "there is nothing to {}: territory.mode is open"
        if lever.reverse_week is not None:
            yield Finding("reverse_week", undone.format("abandon"), "give the policy a territory")
        if lever.rule == TEST:
            yield Finding("rule", undone.format("test"), "give the policy a territory")
    elif lever.rule == TEST and getattr(policy.get("review"), "every", None) == 0:
        yield Finding("rule", "no evidence is ever looked at: review.every is 0", "review: {every: 6}")


def contradictions_of_evidence(lever: EvidenceLever, policy: Mapping[str, Lever]) -> Iterator[Finding]:
    """Evidence needs what it is gathered from, and somebody to compare with."""
    if lever.source == "retrospectives" and getattr(policy.get("retrospective"), "every", None) == 0:
        yield Finding("source", "there are no retrospectives to hear of", "retrospective: {every: 4}")
    territory, rule = policy.get("territory"), getattr(policy.get("decision"), "rule", "fixed")
    if "interviews" in lever.source and lever.interviews_a_week == 0 and rule != "fixed":
        yield Finding("source", "nobody is interviewed: interviews_a_week is 0", "interviews_a_week: 2")
    all_in = getattr(territory, "mode", "open") != "open" and getattr(territory, "share", 0) == 1
    if rule == TEST and lever.design == "matched" and all_in:
        message = "all reps are under the policy from the start: there are no others to compare with"
        yield Finding("design", message, "design: before_after, or a territory.share below 1")
    if rule not in ("fixed", TEST) and lever.source not in SOURCES:
        message = f"{lever.source} show how reps work, not which segment is better"
        yield Finding("source", message, f"one of {', '.join(SOURCES)}")


def idle(lever: Lever, policy: Mapping[str, Lever]) -> Iterator[Finding]:
    """Settings that promise nothing false but change nothing either: worth a note."""
    if lever.name == "release" and lever != type(lever)():
        if getattr(lever, "accounts", "") == "keep":
            yield Finding(
                "accounts", "nothing is released: accounts is keep", "accounts: outside, or no release"
            )
        elif not any(_may_end_at_an_edge(other) for other in policy.values()):
            message = "nothing is released: no account is outside its owner's territory, which has no edge"
            yield Finding("accounts", message, "territory: {mode: lockdown}, or no release")
    # Whoever writes mode: open means it, and may have inherited the rest.
    if lever.name == "territory" and "mode" not in lever.model_fields_set:
        for field in sorted(lever.model_fields_set):
            if getattr(lever, field) != type(lever).model_fields[field].default:
                yield Finding(
                    field, "it changes nothing: territory.mode is open", "mode: preferred or lockdown"
                )


def _may_end_at_an_edge(lever: Lever) -> bool:
    """Whether reps may lose the right to some segment by a lever; one of another package may do anything."""
    if not hasattr(lever, "territories") or lever == type(lever)():
        return False
    if lever.name == "territory":
        return getattr(lever, "mode", "") == "lockdown"
    return lever.name != "allocation" or getattr(lever, "firmness", 1.0) == 1
