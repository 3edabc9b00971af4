"""The app as strangers on this machine reach it: a real server, and what is sent to it over its port.

The same is asked of its guard alone on every commit (tests/live/test_live_guard.py); here are the server and the crowd.
"""

from __future__ import annotations

import http.client
import json
import math
import signal
import socket
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

CLIENTS = 200
INIT = json.dumps({"method": "init", "data": {".clientdata_url_search": ""}})
HELLO = json.dumps({"method": "update", "data": {"said": {"kind": "hello"}}})
SCRIPT = "<script>alert(1)</script>"


def checks() -> dict[str, list[str]]:
    """Faults by threat: empty where the app kept its promise."""
    from live.serving import home_in, served

    found: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as folder, served(home_in(Path(folder))) as (process, address):
        for name, ask in THREATS.items():
            found[name] = ask(urlsplit(address).netloc)
        if process.poll() is not None:
            found["it lives on"] = [f"the server ended with code {process.returncode}"]
        process.send_signal(signal.SIGINT)
        found["a quiet terminal"] = expected(process.communicate(timeout=30)[0], "The app has ended.\n")
    return found


def get(netloc: str, path: str = "/", method: str = "GET", **headers: str) -> tuple[int, str]:
    """Status and body of a request."""
    connection = http.client.HTTPConnection(netloc, timeout=20)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


def expected(found: object, wanted: object) -> list[str]:
    """A fault where two things differ."""
    return [] if found == wanted else [f"{found!r}, not {wanted!r}"]


def talked(netloc: str, *texts: str, origin: str = "", to_the_end: bool = False) -> str:
    """A websocket: "refused STATUS", "closed CODE", or the first word that the app says; `to_the_end` waits for no word."""
    from websockets.exceptions import ConnectionClosed, InvalidStatus
    from websockets.sync.client import connect

    url = f"ws://{netloc}/websocket/"
    try:
        with connect(url, origin=origin or f"http://{netloc}", open_timeout=30, close_timeout=5) as socket:  # type: ignore[arg-type]
            for text in texts:
                socket.send(text)
            while to_the_end:
                socket.recv(timeout=30)
            return "said " + str(socket.recv(timeout=30))[:9]
    except InvalidStatus as error:
        return f"refused {error.response.status_code}"
    except ConnectionClosed as error:
        return f"closed {error.rcvd.code if error.rcvd else 'without a word'}"


def answered(netloc: str, *texts: str, words: str = "lockdown") -> list[str]:
    """A fault where the page, after these texts, does not hear the words while the websocket stays open."""
    from websockets.exceptions import ConnectionClosed
    from websockets.sync.client import connect

    shown, origin = texts[-1][:60], f"http://{netloc}"
    try:
        with connect(f"ws://{netloc}/websocket/", origin=origin, open_timeout=30, close_timeout=5) as page:  # type: ignore[arg-type]
            for text in texts:
                page.send(text)
            said = ""
            while words not in said:
                said += str(page.recv(timeout=30))
            return [f"{shown}: went wrong"] if "went wrong" in said else []
    except TimeoutError:
        return [f"{shown}: no {words!r} was said"]
    except ConnectionClosed as error:
        return [f"{shown}: closed {error.rcvd.code if error.rcvd else 'without a word'}"]


def foreign_host(netloc: str) -> list[str]:
    return expected(get(netloc, Host="evil.example"), (421, "This host is not served here."))


def foreign_method(netloc: str) -> list[str]:
    return expected(get(netloc, method="POST"), (405, "Only reading is possible here."))


def foreign_origin(netloc: str) -> list[str]:
    return expected(talked(netloc, INIT, origin="http://evil.example"), "refused 403")


def own_page(netloc: str) -> list[str]:
    found = talked(netloc, INIT, HELLO)
    return [] if found.startswith("said ") else [found]


def oversized(netloc: str) -> list[str]:
    return expected(talked(netloc, "x" * 3_000_000, to_the_end=True), "closed 1009")


def no_json(netloc: str) -> list[str]:
    faults = []
    for text in ("[" * 100_000, '{"method": "uploadInit", "args": [], "tag": 1}', "null"):
        found = talked(netloc, text, to_the_end=True)
        faults += [] if found.startswith("closed ") else [f"{text[:20]}: {found}"]
    return faults


def odd_greetings(netloc: str) -> list[str]:
    """An address of the page that is no text, or none at all: the page opens in the usual language."""
    told: tuple[dict[str, object], ...] = (
        {".clientdata_url_search": 5}, {".clientdata_url_search": ["a"]}, {".clientdata_url_search": {}}, {"said": 1}, {},
    )  # fmt: skip
    inits = [json.dumps({"method": "init", "data": data}) for data in told]
    return [fault for init in inits for fault in answered(netloc, init, HELLO)]


def odd_kinds(netloc: str) -> list[str]:
    """What is no act is passed over."""
    texts = [
        json.dumps({"method": "update", "data": {"said": {"kind": kind}}}) for kind in ({}, [], None, 1e999)
    ]
    return [fault for text in texts for fault in answered(netloc, INIT, text, HELLO)]


def infinite_numbers(netloc: str) -> list[str]:
    """No run has such a number, nor can so many worlds be made."""

    def act(name: str, value: float) -> str:
        said = {"kind": "act", "name": name, "value": value}
        return json.dumps({"method": "update", "data": {"said": said}})

    return [
        *answered(netloc, INIT, act("again", math.inf), words="There is no such run."),
        *answered(netloc, INIT, act("again", math.nan), words="There is no such run."),
        *answered(netloc, INIT, act("cancel", math.inf), HELLO),
        *answered(netloc, INIT, act("run", math.inf), words="The number of worlds is from 2 to 1000."),
    ]


def no_body(netloc: str) -> list[str]:
    """A body whose first length is no number: the server says so; nothing of it reaches its terminal."""
    host, port = netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(f"GET / HTTP/1.1\r\nHost: {netloc}\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n".encode())
        return expected(line.recv(4096).split(b"\r\n")[0], b"HTTP/1.1 400 Bad Request")


def way_out(netloc: str) -> list[str]:
    paths = ("/../../etc/hostname", "/runs/../../../etc/hostname", "/runs/%2e%2e/%2e%2e/etc/hostname", "/assets/../guard.py",
             "/runs/" + "x" * 300 + "/report.html", "/runs/\0/report.html".replace("\0", "%00"))  # fmt: skip
    found = {path: get(netloc, path)[0] for path in paths}
    return [f"{path[:60]}: {status}" for path, status in found.items() if status not in (400, 404)]


def shown_as_text(netloc: str) -> list[str]:
    body = get(netloc, f"/?lang={SCRIPT}".replace("<", "%3C").replace(">", "%3E"))[1]
    return ["a script from the address stands in the page"] if SCRIPT in body else []


def crowd(netloc: str) -> list[str]:
    """Two hundred pages at once; each hears from the app, and the app answers a request in between."""
    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        pages = [pool.submit(talked, netloc, INIT, HELLO) for _ in range(CLIENTS)]
        between = pool.submit(get, netloc)
        said = [page.result() for page in pages]
    faults = [f"{sum(not s.startswith('said ') for s in said)} of {CLIENTS} pages: {sorted(set(said))[:3]}"]
    faults = faults if not all(s.startswith("said ") for s in said) else []
    with suppress(Exception):
        return faults + expected(between.result()[0], 200)
    return [*faults, "no answer in between"]


THREATS: dict[str, Callable[[str], list[str]]] = {
    "a page of its own": own_page, "a foreign Host": foreign_host, "a request that writes": foreign_method,
    "a foreign Origin on the websocket": foreign_origin, "a message of 3 MB": oversized, "messages that are none": no_json,
    "a greeting that is none": odd_greetings, "acts that are none": odd_kinds, "infinite numbers": infinite_numbers,
    "a body that is none": no_body, "paths that lead out": way_out,
    "a script in the address": shown_as_text, f"{CLIENTS} pages at once": crowd,
    "a page of its own, after that": own_page,
}  # fmt: skip
