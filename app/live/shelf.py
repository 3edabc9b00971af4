"""The last few of things that are dear to make: many tabs ask for the same, and one tab comes back to what it had."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class Shelf(Generic[Kept]):
    """The `most` things asked for last, by key. `about` is held as long as its thing, so that keys may have its `id`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[Hashable, tuple[object, Kept]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Kept], about: object = None) -> Kept:
        """The thing of this key, made if it is not there."""
        if key not in self._things:
            self._things[key] = (about, make())
            while len(self._things) > self._most:
                self._things.popitem(last=False)
        self._things.move_to_end(key)
        return self._things[key][1]

    def known(self, key: Hashable) -> Kept | None:
        """The thing of this key; None where it is not there."""
        return self._things[key][1] if key in self._things else None

    def __len__(self) -> int:
        return len(self._things)

    def clear(self) -> None:
        """Forget all."""
        self._things.clear()

    def drop(self, key: Hashable, thing: Kept) -> None:
        """Without this thing, unless another has taken its place since."""
        if self.known(key) is thing:
            del self._things[key]
