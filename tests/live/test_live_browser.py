"""The app as a reader meets it: Debian's headless Chromium, nothing of the network but the app itself."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from live.serving import home_in, served

CHROMIUM = Path("/usr/bin/chromium")
SECONDS = 30_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
         "--disable-sync"]  # fmt: skip

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not CHROMIUM.exists() and not os.environ.get("CI"),
        reason="needs Debian's chromium (apt-get install chromium)",
    ),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return home_in(tmp_path_factory.mktemp("app"))


@pytest.fixture(scope="module")
def app(home: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with served(home) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        chromium.close()


class Reader:
    """A page that remembers what went wrong in it."""

    def __init__(self, browser: Any, address: str, query: str = "", **options: Any) -> None:
        self.context = browser.new_context(**({"viewport": {"width": 1300, "height": 900}} | options))
        self.page = self.context.new_page()
        self.page.set_default_timeout(SECONDS)
        self.address, self.errors, self.outside = address, [], []
        self.page.on(
            "console",
            lambda said: self.errors.append(said.text) if said.type in ("error", "warning") else None,
        )
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: self.errors.append(f"a dialog: {dialog.message}"))
        self.page.route("**/*", self._only_the_app)
        self.page.goto(address + query)

    def _only_the_app(self, route: Any) -> None:
        if route.request.url.startswith((self.address, "data:", "blob:")):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def lived(self) -> None:
        """Wait until both policies have been lived, in several worlds."""
        self.page.wait_for_selector("#brings table")

    def slide(self, path: str, value: float) -> None:
        """Move a slider as a hand does."""
        self.page.locator(f'[data-path="{path}"] input[type=range]').evaluate(
            "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', {bubbles: true})); }",
            value,
        )

    def text(self, place: str) -> str:
        return str(self.page.locator(place).inner_text())

    def wait_for(self, place: str, words: str) -> None:
        self.page.locator(place, has_text=words).first.wait_for()

    def done(self) -> None:
        assert (self.errors, self.outside) == ([], [])
        self.context.close()


def children(process: subprocess.Popen[str], words: str) -> list[int]:
    """Processes that the server has started, by what stands in their command."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it may have ended
            parent = (place / "stat").read_text().rpartition(")")[2].split()[1]
            if int(parent) == process.pid and words in (place / "cmdline").read_text():
                found.append(int(place.name))
    return found


def axe(reader: Reader) -> list[str]:
    """Serious and critical findings of axe-core."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(reader.page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize(
    ("query", "title", "options"),
    [
        ("?lang=en", "Week by week", {}),
        ("?lang=zh", "逐周演变", {}),
        ("?lang=zh", "逐周演变", {"viewport": {"width": 360, "height": 740}, "has_touch": True}),
    ],
    ids=["english", "chinese", "chinese on a phone"],
)
def test_the_page_is_whole_and_open_to_all(
    browser: Any, app: Any, query: str, title: str, options: dict[str, Any]
) -> None:
    reader = Reader(browser, app[1], query, **options)
    reader.lived()
    assert reader.page.locator("#h-week").inner_text() == title
    assert reader.page.locator("#maps svg").count() == 6
    assert reader.page.locator("#lines svg").count() == 6
    wide = reader.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "the page is wider than the screen"
    if options:  # settings wait behind their headings on a phone
        for box in reader.page.locator("details.drawer > summary").all():
            box.click()
    assert axe(reader) == []
    reader.done()


def test_a_slider_moves_the_right_policy_and_is_kept_over_a_reload(browser: Any, app: Any) -> None:
    reader = Reader(browser, app[1])
    reader.lived()
    before = reader.text("#brings")
    reader.slide("territory/teams", 2)
    reader.wait_for("#about", "territory.teams")
    reader.wait_for("#maps h3", "lockdown_changed")
    reader.page.wait_for_function(
        "(before) => document.querySelector('#brings').innerText !== before", arg=before
    )
    reader.slide("world/reps", 60)
    reader.wait_for("#about", "world.reps")
    reader.page.reload()
    reader.wait_for("#about", "territory.teams")
    reader.wait_for("#about", "60 reps")
    assert reader.page.locator('[data-path="territory/teams"] output').inner_text() == "2"
    reader.page.click("#reset")
    reader.page.wait_for_selector("#about .changes", state="detached")
    reader.done()


def test_weeks_walk_by_the_slider_and_by_play(browser: Any, app: Any) -> None:
    reader = Reader(browser, app[1])
    reader.lived()
    reader.page.locator("#week").focus()
    reader.page.keyboard.press("Home")
    reader.wait_for("#maps .left .figures", "0 accounts this week, 0 since")
    reader.page.click("#play")
    reader.page.wait_for_function("() => Number(document.getElementById('week').value) >= 3")
    reader.page.click("#play")
    assert "0 since" not in reader.text("#maps .right .figures >> nth=0")
    reader.done()


def test_what_does_not_fit_is_refused_in_words(browser: Any, app: Any) -> None:
    reader = Reader(browser, app[1])
    reader.lived()
    reader.slide("territory/teams", 12)
    reader.wait_for("#notices", "12 teams for 8 segments")
    reader.page.wait_for_function(
        "() => document.querySelector('[data-path=\"territory/teams\"] output').innerText === '4'"
    )
    for name in ("<script>alert(1)</script>", "x" * 10_000):
        reader.page.fill("#variant", name)
        reader.page.click("[data-act=keep]")
        reader.wait_for("#notices", "policy's name")
        reader.page.click("#notices button >> nth=0")
    reader.page.set_input_files(
        "#file", {"name": "<b>.yaml", "mimeType": "text/yaml", "buffer": b"name: a\nworld: {reps: many}\n"}
    )
    reader.wait_for("#notices", "<b>.yaml:2:15: reps must be a whole number")
    reader.done()


def test_hostile_names_are_shown_as_text(browser: Any, app: Any, home: Path) -> None:
    reader = Reader(browser, app[1])
    reader.lived()
    text = (home / "scenarios" / "tiny.yaml").read_bytes()
    reader.page.set_input_files("#file", {"name": "mine.yaml", "mimeType": "text/yaml", "buffer": text})
    reader.wait_for("#notices", "mine.yaml is open")
    reader.wait_for("#maps h3", "[red] 🦊 עברית")
    assert "<script>alert(1)</script>" in reader.page.locator("#world").inner_text()
    assert reader.page.locator("script").count() < 10
    reader.page.reload()  # the text of the file is kept in the tab
    reader.wait_for("#maps h3", "[red] 🦊 עברית")
    assert axe(reader) == []
    reader.done()


def test_variants_are_kept_compared_and_saved(browser: Any, app: Any, tmp_path: Path) -> None:
    from simulation.spec import load_scenario

    reader = Reader(browser, app[1])
    reader.lived()
    reader.slide("territory/teams", 3)
    reader.wait_for("#about", "territory.teams")
    reader.page.fill("#variant", "三队 =1+1🦊"[:2] + "🦊")
    reader.page.click("[data-act=keep]")
    reader.wait_for("#variants", "三队🦊")
    reader.page.select_option("#left", "三队🦊")
    reader.wait_for("#maps .left h3", "三队🦊")
    with reader.page.expect_download() as download:
        reader.page.click("[data-act=save]")
    download.value.save_as(tmp_path / "saved.yaml")
    saved = load_scenario(tmp_path / "saved.yaml")
    assert saved.policies["三队🦊"].territory.teams == 3
    reader.done()


def test_a_run_goes_on_over_a_reload_and_ends_with_a_report(browser: Any, app: Any) -> None:
    reader, other = Reader(browser, app[1]), Reader(browser, app[1], "?lang=zh")
    reader.lived()
    reader.page.evaluate("""new MutationObserver(() => { window.waited ||= document.querySelector('#maps').innerText; })
        .observe(document.querySelector('#maps'), {childList: true})""")
    reader.page.select_option("#scenario", "tiny")
    reader.wait_for("#maps h3", "[red] 🦊 עברית")
    assert reader.page.evaluate("window.waited") == "Living tiny …"  # not the maps of the scenario before it
    reader.page.fill("#worlds", "3")
    reader.page.click("[data-act=run]")
    reader.wait_for("#runs", "tiny")
    reader.page.reload()
    reader.wait_for("#runs", "drawing the report")
    reader.page.click("#runs [data-act=cancel]")
    reader.wait_for("#runs", "All 6 runs are kept; the report is not written.")
    reader.page.click("text=Write the report")
    reader.wait_for("#runs", "Done: 3 worlds.")
    assert reader.page.locator("#runs article").count() == 1  # all in the same card
    other.wait_for("#runs", "完成：3 个世界。")  # the other tab sees it too
    with reader.context.expect_page() as opened:
        reader.page.click("text=Open the report")
    report = opened.value
    report.wait_for_selector("h1")
    assert report.url.endswith("/report.html")
    assert report.locator("table").count() > 1
    reader.wait_for("#runs table", "[red] 🦊 עברית")
    assert axe(reader) == []
    reader.done()
    other.done()


def test_a_run_can_be_cancelled_killed_and_gone_on_with(browser: Any, app: Any) -> None:
    reader = Reader(browser, app[1])
    reader.lived()
    reader.page.fill("#worlds", "400")
    reader.page.click("[data-act=run]")
    reader.page.click("#runs [data-act=cancel]")
    reader.wait_for("#runs", "Cancelled.")
    reader.page.click("#runs [data-act=again] >> nth=0")
    reader.page.wait_for_selector("#runs progress")
    (number,) = children(app[0], "app.live.job import main")
    os.kill(number, signal.SIGKILL)
    reader.wait_for("#runs", "The run was ended from outside.")
    reader.done()


def test_strangers_are_refused_by_the_server_as_it_runs(app: Any) -> None:
    from websockets.exceptions import ConnectionClosed, InvalidStatus
    from websockets.sync.client import connect

    address = app[1].replace("http", "ws") + "websocket/"
    with pytest.raises(InvalidStatus, match="403"):
        connect(address, origin="http://evil.example")  # type: ignore[arg-type]
    with connect(address) as socket:
        assert "sessionId" in str(socket.recv())
        socket.send("x" * 3_000_000)
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009
    with connect(address) as socket:
        socket.send('{"method": "update", "data": {"other": 1}}')  # no greeting before it
        with pytest.raises(ConnectionClosed):
            everything_from(socket)


def everything_from(socket: Any) -> None:
    for _ in range(9):
        socket.recv(10)


def test_the_process_of_the_preview_may_die(browser: Any, app: Any) -> None:
    reader = Reader(browser, app[1])
    reader.lived()
    for number in children(app[0], "spawn_main"):
        os.kill(number, signal.SIGKILL)
    reader.slide("territory/teams", 5)  # a setting that has not been lived before
    reader.wait_for("#notices", "has been started again")
    reader.wait_for("#maps h3", "lockdown_changed")
    reader.done()


def test_the_server_may_die(browser: Any, home: Path) -> None:
    with served(home) as (first, address):
        reader = Reader(browser, address)
        reader.page.wait_for_selector("#levers .control")
        reader.slide("territory/teams", 2)
        reader.wait_for("#about", "territory.teams")
        reader.page.fill("#worlds", "400")
        reader.page.click("[data-act=run]")
        reader.wait_for("#runs", "of 800 runs done")
        first.kill()
        reader.page.wait_for_selector("#lost:not([hidden])")
    with served(home, port=int(address.rstrip("/").rpartition(":")[2])):
        reader.wait_for("#notices", "The connection was lost and is back; your settings are as they were.")
        reader.wait_for("#about", "territory.teams")
        reader.wait_for("#runs", "of 800 runs are kept; it goes on where it stopped.")
        assert reader.page.locator("#runs [data-act=again]").first.inner_text() == "Go on"
        reader.context.close()
