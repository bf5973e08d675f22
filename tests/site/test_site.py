"""Every page of the site: well formed, safe, complete, without a request."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from posixpath import dirname, normpath

import pytest
from conftest import examples
from figure_help import small
from hypothesis import example, given, settings
from hypothesis import strategies as st
from payloads import PAYLOADS
from pyoxigraph import DefaultGraph, RdfFormat
from pyoxigraph import parse as parse_rdf
from site_help import Parsed, code, pages, parse, shown, site, styles

import kg
from kg import resources
from kg.evidence.index import Index
from kg.graph import Graph
from kg.marks import MARK
from kg.site.assets import POLICY
from kg.site.build import pages as make
from kg.site.explorer_data import picture
from kg.site.html import el, island, safe_address
from kg.xmltext import clean

FIXED = (
    "index.html", "explorer.html", "free.html", "timeline.html", "forest.html", "gaps.html",
    "summaries.html",
    "audit.html", "tables.html", "support.html",
)  # fmt: skip
OUTWARD = ("https://", "http://", "mailto:")


def test_there_is_a_page_for_each_entity_and_each_view() -> None:
    index = Index(shown())
    tables = {n for n in pages() if n.startswith("summary/")}
    assert len(tables) == len(kg.summary_of_findings(shown()))
    assert set(pages()) == {*FIXED, *tables, *(index.page(e) for e in index.entities)}
    assert len(index.entities) > 500


def test_pages_are_well_formed_and_no_id_occurs_twice() -> None:
    for name, page in pages().items():
        assert page.wrong == [], name
        twice = [i for i, n in Counter(page.ids()).items() if n > 1]
        assert twice == [], name


def test_pages_have_one_heading_a_main_a_skip_link_a_title_and_a_language() -> None:
    for name, page in pages().items():
        assert [t.attributes["lang"] for t in page.all("html")] == ["en"], name
        assert len(page.all("h1")) == 1, name
        assert page.all("title")[0].text.strip(), name
        assert [t.attributes["id"] for t in page.all("main")] == ["main"], name
        assert page.all("a")[0].attributes["href"] == "#main", name


def test_caveats_and_footer_are_on_every_page() -> None:
    graph = shown()
    digest_ = graph.digest()
    for name, page in pages().items():
        text = page.all("body")[0].text
        for line in graph.caveats():
            assert clean(line) in text, (name, line)
        (footer,) = page.all("footer")
        assert digest_ in footer.text, name
        assert "CC BY 4.0" in footer.text, name
        assert "Version 0.1.0" in footer.text, name


def test_a_finding_on_a_group_is_shown_with_its_members_and_marked() -> None:
    page = pages()["intervention/psycho-education.html"]
    (heading,) = (t for t in page.tags if t.attributes.get("id") == "groups")
    assert heading.text == "Findings on a group that it belongs to"
    links = {t.attributes.get("href") for t in page.tags if t.name == "a"}
    group = "../practice-group/usual-care-or-psycho-education.html"
    assert {"../finding/f06-1.html", group} <= links


def test_the_mark_of_the_project_is_near_the_beginning() -> None:
    for name, data in site().items():
        assert MARK in data[:4096], name


def test_pages_load_their_shared_files_and_nothing_else() -> None:
    loaded = set()
    for name, page in pages().items():
        assert not page.all("iframe"), name
        for tag in page.tags:
            for key in ("srcset", "data", "poster", "action", "background"):
                assert key not in tag.attributes, (name, tag.name)
        links = [t.attributes["href"] for t in page.all("link")]
        links += [t.attributes["src"] for t in page.tags if "src" in t.attributes]
        loaded |= {normpath(f"{dirname(name)}/{link}".lstrip("/")) for link in links}
    assert loaded == {name for name in site() if name.startswith("static/")}


def test_a_style_sheet_asks_for_nothing() -> None:
    sheets = [data.decode() for name, data in site().items() if name.endswith(".css")]
    assert sheets
    for sheet in sheets:
        assert "@import" not in sheet
        assert not re.search(r"url\(\s*['\"]?(?!data:)", sheet)


def test_links_lead_to_a_file_and_a_place_that_exist() -> None:
    ids = {name: set(page.ids()) for name, page in pages().items()}
    for name, page in pages().items():
        for link in page.all("a"):
            href = link.attributes["href"] or ""
            if href.startswith(OUTWARD):
                continue
            path, _, place = href.partition("#")
            path = path.partition("?age=")[0]  # the age of a child, which a script reads
            target = normpath(f"{dirname(name)}/{path}".lstrip("/")) if path else name
            assert target in site(), (name, href)
            # A place of the explorer is a state of its script, read from the address.
            if place and target != "explorer.html":
                assert place in ids[target], (name, href)


def test_one_policy_for_all_pages_allows_no_code_within_them() -> None:
    policies = {page.policy() for page in pages().values()}
    assert policies == {POLICY}
    assert POLICY.startswith("default-src 'none'; script-src 'self' file:; ")
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    for name in pages():
        text = site()[name].decode()
        assert not code(text), name
        assert not styles(text), name


def test_no_page_has_inline_handlers_or_styles() -> None:
    for name, page in pages().items():
        for tag in page.tags:
            bad = [a for a in tag.attributes if a.startswith("on") or a == "style"]
            assert bad == [], (name, tag.name)


def test_the_linked_data_of_all_pages_is_the_graph() -> None:
    quads = set()
    for page in pages().values():
        for document in page.linked():
            if "@graph" in document:
                text = json.dumps(document)
                quads |= set(parse_rdf(text.encode(), RdfFormat.JSON_LD))
    wanted = {q for q in shown().quads() if q.graph_name == DefaultGraph()}
    root = shown().root()
    assert quads == {q for q in wanted if q.subject != root}


def test_schema_org_data_names_the_entity() -> None:
    index = Index(shown())
    for iri in index.entities:
        (found,) = [d for d in pages()[index.page(iri)].linked() if "@graph" not in d]
        assert found["@context"] == "https://schema.org"
        named = index.text(iri, "marker") or index.label(iri)
        assert found["@id"] == iri
        assert found.get("name", index.short(iri)) == named


def test_the_data_of_the_explorer_is_what_is_drawn() -> None:
    drawing = picture(Index(shown())).drawing
    data = pages()["explorer.html"].data()
    assert [n["id"] for n in data["nodes"]] == [n.id for n in drawing.nodes]
    names = [n["id"] for n in data["nodes"]]
    edges = {(names[a], names[b], data["types"][t][0]) for a, b, t in data["edges"]}
    assert edges == {(e.start, e.end, e.type) for e in (*drawing.edges, *drawing.inner)}
    drawn = [t for t in pages()["explorer.html"].tags if t.attributes.get("class") == "n"]
    assert {t.attributes["data-id"] for t in drawn} == set(names)


def test_every_entity_and_every_relation_is_in_a_table_without_scripts() -> None:
    page = pages()["tables.html"]
    index = Index(shown())
    linked = {t.attributes["href"] for t in page.all("a")}
    for iri in index.entities:
        assert index.page(iri) in linked
    ids = {t.text for t in page.all("td") if t.attributes.get("data-head") == "Id"}
    assert {node["id"] for node in pages()["explorer.html"].data()["nodes"]} <= ids
    says = [t for t in page.all("td") if t.attributes.get("data-head") == "Stated in"]
    assert len(says) == len(index.relations) == shown().to_networkx().number_of_edges()
    assert f"All relations ({len(index.relations):,})" in {t.text for t in page.all("h2")}


def test_licences_are_there() -> None:
    vendored = resources.site_file("cytoscape.min.js").read_text(encoding="utf-8")
    assert vendored in site()["static/cytoscape.min.js"].decode()
    assert "The Cytoscape Consortium" in vendored[:400]
    assert "Permission is hereby granted" in vendored[:400]
    assert "Permission" in resources.site_file("cytoscape.LICENSE").read_text(encoding="utf-8")
    known = (resources.root() / "THIRD_PARTY_LICENSES.md").read_text(encoding="utf-8")
    assert resources.site_file("DejaVu.LICENSE").read_text(encoding="utf-8").strip() in known


def test_pages_are_small() -> None:
    size = {name: len(data) for name, data in site().items() if name.endswith(".html")}
    assert sum(size.values()) < 12_000_000
    assert size["index.html"] < 350_000
    assert size["explorer.html"] < 900_000


def test_downloads_are_offered_and_are_what_the_exporters_write() -> None:
    offered = {
        t.attributes["href"] for t in pages()["index.html"].all("a") if "download" in t.attributes
    }
    made = {name for name in site() if name.startswith("downloads/")}
    assert offered == made
    suffixes = {n.rpartition(".")[2] for n in made}
    assert suffixes == {"jsonld", "ttl", "nq", "svg"}


# -- hostile texts --------------------------------------------------------------------------------

ALLOWED = re.compile(
    r"(?:https?://|mailto:|#)[^\s]*|(?:\.\./)?[A-Za-z0-9._/-]+(?:\?age=\d+)?(?:#[^\s]*)?|"
)


def shape(page: Parsed) -> Counter[str]:
    """Return the tags of a page; lines of an SVG may be broken differently."""
    return Counter(t.name for t in page.tags if t.name not in ("text", "title"))


def harmless(files: dict[str, bytes]) -> Iterator[tuple[str, Parsed]]:
    for name, data in files.items():
        if not name.endswith(".html"):
            continue
        page = parse(data.decode())
        assert page.wrong == [], (name, page.wrong)
        for tag in page.tags:
            assert not [a for a in tag.attributes if a.startswith("on") or a == "style"]
            href = tag.attributes.get("href")
            assert href is None or ALLOWED.fullmatch(href), (name, href)
        yield name, page


def test_known_payloads_are_inert() -> None:
    assert len(set(PAYLOADS)) == 100
    usual = {n: shape(p) for n, p in harmless(make(small("usual").shown()))}
    for payload in PAYLOADS:
        for name, page in harmless(make(small(payload).shown())):
            assert shape(page).keys() <= usual[name].keys() | {"span"}, (payload, name)
            for kind in ("script", "style", "meta", "img", "iframe", "form", "input"):
                assert shape(page)[kind] == usual[name][kind], (payload, name)


@settings(max_examples=examples(25))
@given(st.text(max_size=300))
@example("</script><!-- ]]> --><img onerror=alert(1)>")
@example("\u2028\u2029\u202eright to left\u202c\x00\x1b\x7f")
@example("👩‍👩‍👧‍👦" * 40)
@example("W" * 5000)
@example("0\r\x1b\r0")
def test_any_label_is_inert_and_shown(label: str) -> None:
    for name, page in harmless(make(small(label).shown())):
        if name == "intervention/a.html" and clean(label):
            assert clean(label) in page.all("h1")[0].text


def test_very_long_and_unusual_labels_do_not_break_a_page() -> None:
    for label in (
        "W" * 5000,
        "two words " * 500,
        "👩‍👩‍👧‍👦🧠",
        "العلاج",
        "依恋安全性" * 60,
        "",
        " ",
    ):
        assert dict(harmless(make(small(label).shown())))


@given(st.recursive(st.text() | st.integers() | st.none() | st.booleans(), st.lists))
def test_an_island_gives_back_what_was_put_in(value: object) -> None:
    markup = island(value, "kg-data")
    inner = markup.removeprefix('<script type="application/json" id="kg-data">')
    inner = inner.removesuffix("</script>")
    assert not set(inner) & set("<>&\u2028\u2029")
    assert json.loads(inner) == json.loads(
        json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    )


@pytest.mark.parametrize(
    "address",
    ["https://a.b/c", "http://a.b", "mailto:x@y.z", "#place", "../a/b.html#c", "a/b.html"],
)
def test_addresses_that_may_be_followed(address: str) -> None:
    assert safe_address(address) == address


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", " JAVASCRIPT:alert(1)", "data:text/html,x", "//a.b", "/etc", "a b",
     "file:///x", "\\\\a", "vbscript:x", "java\nscript:x", "", "https://a b", "x:y"],
)  # fmt: skip
def test_addresses_that_may_not(address: str) -> None:
    assert el("a", "x", href=address) == '<a href="#">x</a>'


def test_an_empty_graph_has_pages_too() -> None:
    graph = Graph(shown().ontology, "https://example.org/none/")
    assert set(dict(harmless(make(graph)))) == set(FIXED)
