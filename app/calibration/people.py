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
MOST_CUSTOMERS = 200_000
"""Ten times the flagship: more would take longer than they tell."""


def sales_force(findings: Findings) -> list[Setting]:
    """Seats, managers and customers."""
    reps, managers, accounts, begun = (
        findings.named(name) for name in ("reps", "managers", "accounts", "deals_begun")
    )
    seats, why = _seats(reps, findings.named("deals_a_week"))
    named = reps is not None and reps.finding == "found"
    fallback = max(1, round(seats / 10)) if named or seats != SEATS else MANAGERS
    leaders, of_leaders = _number(managers, fallback, "one for ten reps, an assumption")
    known, of_accounts = _number(accounts, 0, "")
    busier = max(1.0, begun.value / BEGUN) if begun and begun.finding == "found" else 1.0
    customers = max(known, PROSPECTS * seats, min(round(PROSPECTS * busier) * seats, MOST_CUSTOMERS))
    told = (
        of_accounts
        if known == customers
        else f"{round(PROSPECTS * busier)} a rep, an assumption: prospects are not in the data; as many as in the flagship "
        "for each deal begun, and not fewer for each rep"
    )
    return [
        Setting("reps", seats, why),
        Setting("managers", min(leaders, seats), of_leaders),
        _customers(customers, told, findings.named("fit_customers")),
    ]


def _seats(reps: Estimate | None, in_all: Estimate | None) -> tuple[int, str]:
    """How many reps there are, and why. Where nobody is named, as many as begin the deals there are."""
    if reps is not None and reps.finding == "found":
        if round(reps.value) >= 2:
            return round(reps.value), f"found: {reps.words}"
        few = "the data name one rep at work, too few for teams: as in the flagship, an assumption"
        return SEATS, few
    if in_all is None or in_all.finding != "found":
        return SEATS, "the data cannot tell: as in the flagship, an assumption"
    seats = min(max(round(in_all.value / BEGUN), 2), MOST_SEATS)
    return seats, (
        f"the data do not say who the reps are: as many as begin {in_all.value:.3g} deals a week, {BEGUN} each as in the "
        "flagship, an assumption"
    )


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
