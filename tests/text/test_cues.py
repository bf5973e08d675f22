"""Cues are found as if each expression were tried on each sentence."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.text.cues import Cues, Said

LISTS = {
    "possible": "may|can\nseems? to",
    "against": "do not|don't|first-line|not (?:be )?(?:used|offered)",
    "rise": r"increas\w*|rais(?:e[sd]?|ing)|more (?:of|than)",
}
CUES = Cues(LISTS)
WORDS = ["may", "MAY", "seem", "seems", "to", "do", "don't", "not", "be", "used", "first-line"]
WORDS += ["Increasing", "raised", "more", "than", "first", "line", "x", ",", "\u00a0", "maybe"]


@pytest.mark.parametrize("name", LISTS)
@given(words=st.lists(st.sampled_from(WORDS), max_size=8), gap=st.sampled_from([" ", "  ", "\n"]))
def test_a_phrase_is_found_where_its_expression_is(name: str, words: list[str], gap: str) -> None:
    said = gap.join(words)
    phrases = LISTS[name].replace("\n", "|").replace(" ", r"\s+")
    expected = re.search(rf"\b(?:{phrases})\b", said, re.IGNORECASE)
    found = Said(said, CUES).find(name)
    assert (found and found.span()) == (expected and expected.span())
    assert Said(said, CUES).has(name) == bool(expected)


@pytest.mark.parametrize("phrase", ["(?:health ?care|clinic) staff", "pre-?school", "a ?b"])
def test_a_phrase_whose_first_word_cannot_be_told_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="may end in several places"):
        Cues({"odd": phrase})


def test_words_are_forgotten_before_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.text.cues._MOST_WORDS", 10)
    cues = Cues(LISTS)
    assert [cues.kinds(f"word{n} may") for n in range(50)] == [cues.kinds("may")] * 50
