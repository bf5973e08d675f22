"""The explorer in a real browser: counts, keyboard, deep links, the panel, large graphs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from browser_help import CHROMIUM, Page
from figure_help import large
from site_help import shown

import kg
from kg.evidence.ages import BANDS, MONTHS
from kg.outputs import write_folder
from kg.site.build import pages as make

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]


def sparql_count(where: str) -> int:
    query = f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ {where} }}"
    return int(kg.query(shown(), query).texts()[0][0])


STATEMENT = "{ ?s a cekg:Finding } UNION { ?s a cekg:Claim } UNION { ?s a cekg:Recommendation } "


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
    outcomes = kg.query(shown(), f"SELECT DISTINCT ?o {{ ?s cekg:outcome ?o . {STATEMENT} }}")
    for (o,) in outcomes.texts():
        found["outcome", o] = f"?s cekg:outcome <{o}> . {STATEMENT}"
    grade = "?s cekg:certainty ?c . ?c cekg:ratingSystem cekg:RatingSystem-GRADE ; cekg:rating "
    other = (
        "FILTER NOT EXISTS { ?s cekg:certainty ?d . ?d cekg:rating ?q ; "
        "cekg:ratingSystem cekg:RatingSystem-GRADE FILTER(?q != ?r) }"
    )
    for level in ("high", "moderate", "low", "veryLow"):
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


def test_what_works_on_a_drawing_waits_for_one(opened: Callable[..., Page]) -> None:
    page = opened("explorer.html")
    for name in ("fit", "zoom-in", "zoom-out", "save-svg", "save-png"):
        assert page.locator(f"#{name}").is_disabled()
    page.locator("#start a").first.click()
    assert page.locator("#fit").is_enabled()


def test_a_chosen_therapy_is_seen_with_its_findings_whole(opened: Callable[..., Page]) -> None:
    page = opened("explorer.html#node=intervention/pcit")
    room = page.locator("#canvas").bounding_box()
    for name in ("intervention/pcit", "finding/f08-1"):
        card = page.locator(f'#nodes [data-id="{name}"] .o').bounding_box()
        assert room and card
        assert room["x"] <= card["x"]
        assert card["x"] + card["width"] <= room["x"] + room["width"]


NODES = "JSON.parse(document.getElementById('kg-data').textContent).nodes"


EACH_FILTER = """[...document.querySelectorAll('.filters option')].filter(o => o.value).map(o => {
  const list = o.parentNode, choose = value => {
    list.value = value;
    list.dispatchEvent(new Event("change", { bubbles: true }));
  };
  choose(o.value);
  const said = [o.textContent, document.querySelector("#count").innerText];
  choose("");
  return [list.id.slice(2), o.value, ...said];
})"""
"""Chooses each option of each filter by itself: its filter, its value and words, and the count."""


def test_the_count_of_each_filter_is_that_of_sparql(opened: Callable[..., Page]) -> None:
    page = opened("explorer.html")
    total = sparql_count(STATEMENT)
    chosen = {(key, value): said for key, value, *said in page.evaluate(EACH_FILTER)}
    assert chosen.keys() == queries().keys()
    for (key, value), query in queries().items():
        option, text = chosen[key, value]
        count = sparql_count(query)
        assert text.startswith(f"{count} of {total} findings"), (key, value)
        assert option.endswith(f"({count})"), (key, value)


def test_an_option_counts_what_the_other_filters_leave(opened: Callable[..., Page]) -> None:
    page = opened("explorer.html#certainty=low")
    where = queries()["certainty", "low"] + " ?s cekg:outcome <outcome/secure-attachment>"
    option = page.locator("#f-outcome option[value='outcome/secure-attachment']")
    assert (option.text_content() or "").endswith(f"({sparql_count(where)})")


def test_the_explorer_begins_with_a_search_and_questions(opened: Callable[..., Page]) -> None:
    page = opened("explorer.html")
    assert page.locator("#start li").count() == 5
    assert not page.locator("#nodes").is_visible()
    page.locator("#start a").first.click()
    assert page.locator("#nodes .n:visible").count() > 5
    page.locator("#clear").click()
    assert page.locator("#start").is_visible()
    page.locator("#all").click()
    assert page.locator("#nodes .n:visible").count() == len(page.evaluate(NODES))


def test_an_abbreviation_and_enter_open_the_therapy(opened: Callable[..., Page]) -> None:
    page = opened("explorer.html")
    page.keyboard.press("/")
    page.keyboard.type("PCIT")
    page.keyboard.press("Enter")
    assert page.locator("#panel .small").first.inner_text().endswith("intervention/pcit")
    before = page.locator("#nodes .n:visible").count()
    page.get_by_role("button", name="Expand").click()
    page.locator("#nodes .n:visible[data-id^='outcome/']").first.click()
    assert page.locator("#nodes .n:visible").count() > before / 2
    assert "more=intervention%2Fpcit" in page.url


def test_filters_that_leave_nothing_can_be_cleared(opened: Callable[..., Page]) -> None:
    page = opened("explorer.html#node=intervention/pcit&certainty=high")
    page.locator("#clear-none").click()
    assert page.locator("#start").is_visible()


def test_no_text_of_the_graph_is_below_11_px(opened: Callable[..., Page]) -> None:
    page = opened("explorer.html#all=1")
    page.locator("#zoom-out").click()
    page.locator("#fit").click()
    scale = page.locator("#graph").evaluate(
        "g => g.getBoundingClientRect().width / g.viewBox.baseVal.width"
    )
    sizes = page.locator("#nodes text").evaluate_all("t => t.map(e => e.getAttribute('font-size'))")
    assert min(map(float, sizes)) * scale >= 10.99


def test_the_small_map_shows_all_that_is_drawn_and_leads_there(opened: Callable[..., Page]) -> None:
    page = opened("explorer.html")
    small = page.locator("#mini")
    assert not small.is_visible()
    page.locator("#all").click()
    assert small.locator("rect:not(.seen)").count() == len(page.evaluate(NODES))
    top = "document.querySelector('#canvas').scrollTop"
    before = page.evaluate(top)
    height = (small.bounding_box() or {})["height"]
    small.click(position={"x": 5, "y": height - 5})
    assert page.evaluate(top) > before + 1000


def test_many_lines_to_one_entity_share_an_upright_line(opened: Callable[..., Page]) -> None:
    page = opened("explorer.html#node=outcome/secure-attachment")
    courses = page.locator("#edges .on").evaluate_all("all => all.map(e => e.getAttribute('d'))")
    bends = [
        re.fullmatch(r"M\S+ \S+H\S+Q(\S+) \S+ \S+ \S+V\S+Q\S+ \S+ \S+ \S+H\S+", d) for d in courses
    ]
    assert len(courses) > 20
    assert len({bend and bend[1] for bend in bends}) == 1


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
    assert page.locator("h1").inner_text().startswith(("Finding", "Claim"))
    link = page.locator("#evidence ~ dl dt:has-text('Source') + dd a").first
    while not link.evaluate("link => link === document.activeElement"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement !== document.body")
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
    assert page.locator("#start").is_visible()


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
    page.locator(".voice label", has_text="caregiver").click()
    assert page.locator("#panel").inner_text() != text


def test_columns_and_relations_have_the_words_of_the_reader(opened: Callable[..., Page]) -> None:
    page = opened("explorer.html#node=intervention/pcit")
    heads, relations = page.locator("#heads .head"), page.locator("#panel h3")
    before = heads.all_text_contents(), relations.all_text_contents()
    page.locator(".voice label", has_text="caregiver").click()
    assert "Results, claims and advice" in heads.all_text_contents()
    assert "← part of (2)" in relations.all_text_contents()
    page.locator(".voice label", has_text="clinician").click()
    assert (heads.all_text_contents(), relations.all_text_contents()) == before


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
    statements = "1000 findings, claims and recommendations"
    assert count.inner_text() == f"0 of {statements} · 0 of 2080 entities"
    assert cards.count() == 0
    page.keyboard.press("/")
    page.keyboard.type("programme 7")
    page.keyboard.press("Enter")
    assert count.inner_text().startswith("25 of 1000 findings, claims and recommendations · 5")
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
