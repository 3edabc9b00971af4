"""A threat: what somebody sends, what is done with it, and the exact words it must end in."""

from __future__ import annotations

import io
import os
import re
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

from .reached_out import watched

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
sys.path[:0] = [
    str(place)
    for place in (TESTS / "runs", TESTS / "crm", TESTS / "spec", TESTS)
    if str(place) not in sys.path
]

_ESTIMATE = re.compile(r"about [\d.]+ GiB")
Content = bytes | str | Callable[[Path], object]
MINIMAL = (TESTS / "spec" / "data" / "minimal.yaml").read_text(encoding="utf-8")
LONG = "x" * 300
NETWORK = re.compile(r"\bserve\b|--cluster")
SLOW = 2.0
"""Seconds of computing that no refusal may take; the audit looks at it, the tests do not."""


@dataclass(frozen=True)
class Threat:
    """`files` are put into an empty directory, beside `small.yaml`; then `words` are typed there.

    All that may come of it is `told` on stderr (of wrong usage its last line) and the exit code; no file may change, and
    nothing may be reached for on a network or among other programs, unless the words ask for that (NETWORK).
    In `told` MEMORY is what this machine has, and an estimate reads "about N GiB". `elsewhere` names the test that
    asks the same on every commit; `how` types the words otherwise than in this process.
    """

    name: str
    words: str
    told: str
    files: Mapping[str, Content] = field(default_factory=dict)
    code: int = 3
    elsewhere: str = ""
    how: Callable[..., tuple[int, str, str]] | None = None


@dataclass(frozen=True)
class Ended:
    """What came of it."""

    code: int
    out: str
    err: str
    seconds: float
    changed: tuple[str, ...]
    reached: tuple[str, ...] = ()


def run(threat: Threat, folder: Path) -> Ended:
    """Type the words in `folder`, which is empty, with made-up worlds in place of the model."""
    (folder / "small.yaml").write_text(MINIMAL, encoding="utf-8")
    for name, content in threat.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if callable(content):
            content(path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    before = there(folder)
    began = computed()
    with watched() as reached:
        code, out, err = (threat.how or typed_in)(folder, *shlex.split(threat.words))
    seconds = computed() - began
    if threat.how is not None or NETWORK.search(threat.words):
        reached.clear()
    after = there(folder)
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return Ended(code, out, err, seconds, tuple(changed), tuple(reached))


def computed() -> float:
    """Seconds of computing up to now, of this process and of those that it has waited for; others may be busy."""
    children = os.times()
    return time.process_time() + children.children_user + children.children_system


def wrong(threat: Threat, ended: Ended) -> list[str]:
    """In what the end differs from the promise; empty when all is well."""
    told = threat.told.replace("MEMORY", memory())
    err = _ESTIMATE.sub("about N GiB", ended.err.rstrip("\n"))
    if threat.code == 2:
        err = err.splitlines()[-1] if err else ""
    found = [] if ended.code == threat.code else [f"exit code {ended.code}, not {threat.code}"]
    found += [] if err == told else [f"said {err!r}, not {told!r}"]
    found += [f"printed {ended.out[:80]!r}"] if ended.out else []
    found += [f"changed {', '.join(ended.changed)}"] if ended.changed else []
    return found + ([f"reached for {', '.join(ended.reached)}"] if ended.reached else [])


def typed_in(folder: Path, *words: str) -> tuple[int, str, str]:
    """The command line in this process, typed in a directory: exit code, stdout, stderr."""
    from fake_worlds import FakeWorlds

    from app.cli import main
    from app.services import Services

    with inside(folder), redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        code = main(words, Services(FakeWorlds()))
    return code, out.getvalue(), err.getvalue()


def memory() -> str:
    """What this machine has, as messages give it."""
    from simulation.spec.memory import machine_memory

    return f"{(machine_memory() or 0) / 2**30:.1f} GiB"


def there(folder: Path) -> dict[str, bytes | str]:
    """All that is in a directory: bytes of files, targets of links, kinds of the rest."""
    found: dict[str, bytes | str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = os.readlink(path)
        else:
            found[name] = path.read_bytes() if path.is_file() else "other"
    return found


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """In that directory for a while, on a screen of 80 columns."""
    here, columns = Path.cwd(), os.environ.get("COLUMNS")
    os.chdir(folder)
    os.environ["COLUMNS"] = "80"
    os.environ.pop("SALESPOLICY_DEBUG", None)
    try:
        yield
    finally:
        os.chdir(here)
        os.environ.pop("COLUMNS")
        if columns is not None:
            os.environ["COLUMNS"] = columns
