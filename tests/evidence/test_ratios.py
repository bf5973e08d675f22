"""Estimates that are ratios: every rule and figure knows all of them."""

from __future__ import annotations

import re

from kg import resources
from kg.evidence.findings import RATIOS
from kg.ontology import CEKG, Ontology

TYPES = Ontology.read(resources.ontology_files()).concepts[CEKG + "EstimateType"]


def test_the_types_that_are_called_ratio_are_treated_as_ratios() -> None:
    assert {name for name, term in TYPES.items() if "ratio" in term.label} == RATIOS


def test_a_rule_on_odds_and_risk_ratios_is_on_all_ratios() -> None:
    for file in resources.shape_files():
        for line in file.read_text(encoding="utf-8").splitlines():
            named = set(re.findall(r"EstimateType-(\w+)", line))
            assert not named >= {"OR", "RR"} or named >= RATIOS, line
