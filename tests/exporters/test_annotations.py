"""Quotes as Web Annotations: https://www.w3.org/TR/annotation-model/.

A program of others reads them: the npm package ``@recogito/text-annotator``, which marks texts on
web pages. It takes annotations that have both the words and their position.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.exporters import EXPORTERS

RECOGITO = """
import { readFileSync } from "node:fs";
import { parseW3CTextAnnotation } from "@recogito/text-annotator";
const { first } = JSON.parse(readFileSync(0));
console.log(JSON.stringify(first.items.map((item) => parseW3CTextAnnotation(item).parsed ?? null)));
"""


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


@pytest.mark.node
def test_recogito_reads_the_place_and_the_statement_of_each_quote_with_words(
    document: Any, npm: Callable[[str], Path]
) -> None:
    script = npm("@recogito/text-annotator@4.1.1") / "read.mjs"
    script.write_text(RECOGITO, encoding="utf-8")
    text = json.dumps(document)
    done = subprocess.run(
        ["node", str(script)], input=text, capture_output=True, text=True, check=True
    )
    read = {
        found["id"]: (
            [(s["quote"], s["start"], s["end"]) for s in found["target"]["selector"]],
            [b.get("source") or b["value"] for b in found["bodies"]],
        )
        for found in json.loads(done.stdout)
        if found
    }
    wanted = {
        item["id"]: (
            [(words["exact"], place["start"], place["end"])],
            [b.get("source") or b["value"] for b in item["body"]],
        )
        for item in document["first"]["items"]
        if len(found := selectors(item)) == 2
        for words, place in [found]
    }
    assert len(read) > 50 and read == wanted
