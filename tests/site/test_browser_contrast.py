"""Marks stand out from what they lie on: 3:1 in both schemes, their numbers 4.5:1 (WCAG 2.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browser_help import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]
STATES = {
    "index.html": "document.querySelector('#claims').click()",
    "index.html?age=18": "",
    "forest.html?age=18": "",
    "timeline.html": "",
    "audit.html": "",
    "outcome/secure-attachment.html?age=18": "",
    "explorer.html#node=intervention/pcit&more=intervention/pcit": "",
}
"""Page and state → what a reader does there before marks are measured."""
MEASURE = """() => {
  const parse = (words) => (words.match(/[\\d.]+/g) || []).map(Number);
  const over = (top, below, share) => below.map((c, n) => top[n] * share + c * (1 - share));
  const light = (c) => c.map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
  const ratio = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const ground = (e) => { // what the nearest opaque background behind an element is
    for (let p = e.closest("svg").parentElement; p; p = p.parentElement) {
      const c = parse(getComputedStyle(p).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const share = (e) => {
    let all = 1;
    for (let p = e; p; p = p.parentElement) all *= Number(getComputedStyle(p).opacity);
    return all;
  };
  const paints = (e, below) => ["fill", "stroke"].map((key) => [key, getComputedStyle(e)[key]])
    .filter(([, words]) => words.startsWith("rgb"))
    .map(([key, words]) => {
      const c = parse(words);
      const own = (c[3] ?? 1) * getComputedStyle(e)[`${key}Opacity`];
      return over(c.slice(0, 3), below, own * share(e));
    });
  const found = {};
  for (const e of document.querySelectorAll("main svg :is(path, circle, rect, text)")) {
    if (e.closest("#mini, #heads, #groups, #edges :not(.on)") || !e.checkVisibility()) continue;
    const under = e.matches(".open") ? e.closest(".marks-line")?.querySelector(".target")
      : !e.matches(".o") && e.closest(".n")?.querySelector(".o");
    const below = under ? parse(getComputedStyle(under).fill) : ground(e);
    const names = (x) => (x.getAttribute("class") || "").trim();
    const name = [names(e.parentElement), names(e) || e.localName].join(" ").trim();
    const isText = e.localName === "text";
    const shape = isText && e.parentElement.querySelector("circle, rect, .o, .claimed");
    const fill = shape ? getComputedStyle(shape).fill : "none";
    const on = fill.startsWith("rgb") ? over(parse(fill), below, share(shape)) : below;
    const best = Math.max(0, ...paints(e, on).map((c) => ratio(c, on)));
    const key = `${isText ? "text" : "shape"} ${name}`;
    found[key] = Math.min(found[key] ?? 99, Math.round(best * 100) / 100);
  }
  return found;
}"""
"""Returns kind of mark → the least contrast of the stronger of its fill and outline.

In the explorer, lines to what the reader did not choose step back, and are not measured.
"""
FAINT = ("tick", "headline")
"""Lines that only guide the eye: numbers at the axis and words say the same."""


def is_faint(kind: str) -> bool:
    return kind.split()[-1] in FAINT


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_kind_of_mark_stands_out_from_what_it_lies_on(
    scheme: str, opened: Callable[..., Any]
) -> None:
    page = opened("index.html", color_scheme=scheme)
    least: dict[str, float] = {}
    root = page.url.rpartition("/")[0]
    for address, act in STATES.items():
        page.goto("about:blank")
        page.goto(f"{root}/{address}")
        if act:
            page.evaluate(act)
        for kind, ratio in page.evaluate(MEASURE).items():
            least[kind] = min(least.get(kind, 99), ratio)
    seen = " ".join(least)
    for mark in ("m-high", "m-moderate", "m-low", "m-veryLow", "m-differ", "m-unrated", "oplus",
                 "g-favours", "g-against", "g-no-difference", "g-mixed", "g-insufficient",
                 "g-unknown", "claimed", "pale", "ci", "point", "lone", "target", "studied",
                 "edge", "mean", "knee"):  # fmt: skip
        assert mark in seen
    bounds = {kind: 4.5 if kind.startswith("text") else 3.0 for kind in least if not is_faint(kind)}
    assert {kind: least[kind] for kind, bound in bounds.items() if least[kind] < bound} == {}
