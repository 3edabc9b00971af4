"""Made-up cases whose boxes are known."""

from __future__ import annotations

import numpy as np

from analysis.conditions import Column

LABELS = ("soft", "hard", "none")


def axes(cases: int, seed: int, idle: int = 3) -> list[Column]:
    """`a` and `b` from 0 to 1, `kind` of three labels, `teams` of four numbers, and idle axes from 0 to 1."""
    rng = np.random.default_rng(seed)
    plain = [Column(name, "", rng.random(cases)) for name in ("a", "b")]
    kind = Column("kind", "", rng.integers(0, 3, cases).astype(float), LABELS)
    teams = Column("teams", "teams", rng.choice([2.0, 4.0, 6.0, 8.0], cases))
    return [*plain, kind, teams, *(Column(f"idle_{k}", "", rng.random(cases)) for k in range(idle))]


def hits_in_a_box(columns: list[Column], seed: int, within: float, outside: float) -> np.ndarray:
    """A hit with chance `within` where a < .4 and kind is not "soft", else with chance `outside`; (cases,)."""
    inside = (columns[0].values < 0.4) & (columns[2].values != 0)
    return np.random.default_rng([seed, 1]).random(len(inside)) < np.where(inside, within, outside)
