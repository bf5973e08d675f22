"""Which practices and outcomes are near each other: variants, parts, groups and their members."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from kg.evidence.findings import Question
from kg.evidence.index import Index, unique

_VARIES = ("variantOf", "componentOf")
_GROUP = ("partOfGroup",)


class Neighbours:
    """One step from a practice or an outcome to what is wider, narrower or a variant of it."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.practices = cache(lambda practice: self._around(practice, (*_VARIES, *_GROUP)))
        self.varied = cache(lambda practice: self._around(practice, _VARIES))
        self.wider = cache(lambda outcome: self._around(outcome, _GROUP))

    def each(self, practices: Iterable[str]) -> list[str]:
        """Return practices with the members of groups that fill one slot in their place."""
        return unique(m for p in practices for m in (self.index.nodes(p, "member") or [p]))

    def questions(self, question: Question) -> list[Question]:
        """Return the questions near one: another practice, outcome or both.

        Outcomes of one group (*siblings*) are near for the same practice only.
        """
        practice, outcome = question
        outcomes = [outcome, *self.wider(outcome)]
        found = [(p, o) for p in (practice, *self.practices(practice)) for o in outcomes]
        found += [(practice, o) for o in self._siblings(outcome)]
        return [q for q in dict.fromkeys(found) if q != question]

    def one_is_wider(self, ones: Iterable[str], others: Iterable[str]) -> bool:
        """Tell whether outcomes are the same, or one is a group that the other is a part of."""
        return any(o == one or o in self.wider(one) for one in ones for o in others)

    def one_varies(self, ones: Iterable[str], others: Iterable[str]) -> bool:
        """Tell whether practices are the same, or one is a variant or a part of the other."""
        theirs = self.each(others)
        return any(o == one or o in self.varied(one) for one in self.each(ones) for o in theirs)

    def _around(self, entity: str, keys: Iterable[str]) -> tuple[str, ...]:
        index = self.index
        found = [n for k in keys for n in (*index.nodes(entity, k), *index.subjects(entity, k))]
        return tuple(unique(found))

    def _siblings(self, outcome: str) -> list[str]:
        groups = self.index.nodes(outcome, "partOfGroup")
        return unique(o for group in groups for o in self.index.subjects(group, "partOfGroup"))
