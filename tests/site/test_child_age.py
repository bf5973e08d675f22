"""The course of a finding through the ages of a child: what is known for each month of life."""

from __future__ import annotations

import re

import pytest
from site_help import shown

from kg.evidence.ages import Age
from kg.evidence.index import Index
from kg.site.child_age import END, Courses


def age(low: float | None, high: float | None, high_bound: str = "inclusive") -> Age:
    return Age("x", "x", low, high, "inclusive", high_bound, None, "", "")


@pytest.mark.parametrize(
    ("studied", "meant", "course"),
    [
        ([age(12, 24, "exclusive")], [], "o12s12o192"),
        ([age(12, 24)], [], "o12s13o191"),
        ([age(12, 24, "notStated")], [], "o12s12u1o191"),
        ([], [age(0, 12)], "u216"),
        ([age(12, 24, "exclusive")], [age(0, 36, "exclusive")], "m12s12m12o180"),
        ([age(204, None)], [], "o204s12"),
    ],
)
def test_a_course_says_what_is_known_for_each_month(
    studied: list[Age], meant: list[Age], course: str
) -> None:
    assert Courses(Index(shown())).between(studied, meant) == course
    assert sum(map(int, re.findall(r"\d+", course))) == END
