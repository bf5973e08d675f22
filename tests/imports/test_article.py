"""``kg import article``: what is found on pages, and what must not be."""

from __future__ import annotations

import hashlib
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import measure_import
import pytest
import yaml
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from kg import resources
from kg.imports import Given
from kg.imports.article import _text as text_of
from kg.imports.page import Page, page
from kg.text.ages import ages
from kg.text.html import plain

PAGES = Path(__file__).parent / "pages"
ENCODINGS = {"back.html": "cp1252", "massage.txt": "utf-16"}
SHARED = Path(__file__).parents[3] / "shared"
NAMES = """
- {id: intervention/ics, prefLabel: inhaled corticosteroids}
- {id: intervention/retraining, prefLabel: breathing retraining}
- {id: intervention/exercise, prefLabel: exercise programme}
- {id: intervention/metformin, prefLabel: metformin}
- {id: outcome/quality, prefLabel: quality of life, desirability: desirable, outcomeOf: child}
- {id: outcome/burden, prefLabel: symptom burden, desirability: undesirable, outcomeOf: child}
- {id: outcome/pain, prefLabel: pain intensity, desirability: undesirable, outcomeOf: child}
- {id: outcome/function, prefLabel: physical function, desirability: desirable, outcomeOf: child}
- {id: outcome/leave, prefLabel: sick leave, desirability: undesirable, outcomeOf: child}
- {id: outcome/weight, prefLabel: birth weight, desirability: depends, outcomeOf: child}
"""
CONFIG = '[project]\nbase = "https://example.org/made-up/"\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "kg.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "data" / "names.yaml").write_text(NAMES, encoding="utf-8")
    return tmp_path


def brought(project: Path, name: str) -> tuple[list[dict[str, Any]], kg.Imported]:
    """Import one of the pages into a project."""
    target = project / name
    target.write_bytes(encoded(name))
    done = kg.import_file("article", target, project / "data" / "page.yaml")
    return yaml.load(done.text, yaml.BaseLoader), done


def sound(graph: kg.Graph) -> bool:
    """Tell whether the drafts break no rule; the made-up names beside them state facts barely."""
    found = [r for r in kg.validate(graph).results if r.severity == "violation"]
    return not [r for r in found if r.place and r.place.file != "data/names.yaml"]


def statement(records: list[dict[str, Any]], words: str) -> dict[str, Any]:
    found = [r for r in records if words in r.get("quote", {}).get("exact", "")]
    assert found, words
    return found[0]


def encoded(name: str) -> bytes:
    """Return the bytes of a page in its own encoding."""
    data = (PAGES / name).read_bytes()
    return data.decode().encode(ENCODINGS[name]) if name in ENCODINGS else data


def taken_apart(name: str, project: Path) -> Page:
    (project / name).write_bytes(encoded(name))
    given = Given(project / name, name, kg.load(project), datetime(2026, 1, 1, tzinfo=UTC))
    return page(text_of(given)[0])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("asthma.txt", "1 2,3,4 1,5 6,7 20455511 2,3"),
        ("back-pain.md", "1 1,2 3,4,5 6"),
        ("diabetes.html", "1 2,3 4 5 6"),
        ("eczema.txt", "1,2 3 4 4,5 6 7 8 9"),
        ("sleep.md", "1 2,3,4 5 6,7 8,9 10,11 12 13 14,15,16"),
        ("breathing.html", "1,2 3 4 5,6,7 8 9"),
        ("diet.md", "1 2,3 4 5,6 7,8"),
        ("back.html", "1 2,3 4 5"),
        ("massage.txt", "1 2 3"),
        ("stroke.md", "1,2 3 4 5,6 7,8,9 10 1 11 12,13,14,16 15"),
        ("breathless.txt", "1 2,3 4,5,6 7,8 9 10,11 12,13,14 15 16 17 18 19,20,21 22"),
        ("pregnancy.html", "1,2 3,4,5 6 7 8 9 10,11 12 13 14 15"),
    ],
)
def test_every_reference_mark_is_found_and_nothing_else_is_one(
    name: str, expected: str, project: Path
) -> None:
    found = [m.numbers for s in taken_apart(name, project).sentences for m in s.marks]
    assert [",".join(numbers) for numbers in found] == expected.split()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "eczema.txt",
            ["Medical Advisory Board", "From the guidelines", "From the research", "References"],
        ),
        ("sleep.md", ["Guidelines", "Research", "Limitations", "Footnotes"]),
        (
            "breathing.html",
            ["From the guidelines", "From the research", "Disclaimer", "References"],
        ),
        ("diet.md", ["Evidence", "Follow-up questions", "Disclaimer"]),
        ("back.html", ["Guidelines", "Evidence"]),
        ("massage.txt", ["Research"]),
        ("pregnancy.html", ["From the guidelines", "From the research", "Related questions"]),
    ],
)
def test_the_sections_are_those_of_the_page(name: str, expected: list[str], project: Path) -> None:
    assert [s.name for s in taken_apart(name, project).sections[1:]] == expected


@pytest.mark.parametrize(
    ("name", "words", "expected"),
    [
        (
            "sleep.md",
            "Avoid",
            [
                "Avoid melatonin in children below 3\u00a0years.[[5]](https://example.org/5)",
                "Continue only if needed [6], [7].",
            ],
        ),
        (
            "sleep.md",
            "In 2,345",
            ["In 2,345 children, the risk ratio was 0.87 (95% CI [0.80, 0.95]).[12]"],
        ),
        ("diet.md", "Weight", ["Weight loss was 10.0 kg\n  at 12 months.<sup>2,3</sup>"]),
        ("massage.txt", "It is easy", ["It is easy.", "Parents like it 4"]),
    ],
)
def test_sentences_end_where_the_page_ends_them(
    name: str, words: str, expected: list[str], project: Path
) -> None:
    made = taken_apart(name, project)
    said = [made.said(s) for s in made.sentences]
    first = next(n for n, sentence in enumerate(said) if sentence.startswith(words))
    assert said[first : first + len(expected)] == expected


def test_a_footnote_is_the_source_behind_its_mark(project: Path) -> None:
    records, _ = brought(project, "sleep.md")
    assert any(r.get("note") == "The page lists it as: A note." for r in records)


def test_soft_hyphens_hide_no_name_and_stay_out_of_wordings(project: Path) -> None:
    source = project / "page.txt"
    source.write_text("A title\n\nMet\u00adformin raised birth weight.\n", encoding="utf-8")
    done = kg.import_file("article", source, project / "data" / "page.yaml")
    claim = statement(yaml.load(done.text, yaml.BaseLoader), "formin")
    assert (claim["intervention"], claim["wording"]["text"]) == (
        "intervention/metformin",
        "Metformin raised birth weight.",
    )


def test_a_fragment_of_html_is_known_by_the_name_of_its_file(project: Path) -> None:
    source = project / "page.html"
    source.write_text("<h1>A title</h1><p>It helps.<sup>1</sup></p>", encoding="utf-8")
    done = kg.import_file("article", source, on=project)
    assert statement(yaml.load(done.text, yaml.BaseLoader), "It helps")["wording"]["text"] == (
        "It helps."
    )


@pytest.mark.parametrize("name", sorted(file.name for file in PAGES.iterdir()))
def test_what_is_proposed_loads_and_is_audited(project: Path, name: str) -> None:
    brought(project, name)
    graph = kg.load(project)
    assert sound(graph)
    assert kg.audit(graph).statements


def test_fused_lines_states_and_dates_are_taken_apart(project: Path) -> None:
    records, _ = brought(project, "asthma.txt")
    article = next(r for r in records if r["id"].startswith("article/"))
    assert article["modified"] == "2024-03-03" and article["reviewStatus"] == "unknown"
    names = [r["prefLabel"] for r in records if r["id"].startswith("section/")]
    assert "Clinical Review Team" in names and "Breathing Retraining" in names
    assert statement(records, "Under Review")["claimedReview"] == "pendingReview"
    assert "claimedReview" not in statement(records, "Approved")
    assert statement(records, "written for healthcare")["claimedAudience"] == "professional"
    assert len(article["disclaimer"]) >= 3


def test_names_are_recognised_by_label_inflection_and_abbreviation(project: Path) -> None:
    records, _ = brought(project, "back-pain.md")
    claim = statement(records, "reduced pain intensity")
    assert claim["intervention"] == "intervention/exercise"
    assert (claim["outcome"], claim["effectDirection"]) == ("outcome/pain", "decrease")
    assert statement(records, "EP did not")["effectDirection"] == "notReported"
    assert statement(records, "should be continued")["recommends"] == ["intervention/exercise"]


@pytest.mark.parametrize(
    ("name", "day", "claimed"),
    [
        ("stroke.md", "2024-06-01", "pendingReview"),
        ("breathless.txt", "2024-11-30", "pendingReview"),
    ],
)
def test_the_day_behind_the_word_and_the_marked_state_of_a_line_are_those_of_the_page(
    name: str, day: str, claimed: str, project: Path
) -> None:
    records, _ = brought(project, name)
    article = next(r for r in records if r["id"].startswith("article/"))
    assert article["modified"] == day
    assert [r["claimedReview"] for r in records if r.get("descriptionKind") == "reviewProcess"] == [
        claimed
    ]


def test_an_abbreviation_is_defined_between_commas_and_before_a_semicolon(project: Path) -> None:
    source = project / "page.txt"
    source.write_text(
        "A title\n\nMetformin, or MET, and breathing retraining (BR; 3 weeks) are offered.\n\n"
        "MET raised birth weight. BR reduced pain intensity.\n",
        encoding="utf-8",
    )
    done = kg.import_file("article", source, on=project)
    records = yaml.load(done.text, yaml.BaseLoader)
    assert statement(records, "MET raised")["intervention"] == "intervention/metformin"
    assert statement(records, "BR reduced")["intervention"] == "intervention/retraining"


@pytest.mark.parametrize(
    ("said", "outcome", "direction"),
    [
        ("Metformin reduced the intensity of pain.", "outcome/pain", "decrease"),
        ("Metformin can strengthen the bonds.", "outcome/bond", "increase"),
        ("Metformin may help them regulate their sleep calmly.", "outcome/calm", ""),
        ("Metformin did not change the pain of high intensity.", "", ""),
    ],
)
def test_an_outcome_is_recognised_in_other_words(
    said: str, outcome: str, direction: str, project: Path
) -> None:
    names = project / "data" / "names.yaml"
    names.write_text(
        names.read_text(encoding="utf-8")
        + "- {id: outcome/bond, prefLabel: strength of the bond, outcomeOf: child}\n"
        + "- {id: outcome/calm, prefLabel: calm regulation, outcomeOf: child}\n",
        encoding="utf-8",
    )
    source = project / "page.txt"
    source.write_text(f"A title\n\n{said}\n", encoding="utf-8")
    done = kg.import_file("article", source, on=project)
    found = statement(yaml.load(done.text, yaml.BaseLoader), said)
    named = "".join(found.get("outcome", ""))
    assert (named, found.get("effectDirection", "")) == (outcome, direction)


def test_unknown_interventions_are_listed(project: Path) -> None:
    _, done = brought(project, "diabetes.html")
    assert any("Insulin therapy" in note for note in done.notes)


def test_importing_again_changes_nothing(project: Path) -> None:
    _, first = brought(project, "asthma.txt")
    _, second = brought(project, "asthma.txt")
    assert first.text == second.text


def test_importing_again_keeps_what_was_corrected_and_deleted(project: Path) -> None:
    brought(project, "back-pain.md")
    target = project / "data" / "page.yaml"
    text = target.read_text(encoding="utf-8")
    mine = text.replace("effectDirection: decrease", "effectDirection: increase  # checked", 1)
    target.write_text(mine, encoding="utf-8")
    source = project / "back-pain.md"
    moved = source.read_text(encoding="utf-8").replace(
        "## Evidence", "A new sentence.\n\n## Evidence"
    )
    source.write_text(moved, encoding="utf-8")
    done = kg.import_file("article", source, target)
    assert "effectDirection: increase  # checked" in done.text
    assert len(done.kept) == 1 and any("a-new-sentence" in i for i in done.added)
    assert sound(kg.load(project))


@settings(max_examples=examples(60))
@given(text=st.text(alphabet="ab AB.\n\r\t1,2[]•-#é²\u2028😀\"'", max_size=200))
def test_positions_slice_to_the_quote(text: str) -> None:
    made = page(text)
    last = 0
    for sentence in made.sentences:
        assert last <= sentence.start < sentence.end <= len(text)
        assert made.said(sentence) == made.said(sentence).strip()
        last = sentence.end


def test_quotes_are_those_of_the_text(project: Path) -> None:
    records, _ = brought(project, "asthma.txt")
    text = (PAGES / "asthma.txt").read_text(encoding="utf-8")
    quotes = [r["quote"] for r in records if "quote" in r]
    assert len(quotes) > 20
    for quote in quotes:
        passage = text[int(quote["start"]) : int(quote["end"])]
        assert passage == quote["exact"]
        assert quote["exactDigest"] == "sha256:" + hashlib.sha256(passage.encode()).hexdigest()


BROKEN = {
    "nothing": b"",
    "NUL": b"A title\n\nA sen\0tence.\n",
    "Latin-1": "Ein Titel\n\nFür Kinder.\n".encode("latin-1"),
    "half of UTF-16": b"\xff\xfeA\x00b",
    "bytes": bytes(range(256)),
}
READ = {
    "UTF-8 with a mark": "\ufeffA title\n\nIt helps children 1.\n".encode(),
    "UTF-16": "A title\n\nIt helps children 1.\n".encode("utf-16"),
    "CRLF": b"A title\r\n\r\nIt helps children 1.\r\n",
    "Latin-1 that says so": '<html><meta charset="latin1"><p>Für Kinder 1.'.encode("latin-1"),
    "nested": b"<html>" + b"<ul><li>" * 2000 + b"It helps children 1.",
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_text_is_refused_and_nothing_is_written(project: Path, name: str) -> None:
    source, target = project / "page.txt", project / "data" / "page.yaml"
    source.write_bytes(BROKEN[name])
    with pytest.raises(kg.InputError):
        kg.import_file("article", source, target)
    assert not target.exists()


@pytest.mark.parametrize("name", READ)
def test_encodings_and_line_ends_are_understood(project: Path, name: str) -> None:
    source = project / "page.txt"
    source.write_bytes(READ[name])
    kg.import_file("article", source, project / "data" / "page.yaml")
    assert sound(kg.load(project))


@pytest.mark.parametrize(
    "unit",
    [
        "a 1, ",
        "[1]–[2] ",
        "x.[1]",
        "[1,",
        "....",
        "Aa ",
        "(A",
        "• x\n",
        "a¹",
        "aged 2 to ",
        "<a ",
        "<!--",
        "<p>x",
        '"',
    ],
)
def test_sentences_of_signs_over_and_over_are_in_order_and_apart(unit: str) -> None:
    """How long such a page takes is the matter of ``scripts/benchmarks/article.py``."""
    text = unit * (10_000 // len(unit))
    made = page(plain(text) if unit.startswith("<") else text)
    places = [0, *(place for s in made.sentences for place in (s.start, s.end)), len(made.text)]
    assert places == sorted(places)
    assert all(s.start < s.end for s in made.sentences)
    assert not any(a.end > s.end for s in made.sentences for a in ages(made.text, s.start, s.end))


@pytest.mark.parametrize(
    "unit",
    [
        "PCIT improves attachment security 1. ",
        "parent-child interaction therapy (PCIT) and feedback, ",
        "- Parenting programmes for children aged 2 to 7 [1]\n",
        "## Heading\n\nWords are here.\n\n",
        "Aims to be under 5 ",
        "x (ABC) ",
    ],
)
def test_work_grows_with_the_length_of_the_page_alone(
    unit: str, tmp_path: Path, dataset: kg.Graph
) -> None:
    def calls(size: int) -> int:
        source = tmp_path / "page.txt"
        source.write_text("A title\n\n" + unit * (size // len(unit)), encoding="utf-8")
        counted = 0

        def count(*_: object) -> None:
            nonlocal counted
            counted += 1

        sys.setprofile(count)
        try:
            kg.import_file("article", source, on=dataset)
        finally:
            sys.setprofile(None)
        return counted

    calls(1_000)  # what is known of the graph is found out once
    short, long = calls(2_000), calls(8_000)
    assert long < 4.4 * short


def test_the_bundled_article_is_taken_apart_as_its_records_say(dataset: kg.Graph) -> None:
    path = resources.bundled_dataset() / "article.md"
    found = measure_import.measure(
        path.read_bytes().decode(), measure_import.own_gold(dataset), dataset, path
    )
    assert found["marker groups"][:2] == (11, 11) and not found["false markers"]
    good, total, _ = found["boundaries"]
    assert total > 80 and good / total >= 0.95


@pytest.mark.skipif(not SHARED.is_dir(), reason="the page and its recorded statements are not here")
def test_a_page_is_read_as_a_person_recorded_it(dataset: kg.Graph) -> None:
    path = next((SHARED / "seed").glob("*.txt"))
    gold = yaml.safe_load((SHARED / "facts" / "statements.yaml").read_text(encoding="utf-8"))
    found = measure_import.measure(path.read_bytes().decode(), gold, dataset, path)
    assert found["sections"][:2] == (11, 11)
    assert found["marker groups"][:2] == (11, 11) and not found["false markers"]
    for kind in ("intervention", "outcome", "age_range", "boundaries"):
        assert found[kind][0] / found[kind][1] >= 0.95, kind


def test_the_time_of_a_submission_is_that_of_the_import(project: Path) -> None:
    source = project / "page.txt"
    source.write_bytes(READ["CRLF"])
    done = kg.import_file("article", source, time=datetime(2024, 5, 6, tzinfo=UTC), on=project)
    assert "time: 2024-05-06T00:00:00Z" in done.text


def records_of(project: Path, text: str, name: str = "made.md") -> list[dict[str, Any]]:
    source = project / name
    source.write_text(text, encoding="utf-8")
    records: list[dict[str, Any]] = yaml.load(
        kg.import_file("article", source, on=project).text, yaml.BaseLoader
    )
    return records


def test_a_mark_is_counted_once_in_a_sentence_with_two_claims(project: Path) -> None:
    text = (
        "# Does it?\n\nMetformin reduces pain intensity and sick leave [1]. It costs little [1].\n"
    )
    records = records_of(project, text)
    assert sum(r.get("type") == "Claim" for r in records) == 2
    assert next(r for r in records if "marker" in r)["note"] == "The mark is in 2 sentences."


def test_an_abbreviation_is_known_before_the_sentence_that_defines_it(project: Path) -> None:
    text = (
        "# Does it?\n\nIC reduce pain intensity. Inhaled corticosteroids (IC) reduce sick leave.\n"
    )
    claims = [r["intervention"] for r in records_of(project, text) if r.get("type") == "Claim"]
    assert claims == ["intervention/ics"] * 2
