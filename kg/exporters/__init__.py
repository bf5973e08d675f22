"""Exporters turn a graph into bytes. One file a format, one line in :data:`EXPORTERS`.

An exporter never changes the graph. Its module declares in ``FIDELITY`` what the format keeps of a
graph, what it changes and what it drops (:mod:`kg.contract`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from kg.contract import Fidelity
from kg.errors import UsageError, did_you_mean
from kg.figure.look import Look
from kg.graph import Graph
from kg.jsonld.context import Form

RDF = "RDF and linked data"
NETWORKS = "Graph tools and graph databases"
CLINICAL = "Clinical systems"
TABLES = "Tables"
READERS = "Pages, summaries and pictures"
SOURCES = "References"
GROUPS = (RDF, CLINICAL, NETWORKS, TABLES, READERS, SOURCES)
"""What formats are for, in the order in which the command line lists them."""


@dataclass(frozen=True, slots=True)
class Exporter:
    """A format: its group, where its writer lives, how its files end, what it is for.

    ``drawn`` formats are pictures and take a :class:`kg.figure.look.Look`, ``formed`` ones are
    JSON-LD and take a :class:`kg.jsonld.context.Form`; ``extra`` names the optional extra of the
    package that a format needs. A site offers for download what is
    ``offered``.
    """

    group: str
    module: str
    suffix: str
    summary: str
    drawn: bool = False
    formed: bool = False
    extra: str = ""
    offered: bool = False

    @property
    def fidelity(self) -> Fidelity:
        """What the format keeps, changes and drops."""
        return fidelity_of(f"kg.exporters.{self.module}")

    def write(self, graph: Graph, look: Look | None = None, form: Form | None = None) -> bytes:
        """Return a graph in this format; the same graph gives the same bytes on any machine.

        :param look: size and colours of a picture.
        :param form: frame and context of a JSON-LD document.
        :raises UsageError: if a look is given for a format that is not a picture or a form for one
            that is not JSON-LD, or a package that the format needs is not installed.
        """
        module = import_module(f"kg.exporters.{self.module}")
        if self.drawn:
            refuse_form(form)
            return cast(Callable[[Graph, Look], bytes], module.write)(graph, look or Look())
        refuse_look(look)
        if self.formed:
            return cast(Callable[[Graph, Form], bytes], module.write)(graph, form or Form())
        refuse_form(form)
        return cast(Callable[[Graph], bytes], module.write)(graph)


def fidelity_of(module: str) -> Fidelity:
    """Return what the module of an exporter declares."""
    return cast(Fidelity, import_module(module).FIDELITY)


def refuse_look(look: Look | None) -> None:
    """Refuse a look for a format that is not a picture.

    :raises UsageError: if the look is not the usual one.
    """
    if look is not None and look != Look():
        raise UsageError("width, font size, greys and focus are for pictures: svg and png")


def refuse_form(form: Form | None) -> None:
    """Refuse a frame or a context for a format that is not JSON-LD.

    :raises UsageError: if the form is not the usual one.
    """
    if form is not None and form != Form():
        raise UsageError("a frame, a context and a document per entity are for jsonld")


@dataclass(frozen=True, slots=True)
class FolderExporter:
    """A format of many files: its group, where its writer lives, and what it is for.

    One with ``downloads`` has the formats :data:`OFFERED` beside its own files; ``extra`` names
    the optional extra of the package that a format needs.
    """

    group: str
    module: str
    summary: str
    downloads: bool = False
    extra: str = ""

    @property
    def fidelity(self) -> Fidelity:
        """What the format keeps, changes and drops."""
        return fidelity_of(f"kg.exporters.{self.module}")

    def files(self, graph: Graph, made: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
        """Return the files of a graph in this format, by their paths within the folder.

        :param made: name → bytes of the formats :data:`OFFERED`, where they are known already.
        """
        write = cast(
            Callable[..., dict[str, bytes]], import_module(f"kg.exporters.{self.module}").files
        )
        if not self.downloads:
            return write(graph)
        made = made or {name: EXPORTERS[name].write(graph) for name in OFFERED}
        beside = {download(name): made[name] for name in OFFERED}
        return dict(sorted({**write(graph, sorted(beside)), **beside}.items()))


def download(name: str) -> str:
    """Return the path of a format among the downloads of a folder."""
    known = EXPORTERS[name]
    return f"downloads/{'figure' if known.drawn else 'graph'}{known.suffix}"


EXPORTERS: Mapping[str, Exporter] = {
    "jsonld": Exporter(
        RDF,
        "jsonld",
        ".jsonld",
        "JSON-LD 1.1 with the context inside: for web services and JavaScript",
        formed=True,
        offered=True,
    ),
    "jsonld-expanded": Exporter(
        RDF,
        "jsonld_expanded",
        ".expanded.jsonld",
        "JSON-LD, expanded and flattened: whole IRIs, no context",
    ),
    "turtle": Exporter(
        RDF, "turtle", ".ttl", "Turtle: for people and for every RDF tool", offered=True
    ),
    "nquads": Exporter(
        RDF,
        "nquads",
        ".nq",
        "N-Quads, canonical and sorted: for triple stores and for line-by-line comparison",
        offered=True,
    ),
    "trig": Exporter(RDF, "trig", ".trig", "TriG: Turtle with named graphs"),
    "rdfxml": Exporter(
        RDF, "rdfxml", ".rdf", "RDF/XML: for tools that read no other syntax of RDF"
    ),
    "ontology": Exporter(
        RDF,
        "ontology",
        ".ontology.ttl",
        "the ontology as Turtle: terms of kg and of the project, for Protégé and reasoners",
    ),
    "ontology-jsonld": Exporter(RDF, "ontology_jsonld", ".ontology.jsonld", "the same as JSON-LD"),
    "sssom": Exporter(
        RDF,
        "sssom",
        ".sssom.tsv",
        "SSSOM: codes of entities in other vocabularies, for mapping tools",
    ),
    "annotations": Exporter(
        RDF,
        "annotations",
        ".annotations.jsonld",
        "Web Annotation: each quote at its place in the text, for annotation tools",
    ),
    "schema-org": Exporter(
        RDF,
        "schema_org",
        ".schema.jsonld",
        "schema.org as JSON-LD, one entity per line: for search engines and web pages",
    ),
    "graphml": Exporter(
        NETWORKS,
        "graphml",
        ".graphml",
        "GraphML of the derived edges: for Gephi, yEd, Cytoscape and networkx",
    ),
    "gexf": Exporter(
        NETWORKS,
        "gexf",
        ".gexf",
        "GEXF of the derived edges, with positions and colours: for Gephi",
    ),
    "cytoscape": Exporter(
        NETWORKS,
        "cytoscape",
        ".cyjs",
        "Cytoscape JSON of the derived edges, with positions: for Cytoscape and Cytoscape.js",
    ),
    "node-link": Exporter(
        NETWORKS,
        "nodelink",
        ".nodelink.json",
        "node-link JSON of the derived edges: for D3 and networkx",
    ),
    "dot": Exporter(NETWORKS, "dot", ".dot", "DOT of the derived edges: for Graphviz"),
    "mermaid": Exporter(
        NETWORKS,
        "mermaid",
        ".mmd",
        "Mermaid: the entity with most findings and its neighbours, at most 50 edges",
    ),
    "fhir-r4": Exporter(
        CLINICAL,
        "fhir_r4",
        ".fhir-r4.json",
        "FHIR R4, reduced: for systems that do not take R5 yet",
    ),
    "fhir-r5": Exporter(
        CLINICAL,
        "fhir_r5",
        ".fhir-r5.json",
        "FHIR R5 as one collection of resources: for files and for clinical systems",
    ),
    "fhir-r5-transaction": Exporter(
        CLINICAL,
        "fhir_r5_transaction",
        ".fhir-r5-transaction.json",
        "the same as a transaction, for a FHIR server; sending it twice changes nothing",
    ),
    "fhir-r5-document": Exporter(
        CLINICAL,
        "fhir_r5_document",
        ".fhir-r5-document.json",
        "the same as a document that starts with the summaries of findings",
    ),
    "findings-csv": Exporter(
        TABLES,
        "findings_csv",
        ".findings.csv",
        "table of findings as CSV: people, practice, outcome, numbers, certainty, source",
    ),
    "findings-xlsx": Exporter(
        TABLES,
        "findings_xlsx",
        ".findings.xlsx",
        "the same table as an Excel workbook; needs the extra [office]",
        extra="office",
    ),
    "findings-parquet": Exporter(
        TABLES,
        "findings_parquet",
        ".findings.parquet",
        "the same table as Parquet, typed; needs the extra [scale]",
        extra="scale",
    ),
    "summary-html": Exporter(
        READERS,
        "summary_html",
        ".summary.html",
        "summaries of findings and evidence profiles (GRADE) as one page",
    ),
    "summary-md": Exporter(
        READERS,
        "summary_md",
        ".summary.md",
        "the same as Markdown",
    ),
    "summary-xlsx": Exporter(
        READERS,
        "summary_xlsx",
        ".summary.xlsx",
        "the same as an Excel workbook; needs the extra [office]",
        extra="office",
    ),
    "summary-docx": Exporter(
        READERS,
        "summary_docx",
        ".summary.docx",
        "the same as a Word document; needs the extra [office]",
        extra="office",
    ),
    "bibtex": Exporter(
        SOURCES,
        "bibtex",
        ".bib",
        "BibTeX of the sources: for LaTeX and reference managers",
    ),
    "ris": Exporter(
        SOURCES,
        "ris",
        ".ris",
        "RIS of the sources: for EndNote, Zotero and tools for systematic reviews",
    ),
    "csl-json": Exporter(
        SOURCES,
        "csljson",
        ".csl.json",
        "CSL-JSON of the sources: for Zotero, Pandoc and citeproc",
    ),
    "references": Exporter(
        SOURCES,
        "references",
        ".txt",
        "formatted references of the sources (Harvard); needs the extra [references]",
        extra="references",
    ),
    "svg": Exporter(
        READERS,
        "figure",
        ".svg",
        "one picture of the whole graph as SVG: for papers and pages",
        drawn=True,
        offered=True,
    ),
    "png": Exporter(
        READERS,
        "png",
        ".png",
        "the same picture as PNG; needs the extra [png]",
        drawn=True,
        extra="png",
    ),
}
"""The name of each format of one file → its exporter."""

FOLDERS: Mapping[str, FolderExporter] = {
    "nanopubs": FolderExporter(
        RDF,
        "nanopubs",
        "nanopublications, one per statement, not signed; needs the extra [nanopub]",
        extra="nanopub",
    ),
    "csv": FolderExporter(
        TABLES,
        "csv_tables",
        "CSV tables in a folder: one per class, plus nodes and edges",
    ),
    "site": FolderExporter(
        READERS,
        "site",
        "static pages to read, offline: evidence map, explorer, ages, effects, gaps, every entity",
        downloads=True,
    ),
    "neo4j": FolderExporter(
        NETWORKS,
        "neo4j",
        "Neo4j: bulk CSV with the command that imports it, constraints, ten questions in Cypher",
    ),
    "kgx": FolderExporter(
        NETWORKS,
        "kgx",
        "KGX: nodes and edges in terms of the Biolink Model, as TSV and as JSON Lines",
    ),
}
"""The name of each format of many files → its exporter. The command line offers both tables."""
OFFERED = tuple(name for name, known in EXPORTERS.items() if known.offered)
"""The formats that a site has beside its pages."""


def exporter(name: str) -> Exporter:
    """Return the exporter of a format of one file.

    :raises UsageError: if there is no such format; the hint names the closest one.
    """
    known = EXPORTERS.get(name)
    if known is None:
        if name in FOLDERS:
            raise UsageError(f"'{name}' is a folder of files", hint="name a folder to write it to")
        hint = did_you_mean(name, [*EXPORTERS, *FOLDERS])
        every = ", ".join([*EXPORTERS, *FOLDERS])
        raise UsageError(f"no format '{name}'", hint=hint or f"known: {every}")
    return known
