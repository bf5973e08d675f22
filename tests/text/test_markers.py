"""Reference marks in a text, and numbers that are none."""

from __future__ import annotations

import pytest

from kg.imports.page import page


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("It lowers trauma 1.", ["1"]),
        ("It builds skills 3, 6", ["3,6"]),
        ("It helps [2–4].", ["2,3,4"]),
        ("It helps.[12345678]", ["12345678"]),
        ("It helps [6, p. 14].", ["6"]),
        ("It helps.[6, Table 2]", ["6"]),
        ("It helps (refs 3, 4).", ["3,4"]),
        ("It helps (see reference 3).", ["3"]),
        ("It scored [6, 8 of 10].", []),
        ("It helps.¹,³⁻⁵", ["1,3,4,5"]),
        ("Recommendation 1.1.2 applies here.", []),
        ("A sample (n = 7) took part.", []),
        ("It was rated Lav 1,2.", []),
        ("It lasts 6-12 months.", []),
        ("The range is 0 – 1.", []),
        ("The mean rose by 1,5.", []),
        ("It began in 2019.", []),
        ("They took 10 mg.", []),
        ("This is a disorder of type 2.", []),
        ("CI [0.10, 0.50] and 95% CI [2, 4].", []),
        ("About 10³ cells on 5 m².", []),
        ("It is for children under 5.", []),
        ("The manual is DSM 5.", []),
        ("as source [3] says", []),
        ("It helps.^1,3–5^ It lasts.", ["1,3,4,5"]),
        (r"It helps \[4, 6\].", ["4,6"]),
        ("Start with 500 mg⁷", ["7"]),
        ("It fell to 7 mmol/l 18.In others it rose.", ["18"]),
        ("It helps adults in their late 60s 2.", ["2"]),
        ("It helps people in their 60s and 70s 2.", ["2"]),
        ("It began in the 1990s 2.", ["2"]),
        ("Hold it for 60s 2.", []),
    ],
)
def test_a_number_is_a_mark_by_its_form_and_place(said: str, expected: list[str]) -> None:
    made = page(f"A title\n\n{said}\n")
    assert [",".join(m.numbers) for s in made.sentences for m in s.marks] == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Do not use it alone4–6.", ["4,5,6"]),
        ("It is for adults (12 years and over)1.", ["1"]),
        ("It had no effect on trust [age range 1–3 years] 5.", ["5"]),
        ("It was in phase2.", []),
        ("It lasted until day14.", []),
    ],
)
def test_a_number_fused_with_a_word_is_a_mark_on_a_page_with_marks(
    said: str, expected: list[str]
) -> None:
    made = page(f"A title\n\nIt helps [1].\n\n{said}\n\nIt lasts [6].\n")
    (sentence,) = [s for s in made.sentences if made.said(s) == said]
    assert [",".join(m.numbers) for m in sentence.marks] == expected


def test_a_number_fused_with_a_word_is_no_mark_on_a_page_without_marks() -> None:
    made = page("A title\n\nDo not use it alone4.\n")
    assert [s.marks for s in made.sentences] == [()]
    assert [m.numbers for m in made.doubtful] == [("4",)]
