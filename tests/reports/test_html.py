"""The page of a report: nothing in it runs, nothing is fetched, text stays text."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

import made_up
import pytest

import kg
from kg.reports import FORMATS
from kg.validation.report import Report


def page(*reports: kg.Report, **options: Any) -> str:
    return "".join(kg.report_as(reports, "html", **options))


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        known = dict(attrs)
        assert not [name for name in known if name.startswith("on") or name == "style"]
        self.ids += [known["id"] or ""] if "id" in known else []
        self.links += [known["href"] or ""] if "href" in known else []
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page_is_well_formed_and_has_no_script_and_fetches_nothing(report: kg.Report) -> None:
    found = Tags(page(report))
    assert found.open == []
    assert not {"script", "img", "link", "iframe", "form", "object"} & set(found.tags)
    assert all(link.startswith("#") for link in found.links)


def test_every_link_leads_to_a_heading_and_ids_stand_once() -> None:
    for options in ({}, {"limit": 3}):
        found = Tags(page(made_up.report(), made_up.report("three"), **options))
        assert found.links
        assert {link[1:] for link in found.links} <= set(found.ids)
        assert len(set(found.ids)) == len(found.ids)


def test_the_policy_allows_its_own_styles_and_nothing_else() -> None:
    text = page(made_up.report())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    styles = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    sums = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in styles]
    assert policy
    allowed = " ".join(f"'sha256-{one}'" for one in sums)
    assert policy[1] == (
        f"default-src 'none'; style-src {allowed}; base-uri 'none'; form-action 'none'"
    )


def test_text_stays_text() -> None:
    found = Tags(page(made_up.report("<i>source</i>")))
    assert "i" not in found.tags
    words = " ".join(" ".join(found.words).split())
    assert "<b>&amp; \"'</b> ]]> 50 %, next: ::error::x" in words
    assert "<i>source</i>" in words


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (made_up.report, "Does not pass. 3 violations of 2 rules."),
        (made_up.clean, "Passes. No rule is violated."),
    ],
)
def test_the_verdict_is_in_words(make: Any, words: str) -> None:
    assert words in "".join(Tags(page(make())).words)


def test_a_page_that_was_cut_says_so_and_counts_all() -> None:
    text = "".join(Tags(page(made_up.report(), limit=4)).words)
    assert "Showing 4 of 9 results.The counts are those of all results" in text
    assert "Showing 1 of 2 results" in text


def test_a_page_of_very_many_results_counts_all_and_shows_the_first_of_each_rule() -> None:
    report = made_up.on_disk(30_000)
    each = FORMATS["html"].each
    found = page(report, limit=0)
    words = "".join(Tags(found).words)
    assert f"Showing {3 * each} of 30,000 results." in words
    assert words.count(f"10,000 results\nShowing {each} of 10,000 results.") == 3
    assert found.count("<tr><td data-head=") == 3 * each
    for of_rule in report.by_rule().values():
        assert f">{of_rule[each - 1].focus}<" in found
        assert f">{of_rule[each].focus}<" not in found


def test_a_page_that_shows_all_rows_has_no_note_on_omitted_rows() -> None:
    each = FORMATS["html"].each
    many = tuple(made_up.result("AAA-001", "violation", n) for n in range(each))
    whole = page(Report(many, 1, 1, "auto"))
    assert "Showing" not in whole
    assert "found nothing" not in whole
    assert f"Showing {each} of {each + 1} results" in page(Report((*many, many[0]), 1, 1, "auto"))


def test_room_that_one_rule_leaves_goes_to_the_next() -> None:
    text = "".join(Tags(page(made_up.on_disk(30_000), limit=FORMATS["html"].each + 5)).words)
    assert "Showing 5 of 10,000 results" in text
