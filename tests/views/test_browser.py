"""The pages in a real browser: no request, no error, by keyboard, in both schemes, at 320 px."""

from __future__ import annotations

import base64
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_help import CHROMIUM, FLAGS, KINDS, sync_api
from figure_help import large, small
from payloads import PAYLOADS
from site_help import shown, site

import kg
from kg.files import write_folder
from kg.views.look import Look
from kg.views.site.ages import BANDS, MONTHS
from kg.views.site.build import pages as make

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]
Page = Any


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("site")
    write_folder(path, site())
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Watch:
    """Everything that a page must not do, noted while it is open."""

    def __init__(self, page: Page) -> None:
        self.found: list[str] = []
        page.on("console", lambda m: m.type in ("error", "warning") and self.found.append(m.text))
        page.on("pageerror", lambda e: self.found.append(str(e)))
        page.on("dialog", lambda d: (self.found.append("a dialog"), d.dismiss()))
        page.on("request", self.request)
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation',"
            " e => console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI))"
        )

    def request(self, request: Any) -> None:
        is_document = request.is_navigation_request() and request.url.startswith("file://")
        if not is_document and not request.url.startswith(("data:image/svg+xml", "blob:")):
            self.found.append(f"request {request.url[:200]}")


@pytest.fixture
def opened(browser: Any, folder: Path) -> Iterator[Callable[..., Page]]:
    """Open a page of the site; at the end nothing must have gone wrong on any of them."""
    contexts, watches = [], []

    def open_(name: str, root: Path = folder, **options: Any) -> Page:
        options = {"viewport": {"width": 1400, "height": 900}, **options}
        context = browser.new_context(accept_downloads=True, **options)
        page = context.new_page()
        contexts.append(context)
        watches.append(Watch(page))
        path, _, place = name.partition("#")
        page.goto((root / path).as_uri() + (f"#{place}" if place else ""))
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [problem for watch in watches for problem in watch.found] == []


# -- what must hold on every page -----------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
def test_a_page_asks_for_nothing_and_fits_320_px(name: str, opened: Callable[..., Page]) -> None:
    page = opened(name, viewport={"width": 320, "height": 640})
    assert page.title()
    assert page.locator("main h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("name", ["index.html", "explorer.html", "timeline.html", "gaps.html"])
def test_tables_are_there_without_javascript(name: str, opened: Callable[..., Page]) -> None:
    page = opened(name, java_script_enabled=False)
    if name == "explorer.html":
        page.locator("#all-things summary").click()
        assert not page.locator("#search").is_visible()
    table = page.locator("main table").first
    assert table.is_visible()
    assert table.locator("tr").count() > 10


@pytest.mark.parametrize("name", ["index.html", "intervention/pcit-t.html", "timeline.html"])
def test_print_has_the_table_and_not_the_navigation(name: str, opened: Callable[..., Page]) -> None:
    page = opened(name)
    page.emulate_media(media="print")
    assert page.locator("main table").first.is_visible()
    assert not page.locator(".top nav").is_visible()
    assert page.locator("footer").is_visible()


# -- the explorer ---------------------------------------------------------------------------------


def sparql_count(where: str) -> int:
    query = f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ {where} }}"
    return int(kg.query(shown(), query).texts()[0][0])


STATEMENT = "{ ?s a cekg:Finding } UNION { ?s a cekg:Recommendation } "


def age_query(low: float, high: float) -> str:
    units = " ".join(f"(cekg:AgeUnit-{u} {m:.12f})" for u, m in MONTHS.items())
    return (
        f"{STATEMENT} ?s cekg:population ?p . {{ ?p cekg:ageRange ?r }} UNION "
        "{ ?p cekg:childMember/cekg:ageRange ?r } ?r cekg:unit ?u . "
        f"VALUES (?u ?m) {{ {units} }} "
        "FILTER NOT EXISTS { ?r cekg:ageOf cekg:AgeSubject-caregiver } "
        "OPTIONAL { ?r cekg:minAge ?low } OPTIONAL { ?r cekg:maxAge ?high ; cekg:maxBound ?edge } "
        "FILTER(BOUND(?low) || BOUND(?high)) "
        f"FILTER(!BOUND(?low) || ?low * ?m < {high}) "
        f"FILTER(!BOUND(?high) || ?high * ?m > {low} || "
        f"(?high * ?m = {low} && ?edge = cekg:AgeBound-inclusive))"
    )


def queries() -> dict[tuple[str, str], str]:
    """Return what each value of each filter means, in SPARQL."""
    found = {("age", b.id): age_query(b.low, b.high) for b in BANDS}
    for o in ("secure-attachment", "disorganised-attachment", "parental-sensitivity"):
        found["outcome", f"outcome/{o}"] = f"?s cekg:outcome <outcome/{o}> . {STATEMENT}"
    grade = "?s cekg:certainty ?c . ?c cekg:ratingSystem cekg:RatingSystem-GRADE ; cekg:rating "
    other = (
        "FILTER NOT EXISTS { ?s cekg:certainty ?d . ?d cekg:rating ?q ; "
        "cekg:ratingSystem cekg:RatingSystem-GRADE FILTER(?q != ?r) }"
    )
    for level in ("moderate", "low", "veryLow"):
        found["certainty", level] = (
            f"{grade} ?r . FILTER(?r = cekg:CertaintyRating-{level}) {other}"
        )
    found["certainty", "unrated"] = (
        "?s a cekg:Finding . FILTER NOT EXISTS "
        "{ ?s cekg:certainty ?c . ?c cekg:ratingSystem cekg:RatingSystem-GRADE ; cekg:rating ?r }"
    )
    found["certainty", "differ"] = (
        f"{grade} ?a . ?s cekg:certainty ?d . ?d cekg:ratingSystem cekg:RatingSystem-GRADE ; "
        f"cekg:rating ?b . FILTER(?a != ?b)"
    )
    found["status", "submitted"] = (
        f"{STATEMENT} ?s cekg:effectiveStatus cekg:ReviewStatus-submitted"
    )
    return found


def test_the_count_of_each_filter_is_that_of_sparql(opened: Callable[..., Page]) -> None:
    page = opened("explorer.html")
    total = sparql_count(STATEMENT)
    for (key, value), query in queries().items():
        page.select_option(f"#f-{key}", value)
        text = page.locator("#count").inner_text()
        assert text.startswith(f"{sparql_count(query)} of {total} findings"), (key, value)
        page.select_option(f"#f-{key}", "")
    assert page.locator("#count").inner_text().startswith(f"{total} of {total} findings")


def test_from_search_to_a_source_by_keyboard_alone(opened: Callable[..., Page]) -> None:
    page = opened("explorer.html")
    page.keyboard.press("/")
    page.keyboard.type("pcit-toddler")
    assert page.locator("#results [role=option]").first.is_visible()
    page.keyboard.press("Enter")
    focused = "document.activeElement.dataset.id || ''"
    assert page.evaluate(focused) == "intervention/pcit-t"
    page.keyboard.press("ArrowRight")
    finding = page.evaluate(focused)
    assert finding.startswith(("finding/", "statement/"))
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused).startswith("outcome/")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    assert "node=" in page.url
    while not (name := page.evaluate("document.activeElement.textContent")).startswith("Open its"):
        assert name is not None
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/(finding|statement)/"))
    assert page.locator("h1").inner_text().startswith("Finding")
    link = page.locator("#evidence ~ dl dt:text-is('Source') + dd a").first
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/(source|article)/"))
    assert page.locator("h1").is_visible()


def test_one_tab_goes_into_the_graph_and_escape_clears(opened: Callable[..., Page]) -> None:
    page = opened("explorer.html#node=outcome/secure-attachment")
    assert page.locator('#nodes [tabindex="0"]').count() == 1
    assert page.locator("#panel h2").inner_text() == "secure attachment"
    page.locator('#nodes [tabindex="0"]').focus()
    page.keyboard.press("Escape")
    assert "node=" not in page.url
    assert page.locator("#panel h2").count() == 0
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "H2"
    assert page.locator('#nodes [aria-pressed="true"]').count() == 1


def test_deep_links_survive_a_reload(opened: Callable[..., Page]) -> None:
    page = opened("explorer.html")
    page.select_option("#f-certainty", "low")
    page.locator("#nodes .n:visible").last.click()
    before = (page.url, page.locator("#count").inner_text(), page.locator("#panel").inner_text())
    assert "certainty=low" in page.url
    page.reload()
    after = (page.url, page.locator("#count").inner_text(), page.locator("#panel").inner_text())
    assert after == before
    assert page.locator("#f-certainty").input_value() == "low"
    page.locator(".tab", has_text="Free layout").click()
    page.wait_for_url("**/free.html*")
    assert "node=" in page.url
    assert page.locator("#panel h2").inner_text() == before[2].splitlines()[0]


def test_the_panel_says_what_must_be_said_of_a_finding(opened: Callable[..., Page]) -> None:
    page = opened("explorer.html#node=finding/f05-2")
    text = page.locator("#panel").inner_text()
    for words in (
        "UNREVIEWED: submitted",
        "3.04",
        "1.39 to 6.67",
        "Compared with",
        "Certainty",
        "Quote",
    ):
        assert words in text, words
    page.get_by_role("button", name="Copy as JSON-LD").click()
    page.locator(".voice label", has_text="caregiver").click()
    assert page.locator("#panel").inner_text() != text


PIXELS = """async address => {
  const image = new Image();
  image.src = address;
  await image.decode();
  const sheet = document.createElement("canvas");
  sheet.width = 400; sheet.height = 400;
  const pen = sheet.getContext("2d");
  pen.drawImage(image, 0, 0, 400, 400);
  const seen = new Uint32Array(pen.getImageData(0, 0, 400, 400).data.buffer);
  return [image.naturalWidth, new Set(seen).size];
}"""


def seen_by_chromium(browser: Any, data: bytes, kind: str) -> tuple[int, int]:
    """Return the width of a picture as Chromium decodes it, and how many colours it shows."""
    page = browser.new_page()
    found = page.evaluate(PIXELS, f"data:{kind};base64,{base64.b64encode(data).decode()}")
    page.close()
    return found[0], found[1]


def seen_by_resvg(browser: Any, svg: bytes) -> tuple[int, int]:
    """Return the same of an SVG as resvg, which is no browser, draws it."""
    resvg = pytest.importorskip("resvg_py", reason="resvg-py, the extra [png], is not installed")
    drawn = bytes(resvg.svg_to_bytes(svg_string=svg.decode(), dpi=96))
    return seen_by_chromium(browser, drawn, "image/png")


def test_pictures_of_the_explorer_open_elsewhere(
    opened: Callable[..., Page], browser: Any, tmp_path: Path
) -> None:
    page = opened("explorer.html#node=intervention/pcit-t&near=1")
    for name in ("svg", "png"):
        with page.expect_download() as waiting:
            page.locator(f"#save-{name}").click()
        waiting.value.save_as(tmp_path / f"graph.{name}")
    svg = (tmp_path / "graph.svg").read_bytes()
    root = ET.fromstring(svg)
    texts = " ".join(t.text or "" for t in root.iter("{http://www.w3.org/2000/svg}text"))
    assert "Therapy with Toddlers" in texts
    width, colours = seen_by_resvg(browser, svg)
    assert width == round(float(root.attrib["width"]))
    assert colours > 50
    width, colours = seen_by_chromium(browser, (tmp_path / "graph.png").read_bytes(), "image/png")
    assert width == 2 * round(float(root.attrib["width"]))
    assert colours > 50


def test_exported_figures_open_in_a_program_that_did_not_make_them(browser: Any) -> None:
    pytest.importorskip("resvg_py", reason="resvg-py, the extra [png], is not installed")
    graph = small().shown()
    look = Look(width_mm=297, font_size=7)
    svg, png = (kg.export(graph, f, include_unreviewed=True, look=look) for f in ("svg", "png"))
    width, colours = seen_by_chromium(browser, svg, "image/svg+xml")
    assert width == pytest.approx(297 / 25.4 * 96, abs=1)
    assert colours > 50
    width, colours = seen_by_resvg(browser, svg)
    assert width == pytest.approx(297 / 25.4 * 96, abs=1)
    assert colours > 50
    width, colours = seen_by_chromium(browser, png, "image/png")
    assert width == pytest.approx(297 / 25.4 * 300, abs=1)
    assert colours > 50


def test_the_free_layout_draws_everything(opened: Callable[..., Page]) -> None:
    page = opened("free.html")
    data = json.loads(
        page.locator("#kg-data").inner_text() or page.locator("#kg-data").text_content()
    )
    assert page.locator("#free canvas").count() > 0
    assert (
        f"Showing {len(data['nodes'])} of {len(data['nodes'])}"
        in page.locator("#panel").inner_text()
    )


def test_of_a_large_graph_neighbourhoods_are_drawn_and_counted(
    opened: Callable[..., Page], tmp_path: Path
) -> None:
    graph = large(1000)
    write_folder(tmp_path, make(graph))
    page = opened("explorer.html", tmp_path)
    count, cards = page.locator("#count"), page.locator("#nodes .n")
    assert count.inner_text() == "0 of 1000 findings and recommendations · 0 of 2080 things"
    assert cards.count() == 0
    page.keyboard.press("/")
    page.keyboard.type("programme 7")
    page.keyboard.press("Enter")
    assert count.inner_text().startswith("25 of 1000 findings and recommendations · 5")
    assert 25 < cards.count() < 80
    assert page.locator("#panel h3").first.inner_text() == "← intervention (25)"
    page.select_option("#f-status", "submitted")
    page.keyboard.press("Escape")
    page.locator("#clear").click()
    page.select_option("#f-status", "submitted")
    assert count.inner_text().endswith("the first 400 of 2080 that match are drawn")
    assert cards.count() == 400
    page.select_option("#f-outcome", "outcome/o7")
    query = "SELECT (COUNT(?s) AS ?n) { ?s cekg:outcome <outcome/o7> }"
    assert count.inner_text().startswith(f"{kg.query(graph, query).texts()[0][0]} of 1000 ")


# -- the evidence map -----------------------------------------------------------------------------


def test_a_cell_opens_its_findings_and_gives_the_focus_back(opened: Callable[..., Page]) -> None:
    page = opened("index.html")
    link = page.locator("table.whole a[data-f]:visible").first
    count = len((link.get_attribute("data-f") or "").split())
    link.focus()
    page.keyboard.press("Enter")
    assert page.locator("#cell article").count() == count
    page.keyboard.press("Escape")
    assert not page.locator("#cell").is_visible()
    assert page.evaluate("document.activeElement.hasAttribute('data-f')")


def test_folding_hides_nothing_silently(opened: Callable[..., Page]) -> None:
    page = opened("index.html")
    status = page.locator("#map-count")
    shown_, total = re.findall(r"\d+", status.inner_text())[:2]
    assert int(shown_) < int(total)
    page.locator("#unfold").click()
    assert status.inner_text().startswith(f"all {total}")
    page.select_option("#age", "12-23")
    assert page.locator("#age-12-23 table").is_visible()
    assert not page.locator("table.whole").is_visible()
    assert "cannot be told" in status.inner_text()
    page.reload()
    assert page.locator("#age-12-23 table").is_visible()


def test_the_reader_chooses_the_language(opened: Callable[..., Page]) -> None:
    page = opened("finding/f01-1.html")
    assert page.locator(".lead .for-clinician").is_visible()
    assert not page.locator(".lead .for-caregiver").is_visible()
    page.locator(".voice label", has_text="caregiver").click()
    assert page.locator(".lead .for-caregiver").is_visible()
    page.reload()
    assert page.locator(".lead .for-caregiver").is_visible()


# -- hostile texts --------------------------------------------------------------------------------


def test_payloads_do_nothing_in_a_browser(opened: Callable[..., Page], tmp_path: Path) -> None:
    files = make(small(" ".join(PAYLOADS)).shown())
    write_folder(tmp_path, files)
    for name in (
        "index.html",
        "explorer.html",
        "free.html",
        "timeline.html",
        "intervention/a.html",
    ):
        page = opened(name, tmp_path)
        assert page.locator("img, iframe, form").count() == 0
        if name == "explorer.html":
            page.keyboard.press("/")
            page.keyboard.type("script")
            page.keyboard.press("Enter")
            assert "<script>alert(1)</script>" in page.locator("#panel h2").inner_text()
