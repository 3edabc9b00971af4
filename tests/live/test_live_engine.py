"""The process behind the preview: turns, the latest order, the same order once, and a process that dies."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import pytest

from app.live import draft, engine
from app.live.engine import Engine, EngineError, Latest, Turns
from app.live.living import Order


def answer(order: Order) -> dict[str, Any]:
    """In place of the model: two worlds end the process, three fail."""
    if order.worlds == 2:
        os._exit(1)
    if order.worlds == 3:
        raise ValueError("no such world")
    return {"process": os.getpid(), "worlds": order.worlds}


def prepared(scenario: Any) -> bool:
    return True


def test_orders_fail_one_by_one_and_the_process_comes_back() -> None:
    scenario = draft.opened("industry_focus").scenario

    async def go() -> None:
        model = Engine(answer, prepared)
        model.start(scenario)
        try:
            one, same = await asyncio.gather(
                *(model.preview(Order(scenario, ("open", "open"), 1)) for _ in "ab")
            )
            assert one is same  # lived once for both
            with pytest.raises(EngineError, match="ValueError: no such world"):
                await model.preview(Order(scenario, ("open", "open"), 3))
            with pytest.raises(EngineError, match="was ended, twice"):
                await model.preview(Order(scenario, ("open", "open"), 2))
            other = await model.preview(Order(scenario, ("open", "open"), 4))
            assert other["process"] != one["process"]
            assert (model.restarts, model.state) == (2, engine.READY)
        finally:
            model.stop()
        with pytest.raises(EngineError, match="being closed"):
            await model.preview(Order(scenario, ("open", "lockdown"), 1))

    asyncio.run(go())


def test_maps_go_before_intervals() -> None:
    async def go() -> list[int]:
        turns, order, first = Turns(), [], asyncio.Event()

        async def take(rank: int) -> None:
            async with turns.taken(rank):
                order.append(rank)
                await first.wait()

        tasks = [asyncio.ensure_future(take(rank)) for rank in (8, 8, 4, 1, 2)]
        await asyncio.sleep(0)
        tasks[1].cancel()  # a tab that was closed meanwhile
        await asyncio.sleep(0)
        first.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        return order

    assert asyncio.run(go()) == [8, 1, 2, 4]


def test_a_turn_that_was_given_and_not_taken_goes_on() -> None:
    async def go() -> list[str]:
        turns, order = Turns(), []

        async def take(name: str) -> None:
            async with turns.taken(1):
                order.append(name)
                await asyncio.sleep(0)
            if name == "a":
                tasks[1].cancel()  # b has the turn by now, and has not run since

        tasks = [asyncio.ensure_future(take(name)) for name in "abc"]
        await asyncio.wait(tasks, timeout=1)
        return order

    assert asyncio.run(go()) == ["a", "c"]


def test_only_the_newest_order_of_a_tab_counts() -> None:
    async def go() -> list[int]:
        done: list[int] = []
        gate = asyncio.Event()

        async def work(order: int) -> None:
            await gate.wait()
            done.append(order)

        latest = Latest(work)
        for order in range(5):
            latest.ask(order)
            await asyncio.sleep(0)
        assert latest.waiting
        gate.set()
        while len(done) < 2:
            await asyncio.sleep(0)
        return done

    assert asyncio.run(go()) == [0, 4]
