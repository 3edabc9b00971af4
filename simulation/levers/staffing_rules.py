"""Who joins a policy and how teams are formed: shared by the levers that move people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simulation.levers.points.territories import Bools, TerritoryState


def choose_members(who: str, share: float, state: TerritoryState) -> Bools:
    """The reps under the policy at this share, shape (reps,); a growing share keeps everyone already in."""
    import numpy as np

    reps = len(state.lot)
    wanted = min(reps, round(share * reps))
    rank = {
        "random": state.lot.astype(np.float64),
        "volunteers": -state.conviction.astype(np.float64),
        "veterans": -state.tenure.astype(np.float64),
    }[who]
    order = np.lexsort((np.arange(reps), rank, ~state.members))
    members = np.zeros(reps, np.bool_)
    members[order[:wanted]] = True
    return members


def largest_remainder(weights: NDArray[np.float64], seats: int) -> NDArray[np.int64]:
    """Whole seats in proportion to `weights` (Hare quota, largest remainders; ties to the lower index)."""
    import numpy as np

    total = float(weights.sum())
    exact = weights / total * seats if total > 0 else np.full(len(weights), seats / len(weights))
    whole = np.floor(exact).astype(np.int64)
    order = np.lexsort((np.arange(len(weights)), -(exact - whole)))
    whole[order[: seats - int(whole.sum())]] += 1
    return whole


def fill_places(
    team_segments: NDArray[np.int64], places: NDArray[np.int64], members: Bools, state: TerritoryState
) -> NDArray[np.int32]:
    """Seat members in teams with so many `places`, best knowledge first; returns home segments (reps,), -1 for none.

    Members who already have a home keep it while their team has places.
    """
    import numpy as np

    places, home = places.copy(), np.full(len(members), -1, np.int32)
    for seat in np.flatnonzero(state.members & members & (state.home >= 0)):
        at = np.flatnonzero(team_segments == state.home[seat])
        if len(at) and places[at[0]] > 0:
            home[seat] = state.home[seat]
            places[at[0]] -= 1
    people = np.flatnonzero(members & (home < 0))
    person, team = (a.ravel() for a in np.meshgrid(people, np.arange(len(team_segments)), indexing="ij"))
    best_first = np.lexsort((team, person, -state.knowledge[person, team_segments[team]].astype(np.float64)))
    homes, left = home.tolist(), places.tolist()  # Python's own numbers: a fifth of the time
    for who, where in zip(person[best_first].tolist(), team[best_first].tolist(), strict=True):
        if homes[who] < 0 and left[where] > 0:
            homes[who] = team_segments[where]
            left[where] -= 1
    return np.array(homes, np.int32)


def form_teams(teams: int, members: Bools, state: TerritoryState) -> tuple[NDArray[np.int32], Bools]:
    """Teams for the `teams` largest segments, sized by open value and filled by `fill_places`.

    Returns the home segment (reps,) and the allowed segments (reps, segments). Reps left over are generalists: home -1,
    allowed in every segment without a team (all segments if each has one). Rows of non-members are meaningless.
    """
    import numpy as np

    segments = state.knowledge.shape[1]
    by_size = np.lexsort((np.arange(segments), -state.segment_customers))
    team_segments, rest = np.sort(by_size[:teams]), np.sort(by_size[teams:])
    weights = state.segment_value[team_segments]
    if len(rest):
        weights = np.append(weights, state.segment_value[rest].sum())
    places = largest_remainder(weights, int(members.sum()))[: len(team_segments)]

    home = fill_places(team_segments, places, members, state)
    allowed = np.zeros(state.knowledge.shape, np.bool_)
    specialists = np.flatnonzero(home >= 0)
    allowed[specialists, home[specialists]] = True
    allowed[np.ix_(home < 0, rest if len(rest) else np.arange(segments))] = True
    return home, allowed
