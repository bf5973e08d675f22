"""What changed in each statement of the dataset: the record of it fits the records themselves."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from reference.changes import PAGE, RESULT, Changes, page


@pytest.fixture(scope="module")
def changes() -> Changes:
    return Changes()


def test_every_result_and_every_statement_of_the_page_has_one_row() -> None:
    rows = Counter(re.findall(r"(?m)^\| (\S+) \|", page()))
    assert sum(RESULT.fullmatch(row) is not None for row in rows) == 91
    assert sum(PAGE.fullmatch(row) is not None for row in rows) == 82
    assert max(rows[row] for row in rows if row != "---") <= 2 and rows["F01.1"] == 1


def test_what_is_said_to_have_changed_is_not_what_is_there_now(changes: Changes) -> None:
    same = [c for c in changes.all if c.path not in ("", "wording") and c.before == c.now]
    assert same == []


def test_a_change_is_recorded_once(changes: Changes) -> None:
    found = Counter((c.identifier, c.path, c.reason) for c in changes.all)
    assert [change for change, number in found.items() if number > 1] == []


def test_every_split_statement_has_a_change_that_says_why(changes: Changes) -> None:
    parts = re.compile(r"(S\d\d|F\d\d\.\d+)\.([b-z]|extra\.\d)")
    split = {found[1] for i in changes.statements if (found := parts.fullmatch(i))}
    assert split <= {c.identifier for c in changes.all}
