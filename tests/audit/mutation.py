"""Mutation testing: small faults put into the code one by one; how many do the tests notice?

    python -m tests.audit.mutation kernels --sample 200
    python -m tests.audit.mutation statistics --sample 200 --out FILE

`kernels` are judged by uncompiled lives next to the reference (`tests.audit.interpreted`) and then by the tests of kernels,
`statistics` by the tests named after the module, then by every file of tests/analysis that reaches the line. A mutant that
both leave alone has survived, and is printed as a change of lines, to be read. Mutants are those of Cosmic Ray; of several
thousand a sample is drawn, so that the score has an interval (Wilson 1927). Annotations and docstrings are not mutated:
nothing can notice.

Works in a copy of the tree; needs `pip install cosmic-ray`.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.paired import wilson

from .reaching import Reaching, measured

ROOT = Path(__file__).resolve().parents[2]
PYTEST = f"{sys.executable} -W ignore -m pytest -q -x -p no:cacheprovider -n 0"
QUICK = f"{sys.executable} -W ignore -m tests.audit.interpreted"
KERNEL_TESTS = " ".join(
    ("tests/test_elementary.py", "tests/test_luck.py", "tests/test_choosing.py",
     *(str(path.relative_to(ROOT)) for path in sorted((ROOT / "tests/world").glob("test_kernels_*.py"))))
)  # fmt: skip
"""Those that call kernels themselves, uncompiled: four minutes. The rest of tests/world would take an hour."""
STATISTICS_TESTS = "tests/analysis"
FIRST_LIMIT, SECOND_LIMIT = 600.0, 3600.0
"""Seconds after which a mutant that never ends is taken for noticed; the machine may be slow."""
NO_NEWS = ("core/RemoveDecorator",)
"""A kernel without its decorator is the same uncompiled; compiled the tests would not find out either, only be slower."""
STATISTICS = """
    boxes conditions crossover doubt elementary_effects elsewhere flip gauss hindsight hypotheses knowing paired panel
    piloting price prim rare reach resampling sensitivity shallow_tree shapley sobol_indices spread surface sweeps
    tradeoffs until value verdict watching who
"""


@dataclass(frozen=True)
class Kind:
    """What is mutated, and how it is judged."""

    files: tuple[Path, ...]
    uncompiled: bool

    def commands(self, file: Path, line: int, reaching: Reaching | None) -> list[tuple[str, float]]:
        """The quick command that notices most mutants of a line, then one for those that are left; each with its limit."""
        if reaching is None:
            return [(QUICK, FIRST_LIMIT), (f"{PYTEST} {KERNEL_TESTS}", SECOND_LIMIT)]
        every = reaching.files(file, line) or [STATISTICS_TESTS]
        own = [test for test in every if _about(file.stem, ROOT / test)]
        others = [test for test in every if test not in own]
        return [
            (f"{PYTEST} {' '.join(tests)}", limit)
            for tests, limit in ((own, FIRST_LIMIT), (others, SECOND_LIMIT))
            if tests
        ]


def _about(module: str, test: Path) -> bool:
    """Is a test file named after a module, or does it import it?"""
    return test.name.startswith(f"test_{module}") or (
        test.is_file() and f"analysis.{module} " in test.read_text(encoding="utf-8")
    )


KINDS = {
    "kernels": Kind(tuple(sorted((ROOT / "simulation/world/kernels").glob("[a-z]*.py"))), True),
    "statistics": Kind(tuple(ROOT / f"analysis/{name}.py" for name in STATISTICS.split()), False),
}


def mutants(file: Path) -> list[Any]:
    """Every mutation of a file that something could notice."""
    from cosmic_ray.commands.init import _all_work_items

    silent = _silent(file)
    return [
        item.mutations[0]
        for item in _all_work_items([file], {})
        if item.mutations[0].operator_name not in NO_NEWS
        and not any(first <= item.mutations[0].start_pos < last for first, last in silent)
    ]


def _silent(file: Path) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Places of annotations and docstrings: from, to."""
    found: list[ast.AST] = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            found += [node.returns] if node.returns else []
        if isinstance(node, (ast.arg, ast.AnnAssign)) and node.annotation is not None:
            found.append(node.annotation)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.append(node)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            found.append(node)
    return [((n.lineno, n.col_offset), (n.end_lineno or 0, n.end_col_offset or 0)) for n in found]  # type: ignore[attr-defined]


def copied(to: Path) -> Path:
    """A copy of the tree as git knows it, to be broken."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.split(b"\0")
    for name in filter(None, names):
        source = ROOT / os.fsdecode(name)
        if source.is_file():
            target = to / os.fsdecode(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    return to


def judged(
    kind: Kind, chosen: Sequence[tuple[Path, Any]], tree: Path, scratch: Path
) -> Iterator[tuple[str, Path, Any, str]]:
    """Each mutant with what became of it, and the change of lines: "noticed", "endless" (by the limit),
    "survived" or "untried".
    """
    from attrs import evolve
    from cosmic_ray.mutating import mutate_and_test
    from cosmic_ray.testing import run_tests
    from cosmic_ray.work_item import TestOutcome

    os.chdir(tree)
    os.environ["PYTHONPATH"] = str(tree)
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    if kind.uncompiled:
        os.environ["NUMBA_DISABLE_JIT"] = "1"
    for command in (QUICK, f"{PYTEST} {KERNEL_TESTS}") if kind.uncompiled else ():
        if run_tests(command, SECOND_LIMIT)[0] != TestOutcome.SURVIVED:
            raise SystemExit(f"fails without any fault, so it can tell nothing: {command}")
    reaching = None if kind.uncompiled else measured(tree, scratch, PYTEST, STATISTICS_TESTS)
    for file, mutation in chosen:
        here = evolve(mutation, module_path=tree / file)
        for command, limit in kind.commands(file, mutation.start_pos[0], reaching):
            result = mutate_and_test([here], command, limit)
            if result.test_outcome != TestOutcome.SURVIVED:
                break
        yield _verdict(result.test_outcome, result.output), file, mutation, result.diff or ""


def _verdict(outcome: Any, output: str | None) -> str:
    from cosmic_ray.work_item import TestOutcome

    if outcome == TestOutcome.KILLED:
        return "endless" if output == "timeout" else "noticed"
    return (
        "survived" if outcome == TestOutcome.SURVIVED else "untried"
    )  # nothing was changed, or it could not be


def score(noticed: int, of: int) -> str:
    """The share noticed, with Wilson's 95 % interval, in percent."""
    low, high = wilson(noticed / of, of, 1.96)
    return f"{100 * noticed / of:.0f} % [{100 * low:.0f}, {100 * high:.0f}]"


def main(words: Sequence[str] | None = None) -> int:
    """Judge a sample of mutants, and print the score and the survivors."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--sample", type=int, default=200, help="mutants, of all files together (0: all)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", help="names of files, without .py, with commas between")
    parser.add_argument("--out", type=Path, help="a line of JSON for each mutant, as it is judged")
    asked = parser.parse_args(words)
    kind = KINDS[asked.kind]
    only = set(asked.only.split(",")) if asked.only else {file.stem for file in kind.files}
    dice = random.Random(asked.seed)
    places: dict[tuple[Path, Any], list[Any]] = {}
    for file in kind.files:
        for one in mutants(file) if file.stem in only else ():
            places.setdefault((file.relative_to(ROOT), one.start_pos), []).append(one)
    every = [
        (file, dice.choice(ways)) for (file, _), ways in places.items()
    ]  # an operator has a dozen others
    if not every:
        parser.error("there is nothing to mutate in these files")
    chosen = dice.sample(every, min(asked.sample or len(every), len(every)))
    print(f"{len(chosen)} of {len(every)} places in {len(only)} files, a mutant each", flush=True)
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        for verdict, file, mutation, diff in judged(kind, chosen, copied(scratch / "tree"), scratch):
            found[verdict] += 1
            row = {
                "verdict": verdict,
                "file": str(file),
                "line": mutation.start_pos[0],
                "operator": mutation.operator_name,
            }
            if asked.out:
                with asked.out.open("a", encoding="utf-8") as out:
                    out.write(json.dumps({**row, "diff": diff}) + "\n")
            if verdict == "survived":
                print(
                    f"survived: {file}:{mutation.start_pos[0]} {mutation.operator_name}\n{diff}", flush=True
                )
        os.chdir(ROOT)
    noticed = found["noticed"] + found["endless"]
    done = noticed + found["survived"]
    print(
        f"{noticed} of {done} noticed: {score(noticed, done) if done else 'nothing'}; "
        f"{found['endless']} of them endless, {found['untried']} could not be tried"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
