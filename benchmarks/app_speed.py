"""How fast the app answers: the first paint, a slider's effect, a week, and many pages at once.

    python -m benchmarks.app_speed [--pages 200] [--times 20]

Starts `serve` with a scenario of 20 reps and 2,000 customers in a directory of its own and drives the system's Chromium.
The slider's effect is the time from its input event to maps of the new policy in the page; the intervals come after that.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = "/usr/bin/chromium"
SHOWN = """async ([path, value]) => {
  const maps = document.getElementById("maps"), slider = document.querySelector(`[data-path="${path}"] input[type=range]`);
  return await new Promise((done) => {
    const began = performance.now();
    new MutationObserver((all, me) => {
      requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
      me.disconnect();
    }).observe(maps, { childList: true });
    slider.value = value;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  });
}"""
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast the app answers.")
    parser.add_argument("--times", type=int, default=20, help="moves of a slider")
    parser.add_argument("--pages", type=int, default=200, help="pages at once; 0 leaves them out")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        scenario = (ROOT / "scenarios" / "industry_focus.yaml").read_text(encoding="utf-8")
        small = scenario.replace("reps: 120", "reps: 20").replace("managers: 12", "managers: 2")
        (Path(place) / "scenarios").mkdir()
        (Path(place) / "scenarios" / "industry_focus.yaml").write_text(
            small.replace("customers: 20000", "customers: 2000"), encoding="utf-8"
        )
        command = [sys.executable, str(ROOT / "run.py"), "serve", "--no-open", "--port", "0"]
        began = time.perf_counter()
        with subprocess.Popen(command, cwd=place, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            found = re.search(r"http://\S+", server.stdout.readline())
            assert found, "the server has not started"
            print(f"serve, until the first page can be asked for: {time.perf_counter() - began:.2f} s")
            try:
                with_a_browser(found[0], given.times)
                if given.pages:
                    asyncio.run(many(found[0].replace("http", "ws") + "websocket/", given.pages))
            finally:
                server.terminate()


def with_a_browser(address: str, times: int) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(address)
        page.wait_for_selector("#brings table", timeout=600_000)  # compiled by then
        paints = []
        for _ in range(5):
            page.goto(address)
            page.wait_for_selector("#maps svg")
            paints.append(page.evaluate(PAINT))
        tell("first paint", paints)
        shares = [0.05 * (n % 19 + 1) for n in range(times)]  # of 20 reps: each another pilot
        moves = []
        for share in shares:
            moves.append(page.evaluate(SHOWN, ["territory/share", share]))
            page.wait_for_timeout(600)
        tell("a lever's slider, until the maps show it", moves)
        worlds = []
        for n in range(max(2, times // 2)):
            worlds.append(page.evaluate(SHOWN, ["world/parameters/selling_share", 0.36 + 0.01 * n]))
            page.wait_for_timeout(900)
        tell("a slider of the world, until the maps show it", worlds)
        browser.close()


def tell(what: str, milliseconds: list[float]) -> None:
    middle, most = statistics.median(milliseconds), max(milliseconds)
    print(f"{what}: median {middle:.0f} ms, slowest {most:.0f} ms of {len(milliseconds)}")


async def many(address: str, pages: int) -> None:
    """Pages without a browser: each asks for everything, then moves a slider of its own."""
    import websockets

    def update(**said: Any) -> str:
        return json.dumps({"method": "update", "data": {"said": said}})

    async def one(number: int) -> tuple[float, float]:
        async def until(part: str, words: str) -> float:
            began = time.perf_counter()
            while words not in json.loads(await socket.recv()).get("custom", {}).get("parts", {}).get(
                part, ""
            ):
                pass
            return time.perf_counter() - began

        async with websockets.connect(address, max_size=None, open_timeout=60) as socket:
            await socket.send(json.dumps({"method": "init", "data": {".clientdata_url_search": ""}}))
            await socket.send(update(kind="hello", kept=None))
            first = await until("maps", "<svg")
            share = 0.3 + 0.5 * number / pages
            await socket.send(update(kind="change", scope="levers", path="territory/share", value=share))
            return first, await until("maps", "lockdown_changed")

    began = time.perf_counter()
    times = await asyncio.gather(*(one(number) for number in range(pages)))
    print(f"{pages} pages at once, each a slider of its own: {time.perf_counter() - began:.1f} s for all")
    for what, place in (("first maps", 0), ("maps after the slider", 1)):
        tell(f"  {what}", [1000 * pair[place] for pair in times])


if __name__ == "__main__":
    main()
