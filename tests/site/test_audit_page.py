"""``audit.html``: the article's own words in reading order, each with its verdict."""

from __future__ import annotations

from site_help import Parsed, Tag, pages, parse, shown, site

import kg
from kg.evidence.audit_rules import VERDICTS
from kg.site.audit_page import _SIGNS


def items() -> list[Tag]:
    return [li for li in pages()["audit.html"].all("li") if "id" in li.attributes]


def item(name: str) -> Parsed:
    """Return the part of the page on one statement."""
    _, _, rest = site()["audit.html"].decode().partition(f' id="{name}">')
    return parse(f"<li>{rest.partition('<li class=')[0]}")


def test_every_statement_appears_once_in_reading_order_with_its_words_and_verdict() -> None:
    found = kg.audit(shown())
    assert [li.attributes["id"] for li in items()] == [
        s.id.rpartition("/")[2] for s in found.statements
    ]
    for li, said in zip(items(), found.statements, strict=True):
        assert VERDICTS[said.verdict] in li.text and said.span.exact in li.text
        assert li.attributes["class"] == f"v-{said.verdict}"


def test_a_statement_says_who_judged_by_which_rule_and_leads_to_what_it_rests_on() -> None:
    s42 = item("s42")
    text = s42.all("li")[0].text
    assert "AUD-010, judged by a person" in text and "AUD-011, by a rule" in text
    links = {a.attributes["href"] for a in s42.all("a")}
    assert {"finding/f07-1.html", "source/citation-2.html", "statement/s42.html"} <= links


def test_a_source_that_was_not_found_says_so_where_it_is_named() -> None:
    assert "(source not found)" in item("s57").all("li")[0].text


def test_totals_are_those_of_the_audit_and_lead_to_the_statements() -> None:
    found = kg.audit(shown())
    rows = [li for li in pages()["audit.html"].all("li") if "id" not in li.attributes]
    totals = [r for r in rows if (r.attributes.get("class") or "").startswith("v-")]
    for row, (verdict, count) in zip(totals, found.totals.items(), strict=True):
        assert row.text.startswith(f"{VERDICTS[verdict]}{count}")
    links = [a.attributes["href"] for a in pages()["audit.html"].all("a")]
    places = [f"#{s.id.rpartition('/')[2]}" for s in found.worst]
    assert [x for x in links if x in places] == places


def test_each_verdict_has_a_sign_of_its_own() -> None:
    assert set(_SIGNS) == set(VERDICTS)
    assert len(set(_SIGNS.values())) == len(VERDICTS)
