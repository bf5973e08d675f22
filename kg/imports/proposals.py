"""What is proposed for a sentence of a page: a claim, advice, a description, a disclaimer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from kg.imports import claims, page_matter
from kg.imports.known import Known
from kg.imports.page import CONTENT, Page, Section, Sentence
from kg.imports.people import People
from kg.text.ages import ages
from kg.text.cues import Said
from kg.text.names import Name


class Proposal(NamedTuple):
    """What is proposed for a sentence: the end of the id, values, and lines of the comment.

    ``phrases`` look like interventions and are not known.
    """

    suffix: str
    values: dict[str, Any]
    comment: list[str]
    phrases: Sequence[str] = ()


class Proposals:
    """Proposes the values of records for the sentences of a page.

    :param article: the id of the page.
    """

    def __init__(self, page: Page, known: Known, people: People, article: str) -> None:
        self.page, self.known, self.people, self.article = page, known, people, article

    def of(self, sentence: Sentence, section: Section, said: str) -> Iterator[Proposal]:
        """Yield what is proposed for a sentence."""
        comment = _reach(sentence)
        values = self._matter(sentence, section.role, said)
        if values:
            yield Proposal("", values, comment)
            return
        start, end = sentence.start, sentence.end
        found, phrases = self.known.find(start, end)
        stated = ages(self.page.text, start, end)
        words = claims.read(said)
        comment += [self.known.how(n) for n in found]
        aged, lines = self.people.aged(stated, words, section.role)
        ranges = [f["about"] for f in aged.get("sets", []) if "ageRange" in f]
        comment += lines
        practices, outcomes, people = self.known.meant(found)
        people = ranges or people
        base: dict[str, Any] = {"claimedStrength": claims.strength(words)}
        if claims.limits(words):
            comment.append("may state a harm or a contraindication: if so, make it a Caveat")
        if practices and outcomes and claims.claims_effect(words) and not claims.is_advice(words):
            named = practices, outcomes, people
            made = self._claims(sentence, words, base | aged, found, named)
            for number, (suffix, values, how) in enumerate(made):
                yield Proposal(
                    suffix, values, how if number else comment + how, () if number else phrases
                )
            return
        if len(people) == 1:
            aged["population"] = people[0]
        if practices and claims.is_advice(words):
            against = "against" if words.has("against") else "for"
            values = {
                "type": "Recommendation",
                **base,
                "recommends": practices,
                "direction": against,
            }
            values |= {
                "strength": "notGraded",
                **({"outcome": outcomes} if outcomes else {}),
                **aged,
            }
            yield Proposal("", values, comment, phrases)
            return
        kind = claims.description_kind(words, section.name)
        about = practices or outcomes or people or [self.article]
        others = {"outcome": outcomes} if outcomes and about != outcomes else {}
        if len(about) > 1:
            comment.append(f"also about {', '.join(about[1:])}")
        values = {"type": "Description", **base, "descriptionKind": kind, "describes": about[0]}
        yield Proposal("", {**values, **others, **aged}, comment, phrases)

    def _matter(self, sentence: Sentence, role: str, said: str) -> dict[str, Any]:
        """Return what a sentence says of the page, nothing if it is about medicine."""
        if role in CONTENT or sentence.marks:
            is_matter = page_matter.is_certain(said)
            return page_matter.matter(page_matter.read(said), "", self.article) if is_matter else {}
        values = page_matter.matter(page_matter.read(said), role, self.article)
        is_feature = values.get("descriptionKind") == "pageFeature"
        return {} if is_feature and role == "whole" else values

    def _claims(
        self,
        sentence: Sentence,
        words: Said,
        base: dict[str, Any],
        found: list[Name],
        named: tuple[list[str], list[str], list[str]],
    ) -> Iterator[tuple[str, dict[str, Any], list[str]]]:
        """Yield a claim for each outcome, on the practice that the sentence names first."""
        said = self.page.said(sentence)
        practices, outcomes, people = named
        others = ", ".join(practices[1:])
        also = [f"also names {others}: a claim has one practice"] if others else []
        places = {
            entity: (name.end if name.reworded else name.start) - sentence.start
            for name in reversed(found)
            for entity in name.entities
        }
        for number, outcome in enumerate(outcomes):
            place = places[outcome]
            way = claims.direction(
                words, said[:place], self.known.notation(outcome, "desirability")
            )
            values = {
                "type": "Claim",
                **base,
                "intervention": practices[0],
                "population": people[0] if len(people) == 1 else self.people.nobody,
                "outcome": outcome,
                "effectDirection": way.notation,
                "contrast": "notStated",
                "studyDesign": "notStated",
            }
            suffix = f".{number + 1}" if len(outcomes) > 1 else ""
            if way.is_aim:
                values = {
                    "type": "Description",
                    **base,
                    "claimedStrength": "aim",
                    "descriptionKind": "aim",
                }
                values |= {"describes": practices[0], "outcome": outcome}
            yield suffix, values, [*(also if not number else ()), f"{way.notation}: {way.how}"]


def _reach(sentence: Sentence) -> list[str]:
    numbers = ", ".join(sentence.numbers)
    if not numbers:
        return []
    where = {
        "sentenceEnd": "at the end of the sentence",
        "bulletEnd": "at the end of the list item",
        "ownMarker": "within the sentence",
        "ambiguous": "after another sentence",
    }[sentence.basis]
    doubt = f"; {sentence.doubt}" if sentence.doubt else ""
    return [f"mark {numbers} {where}{doubt}"]
