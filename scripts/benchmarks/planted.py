"""A clinical graph of any size in our ontology, with planted faults, and the shapes they break.

Every unit is one finding with its source, quote, wording, estimate and age; every fault breaks one
rule once, so the number of results that an engine must find is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from kg.ontology import CEKG, RDF, XSD

EXAMPLE = "https://example.org/g/"
EVERY = 28
"""One unit of so many has a fault, about one statement in a thousand."""
PRACTICES, OUTCOMES = 997, 211

SHAPES = f"""
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <{XSD}> .
@prefix rdf: <{RDF}> .
@prefix cekg: <{CEKG}> .
@prefix b: <https://example.org/shapes/> .

b:Source a sh:NodeShape ; sh:targetClass cekg:Source ;
    sh:or ( [ sh:path cekg:doi ; sh:minCount 1 ] [ sh:path cekg:pmid ; sh:minCount 1 ] ) ;
    sh:property b:doi , b:year , b:checkedOn , b:authors .
b:doi a sh:PropertyShape ; sh:path cekg:doi ; sh:maxCount 1 ; sh:pattern "^10\\\\.[0-9]{{4,9}}/" .
b:year a sh:PropertyShape ; sh:path cekg:year ; sh:minCount 1 ; sh:datatype xsd:gYear .
b:checkedOn a sh:PropertyShape ; sh:path cekg:checkedOn ; sh:datatype xsd:date .
b:authors a sh:PropertyShape ; sh:path cekg:authors ; sh:minCount 1 ; sh:datatype xsd:string .

b:Finding a sh:NodeShape ; sh:targetClass cekg:Finding ;
    sh:property b:status , b:quote , b:wording , b:direction , b:practice , b:outcome , b:studies ,
        b:participants , b:estimate .
b:status a sh:PropertyShape ; sh:path cekg:reviewStatus ; sh:minCount 1 ; sh:maxCount 1 ;
    sh:nodeKind sh:IRI .
b:quote a sh:PropertyShape ; sh:path cekg:quote ; sh:minCount 1 ; sh:class cekg:Quote .
b:wording a sh:PropertyShape ; sh:path cekg:wording ; sh:minCount 1 ; sh:class cekg:Wording .
b:direction a sh:PropertyShape ; sh:path cekg:effectDirection ; sh:minCount 1 ; sh:in (
    cekg:EffectDirection-increase cekg:EffectDirection-decrease cekg:EffectDirection-mixed ) .
b:practice a sh:PropertyShape ; sh:path cekg:intervention ; sh:minCount 1 ;
    sh:class cekg:Practice .
b:outcome a sh:PropertyShape ; sh:path cekg:outcome ; sh:minCount 1 ; sh:class cekg:Outcome .
b:studies a sh:PropertyShape ; sh:path cekg:studies ; sh:datatype xsd:integer ;
    sh:minInclusive 1 ; sh:maxInclusive 100000 .
b:participants a sh:PropertyShape ; sh:path cekg:participants ; sh:datatype xsd:integer .
b:estimate a sh:PropertyShape ; sh:path cekg:estimate ; sh:maxCount 1 ;
    sh:class cekg:EffectEstimate .

b:Estimate a sh:NodeShape ; sh:targetClass cekg:EffectEstimate ; sh:closed true ;
    sh:ignoredProperties ( rdf:type ) ; sh:property b:value , b:lower , b:upper .
b:value a sh:PropertyShape ; sh:path cekg:value ; sh:minCount 1 ; sh:datatype xsd:decimal .
b:lower a sh:PropertyShape ; sh:path cekg:ciLower ; sh:datatype xsd:decimal .
b:upper a sh:PropertyShape ; sh:path cekg:ciUpper ; sh:datatype xsd:decimal .

b:Quote a sh:NodeShape ; sh:targetClass cekg:Quote ; sh:property b:from , b:start , b:end .
b:from a sh:PropertyShape ; sh:path cekg:quotedFrom ; sh:minCount 1 ; sh:class cekg:Source .
b:start a sh:PropertyShape ; sh:path cekg:start ; sh:minCount 1 ; sh:datatype xsd:integer ;
    sh:lessThan cekg:end .
b:end a sh:PropertyShape ; sh:path cekg:end ; sh:minCount 1 ; sh:datatype xsd:integer .

b:Wording a sh:NodeShape ; sh:targetClass cekg:Wording ; sh:property b:text , b:audience .
b:text a sh:PropertyShape ; sh:path cekg:text ; sh:minCount 1 ; sh:uniqueLang true ;
    sh:languageIn ( "en" "de" ) .
b:audience a sh:PropertyShape ; sh:path cekg:audience ; sh:minCount 1 ; sh:nodeKind sh:IRI .

b:Age a sh:NodeShape ; sh:targetClass cekg:AgeRange ; sh:property b:minAge , b:maxAge , b:verbatim .
b:minAge a sh:PropertyShape ; sh:path cekg:minAge ; sh:datatype xsd:decimal ;
    sh:minInclusive 0 ; sh:lessThanOrEquals cekg:maxAge .
b:maxAge a sh:PropertyShape ; sh:path cekg:maxAge ; sh:datatype xsd:decimal .
b:verbatim a sh:PropertyShape ; sh:path cekg:verbatim ; sh:minCount 1 ; sh:maxLength 40 .
"""
QUERY = f"""
b:Interval a sh:NodeShape ; sh:targetClass cekg:EffectEstimate ; sh:sparql [
    sh:message "The lower bound is above the upper one." ; sh:select \"\"\"
        SELECT $this ?value WHERE {{
            $this <{CEKG}ciLower> ?value ; <{CEKG}ciUpper> ?upper . FILTER (?value > ?upper)
        }}\"\"\" ] .
"""


def _constraint(name: str, where: str) -> str:
    """Return a shape with a SPARQL constraint on findings."""
    select = f"PREFIX : <{CEKG}> SELECT $this WHERE {{ {where}"
    return (
        f"b:{name} a sh:NodeShape ; sh:targetClass cekg:Finding ; sh:sparql [ "
        f'sh:select """{select}""" ] .\n'
    )


CONSTRAINTS = {
    "one node": ("interval", QUERY),
    "two nodes": (
        "interval",
        _constraint("two", "$this :estimate ?e . ?e :ciLower ?l ; :ciUpper ?u FILTER (?l > ?u) }"),
    ),
    "not exists": (
        "source",
        _constraint(
            "not", "$this :quote ?q FILTER NOT EXISTS { ?q :quotedFrom ?s . ?s :year ?year } }"
        ),
    ),
    "path": ("interval", _constraint("path", "$this :estimate/:ciUpper ?u FILTER (?u < -9) }")),
    "count": (
        "two statuses",
        _constraint("count", "$this :reviewStatus ?s } GROUP BY $this HAVING (COUNT(?s) > 1)"),
    ),
    "nested": (
        "two statuses",
        _constraint(
            "nested",
            "{ SELECT $this (COUNT(?s) AS ?n) { $this :reviewStatus ?s } GROUP BY $this } "
            "FILTER (?n > 1) }",
        ),
    ),
    "text": (
        "direction",
        _constraint(
            "words",
            "$this :effectDirection ?d BIND (STRAFTER(STR(?d), 'Direction-') AS ?word) "
            "FILTER (?word NOT IN ('increase', 'decrease', 'mixed')) }",
        ),
    ),
}
"""Kind of SPARQL constraint → the fault that it finds, and the shape."""


def copies(shapes: str, number: int) -> str:
    """Return shapes several times, each time with names of their own."""
    own = "<https://example.org/shapes/"
    return "\n".join(shapes.replace(own, f"{own}{n}/") for n in range(number))


CHANGES = {
    # name → what a fault replaces: property → the objects that stand there instead
    "no status": ("finding", "reviewStatus", ()),
    "two statuses": ("finding", "reviewStatus", ("@ReviewStatus-draft", "@ReviewStatus-approved")),
    "direction": ("finding", "effectDirection", ("@EffectDirection-increased",)),
    "practice": ("finding", "intervention", (f"<{EXAMPLE}outcome/1>",)),
    "no study": ("finding", "studies", ("0 integer",)),
    "participants": ("finding", "participants", ("many integer",)),
    "doi": ("source", "doi", ('"doi:10.1000/1"',)),
    "year": ("source", "year", ("MMXX gYear",)),
    "date": ("source", "checkedOn", ("2021-02-30 date",)),
    "no identifier": ("source", "doi", ()),
    "source": ("quote", "quotedFrom", ()),
    "backwards": ("quote", "end", ("0 integer",)),
    "language": ("wording", "text", ('"Der Text"@fr',)),
    "audience": ("wording", "audience", ('"caregivers"',)),
    "ages": ("age", "maxAge", ("1 decimal",)),
    "long": ("age", "verbatim", (f'"{"from twelve to twenty-four months " * 3}"',)),
    "closed": ("estimate", "issue", ('"3"',)),
    "interval": ("estimate", "ciUpper", ("-9.5 decimal",)),
}
"""Fault → the entity and property it changes. ``interval`` is what the SPARQL constraint finds."""


def unit(number: int, chance: Random) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the entities of one unit: name → property → objects in a short form."""
    low, start = chance.randint(12, 30), chance.randint(0, 9000)
    value = chance.randint(-200, 200) / 100

    def own(kind: str) -> tuple[str]:
        return (f"<{EXAMPLE}{kind}/{number}>",)

    return {
        "source": {
            "doi": (f'"10.1000/example.{number}"',),
            "year": (f"{chance.randint(1990, 2024)} gYear",),
            "checkedOn": (f"2024-0{chance.randint(1, 9)}-{chance.randint(10, 28)} date",),
            "authors": (f'"Author {number % 5003}, Author {number % 7001}"',),
        },
        "finding": {
            "reviewStatus": ("@ReviewStatus-draft",),
            "quote": own("quote"),
            "wording": own("wording"),
            "effectDirection": (
                chance.choice(("@EffectDirection-increase", "@EffectDirection-decrease")),
            ),
            "intervention": (f"<{EXAMPLE}practice/{number % PRACTICES}>",),
            "outcome": (f"<{EXAMPLE}outcome/{number % OUTCOMES}>",),
            "studies": (f"{chance.randint(1, 60)} integer",),
            "participants": (f"{chance.randint(20, 9000)} integer",),
            "estimate": own("estimate"),
        },
        "estimate": {
            "value": (f"{value:.2f} decimal",),
            "ciLower": (f"{value - 0.4:.2f} decimal",),
            "ciUpper": (f"{value + 0.4:.2f} decimal",),
        },
        "quote": {
            "quotedFrom": own("source"),
            "start": (f"{start} integer",),
            "end": (f"{start + chance.randint(10, 300)} integer",),
        },
        "wording": {
            "text": (f'"Children of group {number} were more secure \\u2014 \\"so far\\"."@en',),
            "audience": ("@Audience-caregiver",),
        },
        "age": {
            "minAge": (f"{low} decimal",),
            "maxAge": (f"{low + chance.randint(2, 40)} decimal",),
            "verbatim": (f'"{low} months and older"',),
        },
    }


CLASSES = {
    "source": "Source",
    "finding": "Finding",
    "estimate": "EffectEstimate",
    "quote": "Quote",
    "wording": "Wording",
    "age": "AgeRange",
}


def term(short: str) -> str:
    """Write out an object: ``@Name`` of our namespace, ``text datatype``, or a whole term."""
    if short[0] in '<"':
        return short
    if short[0] == "@":
        return f"<{CEKG}{short[1:]}>"
    text, datatype = short.split()
    return f'"{text}"^^<{XSD}{datatype}>'


def lines(triples: int, planted: dict[str, int], every: int = EVERY) -> Iterator[str]:
    """Yield about so many statements, a line each, and count the faults in ``planted``."""
    chance, names, written = Random(1), list(CHANGES), 0
    for kind, class_name, count in (
        ("practice", "Practice", PRACTICES),
        ("outcome", "Outcome", OUTCOMES),
    ):
        for number in range(count):
            yield f"<{EXAMPLE}{kind}/{number}> <{RDF}type> <{CEKG}{class_name}> .\n"
            written += 1
    number = 0
    while written < triples:
        number += 1
        entities = unit(number, chance)
        if number % every == 0:
            name = names[number // every % len(names)]
            entity, key, objects = CHANGES[name]
            entities[entity][key] = objects
            planted[name] = planted.get(name, 0) + 1
        for kind, properties in entities.items():
            subject = f"<{EXAMPLE}{kind}/{number}>"
            yield f"{subject} <{RDF}type> <{CEKG}{CLASSES[kind]}> .\n"
            written += 1
            for key, objects in properties.items():
                for short in objects:
                    yield f"{subject} <{CEKG}{key}> {term(short)} .\n"
                    written += 1


def write(folder: Path, triples: int, every: int = EVERY) -> tuple[Path, dict[str, int]]:
    """Write a graph in N-Triples and return its path and the number of planted faults by name."""
    planted: dict[str, int] = {}
    path = folder / f"graph-{triples}-{every}.nt"
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines(triples, planted, every))
    return path, planted
