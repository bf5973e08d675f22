"""The data dictionary: a page a topic, a page of controlled lists, and an index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kg.explanations import KeyText, TermText
from reference import markdown as md
from reference.diagram import class_diagram
from reference.model import LISTS, Model, Topic


def pages(model: Model) -> dict[str, str]:
    """Return the files of the data dictionary: name → text."""
    found = {f"{topic.name}.md": _topic(topic, model) for topic in model.topics}
    found[f"{LISTS}.md"] = _lists(model)
    found["README.md"] = _index(model)
    found["classes.svg"] = class_diagram(model)
    return found


def _topic(topic: Topic, model: Model) -> str:
    links = model.places
    general = [name for name in topic.keys if not model.owner(name)]
    blocks = [f"# Data dictionary: {topic.name}", md.with_links(topic.lead, links)]
    for name in topic.classes:
        blocks += _class(model.term(name), model)
    if general:
        keys = [model.dictionary.key(model.ontology.properties[name]) for name in general]
        blocks += ["## Keys for any record", md.paragraph(_GENERAL), _keys(keys, model)]
    here = [n for n, place in links.items() if place.startswith(f"{topic.name}.md#")]
    blocks += _mappings(here, model)
    blocks.append("[All terms](README.md) · [all rules](../rules/README.md)")
    return md.page(*blocks)


_GENERAL = (
    "These keys name no class of their own: they may stand on any record, unless a rule says "
    "otherwise."
)


def _class(term: TermText, model: Model) -> Iterator[str]:
    links = model.places
    yield f"## {term.name}"
    yield md.paragraph(f"**{md.escaped(term.label)}**: {md.with_links(term.definition, links)}")
    yield md.paragraph(md.with_links(term.comment, links))
    facts = [f"IRI: {md.code(term.iri)}"]
    if term.parents:
        facts.append(f"A kind of {_terms(term.parents, links)}")
    if term.children:
        facts.append(f"Kinds of it: {_terms(term.children, links)}")
    if term.derived:
        facts.append(_DERIVED)
    facts += [
        f"Keys from {_terms([name], links)}: {_terms([k.name for k in keys], links)}"
        for name, keys in term.inherited
    ]
    if term.rules:
        facts.append(f"Rules that speak of it: {_rules(term.rules)}")
    yield md.bullets(facts)
    if term.example:
        yield md.fence(term.example, "yaml")
    if term.keys:
        yield _keys(term.keys, model, term.name)


_DERIVED = "Derived: computed from other statements, never written by hand"


def _keys(keys: Iterable[KeyText], model: Model, owner: str = "") -> str:
    """Return the table of keys of a class, or of any record."""
    links = model.places
    rows = [
        (
            _anchor(key.name) if model.owner(key.name) == owner else _term(key.name, links),
            _value(key.value, links),
            md.with_links(key.many, links),
            _meaning(key, links),
            _rules(key.rules),
        )
        for key in keys
    ]
    return md.table(("Key", "Takes", "How many", "Meaning", "Rules"), rows)


def _value(name: str, links: Mapping[str, str]) -> str:
    """Return what a key takes: a class has a page, a datatype such as text has none."""
    return _term(name, links) if name[:1].isupper() else name


def _anchor(key: str) -> str:
    return f'<a id="key-{key}"></a>{md.code(key)}'


def _meaning(key: KeyText, links: Mapping[str, str]) -> str:
    text = md.with_links(f"{key.definition} {key.comment}".strip(), links)
    if key.derived:
        text += f" *{_DERIVED}.*"
    example = " ".join(key.example.split())
    return text + (f"\n{md.code(example)}" if example else "")


def _lists(model: Model) -> str:
    links = model.places
    blocks = [
        "# Data dictionary: controlled lists",
        md.paragraph(
            "A key that takes a list takes the values of that list and nothing else. A record "
            "holds just the value, as in `effectDirection: increase`; in the graph it is an IRI, "
            "the list's own followed by a hyphen and the value."
        ),
        md.paragraph(_terms([t.name for t in model.lists], links)),
    ]
    for term in model.lists:
        takers = [p.name for p in model.ontology.properties.values() if p.range == term.iri]
        blocks += [f"## {term.name}", *_list(term, sorted(takers), links)]
    blocks += _mappings([t.name for t in model.lists], model)
    blocks.append("[All terms](README.md) · [all rules](../rules/README.md)")
    return md.page(*blocks)


def _list(term: TermText, takers: list[str], links: Mapping[str, str]) -> Iterator[str]:
    yield md.paragraph(f"**{md.escaped(term.label)}**: {md.with_links(term.definition, links)}")
    yield md.paragraph(md.with_links(term.comment, links))
    facts = [f"IRI: {md.code(term.iri)}"]
    if takers:
        facts.append(f"Taken by {_terms(takers, links)}")
    above = [name for name in term.parents if name != "Concept"]
    if above:
        facts.append(f"A kind of {_terms(above, links)}")
    if term.example:
        facts.append(f"Example: {md.code(term.example)}")
    yield md.bullets(facts)
    rows = [(md.code(v.name), md.with_links(v.definition, links)) for v in term.values]
    yield md.table(("Value", "Meaning"), rows)


def _mappings(names: Iterable[str], model: Model) -> Iterator[str]:
    """Yield the table of what terms correspond to in other vocabularies, values included."""
    rows = []
    for name in names:
        term = model.term(name)
        entries = [(name, term.iri), *((f"{name}: {v.name}", v.iri) for v in term.values)]
        for shown, iri in entries:
            for m in model.dictionary.mappings.get(iri, ()):
                none = m.relation == "noMatchFound"
                rows.append(
                    (
                        md.code(shown),
                        "none found in" if none else m.relation,
                        md.code(m.target),
                        md.escaped(". ".join(part for part in (m.label, m.note) if part)),
                    )
                )
    if rows:
        yield "## In other vocabularies"
        yield md.paragraph(
            "How close a term is to ours: exact, close, broad (theirs is wider), narrow (theirs "
            "is narrower) or related. The prefixes are those of "
            "[the mapping table](../../../ontology/mappings/terms.sssom.tsv)."
        )
        yield md.table(("Term", "Relation", "Elsewhere", "Label, remark"), rows)


def _index(model: Model) -> str:
    links = model.places
    rows = [
        (
            md.link(topic.name.capitalize(), f"{topic.name}.md"),
            md.with_links(topic.lead, links),
            _terms(topic.classes, links),
        )
        for topic in model.topics
    ]
    keys = sorted(model.ontology.properties, key=str.casefold)
    classes = sorted((n for t in model.topics for n in t.classes), key=str.casefold)
    return md.page(
        "# Data dictionary",
        md.paragraph(
            "Every class, key and controlled list of the ontology. A record is a mapping whose "
            "keys are the ones listed here; `kg explain TERM` shows the same in the terminal."
        ),
        "![Classes of the ontology and how they refer to each other](classes.svg)",
        "## Topics",
        md.table(("Page", "What it holds", "Classes"), rows),
        md.paragraph(f"[Controlled lists]({LISTS}.md) have a page of their own."),
        "## How to read the tables",
        md.bullets(
            [
                "**Takes**: the class a value must be of (a reference such as `outcome/trust`, or "
                "a nested mapping), a controlled list, or plain text, a number, a date.",
                "**How many**: `1` exactly one, `0..1` at most one, `1..*` at least one, `0..*` "
                "any number, `0` none. *Asked for* means that a warning or a note follows where it "
                "is missing; *needed with* another key, that the two go together.",
                "**Rules**: the rules that look at this key on this class, beside the form that "
                "each value must have.",
            ]
        ),
        "## All classes",
        md.paragraph(_terms(classes, links)),
        "## All keys",
        md.paragraph(_terms(keys, links)),
        "## All controlled lists",
        md.paragraph(_terms([t.name for t in model.lists], links)),
    )


def _terms(names: Iterable[str], links: Mapping[str, str]) -> str:
    return ", ".join(_term(name, links) for name in names)


def _term(name: str, links: Mapping[str, str]) -> str:
    return md.link(md.code(name), links[name]) if name in links else md.escaped(name)


def _rules(codes: Iterable[str]) -> str:
    return ", ".join(md.link(code, f"../rules/{code}.md") for code in codes)
