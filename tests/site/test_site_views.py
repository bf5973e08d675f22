"""What the views say is what the graph says: counts, gaps, ages, effects, compared with SPARQL."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from figure_help import Builder, small
from site_help import pages, parse, shown

import kg
from kg.cli import cli
from kg.errors import UsageError
from kg.evidence.ages import BANDS, NO, UNDETERMINED, YES, Age, child_ages, overlap
from kg.evidence.effects import panels
from kg.evidence.findings import Findings, per_cent, questions
from kg.evidence.index import Index
from kg.evidence.verdicts import VERDICTS
from kg.exporters import FOLDERS
from kg.figure.look import Look
from kg.outputs import CONTENTS, write_folder
from kg.site.build import pages as make
from kg.site.parts import Parts
from kg.site.timeline import place, read_ages


def rows(query: str) -> list[tuple[str, ...]]:
    return [tuple(row) for row in kg.query(shown(), query).texts()]


def findings() -> Findings:
    return Findings(Index(shown()))


# -- the evidence map -----------------------------------------------------------------------------


def test_each_cell_of_the_map_counts_what_sparql_counts() -> None:
    found = rows(
        "SELECT ?i ?o (COUNT(DISTINCT ?f) AS ?n) "
        "{ ?f a cekg:Finding ; cekg:intervention ?i ; cekg:outcome ?o } GROUP BY ?i ?o"
    )
    page = pages()["index.html"]
    cells: dict[tuple[str, str], int] = {}
    assert "An empty cell means: no finding in this graph." in page.all("body")[0].text
    for link in page.all("a"):
        href, numbers = link.attributes["href"] or "", link.attributes.get("data-f")
        if numbers and "#on-" in href:
            path, _, place_ = href.partition("#on-")
            key = (path.removesuffix(".html"), f"outcome/{place_}")
            cells[key] = max(cells.get(key, 0), len(numbers.split()))
    assert cells == {(i, o): int(n) for i, o, n in found}


def test_empty_cells_say_that_they_are_empty() -> None:
    empty = [
        t for t in pages()["index.html"].all("td") if "none" in (t.attributes.get("class") or "")
    ]
    assert len(empty) > 500
    assert {t.text.rstrip("0123456789") for t in empty} == {"no finding"}


def test_a_cell_tells_certainty_and_direction_apart_and_in_words() -> None:
    links = [t for t in pages()["index.html"].all("a") if "data-f" in t.attributes]
    for link in (t for t in links if t.attributes.get("class") != "claim"):
        words = link.attributes["aria-label"] or ""
        assert "; certainty: " in words
        assert "; direction: " in words


def test_a_claim_on_the_map_says_that_its_source_was_not_found() -> None:
    words = [
        t.attributes["aria-label"] or ""
        for t in pages()["index.html"].all("a")
        if t.attributes.get("class") == "claim"
    ]
    attachment = "Parent-Child Interaction Therapy with Toddlers, attachment quality: "
    assert f"{attachment}1 claim, no evidence, source not found" in words
    (island,) = (t for t in pages()["index.html"].tags if t.attributes.get("id") == "kg-data")
    doubts = {c["id"]: c["doubts"] for c in json.loads(island.text)["findings"]}
    assert (doubts["S57"], doubts["F09.1"]) == ("Source not found.", "")


@pytest.mark.parametrize(
    ("practice", "outcome", "words"),
    [
        ("intervention/abc", "disorganised-attachment", "2 findings of one study or review; "),
        (
            "intervention/minding-the-baby",
            "secure-attachment",
            "3 findings of 2 studies or reviews; ",
        ),
        (
            "intervention/disorganisation-prevention",
            "disorganised-attachment",
            "7 findings of 2 studies or reviews, 5 on a subgroup; ",
        ),
        ("intervention/tpp", "secure-attachment", "2 findings; "),
    ],
)
def test_findings_of_one_study_do_not_read_as_several_studies(
    practice: str, outcome: str, words: str
) -> None:
    place = f"{practice}.html#on-{outcome}"
    links = [t for t in pages()["index.html"].all("a") if t.attributes.get("href") == place]
    whole, *_ = [t.attributes["aria-label"] or "" for t in links if "data-f" in t.attributes]
    assert f": {words}" in whole


def test_interventions_without_a_finding_are_rows_of_the_map() -> None:
    index = Index(shown())
    heads = {t.text for t in pages()["index.html"].all("th") if t.attributes.get("scope") == "row"}
    for iri in index.instances("Intervention"):
        assert any(head.startswith(index.label(iri)) for head in heads)


# -- ages -----------------------------------------------------------------------------------------


def age(low: float | None, high: float | None, low_bound: str = "", high_bound: str = "") -> Age:
    return Age("x", "x", low, high, low_bound, high_bound, None, "", "")


@pytest.mark.parametrize(
    ("found", "answer"),
    [
        (age(12, 24), YES),
        (age(0, 12, high_bound="inclusive"), YES),
        (age(0, 12, high_bound="exclusive"), NO),
        (age(0, 12, high_bound="notStated"), UNDETERMINED),
        (age(24, 36), NO),
        (age(23.9, 36), YES),
        (age(None, 11), NO),
        (age(None, 60), YES),
        (age(6, None), YES),
        (age(None, None), UNDETERMINED),
    ],
)
def test_an_age_overlaps_a_band_or_does_not_or_is_unknown(found: Age, answer: str) -> None:
    band = next(b for b in BANDS if b.id == "12-23")
    assert found.overlap(band) == answer


def test_without_an_age_the_answer_is_unknown() -> None:
    assert overlap([], BANDS[0]) == UNDETERMINED


def test_the_ages_of_a_dyad_are_those_of_its_child() -> None:
    index = Index(shown())
    for dyad in index.instances("Dyad"):
        for found in child_ages(index, [dyad]):
            assert index.notation(found.iri, "ageOf") != "caregiver"


def test_the_timeline_shows_where_target_and_studied_ages_differ() -> None:
    index = Index(shown())
    found = {index.short(a.iri): a for a in read_ages(index, Parts(index, Findings(index)))}
    toddlers = found["intervention/pcit-t"]
    assert [(a.low, a.high) for a in toddlers.target] == [(12, 24)]
    assert [(a.low, a.high) for a in toddlers.studied] == [(14, 24)]
    assert toddlers.mismatch == "the target begins below the studied ages"
    assert found["intervention/gabi"].mismatch == ""
    assert "≠ ages differ" in {t.text for t in pages()["timeline.html"].all("div")}


def test_months_are_wider_than_years_and_ages_keep_their_order() -> None:
    places = [place(m) for m in range(0, 217, 3)]
    assert places == sorted(set(places))
    assert place(12) - place(0) > place(72) - place(60)


# -- effects --------------------------------------------------------------------------------------


def test_effects_of_different_measures_never_share_an_axis() -> None:
    found, rest = panels(Index(shown()), findings().all)
    for panel in found:
        assert {e.estimate.type for e in panel.effects} == {panel.type}
        assert {e.finding.outcomes for e in panel.effects} == {(panel.outcome,)}
    drawn = sum(len(p.effects) for p in found)
    (row,) = rows("SELECT (COUNT(?e) AS ?n) { ?f a cekg:Finding ; cekg:estimate ?e }")
    assert drawn + len(rest) == int(row[0])


def test_effects_keep_their_digits() -> None:
    text = pages()["forest.html"].all("main")[0].text
    for value, low, high in (("0.20", "", ""), (".18", "", ""), ("3.04", "1.39", "6.67")):
        assert f"{value} [{low}, {high}]" in text if low else value in text


def test_a_mark_is_on_the_side_that_its_result_takes() -> None:
    index = Index(shown())
    found, _ = panels(index, findings().all)
    for panel in found:
        for e in panel.effects:
            side = panel.right if e.value > panel.null else panel.left
            says = {"favourable": "intervention", "unfavourable": "comparator"}.get(
                e.finding.valence, side
            )
            assert side == says, e.finding.identifier


def test_a_reversed_reference_has_no_axis_and_says_why() -> None:
    _, rest = panels(Index(shown()), findings().all)
    reasons = {(u.finding.identifier, u.estimate.value): u.reason for u in rest}
    assert "the intervention is the reference group" in reasons["F07.1", "0.14"]
    assert reasons["F04.4", ".07"] == "what a higher number means is not stated"
    text = pages()["forest.html"].all("main")[0].text
    assert all(reason in text for reason in reasons.values())


def test_no_side_is_favoured_where_two_groups_are_not_compared() -> None:
    found, _ = panels(Index(shown()), findings().all)
    for panel in found:
        if any(e.finding.contrast != "betweenGroup" for e in panel.effects):
            assert panel.right in ("more", "less")


def test_a_number_against_its_stated_direction_has_no_axis() -> None:
    b = Builder()
    b.add("outcome/o", "Outcome", prefLabel="o")
    b.add("finding/f#e", "EffectEstimate", estimateType="SMD", value="-0.5",
          higherValueMeans="moreOutcome")  # fmt: skip
    b.finding("finding/f", outcome="outcome/o", effectDirection="increase",
              estimate="finding/f#e")  # fmt: skip
    index = Index(b.shown())
    found, (row,) = panels(index, Findings(index).all)
    assert not found
    assert row.reason == "the number and the stated direction do not agree"


def test_subgroups_are_below_their_whole() -> None:
    found, _ = panels(Index(shown()), findings().all)
    order = [[(e.finding.identifier, e.is_part) for e in p.effects] for p in found]
    assert [("F08.1", False), ("F08.2", True), ("F08.3", True)] in [o[:3] for o in order]


def test_a_measure_has_one_axis_on_the_whole_page() -> None:
    lines = [t for t in pages()["forest.html"].all("line") if t.attributes["class"] == "null"]
    assert {t.attributes["x1"] for t in lines} == {"50%"}


def test_the_value_of_no_effect_always_has_its_number() -> None:
    words = [t for t in pages()["forest.html"].all("text") if t.attributes.get("x") == "50%"]
    assert {t.text for t in words} == {"0", "1"}
    assert not [t for t in words if t.attributes.get("class") == "minor"]


def test_ratios_stand_on_a_logarithmic_axis() -> None:
    found, _ = panels(Index(shown()), findings().all)
    assert {p.type for p in found if p.is_ratio} == {"OR"}
    assert all(p.null == 1 for p in found if p.is_ratio)
    text = pages()["forest.html"].all("main")[0].text
    assert "logarithmic axis" in text


def test_a_ratio_that_is_not_positive_is_not_drawn() -> None:
    b = Builder()
    b.add("outcome/o", "Outcome", prefLabel="o")
    b.add("finding/f#e", "EffectEstimate", estimateType="OR", value="-1")
    b.finding("finding/f", outcome="outcome/o", estimate="finding/f#e")
    index = Index(b.shown())
    found, rest = panels(index, Findings(index).all)
    assert (found, len(rest)) == ([], 1)


@pytest.mark.parametrize(
    ("fraction", "words"), [("0.95", "95%"), ("0.9", "90%"), ("0.995", "99.5%")]
)
def test_levels_are_per_cent_digit_by_digit(fraction: str, words: str) -> None:
    assert per_cent(fraction) == words


# -- disagreement and gaps ------------------------------------------------------------------------


def test_the_page_of_gaps_has_the_disagreements_that_sparql_finds() -> None:
    found = rows(
        "SELECT ?d ?v ?on ?outcome { ?d cekg:disagreementVerdict ?v ; cekg:disagreesOn ?on . "
        "OPTIONAL { ?d cekg:disagreesOnOutcome ?outcome } }"
    )
    page = pages()["gaps.html"]
    index = Index(shown())
    for verdict, words in VERDICTS.items():
        count = sum(row[1].endswith(f"-{verdict}") for row in found)
        heads = [t.text for t in page.all("h3") if t.attributes.get("id") == verdict]
        assert [h.rpartition(": ")[2] for h in heads] == ([str(count)] if heads else []), words
    titles = {t.text for t in page.all("h4")}
    for _, _, on, outcome in found:
        iris = [index.graph.node(name).value for name in (on, outcome) if name]
        assert ": ".join(map(index.label, iris)) in titles
    assert len(found) > 40


def test_an_intervention_says_what_its_favourable_results_stand_beside() -> None:
    page = pages()["intervention/circle-of-security.html"]
    (table,) = [t.text for t in page.all("table") if "1 disagreement" in t.text]
    for words in (
        "F15.1: increase",
        "F16.1: ",
        "Circle of Security / Circle of Security-Parenting",
    ):
        assert words in table
    assert "does not fit other results" in page.all("main")[0].text


def test_every_verdict_is_beside_the_sentence_of_the_page() -> None:
    text = pages()["gaps.html"].all("main")[0].text
    index = Index(shown())
    verdicts = rows("SELECT ?d { ?d cekg:descriptionKind cekg:DescriptionKind-fidelity }")
    assert len(verdicts) == 6
    for (verdict,) in verdicts:
        iri = index.graph.node(verdict).value
        assert index.words(iri, "fidelity") in text
        for claim in index.nodes(iri, "comparesStatement"):
            assert index.text(claim, "identifier") in text


def test_claims_on_one_study_are_listed() -> None:
    found = kg.query(shown(), "single-study").rows
    assert 0 < len(found) < len(questions(findings().all))
    caption = f"Questions with one study: {len(found)}"
    assert caption in {t.text for t in pages()["gaps.html"].all("caption")}


# -- trust ----------------------------------------------------------------------------------------


def test_what_is_not_approved_is_stamped_on_its_page() -> None:
    index = Index(shown())
    for statement in index.instances("Statement"):
        stamp = index.text(statement, "stamp")
        stamps = [
            t.text
            for t in pages()[index.page(statement)].all("span")
            if (t.attributes.get("class") or "").startswith("stamp")
        ]
        assert stamp in stamps


def test_one_review_state_of_all_is_shown_once_in_the_banner() -> None:
    for name in ("forest.html", "finding/f08-2.html"):
        page = pages()[name]
        seen = [t for t in page.all("span") if t.attributes.get("class") == "stamp"]
        assert not seen
        (banner,) = [t for t in page.all("p") if t.attributes.get("class") == "stampline"]
        assert "All have the state 'submitted'" in banner.text


def test_states_that_differ_are_shown_at_each_statement() -> None:
    b = Builder()
    b.finding("finding/f", reviewStatus="draft", stamp="UNREVIEWED: draft")
    b.finding("finding/g", reviewStatus="submitted", stamp="UNREVIEWED: submitted")
    index = Index(b.shown())
    assert 'class="stamp"' in Parts(index, Findings(index)).stamp(index.instances("Finding")[0])


def test_each_page_says_how_many_findings_have_a_quote_that_was_compared() -> None:
    query = (
        "SELECT (COUNT(DISTINCT ?f) AS ?n) { ?f a cekg:Finding ; cekg:quote/cekg:quoteCheck/"
        "skos:notation 'matches' }"
    )
    (row,) = rows(query)
    total = len(findings().all)
    for page in pages().values():
        assert f"{row[0]} of {total} research findings have a quote" in page.all("footer")[0].text


def test_a_place_to_look_for_is_not_shown_as_a_quote() -> None:
    text = pages()["finding/f08-2.html"].all("main")[0].text
    assert "a place to look for, not a quote: SMD -1.09" in text
    assert "not compared with its text" in text


def test_result_and_valence_are_one_phrase() -> None:
    texts = [pages()[n].all("main")[0].text for n in ("forest.html", "finding/f08-2.html")]
    assert all("fell (favourable)" in text for text in texts)
    assert not any("insufficient (insufficient)" in p.all("main")[0].text for p in pages().values())


def test_a_caveat_is_on_the_page_of_its_entity() -> None:
    found = pages()["intervention/coercive-attachment-therapies.html"]
    assert [t for t in found.tags if t.attributes.get("class") == "caveat"]


def test_a_retracted_source_is_struck_through_with_its_date() -> None:
    b = small()
    b.add("source/s", "Source", retractionStatus="retracted", checkedOn="2024-05-06")
    files = make(b.shown())
    for name in ("source/s.html", "intervention/a.html", "finding/f.html"):
        page = parse(files[name].decode())
        assert "found on 2024-05-06" in page.all("main")[0].text, name
        assert [t for t in page.tags if t.attributes.get("class") == "retracted"], name


def test_a_missing_caregiver_wording_is_reported() -> None:
    b = small()
    b.add("finding/f#w", "Wording", audience="clinician", text="Words.")
    b.add("finding/f", "Finding", wording="finding/f#w")
    page = parse(make(b.shown())["finding/f.html"].decode())
    (told,) = [t.text for t in page.all("div") if "lacking" in (t.attributes.get("class") or "")]
    assert "1 text on this page has no words for caregivers yet" in told


# -- pictures and folders -------------------------------------------------------------------------


def test_a_picture_has_the_width_or_the_type_that_was_asked_for() -> None:
    svg = '<svg xmlns="x" width="200" height="100" fill="#ff0000"><rect fill="#ffffff"/></svg>'
    assert 'width="180mm" height="90mm"' in Look(width_mm=180).apply(svg)
    assert 'width="44.9mm"' in Look(font_size=7).apply(svg)  # 200 px · 7 pt / 11 px
    assert Look().apply(svg) == svg
    assert 'fill="#363636"' in Look(greyscale=True).apply(svg)
    assert 'fill="#ffffff"' in Look(greyscale=True).apply(svg)


@pytest.mark.parametrize(
    "options", [{"width_mm": 0}, {"font_size": -1}, {"width_mm": 100, "font_size": 0}]
)
def test_a_look_that_is_not_possible_is_refused(options: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        Look(**options)  # type: ignore[arg-type]


def test_a_grey_picture_has_no_colour() -> None:
    svg = kg.export(shown(), "svg", include_unreviewed=True, look=Look(greyscale=True)).decode()
    colours = set(re.findall(r"#[0-9a-f]{6}", svg))
    assert len(colours) > 5
    assert all(c[1:3] == c[3:5] == c[5:7] for c in colours)


def test_only_pictures_have_a_look() -> None:
    with pytest.raises(UsageError, match="svg and png"):
        kg.export(shown(), "turtle", look=Look(width_mm=10))


def test_a_png_has_the_pixels_of_its_width() -> None:
    pytest.importorskip("resvg", reason="resvg, the extra [png], is not installed")
    graph = small().shown()
    data = kg.export(graph, "png", include_unreviewed=True, look=Look(width_mm=250))
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(data[16:20], "big") == round(250 / 25.4 * 300)
    assert data == kg.export(graph, "png", include_unreviewed=True, look=Look(width_mm=250))


def test_png_without_its_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "resvg", None)
    with pytest.raises(UsageError, match=r"clinical-evidence-kg\[png\]"):
        kg.export(shown(), "png")


def test_what_an_earlier_run_left_is_removed_and_what_others_put_there_stays(
    tmp_path: Path,
) -> None:
    mine = b"clinical-evidence-kg"
    write_folder(tmp_path, {"a.html": mine, "old/b.html": mine, "old/changed.html": mine})
    (tmp_path / "old" / "changed.html").write_bytes(b"somebody's own now")
    (tmp_path / "theirs.html").write_bytes(b"theirs")
    write_folder(tmp_path, {"a.html": mine})
    left = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert left == {"a.html", "old/changed.html", "theirs.html", CONTENTS}


def test_a_list_of_contents_cannot_remove_anything_outside(tmp_path: Path) -> None:
    outside = tmp_path / "outside.html"
    outside.write_bytes(b"clinical-evidence-kg")
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / CONTENTS).write_text("# files of clinical-evidence-kg\nx  ../outside.html\n")
    write_folder(folder, {"a.html": b"clinical-evidence-kg"})
    assert outside.exists()


def test_the_command_line_writes_a_site_and_wants_a_folder(tmp_path: Path) -> None:
    from click.testing import CliRunner

    example = Path(__file__).parents[1] / "examples" / "infant-sleep"
    run = CliRunner().invoke(cli, ["export", "site", str(example), "-o", str(tmp_path / "out")])
    assert run.exit_code == 0, run.output
    assert (tmp_path / "out" / "index.html").read_bytes().startswith(b"<!DOCTYPE html>")
    assert isinstance(CliRunner().invoke(cli, ["export", "site"]).exception, UsageError)


def test_folders_say_what_they_are_for() -> None:
    for folder in FOLDERS.values():
        assert folder.summary


def test_direction_and_level_counts_of_the_legend_are_those_of_the_findings() -> None:
    levels = Counter(f.level for f in findings().all)
    sides = Counter(f.side for f in findings().all)
    items = pages()["index.html"].all("li")
    shown_levels = {v: t.text for t in items if (v := t.attributes.get("data-level"))}
    shown_sides = {v: t.text for t in items if (v := t.attributes.get("data-side"))}
    assert all(shown_levels[level].startswith(str(n)) for level, n in levels.items())
    assert all(shown_sides[side].endswith(f"({n})") for side, n in sides.items())


def test_the_page_of_a_practice_shows_what_the_question_must_show_lists() -> None:
    index = Index(shown())
    for name in ("intervention/pcit", "intervention/coercive-attachment-therapies"):
        listed = {row[1] for row in kg.query(shown(), "must-show", intervention=name).texts()}
        links = {t.attributes.get("href") for t in pages()[f"{name}.html"].all("a")}
        assert listed
        places = {f"../{index.page(index.graph.node(s).value)}" for s in listed}
        assert places - links == set()


def test_a_claim_is_marked_as_one_wherever_it_is_shown() -> None:
    page = pages()["statement/s57.html"]
    assert "A claim, not a finding" in page.all("main")[0].text
    assert [t for t in page.tags if t.attributes.get("class") == "g-claimed"]
    assert not [t for t in page.tags if t.attributes.get("class") == "g-favours"]


@pytest.mark.parametrize("page", ["statement/s57.html", "intervention/pcit-t.html"])
def test_a_source_that_was_not_found_says_so(page: str) -> None:
    assert "source not found" in pages()[page].all("main")[0].text
