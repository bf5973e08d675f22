"""No export of approved statements holds a clinical fact, whatever its format and its road.

Nothing in the dataset is approved. Formats are taken from the tables, so one that is registered
tomorrow is held to this, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode
from test_caveats import plain

import kg
from kg.exporters import EXPORTERS, FOLDERS
from kg.facts import fact_properties
from kg.graph import Fact, Graph
from kg.graph_files import GRAPH_FORMATS
from kg.ontology import TYPE, local_name
from kg.scale.export import BULK, STORED

FORMATS = list(dict.fromkeys([*EXPORTERS, *FOLDERS, *BULK]))
LONG = 20_000
"""Lines with more characters than a link has are not searched for links."""
NAMES = ("prefLabel", "altLabel", "title", "note", "text")


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def texts(dataset: kg.Graph) -> dict[str, str]:
    """The words of each fact that is not a part of a name or a limit, which stand by themselves."""
    kept, _ = kg.review.select(dataset)
    names = "|".join(plain(t.value) for n in NAMES for _, t in _of(kept, n))
    found = {v.value for _, v in _of(dataset, "factValue") if isinstance(v, Literal)}
    found |= {v.value for _, v in _of(dataset, "verbatim")}
    words = {text: plain(text) for text in found}
    return {text: said for text, said in words.items() if len(said) > 3 and said not in names}


@pytest.fixture(scope="module")
def links(dataset: kg.Graph) -> set[tuple[str, str, str]]:
    """Subject, local name and object of each fact that joins two entities."""
    return {
        (dataset.short(f.subject), local_name(iri), dataset.short(f.object))
        for iri in fact_properties(dataset.ontology)
        for f in dataset.facts(NamedNode(iri))
        if isinstance(f.object, NamedNode) and "#" not in f.object.value
    }


def _of(graph: Graph, name: str) -> list[tuple[NamedNode, Literal]]:
    found = graph.facts(graph.property_iri(name))
    return [(f.subject, f.object) for f in found]  # type: ignore[misc]


def test_the_dataset_has_facts_to_look_for(
    texts: dict[str, str], links: set[tuple[str, str, str]]
) -> None:
    assert len(texts) > 60
    assert len(links) > 80


def test_all_of_them_are_exported_where_what_is_unreviewed_is_wanted(
    dataset: kg.Graph, texts: dict[str, str]
) -> None:
    written = plain(kg.export(dataset, "nquads", include_unreviewed=True).decode())
    assert [text for text, said in texts.items() if said not in written] == []


def readable(path: Path) -> list[tuple[str, str]]:
    """Return each file of an export as name and text; tables in columns as lines of text."""
    files = sorted(f for f in path.rglob("*") if f.is_file()) if path.is_dir() else [path]
    found = []
    for file in files:
        if file.read_bytes()[:4] == b"PAR1":
            duckdb = pytest.importorskip("duckdb", reason="the extra 'scale' is not installed")
            rows = duckdb.sql(f"FROM read_parquet('{file}')").fetchall()
            found.append((file.name, "\n".join(map(str, rows))))
        else:
            found.append((file.name, file.read_bytes().decode("utf-8", "ignore")))
    return found


def told(
    path: Path, name: str, texts: dict[str, str], links: set[tuple[str, str, str]]
) -> set[object]:
    """Return the facts that an export tells: their words, their properties, their links."""
    found: set[object] = set()
    for file, text in readable(path):
        words = plain(text)
        found |= {fact for fact, said in texts.items() if said in words}
        lines = [line for line in re.split(r"\n|</?edge", text) if len(line) < LONG]
        for link in links:
            if not all(part in text for part in link):
                continue
            found |= {link for line in lines if all(part in line for part in link)}
        known = EXPORTERS.get(name) or BULK.get(name)
        suffix = Path(file).suffix or (known.suffix if known else "")
        if suffix in GRAPH_FORMATS:
            copy = path.with_name(f"copy{suffix}")
            copy.write_text(text, encoding="utf-8")
            found |= set(asserted(kg.load(copy)))
    return found


def asserted(graph: Graph) -> Iterator[Fact]:
    """Yield each clinical fact of an entity in a graph, derived ones too."""
    for iri, classes in fact_properties(graph.ontology).items():
        for fact in graph.facts(NamedNode(iri)):
            if classes & {kind.value for kind in graph.objects(fact.subject, TYPE.value)}:
                yield fact


@pytest.mark.parametrize("name", FORMATS)
def test_no_fact_is_in_what_was_approved(
    name: str,
    dataset: kg.Graph,
    texts: dict[str, str],
    links: set[tuple[str, str, str]],
    tmp_path: Path,
) -> None:
    if getattr(EXPORTERS.get(name), "extra", "") == "png":
        pytest.skip("pixels are not searched; the PNG is drawn from the same scene as the SVG")
    out = tmp_path / "out"
    kg.export_file(dataset, name, out, include_unreviewed=False)
    if found := told(out, name, texts, links):
        # A format of the ontology has its examples, whatever the graph holds.
        empty = tmp_path / "empty"
        kg.export_file(Graph(dataset.ontology, dataset.base), name, empty)
        found -= told(empty, name, texts, links)
    assert found == set()


@pytest.mark.parametrize("name", list(STORED))
def test_no_fact_is_in_what_was_approved_of_a_file_that_is_not_loaded(
    name: str,
    dataset: kg.Graph,
    texts: dict[str, str],
    links: set[tuple[str, str, str]],
    tmp_path: Path,
) -> None:
    pytest.importorskip("duckdb", reason="the extra 'scale' is not installed")
    source = tmp_path / "graph.nq"
    source.write_bytes(kg.export(dataset, "nquads", include_unreviewed=True))
    out = tmp_path / "out"
    kg.export_file(source, name, out, include_unreviewed=False, engine="duckdb")
    assert told(out, name, texts, links) == set()


BARE = """
@prefix cekg: <https://w3id.org/clinical-evidence-kg/ns#> .
@prefix ex: <https://example.org/> .
ex:course a cekg:Intervention ; cekg:dose "Forty bare sessions"@en .
ex:course cekg:targetPopulation ex:babies .
ex:babies a cekg:Population ; cekg:ageRange ex:age .
ex:age a cekg:AgeRange ; cekg:verbatim "under nine bare weeks" .
"""


@pytest.mark.parametrize("engine", ["auto", "duckdb"])
def test_a_fact_that_somebody_wrote_on_an_entity_is_not_exported_as_approved(
    engine: str, tmp_path: Path
) -> None:
    pytest.importorskip("duckdb", reason="the extra 'scale' is not installed")
    source = tmp_path / "bare.ttl"
    source.write_text(BARE, encoding="utf-8")
    written = {}
    for everything in (True, False):
        out = tmp_path / f"{everything}.nq"
        kg.export_file(source, "nquads", out, include_unreviewed=everything, engine=engine)
        written[everything] = out.read_text(encoding="utf-8")
    for text in ("bare sessions", "bare weeks", "targetPopulation"):
        assert text in written[True]
        assert text not in written[False]
    assert "example.org/course" in written[False]
