"""Imports go one way: a module knows what lies below it and nothing above or beside it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import networkx

PACKAGE = Path(__file__).parent.parent / "kg"

LAYERS = [
    {"kg.cli"},
    {"kg"},
    {"kg.public"},
    {"kg.api"},
    {"kg.exporting", "kg.validating"},
    {"kg.templates"},
    {"kg.explanations", "kg.counts", "kg.reviewing"},
    {"kg.starter", "kg.scale", "kg.imports"},
    {"kg.exporters", "kg.reports"},
    {"kg.site", "kg.fhir"},
    {"kg.figure", "kg.schema_org"},
    {"kg.validation"},
    {"kg.review", "kg.loading", "kg.parts"},
    {"kg.derive"},
    {"kg.evidence", "kg.facts"},
    {"kg.queries", "kg.pieces"},
    {"kg.quotes"},
    {"kg.assertion", "kg.builder", "kg.facts"},
    {"kg.suggestions", "kg.schema"},
    {"kg.project"},
    {"kg.bibliography"},
    {"kg.readers", "kg.files", "kg.jsonld"},
    {"kg.graph", "kg.text", "kg.tables"},
    {"kg.last_build"},
    {
        "kg.records",
        "kg.journal",
        "kg.literals",
        "kg.graph_files",
        "kg.graph_limits",
        "kg.mentions",
        "kg.review_rules",
    },
    {"kg.contract", "kg.outputs", "kg.published"},
    {"kg.ontology"},
    {
        "kg.diagnostics",
        "kg.resources",
        "kg.xmltext",
        "kg.jsontext",
        "kg.cells",
        "kg.office",
        "kg.marks",
    },
    {"kg.errors", "kg.marks", "kg.processes", "kg.retraction"},
    {"kg.shacl"},
]
"""From top to bottom. A name stands for the module or the whole package of that name."""

INDEPENDENT = {"kg.readers", "kg.exporters"}
"""Packages whose modules do not import their siblings (the package itself imports them all)."""

HEAVY = {"rdflib", "pyshacl", "networkx", "duckdb", "polars", "pyspark", "py4j"}
LONGEST = 400
"""Lines of a module."""
MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def package(module: str) -> str:
    return ".".join(module.split(".")[:2])


def level(module: str) -> int:
    found = [n for n, layer in enumerate(LAYERS) if package(module) in layer]
    assert found, f"{module} has no layer: give it one in {Path(__file__).name}"
    return found[0]


@cache
def imports(path: Path, *, top_only: bool = False) -> list[str]:
    return list(_imports(path, top_only))


def _imports(path: Path, top_only: bool) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        child
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for child in ast.walk(node)
    }
    nodes = tree.body if top_only else list(ast.walk(tree))
    for node in nodes:
        if node in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = PACKAGE.parent / node.module.replace(".", "/") / f"{alias.name}.py"
                package = inner.with_suffix("") / "__init__.py"
                is_module = inner.exists() or package.exists()
                yield f"{node.module}.{alias.name}" if is_module else node.module


def test_a_module_imports_only_what_lies_below_it() -> None:
    upward = [
        f"{name_of(path)} imports {other}"
        for path in MODULES
        for other in imports(path)
        if re.match(r"kg(\.|$)", other)
        and package(other) != package(name_of(path))
        and level(other) <= level(name_of(path))
    ]
    assert upward == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    names = {name_of(path): path for path in MODULES}
    graph = networkx.DiGraph()
    for name, path in names.items():
        for other in imports(path):
            while other and other not in names:
                other = other.rpartition(".")[0]
            graph.add_edge(name, other)
    graph.remove_edges_from(list(networkx.selfloop_edges(graph)))
    assert [c for c in networkx.strongly_connected_components(graph) if len(c) > 1] == []


def test_a_module_is_short() -> None:
    lines = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    too_long = {name: n for name, n in lines.items() if n > LONGEST}
    assert too_long == {}, "divide them by what their parts do"


def test_formats_do_not_know_each_other() -> None:
    siblings = [
        f"{module} imports {other}"
        for module, path in zip(map(name_of, MODULES), MODULES, strict=True)
        if package(module) in INDEPENDENT and module != package(module)
        for other in imports(path)
        if package(other) == package(module) and other != module
    ]
    assert siblings == []


def test_heavy_libraries_are_imported_where_they_are_used() -> None:
    def heavy(path: Path, **where: bool) -> set[str]:
        return HEAVY & {other.split(".")[0] for other in imports(path, **where)}

    users = [path for path in MODULES if heavy(path)]
    assert [name_of(path) for path in users if heavy(path, top_only=True)] == []


def test_only_the_command_line_prints_or_exits() -> None:
    ends = re.compile(r"(?<![\w.])(print|exit|quit|sys\.exit|click\.echo)\(")
    found = [
        f"{name_of(path)}: {call[0]}"
        for path in MODULES
        if package(name_of(path)) != "kg.cli"
        for call in ends.finditer(path.read_text("utf-8"))
    ]
    assert found == []


def test_only_resources_knows_where_the_shipped_folders_lie() -> None:
    naming = {name_of(path) for path in MODULES if "__file__" in path.read_text("utf-8")}
    assert naming == {"kg.resources"}


def test_every_module_was_looked_at() -> None:
    assert len(MODULES) > 30
