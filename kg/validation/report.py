"""The outcome of a validation, as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from kg.diagnostics import SEVERITIES, Diagnostic, Severity
from kg.errors import Place
from kg.validation.spool import Spool


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in the words of its shape; a part that the shape does not have is ``""``.

    ``title`` is the rule in a line, ``why`` its reason, ``fix`` what to do, ``shape`` the IRI of
    the shape, ``topic`` the name of its file, without the ending.
    """

    code: str
    severity: Severity
    title: str = ""
    why: str = ""
    fix: str = ""
    shape: str = ""
    topic: str = ""


@dataclass(frozen=True)
class Report:
    """What was found in a graph.

    ``results`` are sorted by severity, then by place; those of a large file may be on disk
    (:class:`kg.validation.spool.Spool`) and are read as they are wanted. ``entities`` counts the
    entities that were checked (0 when the records could not become a graph), ``rules`` the
    rules, ``engine`` the name of the engine, or ``records`` when reading already failed. ``folder``
    is the project's, to show the lines that places point at; it is part of no output. ``more``
    counts results that the report does not hold one by one, by code and severity. ``checked`` are
    the rules in words, as far as they have a code; ``source`` is what was checked, as it was named;
    ``note`` says which way was chosen for large files, and why, or what is not shown. ``waiting``
    is how many rules could not be checked, since the records could not become a graph.
    ``per_file`` are the entities of each file of records.
    """

    results: Sequence[Diagnostic]
    entities: int
    rules: int
    engine: str
    folder: Path | None = None
    more: Mapping[tuple[str, Severity], int] = field(default_factory=dict)
    checked: tuple[Rule, ...] = field(default=(), repr=False)
    source: str = ""
    note: str = ""
    waiting: int = 0
    per_file: Mapping[str, int] = field(default_factory=dict, repr=False)

    @property
    def conforms(self) -> bool:
        """Whether there is no result at all, not even a warning, as SHACL has it."""
        return not self.total

    @property
    def passes(self) -> bool:
        """Whether there is no violation; warnings and infos do not count."""
        return not self.count("violation")

    @property
    def total(self) -> int:
        """How many results there are, with those that the report does not hold."""
        return len(self.results) + self.left_out

    @property
    def left_out(self) -> int:
        """How many results the report counts but does not hold."""
        return sum(self.more.values())

    def count(self, severity: Severity) -> int:
        """Return how many results have a severity."""
        return sum(n for (_, own), n in self.tally().items() if own == severity)

    def codes(self) -> Mapping[str, int]:
        """Return code → number of results, sorted by code."""
        found: Counter[str] = Counter()
        for (code, _), number in self.tally().items():
            found[code] += number
        return dict(sorted(found.items()))

    def tally(self) -> Mapping[tuple[str, Severity], int]:
        """Return code and severity → number of results, those that are left out with them."""
        found = _tally(self.results)
        found.update(self.more)
        return found

    def by_rule(self) -> Mapping[tuple[str, Severity], Sequence[Diagnostic]]:
        """Return code and severity → their results, as far as the report holds them, in order."""
        return _by_rule(self.results)

    def shown(self, limit: int = 0, *, infos: bool = True, each: int = 0) -> Report:
        """Return the report with the results that are to be written out; the counts stay whole.

        :param limit: how many results to keep, the most severe first; 0 for all.
        :param infos: keep infos too.
        :param each: how many results of a rule to keep at most, the first ones; 0 for all.
        """
        results = self.results
        if each:
            firsts = (r for own in self.by_rule().values() for r in own[:each])
            results = sorted(firsts, key=Diagnostic.sort_key)
        found = _tally(results)
        number = sum(n for (_, severity), n in found.items() if infos or severity != "info")
        kept = results[: min(number, limit or number)]  # infos are the last ones
        more = _tally(self.results) - _tally(kept) + Counter(self.more)
        return replace(self, results=kept, more=more)

    def on_file(self, name: str) -> Report:
        """Return the report on one file of a project.

        Where the records could not become a graph and the file itself is sound, it is the report
        on the project: no rule has seen the file yet.
        """
        own = tuple(r for r in self.results if r.place and r.place.file == name)
        if self.waiting and not own:
            return self
        found = Counter(r.severity for r in self.results) - Counter(r.severity for r in own)
        rest = ", ".join(_counted(found[s], s) for s in SEVERITIES if s != "info" and found[s])
        note = f"not shown, since they are not in {name}: {rest}" if rest else ""
        return replace(
            self,
            results=own,
            entities=self.per_file.get(name, 0),
            note="; ".join(filter(None, (self.note, note))),
        )

    def catalogue(self) -> tuple[Rule, ...]:
        """Return every rule that was checked, and those of results without one, by code."""
        found = {code: Rule(code, severity) for code, severity in sorted(self.tally())}
        found |= {rule.code: rule for rule in self.checked}
        return tuple(rule for _, rule in sorted(found.items()))

    def path(self, place: Place | None) -> str:
        """Return the path of a place's file from the top of the repository, with slashes.

        That is the nearest folder upward with a ``.git``; if there is none, a path from the
        project's folder. Without a place it is that of the graph file, as it was named where there
        is not a repository, or ``""``.
        """
        if place is None:
            return self._file
        return _from_top(self.folder / place.file, place.file) if self.folder else place.file

    @cached_property
    def _file(self) -> str:
        file = Path(self.source).resolve()
        return _from_top(file, self.source) if self.source and file.is_file() else ""

    def summary(self) -> str:
        """Return the counts in words, such as ``0 violations, 2 warnings, 1 info``."""
        words = (_counted(self.count(s), s) for s in SEVERITIES)
        return ", ".join(words)

    def cut(self) -> str:
        """Return ``showing 20 of 350 results``, or ``""`` when nothing is left out."""
        shown = f"showing {len(self.results)} of {_counted(self.total, 'result')}"
        return shown if self.left_out else ""


def _by_rule(
    results: Sequence[Diagnostic],
) -> Mapping[tuple[str, Severity], Sequence[Diagnostic]]:
    if isinstance(results, Spool):
        return results.by_rule()
    found: dict[tuple[str, Severity], list[Diagnostic]] = {}
    for result in results:
        found.setdefault((result.code, result.severity), []).append(result)
    return found


def _tally(results: Sequence[Diagnostic]) -> Counter[tuple[str, Severity]]:
    return Counter({rule: len(own) for rule, own in _by_rule(results).items()})


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _from_top(file: Path, otherwise: str) -> str:
    top = next((p for p in file.parents if (p / ".git").exists()), None)
    return file.relative_to(top).as_posix() if top else otherwise
