"""Runs on a cluster: the same rows as anywhere, whoever dies; a cluster that is no use is refused in words."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fake_worlds import FakeWorlds
from helpers import assert_same, parts, run, server
from search_helpers import searched
from sweep_helpers import Sloped, small_sweep, sweep
from sweep_helpers import assert_same as assert_same_sweep

from benchmarks import kills
from simulation.facts.observe import observations
from simulation.runs import chunks, crew, read_tables
from simulation.runs import cluster as clusters
from simulation.runs.cluster import LOCAL, Cluster, connected
from simulation.runs.errors import ClusterRefusedError, WorkersFailedError
from simulation.runs.lock import writer_lock
from simulation.spec import SpecError, load_scenario
from simulation.spec.cluster_tls import load_tls

ROOT = Path(__file__).resolve().parents[2]
dask = pytest.importorskip("dask", reason="the extra 'cluster' is not installed")
distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.long,
    pytest.mark.filterwarnings("default"),
]  # warnings of Dask are not ours


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A scheduler with two workers, each a process under a nanny that replaces it."""
    # Dask takes away a worker of a local cluster that is down 15 s after a death; those of other clusters stay.
    patient = dask.config.set({"distributed.deploy.lost-worker-timeout": "1h"})
    with patient, clusters._scheduler(distributed, Cluster(LOCAL), 2) as own:
        yield own.scheduler_address


def test_a_cluster_gives_the_bytes_that_one_process_gives(tmp_path: Path, address: str) -> None:
    whole = sweep(tmp_path / "one")
    assert_same_sweep(sweep(tmp_path / "far", cluster=Cluster(address)), whole)
    assert parts(tmp_path / "far") == parts(tmp_path / "one")
    assert_same(run(tmp_path / "runs", cluster=Cluster(address)), run())


def test_a_search_and_facts_on_a_cluster_are_those_of_one_process(tmp_path: Path, address: str) -> None:
    whole = searched(tmp_path / "one", trials=16)
    with connected(Cluster(address)) as hands:
        found = searched(tmp_path / "far", trials=16, crew=hands)
    assert found.found.candidates == whole.found.candidates
    assert parts(tmp_path / "far") == parts(tmp_path / "one")
    changes = ["world.reps=24", "world.managers=3", "world.customers=3000", "burn_in_weeks=26", "weeks=60"]
    small = load_scenario(ROOT / "scenarios" / "industry_focus.yaml", changes)
    (here, failed), (far, lost) = observations(small, 1), observations(small, 1, cluster=Cluster(address))
    assert not failed + lost
    for kind in ("years", "peers", "exchange", "socialisation"):
        assert far[kind] == here[kind]


def test_a_cluster_of_ones_own_listens_to_this_machine_alone() -> None:
    import psutil

    with clusters._scheduler(distributed, Cluster(LOCAL), 1):
        me = psutil.Process()
        there = [
            c.laddr.ip
            for p in (me, *me.children(recursive=True))
            for c in p.net_connections()
            if c.status == "LISTEN"
        ]
    assert len(there) >= 4
    assert set(there) == {"127.0.0.1"}


def test_only_the_run_that_kills_is_set_aside(tmp_path: Path, address: str) -> None:
    """Its neighbours were in the same chunk, and on the same worker, when that died."""
    (tmp_path / "marks").mkdir()
    worlds = FakeWorlds(marks=tmp_path / "marks", kills={30: 99}, delay=0.001)
    tables = run(tmp_path / "d", 40, worlds, cluster=Cluster(address))
    assert set(tables.failures["replication"]) == {30}
    assert set(tables.failures["phase"]) == {"worker"}
    assert sorted(tables.runs["replication"].unique()) == [n for n in range(40) if n != 30]
    assert_same(run(tmp_path / "d", 40), run(None, 40))


def test_workers_that_are_not_replaced_are_started_again_here(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A nanny gives up a worker that dies before it has been seen to start: here all of them are taken away."""
    owns, scheduler = [], clusters._scheduler

    @contextmanager
    def watched(*given) -> Iterator[object]:
        with scheduler(*given) as own:
            owns.append(own)
            yield own

    monkeypatch.setattr(clusters, "_scheduler", watched)
    monkeypatch.setattr(crew, "LOOK", 0.5)

    def take_away(state) -> None:
        if state.done and owns:
            owns.pop().scale(0)

    tables = run(None, 40, FakeWorlds(delay=0.01), workers=2, cluster=Cluster(LOCAL), progress=take_away)
    assert not owns
    assert_same(tables, run(None, 40))


def test_workers_killed_again_and_again_lose_nothing(tmp_path: Path) -> None:
    toll = kills.soak_cluster(10, tmp_path)
    print(toll.table())
    assert toll.kills.total() == 10
    assert toll.halfway > 0
    assert not any(toll.found.values()), toll.table()


def test_a_chunk_lasts_long_beside_what_handing_it_out_takes(address: str) -> None:
    with connected(Cluster(address)) as hands:
        began = time.monotonic()
        results = list(hands.execute(_tasks(400), small_sweep().scenario, FakeWorlds(delay=0.002)))
        seconds, given = time.monotonic() - began, hands._number
    assert len(results) == 400
    assert given < 5 + 4 + 400 / 4, (
        f"{given} chunks for 400 short tasks"
    )  # five to measure, a few single ones
    assert seconds < 30


def _tasks(number: int) -> list[chunks.Task]:
    return [chunks.Task(n, ("open", "lockdown", "preferred")) for n in range(number)]


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(clusters, "ANSWER", 1.0)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        place = f"tcp://127.0.0.1:{nobody.getsockname()[1]}"
        with pytest.raises(ClusterRefusedError, match="does not answer"):
            sweep(tmp_path / "d", cluster=Cluster(place))
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize(
    ("said", "told"), [(b"", "no answer after 1 s"), (b"HTTP/1.0 200 OK\r\n" * 9, "no Dask scheduler")]
)
def test_somebody_else_answers(monkeypatch: pytest.MonkeyPatch, said: bytes, told: str) -> None:
    """A client of Dask would wait for ever for one, and for a minute and with a traceback for the other."""
    monkeypatch.setattr(clusters, "ANSWER", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as other:
        began, calls = time.monotonic(), []

        def answer() -> None:
            calls.append(other.accept()[0])
            calls[0].sendall(said)

        threading.Thread(target=answer, daemon=True).start()
        place = f"tcp://127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(ClusterRefusedError, match=told), connected(Cluster(place)):
            pass
        assert time.monotonic() - began < 10
        calls[0].close()


@pytest.mark.parametrize("text", ["here", "http://host:1", "tcp://host", "tcp://:8786", ""])
def test_no_address(text: str) -> None:
    with pytest.raises(ClusterRefusedError, match="is no address"), connected(Cluster(text)):
        pass


def test_no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "ANSWER", 5.0)
    with (
        clusters._scheduler(distributed, Cluster(LOCAL), 0) as empty,
        pytest.raises(ClusterRefusedError, match="has no workers"),
        connected(Cluster(empty.scheduler_address)),
    ):
        pass


def test_other_code_is_refused_with_both_hashes(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    from simulation.runs.identity import code_version

    ours = code_version()
    monkeypatch.setattr(clusters, "code_version", lambda: ours)
    with connected(Cluster(address)) as hands:
        order = chunks.Order(
            "0" * 64, chunks.Order.of(small_sweep().scenario, "", FakeWorlds(), None).content
        )
        hands._submit(order, _tasks(1))
        (ended,) = _until_finished(hands)
        with pytest.raises(ClusterRefusedError, match=f"{ours[:12]} there, {'0' * 12} here"):
            list(hands._taken(*ended, crew.deque(), crew.Pending([]), alone=False))
    monkeypatch.setattr(clusters, "_same_code", lambda *_: _refuse(address, ours))
    with pytest.raises(ClusterRefusedError, match=f"{ours[:12]} there"), connected(Cluster(address)):
        pass


def _until_finished(hands: crew.Crew) -> list:
    while not (found := list(hands._finished())):
        pass
    return found


def _refuse(address: str, theirs: str) -> None:
    raise crew.other_code(address, theirs, "f" * 64)


def test_the_install_line_where_the_library_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterRefusedError) as caught, connected(Cluster(LOCAL)):
        pass
    assert caught.value.hint == "pip install 'sales-policy-lab[cluster]'"


def test_nobody_is_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The workers go while runs are under way and none comes back: an end, not a wait for ever, and all is kept."""
    monkeypatch.setattr(crew, "GONE", 3.0)
    monkeypatch.setattr(crew, "LOOK", 0.5)
    worlds = Sloped(FakeWorlds(delay=0.01))
    with clusters._scheduler(distributed, Cluster(LOCAL), 1) as own:
        threading.Timer(4.0, lambda: own.scale(0)).start()
        with pytest.raises(WorkersFailedError, match="nobody is left"):
            sweep(
                tmp_path / "d", sweep=small_sweep(2000), worlds=worlds, cluster=Cluster(own.scheduler_address)
            )
    with writer_lock(tmp_path / "d"):
        pass


def test_interrupted_and_resumed_elsewhere(tmp_path: Path, address: str) -> None:
    class StopError(Exception):
        pass

    def stop(state) -> None:
        if state.done >= 30:
            raise StopError

    with pytest.raises(StopError):
        run(tmp_path / "d", 40, FakeWorlds(delay=0.005), cluster=Cluster(address), progress=stop)
    assert 27 <= len(read_tables(tmp_path / "d").runs) < 120
    assert_same(run(tmp_path / "d", 40, workers=2, start_method="fork"), run(None, 40))


def test_ctrl_c_ends_a_cluster_of_ones_own_without_a_word(tmp_path: Path) -> None:
    out = tmp_path / "d"
    process = server().Process(
        target=run,
        kwargs={
            "out": out,
            "replications": 500,
            "worlds": FakeWorlds(delay=0.02),
            "cluster": Cluster(LOCAL),
            "workers": 2,
        },
    )
    process.start()
    end = time.monotonic() + 60
    while not list(out.glob("parts/*.parquet")):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    process.join(30)
    assert process.exitcode is not None
    assert len(read_tables(out).runs)
    with writer_lock(out):
        pass


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not there to make certificates")
def test_tls(tmp_path: Path) -> None:
    subject = ["-subj", "/CN=cluster", "-days", "2", "-nodes"]
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-keyout",
        "one.key",
        "-out",
        "one.pem",
        *subject,
    ]
    subprocess.run(made, cwd=tmp_path, check=True, capture_output=True)
    (tmp_path / "tls.yaml").write_text("ca: one.pem\ncert: one.pem\nkey: one.key\n", encoding="utf-8")
    files = load_tls(tmp_path / "tls.yaml")
    names = {
        f"tls_{who}_{what}": str(files[what])
        for who in ("client", "scheduler", "worker")
        for what in ("cert", "key")
    }
    security = distributed.Security(require_encryption=True, tls_ca_file=str(files["ca"]), **names)
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, host="tls://127.0.0.1", dashboard_address=None, protocol="tls", security=security
    ) as own:  # fmt: skip
        place = own.scheduler_address
        assert place.startswith("tls://")
        assert_same(run(cluster=Cluster(place, files)), run())
        with pytest.raises(ClusterRefusedError, match="does not answer"):
            run(cluster=Cluster(place))  # no certificate, no entry


def test_a_certificate_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "tls.yaml").write_text("ca: one.pem\ncert: one.pem\nkey: one.key\n", encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_tls(tmp_path / "tls.yaml")
    assert [problem.line for problem in caught.value.problems] == [1, 2, 3]
