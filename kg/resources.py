"""Where the ontology, the shapes, the bundled datasets and projects are. No other module knows."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from kg.errors import UsageError, did_you_mean

DATASET = "attachment"
"""The dataset that is meant when no other is named."""
CONFIG = "kg.toml"
"""File that makes a folder a project."""
JOURNAL = ".kg-changes"
"""Folder of a project with files that have changed and are not in their places yet."""
PARTS = ("ontology", "shapes", "cases", "queries")
"""Folders of a project beside its records."""
OUTPUT_FOLDERS = {"build", "dist", ".git", ".venv"}
"""Folders of a project that are never read."""


@cache
def root() -> Path:
    """Return the folder that holds ``ontology/``, ``shapes/`` and ``datasets/``.

    In an installed wheel they travel inside the package; in a checkout they are its top folders.
    """
    package = Path(__file__).resolve().parent
    packed = package / "_resources"
    return packed if packed.is_dir() else package.parent


def program() -> tuple[Path, ...]:
    """Return the folders with all that decides what kg makes of a project."""
    return (Path(__file__).resolve().parent, root() / "ontology", root() / "shapes")


def ontology_files(*projects: Path) -> tuple[Path, ...]:
    """Return the Turtle files of the bundled ontology and of projects' ``ontology/``, sorted."""
    return tuple(p for p in _files("ontology", "*.ttl", projects) if p != axiom_file())


def shape_files(*projects: Path) -> tuple[Path, ...]:
    """Return the Turtle files of the bundled shapes and of projects' ``shapes/``, sorted."""
    return _files("shapes", "*.ttl", projects)


def rule_files(*projects: Path) -> tuple[Path, ...]:
    """Return the derivation rules of ``ontology/rules/``, bundled ones first, in order of name."""
    return _files("ontology/rules", "*.rq", projects)


def query_files(*projects: Path) -> tuple[Path, ...]:
    """Return the named questions, bundled ones first, then those of projects' ``queries/``."""
    bundled = Path(__file__).resolve().parent / "queries" / "library"
    folders = (bundled, *(project / "queries" for project in projects))
    return tuple(p for folder in folders for p in sorted(folder.glob("*.rq")))


def cypher(name: str) -> str:
    """Return the text of a bundled Cypher file."""
    folder = Path(__file__).resolve().parent / "exporters" / "cypher"
    return (folder / name).read_text(encoding="utf-8")


def frame_files() -> tuple[Path, ...]:
    """Return the JSON-LD frames, sorted by name."""
    folder = Path(__file__).resolve().parent / "jsonld" / "frames"
    return tuple(sorted(folder.glob("*.jsonld")))


def axiom_file() -> Path:
    """Return the Turtle file of axioms that put the ontology's terms below those of others."""
    return root() / "ontology" / "mappings" / "axioms.ttl"


def mapping_file() -> Path:
    """Return the SSSOM file that maps the ontology's terms to other vocabularies."""
    return root() / "ontology" / "mappings" / "terms.sssom.tsv"


def case_file(code: str, kind: str, *projects: Path) -> Path | None:
    """Return the example of a rule, or ``None`` if there is none.

    They are the cases that the tests of the shapes run: ``CODE.fail.ttl`` breaks the rule,
    ``CODE.pass.ttl`` keeps it. A project has its own in ``cases/``.

    :param kind: ``fail`` or ``pass``.
    """
    name = f"{code}.{kind}.ttl"
    bundled = (root() / "cases", root() / "tests" / "shapes")
    for folder in (*bundled, *(project / "cases" for project in projects)):
        for pattern in (name, f"*/{name}"):
            for path in sorted(folder.glob(pattern)):
                return path
    return None


def bundled_dataset(name: str = DATASET) -> Path:
    """Return the folder of a dataset that comes with the package."""
    return root() / "datasets" / name


def bundled_datasets() -> tuple[str, ...]:
    """Return the names of the datasets that come with the package, sorted."""
    return tuple(sorted(config.parent.name for config in (root() / "datasets").glob(f"*/{CONFIG}")))


def demo(name: str = DATASET) -> Path:
    """Return the folder of a dataset that comes with kg.

    :param name: ``attachment``, on secure attachment in children, or another one.
    :raises UsageError: if there is no such dataset.
    """
    known = bundled_datasets()
    if name not in known:
        hint = did_you_mean(name, known) or f"known: {', '.join(known)}"
        raise UsageError(f"no dataset '{name}' comes with kg", hint=hint)
    return bundled_dataset(name)


def project_above(start: Path) -> Path | None:
    """Return the folder of the nearest ``kg.toml`` in a folder or above it, or ``None``."""
    folders = (start.resolve(), *start.resolve().parents)
    found = (f for f in folders if (f / CONFIG).is_file() or (f / JOURNAL).is_dir())
    return next(found, None)


def project_near(start: Path) -> Path | None:
    """Return the folder of the nearest ``kg.toml`` upward, or ``None``.

    In a clone of this repository, outside of any project, it is that of the dataset.
    """
    return project_above(start) or dataset_of_a_clone(start)


def cache_folder() -> Path:
    """Return the user's cache folder; ``KG_CACHE`` names another."""
    given = os.environ.get("KG_CACHE")
    if given:
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "clinical-evidence-kg"


def dataset_of_a_clone(start: Path) -> Path | None:
    """Return the dataset of the clone of this repository that a folder lies in, or ``None``."""
    for folder in (start.resolve(), *start.resolve().parents):
        dataset = folder / "datasets" / DATASET
        if (dataset / CONFIG).is_file():
            return dataset
    return None


def _files(name: str, pattern: str, projects: tuple[Path, ...]) -> tuple[Path, ...]:
    places = (root(), *projects)
    return tuple(p for place in places for p in sorted((place / name).rglob(pattern)))


def fhir_table(name: str) -> Path:
    """Return the mapping to a version of FHIR, such as ``r5``, or our ``extensions`` of it."""
    return Path(__file__).resolve().parent / "fhir" / "tables" / f"{name}.toml"


def project_template() -> Path:
    """Return the folder that ``kg init`` copies."""
    return Path(__file__).resolve().parent / "templates" / "project"


def site_file(name: str) -> Path:
    """Return a style sheet, script or typeface of the views; vendored ones are unchanged."""
    package = Path(__file__).resolve().parent
    own = package / "site" / "static" / name
    return own if own.exists() else package / "figure" / "vendor" / name
