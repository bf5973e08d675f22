"""Where engines disagree: one small case each, decided by the specification, with the reason.

``agreeing`` names the engines of :mod:`peers` that gave the decided answer when the case was
written. They must go on doing so; the others may learn it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import peers
import pytest

SH_FOCUS = "sh:targetSubjectsOf :p ; sh:path :p"


@dataclass(frozen=True)
class Decided:
    """A case: ``rows`` are component and value of each result, with repetitions."""

    name: str
    shape: str
    data: str
    rows: tuple[tuple[str, str], ...]
    agreeing: tuple[str, ...]
    reason: str


def integer(text: str) -> str:
    return f'"{text}"^^<http://www.w3.org/2001/XMLSchema#integer>'


def typed(text: str, kind: str) -> str:
    return f'"{text}"^^<http://www.w3.org/2001/XMLSchema#{kind}>'


LONG = "0.1234567890123456789012345678901234567890124"
CASES = (
    Decided(
        "language-tagged text is not compared with plain text",
        f'{SH_FOCUS} ; sh:minInclusive "a"',
        ':a :p "b" , "b"@en .',
        (("MinInclusive", '"b"@en'),),
        (),
        "SPARQL 1.1 section 17.3 orders xsd:string alone; an error is a violation (SHACL 4.3)",
    ),
    Decided(
        "language-tagged text is not at most itself",
        f"{SH_FOCUS} ; sh:lessThanOrEquals :p",
        ':a :p "b"@en .',
        (("LessThanOrEquals", '"b"@en'),),
        (),
        "<= is not defined for rdf:langString, and what cannot be compared violates (4.5.4)",
    ),
    Decided(
        "plain text is not compared with a number",
        f"{SH_FOCUS} ; sh:lessThan :q",
        ':a :p "1" ; :q 2 .',
        (("LessThan", '"1"'),),
        ("pyshacl", "shacl"),
        "values that cannot be compared are violations (4.5.3)",
    ),
    Decided(
        "plain text is not compared with language-tagged text",
        f"{SH_FOCUS} ; sh:lessThan :q",
        ':a :p "1" ; :q "a"@en .',
        (("LessThan", '"1"'),),
        (),
        "values that cannot be compared are violations (4.5.3)",
    ),
    Decided(
        "a byte of 300 has no value to compare",
        f"{SH_FOCUS} ; sh:maxInclusive 1000",
        ':a :p "300"^^xsd:byte , "12"^^xsd:byte .',
        (("MaxInclusive", typed("300", "byte")),),
        (),
        "an ill-typed literal has no value (RDF 1.1 Concepts 3.3), so < is an error",
    ),
    Decided(
        "a bound that is ill-typed bounds nothing",
        f'{SH_FOCUS} ; sh:minExclusive "-1"^^xsd:nonNegativeInteger',
        ":a :p 1 .",
        (("MinExclusive", integer("1")),),
        ("pyshacl",),
        "an ill-typed literal has no value (RDF 1.1 Concepts 3.3), so < is an error",
    ),
    Decided(
        "a number is not below a year",
        f'{SH_FOCUS} ; sh:maxExclusive "2020"^^xsd:gYear',
        ":a :p 1.5 .",
        (("MaxExclusive", typed("1.5", "decimal")),),
        ("shacl",),
        "values that cannot be compared are violations (4.3)",
    ),
    Decided(
        "years are ordered",
        f"{SH_FOCUS} ; sh:lessThanOrEquals :q",
        ':a :p "2020"^^xsd:gYear ; :q "2020"^^xsd:gYear , "2021"^^xsd:gYear .',
        (),
        ("pyshacl",),
        "SPARQL 17.3.1 lets an engine order more types; XML Schema orders xsd:gYear",
    ),
    Decided(
        "a date that does not exist is not compared",
        f'{SH_FOCUS} ; sh:minInclusive "2020-01-01"^^xsd:date',
        ':a :p "2020-02-30"^^xsd:date , "2020-02-29"^^xsd:date .',
        (("MinInclusive", typed("2020-02-30", "date")),),
        ("pyshacl", "shacl"),
        "an ill-typed literal has no value (RDF 1.1 Concepts 3.3), so < is an error",
    ),
    Decided(
        "a time with a zone and one without, close together",
        f'{SH_FOCUS} ; sh:minInclusive "2020-01-01T00:00:00"^^xsd:dateTime',
        ':a :p "2020-01-01T10:00:00Z"^^xsd:dateTime .',
        (("MinInclusive", typed("2020-01-01T10:00:00Z", "dateTime")),),
        ("pyshacl", "shacl"),
        "within 14 hours neither is known to be first (XML Schema 1.1, 3.3.7)",
    ),
    Decided(
        "a time with a zone and one without, far apart",
        f'{SH_FOCUS} ; sh:minInclusive "2020-01-01T00:00:00"^^xsd:dateTime',
        ':a :p "2020-01-02T10:00:00Z"^^xsd:dateTime .',
        (),
        ("shacl",),
        "beyond 14 hours the order holds in every zone (XML Schema 1.1, 3.3.7)",
    ),
    Decided(
        "a blank node is not compared",
        f"{SH_FOCUS} ; sh:lessThan :q",
        ":a :p _:x ; :q 1 .",
        (("LessThan", "_:"),),
        ("shacl",),
        "values that cannot be compared are violations (4.5.3), not failures",
    ),
    Decided(
        "each pair out of order is a result",
        f"{SH_FOCUS} ; sh:lessThan :q",
        ":a :p 1 , 5 ; :q 3 , 4 .",
        (("LessThan", integer("5")), ("LessThan", integer("5"))),
        ("pyshacl", "shacl"),
        "one result for each pair of values (4.5.3)",
    ),
    Decided(
        "a whole number with leading zeros is another term",
        f"{SH_FOCUS} ; sh:hasValue 1 ; sh:in ( 1 )",
        ':a :p "01"^^xsd:integer .',
        (("HasValue", ""), ("In", integer("01"))),
        ("pyshacl", "shacl"),
        "sh:hasValue and sh:in compare terms, not values (4.8.2, 4.8.3)",
    ),
    Decided(
        "a decimal may have any number of digits",
        f"{SH_FOCUS} ; sh:datatype xsd:decimal ; sh:minExclusive {LONG[:-1]}3",
        f":a :p {LONG} .",
        (),
        ("pyshacl",),
        "the lexical space of xsd:decimal has no limit (XML Schema 1.1, 3.3.3)",
    ),
    Decided(
        "a decimal has no exponent",
        f"{SH_FOCUS} ; sh:datatype xsd:decimal",
        ':a :p "1e0"^^xsd:decimal .',
        (("Datatype", typed("1e0", "decimal")),),
        ("shacl",),
        "an exponent is not in the lexical space of xsd:decimal (XML Schema 1.1, 3.3.3)",
    ),
    Decided(
        "white space round a number makes it ill-typed",
        f"{SH_FOCUS} ; sh:datatype xsd:integer",
        ':a :p " 1"^^xsd:integer .',
        (("Datatype", integer(" 1")),),
        ("shacl",),
        "RDF takes the lexical space as it is, before white space is collapsed",
    ),
    Decided(
        "NaN is neither below nor above anything",
        f'{SH_FOCUS} ; sh:minInclusive "NaN"^^xsd:double ; sh:maxInclusive "INF"^^xsd:double',
        ':a :p "NaN"^^xsd:double .',
        (
            ("MinInclusive", typed("NaN", "double")),
            ("MaxInclusive", typed("NaN", "double")),
        ),
        ("shacl",),
        "comparisons with NaN are false (XPath functions, op:numeric-less-than)",
    ),
    Decided(
        "characters outside the basic plane count once",
        f'{SH_FOCUS} ; sh:maxLength 1 ; sh:pattern "^.$"',
        ':a :p "😀" .',
        (),
        ("pyshacl", "shacl"),
        "STRLEN and regular expressions count characters, not UTF-16 units (4.4)",
    ),
    Decided(
        "a blank node has no length, not even none",
        f"{SH_FOCUS} ; sh:minLength 0",
        ":a :p _:x .",
        (("MinLength", "_:"),),
        ("shacl",),
        "for blank nodes there is a result in any case (4.4.1)",
    ),
    Decided(
        "language tags are alike in any case",
        f"{SH_FOCUS} ; sh:uniqueLang true",
        ':a :p "a"@en , "b"@EN .',
        (("UniqueLang", ""),),
        ("pyshacl", "shacl"),
        "language tags are compared without regard to case (RDF 1.1 Concepts 3.3)",
    ),
    Decided(
        "a sequence backwards starts at its end",
        "sh:targetNode :c ; sh:path [ sh:inversePath ( :p :q ) ] ; sh:nodeKind sh:Literal",
        ":a :p :b . :b :q :c .",
        (("NodeKind", "<http://example.org/a>"),),
        ("shacl",),
        "^(p/q) is ^q/^p (SPARQL 1.1 section 9.1)",
    ),
    Decided(
        "a closed property shape closes its value nodes",
        f"{SH_FOCUS} ; sh:closed true",
        ":a :p :b . :b :q 1 .",
        (("Closed", integer("1")),),
        ("pyshacl",),
        "the triples of each value node are looked at (4.8.1), not those of the focus node",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Decided) -> None:
    shapes = f":s a sh:PropertyShape ; {case.shape} ."

    def rows(found: Counter[peers.Row] | None) -> Counter[tuple[str, str]] | None:
        if found is None:
            return None
        return Counter(
            (component.removesuffix("ConstraintComponent"), value)
            for _, component, _, value in found.elements()
        )

    decided = Counter(case.rows)
    assert case.reason
    assert rows(peers.ours(case.data, shapes)) == decided
    engines = {"pyshacl": peers.pyshacl, "shacl": peers.shacl}
    agreeing = {n for n, run in engines.items() if rows(run(case.data, shapes)) == decided}
    assert agreeing >= set(case.agreeing)


def test_the_list_is_not_cut_short() -> None:
    assert len(CASES) == 23
    assert sum(len(case.agreeing) < 2 for case in CASES) > 10
