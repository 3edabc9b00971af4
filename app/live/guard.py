"""Who may talk to the app, and how much: host, origin, token, sizes and rates. Plain ASGI around everything else.

A page of another site cannot read this machine's ports, but its scripts can send requests there, open a websocket, or
point a name of their own at 127.0.0.1. So names we do not serve are refused, and websockets of foreign pages too.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
import time
from asyncio import sleep
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
COOKIE = "salespolicy"
MOST_BYTES = 2_500_000
"""Of a message on the websocket: a file of 1 MB as JSON."""
MOST_TABS = 300
INPUTS, CLIENT = {"said"}, ".clientdata_"
"""What our page sends: what the reader does, and what Shiny says of the browser."""
BURST, PER_SECOND = 120, 40
"""Messages of one tab; more are taken later."""


@dataclass
class Guard:
    """Wraps an app. `hosts` are the names we serve; with a `token` every request must bring it, or the cookie made of it.

    `any_address` also accepts bare addresses as host: no name can be pointed at us by somebody else then.
    """

    app: App
    hosts: Iterable[str] = LOOPBACK
    token: str | None = None
    any_address: bool = False
    most_tabs: int = MOST_TABS
    inline: tuple[str, ...] = ()  # hashes of scripts that may stand in the page itself
    tabs: int = field(default=0, init=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        send = _heard(send)
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        twice = sum(name.lower() == b"host" for name, _ in scope["headers"]) != 1
        if twice or not self._known_host(headers.get("host", "")):
            await _refuse(scope, receive, send, 421, "This host is not served here.")
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send, headers)
        else:
            await self._http(scope, receive, send, headers)

    async def _http(self, scope: Scope, receive: Receive, send: Send, headers: dict[str, str]) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            await _refuse(scope, receive, send, 405, "Only reading is possible here.")
            return
        if self.token is not None and not self._cookie_fits(headers):
            query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            given = next((value for name, value in query if name == "token"), "")
            if not _equal(given, self.token):
                await _refuse(
                    scope, receive, send, 403, "A token is needed: open the address that the app has printed."
                )
                return
            rest = urlencode([(name, value) for name, value in query if name != "token"])
            cookie = f"{COOKIE}={self.token}; HttpOnly; SameSite=Strict; Path=/"
            where = "/" + (f"?{rest}" if rest else "")
            await _answer(send, 303, b"", [("location", where), ("set-cookie", cookie)])
            return
        await self.app(scope, receive, _sealed(send, headers["host"], scope["path"], self.inline))

    async def _websocket(self, scope: Scope, receive: Receive, send: Send, headers: dict[str, str]) -> None:
        origin = headers.get("origin")
        if origin is not None and not _same_site(origin, headers["host"]):
            await _refuse(scope, receive, send, 403, "Pages of other sites may not connect.")
        elif self.token is not None and not self._cookie_fits(headers):
            await _refuse(scope, receive, send, 403, "A token is needed.")
        elif self.tabs >= self.most_tabs:
            await _refuse(scope, receive, send, 503, "Too many pages are open.")
        else:
            self.tabs += 1
            try:
                await self.app(scope, _slowed(receive), send)
            finally:
                self.tabs -= 1

    def _known_host(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in self.hosts:
            return True
        if not self.any_address:
            return False
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def _cookie_fits(self, headers: dict[str, str]) -> bool:
        assert self.token is not None
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except Exception:  # whatever a stranger sends
            return False
        return found is not None and _equal(found.value, self.token)


def _equal(given: str, token: str) -> bool:
    """In a time that does not tell how much of it was right."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())


def _same_site(origin: str, host: str) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()


def _heard(send: Send) -> Send:
    """A body that is none the server answers itself, and hangs up; what the app says after that is lost, and no error."""

    async def say(message: Message) -> None:
        try:
            await send(message)
        except Exception as error:
            if type(error).__name__ != "LocalProtocolError":  # of h11, which the server may do without
                raise
            await sleep(0)  # until the server knows too that it has hung up

    return say


def _slowed(receive: Receive) -> Receive:
    """Messages of one tab at a pace that leaves room for others. What our page would not send ends the connection."""
    left, at, begun = float(BURST), time.monotonic(), False

    async def pace() -> Message:
        nonlocal left, at, begun
        message = await receive()
        if message["type"] != "websocket.receive":
            return message
        if not _ours(message.get("text"), begun):
            return {"type": "websocket.disconnect", "code": 1009}
        begun, now = True, time.monotonic()
        left, at = min(float(BURST), left + (now - at) * PER_SECOND), now
        if left < 1:
            await sleep((1 - left) / PER_SECOND)
        left -= 1
        return message

    return pace


def _ours(text: str | None, begun: bool) -> bool:
    """Whether our page could have sent this: first a greeting, then values of its few inputs, none too long."""
    if text is None or len(text) > MOST_BYTES:
        return False
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return False
    if (
        not isinstance(said, dict)
        or said.get("method") != ("update" if begun else "init")
        or not isinstance(said.get("data"), dict)
    ):
        return False
    return all(
        name in INPUTS or (name.startswith(CLIENT) and ":" not in name and len(name) < 100)
        for name in said["data"]
    )


def _sealed(send: Send, host: str, path: str, inline: tuple[str, ...]) -> Send:
    """The answer with headers by which the browser fetches nothing from elsewhere and shows us in no other page."""
    policy = [
        "default-src 'none'", " ".join(["script-src 'self'", *inline]), "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'", f"connect-src 'self' ws://{host} wss://{host}", "base-uri 'none'", "form-action 'none'",
        "frame-ancestors 'none'",
    ]  # fmt: skip
    if path.startswith("/runs/"):  # a report is a file from a directory: no script of it is run
        policy[1] = "script-src 'none'"
    headers = [
        ("content-security-policy", "; ".join(policy)), ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"), ("x-frame-options", "DENY"), ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ]  # fmt: skip
    added = [(name.encode(), value.encode("latin-1")) for name, value in headers]

    async def seal(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *added]}
        await send(message)

    return seal


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, words: str) -> None:
    if scope["type"] == "http":
        await _answer(send, status, words.encode(), [("content-type", "text/plain; charset=utf-8")])
        return
    await receive()  # websocket.connect; closing before it is accepted answers with 403
    await send({"type": "websocket.close", "code": 1008, "reason": words})


async def _answer(send: Send, status: int, body: bytes, headers: list[tuple[str, str]]) -> None:
    named = [
        (name.encode(), value.encode("latin-1"))
        for name, value in [*headers, ("content-length", str(len(body)))]
    ]
    await send({"type": "http.response.start", "status": status, "headers": named})
    await send({"type": "http.response.body", "body": body})
