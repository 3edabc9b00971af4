"""One way to compile: every kernel of the project shares the same numba options and the same cache on disk.

Why the options: `fastmath=False` forbids reordering and fused multiply-add, so that a kernel gives the same
bits on every CPU; `error_model="numpy"` takes the hidden zero-division branch out of loops, without which
they do not vectorise; `nogil=True` lets other threads run meanwhile.

Why a cache of our own: numba's looks only at the file of the kernel itself. A kernel that has swallowed a
helper or a constant from another file would go on running the old one after an edit. So the directory is
named after a hash of the files in `COMPILED_FROM` and the versions that matter: any change starts a new
directory. Within it a kernel's place is named after its module, not its path: another copy of the project
finds what the first one compiled.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import llvmlite
import numba
import numpy as np
from numba.core import caching

_config: Any = numba.config
_FunctionCache: Any = caching.FunctionCache
_CacheImpl: Any = caching.CompileResultCacheImpl
_Locator: Any = caching._CacheLocator

F = TypeVar("F", bound=Callable[..., Any])

INTERPRETED = bool(_config.DISABLE_JIT)
"""Whether kernels run as plain Python (NUMBA_DISABLE_JIT)."""
OPTIONS: dict[str, Any] = {"fastmath": False, "error_model": "numpy", "nogil": True}
COMPILED_FROM = (
    *("compiled.py", "elementary.py", "choosing.py", "luck.py"),
    *("world/columns.py", "world/tables.py", "world/kernels/*.py"),
)
"""Files, relative to this package, that hold kernels or what kernels take in. A test compares this with the imports."""
KEPT_DIRECTORIES = 4  # older ones are pruned ...
UNTOUCHED_DAYS = 2.0  # ... once no process has opened them for this long


_PACKAGE = Path(__file__).resolve().parent


def _compiled_from(root: Path) -> frozenset[Path]:
    return frozenset(path for pattern in COMPILED_FROM for path in root.glob(pattern))


_HASHED = _compiled_from(_PACKAGE)


def kernel(function: F) -> F:
    """Compile `function` on its first call, and keep the machine code on disk if possible."""
    if INTERPRETED:
        return _interpreted(function)
    dispatcher: Any = numba.njit(**OPTIONS)(function)
    if CACHE_DIRECTORY is not None:
        # numba chooses the place when the cache object is made; restored at once, to leave other libraries
        # alone.
        before, _config.CACHE_DIR = _config.CACHE_DIR, str(CACHE_DIRECTORY)
        try:
            with suppress(RuntimeError, OSError):  # no source file to key on, as in a notebook: not kept
                dispatcher._cache = _Cache(function)
        finally:
            _config.CACHE_DIR = before
    return cast(F, dispatcher)


def inlined(function: F) -> F:
    """Compile a small helper that dissolves in the kernels that call it, and is kept as part of them."""
    if INTERPRETED:
        return _interpreted(function)
    return cast(F, numba.njit(forceinline=True, **OPTIONS)(function))


def _interpreted(function: F) -> F:
    """Plain Python under NUMBA_DISABLE_JIT: the same bits, and as silent about integers that wrap round."""

    @functools.wraps(function)
    def quiet(*values: Any) -> Any:
        with np.errstate(all="ignore"):
            return function(*values)

    return cast(F, quiet)


class _ByModule(_Locator):  # type: ignore[misc]
    """Where the code of hashed files is kept, wherever the package is: the directory's name tells their content."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._path, self._line = (
            str(Path(_config.CACHE_DIR) / function.__module__),
            function.__code__.co_firstlineno,
        )

    def get_cache_path(self) -> str:
        return self._path

    def get_source_stamp(self) -> str:
        return ""  # as good as any: see above

    def get_disambiguator(self) -> str:
        return str(self._line)

    @classmethod
    def from_function(cls, function: Callable[..., Any], file: str) -> Any:
        """A place; None for a file that is not hashed, whose place numba names after its path."""
        if Path(file).resolve() not in _HASHED:
            return None
        place = cls(function)
        try:
            place.ensure_cache_path()
        except OSError:
            return None
        return place


class _Places(_CacheImpl):  # type: ignore[misc]
    _locator_classes = (_ByModule, *_CacheImpl._locator_classes)


class _Cache(_FunctionCache):  # type: ignore[misc]
    """numba's cache, safe for many writers: a bad entry is a miss, a failed write is no error."""

    _impl_class = _Places

    def save_overload(self, sig: Any, data: Any) -> None:
        # numba numbers the data files. Two processes that compile two signatures of a kernel would pick the
        # same number, and one would then load the code of the other: with a fresh name for each write, one
        # entry is lost at worst.
        name = f"{self._impl.filename_base}.{{number:d}}.{uuid.uuid4().hex[:12]}.nbc"
        self._cache_file._data_name_pattern = name
        with suppress(OSError):  # full or read-only disk
            super().save_overload(sig, data)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # a damaged file can fail in any way, and compiling anew is always right
            with suppress(OSError):
                self.flush()  # else the save that follows would read the damaged index again
            return None


def source_hash(root: Path | None = None) -> str:
    """Hash of the files of `COMPILED_FROM` under `root` (default: this package) and the versions that shape the code."""
    root = _PACKAGE if root is None else root
    versions = (sys.version_info[:3], numba.__version__, llvmlite.__version__, np.__version__)
    digest = hashlib.sha256(repr(versions).encode())
    for path in sorted(_compiled_from(root)):
        name, content = path.relative_to(root).as_posix().encode(), path.read_bytes()
        digest.update(b"%d %d " % (len(name), len(content)) + name + content)
    return digest.hexdigest()[:20]


def cache_directory() -> Path | None:
    """Create and return the cache directory of this source; None if none can be written.

    Below `SALESPOLICY_CACHE_DIR`, else below `sales-policy-lab` in `XDG_CACHE_HOME` or `~/.cache`.
    """
    try:
        chosen = os.environ.get("SALESPOLICY_CACHE_DIR")
        user_caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        base = (Path(chosen) if chosen else user_caches / "sales-policy-lab").absolute() / "kernels"
        directory = base / source_hash()
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = directory / f".{uuid.uuid4().hex}"
        probe.touch()
        probe.unlink()
        os.utime(directory)  # "used now", for the pruning below
        _prune(base)
    except (OSError, RuntimeError):  # RuntimeError: no home directory
        return None
    return directory


def _prune(base: Path) -> None:
    """Remove directories of old sources: all but the newest few, and none that may still be in use."""
    limit = time.time() - UNTOUCHED_DAYS * 86400
    opened = sorted((entry.stat().st_mtime, entry) for entry in base.iterdir() if entry.is_dir())
    for touched, entry in opened[:-KEPT_DIRECTORIES]:
        if touched < limit:
            shutil.rmtree(entry, ignore_errors=True)


CACHE_DIRECTORY: Path | None = cache_directory()
