"""The people of a page: those of the ages that it states, and those of whom it says nothing."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any

from kg.imports import claims
from kg.imports.drafts import Draft, draft
from kg.imports.slugs import slug
from kg.text.ages import Age
from kg.text.cues import Said


class People:
    """The populations that statements of a page refer to, each proposed once.

    ``nobody`` is that of a claim that does not say for whom it holds.

    :param page: the short name of the page, for ids.
    :param known: ids that the project has.
    """

    def __init__(self, page: str, known: Container[str]) -> None:
        self._page, self._known = page, known
        shared = "population/not-stated"
        self.nobody = shared if shared in known else f"population/{page}-not-stated"

    def aged(self, stated: list[Age], said: Said, role: str) -> tuple[dict[str, Any], list[str]]:
        """Return what a sentence sets of the people of its ages, and how each age was found.

        :param role: that of its section, see :class:`kg.imports.page.Section`.
        """
        comment: list[str] = []
        facts: dict[str, dict[str, Any]] = {}
        numbers = [age for age in stated if not age.words]
        for age in numbers or stated:
            people = f"population/{self._page}-{slug(age.verbatim, 40)}"
            if why := _kept_in_words(age, said):
                facts[people] = {"about": people, "ageDescription": age.verbatim}
                comment.append(f"age '{age.verbatim}': {why}")
                continue
            values = {"verbatim": age.verbatim}
            for key, value in (
                ("minAge", age.low), ("minBound", age.low_bound), ("maxAge", age.high),
                ("maxBound", age.high_bound), ("meanAge", age.mean), ("sdAge", age.sd),
            ):  # fmt: skip
                if value:
                    values[key] = value
            basis = "studySample" if age.mean else claims.age_basis(said, role)
            whole = {**values, "unit": age.unit, "ageOf": age.of, "ageBasis": basis}
            facts[people] = {"about": people, "ageRange": whole}
            comment.append(f"age '{age.verbatim}', from its words; what it describes: {basis}")
        return ({"sets": list(facts.values())} if facts else {}), comment

    def drafts(self, named: Container[str], ages: Mapping[str, str]) -> Iterator[Draft]:
        """Yield the populations that statements refer to and nothing else describes.

        :param named: the populations of statements.
        :param ages: population → its age in the words of the page.
        """
        heading = "People by the age that the page states"
        for name, words in ages.items():
            yield draft({"id": name, "prefLabel": words}, heading=heading)
            heading = ""
        if self.nobody in named and self.nobody not in self._known:
            yield draft(
                {
                    "id": self.nobody,
                    "prefLabel": "population not stated",
                    "note": "The page makes a claim and does not say for whom it holds.",
                },
                heading="People of whom the page says nothing",
            )


def _kept_in_words(age: Age, said: Said) -> str:
    """Return why an age is kept in its words, ``""`` if it becomes a range."""
    if claims.excludes(said):
        return "kept in its words, since people of this age may have been excluded"
    if age.words:
        return "kept in its words"
    return "" if age.of else "whose it is was not recognised"


def stated(fact: Mapping[str, Any]) -> str:
    """Return how old people are in the words of the page, of what :meth:`People.aged` sets."""
    return str(fact.get("ageDescription") or fact["ageRange"]["verbatim"])
