"""Clinical Evidence Knowledge Graph: what evidence says, as a graph that can be checked.

The verbs are those of the command line::

    graph = kg.load("datasets/attachment")     # files -> records -> graph, with derived statements
    report = kg.validate(graph)                # SHACL; report.conforms, report.results
    kg.report_as(report, "sarif")              # text in pieces: sarif, junit, html, …
    rows = kg.query(graph, "SELECT ...")       # SPARQL
    rows = kg.query(graph, "includes-age", age="18mo")  # a named question: kg.questions()
    tables = kg.summary_of_findings(graph, "intervention/video-feedback")  # GRADE tables
    found = kg.audit(graph)                    # an article against its evidence; found.totals
    data = kg.export(graph, "jsonld")          # bytes
    kg.stats(graph)                            # counts; kg.explain("minAge") says what a word means
    result = kg.build("datasets/attachment")   # all of it, with the files in result.files

Everything public is named in :mod:`kg.public`; nothing else is promised.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.public import *  # noqa: F403


def __getattr__(name: str) -> Any:
    """Load the library when it is first used: ``kg --help`` does without.

    :raises AttributeError: if there is no such name or module.
    """
    if name == "__version__":
        from importlib.metadata import version

        return version("clinical-evidence-kg")
    public = import_module("kg.public")
    if name == "__all__" or name in public.__all__:
        return getattr(public, name)
    if module := sys.modules.get(f"kg.{name}"):
        return module
    raise AttributeError(f"module 'kg' has no attribute '{name}'")
