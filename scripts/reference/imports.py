"""The drawing of imports in ``CONTRIBUTING.md``: who imports whom in ``kg``, as Mermaid."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "kg"
BEGIN = "<!-- imports: drawn by scripts/generate.py, do not edit -->"
END = "<!-- end of imports -->"
# Small modules that almost all others import: their arrows would only hide the rest.
LEFT_OUT = {"errors", "diagnostics", "resources", "jsontext", "xmltext", "literals", "starter"}


def drawing() -> str:
    """Return the drawing: an arrow from each package or module to what it imports.

    An arrow that follows from two others is left out, as are the modules of :data:`LEFT_OUT`.
    """
    graph = {name: set(_imported(name)) - {name} - LEFT_OUT for name in _parts()}
    lines = [
        f"    {_node(name)} --> {_node(other)}"
        for name, others in graph.items()
        for other in sorted(others)
        if not any(other in _reached(graph, via) for via in others - {other})
    ]
    return "\n".join([BEGIN, "```mermaid", "flowchart TD", *lines, "```", END])


def _parts() -> list[str]:
    """Return the packages and modules of ``kg``, without those that are left out."""
    found = {p.stem for p in PACKAGE.glob("*.py")} | {p.parent.name for p in _packages()}
    return sorted(found - LEFT_OUT - {"__init__"})


def _packages() -> Iterator[Path]:
    return PACKAGE.glob("*/__init__.py")


def _node(name: str) -> str:
    """Return a node with its label. Mermaid has keywords such as ``graph``: no id may be one."""
    label = f"{name}/" if (PACKAGE / name).is_dir() else f"{name}.py"
    return f'kg_{name}["{label}"]'


def _imported(name: str) -> Iterator[str]:
    """Yield the parts of ``kg`` that one part imports, at the top or inside of functions."""
    folder = PACKAGE / name
    files = folder.rglob("*.py") if folder.is_dir() else [PACKAGE / f"{name}.py"]
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kg."):
                yield str(node.module).split(".")[1]
            elif isinstance(node, ast.ImportFrom) and node.module == "kg":
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name == "kg":
                        yield "public"
                    elif alias.name.startswith("kg."):
                        yield alias.name.split(".")[1]


def _reached(graph: dict[str, set[str]], start: str) -> set[str]:
    """Return what a part imports directly or through others."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = graph.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found
