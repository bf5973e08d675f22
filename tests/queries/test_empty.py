"""A named question without rows says what keeps them out."""

from __future__ import annotations

import pytest

import kg


def test_the_limit_that_keeps_rows_out_is_named(dataset: kg.Graph) -> None:
    table = kg.query(dataset, "caregiver-recommendations")
    shown = kg.query(dataset, "caregiver-recommendations", {"status": "any"})
    assert table.rows == ()
    assert table.note == (
        f"{len(shown.rows)} rows match without the limit status=approved; "
        "'--param status=any' shows them"
    )


def test_nothing_to_show_is_said_so(dataset: kg.Graph) -> None:
    note = kg.query(dataset, "approvals").note
    assert note == "nothing in this graph matches, whatever the parameters are"


def test_a_parameter_that_was_given_is_named(dataset: kg.Graph) -> None:
    table = kg.query(dataset, "favoured-outcomes", intervention="intervention/theraplay")
    assert "without the limit intervention=intervention/theraplay" in table.note


@pytest.mark.parametrize("name", sorted(kg.questions()))
def test_a_question_with_rows_has_no_note(dataset: kg.Graph, name: str) -> None:
    table = kg.query(dataset, name)
    assert bool(table.note) == (not table.rows)
