"""Works in the files of reference managers and of PubMed. One file a format, one line a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kg.bibliography import bibtex, csl, pubmed, tagged
from kg.bibliography.work import Work

Read = Callable[[bytes, str], list[Work]]
"""``(bytes, name)`` → the works of a file; ``name`` is used in places."""

FORMATS: Mapping[str, Read] = {
    ".bib": bibtex.read,
    ".ris": tagged.read_ris,
    ".nbib": tagged.read_nbib,
    ".xml": pubmed.read,
    ".json": csl.read,
}
"""How a file's name ends → the reader of that format, which raises an InputError with a place."""
