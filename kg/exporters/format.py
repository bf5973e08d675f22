"""What a format of one file is: how it is written, and what it is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from kg.contract import Fidelity
from kg.errors import UsageError
from kg.figure.look import Look
from kg.graph import Graph
from kg.jsonld.context import Form
from kg.pieces import Loaded, Stream, encoded


@dataclass(frozen=True, slots=True)
class Exporter:
    """A format: its group, where its writer lives, how its files end, what it is for.

    ``drawn`` formats are pictures and take a :class:`kg.figure.look.Look`, ``formed`` ones are
    JSON-LD and take a :class:`kg.jsonld.context.Form`; ``extra`` names the optional extra of the
    package that a format needs. A site offers for download what is ``offered``.

    A module has ``write(graph)``, which returns bytes, or ``stream(pieces)``, which yields them: it
    writes one thing after another, and so a graph that is not loaded too. ``whole`` is why a format
    needs a loaded graph.
    """

    group: str
    module: str
    suffix: str
    summary: str
    drawn: bool = False
    formed: bool = False
    extra: str = ""
    offered: bool = False
    whole: str = ""

    @property
    def fidelity(self) -> Fidelity:
        """What the format keeps, changes and drops."""
        return fidelity_of(f"kg.exporters.{self.module}")

    def write(self, graph: Graph, look: Look | None = None, form: Form | None = None) -> bytes:
        """Return a graph in this format; the same graph gives the same bytes on any machine.

        :param look: size and colours of a picture.
        :param form: frame and context of a JSON-LD document.
        :raises UsageError: if a look is given for a format that is not a picture or a form for one
            that is not JSON-LD, or a package that the format needs is not installed.
        """
        module = import_module(f"kg.exporters.{self.module}")
        if self.drawn:
            refuse_form(form)
            return cast(Callable[[Graph, Look], bytes], module.write)(graph, look or Look())
        refuse_look(look)
        if self.formed:
            return cast(Callable[[Graph, Form], bytes], module.write)(graph, form or Form())
        refuse_form(form)
        if hasattr(module, "stream"):
            return b"".join(map(encoded, cast(Stream, module.stream)(Loaded(graph))))
        return cast(Callable[[Graph], bytes], module.write)(graph)


def fidelity_of(module: str) -> Fidelity:
    """Return what the module of an exporter declares."""
    return cast(Fidelity, import_module(module).FIDELITY)


def refuse_look(look: Look | None) -> None:
    """Refuse a look for a format that is not a picture.

    :raises UsageError: if the look is not the usual one.
    """
    if look is not None and look != Look():
        raise UsageError("width, font size, greys and focus are for pictures: svg and png")


def refuse_form(form: Form | None) -> None:
    """Refuse a frame or a context for a format that is not JSON-LD.

    :raises UsageError: if the form is not the usual one.
    """
    if form is not None and form != Form():
        raise UsageError("a frame, a context and a document per entity are for jsonld")
