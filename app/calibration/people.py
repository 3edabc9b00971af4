"""The sales force of a scenario: seats, managers, and customers to sell to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.calibration.settings import Setting

if TYPE_CHECKING:
    from analysis.crm.estimates.everything import Findings
    from analysis.crm.finding import Estimate

PROSPECTS = 167
"""Customers and prospects a rep, as in the flagship: 20,000 for 120."""
SEATS, MANAGERS = 120, 12


def sales_force(findings: Findings) -> list[Setting]:
    """Seats, managers and customers."""
    reps, managers, accounts = (findings.named(name) for name in ("reps", "managers", "accounts"))
    seats, why = _number(reps, SEATS, "as in the flagship, an assumption")
    fallback = MANAGERS
    if seats < 2:
        seats, why = (
            SEATS,
            "the data name one rep at work, too few for teams: as in the flagship, an assumption",
        )
    elif reps and reps.finding == "found":
        fallback = max(1, round(seats / 10))
    leaders, of_leaders = _number(managers, fallback, "one for ten reps, an assumption")
    known, of_accounts = _number(accounts, 0, "")
    customers = max(known, PROSPECTS * seats)
    told = (
        of_accounts
        if known == customers
        else f"{PROSPECTS} a rep as in the flagship, an assumption: prospects are not in the data"
    )
    return [
        Setting("reps", seats, why),
        Setting("managers", min(leaders, seats), of_leaders),
        Setting("customers", customers, told),
    ]


def _number(one: Estimate | None, fallback: int, assumed: str) -> tuple[int, str]:
    if one is not None and one.finding == "found":
        return round(one.value), f"found: {one.words}"
    return fallback, f"the data cannot tell: {assumed}"
