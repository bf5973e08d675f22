"""The frame of every page: head, navigation, stamp, footer, and the security policy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kg.evidence.index import Index
from kg.ontology import local_name
from kg.site.assets import POLICY, script_link, style_link
from kg.site.html import Html, el, island, join, text
from kg.site.plain import label
from kg.site.wording import one_state, traced

LACKS = 'class="say lacks"'
"""How :meth:`kg.site.parts.Parts.say` marks a text that has no words for caregivers."""

SECTIONS: Mapping[str, str] = {
    "index.html": "Evidence map",
    "summaries.html": "Summaries",
    "explorer.html": "Explorer",
    "timeline.html": "Ages",
    "forest.html": "Effects",
    "gaps.html": "Disagreement and gaps",
    "support.html": "What holds this up",
    "audit.html": "Audit",
}
"""Pages of the navigation, in order."""

# The quotes of the policy are apostrophes: legal within double quotes as they are.
_POLICY_META = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'


@dataclass(frozen=True)
class Page:
    """A page before it is framed.

    ``styles`` and ``scripts`` are shared files that not every page needs; ``data``
    is inlined for the scripts; ``head`` is markup for the head. A ``wide`` page has no margins.
    """

    path: str
    title: str
    body: Html
    section: str = ""
    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    data: Any = None
    head: Html = field(default=Html(""))
    wide: bool = False


class Shell:
    """Frames pages of one graph."""

    def __init__(self, index: Index, downloads: tuple[str, ...] = ()) -> None:
        self.index = index
        self.downloads = downloads
        self.title = (
            index.label(index.base) if index.text(index.base, "title") else "Evidence graph"
        )
        caveats = [text(c) for c in index.graph.caveats()]
        self.stamps = [c for c in caveats if c.startswith("UNREVIEWED")]
        self.disclaimers = [c for c in caveats if not c.startswith("UNREVIEWED")]

    @cached_property
    def reader(self) -> str:
        """Who the second choice of words is for, as the wordings name their audience."""
        graph = self.index.graph
        audiences = graph.facts(graph.property_iri("audience"))
        known = {graph.notation(fact.object) for fact in audiences}
        return " or ".join(sorted(known & {"caregiver", "patient"})) or "caregiver"

    def render(self, page: Page) -> bytes:
        """Return a page as it is written."""
        up = "../" * page.path.count("/")
        styles = [style_link(up, name) for name in ("site.css", *page.styles)]
        data = [] if page.data is None else [island(page.data, "kg-data")]
        scripts = [script_link(up, name) for name in ("site.js", "age.js", *page.scripts)]
        title = page.title if page.path == "index.html" else f"{page.title} – {self.title}"
        parts = [
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            '<meta name="generator" content="clinical-evidence-kg">\n',
            _POLICY_META,
            '\n<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            '<meta name="referrer" content="no-referrer">\n',
            el("title", title),
            "\n",
            *styles,
            page.head,
            "\n</head>\n<body>\n",
            el("a", "Skip to the content", class_="skip", href="#main"),
            self._top(up, page.section),
            "\n",
            el(
                "main",
                _lacking(page.body),
                el("div", page.body, class_="wide" if page.wide else "wrap"),
                id="main",
                tabindex="-1",
            ),
            "\n",
            self._footer(up),
            *data,
            *scripts,
            "\n</body>\n</html>\n",
        ]
        return "".join(parts).encode("utf-8", "replace")

    # -- header and footer ---------------------------------------------------------------------

    def _top(self, up: str, section: str) -> Html:
        """Return the header of pages at one depth, with the line on the review status."""
        known = self._tops.get((up, section))
        if known is None:
            known = self._tops[up, section] = self._make_top(up, section)
        return known

    @cached_property
    def _tops(self) -> dict[tuple[str, str], Html]:
        return {}

    def _make_top(self, up: str, section: str) -> Html:
        links = [
            el(
                "li",
                el(
                    "a",
                    label(name),
                    href=up + path,
                    aria_current="page" if path == section else None,
                ),
            )
            for path, name in SECTIONS.items()
        ]
        voices = [
            el("label", el("input", type="radio", name="voice", value=name), words)
            for name, words in (("clinician", "clinician"), ("caregiver", self.reader))
        ]
        header = el(
            "header",
            el(
                "div",
                el("a", self.title, class_="brand", href=f"{up}index.html"),
                el("nav", el("ul", links), aria_label="Pages"),
                el("fieldset", el("legend", "Words for a"), voices, class_="voice"),
                class_="wrap",
            ),
            class_="top",
        )
        return join([header, self._stamp_line(up)])

    def _stamp_line(self, up: str) -> Html:
        if not self.stamps:
            return Html("")
        line = el(
            "p",
            self.stamps[0],
            " ",
            el("span", f"{self._marked} ", class_="more"),
            el("a", "What that means", href=f"{up}index.html#review"),
            class_="stampline",
        )
        return el("div", line, class_="wrap", role="note", aria_label="Review status")

    @cached_property
    def _traced(self) -> str:
        return traced(self.index)

    @cached_property
    def _marked(self) -> str:
        """How pages show which statements are not approved."""
        if state := one_state(self.index):
            return f"All have the state {state.rpartition(': ')[2]!r} and a dashed outline."
        return "Each is stamped and has a dashed outline."

    def _footer(self, up: str) -> Html:
        known = self._footers.get(up)
        if known is None:
            known = self._footers[up] = self._make_footer(up)
        return known

    @cached_property
    def _footers(self) -> dict[str, Html]:
        return {}

    def _make_footer(self, up: str) -> Html:
        index = self.index
        base = index.base
        licence = index.text(base, "license")
        version = index.text(base, "versionInfo")
        facts = [
            f"Version {version}. " if version else "",
            *(["Data: ", el("a", licence_name(licence), href=licence), ". "] if licence else []),
            f"Last review event: {fresh(index)}. " if fresh(index) else "",
        ]
        return el(
            "footer",
            el(
                "div",
                el(
                    "section",
                    el("h2", "Before you use this"),
                    el("ul", [el("li", line) for line in self.disclaimers])
                    if self.disclaimers
                    else el("p", "This graph carries no disclaimer of its own."),
                    aria_label="Disclaimers",
                ),
                el(
                    "div",
                    el("h2", "This graph"),
                    el("p", facts),
                    el("p", self._traced, " ", el("code", "kg quotes check"), " compares them."),
                    el("p", "Content: ", el("span", index.digest, class_="hash")),
                    el(
                        "p", el("a", "How to cite, downloads, licences", href=f"{up}index.html#use")
                    ),
                ),
                class_="wrap cols",
            ),
            class_="foot",
        )


def _lacking(body: Html) -> Html:
    """Return what of a page has no words for caregivers, said once, to those."""
    words = "Treatments, measures and what was looked at have the names that specialists use."
    if count := body.count(LACKS):
        have = "text on this page has" if count == 1 else "texts on this page have"
        words += f" {count} {have} no words for caregivers yet: shown as for clinicians."
    return el("div", el("p", words, class_="soft small"), class_="wrap lacking")


def licence_name(address: str) -> str:
    """Return the usual name of a licence from its address, else the address."""
    found = re.fullmatch(r"https?://creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)/?", address)
    return f"CC {found[1].upper()} {found[2]}" if found else address


def fresh(index: Index) -> str:
    """Return the day of the latest review event, or nothing."""
    times = [t for event in index.instances("ReviewEvent") for t in index.texts(event, "time")]
    return max(times, default="")[:10]


def breadcrumb(up: str, *steps: tuple[str, str]) -> Html:
    """Return the way from the home to a page."""
    links = [el("a", label(name), href=up + path) if path else label(name) for name, path in steps]
    return el("p", join(links, " › "), class_="crumb")


def kind_words(index: Index, iri: str) -> str:
    """Return the labels of an entity's classes."""
    return ", ".join(index.term_label(local_name(k)) for k in index.kinds(iri))
