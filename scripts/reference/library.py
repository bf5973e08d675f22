"""``api.md`` from the names, signatures and docstrings of the package."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any, ForwardRef

import kg
from reference import markdown as md

_ROLE = re.compile(r":[a-z]+:`~?([^`]+)`")
_FIELD = re.compile(r":(param|raises|return)s?(?: ([\w.]+))?:")


def library() -> str:
    """Return the page on the Python library."""
    names = [n for n in kg.__all__ if n != "__version__"]
    functions = [n for n in names if inspect.isfunction(getattr(kg, n))]
    errors = [n for n in names if _is_error(getattr(kg, n))]
    classes = [n for n in names if n not in functions and n not in errors]
    blocks = [
        "# Python library",
        md.paragraph(
            "What `import kg` promises; nothing else is stable. `kg.__version__` is the version "
            "as text."
        ),
    ]
    for title, group in (("Functions", functions), ("Classes", classes), ("Errors", errors)):
        blocks.append(f"## {title}")
        for name in group:
            blocks += _one(name, getattr(kg, name))
    return md.page(*blocks)


def _is_error(thing: object) -> bool:
    return inspect.isclass(thing) and issubclass(thing, BaseException)


def _one(name: str, thing: Any) -> Iterator[str]:
    yield f"### {name}"
    if not _is_error(thing):
        yield md.fence(_broken(f"{name}{_signature(thing)}"), "python")
    yield from _prose(thing)
    if inspect.isclass(thing):
        rows = [(md.code(_call(n, m)), _first(m)) for n, m in _members(thing)]
        if rows:
            yield md.table(("Member", "What it does"), rows)


def _members(thing: type) -> Iterator[tuple[str, Any]]:
    """Yield the documented public members that a class defines itself, in order of the code."""
    for name, member in vars(thing).items():
        if not name.startswith("_") and inspect.getdoc(member) and _is_code(member):
            yield name, member


def _is_code(member: Any) -> bool:
    return inspect.isroutine(member) or isinstance(member, property) or hasattr(member, "func")


def _call(name: str, member: Any) -> str:
    if isinstance(member, staticmethod):
        return f"{name}{_signature(member.__func__)}"
    return f"{name}{_signature(member)}" if inspect.isfunction(member) else name


def _signature(thing: Any) -> str:
    """Return a signature without quotes around its annotations and without ``self``."""
    found = inspect.signature(thing)
    kept = [
        p.replace(
            annotation=_bare(p.annotation),
            default=_Bare("...") if callable(p.default) and p.default is not p.empty else p.default,
        )
        for p in found.parameters.values()
        if p.name != "self"
    ]
    text = str(found.replace(parameters=kept, return_annotation=_bare(found.return_annotation)))
    return text.removesuffix(" -> None") if inspect.isclass(thing) else text


def _broken(call: str) -> str:
    """Return a call with a line for each parameter where it is long."""
    if len(call) <= 88:
        return call
    start, end = call.index("("), call.rindex(")")
    parameters = re.split(r", (?![^\[(]*[\])])", call[start + 1 : end])
    return "\n".join([call[: start + 1], *(f"    {p}," for p in parameters), call[end:]])


class _Bare:
    """An annotation that prints itself as it stands in the code."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _bare(annotation: Any) -> Any:
    if isinstance(annotation, ForwardRef):  # of a field of a named tuple
        annotation = annotation.__forward_arg__
    return _Bare(annotation) if isinstance(annotation, str) else annotation


def _first(thing: Any) -> str:
    found = inspect.getdoc(getattr(thing, "func", thing)) or ""
    return _inline(found.partition("\n\n")[0])


def _prose(thing: Any) -> Iterator[str]:
    """Yield the paragraphs of a docstring, its fields as a list."""
    for block in (inspect.getdoc(thing) or "").split("\n\n"):
        starts = [
            m.start()
            for m in _FIELD.finditer(block)
            if block[: m.start()].strip() == "" or block[m.start() - 1] == "\n"
        ]
        if not starts:
            yield md.paragraph(_inline(block))
            continue
        parts = [block[a:b] for a, b in zip(starts, [*starts[1:], len(block)], strict=True)]
        yield md.bullets(_field(part) for part in parts)


def _field(text: str) -> str:
    found = _FIELD.match(text)
    assert found is not None
    what = {"param": "", "raises": "raises ", "return": "returns"}[found[1]]
    name = md.code(found[2]) if found[2] else ""
    return f"{what}{name}: {_inline(text[found.end() :])}"


def _inline(text: str) -> str:
    """Turn the marks of reStructuredText within a line into Markdown."""
    text = _ROLE.sub(r"`\1`", " ".join(text.split()))
    return text.replace("``", "`")
