"""Which nodes do not conform to recursive shapes: those of which it can be shown."""

from __future__ import annotations

from collections.abc import Callable

from kg.shacl.plan import Shape

_Key = tuple[Shape, int]


class Refuted:
    """What is known of the shapes of one circle (:attr:`kg.shacl.plan.Shape.circle`).

    A node that is asked about conforms until a check of it fails. Then whatever asked about it is
    checked again. A check asks and never waits, so a chain in the data may be as long as it is.

    :param check: tells whether a node conforms to a shape, by what :meth:`conforms` says of others.
    """

    def __init__(self, check: Callable[[Shape, int], bool]) -> None:
        self._check = check
        self._found: dict[_Key, bool] = {}
        self._askers: dict[_Key, dict[_Key, None]] = {}
        self._waiting: dict[_Key, None] = {}
        self._now: _Key | None = None

    def conforms(self, shape: Shape, node: int) -> bool:
        """Tell whether a node conforms: finally, or during a check as far as is known."""
        key = shape, node
        if key not in self._found:
            self._found[key] = True
            self._waiting[key] = None
        if self._now:
            self._askers.setdefault(key, {})[self._now] = None
        elif self._waiting:
            self._settle()
        return self._found[key]

    def _settle(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting, {}
            for key in some:
                self._now = key
                if self._found[key] and not self._check(*key):
                    self._found[key] = False
                    self._waiting |= self._askers.pop(key, {})
        self._now = None
        self._askers.clear()
