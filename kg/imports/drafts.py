"""Draft records: short YAML with comments, written again without losing what a person corrected.

At the end of a file of drafts, comments list what was proposed, with a digest of each record as
it was written. By them a later import tells what a person changed or deleted since.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import yaml

from kg.imports.yamltext import WIDTH, record

_START = re.compile(r"^- ", re.MULTILINE)
_WORD = re.compile(r"[^\s'\"]+")
_ID = re.compile(r"^(?:- |  )id: *['\"]?([^\s'\"]+)", re.MULTILINE)
_HEADING = re.compile(r"# .*-{3,}$")
_LISTED = re.compile(r"^#   (\S+) ([0-9a-f]{12})$", re.MULTILINE)
_MOVING = ("start", "end", "sourceDigest", "textDigest")
_FOOT = """\
# Proposed by clinical-evidence-kg. When the same is imported again, a record that differs from what
# is listed here is yours and stays as it is, and one that you deleted does not come back.
"""


class Draft(NamedTuple):
    """A record that an importer proposes: its id, and its YAML with a comment above it.

    The comment is for the person who reads the file; ``heading`` begins a part of the file.
    """

    id: str
    text: str
    heading: str = ""


def draft(values: Mapping[str, Any], comment: str = "", heading: str = "") -> Draft:
    """Return the draft of a record.

    :param values: texts, numbers, lists and mappings, as YAML has them, ``id`` first.
    """
    return Draft(str(values["id"]), above(comment) + record(values), heading)


def above(comment: str) -> str:
    """Return the lines of a comment above a record."""
    if not comment:
        return ""
    whole = "\n# ".join(map(str.rstrip, comment.splitlines()))
    return f"# {whole}\n".replace("# \n", "#\n")


@dataclass(frozen=True)
class Written:
    """A file of drafts; the ids that were kept, are new, are no more proposed."""

    data: bytes
    kept: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def document(title: str, drafts: Iterable[Draft], before: str = "") -> Written:
    """Return a file of drafts.

    :param title: what the file is, for its first comment.
    :param drafts: the proposals, in the order of the file; ids are unique.
    :param before: the text of the file as an earlier import wrote it and a person changed it.
    """
    old = _Old(before)
    wanted = {draft.id: draft for draft in drafts}
    deleted = {i for i in wanted if i in old.listed and i not in old.blocks}
    parts = [old.head or f"# {title}\n", *old.after.pop("", [])]
    foot: dict[str, str] = {i: old.listed[i] for i in deleted}
    heading = ""
    for name, draft in wanted.items():
        heading = draft.heading or heading
        if name in deleted:
            continue
        if heading:
            parts.append(f"# {heading} {'-' * max(3, WIDTH - 3 - len(heading))}\n")
            heading = ""
        if before and old.is_corrected(name):
            parts.append(_moved(old.blocks[name], draft))
            foot[name] = old.listed.get(name, "0" * 12)
        else:
            text = _without(draft.text, deleted) if deleted else draft.text
            foot[name] = digest(text)
            parts.append(text)
        parts += old.after.pop(name, [])
    gone = [i for i in old.blocks if i in old.listed and i not in wanted]
    for name in gone:
        if old.is_corrected(name):
            parts.append(old.blocks[name])
            foot[name] = old.listed[name]
    parts += [text for texts in old.after.values() for text in texts]
    parts.append(_FOOT + _listing(foot))
    return Written(
        b"\n".join(f"{part.rstrip()}\n".encode() for part in parts),
        tuple(i for i in wanted if before and old.is_corrected(i)),
        tuple(i for i in wanted if before and i not in old.listed and i not in old.blocks),
        tuple(gone),
    )


def digest(text: str) -> str:
    """Return the digest by which a record is known to be as it was proposed."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:12]


def _listing(foot: Mapping[str, str]) -> str:
    return "".join(f"#   {name} {known}\n" for name, known in foot.items())


class _Old:
    """A file of drafts, taken apart: its head, the block of each record, and what was listed."""

    def __init__(self, text: str) -> None:
        body, _, foot = text.partition(_FOOT)
        self.listed = dict(_LISTED.findall(foot))
        self.blocks: dict[str, str] = {}
        self.after: dict[str, list[str]] = {}
        starts = [_above(body, m.start()) for m in _START.finditer(body)]
        self.head = body[: starts[0]].rstrip() if starts else body.rstrip()
        while _HEADING.fullmatch(self.head.rpartition("\n")[2]):
            self.head = self.head.rpartition("\n")[0].rstrip()
        last = ""
        for start, end in pairwise([*starts, len(body)]):
            part = _without_headings(body[start:end])
            found = _ID.search(part)
            name = found[1] if found else ""
            if name in self.listed:
                self.blocks[name] = part
                last = name
            else:
                self.after.setdefault(last, []).append(part)
                if name:
                    self.blocks[name] = part

    def is_corrected(self, name: str) -> bool:
        """Tell whether a record is there and is not what was proposed."""
        return name in self.blocks and digest(self.blocks[name]) != self.listed.get(name)


def _above(text: str, start: int) -> int:
    """Return where the comment lines directly above a position begin."""
    while start:
        line = text.rfind("\n", 0, start - 1) + 1
        if not text.startswith("#", line) or _HEADING.fullmatch(text[line : start - 1]):
            break
        start = line
    return start


def _without_headings(part: str) -> str:
    lines = part.rstrip().split("\n")
    while lines and (not lines[-1].strip() or _HEADING.fullmatch(lines[-1])):
        lines.pop()
    return "\n".join(lines) + "\n"


def _without(text: str, ids: set[str]) -> str:
    """Return a record without references to records that a person deleted."""
    start = _START.search(text)
    if start is None or ids.isdisjoint(_WORD.findall(text)):
        return text
    return text[: start.start()] + record(_left(_values(text), ids))


def _left(value: Any, ids: Container[str]) -> Any:
    """Return what is left of a value without the ids, None if nothing is."""
    if isinstance(value, Mapping):
        pairs = ((key, _left(inner, ids)) for key, inner in value.items())
        return {key: inner for key, inner in pairs if inner not in (None, [])}
    if isinstance(value, list):
        return [inner for v in value if (inner := _left(v, ids)) is not None]
    return None if value in ids else value


def _values(text: str) -> dict[str, Any]:
    """Return what a draft says, numbers as they are written."""
    values: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)[0]
    return values


def _moved(text: str, draft: Draft) -> str:
    """Return a corrected record with the new places of its passage, if the passage is the same."""
    values = _values(draft.text)
    quote = values.get("quote", values)
    same = quote is values or str(quote.get("exactDigest")) in text
    for key in _MOVING if same else ():
        if key in quote:
            text = re.sub(rf"^( +{key}: ).*$", rf"\g<1>{quote[key]}", text, count=1, flags=re.M)
    return text
