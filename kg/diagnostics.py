"""One problem in somebody's data, or one place that is worth a look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from kg.errors import KgError, Place
from kg.shacl.names import SH

Severity = Literal["violation", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("violation", "warning", "info")


@dataclass(frozen=True, slots=True, order=True)
class Terms:
    """A validation result in RDF: terms of N-Triples, ``""`` for what it does not have.

    ``path`` is written as in Turtle, ``( <urn:p> [ sh:inversePath <urn:q> ] )``. ``messages`` are
    all texts of the result, in every language.
    """

    focus: str = ""
    path: str = ""
    value: str = ""
    severity: str = ""
    shape: str = ""
    component: str = ""
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding of the reader, the builder or a shape.

    ``code`` is stable (``AGE-003``) and is what ``kg explain`` takes. ``severity`` is how grave the
    finding is for kg: a severity that is not SHACL's own counts as a violation. ``focus``, ``path``
    and ``value`` are the names that people use: ids, prefixed names, texts of literals; ``terms``
    are the complete terms. ``place`` is that of the offending value, or of the
    entity where a value is missing, and ``None`` when the data came from a graph file, which keeps
    no places.
    """

    code: str
    severity: Severity
    message: str
    place: Place | None = None
    focus: str = ""
    path: str = ""
    value: str = ""
    hint: str = ""
    terms: Terms = Terms()

    @property
    def rule(self) -> str:
        """The IRI of the shape, ``""`` if it has none."""
        shape = self.terms.shape
        return shape[1:-1] if shape.startswith("<") else ""

    @property
    def component(self) -> str:
        """The constraint component: the local name of one of SHACL's own, else the IRI."""
        return self.terms.component[1:-1].removeprefix(SH)

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.severity}[{self.code}] {self.message}"

    def sort_key(self) -> tuple[object, ...]:
        """Order by severity, then place, then all that was found: the same on every machine."""
        place = self.place or Place("~", 0, 0)
        return (
            SEVERITIES.index(self.severity),
            place,
            self.code,
            self.focus,
            self.path,
            self.value,
            self.message,
            self.terms,
            self.hint,
        )


class RecordsError(KgError):
    """The records cannot become a graph; :attr:`diagnostics` says why, all of it at once.

    :attr:`folder` is that of the project, where it is known.
    """

    exit_code = 1

    def __init__(self, diagnostics: Iterable[Diagnostic], folder: Path | None = None) -> None:
        self.diagnostics = tuple(diagnostics)
        self.folder = folder
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        first = self.diagnostics[0]
        more = len(self.diagnostics) - 1
        return f"{first}" + (f" (and {more} more)" if more else "")


class RecordRule(NamedTuple):
    """A rule that readers and the builder check, in the same parts as a rule of a shape."""

    title: str
    why: str
    bad: str
    good: str
    fix: str


RECORD_RULES: Mapping[str, RecordRule] = {
    "YML-001": RecordRule(
        "The file is YAML",
        "A file that cannot be parsed would otherwise be read in part, and half a record is "
        "worse than none.",
        "- id: intervention/pcit\n  prefLabel: [PCIT",
        "- id: intervention/pcit\n  prefLabel: [PCIT]",
        "Correct the line that the message names; the cause is often one line above it.",
    ),
    "YML-002": RecordRule(
        "A file is a list of records, a record is a mapping",
        "Every record needs an id of its own, so that other records can refer to it.",
        "prefLabel: PCIT",
        "- id: intervention/pcit\n  prefLabel: PCIT",
        "Begin each record with '- id: type/name'.",
    ),
    "YML-003": RecordRule(
        "A key occurs once in a mapping",
        "Most YAML readers keep the last of two equal keys and lose the other silently.",
        "- id: outcome/trust\n  prefLabel: Trust\n  prefLabel: Confidence",
        "- id: outcome/trust\n  prefLabel: Trust\n  altLabel: Confidence",
        "Join the values into one list, or delete one of the keys.",
    ),
    "YML-004": RecordRule(
        "A key has a value",
        "An empty value looks like a statement but is not one. Leave out what is not known.",
        "- id: outcome/trust\n  prefLabel:",
        "- id: outcome/trust\n  prefLabel: Trust",
        "Write the value, or leave the key out.",
    ),
    "YML-005": RecordRule(
        "A file stays within limits when its aliases are expanded",
        "A few lines of aliases within aliases can mean billions of values, and a value that "
        "contains itself has no end.",
        "- &a {id: outcome/trust, prefLabel: *a}",
        "- {id: outcome/trust, prefLabel: Trust}",
        "Write the values in full, or split the file.",
    ),
    "TSV-001": RecordRule(
        "An SSSOM table has its header and its columns",
        "A mapping without a justification or a licence cannot be trusted or shared.",
        "subject_id\tobject_id",
        "subject_id\tpredicate_id\tobject_id\tmapping_justification",
        "Add the columns that the message names.",
    ),
    "TAB-001": RecordRule(
        "A table has rows and columns",
        "A quotation mark that is never closed would swallow all rows after it.",
        'id,prefLabel\noutcome/trust,"Trust',
        'id,prefLabel\noutcome/trust,"Trust"',
        "Close the quotation mark, or save the table again from the program that wrote it.",
    ),
    "TAB-002": RecordRule(
        "Each column of a table has one name",
        "The name says which key of the record the cells are; 'id' says which record it is.",
        "prefLabel,prefLabel\nTrust,Confidence",
        "id,prefLabel\noutcome/trust,Trust|Confidence",
        "Name each column once: 'id', a key such as 'prefLabel', or a key of a nested value "
        "such as 'quote.exact'.",
    ),
    "TAB-003": RecordRule(
        "A cell is in a column with a name",
        "A value without a key would be lost.",
        "id,prefLabel\noutcome/trust,Trust,Confidence",
        "id,prefLabel,altLabel\noutcome/trust,Trust,Confidence",
        "Give the column a name, or empty the cell.",
    ),
    "TAB-004": RecordRule(
        "A cell holds a value, not a formula",
        "What a formula gives depends on the program and the day; evidence stays as it was "
        "written.",
        "id,participants\nfinding/one,=30+36",
        "id,participants\nfinding/one,66",
        "Write the value itself. Text that begins with '=' is written with a backslash before it.",
    ),
    "IDS-001": RecordRule(
        "An id is a type and a short name",
        "The id becomes part of an IRI that others cite: it must be safe in every format and "
        "must not change with spelling.",
        "- id: Intervention/PCIT T",
        "- id: intervention/pcit-t",
        "Use lower-case letters, digits, '-' and '.', as in 'intervention/pcit-t'.",
    ),
    "IDS-002": RecordRule(
        "An id belongs to one record",
        "Two records of one id would be merged into one entity that neither author described.",
        "- id: outcome/trust\n- id: outcome/trust",
        "- id: outcome/trust\n- id: outcome/mutual-trust",
        "Rename one of them, or join them into one record.",
    ),
    "TYP-001": RecordRule(
        "The type of a record is a class of the ontology",
        "Which keys and rules hold for a record depends on its class.",
        "- id: therapy/pcit",
        "- id: intervention/pcit",
        "Use the name of a class that 'kg explain' knows, in kebab-case, before the slash.",
    ),
    "TYP-002": RecordRule(
        "The id and the type of a record agree",
        "A reader sees the type in the id: it must be the record's class or one above it.",
        "- id: outcome/cdi\n  type: Phase",
        "- id: component/cdi\n  type: Phase",
        "Change the first part of the id, or the type.",
    ),
    "KEY-001": RecordRule(
        "A key is a property of the ontology",
        "A misspelt key would be a statement that no query finds.",
        "- id: outcome/trust\n  preflabel: Trust",
        "- id: outcome/trust\n  prefLabel: Trust",
        "Use a property that 'kg explain' knows, or add one to your project's ontology.",
    ),
    "KEY-002": RecordRule(
        "A key is used on the classes it describes",
        "The ontology says which class a property describes; elsewhere it would mean something "
        "else.",
        "- id: outcome/trust\n  doi: 10.1000/1",
        "- id: source/trial\n  doi: 10.1000/1",
        "Move the key to a record of the class that the message names.",
    ),
    "KEY-003": RecordRule(
        "A derived property is never written by hand",
        "It is computed from other statements and names the ones it comes from.",
        "- id: intervention/pcit\n  studiedFor: outcome/trust",
        "- id: finding/one\n  intervention: intervention/pcit\n  outcome: outcome/trust",
        "Delete the key, and write the Finding from which it is derived.",
    ),
    "KEY-004": RecordRule(
        "A statement sets clinical facts only",
        "What an entity is called, its codes and its kind belong to the entity; only what is said "
        "of it needs a statement.",
        "sets: {prefLabel: Attachment and Biobehavioral Catch-up}",
        "sets: {dose: 10 sessions}",
        "Move the key to the record of the entity.",
    ),
    "REF-001": RecordRule(
        "A reference points at a record of the project",
        "A dangling reference is a claim about nothing.",
        "outcome: outcome/secure-atachment",
        "outcome: outcome/secure-attachment",
        "Fix the id, or add the record.",
    ),
    "REF-002": RecordRule(
        "A reference points at an entity of the right class",
        "A finding whose outcome is an intervention cannot be read.",
        "outcome: intervention/pcit",
        "outcome: outcome/secure-attachment",
        "Refer to a record of the class that the message names.",
    ),
    "VAL-001": RecordRule(
        "A value has the form that its key requires",
        "A text where a nested record is expected, or the reverse, cannot be read as meant.",
        "ageRange: 12-24 months",
        "ageRange: {verbatim: 12-24 months, minAge: 12, maxAge: 24, unit: mo}",
        "Write the value as the message says.",
    ),
    "VAL-002": RecordRule(
        "A value is of the datatype of its key",
        "'many' is not an integer and 2020-02-30 is not a date; tools that import the graph would "
        "drop them.",
        "participants: many",
        "participants: 66",
        "Write the value in the form that the message names.",
    ),
    "VAL-003": RecordRule(
        "A value of a controlled list is one of the list",
        "Only listed values have a definition, and only defined values can be compared.",
        "effectDirection: up",
        "effectDirection: increase",
        "Use one of the values that the message names.",
    ),
    "BIB-001": RecordRule(
        "An identifier has the form and the check digit of its kind",
        "A digit that was mistyped leads to another work, or to none.",
        "isbn: 978-0-306-40615-8",
        "isbn: 978-0-306-40615-7",
        "Copy the identifier from the work itself; until then it is left out of the draft.",
    ),
    "BIB-002": RecordRule(
        "A source has the retraction status that its notice gives it",
        "A retracted result must not go on guiding treatment.",
        "- id: source/trial\n  retractionStatus: notRetracted\n  checkedOn: 2020-01-01",
        "- id: source/trial\n  retractionStatus: retracted\n  checkedOn: 2025-02-25",
        "Set 'retractionStatus' of the source, with the day of the look-up in 'checkedOn'.",
    ),
    "BIB-003": RecordRule(
        "A work is one source",
        "Two records of one work look like two sources that agree.",
        "- id: source/one\n  doi: 10.1000/1\n- id: source/two\n  doi: 10.1000/1",
        "- id: source/one\n  doi: 10.1000/1",
        "Keep one record; 'kg import bibliography --merge' puts works of a file together and "
        "leaves out what the project has.",
    ),
    "BIB-004": RecordRule(
        "A work that is cited is known",
        "A claim whose source nobody knows cannot be checked.",
        "- id: source/citation-4\n  unresolved: true",
        "- id: source/citation-4\n  doi: 10.1000/1",
        "Find the work and describe it, or leave the source as unresolved.",
    ),
    "BIB-005": RecordRule(
        "A work that is known is cited",
        "A source that nothing rests on may have been forgotten, or may not belong here.",
        "- id: source/one",
        "- id: source/one\n- id: finding/one\n  evidenceLine: {source: source/one}",
        "Cite the source where a statement rests on it, or take its record out.",
    ),
}
"""Code → rule, for everything that is checked before there is a graph to validate."""


def record_diagnostic(
    code: str,
    message: str,
    place: Place | None,
    *,
    focus: str = "",
    hint: str = "",
    severity: Severity = "violation",
) -> Diagnostic:
    """Return a breach of one of :data:`RECORD_RULES`; the hint defaults to the rule's fix.

    :raises KgError: if there is no rule with this code.
    """
    if code not in RECORD_RULES:
        raise KgError(f"no rule has the code '{code}': add it to RECORD_RULES in kg/diagnostics.py")
    return Diagnostic(
        code,
        severity,
        message,
        place,
        focus=focus,
        hint=hint or RECORD_RULES[code].fix,
    )
