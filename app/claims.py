"""Claims with their runs: from tables to the answers of `hypotheses`, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.hypotheses import Part, Sides
    from analysis.panel import Array, OutcomeInfo
    from analysis.reach import Reach
    from simulation.runs.sampled import Plan
    from simulation.runs.tables import Tables
    from simulation.spec import Claim, Comparison, Pair


class Evidence:
    """The runs of a plan, group by group."""

    def __init__(self, plan: Plan, tables: Sequence[Tables], replications: int, worlds: int) -> None:
        self.plan, self.replications, self.worlds = plan, replications, worlds
        self.tables = {group.key: table for group, table in zip(plan.groups, tables, strict=True)}
        self._known: dict[tuple[str, str, str, int, int], Array] = {}

    def sides(self, c: Comparison, varied: tuple[str, ...] = ()) -> Sides:
        """The numbers of a comparison in the default worlds, or in those where `varied` vary. Money is in currency units."""
        from analysis.hypotheses import Sides

        pairs = [c.pair] if c.minus is None else [c.pair, c.minus]
        return Sides(*(self._side(p, name, c, varied) for p in pairs for name in (p.policy, p.against)))

    def points(self, claim: Claim) -> Array:
        """The sampled worlds as points of the unit cube."""
        from simulation.runs.sampled import draws

        return draws(claim.varied, self.worlds, claim.comparisons[0].pair.scenario.seed)

    def failures(self) -> list[dict[str, Any]]:
        """Every failed run."""
        return [
            {"scenario": group.scenario.name, "kind": "sampled" if group.varied else "default"}
            | {str(name): value for name, value in row.items()}
            for group in self.plan.groups
            for row in self.tables[group.key]
            .failures[["policy", "replication", "phase", "error"]]
            .to_dict("records")
        ]

    def _side(self, pair: Pair, name: str, c: Comparison, varied: tuple[str, ...]) -> Array:
        import numpy as np

        from analysis.hypotheses import outcome_values
        from simulation.runs.sampled import FIRST_SAMPLED

        group = self.plan.group(pair, c.last, varied)
        label = group.label(name, pair.scenario.policies[name])
        key = (group.key, label, c.outcome, c.first, c.last)
        if key not in self._known:
            info = outcome_info(c.outcome)
            first, count = (FIRST_SAMPLED, self.worlds) if varied else (0, self.replications)
            column = outcome_values(self.tables[group.key], label, info, c.first, c.last)
            values = column.reindex(range(first, first + count)).to_numpy(float)
            self._known[key] = np.asarray(values / 100 if info.money else values, float)
        return self._known[key]


def outcome_info(name: str) -> OutcomeInfo:
    """An outcome as the analysis knows it."""
    from analysis.panel import OutcomeInfo
    from simulation.outcomes import OUTCOMES

    o = OUTCOMES[name]
    return OutcomeInfo(o.name, o.unit, o.direction, o.weekly, o.reduce, o.label, o.description)


def answers(claims: Sequence[Claim], evidence: Evidence) -> dict[str, Any]:
    """The result of `hypotheses`: what `--json` prints."""
    from analysis.hypotheses import expected_false, holm

    rows, p_values = [], []
    for claim in claims:
        row, p = _answer(claim, evidence)
        rows.append(row)
        p_values.append(p)
    for row, stands in zip(rows, holm(p_values), strict=True):
        row["familywise"] = stands and row["verdict"] != "undecided"
    return {
        "hypotheses": rows,
        "replications": evidence.replications,
        "worlds": evidence.worlds,
        "seeds": sorted({c.pair.scenario.seed for claim in claims for c in claim.comparisons}),
        "familywise": {
            "claims": len(claims), "method": "Holm", "level": 0.05,
            "expected_false_supported": round(expected_false(len(claims)), 4),
            "supported": [r["id"] for r in rows if r["familywise"] and r["verdict"] == "supported"],
            "refuted": [r["id"] for r in rows if r["familywise"] and r["verdict"] == "refuted"],
        },
        "failures": evidence.failures(),
    }  # fmt: skip


def _answer(claim: Claim, evidence: Evidence) -> tuple[dict[str, Any], float]:
    from analysis.hypotheses import Margin, judge, overall

    margins = [Margin(c.sign, c.smallest, c.unit) for c in claim.comparisons]
    sides = [evidence.sides(c) for c in claim.comparisons]
    parts = [judge(s, m) for s, m in zip(sides, margins, strict=True)]
    verdict, p = overall(parts)
    found = _reach(claim, evidence, margins, sides)
    shown = [_part(c, part) for c, part in zip(claim.comparisons, parts, strict=True)]
    for n, surface in enumerate(found.surfaces if found else ()):
        shown[n] |= {"r2": surface.r2, "luck_share": found.luck[n] if found else None}
    main = shown[0]
    row: dict[str, Any] = {
        "id": claim.id, "verdict": verdict, "outcome": main["outcome"], "effect": main["effect"],
        "ci_low": main["ci_low"], "ci_high": main["ci_high"], "unit": main["unit"],
        **_where(claim, found), "p": p, "claim": claim.sentence,
        "scenario": claim.comparisons[0].pair.scenario.name, "parts": shown, "flips_where": claim.flips_where,
    }  # fmt: skip
    return row, p


def _reach(claim: Claim, evidence: Evidence, margins: list[Any], sides: list[Sides]) -> Reach | None:
    from analysis.reach import reach

    if not claim.varied or not evidence.worlds:
        return None
    sampled = [evidence.sides(c, claim.varied) for c in claim.comparisons]
    return reach(evidence.points(claim), list(zip(sampled, margins, sides, strict=True)))


def _where(claim: Claim, found: Reach | None) -> dict[str, Any]:
    """Where the claim holds, and what turns it."""
    empty = dict.fromkeys(("holds_in", "holds_in_low", "holds_in_high", "r2", "turned_by", "turned"))
    if found is None or found.holds_in is None:
        return {**empty, "worlds": found.worlds if found else 0}
    turned = None
    if found.turned_by is not None:
        turned = {
            "part": found.part, "coefficient": found.slope,
            "effect_at_low": found.at_low, "effect_at_high": found.at_high,
        }  # fmt: skip
    return {
        "holds_in": found.holds_in, "holds_in_low": found.low, "holds_in_high": found.high,
        "r2": found.surfaces[0].r2, "turned_by": None if found.turned_by is None else claim.varied[found.turned_by],
        "turned": turned, "worlds": found.worlds,
    }  # fmt: skip


def _part(c: Comparison, part: Part) -> dict[str, Any]:
    """One comparison as plain data."""
    unit = c.unit
    if unit == "absolute":
        info = outcome_info(c.outcome)
        unit = "currency units" if info.money else info.unit
    minus = None
    if c.minus is not None:
        minus = {
            "policy": c.minus.policy, "against": c.minus.against,
            "set": {name: there for name, _, there in c.differ},
            "set_here": {name: here for name, here, _ in c.differ},
        }  # fmt: skip
    return {
        "verdict": part.verdict, "policy": c.pair.policy, "against": c.pair.against, "minus": minus,
        "outcome": c.outcome, "from": c.first, "at": c.last, "direction": "more" if c.sign > 0 else "less",
        "smallest": c.smallest, "unit": unit, "effect": part.effect.mean, "ci_low": part.effect.low,
        "ci_high": part.effect.high, "p": part.p, "pairs": part.effect.n, "undefined": part.undefined,
        "reason": part.reason, "r2": None, "luck_share": None,
    }  # fmt: skip
