"""Results on disk are the results in memory: as often as they were found, sorted, and counted."""

from __future__ import annotations

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.diagnostics import SEVERITIES, Diagnostic, Terms
from kg.validation.report import Report
from kg.validation.spool import Spool

TEXT = st.text(st.characters(codec="utf-8"), max_size=3)
LINE = st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1, max_size=3)
RESULTS = st.lists(
    st.builds(
        Diagnostic,
        code=st.sampled_from(["AGE-001", "AGE-002"]),
        severity=st.sampled_from(SEVERITIES),
        message=TEXT,
        focus=TEXT,
        path=TEXT,
        value=TEXT,
        hint=TEXT,
        terms=st.builds(
            Terms, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, st.lists(LINE, max_size=2).map(tuple)
        ),
    ),
    max_size=12,
)


def spooled(results: list[Diagnostic]) -> Spool:
    spool = Spool()
    spool.extend(results)
    return spool


@given(RESULTS)
def test_each_result_is_there_as_often_as_it_was_found_and_in_order(
    results: list[Diagnostic],
) -> None:
    every = results + results[:3]
    assert list(spooled(every)) == sorted(every, key=Diagnostic.sort_key)


@given(RESULTS, st.integers(0, 12), st.integers(0, 12))
def test_a_view_is_a_part_of_the_whole(results: list[Diagnostic], one: int, two: int) -> None:
    spool = spooled(results)
    view, whole = spool[one:two], list(spool)[one:two]
    assert list(view) == whole
    assert len(view) == len(whole)
    assert [view[n] for n in range(len(view))] == whole
    assert list(view[1:]) == whole[1:]


@given(RESULTS, st.integers(0, 12), st.integers(0, 12))
def test_the_results_of_a_rule_are_a_view_too(
    results: list[Diagnostic], one: int, two: int
) -> None:
    view = spooled(results)[one:two]
    grouped = groupby(view, key=lambda r: (r.code, r.severity))
    assert {rule: list(own) for rule, own in view.by_rule().items()} == {
        rule: list(own) for rule, own in grouped
    }


def test_what_is_added_later_is_among_the_results_of_its_rule() -> None:
    spool = spooled([Diagnostic("AGE-002", "info", "m")])
    assert spool.by_rule().keys() == {("AGE-002", "info")}
    spool.extend([Diagnostic("AGE-001", "info", "m")])
    assert [[r.code for r in own] for own in spool.by_rule().values()] == [["AGE-001"], ["AGE-002"]]
    assert [r.code for r in spool] == ["AGE-001", "AGE-002"]


def test_a_view_has_no_steps() -> None:
    with pytest.raises(ValueError, match="with a step"):
        spooled([])[::2]


@given(RESULTS, st.integers(0, 6), st.booleans())
def test_a_report_shows_and_counts_the_same_from_disk_as_from_memory(
    results: list[Diagnostic], limit: int, infos: bool
) -> None:
    kept = spooled(results)
    on_disk, in_memory = (Report(r, 1, 1, "duckdb") for r in (kept, tuple(kept)))
    assert on_disk.tally() == in_memory.tally()
    some, other = (r.shown(limit, infos=infos) for r in (on_disk, in_memory))
    assert list(some.results) == list(other.results)
    assert some.more == other.more
    assert some.tally() == on_disk.tally()
