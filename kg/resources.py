"""Where the ontology, the shapes and the bundled datasets lie. No other module knows."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def root() -> Path:
    """Return the folder that holds ``ontology/``, ``shapes/`` and ``datasets/``.

    In an installed wheel they travel inside the package; in a checkout they are its top folders.
    """
    package = Path(__file__).resolve().parent
    packed = package / "_resources"
    return packed if packed.is_dir() else package.parent


def ontology_files(*folders: Path) -> tuple[Path, ...]:
    """Return the Turtle files of the bundled ontology and of a project's own folders, sorted."""
    return _files("ontology", "*.ttl", folders)


def shape_files(*folders: Path) -> tuple[Path, ...]:
    """Return the Turtle files of the bundled shapes and of a project's own folders, sorted."""
    return _files("shapes", "*.ttl", folders)


def rule_files(*folders: Path) -> tuple[Path, ...]:
    """Return the derivation rules (SPARQL CONSTRUCT), bundled ones first, in order of name."""
    return tuple(
        path
        for folder in (root() / "ontology", *folders)
        for path in sorted((folder / "rules").glob("*.rq"))
    )


def context_file() -> Path:
    """Return the committed JSON-LD context that is derived from the ontology."""
    return root() / "ontology" / "context.jsonld"


def mapping_file() -> Path:
    """Return the SSSOM file that maps the ontology's terms to other vocabularies."""
    return root() / "ontology" / "mappings" / "terms.sssom.tsv"


def bundled_dataset() -> Path:
    """Return the folder of the dataset that is built when no project is named."""
    return root() / "datasets" / "attachment"


def _files(name: str, pattern: str, folders: tuple[Path, ...]) -> tuple[Path, ...]:
    return tuple(p for folder in (root() / name, *folders) for p in sorted(folder.rglob(pattern)))
