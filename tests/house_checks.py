"""The house rules as functions: each takes the root of a tree and returns complaints, one line each.

`test_house.py` asks them of the real tree, and of small trees with one fault planted, so that no check is
blind without anybody noticing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path

FLOORS = {
    "simulation.parameters": 1,
    "simulation.measures": 1,  # outcomes dropped in
    "simulation.outcomes": 1,
    "simulation.luck": 1,
    "simulation.elementary": 1,
    "simulation.choosing": 1,
    "simulation.compiled": 1,  # how kernels and the two above are compiled
    "simulation.levers": 2,
    "simulation.spec": 3,
    "simulation.world": 4,
    "simulation.runs": 5,
    "simulation.facts": 6,
    "simulation": 7,  # the package's front door, simulation/__init__.py
}
PARTS = ("simulation", "analysis", "app", "run")
# What `world` may not touch: files, the terminal, the clock, formats and plots.
IMPURE_MODULES = {
    *("io", "os", "pathlib", "shutil", "tempfile", "sqlite3", "pickle", "csv", "json", "logging"),
    *("subprocess", "time", "datetime", "random", "secrets", "sys"),
    *("yaml", "matplotlib", "pandas", "pyarrow", "rich", "typer", "jinja2"),
}
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "breakpoint"}
IMPURE_METHODS = {
    *("open", "read_text", "write_text", "read_bytes", "write_bytes", "mkdir", "unlink"),
    *("tofile", "fromfile", "save", "savez", "savetxt", "loadtxt", "genfromtxt", "memmap"),
}
KERNELS_MAY_IMPORT = {"__future__", "collections", "math", "numba", "numpy", "typing"}
KERNELS_MAY_SEE = (
    "simulation.world.kernels",
    "simulation.world.columns",  # the codes of the states
    "simulation.world.tables",  # what a handle is
)
MODULE_LINES, SMALL_LINES = 300, 90
TABLES = {"simulation/parameters.py", "simulation/outcomes.py"}  # one table each, as long as it must be
NOT_SMALL = {"__init__.py", "base.py"}  # shared by the levers or phases beside them
SKIPPED_DIRECTORIES = {"__pycache__", "build", "dist", "htmlcov"}
TEXT_SUFFIXES = {".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".html", ".css", ".json", ".cfg", ".csv", ""}
NOT_OURS = (".coverage", ".git")  # a worktree has a file .git, which says where the repository is


@dataclass(frozen=True)
class Import:
    """One import: the module meant, as exactly as the tree allows, and where it is written."""

    target: str
    line: int
    typing_only: bool


def files(root: Path) -> Iterator[Path]:
    """The project's text files: no environments, caches, past runs or other hidden directories but `.ci`."""
    for path in sorted(root.iterdir()):
        if path.is_dir():
            hidden = path.name.startswith(".") and path.name != ".ci"
            past_runs = path.name == "runs" and (path.parent / "pyproject.toml").exists()
            if not (
                hidden or past_runs or path.name in SKIPPED_DIRECTORIES or path.name.endswith(".egg-info")
            ):
                yield from files(path)
        elif path.suffix in TEXT_SUFFIXES and path.name not in NOT_OURS:
            yield path


def module_name(root: Path, path: Path) -> str:
    """The dotted name under which `path` is imported."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules(root: Path) -> dict[str, Path]:
    """Dotted name -> file, for everything that is shipped."""
    shipped = [path for path in files(root) if path.suffix == ".py"]
    named = {module_name(root, path): path for path in shipped}
    return {name: path for name, path in named.items() if name.split(".")[0] in PARTS}


def imports(name: str, path: Path, known: dict[str, Path]) -> list[Import]:
    """All imports of a module, wherever they stand, relative ones resolved.

    `from package import x` means the module `package.x` if there is one, else `package`. Where a module calls
    `import_module`, the modules named in its strings count as imported.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    by_name = any(
        isinstance(node, ast.Call) and "import_module" in ast.unparse(node.func) for node in ast.walk(tree)
    )
    guarded: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            guarded.update(inner for statement in node.body for inner in ast.walk(statement))
    named = {"mesa", "simulation", *IMPURE_MODULES, *(module for module in known if "." in module)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [Import(alias.name, node.lineno, node in guarded) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
                base = ".".join([*package[: len(package) - node.level + 1], *base.split(".")]).rstrip(".")
            targets = {
                f"{base}.{alias.name}" if f"{base}.{alias.name}" in known else base for alias in node.names
            }
            found += [Import(target, node.lineno, node in guarded) for target in sorted(targets)]
        elif by_name and isinstance(node, ast.Constant) and node.value in named:
            found.append(Import(str(node.value), node.lineno, False))
    return found


def floor(module: str) -> int | None:
    """The floor a module of `simulation` stands on; None if nobody gave it one."""
    if module == "simulation":
        return FLOORS["simulation"]
    return FLOORS.get(".".join(module.split(".")[:2]))


def check_floors(root: Path) -> list[str]:
    """A floor imports only its own package and the floors below; the parts meet only in app and run."""
    complaints = []
    known = modules(root)
    for name, path in known.items():
        part = name.split(".")[0]
        own = floor(name) if part == "simulation" else None
        if part == "simulation" and own is None:
            complaints.append(f"{name} stands on no floor: add it to docs/plan.md and to FLOORS")
            continue
        for entry in imports(name, path, known):
            where = f"{path.relative_to(root)}:{entry.line}: {name} imports {entry.target}"
            other = entry.target.split(".")[0]
            if part == "simulation" and other == "simulation":
                theirs = floor(entry.target)
                if theirs is None or own is None or theirs > own:
                    complaints.append(f"{where}, which stands above it")
            elif part == "simulation" and other in PARTS:
                complaints.append(f"{where}: only app and run.py join the parts")
            elif part == "analysis" and other in {"simulation", "mesa", "app", "run"}:
                complaints.append(f"{where}: analysis knows tables only")
            elif part == "app" and other == "run":
                complaints.append(f"{where}: run.py calls app, not the other way round")
    return complaints


def check_cycles(root: Path) -> list[str]:
    """No circle of imports between modules, lazy ones included. Imports for type checkers do not count."""
    known = modules(root)
    graph = {
        name: {entry.target for entry in imports(name, path, known) if not entry.typing_only}
        & known.keys() - {name}
        for name, path in known.items()
    }
    done: set[str] = set()
    complaints: list[str] = []

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            complaints.append("circle of imports: " + " -> ".join((*trail[trail.index(name) :], name)))
        elif name not in done:
            for target in sorted(graph[name]):
                visit(target, (*trail, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())
    return complaints


def check_pure_world(root: Path) -> list[str]:
    """`simulation/world` touches no file, prints nothing, reads no clock; kernels know arrays only."""
    complaints = []
    known = modules(root)
    for name, path in known.items():
        if not name.startswith("simulation.world"):
            continue
        where = path.relative_to(root)
        kernel = name.startswith("simulation.world.kernels")
        for entry in imports(name, path, known):
            top = entry.target.split(".")[0]
            allowed = KERNELS_MAY_IMPORT if kernel else None
            floor_one = floor(entry.target) == 1 or entry.target.startswith(KERNELS_MAY_SEE)
            if top in IMPURE_MODULES or (allowed and top not in allowed and not floor_one):
                complaints.append(f"{where}:{entry.line}: {name} imports {entry.target}")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func
                if (isinstance(called, ast.Name) and called.id in IMPURE_CALLS) or (
                    isinstance(called, ast.Attribute) and called.attr in IMPURE_METHODS
                ):
                    complaints.append(f"{where}:{node.lineno}: {name} calls {ast.unparse(called)}")
    return complaints


def check_scenarios_hold_no_python(root: Path) -> list[str]:
    """People edit scenarios; code lives elsewhere."""
    return [f"{path.relative_to(root)} is code" for path in sorted((root / "scenarios").rglob("*.py*"))]


def check_sizes(root: Path) -> list[str]:
    """Modules are short; levers and phases shorter still."""
    complaints = []
    for path in modules(root).values():
        where = path.relative_to(root).as_posix()
        small = where.startswith(("simulation/levers/", "simulation/world/phases/"))
        limit = SMALL_LINES if small and path.name not in NOT_SMALL else MODULE_LINES
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > limit and where not in TABLES:
            complaints.append(f"{where}: {lines} lines, at most {limit}")
    return complaints


def forbidden_patterns() -> dict[str, re.Pattern[str]]:
    """What may stand in no file. Put together from pieces, so that this file does not contain it."""
    slash = "/"
    directories = "|".join(["work", "root", "home" + slash + r"\w+", "Users" + slash + r"\w+", "opt", "mnt"])
    hosts = ["py" + "pi", "python" + "hosted", "ana" + "conda", "npm" + "js", "js" + "delivr", "un" + "pkg"]
    makers = ["cla" + "ude", "anth" + "ropic", "chat" + "gpt", "open" + "ai", "cop" + "ilot", "ll" + "ms?"]
    leftovers = ["TO" + "DO", "FIX" + "ME", "X" * 3, "HA" + "CK"]
    return {
        "absolute path of a machine": re.compile(
            rf"(?<![\w.}})*{slash}~-]){slash}(?:{directories})(?=[{slash}\s\"'`),:;]|$)", re.M
        ),
        "host of a package registry": re.compile(rf"\b(?:{'|'.join(hosts)})\.(?:org|com|net)\b", re.I),
        "name of a tool": re.compile(rf"\b(?:{'|'.join(makers)})\b", re.I),
        "unfinished work": re.compile(rf"\b(?:{'|'.join(leftovers)})\b"),
    }


def check_words(root: Path) -> list[str]:
    """No paths of one machine, no registries, no leftovers."""
    complaints = []
    for path in files(root):
        text = path.read_text(encoding="utf-8")
        for what, pattern in forbidden_patterns().items():
            for match in pattern.finditer(text):
                line = text.count("\n", 0, match.start()) + 1
                complaints.append(f"{path.relative_to(root)}:{line}: {what}: {match.group()}")
    return complaints


def check_decisions(root: Path) -> list[str]:
    """Every page of docs/decisions is in its index, numbers run without gaps."""
    directory = root / "docs" / "decisions"
    pages = sorted(path.name for path in directory.glob("*.md") if path.name != "README.md")
    listed = re.findall(r"\]\(([^)#]+\.md)\)", (directory / "README.md").read_text(encoding="utf-8"))
    complaints = [f"{page} is not in the index" for page in pages if page not in listed]
    complaints += [f"the index names {page}, which is missing" for page in listed if page not in pages]
    numbers = [int(page[:4]) if re.match(r"\d{4}-", page) else -1 for page in pages]
    if numbers[:1] != [1] or any(later != earlier + 1 for earlier, later in pairwise(numbers)):
        complaints.append(f"numbers should run 0001, 0002, ...: {', '.join(pages)}")
    return complaints


def check_links(root: Path) -> list[str]:
    """Every relative link of every page leads somewhere."""
    complaints = []
    for page in (path for path in files(root) if path.suffix == ".md"):
        prose = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
        targets = re.findall(r"\]\(([^)\s#]+)[^)]*\)", prose)
        outside = re.compile(r"\w+:")  # https:, mailto:
        complaints += [
            f"{page.relative_to(root)}: no such file: {target}"
            for target in targets
            if not outside.match(target) and not (page.parent / target).exists()
        ]
    return complaints


def readme_command(root: Path, which: str) -> str:
    """The one line in the README's block after the marker `<!-- command: WHICH -->`."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(rf"<!-- command: {which} -->\n```bash\n(.*?)```", readme, flags=re.S)
    (block,) = blocks  # exactly one
    (line,) = block.splitlines()
    return line


def check_constraints(root: Path) -> list[str]:
    """constraints.txt: plain `name==version` lines, one per Python, inside the ranges of pyproject.toml."""
    import tomllib

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    lines = [
        line
        for line in (root / "constraints.txt").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    complaints = [
        f"not a plain pin: {line}"
        for line in lines
        if not re.fullmatch(r'[\w.-]+==[\w.]+( ; python_version [<>=]+ "3\.\d+")?', line)
    ]
    if complaints:
        return complaints
    pins = [Requirement(line) for line in lines]
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    for python in ("3.11", "3.12", "3.13"):
        versions: dict[str, str] = {}
        for pin in pins:
            if pin.marker is None or pin.marker.evaluate({"python_version": python}):
                name = canonicalize_name(pin.name)
                if name in versions:
                    complaints.append(f"{name} is pinned twice for Python {python}")
                versions[name] = next(iter(pin.specifier)).version
        for requirement in map(Requirement, wanted):
            if requirement.marker and not requirement.marker.evaluate({"python_version": python}):
                continue
            version = versions.get(canonicalize_name(requirement.name))
            if version is None:
                complaints.append(f"{requirement.name} has no pin for Python {python}")
            elif not requirement.specifier.contains(version, prereleases=True):
                complaints.append(f"{requirement} does not allow the pinned {version}")
    return complaints
