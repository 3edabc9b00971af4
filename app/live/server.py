"""Between page and desk: Shiny carries what the reader does to a tab's desk, and what follows back to the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from analysis.language import LANGUAGES, say
from app.live import engine, jobs
from app.live.tab import Tab, Watch

if TYPE_CHECKING:
    from shiny import Inputs, Outputs, Session

MOST_WORLDS = 1000


def make_server(
    first: str, lang: str, model: engine.Engine, work: jobs.Jobs
) -> Callable[[Inputs, Outputs, Session], None]:
    """The function that Shiny calls for each page."""
    from shiny import reactive

    watch = Watch(work)

    def server(input: Inputs, output: Outputs, session: Session) -> None:
        with reactive.isolate():
            tab = Tab(first, _language(session, lang), model, work, session)
        watch.add(tab)

        @reactive.effect
        @reactive.event(input.said)
        async def _hear() -> None:
            with tab.spoken():
                await hear(tab, input.said())

    return server


def _language(session: Session, usual: str) -> str:
    """The language that the page's address asks for; a greeting that is none of our page's may say anything of it."""
    with suppress(ValueError, AttributeError, TypeError):
        asked = parse_qs(session.clientdata.url_search().lstrip("?")).get("lang", [usual])[0]
        return asked if asked in LANGUAGES else usual
    return usual


async def hear(tab: Tab, said: Any) -> None:
    """Something came from the page. Whatever it is, it is answered in words: an error would end the tab."""
    acts: dict[str, Callable[[Tab, Any], Awaitable[None]]] = {
        "hello": _hello, "change": _change, "file": _file, "week": _week, "save": _save, "act": _act,
    }  # fmt: skip
    if not isinstance(said, dict) or not isinstance(said.get("kind"), str) or said["kind"] not in acts:
        return
    if said["kind"] in ("change", "file", "act") and said.get("name") != "hide":
        tab.desk.begin()
    try:
        await acts[said["kind"]](tab, said)
    except Exception as error:
        tab.desk.tell("bad", say("That went wrong: {why}", why=f"{type(error).__name__}: {error}"))
        await tab.draw()


async def _hello(tab: Tab, said: Any) -> None:
    """A page has been loaded, perhaps again: it tells what it has kept."""
    back = said.get("kept") is not None and tab.desk.restore(said["kept"])
    if said.get("lost"):
        tab.desk.tell("good", say("The connection was lost and is back; your settings are as they were.") if back
                      else say("The connection was lost and is back."))  # fmt: skip
    elif tab.work.running is not None:
        tab.desk.tell("good", say("A run is still at work: see Runs in the background."))
    await tab.after()


async def _change(tab: Tab, said: Any) -> None:
    back = tab.desk.change(said)
    if back is not None:
        await tab.tell("back", back)
    await tab.after()


async def _file(tab: Tab, said: Any) -> None:
    if said.get("trouble") == "large":
        tab.desk.tell("bad", say("The file is larger than 1 MB."))
    elif said.get("trouble"):
        tab.desk.tell("bad", say("The file could not be read as text."))
    else:
        tab.desk.open(said.get("name"), said.get("text", ""))
    await tab.after()


async def _week(tab: Tab, said: Any) -> None:
    frame = said.get("frame")
    if isinstance(frame, int | float) and 0 <= frame < 10_000:
        tab.frame = int(frame)
        await tab.draw()
        await tab.tell("drawn", {})


async def _save(tab: Tab, said: Any) -> None:
    from simulation.spec import dump_scenario

    scenario = tab.desk.draft.whole()
    await tab.tell("save", {"name": f"{scenario.name}.yaml", "text": dump_scenario(scenario)})


async def _act(tab: Tab, said: Any) -> None:
    """A button was pressed, or something was chosen from a list."""
    desk, value = tab.desk, said.get("value")
    known: dict[Any, Callable[[], None]] = {
        "scenario": lambda: desk.open(value), "left": lambda: desk.choose("left", value),
        "right": lambda: desk.choose("right", value), "keep": lambda: desk.keep(value), "drop": lambda: desk.drop(value),
        "reset": desk.reset, "hide": lambda: desk.hide(value), "cancel": lambda: _cancel(tab, value),
        "again": lambda: _again(tab, value), "run": lambda: _run(tab, value),
    }  # fmt: skip
    if isinstance(said.get("name"), str) and said["name"] in known:
        known[said["name"]]()
        await tab.after()


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
    with suppress(ValueError, TypeError, OverflowError):  # infinity is no whole number
        tab.work.cancel(int(value))


def _again(tab: Tab, value: Any) -> None:
    from app.guard import BadInput
    from simulation.runs import RunsError
    from simulation.spec import SpecError

    try:
        tab.work.again(int(value), tab.lang)
    except (RunsError, BadInput, SpecError) as error:
        tab.desk.tell("bad", say("The run could not be started: {why}", why=error))
    except OSError as error:
        tab.desk.tell("bad", say("The run could not be started: {why}", why=error.strerror or error))
    except (ValueError, TypeError, OverflowError):
        tab.desk.tell("bad", say("There is no such run."))
    except jobs.Busy:
        tab.desk.tell("bad", say("A run is at work already: wait for it, or cancel it."))
