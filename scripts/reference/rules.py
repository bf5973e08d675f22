"""A page a rule, and the table of all rules."""

from __future__ import annotations

from collections.abc import Mapping

from kg import explanations
from kg.explanations import RuleText
from reference import markdown as md
from reference.model import Model

_SEVERITIES = {
    "violation": "the graph is wrong, and nothing is built or exported until it is fixed",
    "warning": "a person should look: it may be a slip, or the truth",
    "info": "something is missing that would make the record more useful",
}


def pages(model: Model) -> dict[str, str]:
    """Return the files of the rules: name → text."""
    links = {name: f"../terms/{place}" for name, place in model.places.items()}
    found = {
        code: explanations.rule(code, model.shapes) for code in explanations.codes(model.shapes)
    }
    texts = {code: text for code, text in found.items() if text is not None}
    pages = {f"{code}.md": _page(text, links) for code, text in texts.items()}
    pages["README.md"] = _index(model, texts)
    return pages


def _page(rule: RuleText, links: Mapping[str, str]) -> str:
    facts = [f"**{(rule.severity or 'audit').capitalize()}**"]
    titles = ("Gets the verdict:", "Does not:") if rule.verdict else ("Wrong:", "Right:")
    if rule.verdict:
        facts.append(f"a rule of `kg audit`; its verdict: *{rule.verdict}*")
    elif rule.targets:
        targets = " and ".join(str(target) for target in rule.targets)
        facts.append(f"applies to {md.with_links(targets, links)}")
    else:
        facts.append("checked while records are read, before there is a graph")
    if rule.path:
        facts.append(f"looks at {md.code(rule.path)}")
    note = "Example data, not evidence."
    if rule.syntax == "turtle":
        note += " Prefixes are left out."
    examples = [
        block
        for title, text in zip(titles, (rule.bad, rule.good), strict=True)
        if text
        for block in (title, md.fence(text, "text" if rule.syntax == "tsv" else rule.syntax))
    ]
    terms = [md.link(md.code(name), links[name]) for name in rule.terms if name in links]
    return md.page(
        f"# {rule.code}: {md.escaped(rule.title)}",
        md.paragraph("; ".join(facts) + "."),
        _quoted(md.with_links(rule.what, links)),
        "## Why",
        md.paragraph(md.with_links(rule.why, links)),
        "## What to do",
        md.paragraph(md.with_links(rule.fix, links)),
        *(["## Example", note, *examples] if examples else []),
        *(["## Terms", md.paragraph(", ".join(terms))] if terms else []),
        md.paragraph(
            f"[All rules](README.md) · in the terminal: `kg explain {rule.code}`"
            + (f" · shape: {md.code(rule.shape)}" if rule.shape else "")
        ),
    )


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in md.paragraph(text).splitlines())


def _index(model: Model, texts: Mapping[str, RuleText]) -> str:
    in_shapes = {code for codes in model.rule_topics.values() for code in codes}
    topics = {topic.capitalize(): codes for topic, codes in model.rule_topics.items()}
    others = [code for code in texts if code not in in_shapes]
    topics["Reading records"] = tuple(code for code in others if not texts[code].verdict)
    topics["Audit of an article"] = tuple(code for code in others if texts[code].verdict)
    blocks = []
    for topic, codes in topics.items():
        rows = [
            (
                md.link(code, f"{code}.md"),
                texts[code].severity or texts[code].verdict,
                md.escaped(texts[code].title),
            )
            for code in codes
        ]
        heading = "Verdict" if topic == "Audit of an article" else "Severity"
        blocks += [f"## {topic}", md.table(("Code", heading, "Rule"), rows)]
    return md.page(
        "# Rules",
        md.paragraph(
            f"The {len(texts)} rules that data must keep or that `kg audit` judges by. A code is "
            "stable: it is what `kg validate` and `kg audit` report and what `kg explain` takes."
        ),
        md.bullets(f"**{name}**: {meaning}." for name, meaning in _SEVERITIES.items()),
        *blocks,
    )
