"""The graph as a folder of static pages that work offline."""

from __future__ import annotations

from kg.contract import Fidelity
from kg.site.build import begun as begun
from kg.site.build import prepare as prepare

FIDELITY = Fidelity()
