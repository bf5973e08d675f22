"""What ``fuzz.py`` damages, and how: files of each kind, and the words that it puts into them."""

from __future__ import annotations

import contextlib
import random
from importlib import import_module
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import fuzz_commands

import kg
from kg.errors import KgError

HERE = Path(__file__).parent.parent
EXAMPLE = HERE / "tests" / "examples" / "infant-sleep"
CORPUS = HERE / "tests" / "corpus"
PAGES = HERE / "tests" / "imports" / "pages"
WORDS = (
    *(b"\x00", b"\x1b[2J", b"\xff\xfe", b"\xe2\x80\xae", b"\xed\xa0\x80", b"=HYPERLINK(1)"),
    *(b"&a ", b"*a", b"!!python/object:x ", b"<<( ", b" )>>", b"_:b", b"<a:a>", b'"0"^^<a:b>'),
    *(b"[" * 60, b"{" * 60, b"(" * 600, b"- " * 60, b"9" * 400, b"-0", b"1e999", b"NaN", b"''"),
    *("١٢".encode(), b"@en--ltr", b"@context", b"null", b"true", b": ", b"\n", b"\t", b"#", b"|"),
    *(b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"<p>", b"</", b"\\", b'"', b"{}", b"[]", b"../"),
    *(b"file:///etc/passwd", b"9999-99-99", b"0000-01-01T00:00:00Z", b"\r", b"//", b"?x", b"%"),
)
QUERY = b"SELECT ?s (COUNT(?o) AS ?n) { ?s a cekg:Finding ; cekg:outcome+ ?o } GROUP BY ?s LIMIT 3"
QUESTION = b"# title: T\n# question: Q?\n# description: D\n# param: outcome iri - the outcome\n"
GRAPHS = {"jsonld": "jsonld", "nquads": "nq", "turtle": "ttl", "trig": "trig", "rdfxml": "rdf"}
TRIPLES = b'<a:a> <a:p> "x"@en .\n_:b <a:p> _:c .\n_:c <a:p> _:b .\n'
IMPORTS = {
    "table.csv": "id,prefLabel,outcomeOf\noutcome/a,A,child\n",
    "table.tsv": "id\tprefLabel@en\tageRange.minAge\npopulation/a\tA\t12\n",
    "bibliography.bib": "@article{a, title={T}, author={A, B and C}, year=2020, doi={10.1/x}}",
    "bibliography.ris": "TY  - JOUR\nTI  - T\nAU  - A, B\nPY  - 2020\nDO  - 10.1/x\nER  - \n",
    "bibliography.nbib": "PMID- 1\nTI  - T\nFAU - A, B\nDP  - 2020 Jan\nAID - 10.1/x [doi]\n",
    "bibliography.json": '[{"id": "a", "type": "article-journal", "title": "T", "DOI": "10.1/x"}]',
    "schema-org.json": '{"@context": "https://schema.org", "@type": "MedicalTherapy", "name": "T"}',
}
FOLDERS_OF = {"kgx": "kgx", "neo4j": "neo4j", "tables": "csv"}
"""Importer of a folder → the format that writes such a folder."""


class Seeds:
    """What is damaged, and the graph that answers queries."""

    def __init__(self) -> None:
        for name in ("duckdb", "polars", "openpyxl", "rdflib"):  # once, not in every fork
            with contextlib.suppress(ImportError):
                import_module(name)
        self.graph = graph = kg.load(EXAMPLE)
        self.ontology = graph.ontology
        records = (*EXAMPLE.rglob("*.yaml"), *(kg.demo("migraine") / "data").rglob("*.yaml"))
        self.files = [(f"record {f.name}", f.read_bytes()) for f in sorted(records)]
        for format, suffix in GRAPHS.items():
            data = kg.export(graph, format, include_unreviewed=True)
            self.files.append((f"graph x.{suffix}", data))
        self.files += [
            ("graph x.nt", TRIPLES),
            ("cache x.nt", TRIPLES),
            ("query x.rq", QUERY),
            ("question x.rq", QUESTION + QUERY),
            ("settings kg.toml", (EXAMPLE / "kg.toml").read_bytes()),
            ("import fhir.json", kg.export(graph, "fhir-r5", include_unreviewed=True)),
            ("sheet decisions.json", b'{"kind": "clinical-evidence-kg review decisions"}'),
        ]
        with contextlib.suppress(KgError):
            self.files.append(("sheet decisions.xlsx", kg.review_sheet(graph)))
        pages = sorted(PAGES.iterdir())
        self.files += [(f"import article{page.suffix}", page.read_bytes()) for page in pages]
        self.files += [(f"import {name}", text.encode()) for name, text in IMPORTS.items()]
        self.folders = {
            importer: kg.export_folder(graph, format, include_unreviewed=True)
            for importer, format in FOLDERS_OF.items()
        }
        for importer, files in self.folders.items():
            self.files += [(f"folder {importer}@{n.replace('/', '@')}", files[n]) for n in files]
        self.project = fuzz_commands.project(graph, self._given())
        self.files += fuzz_commands.seeds(self.project)
        if CORPUS.is_dir():
            found = sorted(CORPUS.iterdir())
            self.files += [(name_of(file), file.read_bytes()) for file in found]

    def _given(self) -> dict[str, bytes]:
        """Return what somebody has for an import, and a query."""
        return {
            "page.html": (PAGES / "back.html").read_bytes(),
            "works.bib": IMPORTS["bibliography.bib"].encode(),
            "fhir.json": kg.export(self.graph, "fhir-r5", include_unreviewed=True),
            "schema-org.json": IMPORTS["schema-org.json"].encode(),
            "table.csv": IMPORTS["table.csv"].encode(),
            "ask.rq": QUERY,
        }


def name_of(file: Path) -> str:
    """Return kind and name of a file of the corpus: ``003-record-data.yaml``."""
    _, kind, name = file.name.split("-", 2)
    return f"{kind} {name}"


def _packed(data: bytes, chance: random.Random) -> bytes:
    """Return a workbook in which one of its files is damaged."""
    made = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(made, "w") as new:
        hit = chance.choice(old.namelist())
        for name in old.namelist():
            new.writestr(name, _cut(old.read(name), chance) if name == hit else old.read(name))
    return made.getvalue()


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return a file, or one of the files in a workbook, with places damaged."""
    whole = not data.startswith(b"PK") or chance.random() < 0.1
    with contextlib.suppress(BadZipFile):  # of the corpus
        return _cut(data, chance) if whole else _packed(data, chance)
    return _cut(data, chance)


def _cut(data: bytes, chance: random.Random) -> bytes:
    """Return a text with one to four places cut, doubled, exchanged or replaced."""
    text = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text) + 1)
        end = min(len(text), at + chance.choice((0, 1, 1, 5, 40)))
        part = bytes(text[at:end])
        text[at:end] = chance.choice((b"", part * 2, part[::-1], chance.choice(WORDS)))
    return bytes(text)


def exchanged(data: bytes, chance: random.Random) -> bytes:
    """Return N-Quads in which one to four statements have the value of another."""
    lines = [line.split(b" ", 2) for line in data.splitlines() if not line.startswith(b"#")]
    for line in chance.choices(lines, k=chance.randint(1, 4)):
        line[2:] = [chance.choice(lines)[2]]
    return b"\n".join(map(b" ".join, lines)) + b"\n"
