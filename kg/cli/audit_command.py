"""``kg audit``."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

import click
from pyoxigraph import NamedNode

import kg
from kg import jsontext
from kg.cli.common import emit, existing, say, source_argument, text_or_json_option
from kg.evidence.audit_json import document
from kg.evidence.audit_rules import VERDICTS

_WIDTH = 80
_COLOURS = {"contradicted": "red", "stronger": "red", "supported": "green", "faithful": "green"}


@click.command("audit")
@click.argument("article", required=False)
@source_argument
@text_or_json_option
def command(article: str | None, source: Path | None, format: str) -> None:
    """Compare an article with its sources and with research, statement by statement.

    ARTICLE is an id (article/own); without it the only article, or the only one whose text the
    project holds. SOURCE is a project folder or a graph file; without it the nearest project
    upward. A file or folder given alone is the SOURCE.

    Each statement has a verdict, the rule that gave it (see 'kg explain AUD-001'), who judged (a
    rule, or a person whose judgement is recorded), and what it rests on. What is not recorded in
    the graph is not known here: no verdict says that there is no research.
    """
    if article and source is None and (place := existing(article)):
        source, article = place, None
    graph = kg.load(source)
    found = kg.audit(graph, article)
    if format == "json":
        emit(f"{jsontext.text(document(found, graph))}\n".encode(), None)
    else:
        say("\n".join(_text(found, graph)))


def _text(found: kg.Audit, graph: kg.Graph) -> Iterator[str]:
    yield click.style(f"{found.title} ({found.id})", bold=True)
    yield f"{len(found.statements)} statements, each by the worst verdict on it; worst first"
    yield ""
    width = max(map(len, VERDICTS.values()))
    for verdict, count in found.totals.items():
        names = " ".join(_name(s) for s in found.statements if s.verdict == verdict)
        head = f"  {VERDICTS[verdict]:<{width}}  {count:>3}  "
        coloured = click.style(VERDICTS[verdict], fg=_COLOURS.get(verdict))
        lines = _wrapped(names, head)
        yield next(lines).replace(VERDICTS[verdict], coloured, 1)
        yield from lines
    section = None
    for said in found.statements:
        if said.span.section != section:
            section = said.span.section
            yield f"\n{click.style(section or 'No section', bold=True)}"
        yield from _statement(said, graph)


def _statement(said: kg.AuditedStatement, graph: kg.Graph) -> Iterator[str]:
    place = f" [{said.span.start}-{said.span.end}]" if said.span.start is not None else ""
    verdict = click.style(VERDICTS[said.verdict], fg=_COLOURS.get(said.verdict), bold=True)
    if said.verdict == "noClaim":
        codes = ", ".join(j.code for j in said.judgements)
        yield f"  {_name(said)}{place} {verdict} ({codes})"
        return
    yield f"  {_name(said)}{place} {verdict}"
    words = said.wordings.get("clinician") or next(iter(said.wordings.values()), "")
    yield from _wrapped(words, "    ")
    for j in said.judgements:
        how = f" ({j.rule.how})" if j.rule.how else ""
        rests = ", ".join(graph.short(NamedNode(iri)) for iri in j.rests_on)
        yield from _wrapped(
            f"{j.rule.title}{how}. {j.says}" + (f" [{rests}]" if rests else ""),
            f"    {j.code} ",
        )


def _name(said: kg.AuditedStatement) -> str:
    return said.identifier or said.id


def _wrapped(text: str, head: str) -> Iterator[str]:
    """Yield a text in lines, all but the first indented as far as its head reaches."""
    yield from textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [head.rstrip()]
