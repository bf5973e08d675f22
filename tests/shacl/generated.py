"""Shapes and graphs made up at random: every constraint of SHACL Core, and values that are hard.

:class:`WithQueries` adds SPARQL constraints, of nodes and of paths.

Left out is what the other engines are known to judge differently; those cases stand, decided one
by one, in ``test_disagreements.py``.
"""

from __future__ import annotations

import re
from random import Random

NODES = [":a", ":b", ":c", ":d"]
BLANK = ["_:x", "_:y"]
PROPERTIES = [":p", ":q", ":r"]
CLASSES = [":C", ":D", ":E", ":F"]
DATATYPES = """
    rdf:langString|:dt|xsd:string|xsd:integer|xsd:decimal|xsd:double|xsd:float|xsd:byte
    xsd:boolean|xsd:date|xsd:dateTime|xsd:gYear|xsd:nonNegativeInteger
"""
LITERALS = """
    "a"|"b"|"A"|""|"a b"|"😀"|"😀😀"|"é"|"a\\nb"|"x"^^:dt
    "1"^^xsd:integer|"01"^^xsd:integer|"2"^^xsd:integer|"-1"^^xsd:integer|"x"^^xsd:integer
    "1"^^xsd:decimal|"1.0"^^xsd:decimal|"1.50"^^xsd:decimal
    "123456789012345678901234567890123456789012345"^^xsd:integer
    "123456789012345678901234567890123456789012346"^^xsd:integer
    "1"^^xsd:double|"1.0e0"^^xsd:double|"NaN"^^xsd:double|"INF"^^xsd:double|"abc"^^xsd:double
    "1.5"^^xsd:float|"12"^^xsd:byte|"true"^^xsd:boolean|"1"^^xsd:boolean|"yes"^^xsd:boolean
    "2020-01-01"^^xsd:date|"2020-02-29"^^xsd:date|"2020-02-30"^^xsd:date|"2020-01-01Z"^^xsd:date
    "2020-01-01T00:00:00"^^xsd:dateTime|"2020-01-01T00:00:00Z"^^xsd:dateTime
    "2020-01-02T01:00:00+01:00"^^xsd:dateTime|"2020-01-01T25:00:00"^^xsd:dateTime
    "2020-02-30T00:00:00Z"^^xsd:dateTime
"""
NEVER_COMPARED = """
    "a"@en|"A"@EN|"a"@en-GB|"b"@de|"b"@en|"300"^^xsd:byte|"-1"^^xsd:nonNegativeInteger|"2020"^^xsd:gYear
"""
KINDS = "IRI|BlankNode|Literal|BlankNodeOrIRI|BlankNodeOrLiteral|IRIOrLiteral"
FLAGS = ["", "i", "s"]
LANGUAGES = ['"en"', '"de"', '"en-gb"', '"EN"', '"de" "en"']
NESTED = ["not", "node", "property", "and", "or", "xone", "qualifiedValueShape"]
PATTERNS = ["^a", "a$", "A", "^.$", "^[^a]*$", "b"]


def _split(text: str) -> list[str]:
    return [word.strip() for line in text.strip().splitlines() for word in line.split("|")]


class Generator:
    """Makes one graph and one set of shapes from a source of chance."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        # Some values can be in the data only where no constraint compares values.
        self.comparing = chance.random() < 0.5
        self.literals = _split(LITERALS) + ([] if self.comparing else _split(NEVER_COMPARED) * 6)
        self.shapes: list[str] = []
        self.count = 0

    def graph(self) -> str:
        """Return a graph in Turtle; some statements are there twice."""
        pick, chance = self.chance.choice, self.chance
        lines = []
        for _ in range(chance.randint(2, 9)):
            value = pick(NODES + BLANK) if chance.random() < 0.4 else pick(self.literals)
            lines.append(f"{pick(NODES + BLANK)} {pick(PROPERTIES)} {value} .")
        for _ in range(chance.randint(0, 2)):  # a node with several values
            node, predicate = pick(NODES + BLANK), pick(PROPERTIES)
            known = (
                self.literals if self.comparing else self.literals[-len(_split(NEVER_COMPARED)) :]
            )
            lines += [f"{node} {predicate} {pick(known)} ." for _ in range(4)]
        for _ in range(chance.randint(0, 4)):
            lines.append(f"{pick(NODES + BLANK)} a {pick(CLASSES)} .")
        for _ in range(chance.randint(0, 3)):
            lines.append(f"{pick(CLASSES)} rdfs:subClassOf {pick(CLASSES)} .")
        return "\n".join([*lines, *lines[:2]])

    def shapes_graph(self) -> str:
        """Return one or two shapes with a target, and those that hang from them, in Turtle."""
        for _ in range(self.chance.randint(1, 2)):
            kind = self.chance.choice(["Class", "Node", "SubjectsOf", "ObjectsOf"])
            known = {"Class": CLASSES, "Node": NODES + self.literals}.get(kind, PROPERTIES)
            self.shape(0, None, f"sh:target{kind} {self.chance.choice(known)}")
        return "\n".join(self.shapes)

    def path(self, depth: int = 0) -> str:
        pick = self.chance.choice
        if depth > 1 or self.chance.random() < 0.5:
            return pick(PROPERTIES)
        one, two = self.path(depth + 1), self.path(depth + 1)
        forms = [f"( {one} {two} )", f"[ sh:alternativePath ( {one} {two} ) ]"]
        forms += [f"[ sh:{n}Path {one} ]" for n in ("inverse", "zeroOrMore", "oneOrMore")]
        return pick([*forms, f"[ sh:zeroOrOnePath {one} ]"])

    def shape(self, depth: int, is_property: bool | None = None, target: str = "") -> str:
        chance = self.chance
        self.count += 1
        name = f":s{self.count}"
        is_property = chance.random() < 0.5 if is_property is None else is_property
        parts = {"target": target} if target else {}
        if is_property:
            parts["path"] = f"sh:path {self.path()}"
        for _ in range(chance.randint(1, 2)):
            constraint = self.constraint(is_property, depth)
            parts[constraint.split()[0]] = constraint
        if chance.random() < 0.1:
            parts["severity"] = "sh:severity sh:Warning"
        if chance.random() < 0.05:
            parts["deactivated"] = "sh:deactivated true"
        kind = "Property" if is_property else "Node"
        self.shapes.append(f"{name} a sh:{kind}Shape ; {' ; '.join(parts.values())} .")
        return name

    def constraint(self, is_property: bool, depth: int) -> str:
        pick, number = self.chance.choice, self.chance.randint
        some = self.chance.sample(self.literals + NODES, number(1, 8))
        forms = [
            f"sh:class {pick(CLASSES)}",
            f"sh:datatype {pick(_split(DATATYPES))}",
            f"sh:nodeKind sh:{pick(_split(KINDS))}",
            f"sh:minLength {number(1, 3)}",
            f"sh:maxLength {number(0, 3)}",
            f'sh:pattern "{pick(PATTERNS)}" ; sh:flags "{pick(FLAGS)}"',
            f"sh:languageIn ( {pick(LANGUAGES)} )",
            f"sh:equals {pick(PROPERTIES)}",
            f"sh:disjoint {pick(PROPERTIES)}",
            f"sh:hasValue {pick(self.literals + NODES)}",
            f"sh:in ( {' '.join(some)} )",
        ]
        if self.comparing:
            side, equal = pick(["min", "max"]), pick(["Inclusive", "Exclusive"])
            forms += [f"sh:{side}{equal} {pick(self.literals)}"] * 3
        if is_property:
            forms += [f"sh:minCount {number(0, 3)}", f"sh:maxCount {number(0, 3)}"]
            forms.append("sh:uniqueLang true")
            if self.comparing:
                forms += [f"sh:lessThan{end} {pick(PROPERTIES)}" for end in ("", "OrEquals")]
        else:
            forms.append(f"sh:closed true ; sh:ignoredProperties ( rdf:type {pick(PROPERTIES)} )")
        if depth < 2 and self.chance.random() < 0.4:
            return self.nested(is_property, depth + 1)
        return pick(forms)

    def nested(self, is_property: bool, depth: int) -> str:
        kind = self.chance.choice(NESTED if is_property else NESTED[:-1])
        if kind in ("and", "or", "xone"):
            return f"sh:{kind} ( {self.shape(depth)} {self.shape(depth)} )"
        if kind != "qualifiedValueShape":
            wanted = {"node": False, "property": True}.get(kind)
            return f"sh:{kind} {self.shape(depth, wanted)}"
        side, count = self.chance.choice(["Min", "Max"]), self.chance.randint(0, 2)
        disjoint = self.chance.choice(["true", "false"])
        return (
            f"sh:{kind} {self.shape(depth)} ; sh:qualified{side}Count {count} ; "
            f"sh:qualifiedValueShapesDisjoint {disjoint}"
        )


QUERIES = """
    $this ?value WHERE { $this PATH ?value }|$this WHERE { FILTER NOT EXISTS { $this PATH ?x } }
    $this WHERE { $this a CLASS FILTER NOT EXISTS { $this PATH ?x } }
    $this ?value WHERE { $this PATH ?value . MINUS { ?value :q $this } }
    $this (?x AS ?value) WHERE { $this PATH ?x OPTIONAL { ?x :q ?z } FILTER (!bound(?z)) }
    $this WHERE { $this PATH ?x } GROUP BY $this HAVING (COUNT(?x) > 1)
    $this WHERE { { $this PATH ?x } UNION { ?x :q $this } }|$this ?value WHERE { ?value PATH $this }
    $this ?path ?value WHERE { $this ?path ?value FILTER (?path != :q) }
    $this ?value WHERE { $this (PATH/:q)+ ?value FILTER isIRI(?value) }
    $this WHERE { VALUES ?c { CLASS :C } $this a ?c }|$this WHERE { FILTER isBlank($this) }
    $this WHERE { $this PATH ?x { SELECT ?x (COUNT(?s) AS ?n) WHERE { ?s :q ?x } GROUP BY ?x } }
"""


class WithQueries(Generator):
    """Every third constraint is one of SPARQL."""

    def shapes_graph(self) -> str:
        """Return shapes with the prefix of their queries."""
        declared = 'sh:declare [ sh:prefix "" ; sh:namespace "http://example.org/" ]'
        return f"{super().shapes_graph()}\n:own {declared} ."

    def constraint(self, is_property: bool, depth: int) -> str:
        chance = self.chance
        if chance.random() > 0.35:
            return super().constraint(is_property, depth)
        path = "$PATH" if is_property and chance.random() < 0.7 else chance.choice(PROPERTIES)
        text = chance.choice([q for q in re.split(r"[|\n]\s*(?=\$this)", QUERIES) if q.strip()])
        text = text.strip().replace("PATH", path).replace("CLASS", chance.choice(CLASSES))
        return f'sh:sparql [ sh:prefixes :own ; sh:select "SELECT {text}" ]'
