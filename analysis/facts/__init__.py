"""The facts S1-S10: figures of observed worlds, their bands, and what is met."""
