"""A graph as a bundle of resources: a collection, a transaction for servers, or a document."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version as version_of

from kg.errors import UsageError
from kg.fhir import findings, sources, statements, summary, variables
from kg.fhir.definitions import definitions
from kg.fhir.fill import Filler, Json
from kg.fhir.kept import Kept
from kg.fhir.names import TOOL, address, resource_id
from kg.fhir.narrative import narrative
from kg.fhir.numbers import dumps
from kg.fhir.reading import Reading
from kg.fhir.table import Shape, Table, read_table
from kg.fhir.values import Coding, Draft, Ref
from kg.graph import Graph

COLLECTION, TRANSACTION, DOCUMENT = "collection", "transaction", "document"


class Maker:
    """Makes the resources of a graph by the table of a version."""

    def __init__(self, graph: Graph, table: Table) -> None:
        self.table = table
        self.reading = Reading(graph)
        self.tool_version = version_of("clinical-evidence-kg")
        self.filler = Filler(table, self.resolve)
        self.kept = Kept(self.reading, table)
        self._known: dict[tuple[str, str], tuple[str, str, str]] = {}

    def resources(self) -> list[Json]:
        """Return every resource, the composition first, then in the order of the shapes."""
        drafts = [d for d in self._drafts() if d.shape in self.table.shapes]
        for draft in drafts:
            named = self._names(draft.iri, self._shape(draft))
            self._known[draft.shape, draft.iri] = named
        made = [self._resource(draft) for draft in drafts]
        return made + definitions(self.table, self.filler.used, self.tool_version)

    def resolve(self, ref: Ref) -> tuple[str, str] | None:
        """Return the relative and the canonical address of what a link leads to."""
        found = self._known.get((ref.shape, ref.iri))
        if not found:
            return None
        return found[2], found[1]

    def _shape(self, draft: Draft) -> Shape:
        """Return the shape that a draft takes; another one where it lacks what the first needs."""
        shape = self.table.shapes[draft.shape]
        if all(draft.values.get(slot) for slot in shape.needs):
            return shape
        return self.table.shapes[shape.otherwise]

    def _names(self, iri: str, shape: Shape) -> tuple[str, str, str]:
        """Return the id, the canonical address and the relative address of a resource."""
        index = self.reading.index
        kept = self.kept.of(iri, shape.resource)
        if kept and "id" in kept:
            id_ = kept["id"]
            url = str(kept.get("url") or address(index.base, shape, id_))
        else:
            short = "graph" if iri == self.reading.root else index.short(iri)
            id_ = resource_id(short.removeprefix("cekg:"), shape.prefix)
            url = address(index.base, shape, id_)
        return id_, url, f"{shape.resource}/{id_}"

    def _drafts(self) -> Iterator[Draft]:
        reading = self.reading
        strength = self.table.codes.get("recommendation-strength", {})
        strengths = {n: Coding(c.system, c.code, c.display) for n, c in strength.items()}
        stated = [*findings.findings(reading), *statements.recommendations(reading, strengths)]
        comments = list(statements.comments(reading))
        others = [
            *variables.variables(reading),
            *variables.activities(reading),
            *sources.sources(reading),
            *statements.reviews(reading, stated),
            *findings.provenances(reading, [*stated, *comments]),
        ]
        shapes = self.table.shapes
        found = [d for d in (*stated, *comments, *others) if d.shape in shapes]
        yield summary.composition(reading, found)
        yield summary.library(reading, found)
        yield summary.evidence_list(reading, found)
        yield from found
        yield from sources.agents(reading, self.tool_version)

    def _resource(self, draft: Draft) -> Json:
        id_, url, place = self._known[draft.shape, draft.iri]
        shape = self._shape(draft)
        stamp = str(draft.values.get("stamp") or "")
        warnings = [*([stamp] if stamp else []), *draft.warnings, *self.reading.caveats]
        heading = draft.values.get("title") or place
        elements = shape.elements
        values = {
            **draft.values,
            "id": id_,
            "text": narrative(str(heading), draft.lines, warnings),
        }
        if "url" in elements:
            values["url"] = url
        if "note" in elements:
            values["note"] = [*warnings, *draft.values.get("note", [])]
        if "usage" in elements:
            own = draft.values.get("usage", "")
            values["usage"] = "\n\n".join([*warnings, *([own] if own else [])])
        if "content" in elements:
            limits = {"relation": "comment", "summary": "\n\n".join(warnings)}
            values["content"] = [*draft.values["content"], *([limits] if warnings else [])]
        made = self.filler.resource(shape.name, values)
        kept = self.kept.of(draft.iri, made["resourceType"])
        return self.kept.corrected(kept, made, shape.name, draft.iri) if kept else made


def bundle(graph: Graph, version: str, type_: str) -> Json:
    """Return the bundle of a graph.

    :param version: the name of a table, such as ``r5``.
    :param type_: ``collection``; ``transaction``, which a server may be sent twice; or
        ``document``, which begins with the summary of findings.
    :raises UsageError: if a document is asked for and the graph gives no date.
    """
    maker = Maker(graph, read_table(version))
    made = maker.resources()
    head: Json = {
        "resourceType": "Bundle",
        "id": "clinical-evidence-kg",
        "meta": {"source": TOOL},
        "type": type_,
    }
    if type_ == DOCUMENT:
        head |= _document(maker.reading)
    return {**head, "entry": [_entry(maker, resource, type_) for resource in made]}


def _document(reading: Reading) -> Json:
    moments = [m for m in reading.moments if "T" in m] or [
        f"{m[:10]}T00:00:00Z" for m in reading.moments
    ]
    if not moments:
        raise UsageError(
            "a FHIR document needs a date, and the graph has none",
            hint="give the article a 'modified' date, or export fhir-r5 (a collection)",
        )
    return {
        "identifier": {"system": f"{reading.root}digest", "value": reading.index.digest},
        "timestamp": moments[-1],
    }


def _entry(maker: Maker, resource: Json, type_: str) -> Json:
    place = f"{resource['resourceType']}/{resource['id']}"
    entry: Json = {"fullUrl": f"{maker.reading.index.base}fhir/{place}", "resource": resource}
    if type_ == TRANSACTION:
        entry["request"] = {"method": "PUT", "url": place}
    return entry


def write(graph: Graph, version: str, type_: str) -> bytes:
    """Return the bundle of a graph as JSON; see :func:`bundle`."""
    return (dumps(bundle(graph, version, type_)) + "\n").encode()
