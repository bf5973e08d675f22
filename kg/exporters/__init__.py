"""Exporters turn a graph into bytes. One file a format, one line in :data:`EXPORTERS`.

An exporter never changes the graph. Its module declares in ``FIDELITY`` what the format keeps of a
graph, what it changes and what it drops (:mod:`kg.contract`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from kg.contract import Fidelity
from kg.errors import UsageError, did_you_mean
from kg.exporters.format import Exporter as Exporter
from kg.exporters.format import fidelity_of as fidelity_of
from kg.exporters.format import refuse_form as refuse_form
from kg.exporters.format import refuse_look as refuse_look
from kg.graph import Graph
from kg.pieces import Files, Loaded, encoded

RDF = "RDF and linked data"
NETWORKS = "Graph tools and graph databases"
CLINICAL = "Clinical systems"
TABLES = "Tables"
READERS = "Pages, summaries and pictures"
SOURCES = "References"
GROUPS = (RDF, CLINICAL, NETWORKS, TABLES, READERS, SOURCES)
"""What formats are for, in the order in which the command line lists them."""
_FLAT = "it sorts and nests every entity; jsonld-flat and jsonl say the same"
_QUADS = "one document of all statements; nquads says the same"
_TERMS = "it has terms only, whatever the graph holds"
_DRAWN = "nodes come before all edges, or have positions; node-link, dot and kgx go line by line"
_BUNDLE = "a bundle is one document whose resources refer to each other"
_SORTED = "references are made unique and sorted by text; csl-json has the same sources"
_PEOPLE = "it is a page or a picture for people, laid out from all entities at once"
"""Why formats need a loaded graph."""


@dataclass(frozen=True, slots=True)
class FolderExporter:
    """A format of many files: its group, where its writer lives, and what it is for.

    A module has ``files(graph)``, or ``stream(pieces)``, which yields bits of files with their
    paths. One with ``downloads`` has the formats :data:`OFFERED` beside its own files: it finds
    what its files share with ``prepare(graph)`` and begins to make them with
    ``begun(graph, downloads)``. ``extra`` names the optional extra of the package that a format
    needs, and ``whole`` is why it needs a loaded graph.
    """

    group: str
    module: str
    summary: str
    downloads: bool = False
    extra: str = ""
    whole: str = ""

    @property
    def fidelity(self) -> Fidelity:
        """What the format keeps, changes and drops."""
        return fidelity_of(f"kg.exporters.{self.module}")

    def files(self, graph: Graph) -> dict[str, bytes]:
        """Return the files of a graph in this format, by their paths within the folder."""
        module = import_module(f"kg.exporters.{self.module}")
        if hasattr(module, "stream"):
            written: dict[str, list[bytes]] = {}
            for path, text in cast(Files, module.stream)(Loaded(graph)):
                written.setdefault(path, []).append(encoded(text))
            return {path: b"".join(texts) for path, texts in written.items()}
        if not self.downloads:
            return cast(Callable[[Graph], dict[str, bytes]], module.files)(graph)
        with self.begun(graph) as files:
            return files({name: EXPORTERS[name].write(graph) for name in OFFERED})

    def prepare(self, graph: Graph) -> None:
        """Import what writes a format with downloads, and find what its files share."""
        for name in OFFERED:
            import_module(f"kg.exporters.{EXPORTERS[name].module}")
        import_module(f"kg.exporters.{self.module}").prepare(graph)

    @contextmanager
    def begun(self, graph: Graph) -> Iterator[Callable[[Mapping[str, bytes]], dict[str, bytes]]]:
        """Begin to make files with downloads in another process, where that is possible.

        It gives a function that returns all files, from the bytes of the formats :data:`OFFERED`
        by their names.
        """
        begun = import_module(f"kg.exporters.{self.module}").begun
        with begun(graph, sorted(map(download, OFFERED))) as pages:
            yield lambda made: dict(
                sorted({**pages(), **{download(name): made[name] for name in OFFERED}}.items())
            )


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
        whole=_FLAT,
    ),
    "jsonld-expanded": Exporter(
        RDF,
        "jsonld_expanded",
        ".expanded.jsonld",
        "JSON-LD, expanded and flattened: whole IRIs, no context",
        whole=_FLAT,
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
    "trig": Exporter(RDF, "trig", ".trig", "TriG: Turtle with named graphs", whole=_QUADS),
    "rdfxml": Exporter(
        RDF, "rdfxml", ".rdf", "RDF/XML: for tools that read no other syntax of RDF", whole=_QUADS
    ),
    "ontology": Exporter(
        RDF,
        "ontology",
        ".ontology.ttl",
        "the ontology as Turtle: terms of kg and of the project, for Protégé and reasoners",
        whole=_TERMS,
    ),
    "ontology-jsonld": Exporter(
        RDF, "ontology_jsonld", ".ontology.jsonld", "the same as JSON-LD", whole=_TERMS
    ),
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
        whole=_DRAWN,
    ),
    "gexf": Exporter(
        NETWORKS,
        "gexf",
        ".gexf",
        "GEXF of the derived edges, with positions and colours: for Gephi",
        whole=_DRAWN,
    ),
    "cytoscape": Exporter(
        NETWORKS,
        "cytoscape",
        ".cyjs",
        "Cytoscape JSON of the derived edges, with positions: for Cytoscape and Cytoscape.js",
        whole=_DRAWN,
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
        whole=_PEOPLE,
    ),
    "fhir-r4": Exporter(
        CLINICAL,
        "fhir_r4",
        ".fhir-r4.json",
        "FHIR R4, reduced: for systems that do not take R5 yet",
        whole=_BUNDLE,
    ),
    "fhir-r5": Exporter(
        CLINICAL,
        "fhir_r5",
        ".fhir-r5.json",
        "FHIR R5 as one collection of resources: for files and for clinical systems",
        whole=_BUNDLE,
    ),
    "fhir-r5-transaction": Exporter(
        CLINICAL,
        "fhir_r5_transaction",
        ".fhir-r5-transaction.json",
        "the same as a transaction, for a FHIR server; sending it twice changes nothing",
        whole=_BUNDLE,
    ),
    "fhir-r5-document": Exporter(
        CLINICAL,
        "fhir_r5_document",
        ".fhir-r5-document.json",
        "the same as a document that starts with the summaries of findings",
        whole=_BUNDLE,
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
        whole=_PEOPLE,
    ),
    "summary-md": Exporter(
        READERS, "summary_md", ".summary.md", "the same as Markdown", whole=_PEOPLE
    ),
    "summary-xlsx": Exporter(
        READERS,
        "summary_xlsx",
        ".summary.xlsx",
        "the same as an Excel workbook; needs the extra [office]",
        extra="office",
        whole=_PEOPLE,
    ),
    "summary-docx": Exporter(
        READERS,
        "summary_docx",
        ".summary.docx",
        "the same as a Word document; needs the extra [office]",
        extra="office",
        whole=_PEOPLE,
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
        whole=_SORTED,
    ),
    "svg": Exporter(
        READERS,
        "figure",
        ".svg",
        "one picture of the whole graph as SVG: for papers and pages",
        drawn=True,
        offered=True,
        whole=_PEOPLE,
    ),
    "png": Exporter(
        READERS,
        "png",
        ".png",
        "the same picture as PNG; needs the extra [png]",
        drawn=True,
        extra="png",
        whole=_PEOPLE,
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
        whole=_PEOPLE,
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
