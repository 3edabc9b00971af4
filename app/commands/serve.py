"""serve: the interactive app, on this machine."""

from __future__ import annotations

import ipaddress
import os
import secrets
import socket
import sys
from importlib.util import find_spec
from typing import Annotated

import typer

from app import options
from app.console import complain
from app.guard import BadInput
from app.inputs import cores

PORT = 8421
NEEDED = ("shiny", "uvicorn", "starlette")
INSTALL = "pip install -c constraints.txt -e '.[app]'"
TOKEN = "SALESPOLICY_TOKEN"
SHORTEST_TOKEN = 16


def command(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 for a free one.")] = PORT,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; any but this machine's own needs a token.")
    ] = "127.0.0.1",
    lang: options.Lang = "en",
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
    allow_lever: options.AllowLever = None,
) -> None:
    """Serve the interactive app on 127.0.0.1: change levers and world, see two policies live, run replications.

    On another --host every visitor needs the token that is printed with the address, or the one in SALESPOLICY_TOKEN.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise BadInput(f"serve needs {', '.join(missing)}, which is not installed: {INSTALL}")
    own = is_loopback(host)
    token = None if own else token_for()
    from app.live import guard
    from app.live.serving import first_scenario, listening, serve

    first_scenario()  # or there is nothing to serve
    sock = listening(host, port)
    if not own:  # said once it is true
        complain(
            f"{host} can be reached from other machines: the app asks for a token. It speaks plain HTTP: see docs/serve.md"
        )
    number = sock.getsockname()[1]
    name = f"[{host}]" if ":" in host else host
    address = f"http://{name if own else _reachable(host, name)}:{number}/" + (
        f"?token={token}" if token else ""
    )

    def ready() -> None:
        print(f"The app is at {address} (Ctrl-C ends it)", flush=True)
        if not no_open and own and _has_screen():
            import webbrowser

            webbrowser.open(address)

    # As browsers send them: in small letters.
    hosts = (*guard.LOOPBACK, host.lower(), *([] if own else [socket.gethostname().lower()]))
    try:
        serve(sock, lang, token, hosts, not own, max(1, cores() - 1), ready)
    except KeyboardInterrupt:
        print("The app has ended.")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that address; of a name other than localhost nothing is assumed."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def token_for() -> str:
    """The token of the environment, or a new one."""
    token = os.environ.get(TOKEN, "")
    if token and (
        len(token) < SHORTEST_TOKEN
        or not token.isascii()
        or not token.replace("-", "").replace("_", "").isalnum()
    ):
        raise BadInput(
            f"{TOKEN} has at least {SHORTEST_TOKEN} letters, digits, - or _ (leave it out for one made by chance)"
        )
    return token or secrets.token_urlsafe(24)


def _reachable(host: str, name: str) -> str:
    """An address to type elsewhere for one that stands for all."""
    return socket.gethostname() if host in ("0.0.0.0", "::") else name


def _has_screen() -> bool:
    return sys.platform in ("darwin", "win32") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
