"""The W3C suites of JSON-LD: https://github.com/w3c/json-ld-api and json-ld-framing, `tests`.

They are no part of this project: tests read them from ``../shared/suites`` beside it, and are
skipped, saying so, where that folder is absent.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import pytest
from conftest import ROOT
from pyld import jsonld
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse

SUITES = ROOT.parent / "shared" / "suites"
API = "https://w3c.github.io/json-ld-api/tests/"
FRAMING = "https://w3c.github.io/json-ld-framing/tests/"
_FOLDERS = {API: SUITES / "json-ld", FRAMING: SUITES / "json-ld-framing"}
needs_suites = pytest.mark.skipif(
    not SUITES.is_dir(), reason="the W3C suites of JSON-LD are not beside this project"
)


class Case(NamedTuple):
    """One test of a suite: its name, where it stands, what it says of itself."""

    name: str
    base: str
    about: dict[str, Any]

    @property
    def is_negative(self) -> bool:
        return any("Negative" in kind for kind in self.about["@type"])

    @property
    def options(self) -> dict[str, Any]:
        return dict(self.about.get("option", {}))

    def text(self, key: str) -> str:
        return (_FOLDERS[self.base] / self.about[key]).read_text(encoding="utf-8")


def cases(name: str) -> list[Case]:
    """Return the cases of a suite for JSON-LD 1.1 that are no HTML."""
    base = FRAMING if name == "frame" else API
    file = _FOLDERS[base] / f"{name}-manifest.jsonld"
    sequence = json.loads(file.read_text(encoding="utf-8"))["sequence"]
    found = [Case(f"{name}{about['@id']}", base, about) for about in sequence]
    return [case for case in found if case.options.get("specVersion") != "json-ld-1.0"]


def by_pyld(case: Case) -> Any:
    """Return what PyLD makes of a case, without the network."""
    options = {
        "base": case.base + case.about["input"],
        "documentLoader": _load,
        **{key: value for key, value in case.options.items() if key != "specVersion"},
    }
    if context := options.get("expandContext"):
        options["expandContext"] = json.loads((_FOLDERS[case.base] / context).read_text())
    kind = case.name.partition("#")[0]
    if kind == "fromRdf":
        return jsonld.from_rdf(case.text("input"), {**options, "format": "application/n-quads"})
    url = case.base + case.about["input"]
    if kind == "expand":
        return jsonld.expand(url, options)
    second = json.loads(case.text("frame" if kind == "frame" else "context"))
    make: Callable[..., Any] = jsonld.frame if kind == "frame" else jsonld.compact
    return make(url, second, options)


def _load(url: str, _options: Any = None) -> dict[str, Any]:
    base = next(b for b in _FOLDERS if url.startswith(b))
    text = (_FOLDERS[base] / url.removeprefix(base)).read_text(encoding="utf-8")
    return {"contextUrl": None, "documentUrl": url, "document": json.loads(text)}


def quads(text: str | bytes, syntax: RdfFormat, base: str | None = None) -> list[Quad]:
    """Read a text with pyoxigraph, the parser that kg reads graph files with."""
    data = text.encode() if isinstance(text, str) else text
    return list(parse(data, syntax, base_iri=base))


def same(first: list[Quad], second: list[Quad]) -> bool:
    """Tell whether two lists of quads are one dataset but for the labels of blank nodes."""
    return _canonical(tuple(first)) == _canonical(tuple(second))


@cache
def _canonical(given: tuple[Quad, ...]) -> Dataset:
    found = Dataset(given)
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return found
