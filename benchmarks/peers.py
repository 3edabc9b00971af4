"""What one agent-step costs in other libraries, on a sales model simplified until all of them can say it.

    python -m venv peers && peers/bin/pip install mesa starsim mesa-frames agentpy
    peers/bin/python benchmarks/peers.py --json peers.json

Every week each of the customers may come to notice, be won, be lost or leave, and moves its depth of use. This file stands
alone: it imports nothing of the project and runs in an environment of its own, since these libraries are no dependencies and
some want other releases of ours. A library that is not installed is left out, and said to be.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

import numpy as np

NOTICED, WON, LOST, LEFT, SPEED = 0.01, 0.03, 0.05, 0.002, 0.1
PROSPECT, OPEN, CUSTOMER = range(3)
"""Stages; and the weekly chances to pass from one to the next."""


def live_mesa(customers: int, weeks: int) -> Callable[[], int]:
    import mesa

    class Customer(mesa.Agent):
        def __init__(self, model: mesa.Model) -> None:
            super().__init__(model)
            self.stage, self.use, self.fit = PROSPECT, 0.0, model.random.random()

        def step(self) -> None:
            luck = self.random.random()
            if self.stage == PROSPECT:
                if luck < NOTICED:
                    self.stage = OPEN
            elif self.stage == OPEN:
                if luck < WON:
                    self.stage = CUSTOMER
                elif luck < WON + LOST:
                    self.stage = PROSPECT
            else:
                self.use += SPEED * (self.fit - self.use)
                if luck < LEFT:
                    self.stage = PROSPECT

    model = mesa.Model()
    for _ in range(customers):
        Customer(model)

    def run() -> int:
        for _ in range(weeks):
            model.agents.do("step")
        return sum(agent.stage == CUSTOMER for agent in model.agents)

    return run


def live_agentpy(customers: int, weeks: int) -> Callable[[], int]:
    import agentpy

    class Customer(agentpy.Agent):
        def setup(self) -> None:
            self.stage, self.use, self.fit = PROSPECT, 0.0, self.model.random.random()

        def live(self) -> None:
            luck = self.model.random.random()
            if self.stage == PROSPECT:
                if luck < NOTICED:
                    self.stage = OPEN
            elif self.stage == OPEN:
                if luck < WON:
                    self.stage = CUSTOMER
                elif luck < WON + LOST:
                    self.stage = PROSPECT
            else:
                self.use += SPEED * (self.fit - self.use)
                if luck < LEFT:
                    self.stage = PROSPECT

    class Market(agentpy.Model):
        def setup(self) -> None:
            self.customers = agentpy.AgentList(self, customers, Customer)

    model = Market({"seed": 1})
    model.sim_setup()

    def run() -> int:
        for _ in range(weeks):
            model.customers.live()
        return sum(stage == CUSTOMER for stage in model.customers.stage)

    return run


def live_starsim(customers: int, weeks: int) -> Callable[[], int]:
    import starsim as ss

    class Sales(ss.Module):
        def __init__(self, **pars: object) -> None:
            super().__init__()
            self.define_states(
                ss.FloatArr("stage", default=0.0),
                ss.FloatArr("use", default=0.0),
                ss.FloatArr("fit", default=0.5),
            )
            self.luck = ss.random()

        def step(self) -> None:
            luck = self.luck.rvs(self.stage.auids if hasattr(self.stage, "auids") else self.sim.people.auids)
            stage = np.asarray(self.stage.values)
            use = np.asarray(self.use.values)
            fit = np.asarray(self.fit.values)
            client = stage == CUSTOMER
            self.use[:] = np.where(client, use + SPEED * (fit - use), use)
            after = np.where((stage == PROSPECT) & (luck < NOTICED), OPEN, stage)
            after = np.where((stage == OPEN) & (luck < WON), CUSTOMER, after)
            after = np.where((stage == OPEN) & (luck >= WON) & (luck < WON + LOST), PROSPECT, after)
            self.stage[:] = np.where(client & (luck < LEFT), PROSPECT, after)

    sim = ss.Sim(n_agents=customers, modules=Sales(), start=0, dur=weeks - 1, dt=1, verbose=0, rand_seed=1)
    sim.init()
    sales = next(module for module in sim.modules if isinstance(module, Sales))  # the simulation lives a copy

    def run() -> int:
        sim.run()
        return int((np.asarray(sales.stage.values) == CUSTOMER).sum())

    return run


def live_mesa_frames(customers: int, weeks: int) -> Callable[[], int]:
    import polars as pl
    from mesa_frames import AgentSetPolars, ModelDF

    class Customers(AgentSetPolars):
        def __init__(self, model: ModelDF) -> None:
            super().__init__(model)
            fit = model.random.random(customers)
            columns = {"stage": np.zeros(customers, np.int8), "use": np.zeros(customers), "fit": fit}
            self.add(pl.DataFrame({"unique_id": np.arange(customers), **columns}))

        def step(self) -> None:
            luck, stage = pl.Series(self.model.random.random(customers)), pl.col("stage")
            self.agents = self.agents.with_columns(luck.alias("luck")).with_columns(
                use=pl.when(stage == CUSTOMER)
                .then(pl.col("use") + SPEED * (pl.col("fit") - pl.col("use")))
                .otherwise(pl.col("use")),
                stage=pl.when((stage == PROSPECT) & (pl.col("luck") < NOTICED))
                .then(OPEN)
                .when((stage == OPEN) & (pl.col("luck") < WON))
                .then(CUSTOMER)
                .when((stage == OPEN) & (pl.col("luck") < WON + LOST))
                .then(PROSPECT)
                .when((stage == CUSTOMER) & (pl.col("luck") < LEFT))
                .then(PROSPECT)
                .otherwise(stage)
                .cast(pl.Int8),
            )

    model = ModelDF(seed=1)
    one = Customers(model)

    def run() -> int:
        for _ in range(weeks):
            one.step()
        return int((one.agents["stage"] == CUSTOMER).sum())

    return run


PEERS: dict[str, Callable[[int, int], Callable[[], int]]] = {
    "mesa": live_mesa,
    "agentpy": live_agentpy,
    "starsim": live_starsim,
    "mesa-frames": live_mesa_frames,
}


def measure(customers: int, weeks: int, repeats: int) -> dict[str, dict[str, object]]:
    """Nanoseconds an agent-step by library, setting up left out; libraries take turns so that all meet the same machine."""
    times: dict[str, list[float]] = {name: [] for name in PEERS}
    found: dict[str, dict[str, object]] = {}
    for _ in range(repeats):
        for name, build in PEERS.items():
            try:
                version(name)
            except PackageNotFoundError:
                found[name] = {"missing": "not installed"}
                continue
            run = build(customers, weeks)
            before = time.perf_counter()
            won = run()
            times[name].append((time.perf_counter() - before) / (customers * weeks) * 1e9)
            found[name] = {
                "version": version(name),
                "ns": median(times[name]),
                "least": min(times[name]),
                "customers": won,
            }
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Nanoseconds an agent-step takes in other libraries.")
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--weeks", type=int, default=104)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    given = parser.parse_args()
    found = measure(given.customers, given.weeks, given.repeats)
    for name, row in found.items():
        words = (
            row.get("missing")
            or f"{row['ns']:8.0f} ns ({row['version']}; {row['customers']} customers in the end)"
        )
        print(f"{name:12s} {words}")
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
