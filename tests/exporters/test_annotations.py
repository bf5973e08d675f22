"""Quotes as Web Annotations: https://www.w3.org/TR/annotation-model/."""

from __future__ import annotations

import json
from typing import Any

import pytest

import kg
from kg.exporters import EXPORTERS


@pytest.fixture(scope="module")
def document(shown: kg.Graph) -> Any:
    return json.loads(EXPORTERS["annotations"].write(shown))


def selectors(item: Any) -> list[Any]:
    found = item["target"].get("selector", [])
    return found if isinstance(found, list) else [found]


def test_each_quote_of_a_statement_is_an_annotation(document: Any, shown: kg.Graph) -> None:
    quotes = {q.value for s in shown.instances("Statement") for q in shown.objects(s, "quote")}
    assert {item["id"] for item in document["first"]["items"]} == quotes
    assert document["total"] == len(document["first"]["items"])


def test_each_annotation_has_what_the_model_requires(document: Any) -> None:
    for item in document["first"]["items"]:
        assert item["type"] == "Annotation" and item["body"] and item["target"]["source"]


def test_positions_are_those_of_the_quotes(document: Any, shown: kg.Graph) -> None:
    found = {
        item["id"]: (place["start"], place["end"])
        for item in document["first"]["items"]
        for place in selectors(item)
        if place["type"] == "TextPositionSelector"
    }
    stated = {
        node.value: (int(start.value), int(end.value))
        for node in shown.instances("Quote")
        if (start := shown.value(node, "start")) and (end := shown.value(node, "end"))
    }
    assert len(found) > 50 and found == stated


def test_an_unreviewed_statement_is_stamped(document: Any) -> None:
    for item in document["first"]["items"]:
        assert any(b.get("value", "").startswith("UNREVIEWED: ") for b in item["body"])
