"""The hot stove (Denrell & March 2001): who was burnt where knowledge ends no longer goes there, and so never learns better.

Off unless the parameter `hot_stove` is above 0. Two calls a week: `leaning` where deals are chosen, and `learn_from_deals`
where they close. No draw of its own: the noise of the choice is the hunch about each prospect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.world.kernels.daring import burn, lean, unfamiliar_segments

if TYPE_CHECKING:
    from simulation.world.model import SalesModel


def leaning(model: SalesModel) -> NDArray[np.float32]:
    """(reps, segments) skill as it counts when a deal is chosen: with the odds of boldness where the rep knows less."""
    reps, knowledge = model.state.reps, model.now.knowledge
    if not model.setting.hot_stove:
        return reps.skill
    odds = np.empty(knowledge.shape, np.float32)
    lean(reps.boldness, unfamiliar(model), odds)
    return reps.skill + np.float32(2) * odds  # skill counts half there, as it does for the speed of a deal


def owners_of_open_deals(model: SalesModel) -> NDArray[np.int16] | None:
    """Owners of the week's deals before any closes, nobody for closed ones; None where nobody learns from them."""
    if not model.setting.hot_stove:
        return None
    return model.state.deals.seat[: model.state.n_deals].copy()


def learn_from_deals(model: SalesModel, owners: NDArray[np.int16] | None) -> None:
    """Every deal that closed moves the boldness and aspiration of the rep who started it."""
    if owners is None:
        return
    setting, c, reps, deals = model.setting, model.state.customers, model.state.reps, model.state.deals
    burn(
        setting.p["hot_stove"],
        setting.p["hot_stove_aspiration"],
        setting.price,
        deals.row[: len(owners)],
        owners,
        c.segment,
        c.stage,
        deals.qualified_week,
        c.handover_week,
        c.value,
        unfamiliar(model),
        reps.boldness,
        reps.deal_aspiration,
    )


def unfamiliar(model: SalesModel) -> NDArray[np.bool_]:
    """(reps, segments) where each knows less than on average."""
    out = np.empty(model.now.knowledge.shape, np.bool_)
    unfamiliar_segments(model.setting.practices, model.now.knowledge, out)
    return out
