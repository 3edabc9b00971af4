"""The app as strangers on this machine reach it: a real server, and what is sent to it over its port.

The same is asked of its guard alone on every commit (tests/live/test_live_guard.py); here are the server and the crowd.
"""

from __future__ import annotations

import http.client
import json
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
    "paths that lead out": way_out, "a script in the address": shown_as_text, f"{CLIENTS} pages at once": crowd,
    "a page of its own, after that": own_page,
}  # fmt: skip
