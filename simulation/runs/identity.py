"""What makes two runs the same: content hashes of a run, a batch of runs and a run directory."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.levers import LEVERS, OUTSIDE

if TYPE_CHECKING:
    from simulation.spec import Scenario

SOURCES = Path(__file__).resolve().parent.parent

# Keys of a resolved scenario that no single run depends on: words, the question, and how many runs to make.
NOT_IN_A_RUN = frozenset(
    {"name", "description", "question", "outcome", "replications", "policies", "calibration"}
)


def canonical(data: Any) -> bytes:
    """Plain data as JSON with one possible spelling; ValueError for nan or infinity."""
    return json.dumps(
        data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def digest(data: Any) -> str:
    """SHA-256 in hex over the canonical JSON of plain data."""
    return hashlib.sha256(canonical(data)).hexdigest()


@lru_cache(maxsize=8)
def code_version(sources: Path = SOURCES) -> str:
    """SHA-256 in hex over the names and contents of the Python files below `sources` (or of that file), read once."""
    total = hashlib.sha256()
    files = [sources] if sources.is_file() else sources.rglob("*.py")
    for path in sorted(files, key=lambda path: path.relative_to(sources).as_posix()):
        # Line endings depend on how the checkout was made, not on what the code does.
        content = path.read_bytes().replace(b"\r\n", b"\n")
        total.update(f"{path.relative_to(sources).as_posix()}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def outside_levers(resolved: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Package, version and hash of the code of each lever from elsewhere that a policy of the scenario sets."""
    used = {lever for policy in resolved["policies"].values() for lever in policy}
    found = {}
    for name, (package, version) in OUTSIDE.items():
        if name in used:
            home = sys.modules[LEVERS[name].__module__.partition(".")[0]]
            file = Path(home.__file__ or str(sys.modules[LEVERS[name].__module__].__file__))
            sources = file.parent if file.name == "__init__.py" else file
            found[name] = {"package": package, "version": version, "sha256": code_version(sources)}
    return found


@dataclass(frozen=True)
class Identity:
    """A resolved scenario (with the seed that is used), the code that runs it, and levers from other packages.

    `design` says what varies in a sweep; it is empty for one scenario.
    """

    resolved: Mapping[str, Any]
    code: str
    outside: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    design: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, scenario: Scenario, design: Mapping[str, Any] | None = None) -> Identity:
        """The identity of a scenario under the code at hand; of a sweep with what its design is, but for its size."""
        resolved = scenario.resolved()
        outside = outside_levers(resolved)
        code = code_version()
        return cls(resolved, digest([code, outside]) if outside else code, outside, design or {})

    @cached_property
    def _policy_digests(self) -> dict[str, str]:
        """Per policy: the world, the horizon, its levers, and the baseline that runs the burn-in; no other
        policy.
        """
        policies, common = (
            self.resolved["policies"],
            {k: v for k, v in self.resolved.items() if k not in NOT_IN_A_RUN},
        )
        common |= {"code": self.code, "baseline": policies[self.resolved["baseline"]]}
        return {
            name: digest(common | {"policy": {"name": name, "levers": policies[name]}}) for name in policies
        }

    def run(self, policy: str, replication: int, settings: Sequence[tuple[str, Any]] = ()) -> str:
        """Content hash of one run, in hex. `settings` are what its world differs by in a sweep."""
        own = [[place, value] for place, value in settings]
        return digest([self._policy_digests[policy], replication, *([own] if own else [])])

    @cached_property
    def facets(self) -> dict[str, str]:
        """A short hash for each part of the scenario, to say what differs between two directories."""
        facets = {
            key: digest(value)[:16]
            for key, value in self.resolved.items()
            if key not in ("policies", "world", "replications")
        }
        facets |= {f"world.{key}": digest(value)[:16] for key, value in self.resolved["world"].items()}
        facets |= {f"policies.{key}": digest(value)[:16] for key, value in self.resolved["policies"].items()}
        facets |= {key: digest(value)[:16] for key, value in self.design.items()}
        return facets | {"code": self.code[:16]}

    @cached_property
    def directory(self) -> str:
        """Content hash of a run directory: spec, seed and code, but not the number of replications, which may
        grow.
        """
        own = {key: value for key, value in self.resolved.items() if key != "replications"}
        return digest([own, self.code, *([dict(self.design)] if self.design else [])])

    @property
    def directory_name(self) -> str:
        """`<scenario>-<first 10 hex digits>`, safe as a file name everywhere."""
        stem = re.sub(r"[^\w.-]+", "-", str(self.resolved["name"])).strip("-.") or "scenario"
        return f"{stem[:80]}-{self.directory[:10]}"


def batch_hash(run_hashes: Iterable[str]) -> str:
    """Name of a part: 16 hex digits over the runs it holds, in any order."""
    return digest(sorted(run_hashes))[:16]


def default_directory(scenario: Scenario, seed: int | None = None) -> Path:
    """Where results go when nobody says otherwise: below `runs/` of the current directory."""
    if seed is not None:
        scenario = scenario.model_copy(update={"seed": seed})
    return Path("runs") / Identity.of(scenario).directory_name
