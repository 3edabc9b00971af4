"""Results as tables: what `run_experiments` returns and what a run directory holds."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.levers import LEVERS
from simulation.outcomes import OUTCOMES
from simulation.parameters import PARAMETERS
from simulation.runs.directory import reading
from simulation.runs.drawn import facts_of_calibration, facts_of_draws
from simulation.runs.errors import DirectoryRefusedError
from simulation.runs.identity import Identity
from simulation.runs.parts import concat
from simulation.runs.record import Failure
from simulation.runs.stopping import stop_of

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from simulation.spec import Scenario

Worlds = int | Mapping[str, int]
"""The first so many worlds of every policy, or of each."""
FAILURE_COLUMNS = ("policy", "replication", "phase", "week", "error")
RUN_KEYS = ("scenario", "policy", "replication")
OTHER_KEYS = {"runs": ["seed"], "periods": ["week"], "decisions": ["week", "action", "why"]}


def most(worlds: Worlds) -> int:
    """Worlds of the policy with most of them."""
    return worlds if isinstance(worlds, int) else max(worlds.values())


@dataclass
class Tables:
    """Everything some runs produced. Rows are in the order of the policies, then of replications, then of
    weeks.

    `runs`: scenario, policy, replication, seed and the final outcomes; `periods`: scenario, policy,
    replication, week and the weekly outcomes; `failures`: policy, replication, phase, week, error;
    `decisions`: scenario, policy, replication, week, action, why; `outcomes`: name, unit, direction, weekly,
    reduce, label, description; `meta`: what was run. Money is in cents.
    """

    runs: pd.DataFrame
    periods: pd.DataFrame
    failures: pd.DataFrame
    decisions: pd.DataFrame
    outcomes: pd.DataFrame
    meta: dict[str, Any]

    def __repr__(self) -> str:
        ran = f"{len(self.runs)} runs of {self.meta.get('scenario', '?')}, {len(self.failures)} failed"
        return f"<Tables: {ran}; policies {', '.join(map(str, self.meta.get('policies', ())))}>"


def describe(scenario: Scenario) -> dict[str, Any]:
    """`meta` but for the command: plain data, kept in the manifest of a run directory."""
    given = scenario.world.parameters
    parameters = [
        {
            "name": p.name,
            "value": given.get(p.name, p.default),
            "default": p.default,
            "low": p.low,
            "high": p.high,
            "range": [p.low, p.high],
            "unit": p.unit,
            "source": p.source,
            "confidence": p.confidence,
            "description": p.description,
        }
        for p in PARAMETERS.values()
    ]
    resolved = scenario.resolved()
    return {
        "scenario": scenario.name,
        "description": scenario.description,
        "question": scenario.question,
        "outcome": scenario.outcome,
        "seed": scenario.seed,
        "weeks": scenario.weeks,
        "start_week": scenario.start_week,
        "burn_in_weeks": scenario.burn_in_weeks,
        "baseline": scenario.baseline,
        "policies": list(scenario.policies),
        "hash": Identity.of(scenario).directory[:10],
        "parameters": parameters,
        **facts_of_draws(scenario),
        **facts_of_calibration(scenario),
        "policies_text": {name: policy_text(policy) for name, policy in resolved["policies"].items()},
    }


def policy_text(policy: Mapping[str, Any]) -> str:
    """A policy in words: its description, then every lever setting that is not neutral."""
    settings = []
    for name, lever in LEVERS.items():
        neutral = lever().model_dump(mode="json")
        changed = {key: value for key, value in policy.get(name, {}).items() if value != neutral[key]}
        if changed:
            settings.append(
                f"{name}: " + ", ".join(f"{key} {_plain(value)}" for key, value in changed.items())
            )
    description = str(policy.get("description", "")).strip()
    return "\n".join(filter(None, [description, "; ".join(settings) or "all levers neutral"]))


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(inner)}" for key, inner in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(_plain, value)) or "none"
    return (
        {True: "yes", False: "no", None: "none"}[value]
        if value is None or isinstance(value, bool)
        else f"{value}"
    )


def outcome_rows() -> list[dict[str, Any]]:
    """The list of outcomes as plain data, so that units and directions travel with the tables."""
    return [
        {field.name: getattr(outcome, field.name) for field in dataclasses.fields(outcome)}
        for outcome in OUTCOMES.values()
    ]


def assemble(
    batches: Mapping[str, Sequence[pa.Table]],
    failures: Sequence[Failure],
    facts: Mapping[str, Any],
    policies: Sequence[str],
    worlds: Worlds | None = None,
) -> Tables:
    """Sort and filter batches of Arrow tables into `Tables`: these policies, and the first worlds of each.

    `facts` holds "meta" and "outcomes" of the manifest.
    """
    import pandas as pd

    order = {policy: place for place, policy in enumerate(policies)}
    ends = (
        worlds
        if isinstance(worlds, Mapping)
        else dict.fromkeys(policies, sys.maxsize if worlds is None else worlds)
    )

    def frame(kind: str) -> pd.DataFrame:
        if not batches[kind]:
            return pd.DataFrame(columns=[*RUN_KEYS, *OTHER_KEYS[kind]])
        table: pd.DataFrame = concat(batches[kind]).to_pandas()
        table = table[table["policy"].isin(order)]
        table = table[table["replication"] < table["policy"].map(ends).astype("int64")]
        keys = pd.DataFrame({"policy": table["policy"].map(order), "replication": table["replication"]})
        # Stable: weeks and decisions stay in the order in which they happened.
        return table.loc[keys.sort_values(["policy", "replication"], kind="stable").index].reset_index(
            drop=True
        )

    failed = [f for f in failures if f.policy in order and f.replication < ends[f.policy]]
    failed.sort(key=lambda f: (order[f.policy], f.replication))
    columns = {name: [getattr(f, name) for f in failed] for name in FAILURE_COLUMNS}
    types = {"week": "Int64", "replication": "int64"} | dict.fromkeys(["policy", "phase", "error"], "str")
    return Tables(
        frame("runs"),
        frame("periods"),
        pd.DataFrame(columns).astype(types),
        frame("decisions"),
        pd.DataFrame(facts["outcomes"]),
        {**facts["meta"], "policies": list(policies)},
    )


def read_tables(
    path: str | Path, policies: Sequence[str] | None = None, replications: int | None = None
) -> Tables:
    """The tables of a run directory, or those of some of its policies and its first replications.

    Raises DirectoryRefusedError if it is not a run directory, was changed, or holds no runs.
    """
    with reading(Path(path)) as directory:
        facts = directory.manifest
        if "meta" not in facts or "outcomes" not in facts:
            raise DirectoryRefusedError(f"{path}: the manifest does not say what was run")
        if kind := facts.get("kind"):
            what = "of a sweep" if kind == "sweep" else "of a search"
            raise DirectoryRefusedError(f"{path} is the directory {what}", "`show` says what is in it")
        done, failures = directory.ledger.done().values(), list(directory.ledger.failures().values())
        if not done and not failures:
            raise DirectoryRefusedError(
                f"{path} holds no finished runs", "give the command that made it again"
            )
        seen = {run.policy for run in done} | {failed.policy for failed in failures}
        chosen = [p for p in facts["meta"]["policies"] if p in (seen if policies is None else set(policies))]
        batches = directory.read(chosen, replications)
        tables = assemble(batches, failures, facts, chosen, replications)
        tables.meta["command"] = (facts.get("commands") or [""])[-1]
        if policies is None and replications is None:
            held = [(r.policy, r.replication) for r in done] + [(f.policy, f.replication) for f in failures]
            tables.meta |= stop_of(Path(path), held)
        return tables
