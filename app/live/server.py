"""Between page and desk: Shiny carries what the reader does to a tab's desk, and what follows back to the page."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from shiny import reactive, render, ui

from app.live import engine, jobs, view
from app.live.desk import DETAIL, MANY, Desk
from app.live.living import Order
from app.live.shrunk import shrink
from app.live.words import say, speaking

if TYPE_CHECKING:
    from shiny import Inputs, Outputs, Session

MOST_WORLDS = 1000
POLL = 0.5
FIRST_FRAME = 1
"""As the slider of weeks begins: the week in which policies part, when most accounts move."""


class Tab:
    """The server side of one page: `desk`, what was lived last, and reactive values that say what to draw anew."""

    def __init__(
        self, first: str, lang: str, model: engine.Engine, work: jobs.Jobs, session: Session
    ) -> None:
        self.desk, self.lang, self.model, self.work, self.session = Desk(first), lang, model, work, session
        self.lived: reactive.Value[dict[str, Any] | None] = reactive.Value(None)
        self.frame = reactive.Value(FIRST_FRAME)
        self.turn = reactive.Value(0)  # something of the draft has changed
        self.levers_at, self.world_at, self.choice_at = (
            reactive.Value(0),
            reactive.Value(0),
            reactive.Value(0),
        )
        self.notices: reactive.Value[tuple[Any, ...]] = reactive.Value(())
        self.state = reactive.Value(model.state)
        self.jobs_at = reactive.Value(-1)
        self.trouble = reactive.Value("")
        self.small = shrink(self.desk.draft.whole())
        self.latest = engine.Latest(self._live)
        self.number, self.restarts = 0, model.restarts

    def noticed(self) -> None:
        """Draw the notices again where there are others: a screen reader would else read them out at every slider."""
        self.notices.set(tuple((kind, *lines) for kind, lines in self.desk.notices))

    def spoken(self) -> Any:
        """Everything said in the block is in the tab's language."""
        return speaking(self.lang)

    async def after(self) -> None:
        """The draft may have changed: draw what depends on it, live it, and let the browser keep it."""
        desk = self.desk
        self.turn.set(self._next())
        self.levers_at.set(desk.levers_at)
        self.world_at.set(desk.world_at)
        self.choice_at.set(desk.levers_at + desk.world_at)
        self.noticed()
        whole = desk.draft.whole()
        self.small = shrink(whole)
        await self.session.send_custom_message("kept", desk.draft.saved())
        frames = self.small.scenario.weeks - self.small.scenario.start_week
        await self.session.send_custom_message(
            "weeks", {"frames": frames, "start": self.small.scenario.start_week}
        )
        if self.small.lived:
            self.latest.ask((self.small.scenario, (desk.draft.left, desk.draft.shown)))
        else:
            self.trouble.set(say("the world is too large for it; run it in the background"))

    async def _live(self, order: tuple[Any, tuple[str, str]]) -> None:
        """First one world for the map, then several for the intervals, unless the reader has moved on by then."""
        for worlds in (DETAIL, MANY):
            trouble, found = "", None
            try:
                found = await self.model.preview(Order(*order, worlds))
            except engine.EngineError as error:
                trouble = str(error)
            async with reactive.lock():
                with self.spoken():
                    self.trouble.set(trouble)
                    if found is not None:
                        self.lived.set(found)
                    await reactive.flush()
            if self.latest.waiting or found is None:
                return

    def _next(self) -> int:
        self.number += 1
        return self.number


def make_server(
    first: str, lang: str, model: engine.Engine, work: jobs.Jobs
) -> Callable[[Inputs, Outputs, Session], None]:
    """The function that Shiny calls for each page."""

    def server(input: Inputs, output: Outputs, session: Session) -> None:
        with reactive.isolate():
            asked = parse_qs(session.clientdata.url_search().lstrip("?")).get("lang", [lang])[0]
        tab = Tab(first, asked, model, work, session)
        session.on_ended(tab.latest.stop)
        _listen(input, tab)
        _draw(output, tab)

    return server


def _listen(input: Inputs, tab: Tab) -> None:
    """What comes from the page. Nothing that comes may end the tab: whatever it is, it is answered in words."""
    desk = tab.desk

    @reactive.effect
    @reactive.event(input.hello)
    async def _hello() -> None:
        said = input.hello()
        said = said if isinstance(said, dict) else {}
        with tab.spoken():
            back = said.get("kept") is not None and desk.restore(said["kept"])
            if said.get("lost"):
                desk.tell("good", say("The connection was lost and is back; your settings are as they were.") if back
                          else say("The connection was lost and is back."))  # fmt: skip
            elif tab.work.running is not None:
                desk.tell("good", say("A run is still at work: see Runs in the background."))
            await tab.after()

    @reactive.effect
    @reactive.event(input.change)
    async def _change() -> None:
        with tab.spoken():
            back = desk.change(input.change())
            if back is not None:
                await tab.session.send_custom_message("back", back)
            await tab.after()

    @reactive.effect
    @reactive.event(input.file)
    async def _file() -> None:
        sent = input.file()
        with tab.spoken():
            if isinstance(sent, dict):
                desk.open(sent.get("name"), sent.get("text", ""))
                await tab.after()

    @reactive.effect
    @reactive.event(input.week)
    def _week() -> None:
        week = input.week()
        if isinstance(week, int | float) and 0 <= week < 10_000:
            tab.frame.set(int(week))

    @reactive.effect
    @reactive.event(input.act)
    async def _act() -> None:
        said = input.act()
        if isinstance(said, dict) and isinstance(said.get("name"), str):
            with tab.spoken():
                await _do(tab, said["name"], said.get("value"))

    @reactive.effect
    def _watch() -> None:
        reactive.invalidate_later(POLL)
        tab.state.set(tab.model.state)
        if tab.restarts != tab.model.restarts:
            tab.restarts = tab.model.restarts
            with tab.spoken():
                desk.tell("good", say("The process behind the preview was ended and has been started again."))
            tab.noticed()
        tab.jobs_at.set(tab.work.version)


async def _do(tab: Tab, name: str, value: Any) -> None:
    """One act of the reader."""
    desk = tab.desk
    plain: dict[str, Callable[[], None]] = {
        "scenario": lambda: desk.open(value), "left": lambda: desk.choose("left", value),
        "right": lambda: desk.choose("right", value), "keep": lambda: desk.keep(value), "drop": lambda: desk.drop(value),
        "reset": desk.reset, "hide": lambda: desk.hide(value),
        "cancel": lambda: _cancel(tab, value), "again": lambda: _again(tab, value), "run": lambda: _run(tab, value),
    }  # fmt: skip
    if name == "save":
        from simulation.spec import dump_scenario

        text = dump_scenario(desk.draft.whole())
        await tab.session.send_custom_message(
            "save", {"name": f"{desk.draft.scenario.name}.yaml", "text": text}
        )
    elif name in plain:
        plain[name]()
        await tab.after()
        tab.jobs_at.set(tab.work.version)


def _run(tab: Tab, value: Any) -> None:
    worlds = int(value) if isinstance(value, int | float) and 2 <= value <= MOST_WORLDS else 0
    if not worlds:
        tab.desk.tell("bad", say("The number of worlds is from 2 to {most}.", most=MOST_WORLDS))
        return
    try:
        tab.work.start(tab.desk.draft.whole(), tab.desk.policies_to_run(), worlds, tab.lang)
    except jobs.Busy:
        tab.desk.tell("bad", say("A run is at work already: wait for it, or cancel it."))
    except OSError as error:
        tab.desk.tell("bad", say("The run could not be started: {why}", why=error.strerror or error))


def _cancel(tab: Tab, value: Any) -> None:
    with contextlib.suppress(ValueError, TypeError):
        tab.work.cancel(int(value))


def _again(tab: Tab, value: Any) -> None:
    try:
        tab.work.again(int(value))
    except (ValueError, TypeError):
        tab.desk.tell("bad", say("There is no such run."))
    except jobs.Busy:
        tab.desk.tell("bad", say("A run is at work already: wait for it, or cancel it."))


def _draw(output: Outputs, tab: Tab) -> None:
    """What goes to the page: each part when what it shows has changed."""

    def part(name: str, make: Callable[[], str]) -> None:
        def drawn() -> Any:
            with tab.spoken():
                return ui.HTML(make())

        output(id=name, suspend_when_hidden=False)(render.ui(drawn))

    def status() -> str:
        state, trouble, lived = tab.state(), tab.trouble(), tab.lived()
        if trouble:
            words = say("The preview failed: {why}", why=trouble)
        elif state == engine.COMPILING and lived is None:
            words = say(
                "Compiling the model: about a minute after an installation, seconds later on. Set what you like meanwhile."
            )
        elif state == engine.FAILED:
            words = say("The model could not be compiled; the preview may fail.")
        else:
            words = ""
        return f'<p class="status">{view.plain(words)}</p>' if words else ""

    def lived(make: Callable[[dict[str, Any]], str]) -> Callable[[], str]:
        return lambda: make(found) if (found := tab.lived()) is not None else ""

    def when(value: reactive.Value[Any], make: Callable[[], str]) -> Callable[[], str]:
        def drawn() -> str:
            value()
            return make()

        return drawn

    part("status", status)
    part("notices", when(tab.notices, lambda: view.notices(tab.desk.notices)))
    part("choice", when(tab.choice_at, lambda: view.choice(tab.desk.draft)))
    part("levers", when(tab.levers_at, lambda: view.levers(tab.desk.draft)))
    part("world", when(tab.world_at, lambda: view.world(tab.desk.draft)))
    part("about", when(tab.turn, lambda: view.about(tab.desk.draft, tab.small)))
    part("variants", when(tab.choice_at, lambda: view.variants(tab.desk.draft)))
    part("maps", lived(lambda found: view.maps(found, tab.frame())))
    part("lines", lived(lambda found: view.lines(found, tab.frame())))
    part("brings", lived(lambda found: view.brings(found, tab.small.scenario.world.reps)))
    part("runs", when(tab.jobs_at, lambda: view.runs(tab.work.all)))
