"""``kg explain``."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

import click

import kg
from kg.cli import evidence_text
from kg.cli.common import PATH, demo_option, say
from kg.explanations import CodeText, EntityText, KeyText, RuleText, StatementText, TermText

_WIDTH = 80


@click.command("explain")
@click.argument("word", metavar="CODE|TERM|ENTITY")
@click.option(
    "--on",
    "source",
    type=PATH,
    help="Project folder or graph file to look in; default: the nearest project upward.",
)
@demo_option("source")
def command(word: str, source: Path | None) -> None:
    """Explain a rule, a term, or an entity of a graph.

    CODE is that of a rule (AGE-003): what it requires, why, an example, what to do. TERM is a
    class, a key or a value of a list (Finding, minAge, increase): what it means and how it is
    written. ENTITY is an id (intervention/pcit-t): what it is and what the graph says about it,
    reviewed or not.
    """
    found = kg.explain(word, source)
    say("\n".join(line for each in found for line in _lines(each)))


def _lines(found: RuleText | TermText | EntityText) -> Iterator[str]:
    if isinstance(found, RuleText):
        return _rule(found)
    return _term(found) if isinstance(found, TermText) else _entity(found)


def _rule(rule: RuleText) -> Iterator[str]:
    colour = {"violation": "red", "warning": "yellow"}.get(rule.severity)
    mark = click.style(rule.severity or "audit", fg=colour, bold=True)
    yield f"{click.style(rule.code, bold=True)} {mark}: {rule.title}"
    if rule.targets:
        looks = f"; looks at {rule.path}" if rule.path else ""
        yield from _wrapped(f"applies to {' and '.join(map(str, rule.targets))}{looks}")
    if rule.verdict:
        yield from _wrapped(f"a rule of 'kg audit'; its verdict: {rule.verdict}")
    for title, text in (("Says", rule.what), ("Why", rule.why), ("Do", rule.fix)):
        if text:
            yield from ("", *_wrapped(text, f"{title:<5} "))
    titles = ("Gets the verdict", "Does not") if rule.verdict else ("Wrong", "Right")
    for title, text in zip(titles, (rule.bad, rule.good), strict=True):
        if text:
            yield from ("", click.style(title, bold=True), textwrap.indent(text, "  "))


def _term(term: TermText) -> Iterator[str]:
    yield f"{click.style(term.name, bold=True)} ({_kind(term)}): {term.label}"
    yield from _wrapped(term.definition)
    if term.comment:
        yield from _wrapped(term.comment)
    if term.derived:
        yield from _wrapped("Derived: computed from other statements, never written by hand.")
    if term.example:
        yield from ("", click.style("Example", bold=True), textwrap.indent(term.example, "  "))
    if term.keys:
        yield from ("", click.style("Keys", bold=True), *_keys(term.keys))
    for name, keys in term.inherited:
        yield from ("", click.style(f"Keys of {name}", bold=True), *_keys(keys))
    if term.values:
        yield from ("", click.style("Values", bold=True))
        yield from _pairs((value.name, value.definition) for value in term.values)
    rest = {
        "narrower": term.children,
        "elsewhere": [str(mapping) for mapping in term.mappings],
        "rules": term.rules,
        "IRI": [term.iri],
    }
    yield ""
    yield from _pairs((name, ", ".join(values)) for name, values in rest.items() if values)
    yield ""


def _kind(term: TermText) -> str:
    if term.kind == "key":
        where = " or ".join(term.used_on) or "any record"
        return f"key of {where}, takes {term.value}" if term.value else f"key of {where}"
    if term.kind == "value":
        return f"value of {' and '.join(term.parents)}"
    what = "controlled list" if term.kind == "list" else "class"
    above = [name for name in term.parents if name != "Concept"]
    return f"{what}, a kind of {' and '.join(above)}" if above else what


def _keys(keys: tuple[KeyText, ...]) -> Iterator[str]:
    width = max(len(key.name) for key in keys)
    for key in keys:
        head = f"  {key.name:<{width}}  "
        yield from _wrapped(f"[{key.many}] {key.value}: {key.definition}", head)


def _entity(entity: EntityText) -> Iterator[str]:
    yield click.style(entity.id, bold=True)
    yield from _wrapped(f"{entity.type}: {entity.label}")
    if entity.definition:
        yield from _wrapped(entity.definition)
    yield ""
    yield from _pairs(
        ("" if number else key, value)
        for key, values in entity.properties
        for number, value in enumerate(values)
    )
    if entity.facts:
        yield from ("", click.style("Facts, each with its statement", bold=True))
        yield from _pairs(
            (fact.key, f"{fact.value} [{fact.statement}: {fact.status}]") for fact in entity.facts
        )
    if entity.codes:
        yield from ("", click.style("Codes", bold=True), *_codes(entity.codes))
    if entity.caveats:
        yield from ("", click.style("Caveats", bold=True))
        for caveat in entity.caveats:
            yield from _statement(caveat)
    if entity.statements:
        open_ = sum(1 for s in entity.statements if s.status != "approved")
        title = f"Statements: {len(entity.statements)}, of which {open_} not approved"
        yield from ("", click.style(title, bold=True))
        for statement in entity.statements:
            yield from _statement(statement)
    if entity.evidence:
        yield from evidence_text.lines(entity.evidence)
    yield from evidence_text.disagreements(entity.disagreements)


def _codes(codes: tuple[CodeText, ...]) -> Iterator[str]:
    rows = [(c.relation, c.code) for c in codes]
    wide = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for code in codes:
        head = f"  {code.relation:<{wide[0]}}  {code.code:<{wide[1]}}  "
        yield from _wrapped("; ".join(t for t in (code.label, code.system) if t), head)


def _statement(statement: StatementText) -> Iterator[str]:
    yield f"  {statement.id} [{statement.status}] {statement.kind}"
    yield from _wrapped(statement.text, "    ")
    rest = {
        "applies to": "; ".join(statement.about),
        "claims" if statement.kind == "Claim" else "result": statement.result,
        "certainty": statement.certainty,
        "source": "; ".join(statement.sources),
    }
    for name, text in rest.items():
        if text:
            yield from _wrapped(text, f"    {name}: ")


def _pairs(pairs: Iterator[tuple[str, str]]) -> Iterator[str]:
    rows = list(pairs)
    width = max((len(name) for name, _ in rows), default=0)
    for name, text in rows:
        yield from _wrapped(text, f"  {name:<{width}}  ")


def _wrapped(text: str, head: str = "") -> list[str]:
    """Break a text into lines of a fixed width, so that the output is the same everywhere."""
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=head,
        subsequent_indent=" " * min(len(head), 24),
        break_long_words=False,
        break_on_hyphens=False,
    )
