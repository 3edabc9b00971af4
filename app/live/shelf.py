"""What was drawn lately: many tabs show the same, and one tab comes back to the same week."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable


class Shelf:
    """The last `most` texts by key. `about` is held as long as its text, so that its `id` may be part of a key."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._texts: OrderedDict[Hashable, tuple[object, str]] = OrderedDict()

    def get(self, key: Hashable, about: object, make: Callable[[], str]) -> str:
        """The text of this key, made if it is not there."""
        if key not in self._texts:
            self._texts[key] = (about, make())
            while len(self._texts) > self._most:
                self._texts.popitem(last=False)
        self._texts.move_to_end(key)
        return self._texts[key][1]
