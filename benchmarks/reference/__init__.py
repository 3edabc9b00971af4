"""The same model once more, written the ordinary Mesa way: one object per agent, plain loops, no arrays.

It is there to be read, and to be compared with. Given the same luck it must live the same history as the fast engine of
`simulation.world`, bit for bit, week by week and agent by agent:

    python -m benchmarks.reference.compare scenarios/industry_focus.yaml --policy lockdown
    python -m benchmarks.reference.search --examples 500
    python -m benchmarks.reference.speed

`model.py` holds the week as a list of phases; each phase is a file of that name; `customer.py`, `rep.py`, `staff.py` and
`leader.py` hold the agents. The model imports nothing of `simulation.world`: a mechanism that is wrong there should not be
wrong here for the same reason. Only `side_by_side.py` and `speed.py`, which live both, import it. What both share are
inputs: the scenario, the parameters, the list of outcomes, the levers with their decision points, the drawing of lots
(`simulation.luck`) and the elementary functions (`simulation.elementary`).

Numbers come in two kinds (`arithmetic.py`): the engine's float32, which gives the same bits, or plain Python numbers with
the random generator that Mesa gives a model, as a user of Mesa would write it.
"""
