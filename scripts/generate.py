"""Write what follows from ontology, shapes and code.

That is the JSON-LD context, docs/reference/, the table of disagreements in docs/attachment.md,
docs/attachment-changes.md, and the drawing of imports in CONTRIBUTING.md.

``python scripts/generate.py`` writes what is stale and deletes what is left over; with ``--check``
it writes nothing, names what is stale and exits with 1.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from reference import (
    changes,
    commands,
    disagreements,
    fhir,
    fidelity,
    imports,
    library,
    rules,
    terms,
)
from reference import markdown as md
from reference.model import Model

ROOT = Path(__file__).resolve().parent.parent
CONTEXT = Path("ontology/context.jsonld")
REFERENCE = Path("docs/reference")
CONTRIBUTING = Path("CONTRIBUTING.md")
ATTACHMENT = Path("docs/attachment.md")
CHANGES = Path("docs/attachment-changes.md")


def outputs() -> dict[Path, str]:
    """Return every generated file: path from the project folder → text."""
    model = Model()
    pages = {
        "README.md": _index(),
        "api.md": library.library(),
        "cli.md": commands.command_line(),
        "fhir.md": fhir.page(),
        "fidelity.md": fidelity.page(model.ontology),
        "formats.md": commands.formats(),
        **{f"terms/{name}": text for name, text in terms.pages(model).items()},
        **{f"rules/{name}": text for name, text in rules.pages(model).items()},
    }
    found = {REFERENCE / name: text for name, text in pages.items()}
    context = {"@context": model.ontology.context()}
    found[CONTEXT] = json.dumps(context, indent=1, ensure_ascii=False) + "\n"
    attachment = (ROOT / ATTACHMENT).read_text(encoding="utf-8")
    found[ATTACHMENT] = md.inserted(attachment, disagreements.table())
    found[CHANGES] = changes.page()
    found[CONTRIBUTING] = md.inserted(
        (ROOT / CONTRIBUTING).read_text(encoding="utf-8"), imports.drawing()
    )
    return found


def stale(found: Mapping[Path, str], root: Path = ROOT) -> list[Path]:
    """Return the files that differ from what they should be, are missing, or are left over."""
    wrong = [path for path, text in found.items() if _read(root / path) != text]
    present = [p.relative_to(root) for p in (root / REFERENCE).rglob("*") if p.is_file()]
    return sorted([*wrong, *(path for path in present if path not in found)])


def write(found: Mapping[Path, str], root: Path = ROOT) -> list[Path]:
    """Write what is stale, delete what is left over, and return both."""
    changed = stale(found, root)
    for path in changed:
        target = root / path
        if path in found:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(found[path], encoding="utf-8", newline="\n")
        else:
            target.unlink()
    return changed


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _index() -> str:
    return md.page(
        "# Reference",
        "Generated from the ontology, the shapes and the code; a test fails when it is stale.",
        md.bullets(
            [
                "[Data dictionary](terms/README.md): every class, key and controlled list",
                "[Rules](rules/README.md): what data must keep, why, with examples",
                "[Command line](cli.md): every command and option",
                "[Export formats](formats.md): what each is for",
                "[FHIR](fhir.md): which element each slot stands at, by version",
                "[Fidelity](fidelity.md): what each format keeps, changes and drops",
                "[Python library](api.md): every public name",
            ]
        ),
    )


def main() -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, name what is stale")
    check = parser.parse_args().check
    found = outputs()
    changed = stale(found) if check else write(found)
    for path in changed:
        print(path.as_posix())
    if check and changed:
        print("stale: run 'python scripts/generate.py'", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
