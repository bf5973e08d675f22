"""A review form: one page that needs no network and no server, and gives the decisions as a file.

Text becomes markup through :mod:`kg.site.html` alone. The policy in the page allows its own two
style sheets and its own script, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg.assertion import parts
from kg.graph import Graph
from kg.reviewing.incoming import KIND
from kg.reviewing.sheet import CHOICES, chosen
from kg.reviewing.view import ReviewView
from kg.site.assets import digest, script, style
from kg.site.html import Html, el, island, join
from kg.site.wording import CHECKS

_STYLES = ("site.css", "review.css")
_SCRIPT = "review.js"
_LABELS = {"approve": "Approve", "reject": "Reject", "leave": "Leave"}


def review_form(graph: Graph, statements: Iterable[str] = ()) -> bytes:
    """Return a review form as the bytes of an HTML page.

    :param statements: ids; without any, all that are submitted or under review.
    :raises UsageError: if there is no such statement.
    """
    seen = chosen(graph, statements)
    title = (
        f"Review: {graph.label(graph.root())}" if graph.value(graph.root(), "title") else "Review"
    )
    data = {
        "kind": KIND,
        "base": graph.base,
        "statements": [
            {
                "id": s.id,
                "state": s.digest,
                "parts": "\n".join(map(str, parts(graph, graph.node(s.id)))),
            }
            for s in seen
        ],
    }
    styles = " ".join(digest(style(name)) for name in _STYLES)
    policy = (
        f"default-src 'none'; script-src {digest(script(_SCRIPT))}; style-src {styles}; "
        "base-uri 'none'; form-action 'none'"
    )
    pieces = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
        '<meta name="generator" content="clinical-evidence-kg">\n',
        # The quotes of the policy are apostrophes: legal within double quotes as they are.
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        '<meta name="referrer" content="no-referrer">\n',
        el("title", title),
        *(f"\n<style>{style(name)}</style>" for name in _STYLES),
        "\n</head>\n<body>\n",
        _bar(),
        el(
            "main", el("div", _intro(title, len(seen)), *map(_card, seen), class_="wrap"), id="main"
        ),
        "\n",
        island(data, "kg-data"),
        f"\n<script>{script(_SCRIPT)}</script>\n</body>\n</html>\n",
    ]
    return "".join(pieces).encode("utf-8", "replace")


def _bar() -> Html:
    count = el("p", id="count", aria_live="polite")
    button = el("button", "Download decisions", id="download", type="button")
    return el("div", el("div", button, count, class_="wrap"), class_="bar")


def _intro(title: str, number: int) -> Html:
    keys = [
        el("kbd", "j"), " and ", el("kbd", "k"), ": next and previous statement; ",
        el("kbd", "a"), ": approve; ", el("kbd", "r"), ": reject; ", el("kbd", "l"), ": leave.",
    ]  # fmt: skip
    return join(
        [
            el("h1", title),
            el(
                "p",
                f"Statements: {number}. Nothing is sent from here: you download your decisions, "
                "and they are recorded with ",
                el("code", "kg review import decisions.json --by YOUR-AGENT-ID"),
                ". A decision is refused if its statement has changed since this page was made.",
            ),
            el("p", "Keys: ", *keys, class_="soft"),
        ]
    )


def _card(seen: ReviewView) -> Html:
    name = seen.id.replace("/", "-")
    choices = [
        el("label", el("input", type="radio", name=name, value=c, checked=c == "leave"), _LABELS[c])
        for c in CHOICES
    ]
    return el(
        "article",
        el("h2", f"{seen.id} ({seen.kind})", id=f"{name}-h"),
        el("p", f"Status: {seen.status}", class_="soft"),
        _listed("Changed since it was last approved or submitted", seen.changed, "changed"),
        [el("p", el("strong", f"For {who}s: "), text) for who, text in seen.words.items()],
        _quotes(seen),
        _listed("Sources", seen.sources),
        _listed("What does not fit it", seen.others or ["Nothing in this graph."]),
        _listed("Audit of its article", seen.verdicts),
        _more("What it says", seen.says),
        _more("What it rests on", seen.rests_on),
        _more("History", [f"{e.time} {e.after} by {', '.join(e.agents)}" for e in seen.history]),
        el("fieldset", el("legend", "Decision"), choices),
        el("label", "Comment", for_=f"{name}-c"),
        el("textarea", id=f"{name}-c", rows=2),
        class_="review",
        aria_labelledby=f"{name}-h",
    )


def _quotes(seen: ReviewView) -> Html | None:
    quotes = [
        el(
            "li",
            f"{q.document}: {q.place}; {CHECKS.get(q.check, q.check)}",
            el("blockquote", q.words) if q.words else None,
        )
        for q in seen.quotes
    ]
    return join([el("h3", "Quotes"), el("ul", quotes)]) if quotes else None


def _listed(title: str, lines: Iterable[str], kind: str | None = None) -> Html | None:
    items = [el("li", line) for line in lines]
    return el("div", el("h3", title), el("ul", items), class_=kind) if items else None


def _more(title: str, lines: Iterable[str]) -> Html | None:
    items = [el("li", line) for line in lines]
    return el("details", el("summary", title), el("ul", items), class_="print") if items else None
