"""Numbers, ids and codes of the dataset can be traced to where they were noted; each is counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import yaml
from conftest import ROOT
from pyoxigraph import Literal, NamedNode

import kg

FACTS = ROOT.parent / "shared" / "facts"
needs_facts = pytest.mark.skipif(
    not FACTS.is_dir(), reason="the notes from which the dataset was written are not at hand"
)
RESULTS = {
    "F01": 2, "F02": 6, "F03": 1, "F04": 4, "F05": 5, "F06": 1, "F07": 3, "F08": 6, "F09": 3,
    "F10": 3, "F11": 2, "F12": 2, "F13": 1, "F14": 1, "F15": 4, "F16": 4, "F17": 2, "F18": 3,
    "F19": 1, "F20": 1, "F21": 2, "F22": 1, "F23": 1, "F24": 1, "F25": 3, "F26": 2, "F27": 2,
    "F28": 3, "F29": 3, "F30": 1, "F31": 1, "F32": 4, "F33": 1, "F34": 1, "F35": 1, "F36": 1,
    "F37": 1, "F38": 1, "F39": 1, "F40": 3, "F41": 1, "F42": 1,
}  # fmt: skip
"""Entry of the research → how many results it has; 91 in all."""
NUMBERS = ("participants", "studies", "randomised", "followUp")
IN_ESTIMATE = ("value", "ciLower", "ciUpper", "ciLevel", "pValue", "testStatistic")
IN_ARM = ("armParticipants", "armPercentage")
IN_RISK = ("riskWithComparator", "riskWithIntervention", "riskLower", "riskUpper")
IN_TEXT = re.compile(r"(?<![\d.])-?(?:\d[\d,]*(?:\.\d+)?|\.\d+)")


def identified(graph: kg.Graph) -> Iterator[tuple[NamedNode, str]]:
    for statement in graph.instances("Statement"):
        for identifier in graph.objects(statement, "identifier"):
            yield statement, identifier.value


# -- ids --------------------------------------------------------------------------------------


def test_every_statement_of_the_page_is_there_once(dataset: kg.Graph) -> None:
    found = Counter(i for _, i in identified(dataset) if re.fullmatch(r"S\d\d", i))
    assert found == {f"S{n:02}": 1 for n in range(1, 83)}


def test_every_result_of_the_research_is_there_once(dataset: kg.Graph) -> None:
    found = Counter(i for _, i in identified(dataset) if re.fullmatch(r"F\d\d\.\d+", i))
    expected = {f"{entry}.{n}": 1 for entry, most in RESULTS.items() for n in range(1, most + 1)}
    assert found == expected
    assert len(expected) == 91


def test_context_beside_the_results_is_marked(dataset: kg.Graph) -> None:
    known = re.compile(r"S\d\d|F\d\d(\.\d+(\.[b-z])?)?")
    assert {i for _, i in identified(dataset) if not known.fullmatch(i)} == {
        "F21.extra.1",  # X5: the effect of PPI did not last
        "F26.extra.1",  # X2: what the authors say of the pilot
        "F26.extra.2",
        "F29.extra.1",  # X12: the first trial of STEEP
        "F37.caveat",
        "S41.extra.1",  # what the sentence before a list says of each of its items
        "S41.extra.2",
        "S51.b",
    }


def test_parts_of_a_result_are_lettered_in_order(dataset: kg.Graph) -> None:
    """A result that reports arms or outcomes together is one finding for each of them."""
    found = sorted(i for _, i in identified(dataset) if re.fullmatch(r"F\d\d\.\d+\.[b-z]", i))
    assert found == sorted(
        f"{result}.{letter}"
        for result, letters in {
            "F09.1": "b", "F10.1": "b", "F10.2": "b", "F10.3": "b", "F13.1": "bcd", "F20.1": "b",
            "F21.1": "b", "F21.2": "b", "F28.2": "b",
            "F40.3": "b",
        }.items()
        for letter in letters
    )  # fmt: skip


@pytest.mark.parametrize("page", ["model.md", "attachment.md"])
def test_a_page_names_no_statement_that_is_not_there(page: str, dataset: kg.Graph) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    named = set(
        re.findall(r"\b(?:F\d\d\.(?:extra\.)?\d+(?:\.[b-z])?|S\d\d(?:\.b|\.extra\.\d)?)\b", text)
    )
    assert len(named) > 10
    assert named - {i for _, i in identified(dataset)} == set()


@needs_facts
def test_the_notes_have_as_many_results() -> None:
    entries = yaml.safe_load((FACTS / "findings.yaml").read_text(encoding="utf-8"))["findings"]
    assert {e["id"]: len(e["results"]) for e in entries} == RESULTS


# -- numbers ------------------------------------------------------------------------------------


def numbers(text: str) -> set[Decimal]:
    return {Decimal(found.replace(",", "")) for found in IN_TEXT.findall(text)}


def written(graph: kg.Graph, statement: NamedNode) -> Iterator[tuple[str, str]]:
    """Yield key and text of each number of a statement and of what is nested in it."""
    for node, keys in (
        (statement, NUMBERS),
        *((n, IN_ESTIMATE) for n in graph.objects(statement, "estimate")),
        *((n, IN_ARM) for n in graph.objects(statement, "arm")),
        *((n, IN_RISK) for n in graph.objects(statement, "absoluteEffect")),
    ):
        assert isinstance(node, NamedNode)
        for key in keys:
            for value in graph.objects(node, key):
                assert isinstance(value, Literal)
                yield key, value.value


def noted() -> dict[str, set[Decimal]]:
    """Return entry → every number noted for it, in whatever field."""
    entries = yaml.safe_load((FACTS / "findings.yaml").read_text(encoding="utf-8"))["findings"]
    return {entry["id"]: numbers(" ; ".join(_texts(entry))) for entry in entries}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    else:
        yield str(value)


@needs_facts
@pytest.mark.parametrize("entry", RESULTS)
def test_every_number_of_a_result_was_noted(dataset: kg.Graph, entry: str) -> None:
    known = noted()[entry]
    seen = 0
    for statement, identifier in identified(dataset):
        if identifier.startswith(entry):
            for key, text in written(dataset, statement):
                # A level of 0.95 is noted as 95%.
                found = {n * 100 for n in numbers(text)} if key == "ciLevel" else numbers(text)
                assert found <= known, f"{identifier}: {key} {text}"
                seen += 1
    assert (seen == 0) == (entry in WITHOUT_NUMBERS)


WITHOUT_NUMBERS = {"F19", "F25", "F30", "F34", "F35", "F36", "F37", "F41", "F42"}
"""Entries of which no result has a number in a field of its own."""


@needs_facts
def test_numbers_were_looked_at(dataset: kg.Graph) -> None:
    every = [n for statement, _ in identified(dataset) for n in written(dataset, statement)]
    assert len(every) > 200
    keys = Counter(key for key, _ in every)
    assert keys["value"] >= 40 and keys["ciLower"] == keys["ciUpper"] == 16
    assert keys["armPercentage"] == 8 and keys["riskWithIntervention"] == 4


@needs_facts
def test_every_total_of_a_study_or_a_review_was_noted(dataset: kg.Graph) -> None:
    known = noted()
    conflicts = yaml.safe_load((FACTS / "conflicts.yaml").read_text(encoding="utf-8"))["conflicts"]
    known |= {conflict["id"]: numbers(conflict["text"]) for conflict in conflicts}
    seen = 0
    for node in (*dataset.instances("Study"), *dataset.instances("Source")):
        names = [i.value for i in dataset.objects(node, "identifier")]
        found = {n for name in names for n in known.get(name, set())}
        for key in ("studyCount", "reviewTotal"):
            for count in dataset.objects(node, key):
                assert isinstance(count, NamedNode)
                (value,) = dataset.objects(count, "count")
                assert numbers(value.value) <= found, f"{dataset.short(node)}: {value.value}"
                seen += 1
    assert seen == 27


def test_a_total_of_a_review_is_not_repeated_on_its_results(dataset: kg.Graph) -> None:
    """Only the figure of F02.1 is said to rest on all that its review counts."""
    shared = set()
    for source in dataset.instances("Source"):
        totals = {
            count.value
            for node in dataset.objects(source, "reviewTotal")
            if isinstance(node, NamedNode)
            for count in dataset.objects(node, "count")
        }
        for line in dataset.subjects("source", source):
            for finding in dataset.subjects("evidenceLine", line):
                said = {text for key, text in written(dataset, finding) if key in NUMBERS}
                if said & totals:
                    shared.add(dataset.short(finding))
    assert shared == {"finding/f02-1"}


def test_a_number_that_was_not_noted_would_be_seen() -> None:
    assert numbers("95% CI -0.33 to .42; n = 1,757; 3-19") == {
        *map(Decimal, ("95", "-0.33", "0.42", "1757", "3", "19"))
    }
    assert numbers("0.34") != numbers("0.43")


# -- codes ----------------------------------------------------------------------------------------

SEEN = """
condition/reactive-attachment-disorder | icd-11 | 6B44 | close |
condition/reactive-attachment-disorder | icd-10 | F94.1 | close |
condition/reactive-attachment-disorder | mesh-2015 | D019962 | close |
condition/reactive-attachment-disorder | ncit | C118190 | close |
condition/disinhibited-social-engagement-disorder | icd-11 | 6B45 | related |
condition/disinhibited-social-engagement-disorder | icd-10 | F94.2 | related |
outcome/secure-attachment | mesh-2015 | D009769 | broad | object attachment
outcome/secure-attachment | bcio | BCIO_050955 | broad |
outcome/secure-attachment | mf | MF_0000058 | broad |
outcome/secure-attachment | snomed-gps-2020 | 713055004 | close | good attachment to primary caregiver
outcome/disorganised-attachment | snomed-gps-2020 | 715460006 | broad | poor attachment to primary caregiver
outcome/disorganised-attachment | snomed-gps-2020 | 704305004 | broad | impairment of caregiver child attachment
intervention/attachment-based-interventions | snomed-gps-2020 | 710141009 | related | promotion of caregiver child attachment
intervention/attachment-based-interventions | snomed-gps-2020 | 710879002 | related |
outcome/parenting-behaviour | mesh-2015 | D016487 | close |
outcome/parenting-behaviour | bcio | BCIO_050826 | close |
outcome/parenting-behaviour | snomed-gps-2020 | 405175009 | close |
intervention/evidence-based-parenting-interventions | snomed-gps-2020 | 414384004 | related | parenting education
outcome/parent-child-relationship | mesh-2015 | D010287 | related |
outcome/parent-child-relationship | snomed-gps-2020 | 737368006 | related |
outcome/parental-stress | mesh-2015 | D013315 | related |
outcome/parental-stress | snomed-gps-2020 | 300979000 | related | caregiver stress
condition/maternal-depression | mesh-2015 | D019052 | narrow |
condition/maternal-depression | mondo | MONDO_0005929 | narrow |
condition/maternal-depression | snomed-gps-2020 | 58703003 | narrow |
outcome/child-behaviour-problems | mesh-2015 | D002653 | related |
outcome/child-behaviour-problems | snomed-gps-2020 | 54319003 | related |
condition/oppositional-defiant-disorder | icd-11 | 6C90 | related |
condition/oppositional-defiant-disorder | hpo | HP_0010865 | related |
condition/oppositional-defiant-disorder | snomed-gps-2020 | 18941000 | related |
life-stage/infant | mesh-2015 | D007223 | related | infant
life-stage/child-preschool | mesh-2015 | D002675 | related | preschool
life-stage/child | mesh-2015 | D002648 | related | child
life-stage/infant | snomed-ct | 397669002 | related | age characteristic
life-stage/child-preschool | snomed-ct | 397669002 | related | age characteristic
life-stage/child | snomed-ct | 397669002 | related | age characteristic
"""  # noqa: E501
"""Concept, vocabulary, code, relation, and the label where one was seen with the code."""


def test_codes_and_labels_are_those_that_were_seen(dataset: kg.Graph) -> None:
    table = kg.query(dataset, "codes")
    places = [
        table.columns.index(c) for c in ("entity", "codeSystem", "code", "match", "codeLabel")
    ]
    found = [[row[n] for n in places] for row in table.texts()]
    coded = sorted([e, s.removeprefix("code-system/"), *rest] for e, s, *rest in found if rest[0])
    seen = [[cell.strip() for cell in line.split("|")] for line in SEEN.strip().splitlines()]
    assert coded == sorted(seen)
    assert len(coded) == 36


def test_codes_that_mislead_are_not_used(dataset: kg.Graph) -> None:
    codes = {q.object.value for q in dataset.asserted() if q.predicate.value.endswith("#code")}
    assert len(codes) == 34
    assert "279225001" not in codes  # maternity blues
    assert "D019958" not in codes  # broader than oppositional defiant disorder


def test_every_vocabulary_that_was_searched_in_vain_is_named(dataset: kg.Graph) -> None:
    table = kg.query(dataset, "codes", concept="outcome/parental-sensitivity")
    systems = [row[table.columns.index("codeSystem")] for row in table.texts()]
    assert systems == [
        f"code-system/{name}"
        for name in "bcio gmho hpo icd-10 icd-11 mesh-2015 mf mondo ncit snomed-gps-2020".split()  # noqa: SIM905
    ]
    assert {row[table.columns.index("searchedOn")] for row in table.texts()} == {"2026-11-24"}
