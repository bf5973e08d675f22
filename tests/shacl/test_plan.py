"""A shapes graph becomes a plan; what SHACL does not allow is refused by name, with the fix."""

from __future__ import annotations

import dataclasses
import pickle

import pytest
from peers import ours, triples

from kg.shacl import plan
from kg.shacl.errors import ShaclError
from kg.shacl.plan import paths, reader
from kg.shacl.plan.nested import every_shape
from kg.validation.shapes import Shapes
from kg.validation.skipped import note, refuse


def read(text: str) -> plan.Plan:
    return reader.read(Shapes(tuple(triples(text))))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (":p", "<p>"),
        ("[ sh:inversePath :p ]", "^(<p>)"),
        ("( :p [ sh:inversePath :q ] )", "(<p>/^(<q>))"),
        ("[ sh:alternativePath ( :p :q ) ]", "(<p>|<q>)"),
        ("[ sh:zeroOrMorePath :p ]", "(<p>)*"),
        ("[ sh:oneOrMorePath ( :p :q ) ]", "((<p>/<q>))+"),
        ("[ sh:zeroOrOnePath :p ]", "(<p>)?"),
    ],
)
def test_every_form_of_a_path(path: str, expected: str) -> None:
    (shape,) = read(f":s sh:targetClass :C ; sh:path {path} .").shapes
    assert isinstance(shape, plan.PropertyShape)
    assert str(shape.path).replace("http://example.org/", "") == expected


def test_every_target_and_what_a_shape_says_of_itself() -> None:
    (shape,) = read(
        """:s a sh:NodeShape, rdfs:Class ; sh:targetClass :C ; sh:targetNode :a ;
        sh:targetSubjectsOf :p ; sh:targetObjectsOf :q ; sh:severity :Worry ; sh:deactivated true ;
        sh:message "one"@en, "eins"@de ; sh:class :C, :D ; sh:in ( 1 "a" :b ) ; sh:closed true ;
        sh:ignoredProperties ( rdf:type ) ; sh:property [ sh:path :r ] ."""
    ).shapes
    assert {type(target).__name__ for target in shape.targets} == {
        "TargetNode",
        "TargetClass",
        "TargetSubjectsOf",
        "TargetObjectsOf",
    }
    assert {t.iri.value[-2:] for t in shape.targets if isinstance(t, plan.TargetClass)} == {
        "/C",
        "/s",
    }
    assert shape.severity.endswith("/Worry") and shape.deactivated
    assert {message.language for message in shape.messages} == {"en", "de"}
    assert sum(isinstance(c, plan.Class) for c in shape.constraints) == 2
    (closed,) = (c for c in shape.constraints if isinstance(c, plan.Closed))
    assert sorted(iri.value[-4:] for iri in closed.allowed) == ["rg/r", "type"]


def test_a_plan_is_data_that_cannot_be_changed() -> None:
    kinds = [
        kind
        for module in (plan, paths)
        for kind in vars(module).values()
        if isinstance(kind, type) and dataclasses.is_dataclass(kind)
    ]
    assert len(kinds) > 40
    assert all(kind.__dataclass_params__.frozen for kind in kinds)  # type: ignore[attr-defined]


E = "http://example.org/"
T = "a sh:NodeShape ; sh:targetClass :C"
PROPERTY = "sh:targetClass :C ; sh:path :p"
REFUSED = {
    "a shape within its negation": (f":s {T} ; sh:not :s .", "recursive shapes through sh:not: <"),
    "shapes in a circle with a negation": (
        f":s {T} ; sh:not :t . :t sh:property :u . :u sh:path :p ; sh:node :s .",
        f"sh:not: <{E}s> → <{E}t> → <{E}u> → <{E}s>",
    ),
    "two negations in a circle": (f":s {T} ; sh:not :t . :t sh:not :s .", "through sh:not"),
    "a choice of one in a circle": (f":s {T} ; sh:xone ( :s :t ) . :t sh:class :C .", "sh:xone"),
    "a highest number in a circle": (
        f":s {PROPERTY} ; sh:qualifiedValueShape :s ; sh:qualifiedMaxCount 1 .",
        "through sh:qualifiedMaxCount",
    ),
    "a sibling in a circle": (
        f":s {T} ; sh:property [ sh:path :p ; sh:qualifiedValueShape :t ; sh:qualifiedMinCount 1 ; "
        "sh:qualifiedValueShapesDisjoint true ] , [ sh:path :q ; sh:qualifiedValueShape :s ; "
        "sh:qualifiedMinCount 1 ] .",
        "through sh:qualifiedValueShapesDisjoint",
    ),
    "results without end": (
        f":s {PROPERTY} ; sh:property :t . :t sh:path :q ; sh:property :s ; sh:node :u . "
        ":u sh:property :t .",
        "through sh:property alone: <",
    ),
    "an entailment": (f":x sh:entailment :RDFS . :s {T} .", "sh:entailment"),
    "a property shape without path": (":s a sh:PropertyShape ; sh:targetClass :C .", "no sh:path"),
    "a node shape with a path": (f":s {T} ; sh:path :p .", "has sh:path"),
    "two paths": (f":s {PROPERTY}, :q .", "sh:path"),
    "a path of one": (":s sh:targetClass :C ; sh:path ( :p ) .", "ill-formed"),
    "a path that is text": (":s sh:targetClass :C ; sh:path 'p' .", "ill-formed"),
    "a path in itself": (":s sh:targetClass :C ; sh:path _:p . _:p sh:inversePath _:p .", "ill-"),
    "a count on a node shape": (f":s {T} ; sh:minCount 1 .", "sh:minCount"),
    "two datatypes": (f":s {T} ; sh:datatype xsd:date, xsd:time .", "sh:datatype"),
    "a count that is text": (f":s {PROPERTY} ; sh:minCount '1' .", "whole number"),
    "a class that is text": (f":s {T} ; sh:class 'C' .", "an IRI"),
    "a target that is text": (":s a sh:NodeShape ; sh:targetClass 'C' .", "an IRI"),
    "a target that is blank": (":s a sh:NodeShape ; sh:targetNode [] .", "an IRI or a literal"),
    "an unknown kind": (f":s {T} ; sh:nodeKind sh:Iri .", "sh:IRI"),
    "a list that is none": (f":s {T} ; sh:in :a .", "list"),
    "a list without end": (f":s {T} ; sh:in _:l . _:l rdf:first 1 ; rdf:rest _:l .", "list"),
    "a switch that is a number": (f":s {T} ; sh:closed 1 .", "true or false"),
    "a language that is tagged": (f":s {T} ; sh:languageIn ( 'en'@en ) .", "plain text"),
    "a property that is no property shape": (f":s {T} ; sh:property [ sh:class :D ] .", "sh:path"),
    "a node that is a property shape": (f":s {T} ; sh:node [ sh:path :p ] .", "sh:property"),
    "a shape that is text": (f":s {T} ; sh:not 'x' .", "shape"),
    "a message that is a number": (f":s {T} ; sh:message 1 .", "a text"),
    "a query without SELECT": (f":s {T} ; sh:sparql [ sh:message 'x' ] .", "sh:select"),
    "a prefix without namespace": (
        f":s {T} ; sh:sparql [ sh:select 'SELECT $this {{ }}' ; sh:prefixes "
        "[ sh:declare [ sh:prefix 'p' ] ] ] .",
        "sh:namespace",
    ),
    "a component without parameter": (f":s {T} . :k a sh:ConstraintComponent .", "parameter"),
}


SKIPPED = {
    "a misspelt target": (":s a sh:NodeShape ; sh:targetclass :C .", "targetclass", "targetClass"),
    "a misspelt constraint": (f":s {PROPERTY} ; sh:mincount 1 .", "mincount", "minCount"),
    "JavaScript": (f":s {T} ; sh:js [ sh:jsFunctionName 'f' ] .", "js", ""),
    "an expression": (f":s {T} ; sh:expression [ sh:path :p ] .", "expression", ""),
    "a rule": (f":s {T} ; sh:rule [ sh:object :o ] .", "rule", ""),
    "values": (f":s {PROPERTY} ; sh:values [ sh:path :q ] .", "values", ""),
    "a function": (
        f":s {T} ; sh:sparql [ sh:select 'SELECT $this {{ FILTER (<urn:f> ($this)) }}' ] . "
        "<urn:f> a sh:SPARQLFunction .",
        "SPARQLFunction",
        "",
    ),
    "a type of target": (":s a sh:NodeShape ; sh:target [ a :Type ; :of :C ] .", "target", ""),
}


@pytest.mark.parametrize("name", SKIPPED)
def test_skipped_and_listed(name: str) -> None:
    text, word, meant = SKIPPED[name]
    (skipped,) = read(text).skipped
    assert skipped.name == word
    assert meant in skipped.hint and bool(meant) == bool(skipped.hint)


@pytest.mark.parametrize("name", SKIPPED)
def test_strict_refuses_what_would_be_skipped(name: str) -> None:
    text, word, meant = SKIPPED[name]
    with pytest.raises(ShaclError, match=f"sh:{word}") as caught:
        refuse(read(text))
    assert meant in caught.value.hint and caught.value.hint


def test_the_note_names_what_was_skipped_and_where() -> None:
    two = f":a {T} ; sh:rule [ ] . :b {PROPERTY} ; sh:rule [ ] ; sh:mincount 1 ."
    told = note(read(two))
    assert "sh:rule (2 shapes)" in told and "did you mean 'minCount'?" in told
    assert "\n" not in told and note(read(f":s {T} .")) == ""


def test_shapes_without_a_target_are_said_to_check_nothing() -> None:
    assert note(read(":s a sh:NodeShape ; sh:class :C .")) == (
        "nothing was checked: no shape has a target"
    )


def test_strict_refuses_shapes_without_a_target() -> None:
    with pytest.raises(ShaclError, match="no shape has a target"):
        refuse(read(":s a sh:NodeShape ; sh:class :C ."))


def test_a_shape_that_is_an_owl_class_targets_its_instances() -> None:
    (shape,) = read(
        ":C a <http://www.w3.org/2002/07/owl#Class>, sh:NodeShape ; sh:class :D ."
    ).shapes
    assert isinstance(shape.targets[0], plan.TargetClass)


@pytest.mark.parametrize("name", REFUSED)
def test_refused_by_name(name: str) -> None:
    text, word = REFUSED[name]
    with pytest.raises(ShaclError) as caught:
        read(text)
    assert word in str(caught.value)
    assert caught.value.hint


def names(circle: frozenset[plan.Node]) -> str:
    return " ".join(sorted(str(node).removeprefix(f"<{E}").rstrip(">") for node in circle))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f":s {T} ; sh:node :s .", {"s": "s"}),
        (f":s {T} ; sh:or ( :s :t ) . :t sh:class :C .", {"s": "s", "t": ""}),
        (
            f":s {T} ; sh:node :t . :t sh:and ( :u ) . :u sh:node :t ; sh:not :v . :v sh:property "
            ":w . :w sh:path :p ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape :v .",
            {"s": "", "t": "t u", "u": "t u", "v": "v w", "w": "v w"},
        ),
        (
            f":s {T} ; sh:node :t . :t sh:node :s , :u . :u sh:node :t .",
            dict.fromkeys("stu", "s t u"),
        ),
        (f":s {T} ; sh:node :t . :t sh:deactivated true ; sh:not :s .", {"s": "", "t": ""}),
        (f":s {T} ; sh:property :t . :t sh:path :p ; sh:class :D .", {"s": "", "t": ""}),
    ],
)
def test_a_shape_knows_which_shapes_it_is_in_a_circle_with(
    text: str, expected: dict[str, str]
) -> None:
    found = read(text)
    assert {names(frozenset({s.node})): names(s.circle) for s in every_shape(found)} == expected
    again = pickle.loads(pickle.dumps(found))
    assert [(s.node, s.circle) for s in every_shape(again)] == [
        (s.node, s.circle) for s in every_shape(found)
    ]
    assert len({*every_shape(found)}) == len(expected) and repr(found)


@pytest.mark.parametrize(
    ("shape", "word"),
    [
        ("sh:pattern '[a-z-[aeiou]]'", "subtracts"),
        ("sh:pattern '('", "regular expression"),
        ("sh:pattern 'a' ; sh:flags 'g'", "flag"),
        ("sh:pattern '\\\\p{IsGreek}'", "block"),
        ("sh:sparql [ sh:select 'SELECT $this WHERE { VALUES ?x { 1 } }' ]", "VALUES"),
        ("sh:sparql [ sh:select 'ASK { }' ]", "SELECT"),
        ("sh:sparql [ sh:select 'SELECT $this { $this :p }' ]", "cannot run"),
        ("sh:sparql [ sh:select 'SELECT $this (true AS ?failure) { $this ?p ?o }' ]", "failure"),
    ],
)
def test_refused_when_used(shape: str, word: str) -> None:
    with pytest.raises(ShaclError) as caught:
        ours(
            ":a :p 'x' .",
            f":s a sh:NodeShape ; sh:targetObjectsOf :p ; sh:targetNode :a ; {shape} .",
        )
    assert word in str(caught.value)


def test_what_no_shape_uses_may_be_ill_formed() -> None:
    assert len(read(f":s {T} . _:p sh:inversePath _:p .")) == 1


def test_a_shape_that_is_only_declared_is_read_but_has_no_focus_nodes() -> None:
    assert len(read(":s a sh:NodeShape ; sh:class :C .")) == 0
    with pytest.raises(ShaclError):
        read(":s a sh:NodeShape ; sh:class 'C' .")
