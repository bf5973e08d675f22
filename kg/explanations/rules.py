"""One rule in the parts that people read: what it asks, why, a bad and a good example, the fix."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, cast

from pyoxigraph import NamedNode

from kg import resources
from kg.diagnostics import RECORD_RULES, Severity
from kg.evidence.audit_rules import AUDIT_RULES, VERDICTS
from kg.ontology import CEKG, RDF, SH, compact, local_name
from kg.shacl.plan import Node
from kg.validation.shapes import Shapes

_TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_PATHS = {"inversePath": "^", "zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}
_VOCABULARY = ("cekg", "dcterms", "owl", "prov", "skos")
_IN_QUERY = re.compile(rf"\b({'|'.join(_VOCABULARY)}):([A-Za-z]+)")
_HEAD = re.compile(r"\s*(#.*|@prefix .*|@base .*|PREFIX .*)?")


class Target(NamedTuple):
    """What a rule is applied to: a SHACL target (``targetClass`` …) and the name of its term."""

    kind: str
    name: str

    def __str__(self) -> str:
        return {
            "targetClass": f"each '{self.name}'",
            "targetSubjectsOf": f"whatever has '{self.name}'",
            "targetObjectsOf": f"whatever '{self.name}' points at",
        }.get(self.kind, f"'{self.name}'")


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule in parts; a part that does not exist is ``""`` or empty.

    ``what`` is the sentence that a result shows, ``why`` the reason for the rule, ``fix`` what to
    do. ``bad`` and ``good`` are whole examples in ``syntax``: Turtle without its prefixes, the
    YAML of a record, or a table. ``path`` is the property path that is looked at. ``terms`` are
    the names of the classes and properties that the rule speaks of, sorted. A rule of the audit has
    a ``verdict`` and gives no severity: ``bad`` gets the verdict, ``good`` does not.
    """

    code: str
    title: str
    severity: Severity | Literal[""]
    what: str
    why: str
    fix: str
    bad: str
    good: str
    syntax: str
    targets: tuple[Target, ...] = ()
    path: str = ""
    terms: tuple[str, ...] = ()
    shape: str = ""
    verdict: str = ""


def codes(shapes: Shapes) -> tuple[str, ...]:
    """Return the code of every rule, sorted: of the shapes, of reading records, of the audit."""
    return tuple(sorted({*shapes.codes, *RECORD_RULES, *AUDIT_RULES}))


def rule(code: str, shapes: Shapes, *projects: Path) -> RuleText | None:
    """Return a rule in parts, or ``None`` when there is no such code.

    :param code: as in ``AGE-003``; case does not count.
    :param projects: project folders whose ``cases/`` hold examples for rules of their own.
    """
    code = code.upper()
    node = shapes.codes.get(code)
    if node is not None:
        return _of_shape(code, node, shapes, projects)
    if audited := AUDIT_RULES.get(code):
        return RuleText(
            code,
            audited.title,
            "",
            "",
            audited.why,
            audited.fix,
            audited.bad,
            audited.good,
            "yaml",
            verdict=VERDICTS[audited.verdict],
        )
    found = RECORD_RULES.get(code)
    if found is None:
        return None
    syntax = "tsv" if code.startswith("TSV") else "yaml"
    return RuleText(
        code, found.title, "violation", "", found.why, found.fix, found.bad, found.good, syntax
    )


def _of_shape(code: str, node: Node, shapes: Shapes, projects: tuple[Path, ...]) -> RuleText:
    paths = shapes.objects(node, SH + "path")
    return RuleText(
        code,
        shapes.text(node, SH + "name"),
        cast(Severity, local_name(shapes.severity(node)).lower()),
        _line(shapes.text(node, SH + "message")),
        _line(shapes.text(node, SH + "description")),
        _line(shapes.text(node, CEKG + "hint")),
        _example(code, "fail", projects),
        _example(code, "pass", projects),
        "turtle",
        tuple(
            Target(kind, local_name(target.value))
            for kind in _TARGETS
            for target in sorted(shapes.objects(node, SH + kind), key=str)
        ),
        path_text(shapes, paths[0]) if paths else "",
        terms(shapes, node),
        node.value if isinstance(node, NamedNode) else "",
    )


def terms(shapes: Shapes, node: Node) -> tuple[str, ...]:
    """Return the names of the terms that a rule speaks of, sorted."""
    return tuple(sorted(set(_terms(shapes, node))))


def path_text(shapes: Shapes, node: Node) -> str:
    """Return a property path in the syntax of SPARQL, with names in place of IRIs."""
    if isinstance(node, NamedNode):
        return local_name(node.value)
    for name, sign in _PATHS.items():
        for inner in shapes.objects(node, SH + name):
            text = path_text(shapes, inner)
            return sign + text if sign == "^" else f"({text}){sign}"
    for choice in shapes.objects(node, SH + "alternativePath"):
        return "(" + " | ".join(path_text(shapes, n) for n in _list(shapes, choice)) + ")"
    return " / ".join(path_text(shapes, n) for n in _list(shapes, node))


def _list(shapes: Shapes, node: Node) -> Iterator[Node]:
    """Yield the members of an RDF list."""
    while first := shapes.objects(node, RDF + "first"):
        yield first[0]
        node = shapes.objects(node, RDF + "rest")[0]


def _terms(shapes: Shapes, node: Node) -> Iterator[str]:
    """Yield the names of the terms that a shape speaks of, nested shapes and queries included."""
    for predicate, value in shapes.within(node):
        if isinstance(value, NamedNode):
            prefix, _, name = compact(value.value).partition(":")
            if prefix in _VOCABULARY:
                yield name.partition("-")[0]  # AgeBound-inclusive speaks of AgeBound
        elif predicate == SH + "select":
            yield from (name for _, name in _IN_QUERY.findall(value.value))


def _example(code: str, kind: str, projects: tuple[Path, ...]) -> str:
    """Return a case without the comments and prefixes at its head."""
    file = resources.case_file(code, kind, *projects)
    if file is None:
        return ""
    lines = file.read_text(encoding="utf-8").splitlines()
    while lines and _HEAD.fullmatch(lines[0]):
        del lines[0]
    return "\n".join(lines).rstrip()


def _line(text: str) -> str:
    return " ".join(text.split())
