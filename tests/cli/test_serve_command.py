"""serve: what is refused before anything is served."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import main
from app.commands import serve
from app.live import serving


def refused(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert main(["serve", "--no-open", *options]) == 3
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


def test_without_shiny_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve, "find_spec", lambda name: None)
    assert "pip install -c constraints.txt -e '.[app]'" in refused(capsys)


def test_a_port_that_is_taken_is_refused_with_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "--port 0 for a free one" in refused(capsys, "--port", str(taken.getsockname()[1]))


def test_a_host_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "--host", "no.such.host.invalid")
    assert said.startswith("no.such.host.invalid:")
    assert said.endswith(" (an address of this machine, as 127.0.0.1)\n")


@pytest.mark.parametrize("token", ["short", "a" * 30 + " b", "é" * 30])
def test_a_weak_token_is_refused(
    token: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(serve.TOKEN, token)
    assert "at least 16" in refused(capsys, "--host", "0.0.0.0")


def test_only_this_machine_needs_no_token() -> None:
    assert [serve.is_loopback(host) for host in ("127.0.0.1", "localhost", "::1", "127.8.0.1")] == [True] * 4
    assert [serve.is_loopback(host) for host in ("0.0.0.0", "::", "10.0.0.7", "localhost.evil.example")] == [
        False
    ] * 4


def test_a_language_that_there_is_not_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--lang", "xx"]) == 2
    assert "'xx' is not one of en, zh" in capsys.readouterr().err


def test_without_a_scenario_there_is_nothing_to_serve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "broken.yaml").write_text("name: [", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert "no scenario that can be read" in refused(capsys, "--port", "0")


def test_the_server_loads_no_model(root: Path) -> None:
    """So that the first page does not wait for it: worlds are lived in a process of their own."""
    code = (
        "import sys; from app.live import engine, jobs, serving; serving.build('en', engine.Engine(), jobs.Jobs(1)); "
        "print(*(m for m in ('numba', 'numpy', 'mesa', 'pandas', 'scipy', 'matplotlib') if m in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "\n"), done.stderr


def test_scripts_within_the_page_are_known_by_their_hash() -> None:
    found = serving.inline_scripts("<script>alert(1)</script><script src='a.js'></script>")
    assert found == ("'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='",)
