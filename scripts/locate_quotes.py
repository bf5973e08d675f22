"""Find the quotes of a project again after the text that they quote was edited.

Every quote with an ``exact`` passage is looked up in the ``textFile`` of its document, and its
``start``, ``end``, digests, ``prefix`` and ``suffix`` are computed anew, as is the ``textDigest``
of the document. Quotes that are a place and a digest alone are left as they are: their text is not
in the project. Without ``--write`` the stale places are only printed.

Usage: ``python scripts/locate_quotes.py PROJECT [--write]``. Exit code 0: nothing is stale, or it
was rewritten; 1: something is stale, or a passage is no longer in its text.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

CONTEXT = 32
AROUND = ("prefix", "suffix", "start", "end", "exactDigest", "sourceDigest")


@dataclass(frozen=True)
class Edit:
    """A stretch of a file, from one position to another, and the text that should stand there."""

    start: int
    end: int
    text: str


def digest(text: str) -> str:
    """Return the digest of a text as records write it."""
    return "sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest()


def find(exact: str, text: str, near: int) -> int:
    """Return where a passage stands in a text; of several places the one nearest to ``near``.

    :return: the position in code points, or -1 when the passage is not in the text.
    """
    places = [match.start() for match in re.finditer(re.escape(exact), text)]
    return min(places, key=lambda place: abs(place - near), default=-1)


def measured(exact: str, text: str, start: int) -> dict[str, str]:
    """Return the keys of a quote that follow from its place; context stays within its line."""
    end = start + len(exact)
    return {
        "prefix": text[max(0, start - CONTEXT) : start].rsplit("\n", 1)[-1],
        "suffix": text[end : end + CONTEXT].split("\n", 1)[0],
        "start": str(start),
        "end": str(end),
        "exactDigest": digest(exact),
        "sourceDigest": digest(text),
    }


def fields(node: yaml.MappingNode) -> dict[str, tuple[yaml.ScalarNode, yaml.Node]]:
    """Return the keys of a mapping with the nodes of key and value."""
    return {key.value: (key, value) for key, value in node.value}


def mappings(node: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    """Yield every mapping of a document, nested ones too."""
    if isinstance(node, yaml.MappingNode):
        yield node
        for _, value in node.value:
            yield from mappings(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from mappings(item)


def scalar(value: str) -> str:
    """Return a text as a YAML scalar on one line, in quotes only where it needs them."""
    plain = re.search(r": |:$| #|^[\s\-?:,\[\]{}#&*!|>'\"%@`]|\s$|^$", value) is None
    return value if plain else "'" + value.replace("'", "''") + "'"


def requote(node: yaml.MappingNode, wanted: dict[str, str], source: str) -> Iterator[Edit]:
    """Yield the edits that give a quote the wanted values; an empty value removes its key."""
    have = fields(node)
    anchor = "exact"
    for name in AROUND:
        value = wanted[name]
        if name in have:
            key, old = have[name]
            if old.value != value and value:
                yield Edit(old.start_mark.index, old.end_mark.index, scalar(value))
            elif old.value != value:
                line = source.rindex("\n", 0, key.start_mark.index)
                yield Edit(line, source.index("\n", old.end_mark.index), "")
            anchor = name if value else anchor
        elif value:
            key, old = have[anchor]
            at = len(source[: old.end_mark.index].rstrip())
            yield Edit(at, at, f"\n{' ' * key.start_mark.column}{name}: {scalar(value)}")


def apply(source: str, edits: list[Edit]) -> str:
    """Return a text with the edits made."""
    for edit in sorted(edits, key=lambda e: e.start, reverse=True):
        source = source[: edit.start] + edit.text + source[edit.end :]
    return source


def main() -> int:
    """Check or rewrite the quotes of the project that the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("project", type=Path, help="folder of the project")
    parser.add_argument("--write", action="store_true", help="rewrite what is stale")
    options = parser.parse_args()
    sources = {p: p.read_text("utf-8") for p in sorted(options.project.rglob("*.yaml"))}
    trees = {path: list(mappings(yaml.compose(source))) for path, source in sources.items()}

    texts: dict[str, str] = {}
    for nodes in trees.values():
        for node in nodes:
            have = fields(node)
            if "id" in have and "textFile" in have:
                file = options.project / str(have["textFile"][1].value)
                texts[str(have["id"][1].value)] = file.read_bytes().decode("utf-8")

    stale = lost = 0
    for path, nodes in trees.items():
        edits: list[Edit] = []
        for node in nodes:
            have = fields(node)
            place = f"{path}:{node.start_mark.line + 1}"
            changes: list[Edit] = []
            if "textFile" in have and "textDigest" in have:
                old = have["textDigest"][1]
                wanted = digest(texts[str(have["id"][1].value)])
                if old.value != wanted:
                    changes = [Edit(old.start_mark.index, old.end_mark.index, wanted)]
            elif "exact" in have and str(have["quotedFrom"][1].value) in texts:
                text = texts[str(have["quotedFrom"][1].value)]
                exact = str(have["exact"][1].value)
                near = int(have["start"][1].value) if "start" in have else 0
                found = find(exact, text, near)
                if found < 0:
                    lost += 1
                    print(f"{place}: not in the text any more: {exact}", file=sys.stderr)
                    continue
                changes = list(requote(node, measured(exact, text, found), sources[path]))
            if changes:
                stale += 1
                print(f"{place}: {'rewritten' if options.write else 'stale'}")
                edits += changes
        if options.write and edits:
            path.write_text(apply(sources[path], edits), encoding="utf-8", newline="\n")
    return 1 if lost or (stale and not options.write) else 0


if __name__ == "__main__":
    sys.exit(main())
