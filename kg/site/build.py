"""All pages of a site from one graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from kg.evidence.findings import Findings, findings_of
from kg.evidence.index import Index, index_of
from kg.evidence.summary_of_findings import summaries
from kg.graph import Graph
from kg.processes import beside
from kg.site.assets import shared
from kg.site.audit_page import audit_page
from kg.site.entity import EntityPages
from kg.site.everything import everything
from kg.site.explorer import Explorer
from kg.site.forest import forest
from kg.site.gaps import gaps
from kg.site.home import home
from kg.site.parts import Parts
from kg.site.shell import Page, Shell
from kg.site.summaries import SummaryPages
from kg.site.support_page import support_page
from kg.site.timeline import timeline


def pages(graph: Graph, downloads: Sequence[str] = ()) -> dict[str, bytes]:
    """Return the files of a site: path within its folder → content, in order of path.

    :param graph: a graph that may be exported (see :func:`kg.review.select`).
    :param downloads: the paths of the other formats that lie beside the pages.
    """
    with begun(graph, downloads) as made:
        return made()


def prepare(graph: Graph) -> EntityPages:
    """Find what pages share: index, findings, drawing. It is found once and kept with the graph."""
    return graph.kept("pages", lambda: EntityPages(index_of(graph), findings_of(graph)))


@contextmanager
def begun(graph: Graph, downloads: Sequence[str] = ()) -> Iterator[Callable[[], dict[str, bytes]]]:
    """Begin to make the :func:`pages` in other processes, and give a function that returns them."""
    of_entities = prepare(graph)  # here: with it, all find what they share once
    index, findings = index_of(graph), findings_of(graph)
    shell = Shell(index, tuple(downloads))

    def entities() -> dict[str, bytes]:
        return {page.path: shell.render(page) for page in map(of_entities.page, index.entities)}

    def overviews() -> dict[str, bytes]:
        return {page.path: shell.render(page) for page in _overviews(index, findings, shell)}

    with beside(entities, overviews) as (others, own):  # on two cores, the second is done here
        yield lambda: dict(sorted((shared() | own() | others()).items()))


def _overviews(index: Index, findings: Findings, shell: Shell) -> Iterator[Page]:
    parts = Parts(index, findings)
    yield home(index, parts, shell)
    yield timeline(index, parts)
    yield forest(index, parts)
    yield gaps(index, parts)
    yield support_page(index, parts)
    summed = SummaryPages(index, parts, summaries(findings))
    yield summed.list_page()
    yield from summed.pages()
    yield audit_page(index, parts)
    explorer = Explorer(index, parts)
    yield explorer.page()
    yield explorer.free()
    yield everything(index, parts, explorer.picture.drawing.nodes)
