"""The sales force of a scenario: seats, managers, and customers to sell to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.calibration.settings import Setting

if TYPE_CHECKING:
    from analysis.crm.estimates.everything import Findings
    from analysis.crm.finding import Estimate

PROSPECTS, BEGUN = 167, 0.28
"""Customers and prospects a rep, and deals a rep begins in a week, as in the flagship: 20,000 for 120, 33 a week."""
SEATS, MANAGERS = 120, 12
MOST_SEATS = 1000
"""Where the data do not name reps, there are at most so many to begin their deals."""
WHO = "customers and prospects, all whom reps could call"
MOST_CUSTOMERS = 200_000
"""Ten times the flagship: more would take longer than they tell."""


def sales_force(findings: Findings) -> list[Setting]:
    """Seats, managers and customers."""
    reps, managers, accounts, begun = (
        findings.named(name) for name in ("reps", "managers", "accounts", "deals_begun")
    )
    seats, why = _seats(reps, begun, findings.named("deals_a_week"))
    named = reps is not None and reps.finding == "found"
    fallback = max(1, round(seats / 10)) if named or seats != SEATS else MANAGERS
    leaders, of_leaders = _number(managers, fallback, "one for ten reps, an assumption")
    known, _ = _number(accounts, 0, "")
    busier = max(1.0, begun.value / BEGUN) if begun and begun.finding == "found" else 1.0
    customers = max(known, PROSPECTS * seats, min(round(PROSPECTS * busier) * seats, MOST_CUSTOMERS))
    told = f"{WHO}; {known:,} of them are named in the data"
    if known < customers:
        told += (
            f", the others are an assumption: {round(customers / seats):,} a rep, as many as in the flagship for each deal "
            "begun, and not fewer for each rep"
        )
    return [
        Setting("reps", seats, why),
        Setting("managers", min(leaders, seats), of_leaders),
        _customers(customers, told, findings.named("fit_customers")),
    ]


def _seats(reps: Estimate | None, begun: Estimate | None, in_all: Estimate | None) -> tuple[int, str]:
    """How many reps there are, and why. Where deals do not say whose they are, as many as begin the deals there are."""
    needed = None
    if in_all is not None and in_all.finding == "found":
        needed = min(max(round(in_all.value / BEGUN), 2), MOST_SEATS)
        each = f"as many as begin {in_all.value:.3g} deals a week, {BEGUN} each as in the flagship, an assumption"
    if reps is not None and reps.finding == "found":
        shared = begun is not None and begun.finding == "found"
        if needed is not None and not shared and needed > reps.value:
            return needed, f"the data name {reps.value:.0f}, but most deals do not say whose they are: {each}"
        if round(reps.value) >= 2:
            return round(reps.value), f"found: {reps.words}"
        return SEATS, "the data name one rep at work, too few for teams: as in the flagship, an assumption"
    if needed is None:
        return SEATS, "the data cannot tell: as in the flagship, an assumption"
    return needed, f"the data do not say who the reps are: {each}"


def _customers(value: int, why: str, fitted: Estimate | None) -> Setting:
    """How many customers and prospects there are, with draws where this was fitted through the whole model."""
    if fitted is None or fitted.draws is None:
        return Setting("customers", value, why)
    if fitted.finding == "found":
        value, why = round(fitted.value), f"found, {fitted.low:,.0f} to {fitted.high:,.0f}: {fitted.words}"
    return Setting("customers", value, why, fitted.draws)


def _number(one: Estimate | None, fallback: int, assumed: str) -> tuple[int, str]:
    if one is not None and one.finding == "found":
        return round(one.value), f"found: {one.words}"
    return fallback, f"the data cannot tell: {assumed}"
