"""The app as one ASGI application behind its guard, and the loop that serves it."""

from __future__ import annotations

import base64
import errno
import hashlib
import logging
import re
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis.language import LANGUAGES, speaking
from app.guard import BadInput
from app.live import engine, guard, jobs, view
from app.live.draft import names, opened
from app.live.shrunk import shrink

ASSETS = Path(__file__).with_name("assets")
FIRST = "industry_focus"
WAIT_FOR_PAGES = 2


def build(
    lang: str, model: engine.Engine, work: jobs.Jobs, token: str | None = None, hosts: tuple[str, ...] = guard.LOOPBACK,
    any_address: bool = False,
) -> guard.Guard:  # fmt: skip
    """The guarded app. Raises BadInput where there is no scenario to begin with."""
    from shiny.ui import page_html
    from starlette.responses import FileResponse, PlainTextResponse
    from starlette.routing import Route

    from app.live.server import make_server
    from app.live.sessions import quiet_app

    first = first_scenario()

    def page(request: Any) -> Any:
        asked = request.query_params.get("lang", lang)
        with speaking(asked if asked in LANGUAGES else lang):
            return page_html(view.page(names(), first))

    async def alive(request: Any) -> Any:
        return PlainTextResponse("alive")

    async def report(request: Any) -> Any:
        # Only what the listing has: a name is no path.
        path = jobs.reports().get(request.path_params["run"])
        return (
            PlainTextResponse("There is no such report.", 404)
            if path is None
            else FileResponse(path, media_type="text/html")
        )

    app = quiet_app(page, make_server(first, lang, model, work), static_assets={"/assets": ASSETS})
    app.sanitize_errors = True
    app.starlette_app.router.routes[:0] = [
        Route("/alive", alive),
        Route("/runs/{run:path}/report.html", report),
    ]
    return guard.Guard(
        app,
        hosts,
        token,
        any_address,
        inline=inline_scripts(page_html(view.page([], first)).render()["html"]),
    )


def inline_scripts(html: str) -> tuple[str, ...]:
    """Hashes, as a content security policy wants them, of the scripts that Shiny writes into a page without our names."""
    texts = re.findall(r"<script>(.*?)</script>", html, re.S)
    return tuple(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts
    )


def first_scenario() -> str:
    """The flagship, or the first scenario that can be read."""
    from app.live.draft import Refused

    known = names()
    for name in sorted(known, key=lambda name: name != FIRST):
        try:
            opened(name)
            return name
        except Refused:
            continue
    raise BadInput("there is no scenario that can be read (scenarios/*.yaml; `validate` says what is wrong)")


def listening(host: str, port: int) -> socket.socket:
    """A socket bound to the address. Raises BadInput with a hint."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(address)
        except OSError:
            sock.close()
            raise
    except OSError as error:
        no_place = isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL
        hint = (
            "an address of this machine, as 127.0.0.1"
            if no_place
            else "another --port, or --port 0 for a free one"
        )
        raise BadInput(f"{host}:{port} cannot be used: {error.strerror} ({hint})") from None
    return sock


def serve(sock: socket.socket, lang: str, token: str | None, hosts: tuple[str, ...], any_address: bool, workers: int,
          ready: Callable[[], None]) -> None:  # fmt: skip
    """Serve until Ctrl-C; `ready` is called once the first page could be asked for."""
    import uvicorn

    model, work = engine.Engine(), jobs.Jobs(workers)
    guarded = build(lang, model, work, token, hosts, any_address)
    config = uvicorn.Config(
        guarded, log_level="error", access_log=False, server_header=False, date_header=False, proxy_headers=False,
        ws="websockets-sansio", ws_max_size=guard.MOST_BYTES, ws_per_message_deflate=False, lifespan="on",
        timeout_graceful_shutdown=WAIT_FOR_PAGES,
    )  # fmt: skip

    class Server(uvicorn.Server):
        """Tells when it has begun, and ends without a word of its own."""

        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            if not self.should_exit:
                ready()

        async def shutdown(self, sockets: Any = None) -> None:
            # Pages that the engine is still busy with are cut off: no fault to tell at length.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            await super().shutdown(sockets)

    server = Server(config)
    model.start(shrink(opened(first_scenario()).whole()).scenario)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C: nothing is left running
    try:
        server.run(sockets=[sock])
    finally:
        model.stop()
        work.stop()
