"""Names and imports that could run what stands in a file, found in the syntax of shipped code."""

from __future__ import annotations

import ast
from collections.abc import Iterable

RUNS_CODE = {
    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "os.startfile", "os.posix_spawn", "os.posix_spawnp",
    *(f"os.{kind}{how}" for kind in ("exec", "spawn") for how in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")),
    *(f"subprocess.{name}" for name in (
        "run", "Popen", "call", "check_call", "check_output", "getoutput", "getstatusoutput",
    )),
    *(f"yaml.{name}" for name in ("load", "load_all", "full_load", "full_load_all", "unsafe_load", "unsafe_load_all")),
    *(f"yaml.{c}{name}" for c in ("", "C") for name in ("Loader", "FullLoader", "UnsafeLoader")),
    "pandas.read_pickle", "pandas.read_hdf", "pandas.HDFStore", "pandas.eval", "numpy.load",
    "importlib.spec_from_file_location", "importlib.SourceFileLoader", "importlib.SourcelessFileLoader",
}  # fmt: skip
"""Names that may not be used, by the first and the last part of the name as it was imported."""
NOT_IMPORTED = {
    "pickle", "_pickle", "marshal", "shelve", "runpy", "ctypes", "_ctypes", "cffi", "cloudpickle", "dill", "joblib",
}  # fmt: skip
"""Modules that unpack or run what they read, or call what is no Python: they may not be imported at all."""
MEANT = {
    # tasks that our own processes hand to each other, not from a file
    ("simulation/runs/chunks.py", "import pickle"),
    ("app/completing.py", "yaml.load"),  # with the safe loader, and nothing in it that unpacks
    ("app/live/jobs.py", "subprocess.Popen"),  # our own command, as a list of words
}


def found(modules: Iterable[tuple[str, ast.Module]]) -> list[str]:
    """Lines with such a name, by path; those of MEANT are left out."""
    lines = []
    for path, tree in modules:
        known = _imported(tree)
        for node in ast.walk(tree):
            lines += [
                f"{path}:{node.lineno}: {name}"  # type: ignore[attr-defined]
                for name in _refused(node, known)
                if (path, name) not in MEANT
            ]
            if isinstance(node, ast.keyword) and node.arg in ("shell", "allow_pickle"):
                lines.append(f"{path}:{node.value.lineno}: {node.arg}=")
    return lines


def _imported(tree: ast.Module) -> dict[str, str]:
    """Names of modules in a file, and what they stand for: `import numpy as np`, `from os import path`."""
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {a.asname: a.name for a in node.names if a.asname}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            known |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return known


def _refused(node: ast.AST, known: dict[str, str]) -> list[str]:
    """What in this node may not be there."""
    if isinstance(node, ast.Import):
        modules, names = [a.name for a in node.names], []
    elif isinstance(node, ast.ImportFrom):
        modules = [] if node.level else [node.module or ""]
        names = [f"{node.module}.{a.name}" for a in node.names]
    else:
        modules, names = [], [_dotted(node, known)]
    roots = [module.split(".")[0] for module in modules]
    return [f"import {root}" for root in roots if root in NOT_IMPORTED] + [
        short for name in names if (short := _short(name)) in RUNS_CODE or _all_of(short)
    ]


def _short(name: str) -> str:
    """`yaml.loader.UnsafeLoader` is `yaml.UnsafeLoader`, and `builtins.eval` is `eval`."""
    first, *_, last = name.split(".") if "." in name else (name, name)
    return last if first in (last, "builtins", "__builtins__") else f"{first}.{last}"


def _all_of(name: str) -> bool:
    """`from os import *` hides where names come from."""
    return name.endswith(".*") and any(one.startswith(name[:-1]) for one in RUNS_CODE)


def _dotted(node: ast.AST, known: dict[str, str]) -> str:
    """`name` or `module.name`, by the names that were imported; `getattr(module, "name")` too; empty for all else."""
    if isinstance(node, ast.Call) and len(node.args) >= 2 and _dotted(node.func, known) == "getattr":
        module, name = node.args[:2]
        before = _dotted(module, known)
        return f"{before}.{name.value}" if before and isinstance(name, ast.Constant) else ""
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value, known)
        return f"{before}.{node.attr}" if before else ""
    return known.get(node.id, node.id) if isinstance(node, ast.Name) else ""
