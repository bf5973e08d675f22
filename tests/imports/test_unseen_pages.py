"""Pages of other fields and layouts, each read as a person would: what they say is made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import kg
from kg.imports import page_matter
from kg.imports.page import Page, page, references
from kg.text.ages import Age, ages
from kg.text.html import plain

PAGES = Path(__file__).parent / "pages"
NAMES = """
- {id: intervention/cuddling, prefLabel: warm cuddling}
- {id: intervention/walking, prefLabel: walking training}
- {id: intervention/oats, prefLabel: oat cream}
- {id: intervention/breathing, prefLabel: slow breathing}
- {id: outcome/itch, prefLabel: itch score, desirability: undesirable, outcomeOf: child}
"""


def of(name: str) -> Page:
    text = (PAGES / name).read_text(encoding="utf-8")
    return page(plain(text) if name.endswith(".html") else text)


def limits(age: Age) -> str:
    low = {"inclusive": "[", "exclusive": "("}.get(age.low_bound, "")
    high = {"inclusive": "]", "exclusive": ")"}.get(age.high_bound, "")
    return f"{low}{age.low}–{age.high}{high}{age.unit}"


@pytest.mark.parametrize(
    ("name", "title", "sections"),
    [
        (
            "gout.html",
            "What prevents flares of made-up gout?",
            "Guideline summary|What studies show|Adults|Children|References|Page footer",
        ),
        (
            "preterm.md",
            "Does warm cuddling help babies born early?",
            "Guidance|Key points|Evidence|Limitations|Footnotes",
        ),
        (
            "headlight.txt",
            "How well does cool light work for headache?",
            "Guideline Recommendations|Research Findings",
        ),
        (
            "knee.html",
            "Is walking training useful for knee stiffness after surgery?",
            "Bottom line|From the guidelines|Dose|Who|From the research|Limitations|"
            "You may also ask",
        ),
        (
            "vaccine.md",
            "What is known about a made-up vaccine in older people?",
            "Who should get it|What trials found|Adverse events|Sources",
        ),
        (
            "focus.txt",
            "Does focus coaching help with restlessness?",
            "RECOMMENDATIONS|Cautions|EVIDENCE",
        ),
        (
            "skin.md",
            "Which cream calms itchy skin?",
            "What guidelines say|Dosing|Not for|What research says|Disclaimer",
        ),
        (
            "heart.txt",
            "Will slow breathing lower made-up heart strain in middle-aged adults?",
            "What the research shows",
        ),
    ],
)
def test_title_and_sections_are_those_of_the_page(name: str, title: str, sections: str) -> None:
    made = of(name)
    assert made.title and made.text[slice(*made.title)] == title
    assert [s.name for s in made.sections[1:]] == sections.split("|")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gout.html", "1 2,3 4 5 5 6 7 8,9 10,11,12"),
        ("preterm.md", "1 1,2 2 3 3 4 4 5"),
        ("headlight.txt", "1 1,2 2 3 3,4 5 5,6 6"),
        ("knee.html", "1 2,3 4 4,5 5 6,7,8 7 9 8"),
        ("vaccine.md", "1,2 1,3 3 4 5 5,6 7 7 7"),
        ("focus.txt", "1 1,2 2,3,4 5 5,6 6 7"),
        ("skin.md", "1 2,3 3,4,5 5 5 6 7,8,9 9 10"),
        ("heart.txt", "12345,12346 12345 12347 12348,12349 12348 12350 12351"),
    ],
)
def test_every_reference_mark_is_found(name: str, expected: str) -> None:
    found = [",".join(m.numbers) for s in of(name).sentences for m in s.marks]
    assert found == expected.split()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gout.html", "[65–a 6–a"),
        ("preterm.md", "6–mo"),
        ("headlight.txt", "12–17a –6)a (70–a 18–65a 15–49a"),
        ("knee.html", "(50–a [18–a 55–80a –a"),
        ("vaccine.md", "[75–a 60–74a –18)a [80–a"),
        ("focus.txt", "4–5a 6–11a 12–17a –3)a 7–10a 1–1a –12mo 90–119mo 4–12a"),
        ("skin.md", "3–mo 2–4mo –6)mo –28)d –2)a (65–a"),
        ("heart.txt", "40–64a 40–64a (85–a 13–19a –30)a (60–a"),
    ],
)
def test_ages_have_the_limits_that_are_stated(name: str, expected: str) -> None:
    made = of(name)
    cited = [ages(made.text, s.start, s.end) for s in made.cited()]
    assert [limits(a) for found in cited for a in found if not a.words] == expected.split()


def test_an_age_from_conception_is_none_of_a_child() -> None:
    made = of("preterm.md")
    cited = [ages(made.text, s.start, s.end) for s in made.cited()]
    words = [a.verbatim for found in cited for a in found if a.words]
    assert [w for w in words if any(c.isdigit() for c in w)] == [
        "born before 32 weeks' gestation",
        "28 to 36 weeks of gestation",
        "gestational age of 30.2 weeks",
        "corrected age of 12 months",
        "at 24 months of corrected age",
    ]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    config = '[project]\nbase = "https://example.org/made-up/"\n'
    (tmp_path / "kg.toml").write_text(config, encoding="utf-8")
    (tmp_path / "data" / "names.yaml").write_text(NAMES, encoding="utf-8")
    return tmp_path


def records(project: Path, name: str) -> list[dict[str, Any]]:
    done = kg.import_file("article", PAGES / name, on=project)
    found: list[dict[str, Any]] = yaml.load(done.text, yaml.BaseLoader)
    return found


@pytest.mark.parametrize(
    ("name", "claimed"),
    [
        ("gout.html", "pendingReview"),
        ("preterm.md", "reviewed"),
        ("headlight.txt", "reviewed"),
        ("knee.html", "pendingReview"),
        ("vaccine.md", "pendingReview"),
        ("focus.txt", "pendingReview"),
        ("skin.md", "reviewed"),
        ("heart.txt", "pendingReview"),
    ],
)
def test_the_review_that_a_page_claims_is_found_wherever_it_is(
    project: Path, name: str, claimed: str
) -> None:
    found = records(project, name)
    assert {r["claimedReview"] for r in found if "claimedReview" in r} == {claimed}
    assert found[0]["reviewStatus"] == "unknown"


@pytest.mark.parametrize(
    ("name", "words", "kind"),
    [
        ("heart.txt", "adults from 40 to 64 years should try", "Recommendation"),
        ("skin.md", "Oat cream is suggested", "Recommendation"),
        ("knee.html", "Walking training should start", "Recommendation"),
        ("gout.html", "does not replace the advice", "Disclaimer"),
        ("knee.html", "Not a substitute", "Disclaimer"),
        ("preterm.md", "it is not medical advice", "Disclaimer"),
        ("skin.md", "In under-2s, oat cream reduced", "Claim"),
    ],
)
def test_a_sentence_is_what_it_says_wherever_it_is(
    project: Path, name: str, words: str, kind: str
) -> None:
    found = [
        r["type"] for r in records(project, name) if words in r.get("quote", {}).get("exact", "")
    ]
    assert found == [kind]


def test_a_day_in_the_footer_or_in_italics_is_that_of_the_update(project: Path) -> None:
    days = {name: records(project, name)[0].get("modified") for name in ("knee.html", "preterm.md")}
    assert days == {"knee.html": "2024-11-30", "preterm.md": "2025-01-05"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Is it good?\n\nReviewed by Jane Doe, MD · Last updated March 2024\n", "March 2024"),
        ("# Is it good?\n\n*Updated in Mar. 2024* · Status: **approved**\n", "Mar. 2024"),
        (
            "Is it good?\n\nStatus: [ ] draft [x] in review\nDate of last revision: 2023-11\n",
            "2023-11",
        ),
    ],
)
def test_a_last_update_without_a_day_is_kept_in_its_words(
    text: str, expected: str, tmp_path: Path
) -> None:
    file = tmp_path / "page.txt"
    file.write_text(text, encoding="utf-8")
    article = yaml.load(kg.import_file("article", file, on=kg.demo()).text, yaml.BaseLoader)[0]
    assert "modified" not in article
    made = page(text)
    dated = [page_matter.month_or_year(page_matter.read(made.said(s))) for s in made.sentences]
    assert [month for month in dated if month] == [expected]


def test_words_below_the_references_are_no_reference() -> None:
    made = page("T?\n\n## References\n\n1. Doe A.\n2. Roe B.\n\nThis is no medical advice.\n")
    assert [(s.role, made.said(made.sentences[-1])) for s in made.sections[-1:]] == [
        ("matter", "This is no medical advice.")
    ]


def test_a_line_of_review_states_is_no_heading() -> None:
    made = page("Is it good?\n\nDraft → Submitted → Approved\n\nEvidence\n\nIt is good.\n")
    assert [s.name for s in made.sections[1:]] == ["Evidence"]


def test_an_ordered_list_of_html_keeps_its_numbers() -> None:
    made = page(plain("<h1>T?</h1><h2>References</h2><ol start='3'><li>Doe A.<li>Roe B.</ol>"))
    assert list(references(made)) == [("3", "Doe A."), ("4", "Roe B.")]


def test_a_mark_in_parentheses_after_an_age_counts_on_a_page_with_marks() -> None:
    made = page(
        "T?\n\nIt helps (1). It works [5]. Few were over 80 (5). Any age (1, 2). At age (2).\n"
    )
    assert [s.numbers for s in made.sentences] == [("1",), ("5",), ("5",), ("1", "2"), ()]


def test_a_mark_with_a_page_ends_its_sentence() -> None:
    made = page("T?\n\nIt is for adults aged 65 y.[1, p. 14] It should include balance.\n")
    assert [made.said(s) for s in made.sentences] == [
        "It is for adults aged 65 y.[1, p. 14]",
        "It should include balance.",
    ]


def test_of_a_line_of_review_states_the_one_in_bold_is_the_own_one() -> None:
    made = page("# T?\n\n*Updated 2025-03-14* · Status: Draft | In review | **Approved**\n")
    assert page_matter.review_states(made.said(made.sentences[-1])) == [
        ("Draft", False),
        ("In review", False),
        ("Approved", True),
    ]


def test_a_labelled_disclaimer_below_the_last_mark_is_a_section() -> None:
    made = page("T?\n\n## Research\n\nIt works [5].\n\nMedical Disclaimer: Ask us. Or them.\n")
    assert [(s.name, s.role) for s in made.sections[2:]] == [("Medical Disclaimer", "disclaimer")]


def test_a_labelled_disclaimer_above_what_is_cited_is_a_sentence() -> None:
    made = page("T?\n\nDisclaimer: Ask us.\n\nIt works [5].\n")
    assert len(made.sections) == 1


def drafted(project: Path, text: str) -> list[dict[str, Any]]:
    file = project / "page.txt"
    file.write_text(f"T?\n\n{text}\n", encoding="utf-8")
    found: list[dict[str, Any]] = yaml.load(
        kg.import_file("article", file, on=project).text, yaml.BaseLoader
    )
    return found


@pytest.mark.parametrize(
    "text",
    [
        "Trials excluded people younger than 18 years.",
        "Children under 5 were not included.",
        "It is for all children except those aged 2 to 4 years.",
    ],
)
def test_an_age_that_may_be_left_out_is_kept_in_words(project: Path, text: str) -> None:
    facts = [fact for r in drafted(project, text) for fact in r.get("sets", ())]
    assert [list(fact) for fact in facts] == [["about", "ageDescription"]]


def test_a_mean_age_is_that_of_a_sample(project: Path) -> None:
    (fact,) = [
        fact
        for r in drafted(project, "In a trial of 595 children (mean age 8.9 years), most grew.")
        for fact in r.get("sets", ())
    ]
    assert fact["ageRange"]["ageBasis"] == "studySample"


def test_lines_without_blank_ones_between_have_headings_above_sentences() -> None:
    made = page(
        "T?\n\nFrom the Research\nReducing Made-up Itch\nOat cream lowered the itch of skin 4.\n"
        "Oat Cream\nWarm Cuddling\nKey Components\nPatience and a lot of it\n"
        "Professional Medical Disclaimer\nAsk us.\nHave a follow-up question?\nAsk them.\n"
    )
    assert [s.name for s in made.sections[1:]] == [
        "From the Research",
        "Reducing Made-up Itch",
        "Key Components",
        "Professional Medical Disclaimer",
        "Have a follow-up question?",
    ]


def test_an_abbreviation_with_a_part_is_the_name_with_that_part(project: Path) -> None:
    names = (
        "- {id: intervention/walk, prefLabel: Long Walk}\n"
        "- {id: intervention/walk-hill, prefLabel: Long Walk - Hill}\n"
    )
    (project / "data" / "more.yaml").write_text(names, encoding="utf-8")
    found = drafted(project, "The Long Walk (LW) is old. LW-Hill is new. LW-Sea is unknown.")
    about = [r["describes"] for r in found if r.get("type") == "Description"]
    assert about[1:] == ["intervention/walk", "intervention/walk-hill", "article/t"]


def test_a_numbered_line_by_itself_is_a_heading_and_an_item_is_none() -> None:
    made = page(
        "T?\n\n1. Guidance\n\n1.1 Eat oats.[1]\n\n2. Evidence\n\nOats helped [2].\n\n"
        "1. Cook them\n\n2. Cool them\n\nThey are warm.\n"
    )
    assert [s.name for s in made.sections[1:]] == ["Guidance", "Evidence"]
    assert [made.said(s) for s in made.sentences if s.item >= 0] == ["Cook them", "Cool them"]


@pytest.mark.parametrize(
    ("above", "names"), [("Notes\n\n", ["Research", "Notes"]), ("", ["Research", "Footnotes"])]
)
def test_a_list_with_numbers_in_brackets_is_one_of_references(above: str, names: list[str]) -> None:
    made = page(f"T?\n\n## Research\n\nIt helps [2].\n\n{above}[1] Doe A.\n[2] Roe B.\n")
    assert [s.name for s in made.sections[1:]] == names
    assert list(references(made)) == [("1", "Doe A."), ("2", "Roe B.")]


def test_a_cited_sentence_without_headings_above_is_no_disclaimer(project: Path) -> None:
    found = drafted(project, "It works.\n\nThe trial [7] found no benefit of lifestyle advice.")
    assert {r["type"] for r in found if "type" in r} == {"Description"}


def test_a_review_by_somebody_on_a_day_is_a_claimed_review(project: Path) -> None:
    found = drafted(project, "Reviewed 3 March 2025 by the team.\n\n## Research\n\nIt works [1].")
    assert [r["claimedReview"] for r in found if "claimedReview" in r] == ["reviewed"]
