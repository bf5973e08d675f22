"""What pages show of large graphs: so much as can be used, how much of how much, and the way on."""

from __future__ import annotations

import re

import pytest
from figure_help import Builder, large
from site_help import Parsed, pages, parse

from kg.evidence.findings import Findings
from kg.evidence.index import Index
from kg.site import disagreements, forest, map_rows, parts, timeline
from kg.site.build import pages as make
from kg.site.explorer import Explorer
from kg.site.parts import Parts
from kg.site.shell import Shell


def main(page: Parsed) -> str:
    return page.all("main")[0].text


def links(page: Parsed) -> set[str]:
    return {t.attributes["href"] or "" for t in page.all("a")}


@pytest.fixture(scope="module")
def crowded() -> dict[str, Parsed]:
    """Three hundred programmes with an age each, and 130 outcomes with an effect of each kind."""
    b = Builder()
    for n in range(300):
        b.add(f"population/p{n}#age", "AgeRange", verbatim=f"{n} months", minAge=str(n), unit="mo",
              ageOf="child", ageBasis="programmeTarget")  # fmt: skip
        b.add(f"population/p{n}", "Population", ageRange=f"population/p{n}#age")
        b.add(f"intervention/i{n}", "Intervention", prefLabel=f"programme {n}",
              targetPopulation=f"population/p{n}")  # fmt: skip
    for n in range(130):
        b.add(f"outcome/o{n}", "Outcome", prefLabel=f"outcome {n}", desirability="desirable")
    for n in range(900):
        name = f"finding/f{n}"
        b.add(f"{name}#e", "EffectEstimate", estimateType="SMD" if n % 900 < 800 else "unspecified",
              value="0.5", higherValueMeans="moreOutcome")  # fmt: skip
        outcome = f"outcome/o{0 if n < 100 else n % 130}"
        b.finding(name, intervention=f"intervention/i{n % 300}", outcome=outcome,
                  estimate=f"{name}#e")  # fmt: skip
    found = make(b.shown())
    fixed = {name: parse(data.decode()) for name, data in found.items() if "/" not in name}
    return fixed | {"outcome/o0.html": parse(found["outcome/o0.html"].decode())}


def test_a_large_graph_is_drawn_on_demand_only() -> None:
    index = Index(large(1000))
    explorer = Explorer(index, Parts(index, Findings(index)))
    for made in (explorer.page(), explorer.free()):
        page = parse(Shell(index).render(made).decode())
        assert page.data()["large"] is True
        assert len(page.data()["nodes"]) == 2080
        assert not [t for t in page.tags if t.attributes.get("class") == "n"]
    cards = explorer.data.columns()["cards"]
    assert set(cards) >= {k["shape"] for k in page.data()["kinds"]}


def test_the_map_has_the_fullest_rows_and_columns_and_says_so(crowded: dict[str, Parsed]) -> None:
    page = crowded["index.html"]
    told = f"Showing {map_rows.MOST_ROWS} of 300 practices with a finding, "
    assert f"{told}and {map_rows.MOST_COLUMNS} of 130 outcomes: those with most" in main(page)
    assert "outcome 0" in main(page)
    rows = [t for t in page.all("th") if t.attributes.get("class") == "i0"]
    assert len(rows) == map_rows.MOST_ROWS
    columns = [t for t in page.all("th") if "out " in (t.attributes.get("class") or "")]
    assert len(columns) == map_rows.MOST_COLUMNS
    assert "Last, since no finding is about them" not in {t.text for t in page.all("th")}


def test_the_forest_draws_so_many_effects_and_leads_to_the_others(
    crowded: dict[str, Parsed],
) -> None:
    page = crowded["forest.html"]
    (shown, total, on, every) = re.findall(
        r"Showing (\d+) of (\d+) effects with an axis, on (\d+) of (\d+) outcomes", main(page)
    )[0]
    drawn = [t for t in page.all("path") if t.attributes.get("class") in ("point", "lone")]
    assert (int(shown), int(total)) == (len(drawn), 800)
    assert forest.MOST_DRAWN - forest.MOST_ON_AXIS <= len(drawn) <= forest.MOST_DRAWN
    assert (int(every), len(page.all("h2")) > int(on)) == (130, True)
    assert f"Showing {forest.MOST_ON_AXIS} of 10" in main(page)
    assert {f"outcome/o{n}.html" for n in range(130)} <= links(page)
    assert "Showing 100 of 100 effects without an axis" in main(page)


def test_all_effects_are_on_the_page_of_their_outcome(crowded: dict[str, Parsed]) -> None:
    found = [h for h in links(crowded["outcome/o0.html"]) if h.startswith("../finding/")]
    assert len(found) > 100


def test_the_timeline_draws_so_many_interventions_and_names_the_others(
    crowded: dict[str, Parsed],
) -> None:
    page = crowded["timeline.html"]
    assert f"Showing {timeline.MOST} of 300 interventions with an age" in main(page)
    rows = [t for t in page.all("div") if t.attributes.get("class") == "row"]
    assert len(rows) == timeline.MOST
    assert f"Other interventions with an age: {300 - timeline.MOST}" in main(page)
    assert {f"intervention/i{n}.html" for n in range(300)} <= links(page)


def test_a_line_names_some_entities_and_counts_the_others() -> None:
    index = Index(large(parts.MOST_NAMED + 5))
    few = Parts(index, Findings(index)).few(index.instances("Finding"))
    assert few.count("<a ") == parts.MOST_NAMED
    assert few.endswith(" and 5 more, which the explorer finds")


def test_a_question_has_so_many_findings_on_each_side_and_counts_the_others() -> None:
    b = Builder()
    b.add("intervention/a", "Intervention", prefLabel="a")
    b.add("outcome/o", "Outcome", prefLabel="o", desirability="desirable")
    for n in range(60):
        way = "noDifference" if n % 2 else "increase"
        b.finding(f"finding/f{n}", intervention="intervention/a", outcome="outcome/o",
                  effectDirection=way)  # fmt: skip
    made = make(b.shown())
    page = parse(made["gaps.html"].decode())
    cards = [t for t in page.all("article") if "card" in (t.attributes["class"] or "")]
    assert len(cards) == 2 * disagreements.MOST_BESIDE
    assert main(page).count(f"Showing {disagreements.MOST_BESIDE} of 30 findings.") == 2
    one = main(parse(made["finding/f0.html"].decode()))
    assert "Showing 20 of 30 disagreements." in one


def test_how_much_is_shown_is_said_where_nothing_is_left_out_too() -> None:
    assert re.search(r"Showing (\d+) of \1 effects", main(pages()["forest.html"]))
    assert re.search(r"Showing (\d+) of \1 interventions", main(pages()["timeline.html"]))
    assert re.search(
        r"Showing (\d+) of \1 practices with a finding, and (\d+) of \2 outcomes\.",
        main(pages()["index.html"]),
    )
