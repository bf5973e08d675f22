"""Every importer, given files that are broken, huge, nested or in another encoding."""

from __future__ import annotations

import random
from codecs import BOM_UTF8, BOM_UTF16_LE
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_bibliography import EVERY

import kg
from kg.errors import KgError
from kg.exporters import FOLDERS
from kg.fhir.numbers import loads
from kg.graph import Graph
from kg.imports import IMPORTERS
from kg.project import Project
from kg.templates import table_template

EXAMPLE = Path(__file__).parents[1] / "examples" / "infant-sleep"
PAGES = Path(__file__).parent / "pages"
FHIR = b"""{"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {
  "resourceType": "Citation", "id": "c1", "status": "active", "title": "A title"}}]}"""
WORDS = (
    *(b"", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xe2\x80\xa8", b"[" * 300, b"{" * 300),
    *(b"<a>" * 200, b"&x;", b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b'"', b"|" * 50, b"9" * 400),
    *(b"=1+1", b"\\", b"\r", b"null", b"TY  - ", b"@a{b,", b"- ", b"[1],[2]", b"\t" * 30),
)
ENCODED = {
    "UTF-8 with a mark": lambda text: BOM_UTF8 + text.encode(),
    "UTF-16": lambda text: BOM_UTF16_LE + text.encode("utf-16-le"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-be"),
    "Latin-1": lambda text: text.encode("latin-1", "replace") + b"\xe9",
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "CR": lambda text: text.replace("\n", "\r").encode(),
    "NUL": lambda text: text.encode() + b"\x00",
    "twice": lambda text: text.encode() * 2,
    "cut": lambda text: text.encode()[: len(text) // 2],
}


def seeds() -> Iterator[tuple[str, str, bytes]]:
    """Yield importer, name of a file, and content, for each kind of file that is imported."""
    for page in sorted(PAGES.iterdir()):
        yield "article", page.name, page.read_bytes()
    for name, text in EVERY.items():
        yield "bibliography", name, text.encode()
    yield "fhir", "x.json", FHIR
    for format in ("csv", "tsv", "xlsx"):
        data = table_template("Outcome", format, Project.read(EXAMPLE), records=True)
        yield "table", f"x.{format}", data
    graph = kg.load(EXAMPLE)
    yield "schema-org", "x.jsonld", kg.export(graph, "schema-org", include_unreviewed=True)
    files = FOLDERS["kgx"].files(graph)
    for name in ("nodes.jsonl", "nodes.tsv"):
        if name in files:
            yield "kgx", name, files[name]


FOLDERS_ALONE = {"neo4j", "tables"}
"""Importers of folders, which their round trips test."""


SEEDS = list(seeds())
NAMES = [f"{kind} {name}" for kind, name, _ in SEEDS]


@pytest.fixture(scope="module")
def known() -> Graph:
    return kg.load(EXAMPLE)


def attempt(kind: str, name: str, data: bytes, folder: Path, known: Graph) -> bool:
    """Import a file, and tell whether that was accepted; what was refused leaves no file."""
    file, output = folder / name, folder / "out.yaml"
    file.write_bytes(data)
    output.unlink(missing_ok=True)
    try:
        done = kg.import_file(kind, file, output, on=known)
    except KgError as error:
        assert str(error) and not output.exists()
        assert [p.name for p in folder.iterdir()] == [name], "nothing else is left"
        return False
    assert output.read_text(encoding="utf-8") == done.text
    return True


def test_every_importer_is_tried() -> None:
    assert {kind for kind, _, _ in SEEDS} == set(IMPORTERS) - FOLDERS_ALONE


@pytest.mark.parametrize(("kind", "name", "data"), SEEDS, ids=NAMES)
def test_damage_ends_in_records_or_a_diagnostic(
    kind: str, name: str, data: bytes, tmp_path: Path, known: Graph
) -> None:
    chance = random.Random(name)
    for _ in range(30):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.choice((0, 1, 5, 40, 400)))
        changed = data[:at] + chance.choice((*WORDS, data[at:end] * 3)) + data[end:]
        attempt(kind, name, changed, tmp_path, known)


@pytest.mark.parametrize("encoding", ENCODED)
@pytest.mark.parametrize(
    ("kind", "name", "data"), [s for s in SEEDS if not s[1].endswith("xlsx")],
    ids=[n for n in NAMES if not n.endswith("xlsx")],
)  # fmt: skip
def test_another_encoding_or_line_end_is_read_or_refused(
    kind: str, name: str, data: bytes, encoding: str, tmp_path: Path, known: Graph
) -> None:
    changed = ENCODED[encoding](data.decode())
    accepted = attempt(kind, name, changed, tmp_path, known)
    if encoding in ("UTF-8 with a mark", "CRLF"):
        assert accepted


def test_numbers_of_fhir_have_an_end() -> None:
    with pytest.raises((ValueError, RecursionError)):
        loads(b"[" * 100_000)
