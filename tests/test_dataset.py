"""The bundled dataset: whole, quoted in place, open about what nobody has reviewed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT
from pyoxigraph import NamedNode

import kg
from kg import resources
from kg.evidence.findings import wordings
from kg.evidence.index import Index
from kg.ontology import CEKG
from kg.review import review_status, select

SEED = next(iter(sorted((ROOT.parent / "shared" / "seed").glob("*.txt"))), None)
needs_seed = pytest.mark.skipif(SEED is None, reason="the original page's text is not at hand")


def check(graph: kg.Graph, name: str) -> set[NamedNode]:
    node = NamedNode(f"{CEKG}QuoteCheck-{name}")
    return {q for q in graph.instances("Quote") if graph.value(q, "quoteCheck") == node}


def test_the_dataset_has_no_violations(report: kg.Report) -> None:
    assert [str(r) for r in report.results if r.severity == "violation"] == []


@pytest.mark.parametrize("number", range(1, 83))
def test_every_statement_of_the_page_is_there_with_its_places(
    dataset: kg.Graph, number: int
) -> None:
    statement = dataset.node(f"statement/s{number:02}")
    assert dataset.value(statement, "identifier").value == f"S{number:02}"  # type: ignore[union-attr]
    quoted = {
        dataset.short(source)
        for quote in dataset.objects(statement, "quote")
        if isinstance(quote, NamedNode)
        for source in dataset.objects(quote, "quotedFrom")
    }
    assert quoted == {"article/original", "article/own"}
    assert len(dataset.objects(statement, "section")) == 2


def test_statements_of_the_page_are_of_every_kind(dataset: kg.Graph) -> None:
    page = {dataset.node(f"statement/s{n:02}") for n in range(1, 83)}
    kinds = ("Recommendation", "Description", "Claim", "Caveat", "Disclaimer")
    counts = {kind: len(page & set(dataset.instances(kind))) for kind in kinds}
    assert sum(counts.values()) == 82
    assert all(counts.values())


def test_every_quote_of_our_article_matches_its_text(dataset: kg.Graph) -> None:
    own = set(dataset.subjects("quotedFrom", dataset.node("article/own")))
    assert len(own) >= 82
    assert own == check(dataset, "matches")


def test_the_text_of_the_original_page_is_not_in_the_graph(dataset: kg.Graph) -> None:
    quotes = dataset.subjects("quotedFrom", dataset.node("article/original"))
    assert len(quotes) == 82 + 5  # the claims of its lists quote a passage each, or two
    assert [q for q in quotes if dataset.value(q, "exact")] == []


def test_passages_of_the_page_have_position_and_digest(dataset: kg.Graph) -> None:
    for quote in dataset.subjects("quotedFrom", dataset.node("article/original")):
        assert dataset.value(quote, "start")
        assert dataset.value(quote, "end")
        assert dataset.value(quote, "exactDigest")


@needs_seed
def test_passages_of_the_page_are_where_the_graph_says() -> None:
    assert SEED
    graph = kg.load(resources.bundled_dataset(), copies={"article/original": SEED})
    original = set(graph.subjects("quotedFrom", graph.node("article/original")))
    assert original <= check(graph, "matches")


@needs_seed
def test_no_sentence_of_the_page_is_in_the_project() -> None:
    assert SEED
    words = SEED.read_text(encoding="utf-8").lower().split()
    runs = {" ".join(words[n : n + 9]) for n in range(len(words) - 8)}
    folders = ("datasets", "ontology", "shapes", "docs", "kg", "tests")
    files = [
        p
        for f in folders
        for p in (ROOT / f).rglob("*")
        if p.suffix in {".md", ".yaml", ".ttl", ".py", ".toml", ".tsv", ".rq"}
    ]
    assert len(files) > 100
    for path in files:
        found = path.read_text(encoding="utf-8").lower().split()
        copied = {" ".join(found[n : n + 9]) for n in range(len(found) - 8)} & runs
        assert copied == set(), path


def test_a_copy_that_differs_is_a_violation(tmp_path: Path) -> None:
    copy = tmp_path / "page.txt"
    copy.write_text("something else", encoding="utf-8")
    found = kg.validate(resources.bundled_dataset(), copies={"article/original": copy})
    assert found.codes()["QUO-008"] == 82 + 5


def test_a_copy_of_something_unknown_is_refused(tmp_path: Path) -> None:
    with pytest.raises(kg.UsageError, match="did you mean 'article/original'"):
        kg.load(resources.bundled_dataset(), copies={"article/orginal": tmp_path})


def test_the_digest_of_our_article_is_that_of_its_file(dataset: kg.Graph) -> None:
    text = (resources.bundled_dataset() / "article.md").read_bytes()
    digest = dataset.value(dataset.node("article/own"), "textDigest")
    assert digest
    assert digest.value == "sha256:" + hashlib.sha256(text).hexdigest()


def test_the_review_state_of_the_original_page_is_not_guessed(dataset: kg.Graph) -> None:
    assert review_status(dataset, dataset.node("article/original")) == "unknown"
    assert review_status(dataset, dataset.node("article/own")) == "submitted"


def test_nothing_is_approved_yet(dataset: kg.Graph) -> None:
    statuses = {review_status(dataset, s) for s in dataset.instances("Statement")}
    assert statuses == {"submitted"}


def test_every_statement_that_leaves_is_stamped(shown: kg.Graph) -> None:
    statements = shown.instances("Statement")
    assert len(statements) > 150
    stamps = {s: shown.value(s, "stamp") for s in statements}
    assert {stamp.value for stamp in stamps.values() if stamp} == {"UNREVIEWED: submitted"}
    assert all(stamps.values())


def test_only_limits_of_use_leave_without_approval(dataset: kg.Graph) -> None:
    part, count = select(dataset)
    left = set(part.instances("Statement"))
    limits = set(dataset.instances("Caveat")) | set(dataset.instances("Disclaimer"))
    assert left == limits
    assert count.shown == len(limits)
    assert part.instances("DerivedEdge")
    assert part.instances("Finding") == []


def test_the_twelve_to_twenty_four_months_are_as_written(dataset: kg.Graph) -> None:
    population = dataset.value(dataset.node("intervention/pcit-t"), "targetPopulation")
    assert isinstance(population, NamedNode)
    age = dataset.value(population, "ageRange")
    assert isinstance(age, NamedNode)
    keys = ("minAge", "maxAge", "unit", "minBound", "maxBound", "ageOf", "ageBasis")
    found = {k: dataset.short(v) for k in keys if (v := dataset.value(age, k))}
    assert found == {
        "minAge": "12",
        "maxAge": "24",
        "unit": "cekg:AgeUnit-mo",
        "minBound": "cekg:AgeBound-notStated",
        "maxBound": "cekg:AgeBound-notStated",
        "ageOf": "cekg:AgeSubject-child",
        "ageBasis": "cekg:AgeBasis-programmeTarget",
    }


def test_source_three_is_unresolved_and_source_six_unconfirmed(dataset: kg.Graph) -> None:
    third, sixth = dataset.node("source/citation-3"), dataset.node("source/citation-6")
    assert dataset.value(third, "unresolved").value == "true"  # type: ignore[union-attr]
    assert dataset.objects(third, "doi") == []
    confirmation = dataset.value(sixth, "confirmation")
    assert confirmation
    assert dataset.short(confirmation) != "cekg:Confirmation-verified"


def test_guidelines_and_research_are_apart(dataset: kg.Graph) -> None:
    parts = {}
    for slug in ("guidelines", "research"):
        part = dataset.value(dataset.node(f"section/original-{slug}"), "articlePart")
        parts[slug] = dataset.short(part) if part else ""
    assert parts == {
        "guidelines": "cekg:ArticlePart-guidelinePart",
        "research": "cekg:ArticlePart-researchPart",
    }


def test_warnings_have_a_place_and_a_hint(report: kg.Report) -> None:
    warnings = [r for r in report.results if r.severity == "warning"]
    assert warnings
    assert [r for r in warnings if not r.place or not r.hint] == []


def conditions_of(index: Index, statement: str) -> list[str]:
    """Return the conditions of the people whom a statement is about, or of one of a pair."""
    people = index.nodes(statement, "population")
    members = [m for p in people for key in ("childMember", "caregiverMember")
               for m in index.nodes(p, key)]  # fmt: skip
    return [c for p in (*people, *members) for c in index.nodes(p, "condition")]


def test_words_for_caregivers_keep_the_condition_that_a_statement_is_about(shown: kg.Graph) -> None:
    index = Index(shown)
    lost, named = [], 0
    for statement in index.instances("Statement"):
        words = {who: said.lower() for who, said in wordings(index, statement).items()}
        if not {"clinician", "caregiver"} <= words.keys():
            continue
        for condition in conditions_of(index, statement):
            names = [index.label(condition), *index.texts(condition, "altLabel")]
            said = {who: any(n.lower() in text for n in names) for who, text in words.items()}
            named += said["clinician"]
            if said["clinician"] and not said["caregiver"]:
                lost.append((index.short(statement), index.label(condition)))
    assert named > 4
    assert lost == []


def test_an_approved_statement_leaves_without_a_stamp(project: Callable[..., Path]) -> None:
    draft = (
        "- {id: agent/a, reviewRole: reviewer, conflictOfInterest: None declared.}\n"
        "- id: agent/author\n"
        "- id: description/d\n  creator: agent/author\n  reviewStatus: approved\n"
    )
    graph = kg.load(project(draft))
    digest = graph.value(graph.node("description/d"), "assertionDigest")
    assert digest
    event = (
        "- id: review-event/e\n  reviewed: description/d\n  toStatus: approved\n"
        f"  agent: agent/a\n  assertionDigest: {digest.value}\n"
    )
    part, count = select(kg.load(project(draft + event)))
    assert count.approved == count.shown == 1
    assert part.value(part.node("description/d"), "stamp") is None


def test_every_warning_of_the_dataset_is_explained(report: kg.Report) -> None:
    page = (ROOT / "docs" / "attachment.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| ([A-Z]{3}-\d{3}) \|", page, re.M))
    assert told == {r.code for r in report.results if r.severity == "warning"}
