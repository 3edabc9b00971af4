"""Who may talk to the app: names, origins, tokens, sizes and rates, asked of the guard around an app that says yes."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from app.live import guard
from app.live.guard import Guard

INIT = json.dumps({"method": "init", "data": {".clientdata_url_search": ""}})
SAID = json.dumps({"method": "update", "data": {"said": {"kind": "week", "frame": 3}}})


async def yes(scope: Any, receive: Any, send: Any) -> None:
    """An app that answers every request, and on a websocket takes messages until it is told to end."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"yes"})
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": f"heard {len(message['text'])}"})
    await send({"type": "websocket.close", "code": message["code"]})


def ask(
    app: Guard,
    host: str | None = "127.0.0.1:8421",
    path: str = "/",
    method: str = "GET",
    query: str = "",
    **headers: str,
) -> Any:
    """Status, headers and body of a request."""
    sent: list[Any] = []
    named = [] if host is None else [(b"host", host.encode("latin-1"))]
    named += [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": named}

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return (
        sent[0]["status"],
        {name.decode(): value.decode() for name, value in sent[0]["headers"]},
        sent[1]["body"].decode(),
    )


def connect(app: Guard, *texts: str | None, host: str = "127.0.0.1:8421", **headers: str) -> list[str]:
    """What a websocket sends back: "websocket.accept", "heard N" and "closed CODE"."""
    sent: list[str] = []
    incoming: list[Any] = [
        {"type": "websocket.connect"},
        *({"type": "websocket.receive", "text": text} for text in texts),
    ]
    named = [(b"host", host.encode())] + [(name.encode(), value.encode()) for name, value in headers.items()]

    async def receive() -> Any:
        return incoming.pop(0) if incoming else {"type": "websocket.disconnect", "code": 1000}

    async def send(message: Any) -> None:
        sent.append(
            message.get("text") or (f"closed {message['code']}" if "code" in message else message["type"])
        )

    asyncio.run(
        app(
            {"type": "websocket", "path": "/websocket/", "query_string": b"", "headers": named}, receive, send
        )
    )
    return sent


@pytest.mark.parametrize("host", ["127.0.0.1:8421", "localhost", "LOCALHOST:1", "[::1]:8421"])
def test_this_machine_is_served(host: str) -> None:
    status, headers, body = ask(Guard(yes), host)
    assert (status, body) == (200, "yes")
    assert "default-src 'none'" in headers["content-security-policy"]
    assert (headers["x-frame-options"], headers["x-content-type-options"]) == ("DENY", "nosniff")


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost@evil.example",
        "10.0.0.7:8421",
        "[::1",
        "127.0.0.1 evil",
    ],
)
def test_other_names_are_refused(host: str | None) -> None:
    assert ask(Guard(yes), host)[0] == 421


def test_two_hosts_are_refused() -> None:
    assert ask(Guard(yes), "127.0.0.1", Host="evil.example")[0] == 421


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_written(method: str) -> None:
    assert ask(Guard(yes), method=method)[0] == 405


def test_scripts_of_a_report_do_not_run() -> None:
    assert "script-src 'none'" in ask(Guard(yes), path="/runs/a/report.html")[1]["content-security-policy"]
    own = ask(Guard(yes, inline=("'sha256-x'",)))[1]["content-security-policy"]
    assert "script-src 'self' 'sha256-x';" in own


def test_a_page_of_this_app_may_connect() -> None:
    expected = ["websocket.accept", f"heard {len(INIT)}", f"heard {len(SAID)}", "closed 1000"]
    assert connect(Guard(yes), INIT, SAID, origin="http://127.0.0.1:8421") == expected
    assert connect(Guard(yes), INIT, SAID) == expected  # a program of this machine names no origin


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:9", "file://127.0.0.1:8421", "http://[", ""]
)
def test_pages_of_others_may_not_connect(origin: str) -> None:
    assert connect(Guard(yes), INIT, origin=origin) == ["closed 1008"]
    assert connect(Guard(yes), INIT, host="evil.example", origin="http://evil.example") == ["closed 1008"]


@pytest.mark.parametrize(
    "text",
    [
        "x" * (guard.MOST_BYTES + 1), None, "no json", "[]", "[" * 100_000, SAID, '{"method": "init", "data": []}',
        '{"method": "init", "data": {"other": 1}}', '{"method": "init", "data": {".clientdata_a:shiny.date": 1}}',
        '{"method": "uploadInit", "args": [], "tag": 1}',
    ],
    ids=["too long", "bytes", "no json", "a list", "deep", "no greeting", "no names", "another", "typed", "an upload"],
)  # fmt: skip
def test_what_our_page_would_not_send_ends_the_connection(text: str | None) -> None:
    assert connect(Guard(yes), text) == ["websocket.accept", "closed 1009"]


def test_a_second_greeting_ends_the_connection() -> None:
    assert connect(Guard(yes), INIT, INIT)[-1] == "closed 1009"


def test_a_tab_that_says_too_much_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(guard, "sleep", sleep)
    monkeypatch.setattr(guard.time, "monotonic", lambda: 0.0)
    said = [SAID] * (guard.BURST + 9)
    assert connect(Guard(yes), INIT, *said)[-1] == "closed 1000"  # all were taken
    assert len(waited) == 10
    assert min(waited) > 0


def test_there_is_an_end_to_open_pages() -> None:
    app = Guard(yes, most_tabs=2)
    app.tabs = 2
    assert connect(app, INIT) == ["closed 1008"]
    app.tabs = 1
    assert connect(app, INIT)[0] == "websocket.accept"
    assert app.tabs == 1  # the one that closed is not counted any more


def test_with_a_token_nobody_comes_in_without_it() -> None:
    app = Guard(yes, token="a-long-secret", any_address=True)
    assert ask(app)[0] == 403
    assert ask(app, query="token=wrong")[0] == 403
    assert ask(app, query="token=")[0] == 403
    assert ask(app, query="token=%E2%82%AC")[0] == 403
    assert ask(app, cookie="salespolicy=wrong")[0] == 403
    assert ask(app, cookie='salespolicy="\\')[0] == 403
    assert connect(app, INIT, origin="http://127.0.0.1:8421") == ["closed 1008"]
    status, headers, _ = ask(app, "10.0.0.7:8421", query="lang=zh&token=a-long-secret")
    assert (status, headers["location"]) == (303, "/?lang=zh")  # the token does not stay in the address
    assert "HttpOnly; SameSite=Strict" in headers["set-cookie"]
    cookie = headers["set-cookie"].partition(";")[0]
    assert ask(app, "10.0.0.7:8421", cookie=cookie)[0] == 200
    assert connect(app, INIT, cookie=cookie)[0] == "websocket.accept"


def test_another_host_still_refuses_foreign_names() -> None:
    app = Guard(yes, hosts=("lab.example",), token="a-long-secret", any_address=True)
    cookie = "salespolicy=a-long-secret"
    assert ask(app, "lab.example:8421", cookie=cookie)[0] == 200
    assert ask(app, "10.0.0.7", cookie=cookie)[0] == 200
    assert ask(app, "evil.example", cookie=cookie)[0] == 421


@pytest.mark.parametrize("status", [200, 421])
def test_an_answer_after_the_server_has_hung_up_is_lost_and_no_error(status: int) -> None:
    said: list[str] = []

    async def gone(message: Any) -> None:
        said.append(message["type"])
        raise type("LocalProtocolError", (Exception,), {})("can't handle event type Response")

    host = b"127.0.0.1:8421" if status == 200 else b"evil.example"
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [(b"host", host)]}
    asyncio.run(Guard(yes)(scope, None, gone))  # type: ignore[arg-type]
    assert said == ["http.response.start", "http.response.body"]


def test_errors_of_our_own_are_not_hushed() -> None:
    async def broken(message: Any) -> None:
        raise RuntimeError("ours")

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
    }
    with pytest.raises(RuntimeError, match="ours"):
        asyncio.run(Guard(yes)(scope, None, broken))  # type: ignore[arg-type]
