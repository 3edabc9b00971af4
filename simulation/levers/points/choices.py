"""Points of the phase `decide` about segments: what the leader learns of them, chooses, and shares out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class ReadingState(NamedTuple):
    """Point `reading`: what the firm has seen of each segment lately; arrays are (segments,)."""

    paid: Floats  # money won in new annual contracts
    wins: Floats  # deals won
    stated: Floats  # the pipeline as it reached the leader, money
    touches: Floats  # touches spent on open deals
    usage: Floats  # depth of use of customers won since the start, against the usual, in standard deviations of fit
    users: Floats  # ... and their number, those counting less whose onboarding has just begun
    heard: Floats  # mean fit that interviews showed, standard deviations
    interviews: Floats  # ... and their number
    slope: float  # log money per touch that leaders expect of a standard deviation of fit
    noise: float  # error of one interview, standard deviations of fit
    value_variance: Floats  # of one deal's money, in squares of its mean


class Reading(NamedTuple):
    """Answer at `reading`: how well the product is seen to fit each segment, standard deviations of fit."""

    observed: Floats  # (segments,)
    error: Floats  # (segments,) variance of the observation; inf where nothing was seen


class ChoiceState(NamedTuple):
    """Point `choice`: asked every week after the start of a leader who compares segments; arrays are (segments,)."""

    week: int
    start_week: int
    mean: Floats  # belief about the fit of each segment
    sd: Floats
    best: Floats  # chance of each segment to be the best, by these beliefs
    focus: int  # segment chosen now, -1 for none
    committed: bool
    review: bool  # a review is due
    noise: Floats  # a uniform draw for each segment and week
    lot: Floats  # a standard normal draw for each segment and week


class Choice(NamedTuple):
    """Answer at `choice`."""

    focus: int  # segment to put first, -1 for none
    committed: bool  # no longer a trial
    why: str


class SharesState(NamedTuple):
    """Point `sharing`: asked at the start and whenever the leader chooses anew."""

    names: tuple[str, ...]  # of the segments
    focus: int  # segment chosen, -1 for none
    best: Floats  # (segments,) chance of each to be the best, equal where the leader does not compare


class Shares(NamedTuple):
    """Answer at `sharing`: each array is (segments,) and adds up to 1."""

    rnd: Floats  # of R&D
    capacity: Floats | None  # of the reps; None: reps are not shared out
    firmness: float  # share of new work a rep keeps for the own segment; 1: a hard edge
