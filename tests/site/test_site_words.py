"""How pages word and order what they show: names, numbers, signs, headlines."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from site_help import pages, shown, site

from kg.evidence.index import natural
from kg.exporters.figure import write
from kg.figure.shapes import GLYPHS
from kg.site.plain import counted
from kg.site.wording import numbers


def main(name: str) -> str:
    return pages()[name].all("main")[0].text


def test_names_are_sorted_whatever_their_case() -> None:
    names = ["Watch", "attachment 10", "Attachment 2", "attachment"]
    assert sorted(names, key=natural) == ["attachment", "Attachment 2", "attachment 10", "Watch"]


def test_an_interval_stays_on_one_line() -> None:
    words = numbers("OR 3.04 [1.39, 6.67]")
    assert words == 'OR 3.04 <span class="nowrap">[1.39, 6.67]</span>'


def test_a_table_has_numbers_in_short_and_the_page_of_the_finding_in_full() -> None:
    page = pages()["intervention/pcit.html"]
    full = "standardised mean difference −0.87, 95% interval −1.17 to −0.58"
    assert full in {t.attributes.get("title") for t in page.all("div")}
    assert "SMD −0.87 [−1.17, −0.58]" in main("intervention/pcit.html")
    assert full in main("finding/f08-1.html")


def test_figures_and_pages_have_one_sign_for_each_direction() -> None:
    figure = {e.get("d") for e in ET.fromstring(write(shown())).iter() if e.tag.endswith("path")}
    drawn = {GLYPHS[v] for v in ("favourable", "neutral", "mixed", "insufficient", "unknown")}
    assert drawn <= figure
    assert all(f'd="{sign}"' in site()["index.html"].decode() for sign in drawn)
    assert len(set(GLYPHS.values())) == len(GLYPHS)


def test_what_has_no_label_is_named_by_its_kind() -> None:
    assert "citation 1" in main("statement/s15.html")
    assert "citation/1" not in main("statement/s15.html").partition("All that is recorded")[0]


def test_a_comparison_with_a_source_begins_with_its_verdict() -> None:
    assert [t.text for t in pages()["statement/fidelity-2.html"].all("h1")] == [
        "The page against its source: overstated"
    ]


def test_a_recommendation_says_in_its_headline_what_it_advises_for_both_audiences() -> None:
    (head,) = pages()["recommendation/f37-1.html"].all("h1")
    assert head.text == (
        "Recommendation F37.1: against coercive attachment therapies (not graded)"
        "Advice against coercive attachment therapies"
    )


def test_an_article_leads_to_its_statements_against_the_evidence() -> None:
    links = {t.attributes.get("href") for t in pages()["article/own.html"].all("a")}
    box = main("article/own.html").partition("What disagrees")[0]
    assert "each statement against its evidence" in box
    assert "../audit.html" in links


def test_a_study_has_its_findings_before_what_disagrees() -> None:
    before, _, _ = main("study/bernard-2012.html").partition("What disagrees")
    assert "F17.1" in before


def test_a_population_says_what_is_meant_for_it_and_its_ages_once() -> None:
    text = main("population/toddlers-pcit-t.html").partition("All that is recorded")[0]
    assert "Meant for it" in text
    assert text.count("12-24 months") == 1
    assert "AgesAges" not in text.replace(" ", "")


def test_a_table_has_no_column_that_is_empty() -> None:
    heads = [t.text for t in pages()["tables.html"].all("th") if t.attributes.get("scope") == "col"]
    assert heads == ["Entity", "Kind", "Id", "From", "Relation", "To", "Stated in"]


def test_what_is_counted_has_words_for_caregivers_and_names_are_left() -> None:
    assert "12 results" in counted("12 findings on attachment-based interventions")
    assert counted("attachment-based interventions") == "attachment-based interventions"


def test_the_page_says_once_whose_names_it_uses() -> None:
    told = "have the names that specialists use"
    assert all(main(name).count(told) == 1 for name in ("index.html", "finding/f08-1.html"))
