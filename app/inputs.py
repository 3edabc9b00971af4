"""From what is typed to what is meant: scenario files, policies, run directories."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import complain
from app.guard import BadInput
from app.json_files import read_json

if TYPE_CHECKING:
    from simulation.runs.cluster import Cluster
    from simulation.spec import Scenario

OF_POLICY = re.compile(r"(\w+\.\S+) of policy '(.+?)': ")
"""A setting that does not fit the world, as the checks of a scenario name it."""
SHIPPED = Path(__file__).resolve().parent.parent / "scenarios"


def scenario_files() -> list[Path]:
    """Scenario files below `scenarios/` here; where there is no such directory, those that come with the
    tool.
    """
    return _files("*.y*ml")


def _files(pattern: str) -> list[Path]:
    """YAML files below `scenarios/` here, or below the one that comes with the tool; none that is hidden."""
    here = Path("scenarios")
    found = (here if here.is_dir() else SHIPPED).glob(pattern)
    return sorted(p for p in found if p.suffix in {".yaml", ".yml"} and p.name[0] != ".")


def find_scenario(text: str) -> Path:
    """The file meant by a path or by the bare name of a scenario.

    BadInput, with a suggestion, if there is none.
    """
    path = Path(text)
    if (path / "manifest.json").is_file():
        raise BadInput(f"{text}: this is a run directory, not a scenario (`show {text}` shows it again)")
    if path.exists():
        return path
    known = scenario_files()
    for file in known:
        if text in (file.stem, file.name):
            return file
    names = {str(file): file for file in known} | {file.stem: file for file in known}
    near = difflib.get_close_matches(text, names, n=1) or difflib.get_close_matches(path.stem, names, n=1)
    hint = f"did you mean '{names[near[0]]}'?" if near else "`list scenarios` shows them"
    if text.casefold() in _ids():
        hint = f"a claim is called that: `hypotheses {text}` tests it"
    raise BadInput(f"{text}:1:1: there is no such file ({hint})")


def hypothesis_files() -> list[Path]:
    """Hypotheses below `scenarios/` here; where there is no such directory, those that come with the tool."""
    return _files("hypotheses/*.y*ml")


def find_hypotheses(texts: Sequence[str] | None) -> list[Path]:
    """The files meant by paths, or by ids such as C11, which their names begin with; all files for None.

    BadInput, with a suggestion, if there is none.
    """
    known = hypothesis_files()
    if not texts:
        if not known:
            raise BadInput("there are no hypotheses (scenarios/hypotheses/*.yaml)")
        return known
    ids = _ids()
    scenarios = {name for file in scenario_files() for name in (file.stem, file.name)}
    found = []
    for text in texts:
        if not Path(text).exists() and text.casefold() not in ids:
            spelled = [name for name, file in ids.items() if file.stem.startswith(name)]  # not C9 for C09
            near = difflib.get_close_matches(text.casefold(), spelled, n=1, cutoff=0.75)
            hint = (
                f"did you mean '{near[0][0].upper()}{near[0][1:]}'?"
                if near
                else "`list hypotheses` shows them"
            )
            if "," in text:
                hint = f"give them apart: {' '.join(text.split(','))}"
            elif text in scenarios:
                hint = f"a scenario is called that: `compare {text}` runs it"
            raise BadInput(f"{text}:1:1: there is no such file ({hint})")
        found.append(Path(text) if Path(text).exists() else ids[text.casefold()])
    return found


def _ids() -> dict[str, Path]:
    """Claims by id (C01 is C1 too) and by file name; second looks, which are found by name only, among them."""
    files = [*hypothesis_files(), *_files("hypotheses/*/*.y*ml")]
    named = {name: file for file in files for name in (file.stem.partition("_")[0], file.stem)}
    return {short(name): file for name, file in named.items()} | named


def short(claim: str) -> str:
    """The id of a claim without the noughts before its number: C1 for C01."""
    return re.sub(r"^([A-Za-z]+)0+(?=\d+$)", r"\1", claim)


def load(
    text: str, changes: Sequence[str] | None, *, weeks: int | None = None, seed: int | None = None
) -> Scenario:
    """The scenario with `--set`, `--weeks` and `--seed` applied. Raises SpecError or BadInput."""
    from simulation.spec import SpecError, load_scenario
    from simulation.spec.draws_file import replaced

    changes = list(changes or ())
    options = [f"{name}={value}" for name, value in (("weeks", weeks), ("seed", seed)) if value is not None]
    try:
        scenario = load_scenario(find_scenario(text), [*changes, *options])
        for name in replaced(scenario):
            complain(
                f"{name}: its draws replace the number in the file (set it with --set, or take its column out of them)"
            )
        return scenario
    except SpecError as error:
        # An option is a change to the scenario too; blame it by the name the user typed.
        problems = []
        for problem in error.problems:
            place = problem.line - len(changes) - 1
            if problem.file == "--set" and 0 <= place < len(options):
                problem = replace(problem, file="--" + options[place].partition("=")[0], line=1)  # noqa: PLW2901
            elif (changes or options) and (found := OF_POLICY.match(problem.message)):
                also = f"every policy must fit the change, asked for or not: --set policies.{found[2]}.{found[1]}=..."
                problem = replace(problem, hint="; ".join(filter(None, (problem.hint, also))))  # noqa: PLW2901
            problems.append(problem)
        raise SpecError(problems) from None


def fits_memory(
    runs: int, weeks: int, columns: int, option: str = "--replications",
    hint: str = "fewer customers, weeks or replications",
) -> None:  # fmt: skip
    """Refuse runs whose weekly tables are larger than memory, before the first is made. Raises SpecError."""
    from simulation.spec import SpecError
    from simulation.spec.memory import table, too_large
    from simulation.spec.problems import Mark

    if problems := too_large(Mark(option), f"{runs:,} runs need", table(runs * weeks, columns), hint):
        raise SpecError(problems)


def policy_names(scenario: Scenario, text: str | None) -> list[str]:
    """Policies in a comma-separated list, with the baseline, in the scenario's order. UnknownPolicyError."""
    from simulation.runs import choose_policies

    if text is None:
        return choose_policies(scenario)
    names = [name.strip() for name in text.split(",") if name.strip()]
    return choose_policies(scenario, [*choose_policies(scenario, names), scenario.baseline])


def find_run(text: str) -> Path:
    """The run directory meant by a path or by a name below `runs/`.

    BadInput, with a suggestion, if there is none.
    """
    path, below = Path(text), Path("runs") / text
    if path.is_dir():
        return path
    if below.is_dir():
        return below
    known = {str(p): p for p in Path("runs").glob("*/")} | {p.name: p for p in Path("runs").glob("*/")}
    # of a scenario's runs the newest: those of its name before those of a name that it begins
    ages = {name: path.stat().st_mtime for name, path in known.items() if path.name.startswith(text)}
    begins = sorted(ages, key=lambda name: (not known[name].name.startswith(f"{text}-"), -ages[name]))
    near = begins[:1] or difflib.get_close_matches(text, known, n=1)
    hint = f"did you mean '{known[near[0]]}'?" if near else "`compare` makes one"
    raise BadInput(f"{text}: there is no such run directory ({hint})")


def is_sweep_directory(path: Path) -> bool:
    """Whether a run directory was made by `sweep`. What is wrong with it is for those who read it to say."""
    return kind_of(path) == "sweep"


def kind_of(path: Path) -> str:
    """What made a run directory: "sweep", "optimize", or "" for all else."""
    return str((read_json(path / "manifest.json") or {}).get("kind", ""))


def cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def outcome_names(text: str) -> list[str]:
    """Outcomes in a comma-separated list. BadInput, with a suggestion, for one that there is not."""
    from simulation.outcomes import OUTCOMES

    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise BadInput("no outcome is named (`list outcomes` shows them)")
    for name in names:
        if name not in OUTCOMES:
            near = difflib.get_close_matches(name, OUTCOMES, n=1)
            hint = f"did you mean '{near[0]}'?" if near else "`list outcomes` shows them"
            raise BadInput(f"there is no outcome '{name}' ({hint})")
    return list(dict.fromkeys(names))


def cluster_of(address: str | None, tls: Path | None) -> Cluster | None:
    """The cluster meant by `--cluster` and `--cluster-tls`; None for none. Raises BadInput or SpecError."""
    if address is None:
        if tls is not None:
            raise BadInput("--cluster-tls belongs to --cluster tls://HOST:PORT")
        return None
    from simulation.runs.cluster import Cluster

    if tls is None:
        return Cluster(address)
    if not address.startswith("tls://"):
        raise BadInput(f"--cluster-tls belongs to an address that begins with tls://, not '{address}'")
    from simulation.spec.cluster_tls import load_tls

    return Cluster(address, load_tls(tls))
