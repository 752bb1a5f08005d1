"""A small cache of what was used last, and what functions remember until a window closes or changes its language."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
T = TypeVar("T")

_remembering: list[Callable[[], None]] = []
"""Functions that empty the cache of a function, one for each that is decorated with `remember`."""


def remember(size: int) -> Callable[[Callable[..., V]], "_lru_cache_wrapper[V]"]:
    """Remember the last `size` answers of a function, as `functools.lru_cache` does, until `forget` is called: for a
    function of what belongs to a window's models, which are not to outlive the window, or of texts in its language."""

    def decorate(function: Callable[..., V]) -> "_lru_cache_wrapper[V]":
        remembering: Any = lru_cache(maxsize=size)(function)
        _remembering.append(remembering.cache_clear)
        return remembering  # type: ignore[no-any-return]

    return decorate


def forget() -> None:
    """Let every function forget what it remembers: the window that showed it has closed, or speaks another language."""
    for empty in _remembering:
        empty()


class Same(Generic[T]):
    """A large value as a key, of which the same object is the same value: to compare its content would take longer than
    to use it."""

    def __init__(self, value: T) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.value is self.value


class LeastRecentlyUsed(Generic[K, V]):
    """Keeps the values that were stored or read last, None never. Not safe for several threads without a lock.

    Together they weigh at most `size`, each 1 or what `weigh` returns; the last stored one stays whatever it weighs.
    """

    def __init__(self, size: int, weigh: Callable[[V], int] | None = None) -> None:
        self.size = size
        self.weight = 0
        self._weigh = weigh
        self._values: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[K]:
        """Iterate over the keys, the least recently used one first."""
        return iter(self._values)

    def get(self, key: K) -> V | None:
        """Return the value of `key` and mark it as used, or None."""
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> V:
        """Store `value`, drop what was not used for longest, and return `value`."""
        if key in self._values:
            self.drop(key)
        self._values[key] = value
        self.weight += 1 if self._weigh is None else self._weigh(value)
        while self.weight > self.size and len(self._values) > 1:
            _, dropped = self._values.popitem(last=False)
            self.weight -= 1 if self._weigh is None else self._weigh(dropped)
        return value

    def get_or_make(self, key: K, make: Callable[[], V]) -> V:
        """Return the value of `key` as `get` does; store what `make` returns if there is none."""
        value = self.get(key)
        return self.put(key, make()) if value is None else value

    def drop(self, key: K) -> None:
        """Forget `key` if it is there."""
        if key in self._values:
            value = self._values.pop(key)
            self.weight -= 1 if self._weigh is None else self._weigh(value)

    def clear(self) -> None:
        """Forget all values."""
        self._values.clear()
        self.weight = 0
