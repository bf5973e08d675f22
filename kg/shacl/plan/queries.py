"""SHACL-SPARQL: ``sh:sparql`` (section 5) and custom constraint components (section 6)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from pyoxigraph import Literal, NamedNode

from kg.shacl.errors import ShaclError
from kg.shacl.names import OWL, RDF, RDFS, SH, XSD, local_name
from kg.shacl.plan import Node, Query
from kg.shacl.plan.paths import Path
from kg.shacl.plan.terms import Terms, named
from kg.shacl.sparql_text import check, form, projected, tokens, with_path

_WELL_KNOWN = {
    "owl": OWL,
    "rdf": RDF,
    "rdfs": RDFS,
    "sh": SH,
    "xsd": XSD,
}
"""Prefixes that queries of other hands use without declaring them, as pySHACL allows."""


@dataclass(frozen=True, slots=True)
class Component:
    """A custom constraint component: its node and its parameters, name → property."""

    node: Node
    mandatory: dict[str, str]
    optional: dict[str, str]


def sparql(terms: Terms, shape: Node, path: Path | None, node: Node) -> Query | None:
    """Return the query of a SPARQL-based constraint, or ``None`` if it is deactivated.

    :param path: that of a property shape, which is ``$PATH`` in the query.
    :raises ShaclError: if it has no query, or several.
    """
    if terms.true(node, "deactivated"):
        return None
    if len(terms.shapes.objects(node, SH + "select")) != 1:
        raise ShaclError(
            f"shape {named(shape)} has a sh:sparql without exactly one sh:select",
            hint="give it one sh:select with the query",
        )
    text = _with_path(terms.text(node, "select"), path)
    _allowed(shape, text, ["this"])
    return Query(node, text, prefixes(terms, node), terms.messages(node))


def target(terms: Terms, shape: Node, node: Node) -> Query | None:
    """Return the query of a SPARQL-based target, or ``None`` if it is another kind of target.

    Nothing is bound before it runs, so it may use all of SPARQL but SERVICE.

    :raises ShaclError: if its query is no SELECT of ``$this``, or asks another server.
    """
    if not terms.shapes.objects(node, SH + "select"):
        return None
    text = terms.text(node, "select")
    start, end = form(text)
    found = tokens(text)
    if "SERVICE" in map(str.upper, found):
        raise ShaclError(
            f"shape {named(shape)} has a sh:target with SERVICE, which asks another server",
            hint="add what it needs to the data",
        )
    if not text[start:end].upper().startswith("SELECT") or "this" not in projected(found):
        raise ShaclError(
            f"shape {named(shape)} has a sh:target that does not select $this",
            hint="write a SELECT of $this",
        )
    return Query(node, text, prefixes(terms, node), ())


def components(terms: Terms) -> Iterator[Component]:
    """Yield the custom constraint components that a shapes graph declares (section 6.2).

    :raises ShaclError: if one has no parameter that must be given.
    """
    for node in terms.instances(SH + "ConstraintComponent"):
        if node.value.startswith(SH):
            continue  # a copy of SHACL's own vocabulary, which describes the core components
        mandatory: dict[str, str] = {}
        optional: dict[str, str] = {}
        for parameter in terms.shapes.objects(node, SH + "parameter"):
            for path in terms.shapes.objects(parameter, SH + "path"):
                iri = terms.iri(parameter, "path", path).value
                chosen = optional if terms.true(parameter, "optional") else mandatory
                chosen[local_name(iri)] = iri
        if not mandatory:
            raise ShaclError(
                f"constraint component {named(node)} has no parameter that must be given",
                hint="declare one with sh:parameter and without sh:optional true",
            )
        yield Component(node, mandatory, optional)


def custom(terms: Terms, shape: Node, path: Path | None, component: Component) -> Iterator[Query]:
    """Yield the constraints that a shape declares by the parameters of a component.

    A component without a validator for this kind of shape declares none (section 6.2.3).

    :param path: see :func:`sparql`.
    :raises ShaclError: if several parameters have several values, or the validator is not SPARQL.
    """
    shapes = terms.shapes
    given = {
        name: shapes.objects(shape, iri)
        for name, iri in {**component.mandatory, **component.optional}.items()
    }
    if not all(given[name] for name in component.mandatory):
        return
    if len(given) > 1 and any(len(values) > 1 for values in given.values()):
        raise ShaclError(
            f"shape {named(shape)} gives several values to parameters of {named(component.node)}",
            hint="write one shape for each combination",
        )
    kind = "propertyValidator" if path else "nodeValidator"
    found = shapes.objects(component.node, SH + kind)
    found = found or shapes.objects(component.node, SH + "validator")
    if not found:
        return
    validator = found[0]
    ask = bool(shapes.objects(validator, SH + "ask"))
    text = terms.text(validator, "ask" if ask else "select")
    if not text:
        raise ShaclError(
            f"constraint component {named(component.node)} has a validator without SPARQL",
            hint="give the validator a sh:ask or a sh:select",
        )
    text = _with_path(text, path)
    names = [name for name, values in given.items() if values]
    _allowed(shape, text, ["this", *(["value"] if ask else []), *names], ask)
    for values in product(*(given[name] for name in names)):
        yield Query(
            component.node,
            text,
            prefixes(terms, validator),
            terms.messages(validator),
            tuple(zip(names, values, strict=True)),
            ask,
            custom=True,
        )


def functions(terms: Terms) -> frozenset[str]:
    """Return the IRIs of the functions that a shapes graph declares (Advanced Features, 5)."""
    kinds = (SH + "SPARQLFunction", SH + "JSFunction")
    return frozenset(node.value for kind in kinds for node in terms.instances(kind))


def calls(query: Query, functions: Collection[str]) -> bool:
    """Tell whether a query calls one of some functions."""
    found, known = (tokens(query.text), dict(query.prefixes)) if functions else ([], {})
    for name, following in pairwise(found):
        prefix, colon, local = name.partition(":")
        iri = name[1:-1] if name[0] == "<" else known.get(prefix, "") + local
        if following == "(" and colon and iri in functions:
            return True
    return False


def _allowed(shape: Node, text: str, bound: Sequence[str], ask: bool = False) -> None:
    """Refuse a query that SHACL forbids, or one of the wrong form, whatever the data are.

    :raises ShaclError: with the shape, and what to write instead.
    """
    try:
        check(text, bound)
    except ShaclError as error:
        raise ShaclError(f"shape {named(shape)}: {error.message}", hint=error.hint) from None
    start, end = form(text)
    if text[start:end].upper().startswith("ASK") != ask:
        wanted = "an ASK" if ask else "a SELECT of $this"
        raise ShaclError(
            f"shape {named(shape)} has a query of the wrong form", hint=f"write {wanted}"
        )


def _with_path(text: str, path: Path | None) -> str:
    return with_path(text, str(path)) if path else text


def prefixes(terms: Terms, node: Node) -> tuple[tuple[str, str], ...]:
    """Return prefix and namespace of what ``sh:prefixes/owl:imports*/sh:declare`` leads to (5.2.1).

    A prefix that is not declared so is that of the shapes file: shapes graphs as they are found
    rely on it, since what declares it is in another file.

    :raises ShaclError: if one prefix is declared for two namespaces.
    """
    shapes = terms.shapes
    holders = list(shapes.objects(node, SH + "prefixes"))
    for holder in holders:
        holders += [o for o in shapes.objects(holder, OWL + "imports") if o not in holders]
    found: dict[str, str] = {}
    for holder in holders:
        for declaration in shapes.objects(holder, SH + "declare"):
            for name in ("prefix", "namespace"):
                if not shapes.objects(declaration, SH + name):
                    raise ShaclError(
                        f"{named(holder)} has an sh:declare without sh:{name}",
                        hint="give it both sh:prefix and sh:namespace",
                    )
            prefix = terms.text(declaration, "prefix")
            namespace = terms.one(declaration, "namespace")
            if not isinstance(namespace, Literal | NamedNode):
                raise terms.wrong(declaration, "namespace", namespace, "an IRI as xsd:anyURI")
            if found.setdefault(prefix, namespace.value) != namespace.value:
                raise ShaclError(
                    f"{named(node)} declares the prefix '{prefix}' twice",
                    hint="keep one sh:declare for each prefix",
                )
    return tuple(sorted({**_WELL_KNOWN, **dict(shapes.prefixes), **found}.items()))
