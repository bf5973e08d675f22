"""The ontology by itself: complete terms, clean OWL 2 DL, closed lists, mappings that hold.

Read with rdflib and PyYAML alone, so that a fault here is a fault of the Turtle and never of our
own reader.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from conftest import turtle
from rdflib import OWL, RDF, RDFS, SKOS, XSD, BNode, Literal, Namespace, URIRef

ROOT = Path(__file__).resolve().parents[1] / "ontology"
CEKG = Namespace("https://w3id.org/clinical-evidence-kg/ns#")
ONTOLOGY = URIRef("https://w3id.org/clinical-evidence-kg/ns")
TOPICS = (
    "core", "intervention", "population", "outcome", "article", "statement",
    "evidence", "grade", "source", "review", "code", "derived",
)  # fmt: skip
KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
CALENDAR_AND_TEXT = {RDF.langString, XSD.date, XSD.gYear}
# Ranges of terms that say something of the ontology itself, or hold a value of any type.
META_TYPES = {RDF.Property, RDFS.Class, RDFS.Resource}
DATATYPE_MAP = {
    *(OWL[n] for n in ("real", "rational")),
    *(RDF[n] for n in ("PlainLiteral", "XMLLiteral")),
    *(XSD[n] for n in (
        "decimal", "integer", "nonNegativeInteger", "nonPositiveInteger", "positiveInteger",
        "negativeInteger", "long", "int", "short", "byte", "unsignedLong", "unsignedInt",
        "unsignedShort", "unsignedByte", "double", "float", "string", "normalizedString", "token",
        "language", "Name", "NCName", "NMTOKEN", "boolean", "hexBinary", "base64Binary", "anyURI",
        "dateTime", "dateTimeStamp",
    )),
}  # fmt: skip
BUILT_IN = {RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, OWL.versionInfo}
AXIOMS = {
    RDF.type, RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.disjointWith,
    OWL.versionIRI,
}  # fmt: skip
MATCHES = {f"skos:{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")}
EXACT_ALLOWED = {
    "sssom:NoTermFound": "SSSOM states the lack of a term as an exact match with this one",
}
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def _files() -> list[Path]:
    return sorted(f for f in ROOT.rglob("*.ttl") if f.parent.name != "mappings")


GRAPH = turtle(_files())
CLASSES = sorted(GRAPH.subjects(RDF.type, OWL.Class))
PROPERTIES = sorted({p for kind in KINDS for p in GRAPH.subjects(RDF.type, kind)})
LISTS = sorted(c for c in GRAPH.subjects(RDFS.subClassOf, SKOS.Concept) if c.startswith(CEKG))


def local(iri: URIRef | str) -> str:
    return re.split(r"[#/]", iri)[-1]


def kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


PROPERTY = {local(p): p for p in PROPERTIES}


def superclasses(cls: URIRef) -> set[URIRef]:
    return set(GRAPH.transitive_objects(cls, RDFS.subClassOf))


def notations(cls: URIRef) -> set[str]:
    """The notations of the lists that are the class or lie below it."""
    return {
        str(n)
        for item in LISTS
        if cls in superclasses(item)
        for member in GRAPH.subjects(RDF.type, item)
        for n in GRAPH.objects(member, SKOS.notation)
    }


def text_of(term: URIRef, predicate: URIRef) -> list[Literal]:
    return [o for o in GRAPH.objects(term, predicate) if isinstance(o, Literal)]


# --- files and header -------------------------------------------------------------------------


def test_every_topic_and_every_list_has_its_file() -> None:
    topics = {f.stem for f in ROOT.glob("*.ttl")} ^ set(TOPICS)
    assert not topics, f"a file or a line of TOPICS (tests/test_ontology.py) is missing: {topics}"
    lists = {f.stem for f in (ROOT / "vocabularies").glob("*.ttl")}
    absent = sorted({kebab(local(c)) for c in LISTS} - lists)
    assert not absent, f"write ontology/vocabularies/{absent[0]}.ttl: a list has a file of its own"
    stray = sorted(lists - {kebab(local(c)) for c in LISTS})
    assert not stray, f"ontology/vocabularies/{stray[0]}.ttl declares no list of this name"
    assert len(CLASSES) > 70
    assert len(PROPERTIES) > 150


def test_a_list_is_declared_in_the_file_of_its_name() -> None:
    for cls in LISTS:
        graph = turtle([ROOT / "vocabularies" / f"{kebab(local(cls))}.ttl"])
        assert set(graph.subjects(RDF.type, OWL.Class)) == {cls}


def test_no_term_is_described_in_two_files() -> None:
    homes: dict[URIRef, set[str]] = defaultdict(set)
    for file in _files():
        for term in turtle([file]).subjects(SKOS.definition):
            homes[term].add(file.name)
    twice = {local(t): sorted(h) for t, h in homes.items() if len(h) > 1}
    assert not twice, f"describe each term in one file only: {twice}"


def test_header_names_version_licence_and_prefix() -> None:
    vann = Namespace("http://purl.org/vocab/vann/")
    terms = Namespace("http://purl.org/dc/terms/")
    (version,) = GRAPH.objects(ONTOLOGY, OWL.versionInfo)
    assert list(GRAPH.subjects(RDF.type, OWL.Ontology)) == [ONTOLOGY]
    assert list(GRAPH.objects(ONTOLOGY, OWL.versionIRI)) == [URIRef(f"{ONTOLOGY}/{version}")]
    assert list(GRAPH.objects(ONTOLOGY, vann.preferredNamespacePrefix)) == [Literal("cekg")]
    assert list(GRAPH.objects(ONTOLOGY, vann.preferredNamespaceUri)) == [Literal(str(CEKG))]
    assert list(GRAPH.objects(ONTOLOGY, terms.license)) == [
        URIRef("https://creativecommons.org/licenses/by/4.0/")
    ]
    assert list(GRAPH.objects(ONTOLOGY, terms.title))
    assert list(GRAPH.objects(ONTOLOGY, terms.description))


# --- terms ------------------------------------------------------------------------------------


def test_every_term_has_label_definition_example() -> None:
    for term in (*CLASSES, *PROPERTIES):
        for predicate in (RDFS.label, SKOS.definition):
            values = text_of(term, predicate)
            languages = [v.language for v in values]
            assert languages == ["en"], f"one English {local(predicate)} of {local(term)}"
            assert values[0].strip(), local(term)
        assert len(text_of(term, SKOS.example)) == 1, local(term)
        homes = list(GRAPH.objects(term, RDFS.isDefinedBy))
        assert len(homes) == 1 and (homes == [ONTOLOGY] or not term.startswith(CEKG)), local(term)
        assert text_of(term, SKOS.definition)[0].endswith("."), local(term)


def test_every_property_is_one_kind_with_one_range() -> None:
    values = {
        OWL.ObjectProperty: set(CLASSES),
        OWL.DatatypeProperty: DATATYPE_MAP,
        OWL.AnnotationProperty: DATATYPE_MAP | CALENDAR_AND_TEXT | META_TYPES,
    }
    assert set(values) == set(KINDS)
    for prop in PROPERTIES:
        kinds = [kind for kind in KINDS if (prop, RDF.type, kind) in GRAPH]
        ranges = list(GRAPH.objects(prop, RDFS.range))
        assert len(kinds) == 1 and len(ranges) == 1, local(prop)
        assert ranges[0] in values[kinds[0]], local(prop)
        assert set(GRAPH.objects(prop, RDFS.domain)) <= set(CLASSES), local(prop)


def test_local_names_are_unique() -> None:
    for terms in (PROPERTIES, CLASSES):
        names = [local(t) for t in terms]
        assert sorted(names) == sorted(set(names))
    assert not {local(c) for c in CLASSES} & {local(p) for p in PROPERTIES}
    assert not {"id", "type"} & set(PROPERTY)


def test_every_name_in_our_namespace_is_defined() -> None:
    used = {t for triple in GRAPH for t in triple if isinstance(t, URIRef) and t.startswith(CEKG)}
    used |= {
        CEKG[name]
        for rule in ROOT.rglob("*.rq")
        for name in re.findall(r"\bcekg:([A-Za-z][\w-]*)", rule.read_text(encoding="utf-8"))
    }
    assert {t for t in used if (t, RDF.type, None) not in GRAPH} == set()


def test_subclass_graph_has_no_cycle() -> None:
    for cls in CLASSES:
        above = {
            up for parent in GRAPH.objects(cls, RDFS.subClassOf) for up in superclasses(parent)
        }
        assert cls not in above
        assert above <= set(CLASSES)


# --- examples ---------------------------------------------------------------------------------


def _faults(record: dict[str, object]) -> Iterator[str]:
    """What is wrong with an example record: unknown key, unknown notation, bad id."""
    for key, value in record.items():
        if key == "type":
            if CEKG[str(value)] not in CLASSES:
                yield f"no class {value}"
        elif key == "id":
            yield from _id_faults(str(value), record.get("type"))
        elif key not in PROPERTY:
            yield f"no property {key}"
        else:
            (wanted,) = GRAPH.objects(PROPERTY[key], RDFS.range)
            yield from _value_faults(key, value, wanted)


def _id_faults(value: str, declared: object) -> Iterator[str]:
    if not re.fullmatch(r"[a-z][a-z0-9-]*/[a-z0-9][a-z0-9.-]*", value):
        yield f"bad id {value}"
    folder = value.split("/")[0]
    names = (
        {local(c) for c in superclasses(CEKG[str(declared)])}
        if declared
        else {local(c) for c in CLASSES}
    )
    if folder not in {kebab(n) for n in names}:
        yield f"id {value} does not fit its class"


def _value_faults(key: str, value: object, wanted: URIRef) -> Iterator[str]:
    if isinstance(value, dict):
        yield from _faults(value)
    elif wanted in CLASSES and "/" not in str(value) and str(value) not in notations(wanted):
        yield f"{key}: no notation {value}"
    elif wanted in CLASSES and "/" in str(value):
        yield from _id_faults(str(value), None)
    elif key.endswith("Digest") and not DIGEST.fullmatch(str(value)):
        yield f"{key}: not a digest"
    elif wanted in (XSD.integer, XSD.decimal, XSD.gYear, XSD.boolean, XSD.date, XSD.dateTime):
        lexical = str(value).lower() if wanted == XSD.boolean else str(value)
        if Literal(lexical, datatype=wanted).ill_typed:
            yield f"{key}: {value} is no {local(wanted)}"


def test_every_example_is_a_record_of_this_ontology() -> None:
    for term in (*CLASSES, *PROPERTIES):
        (example,) = text_of(term, SKOS.example)
        record = yaml.safe_load(example)
        assert isinstance(record, dict), local(term)
        assert list(_faults(record)) == [], local(term)
        assert term not in PROPERTIES or list(record) == [local(term)]


def test_example_checks_see_faults() -> None:
    assert list(_faults({"minAgee": 1})) == ["no property minAgee"]
    assert list(_faults({"effectDirection": "up"})) == ["effectDirection: no notation up"]
    assert list(_faults({"minAge": "many"})) == ["minAge: many is no decimal"]
    assert list(_faults({"id": "outcome/x", "type": "Measure"})) != []


# --- controlled lists -------------------------------------------------------------------------


@pytest.mark.parametrize("cls", LISTS, ids=local)
def test_list_members_are_complete(cls: URIRef) -> None:
    scheme = URIRef(f"{cls}Scheme")
    members = list(GRAPH.subjects(RDF.type, cls))
    assert len(members) >= 2
    assert (scheme, RDF.type, SKOS.ConceptScheme) in GRAPH
    assert text_of(scheme, SKOS.prefLabel)
    for member in members:
        (notation,) = text_of(member, SKOS.notation)
        assert notation.language is None
        assert member == URIRef(f"{cls}-{notation}")
        assert list(GRAPH.objects(member, SKOS.inScheme)) == [scheme]
        for predicate in (SKOS.prefLabel, SKOS.definition):
            assert [v.language for v in text_of(member, predicate)] == ["en"]
    assert len({str(text_of(m, SKOS.definition)[0]) for m in members}) == len(members)


def test_axes_that_must_stay_apart_have_their_values() -> None:
    expected = {
        "EffectDirection": "increase decrease noDifference mixed insufficient notReported",
        "Contrast": "betweenGroup withinGroup notStated",
        "Stance": "supports disputes neutral",
        "Directness": "direct indirect unknown",
        "QuoteRole": "primaryResult background reviewSynthesis secondaryReport",
        "CertaintyOrigin": "source thirdParty curator",
        "AgeBound": "inclusive exclusive notStated",
        "AgeUnit": "d wk mo a",
        "ReviewStatus": "draft submitted under-review approved rejected archived retracted"
        " withdrawn unknown",
    }
    assert {name: notations(CEKG[name]) for name in expected} == {
        name: set(values.split()) for name, values in expected.items()
    }


def test_every_list_is_the_range_of_a_property() -> None:
    ranges = set(GRAPH.objects(None, RDFS.range))
    assert [c for c in LISTS if not superclasses(c) - {SKOS.Concept} & ranges] == []


# --- OWL 2 DL, as far as syntax shows it ------------------------------------------------------


def test_no_blank_nodes_and_no_lists() -> None:
    assert [t for triple in GRAPH for t in triple if isinstance(t, BNode)] == []
    assert list(GRAPH.subjects(RDF.first)) == []


def test_every_subject_is_typed_and_no_kind_is_mixed() -> None:
    allowed = {OWL.Class, *KINDS, OWL.Ontology, OWL.NamedIndividual}
    for subject in set(GRAPH.subjects()):
        types = set(GRAPH.objects(subject, RDF.type))
        assert len(types & allowed) == 1, subject
        for kind in types - allowed:
            assert OWL.NamedIndividual in types
            assert kind in CLASSES


def test_only_declared_properties_are_used() -> None:
    used = set(GRAPH.predicates())
    assert used <= AXIOMS | BUILT_IN | set(PROPERTIES)


def test_values_match_the_kind_of_their_property() -> None:
    for subject, predicate, value in GRAPH:
        if (predicate, RDF.type, OWL.DatatypeProperty) in GRAPH:
            assert isinstance(value, Literal)
            assert value.datatype in (None, XSD.string)
        elif (predicate, RDF.type, OWL.ObjectProperty) in GRAPH:
            assert (value, RDF.type, OWL.NamedIndividual) in GRAPH
            assert (subject, RDF.type, OWL.NamedIndividual) in GRAPH


def test_axioms_relate_classes_only() -> None:
    for predicate in (RDFS.subClassOf, OWL.disjointWith):
        for subject, value in GRAPH.subject_objects(predicate):
            assert subject in CLASSES
            assert value in CLASSES


def test_no_class_lies_below_two_disjoint_ones() -> None:
    for cls in CLASSES:
        above = superclasses(cls)
        assert [
            (a, b) for a in above for b in GRAPH.objects(a, OWL.disjointWith) if b in above
        ] == []


# --- mappings ---------------------------------------------------------------------------------


def _table() -> tuple[dict[str, object], list[dict[str, str]]]:
    lines = (ROOT / "mappings" / "terms.sssom.tsv").read_text(encoding="utf-8").splitlines()
    head = [line.removeprefix("#") for line in lines if line.startswith("#")]
    body = [line for line in lines if not line.startswith("#")]
    return yaml.safe_load("\n".join(head)), list(csv.DictReader(body, delimiter="\t"))


META, ROWS = _table()


def test_mapping_set_says_what_it_is() -> None:
    (version,) = GRAPH.objects(ONTOLOGY, OWL.versionInfo)
    assert {"mapping_set_id", "mapping_set_version", "license", "curie_map"} <= set(META)
    assert META["mapping_set_version"] == META["subject_source_version"] == str(version)
    assert all(None not in row and None not in row.values() for row in ROWS), "ragged row"


def test_mapping_prefixes_are_declared_and_used() -> None:
    curies = META["curie_map"]
    assert isinstance(curies, dict)
    used = {"sssom", str(META["subject_source"]).split(":")[0]}
    for row in ROWS:
        for column, value in row.items():
            if column.endswith("_id") or column in ("mapping_justification", "object_source"):
                prefix, colon, rest = value.partition(":")
                assert colon and rest and prefix in curies, (column, value)
                used.add(prefix)
    assert used == set(curies)


def test_mapping_subjects_are_ours_and_carry_their_label() -> None:
    for row in ROWS:
        assert row["subject_id"].startswith("cekg:")
        subject = CEKG[row["subject_id"].removeprefix("cekg:")]
        labels = {str(v) for p in (RDFS.label, SKOS.prefLabel) for v in text_of(subject, p)}
        assert row["subject_label"] in labels


def test_mapping_predicates_and_justifications() -> None:
    for row in ROWS:
        assert row["predicate_id"] in MATCHES
        assert row["mapping_justification"] == "semapv:ManualMappingCuration"
        if row["predicate_id"] == "skos:exactMatch":
            assert row["object_id"] in EXACT_ALLOWED
        if row["object_id"] == "sssom:NoTermFound":
            assert row["predicate_id"] == "skos:exactMatch"
            assert not row["object_label"]


def test_every_class_and_property_is_mapped_once_a_target() -> None:
    mapped = {row["subject_id"] for row in ROWS}
    ours = {f"cekg:{local(t)}" for t in (*CLASSES, *PROPERTIES) if t.startswith(CEKG)}
    assert ours - mapped == set()
    pairs = [(r["subject_id"], r["object_id"], r["object_source"]) for r in ROWS]
    assert len(pairs) == len(set(pairs))
    matched = {r["subject_id"] for r in ROWS if r["object_id"] != "sssom:NoTermFound"}
    unmatched = {r["subject_id"] for r in ROWS if r["object_id"] == "sssom:NoTermFound"}
    assert matched & unmatched == set()
