"""The order in which a person works a queue down: read once and kept a while, so that the next case is there at once.

Only the order is kept. Whether a case still waits is read anew each time, and so is everything that is shown of it; a
case that came in meanwhile makes the order be read again.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.core.cache import cache

from households.desk.queue import queue
from households.desk.stages import RIGHT, Stage, desk_cases

KEPT_SECONDS = 600
_NUMBERS = "q"  # eight bytes a key: ten thousand are eighty kilobytes


@dataclass(frozen=True)
class Order:
    """Keys of the cases of a queue that still wait, in order."""

    keys: tuple[int, ...]

    @cached_property
    def _places(self) -> dict[int, int]:
        return {pk: place for place, pk in enumerate(self.keys)}

    def __len__(self):
        return len(self.keys)

    def place(self, pk: int) -> int | None:
        """Where a case stands, from 0; None: it is not of this queue."""
        return self._places.get(pk)

    def around(self, pk: int, beside: int) -> tuple[int, ...]:
        """Up to 2 * `beside` + 1 keys: those before and after a case, or the first ones."""
        begin = max(0, (self.place(pk) or 0) - beside)
        return self.keys[begin : begin + 2 * beside + 1]

    def following(self, pk: int) -> int | None:
        """The case after `pk`, from the top where that one is the last or has gone; None: no other waits."""
        place = self.place(pk)
        after = () if place is None else self.keys[place + 1 : place + 2]
        return next((key for key in (*after, *self.keys[:2]) if key != pk), None)

    def preceding(self, pk: int) -> int | None:
        """The case before `pk`; None at the top, and for one that has gone."""
        place = self.place(pk)
        return self.keys[place - 1] if place else None


def order_of(user, stage: Stage, place: str = "", kind: str = "") -> Order:
    """What is left of a person's queue at a step, narrowed to a place ("": all of his) and a kind.

    Which kind a case is of is as it was when the order was read, at most KEPT_SECONDS ago.
    """
    key = f"desk:{user.pk}:{','.join(sorted(user.scope(RIGHT).areas))}:{stage.key}:{place}:{kind}"
    waiting = set(
        desk_cases(user).under(place).filter(state=stage.state).order_by().values_list("pk", flat=True)
    )
    kept = cache.get(key)
    order, seen = (_numbers(one) for one in kept) if kept else ((), ())
    if not waiting.issubset(seen):
        found = queue(user, stage, place=place)
        order, seen = found.narrowed(place, kind).keys, found.all.keys
        cache.set(key, (_packed(order), _packed(seen)), KEPT_SECONDS)
        waiting = set(seen)
    return Order(tuple(pk for pk in order if pk in waiting))


def _packed(keys: Iterable[int]) -> bytes:
    return array(_NUMBERS, keys).tobytes()


def _numbers(packed: bytes) -> array:
    found = array(_NUMBERS)
    found.frombytes(packed)
    return found
