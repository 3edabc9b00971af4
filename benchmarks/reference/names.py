"""Names of numbers: stages of an account, weeks that never come, states of a mission."""

from __future__ import annotations

PROSPECT, LEAD, QUALIFIED, PROPOSAL, CUSTOMER, LOST, UNDECIDED, CHURNED = range(8)
"""Stages of an account. From LEAD to PROPOSAL a deal is open; CUSTOMER is under contract."""

WAITING, OFFERED, UNDERWAY, WON, GIVEN_UP = range(5)
"""States of a mission."""

NEVER = 32_000
"""A week that does not come; with a minus sign, one that has not been."""

STOCK_WEEKS = 4
"""Books, usage and slow figures are brought up to date this often."""
