"""The server side of open pages: what each shows, what it has lived last, and one watch for all of them.

A page is made of parts. After anything has happened each part is put together again (most come from a shelf), and those
that are no longer what the page shows go there in one message.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from analysis.language import mark, say, speaking, told
from app.live import engine, view, view_runs
from app.live.desk import DETAIL, MANY, Desk
from app.live.living import Order
from app.live.shrunk import shrink

if TYPE_CHECKING:
    from shiny import Session

    from app.live.jobs import Jobs

POLL, PATIENCE = 0.5, 0.6
LOOKS = 8
"""Every so many polls run directories are looked at: other processes write there too."""
COMPILING = mark(
    "Compiling the model: about a minute after an installation, seconds later on. Set what you like meanwhile."
)
FIRST_FRAME = 1
"""As the slider of weeks begins: the week in which policies part, when most accounts move."""


class Tab:
    """One page: its desk, the week it shows, and what has been lived for it."""

    def __init__(self, first: str, lang: str, model: engine.Engine, work: Jobs, session: Session) -> None:
        self.desk, self.lang, self.model, self.work, self.session = Desk(first), lang, model, work, session
        self.detail: dict[str, Any] | None = None  # one world, for the maps
        self.lived: dict[str, Any] | None = None  # the most worlds so far, for the rest
        self.frame, self.trouble = FIRST_FRAME, ""
        self.opened = self.desk.opened  # the scenario that all this is of
        self.small = shrink(self.desk.draft.whole())
        self.latest = engine.Latest(self._live)
        self._sent: dict[str, str] = {}
        self._drawn: dict[str, Any] = {}  # what settings were drawn for: see `_parts`
        self._seen: tuple[Any, ...] = (model.restarts,)
        self.asked_at = 0.0  # since when an order waits that the maps do not show yet; 0 for none

    def spoken(self) -> Any:
        """Everything said in the block is in the tab's language."""
        return speaking(self.lang)

    async def after(self) -> None:
        """The draft may have changed: live it, and let the browser keep it."""
        draft = self.desk.draft
        self.small = shrink(draft.whole())
        few, self.trouble = self.small.scenario, ""
        if self.opened != self.desk.opened:  # nothing of another scenario stands under this name
            self.opened, self.detail, self.lived = self.desk.opened, None, None
        await self.tell("kept", draft.saved())
        await self.tell("weeks", {"frames": few.weeks - few.start_week, "start": few.start_week})
        if self.small.lived:
            self.asked_at = self.asked_at or time.monotonic()
            self.latest.ask((few, (draft.left, draft.shown), self.opened))
        else:
            self.trouble = say("the world is too large for it; run it in the background")
        await self.draw()

    async def draw(self) -> None:
        """Send the parts that the page does not show yet."""
        with self.spoken():
            parts = {name: html for name, html in self._parts().items() if self._sent.get(name) != html}
        if parts:
            self._sent |= parts
            await self.tell("parts", parts)

    async def tell(self, what: str, message: dict[str, Any]) -> None:
        """A message to the page."""
        await self.session.send_custom_message(what, message)

    async def look(self) -> None:
        """Draw again what changes outside of the tab: the engine and the runs."""
        seen = (self.model.restarts, self.model.state, self.work.version, self.late)
        if seen != self._seen:
            if self._seen[0] != seen[0]:
                with self.spoken():
                    self.desk.tell(
                        "good", say("The process behind the preview was ended and has been started again.")
                    )
            self._seen = seen
            await self.draw()

    @property
    def late(self) -> bool:
        """Whether the reader waits for a preview longer than a moment."""
        return self.asked_at > 0 and time.monotonic() - self.asked_at > PATIENCE

    async def _live(self, order: tuple[Any, tuple[str, str], int]) -> None:
        """First one world for the map, then several for the intervals; the reader may have moved on after each few."""
        scenario, pair, opened = order
        worlds = DETAIL
        while worlds <= MANY and not (worlds > DETAIL and self.latest.waiting):
            try:
                found = await self.model.preview(Order(scenario, pair, worlds))
            except engine.EngineError as error:
                if opened != self.opened:
                    return
                self.trouble, self.asked_at = str(error), 0.0
                await self.draw()
                return
            if opened != self.opened:
                return
            if worlds == DETAIL:
                self.detail, self.asked_at = found, time.monotonic() if self.latest.waiting else 0.0
            if worlds in (DETAIL, MANY):
                self.lived = found
                await self.draw()
            worlds *= 2

    def _parts(self) -> dict[str, str]:
        desk, draft = self.desk, self.desk.draft
        parts = {
            "status": self._status(), "notices": view.notices(desk.notices), "about": view.about(draft, self.small),
            "runs": view_runs.runs(self.work.all),
        }  # fmt: skip
        # Settings are drawn anew only when they change by other means than by hand: not under the reader's fingers.
        settings: tuple[tuple[str, int, Callable[[], str]], ...] = (
            ("choice", desk.levers_at, lambda: view.choice(draft)), ("levers", desk.levers_at, lambda: view.levers(draft)),
            ("world", desk.world_at, lambda: view.world(draft)), ("variants", desk.levers_at, lambda: view.variants(draft)),
        )  # fmt: skip
        for name, at, make in settings:
            if self._drawn.get(name) != at:
                self._drawn[name], parts[name] = at, make()
                self._sent.pop(name, None)  # it may look as it did and be set otherwise by hand
        if self.detail is not None and self.lived is not None:
            parts |= {
                "maps": view.maps(self.detail, self.frame), "lines": view.lines(self.lived),
                "brings": view.brings(self.lived, self.small.scenario.world.reps),
            }  # fmt: skip
        else:
            parts |= view.living("" if self.trouble else draft.scenario.name)
        return parts

    def _status(self) -> str:
        words = ""
        if self.trouble:
            words = say("The preview failed: {why}", why=self.trouble)
        elif self.model.state == engine.COMPILING and self.lived is None:
            words = told(COMPILING)
        elif self.late and self.detail is not None:
            words = say("The preview is being worked out; what is shown is from before.")
        elif self.model.state == engine.FAILED:
            words = say("The model could not be compiled; the preview may fail.")
        return f'<p class="status">{view.plain(words)}</p>' if words else ""


class Watch:
    """Looks at the engine and the runs for all open tabs, as long as there are any."""

    def __init__(self, work: Jobs) -> None:
        self._work = work
        self._tabs: set[Tab] = set()
        self._task: asyncio.Task[None] | None = None

    def add(self, tab: Tab) -> None:
        """Look for this tab too, until its session ends."""
        self._tabs.add(tab)
        tab.session.on_ended(lambda: self._tabs.discard(tab))
        tab.session.on_ended(tab.latest.stop)
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._go())

    async def _go(self) -> None:
        polls = 0
        while self._tabs:
            if polls % LOOKS == 0:
                with suppress(Exception):  # a directory that nobody can read must not end the watch
                    await asyncio.to_thread(self._work.look)
            polls += 1
            for tab in list(self._tabs):
                with suppress(
                    Exception
                ):  # one page must not blind the others; its own acts will say what is wrong
                    await tab.look()
            await asyncio.sleep(POLL)
