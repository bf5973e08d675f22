"""Shapes from other packages, with data of theirs: each engine reports what pySHACL reports.

Nothing of them is kept here. What is not installed is skipped; ``pyshacl`` always is, where the
tests are.
"""

from __future__ import annotations

from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from random import Random

import pytest
from peers import triples
from pyoxigraph import Literal, NamedNode, Triple
from test_w3c import Case, Row, ours, reported, theirs

import kg
from kg.ontology import TYPE
from kg.shacl.names import SH as SHACL
from kg.shacl.plan.queries import prefixes
from kg.shacl.plan.terms import Terms
from kg.validation.shapes import Shapes

BASE = "https://example.org/x"
MOST = 1_500
"""Statements of a graph up to which pySHACL takes less than a second."""
ROC = "profiles/"
BRICK_SHAPE = "ontologies/1.1/BrickShape.ttl"
BRICK = "ontologies/1.4/extensions/brick_extension_"
FOUND = [
    # distribution, module, data, folder or file of shapes
    ("pyshacl", "pyshacl", "assets/dash.ttl", "assets/dash.ttl"),
    ("pyshacl", "pyshacl", "assets/shacl.ttl", "assets/dash.ttl"),
    ("dh-healthdcat", "dh_healthdcat", "validate/shapes", "validate/shapes"),
    ("roc-validator", "rocrate_validator", f"{ROC}workflow-ro-crate", f"{ROC}workflow-ro-crate"),
    ("brickschema", "brickschema", f"{BRICK}G36_SP223-v1.0.ttl", f"{BRICK}schema.shapes.ttl"),
    ("brickschema", "brickschema", BRICK_SHAPE, BRICK_SHAPE),
]
SHAPES = [
    ("dh-healthdcat", "dh_healthdcat", "validate/shapes"),
    *(
        ("roc-validator", "rocrate_validator", f"{ROC}{name}")
        for name in ("ro-crate/1.1", "ro-crate/1.2", "isa-ro-crate", "process-run-crate")
    ),
    *(
        ("roc-validator", "rocrate_validator", f"{ROC}{name}")
        for name in ("provenance-run-crate", "workflow-run-crate", "workflow-testing-ro-crate")
    ),
    *(
        ("brickschema", "brickschema", f"{BRICK}{name}.ttl")
        for name in ("model.shapes", "schema.shapes", "G36_SP223-v1.0", "MODEL_SP223_core-v1.0")
    ),
    ("brickschema", "brickschema", "ontologies/1.4/alignments/Brick-VBIS-alignment.ttl"),
]
"""Packages whose shapes are put to data that :func:`sample` makes."""
DECIDED = {
    f"<https://github.com/crs4/rocrate-validator/{ROC}{name}>"
    for name in ("process-run-crate/ProcRCActionError", "provenance-run-crate/ProvRCActionError")
}
"""Shapes of which pySHACL reports something else than SPARQL says.

Their targets have ``{ FILTER NOT EXISTS { ?this … } }``. In such a group by itself ``?this`` has no
value (SPARQL 1.1, 18.2.2); rdflib gives it that of the group around.
"""


def files(module: str, name: str) -> list[Path]:
    spec = find_spec(module)
    assert spec and spec.submodule_search_locations
    place = Path(spec.submodule_search_locations[0]) / name
    return sorted(place.rglob("*.ttl")) if place.is_dir() else [place]


@pytest.mark.parametrize(("package", "module", "data", "shapes"), FOUND)
def test_the_engines_agree_with_pyshacl(package: str, module: str, data: str, shapes: str) -> None:
    if not find_spec(module):
        pytest.skip(f"{package} is not installed")
    own = Shapes.read(files(module, shapes), BASE)
    statements = Shapes.read(files(module, data)[:1], BASE).triples
    agree(Case(package, statements, own, None, frozenset()))


@pytest.mark.parametrize(("package", "module", "shapes"), SHAPES)
def test_the_engines_agree_on_data_made_for_the_shapes(
    package: str, module: str, shapes: str
) -> None:
    if not find_spec(module):
        pytest.skip(f"{package} is not installed")
    own = Shapes.read(files(module, shapes), BASE)
    assert agree(Case(package, sample(own), own, None, frozenset())), "the data has violations"


def sample(shapes: Shapes) -> tuple[Triple, ...]:
    """Return entities of the classes that shapes name, with some of the properties they name."""
    chance = Random(7)

    def named(*predicates: str) -> list[NamedNode]:
        wanted = {SHACL + name for name in predicates}
        found = {t.object for t in shapes.triples if t.predicate.value in wanted}
        return sorted((o for o in found if isinstance(o, NamedNode)), key=str)

    classes = named("targetClass", "class")
    paths = named("path", "targetSubjectsOf", "targetObjectsOf") or [NamedNode(f"{BASE}p")]
    nodes = [NamedNode(f"{BASE}n{number}") for number in range(24)]
    values = [Literal("x"), Literal("y", language="en"), Literal(1), NamedNode(f"{BASE}none")]
    found = []
    for node in nodes:
        found += [Triple(node, TYPE, c) for c in chance.sample(classes, k=min(2, len(classes)))]
        for path in chance.choices(paths, k=6):
            found.append(Triple(node, path, chance.choice([*values, *nodes])))
    return tuple(dict.fromkeys(found))


@pytest.mark.parametrize("shapes", ["dash", "shacl-shacl"])
@pytest.mark.parametrize("data", ["dash", "shacl", "shacl-shacl", "schema"])
def test_the_engines_agree_where_statements_are_missing(data: str, shapes: str) -> None:
    """Shapes graphs keep the shapes of shapes, until each third statement is left out."""
    own = Shapes.read(files("pyshacl", f"assets/{shapes}.ttl"), BASE)
    (file,) = files("pyshacl", f"assets/{data}.ttl")
    every = sorted(Shapes.read([file], BASE).triples, key=str)[:MOST]
    kept = tuple(triple for place, triple in enumerate(every) if place % 3)
    agree(Case("pyshacl", kept, own, None, frozenset()))


def agree(case: Case) -> int:
    """Assert that all engines have the results that pySHACL has, and return their number."""
    expected = theirs(case)
    assert expected is not None, "pySHACL accepts the shapes"
    found = ours(case)[0]
    assert found is not None
    assert _once(_undecided(found)) == _once(_undecided(expected))
    pytest.importorskip("duckdb", reason="the extra 'scale' is not installed")
    from kg.validation import duckdb_engine

    assert reported(case, duckdb_engine.results) == found
    return len(expected)


def _undecided(rows: Counter[Row]) -> Counter[Row]:
    return Counter({row: count for row, count in rows.items() if row[4] not in DECIDED})


def _once(rows: Counter[Row]) -> Counter[Row]:
    """Count equal solutions of a query once, as pySHACL does; SHACL (5.3.1) counts each."""
    return Counter(
        {r: 1 if "SPARQLConstraint" in "".join(map(str, r)) else n for r, n in rows.items()}
    )


def test_common_prefixes_need_no_declaration() -> None:
    """ASHRAE 223P and others use them so; what is declared goes first."""
    text = ":q sh:prefixes :o . :o sh:declare [ sh:prefix 'sh' ; sh:namespace 'urn:own:' ] ."
    shapes = Shapes(tuple(triples(text)))
    (node,) = shapes.subjects("http://www.w3.org/ns/shacl#prefixes")
    found = dict(prefixes(Terms(shapes), node))
    assert found["sh"] == "urn:own:"
    assert found["rdfs"] == "http://www.w3.org/2000/01/rdf-schema#"


@pytest.mark.parametrize("ex", ["ex", "schema"])  # rdflib has a prefix of its own for the second
def test_a_prefix_of_the_file_needs_no_declaration(tmp_path: Path, ex: str) -> None:
    """ASHRAE 223P declares some in a file of its own, and each engine finds what pySHACL finds."""
    file, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    file.write_text(
        f"@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix {ex}: <urn:ex:> . {ex}:S "
        f"a sh:NodeShape ; sh:targetSubjectsOf {ex}:p ; sh:sparql [ sh:prefixes <urn:elsewhere> ; "
        f"sh:select 'SELECT $this {{ $this {ex}:p {ex}:wrong }}' ] ."
    )
    data.write_text("<urn:ex:a> <urn:ex:p> <urn:ex:wrong> . <urn:ex:b> <urn:ex:p> <urn:ex:c> .")
    for engine in ("auto", "duckdb", "pyshacl"):
        report = kg.validate(data, shapes=[file], engine=engine)
        assert [result.focus for result in report.results] == ["urn:ex:a"], engine


def test_a_relative_namespace_is_resolved_against_the_base(tmp_path: Path) -> None:
    """RO-Crate profiles declare ``./``."""
    file = tmp_path / "shapes.ttl"
    file.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <#o> "
        "sh:declare [ sh:prefix 'ro' ; sh:namespace './' ] ."
    )
    shapes = Shapes.read([file], "https://example.org/crate/x.ttl")
    found = [t.object for t in shapes.triples if t.predicate.value.endswith("#namespace")]
    assert [getattr(o, "value", "") for o in found] == ["https://example.org/crate/"]
