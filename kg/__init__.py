"""Clinical Evidence Knowledge Graph: what evidence says, as a graph that can be checked.

The verbs are those of the command line::

    graph = kg.load(kg.demo())                 # files -> records -> graph, with derived statements
    report = kg.validate(graph)                # SHACL; report.conforms, report.results
    kg.report_as(report, "sarif")              # text in pieces: sarif, junit, html, …
    rows = kg.query(graph, "SELECT ...")       # SPARQL
    rows = kg.query(graph, "includes-age", age="18mo")  # a named question: kg.questions()
    tables = kg.summary_of_findings(graph, "intervention/video-feedback")  # GRADE tables
    found = kg.audit(graph)                    # an article against its evidence; found.totals
    kg.decide("approve", ["finding/f1"], "agent/reviewer", "my-project")  # a review event
    data = kg.export(graph, "jsonld")          # bytes
    kg.stats(graph)                            # counts; kg.explain("minAge") says what a word means
    kg.import_file("table", "trials.csv", "data/trials.yaml")  # other files as draft records
    result = kg.build(kg.demo("attachment"))   # all of it, with the files in result.files

Everything public is named in :mod:`kg.public`; nothing else is promised.
"""

from __future__ import annotations

import ast
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.public import *  # noqa: F403


def __getattr__(name: str) -> Any:
    """Load a module or a public name when it is first used, and no other one.

    :raises AttributeError: if there is no such name.
    """
    if name == "__version__":
        from importlib.metadata import version

        return version("clinical-evidence-kg")
    if name == "__all__":
        return sorted(_homes())
    if not name.startswith("_") and find_spec(f"kg.{name}"):
        return import_module(f"kg.{name}")
    if name not in _homes():
        raise AttributeError(f"module 'kg' has no attribute '{name}'")
    found = globals()[name] = getattr(import_module(_homes()[name]), name)
    return found


@cache
def _homes() -> dict[str, str]:
    """Return public name → the module that it is from: the imports of :mod:`kg.public`.

    They are read, not run, since to run them imports most of the package.
    """
    spec = find_spec("kg.public")
    source = spec.loader.get_source("kg.public") if spec and spec.loader else ""  # type: ignore
    imports = (n for n in ast.parse(source or "").body if isinstance(n, ast.ImportFrom))
    return {a.name: str(i.module) for i in imports for a in i.names if i.module != "__future__"}


def __dir__() -> list[str]:
    return sorted({*globals(), *_homes()})
