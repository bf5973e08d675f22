"""Entities in the terms of https://schema.org, as far as these mean the same.

A type has a property only where schema.org has it there. The level of evidence of a
recommendation comes from the designs behind it and from nothing else, as schema.org defines it
(https://schema.org/MedicalEvidenceLevel); it is not a rating of certainty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kg.contract import Fidelity
from kg.evidence.findings import Finding, doubt, findings_of, sources, wordings
from kg.evidence.index import Index, unique
from kg.evidence.stated import PATH, remarks
from kg.retraction import most_severe

FIDELITY = Fidelity(
    keeps=(
        *("altLabel", "authors", "doi", "pmid", "pmcid", "isbn", "url", "year"),
        *("publishedIn", "volume", "issue", "sourceType"),
    ),
    changes={
        "Entity": "an entity of the closest type, with its own class as additionalType",
        "Finding": "a Claim that says it is a finding of research",
        "prefLabel": "one name, English if there is one; others as alternateName",
        "title": "the name",
        "abbreviation": "an alternateName",
        "definition": "the description",
        "wording": "the words for clinicians as text",
        "recommends": "guidelineSubject where schema.org takes it, and about",
        "strength": "recommendationStrength, in words",
        "studyDesign": "evidenceLevel of the recommendations that rest on it",
        "codeMapping": "a MedicalCode, where the mapping is exact",
        "Citation": "an element of the page with its marker as name and its source as citation",
        "ReviewEvent": "an Action with its agent, time and object",
        **dict.fromkeys(("marker", "citedSource", "citingArticle"), "name, citation and isPartOf"),
        **dict.fromkeys(("agent", "time", "reviewed"), "agent, endTime and object"),
        **dict.fromkeys(("sectionOf", "parentSection"), "isPartOf"),
        "agentType": "the closest type",
        "pages": "pagination, where the type has it",
        **dict.fromkeys(("intervention", "comparator", "outcome", "population"), "about"),
        "evidenceLine": "citation",
        "reviewStatus": "creativeWorkStatus, in words",
        "retractionStatus": "creativeWorkStatus, in words, of a source that is retracted, "
        "corrected or of concern",
        "stamp": "disambiguatingDescription, of entities with facts too",
        "modified": "dateModified",
        "languages": "named for further names in another one than that of the name",
        "datatypes": "text",
        "asserted-derived": "not distinguished",
    },
    others="schema.org has no term of its meaning",
)
CONTEXT = "https://schema.org"
SHOWN = ("definition", "condition")
"""Facts of entities that schema.org has terms for."""
NEEDS = (("^recommends",), ("^citingArticle",), ("recommends", "^intervention"), PATH)
"""Paths to what is said elsewhere of an entity and is a property of it in schema.org."""
TYPES: Mapping[str, tuple[str, ...]] = {
    "Intervention": ("MedicalTherapy",),
    "Condition": ("MedicalCondition",),
    "Study": ("MedicalStudy",),
    "Article": ("MedicalWebPage",),
    "Recommendation": ("MedicalGuidelineRecommendation", "Claim"),
    "Statement": ("Claim",),
    "Population": ("PeopleAudience",),
    "Section": ("WebPageElement",),
    "Citation": ("WebPageElement",),
    "ReviewEvent": ("Action",),
    "KnowledgeGraph": ("Dataset",),
}
"""Class → the closest types, most special first; a source has its own, others are a DefinedTerm."""
SOURCES: Mapping[str, str] = {
    **dict.fromkeys(
        ("systematicReview", "narrativeReview", "trialReport", "journalArticle"),
        "ScholarlyArticle",
    ),
    **dict.fromkeys(
        ("clinicalGuideline", "clinicalReport", "qualityStandard", "surveyReport"), "Report"
    ),
    **dict.fromkeys(("clearinghouseRecord", "webPage"), "WebPage"),
    "bookChapter": "Chapter",
}
"""Type of a source → the closest type; all others are a CreativeWork."""
AGENTS: Mapping[str, str] = {
    "person": "Person",
    "organization": "Organization",
    "software": "SoftwareApplication",
}
IDENTIFIERS: Mapping[str, str] = {
    "doi": "https://doi.org/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    "pmcid": "https://www.ncbi.nlm.nih.gov/pmc/articles/",
}
"""Identifier of a source → what makes an address of it, for ``sameAs``."""
_WORKS = {"MedicalWebPage", "Claim", "Dataset", "CreativeWork", "Chapter", *SOURCES.values()}
_PAGED = {"ScholarlyArticle", "Report", "Chapter"}
_MEDICAL = {"MedicalTherapy", "MedicalCondition", "MedicalStudy"}
_RANDOMISED = {"randomisedTrial", "clusterRandomisedTrial"}
_WEAKER = {"quasiExperiment", "openTrial", "prePost", "correlational"}
_LEVEL = CONTEXT + "/EvidenceLevel"

Thing = dict[str, Any]


class SchemaOrg:
    """Writes entities in the terms of schema.org."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.findings = findings_of(index.graph)

    def types(self, iri: str) -> tuple[str, ...]:
        """Return the types of an entity, most special first."""
        index = self.index
        if index.is_a(iri, "Source"):
            return (SOURCES.get(index.notation(iri, "sourceType"), "CreativeWork"),)
        if index.is_a(iri, "Agent"):
            return (AGENTS.get(index.notation(iri, "agentType"), "Organization"),)
        return next((t for c, t in TYPES.items() if index.is_a(iri, c)), ("DefinedTerm",))

    def thing(self, iri: str) -> Thing:
        """Return an entity, without a context; a value that is not known is left out."""
        index, types, known = self.index, self.types(iri), self.index.ontology.classes
        found: Thing = {
            "@type": types[0] if len(types) == 1 else list(types),
            "@id": iri,
            "additionalType": [
                *(known[k].iri for k in index.kinds(iri) if k in known),
                *index.nodes(iri, "sourceType"),
            ],
            "name": self._name(iri),
            "alternateName": self._other_names(iri),
            "description": index.text(iri, "definition"),
            "disambiguatingDescription": "; ".join(remarks(index, iri, *SHOWN)),
        }
        if not _WORKS.isdisjoint(types):
            found |= self._work(iri)
        if index.is_a(iri, "Source"):
            found |= self._source(iri)
        if index.is_a(iri, "Statement"):
            found |= self._statement(iri)
        if index.is_a(iri, "Recommendation"):
            found |= self._recommendation(iri)
        if index.is_a(iri, "Article"):
            found |= self._article(iri)
        if not _MEDICAL.isdisjoint(types):
            found |= self._medical(iri)
        if "PeopleAudience" in types:
            found["healthCondition"] = _these(index.nodes(iri, "condition"))
        if "WebPageElement" in types:
            found |= self._element(iri)
        if "Action" in types:
            found |= self._action(iri)
        return {name: _one(value) for name, value in found.items() if value}

    def _name(self, iri: str) -> str:
        """Return what an entity is called; an id alone is no name."""
        found = self.index.text(iri, "marker") or self.index.label(iri)
        return found if found != self.index.short(iri) else ""

    def _other_names(self, iri: str) -> list[str | Thing]:
        """Return further names; one in another language than the name itself says so."""
        index, label = self.index, self.index.label(iri)
        every = dict.fromkeys(
            (text, value.language)
            for key in ("title", "prefLabel", "altLabel", "abbreviation")
            for text, value in zip(index.texts(iri, key), index.literals(iri, key), strict=True)
        )
        own = {language for text, language in every if text == label} | {None}
        return [
            text if language in own else {"@value": text, "@language": language}
            for text, language in every
            if text != label
        ]

    def _work(self, iri: str) -> Thing:
        index, own = self.index, self.index.text(self.index.base, "license")
        kept = "effectiveStatus" if index.values(iri, "effectiveStatus") else "reviewStatus"
        return {
            "disambiguatingDescription": index.text(iri, "stamp"),
            "creativeWorkStatus": index.words(iri, kept),
            "dateModified": index.text(iri, "modified"),
            "license": index.text(iri, "license") or (own if index.is_a(iri, "Statement") else ""),
        }

    def _source(self, iri: str) -> Thing:
        index = self.index
        known = [(key, start, index.text(iri, key)) for key, start in IDENTIFIERS.items()]
        known.append(("isbn", "urn:isbn:", index.text(iri, "isbn")))
        told = most_severe([index.notation(iri, "retractionStatus")])
        return {
            "creditText": index.text(iri, "authors"),
            "datePublished": index.text(iri, "year"),
            "isPartOf": self._container(iri),
            "pagination": index.text(iri, "pages") if self.types(iri)[0] in _PAGED else "",
            "sameAs": [start + text for _, start, text in known if text],
            "url": index.texts(iri, "url"),
            "creativeWorkStatus": index.words(iri, "retractionStatus") if told else "",
            "disambiguatingDescription": doubt(index, iri),
        }

    def _container(self, iri: str) -> Thing | None:
        """Return the issue, volume and series that a source is in, as far as they are known."""
        index = self.index
        found: Thing | None = None
        for kind, key, name in (
            ("Periodical", "publishedIn", "name"),
            ("PublicationVolume", "volume", "volumeNumber"),
            ("PublicationIssue", "issue", "issueNumber"),
        ):
            if text := index.text(iri, key):
                within = {"isPartOf": found} if found else {}
                found = {"@type": kind, name: text, **within}
        return found

    def _statement(self, iri: str) -> Thing:
        index, finding = self.index, kind_of(self.index, iri)
        keys = ("recommends", "describes", "intervention", "comparator", "outcome", "population")
        status = [finding, index.text(iri, "stamp")]
        return {
            "text": wordings(index, iri).get("clinician", "") or index.text(iri, "text"),
            "disambiguatingDescription": "; ".join(filter(None, status)),
            "about": _these(unique(n for key in keys for n in index.nodes(iri, key))),
            "citation": _these(sources(index, index.nodes(iri, "evidenceLine"))),
            "identifier": index.text(iri, "identifier"),
        }

    def _recommendation(self, iri: str) -> Thing:
        index = self.index
        subjects = index.nodes(iri, "recommends")
        graded = index.notation(iri, "strength") not in ("", "notGraded")
        return {
            "guidelineSubject": _these(
                s for s in subjects if not _MEDICAL.isdisjoint(self.types(s))
            ),
            "recommendationStrength": index.words(iri, "strength") if graded else "",
            "evidenceLevel": self.level(iri),
        }

    def level(self, recommendation: str) -> str:
        """Return the level of evidence of a recommendation, or nothing if it is not known.

        What counts are findings on what is recommended, from the sources that the recommendation
        rests on; a source in doubt does not count. Of several practices the weakest one counts.
        """
        index = self.index
        lines = index.nodes(recommendation, "evidenceLine")
        known = {s for s in sources(index, lines) if not doubt(index, s)}
        levels = [
            self._level([f for f in self.findings.of(p, "intervention") if known & {*f.sources}])
            for p in index.nodes(recommendation, "recommends")
        ]
        return _LEVEL + max(levels) if levels and all(levels) else ""

    def _level(self, findings: Iterable[Finding]) -> str:
        """Return the letter for the designs of findings, or nothing."""
        every, trials, several = set[str](), set[str](), False
        for finding in findings:
            designs = _designs(self.index, finding.iri)
            every |= designs
            if designs & _RANDOMISED:
                trials.update(finding.studies or finding.sources)
                several |= self.index.text(finding.iri, "studies") not in ("", "0", "1")
        if "metaAnalysis" in every or several or len(trials) > 1:
            return "A"
        if every & (_RANDOMISED | _WEAKER):
            return "B"
        return "C" if "guideline" in every else ""

    def _article(self, iri: str) -> Thing:
        index = self.index
        question = index.text(iri, "question")
        cited = [
            source
            for citation in index.subjects(iri, "citingArticle")
            for source in index.nodes(citation, "citedSource")
        ]
        return {
            "mainEntity": {"@type": "Question", "name": question} if question else None,
            "citation": _these(unique(cited)),
            "isBasedOn": _these(index.nodes(iri, "wasDerivedFrom")),
            "inLanguage": index.text(iri, "language"),
        }

    def _element(self, iri: str) -> Thing:
        index = self.index
        within = ("parentSection",) if index.nodes(iri, "parentSection") else ("sectionOf",)
        keys = (*within, "citingArticle")
        return {
            "isPartOf": _these(unique(n for key in keys for n in index.nodes(iri, key))),
            "citation": _these(index.nodes(iri, "citedSource")),
        }

    def _action(self, iri: str) -> Thing:
        index = self.index
        return {
            "agent": _these(index.nodes(iri, "agent")),
            "endTime": index.text(iri, "time"),
            "object": _these(index.nodes(iri, "reviewed")),
        }

    def _medical(self, iri: str) -> Thing:
        index = self.index
        codes = [
            {
                "@type": "MedicalCode",
                "codeValue": index.text(node, "code"),
                "codingSystem": index.words(node, "codeSystem"),
            }
            for node in index.nodes(iri, "codeMapping")
            if index.notation(node, "mappingRelation") == "exact" and index.text(node, "code")
        ]
        return {"code": codes, "guideline": _these(index.subjects(iri, "recommends"))}


def kind_of(index: Index, iri: str) -> str:
    """Return what a statement is, in words, so that nothing is read as more than that."""
    if index.is_a(iri, "Finding"):
        return "Finding of research"
    if index.is_a(iri, "Claim"):
        return "Claim of a page, not a finding of research"
    words = index.term_label(index.kind(iri)).capitalize()
    return f"{words} {index.words(iri, 'direction')}".rstrip()


def _designs(index: Index, finding: str) -> set[str]:
    terms = index.ontology.by_iri
    return {terms[d].name for d in index.nodes(finding, "studyDesign") if d in terms}


def _these(iris: Iterable[str]) -> list[Thing]:
    return [{"@id": iri} for iri in iris]


def _one(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value
