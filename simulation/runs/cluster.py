"""Many replications on many machines, through dask.distributed (extra `cluster`).

with connected(Cluster("tcp://10.0.0.5:8786")) as crew:
    for result in execute(tasks, scenario, replicate, crew=crew): ...
"""

from __future__ import annotations

import asyncio
import logging
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from simulation.runs.crew import ANSWER, Crew, other_code
from simulation.runs.errors import ClusterRefusedError
from simulation.runs.identity import code_version
from simulation.runs.pool import MAX_DEATHS, interrupts_held

LOCAL = "local"
ADDRESS = re.compile(r"((tcp|tls)://)?[^\s/:]+:\d{1,5}|((tcp|tls)://)\[[0-9a-fA-F:]+\]:\d{1,5}")


@dataclass(frozen=True)
class Cluster:
    """Where the workers are: a scheduler's address, or "local" for a cluster started here. `tls` names files by
    `ca`, `cert` and `key`.
    """

    address: str
    tls: Mapping[str, Path] | None = None


@contextmanager
def connected(cluster: Cluster | None, workers: int = 1) -> Iterator[Crew | None]:
    """The crew of a cluster for the block, None for None. A local one has `workers` processes, all on 127.0.0.1.

    Raises ClusterRefusedError where nobody answers within half a minute, nobody is there to work, or another version of the
    code is.
    """
    if cluster is None:
        yield None
        return
    if cluster.address != LOCAL and not ADDRESS.fullmatch(cluster.address):
        raise ClusterRefusedError(
            f"--cluster: '{cluster.address}' is no address", "as tcp://10.0.0.5:8786, or local"
        )
    distributed = _library()
    with _scheduler(distributed, cluster, workers) as where, _client(distributed, cluster, where) as client:
        _same_code(client, cluster.address)
        # A local cluster takes away a worker that is down 15 s after a death; elsewhere nobody does.
        refill = partial(where.scale, workers) if cluster.address == LOCAL else None
        yield Crew(client, cluster.address, refill)


def _library() -> Any:
    try:
        # Before distributed is imported, which then sets up its logs: of what it reports we say what matters.
        import_module("dask").config.set({"logging.distributed": "critical"})
        return import_module("distributed")
    except ImportError as error:
        raise ClusterRefusedError(
            f"--cluster needs dask.distributed ({error})", "pip install 'sales-policy-lab[cluster]'"
        ) from error


@contextmanager
def _scheduler(distributed: Any, cluster: Cluster, workers: int) -> Iterator[Any]:
    """What a client connects to."""
    if cluster.address != LOCAL:
        yield cluster.address
        return
    with import_module("dask").config.set({"distributed.scheduler.allowed-failures": MAX_DEATHS - 1}):
        with interrupts_held():  # Ctrl-C is for this process, which then ends the others
            try:
                own = distributed.LocalCluster(
                    n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None,
                    scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # its pages of text cannot be left out
                    memory_limit=0, silence_logs=logging.CRITICAL,
                )  # fmt: skip
            except (OSError, RuntimeError, TimeoutError) as error:
                raise ClusterRefusedError(f"--cluster local: cannot start ({error})") from error
        try:
            yield own
        finally:
            with suppress(Exception):  # all is kept already
                own.close(timeout=5)


@contextmanager
def _client(distributed: Any, cluster: Cluster, where: Any) -> Iterator[Any]:
    try:
        security = None if cluster.tls is None else _security(distributed, cluster.tls)
        if cluster.address != LOCAL:
            _met(cluster.address, security)
        client = distributed.Client(where, timeout=ANSWER, security=security, set_as_default=False)
    except Exception as error:  # of many kinds: timeouts, names, certificates
        text = " ".join(str(error).split()) or type(error).__name__
        raise ClusterRefusedError(
            f"the cluster at {cluster.address} does not answer: {text[:200]}",
            "is the scheduler running, and is this its address?",
        ) from error
    try:
        yield client
    finally:
        with suppress(Exception):
            client.close(timeout=5)


def _met(address: str, security: Any) -> None:
    """OSError unless a scheduler answers in time: a client would wait for ever for one who listens and says nothing."""
    faults: list[Exception] = []

    async def meet() -> None:
        options = {} if security is None else security.get_connection_args("client")
        comm = await import_module("distributed.comm").connect(address, timeout=ANSWER, **options)
        await comm.write({"op": "identity", "reply": True})
        if (await comm.read())["type"] != "Scheduler":
            raise ValueError
        comm.abort()

    def keep_fault() -> None:
        try:
            asyncio.run(meet())
        except Exception as error:  # of many kinds: timeouts, names, certificates, answers that are none
            stranger = not isinstance(error, OSError)
            faults.append(OSError("who answers there is no Dask scheduler") if stranger else error)

    thread = threading.Thread(target=keep_fault, daemon=True)
    thread.start()
    thread.join(ANSWER + 1)
    if thread.is_alive():
        raise OSError(f"no answer after {ANSWER:.0f} s")
    if faults:
        raise faults[0]


def _security(distributed: Any, tls: Mapping[str, Path]) -> Any:
    return distributed.Security(
        require_encryption=True,
        tls_ca_file=str(tls["ca"]),
        tls_client_cert=str(tls["cert"]),
        tls_client_key=str(tls["key"]),
    )


def _same_code(client: Any, address: str) -> None:
    """Refuse workers that would give other results than those the directory is named after."""
    try:
        client.wait_for_workers(1, timeout=ANSWER)
    except Exception as error:
        raise ClusterRefusedError(
            f"the cluster at {address} has no workers", "start some: dask worker ADDRESS --nthreads 1"
        ) from error
    try:
        found: Mapping[str, str] = client.run(code_version)
    except Exception as error:
        raise ClusterRefusedError(
            f"the workers of {address} cannot load the code ({type(error).__name__}: {error})",
            "install the same version of sales-policy-lab there",
        ) from error
    for code in found.values():
        if code != code_version():
            raise other_code(address, code)
