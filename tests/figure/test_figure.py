"""The figure shows the whole graph and nothing that is not in it."""

from __future__ import annotations

from collections import Counter

from conftest import examples
from figure_help import (
    BASE,
    ONTOLOGY,
    SVG,
    Builder,
    check_inert,
    check_readable,
    edges,
    graphs,
    nodes,
    parse,
    small,
    title,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.derive import derive
from kg.exporters.figure import write
from kg.graph import Graph


def check_drawn_from(graph: Graph) -> None:
    root = parse(graph)
    drawn = nodes(root)
    assert len(drawn) == sum(1 for g in root.iter(SVG + "g") if "data-id" in g.attrib)
    for name, node in drawn.items():
        kind = node.attrib["data-kind"]
        for same in (name, *node.get("data-same", "").split()):
            assert graph.node(same) in graph.instances(kind)
    first = {s: name for name, n in drawn.items() for s in (name, *n.get("data-same", "").split())}
    found = [
        (type.value, *(graph.short(end) for end in ends if end))
        for e in graph.instances("DerivedEdge")
        if (type := graph.value(e, "edgeType"))
        and (ends := [graph.value(e, k) for k in ("edgeFrom", "edgeTo", "wasDerivedFrom")])
    ]
    derived = Counter((type, origin) for type, _, _, origin in found)
    straight = {
        (type, *sorted((first.get(a, a), first.get(b, b))), origin) for type, a, b, origin in found
    }
    for edge in edges(root):
        a, b, type = (edge.attrib[f"data-{k}"] for k in ("from", "to", "type"))
        assert a in drawn
        assert b in drawn
        assert edge.attrib["data-statement"]
        for origin in edge.attrib["data-statement"].split():
            assert graph.properties(graph.node(origin))
            if type == "partOfGroup":
                assert graph.node(b) in graph.objects(graph.node(a), type)
            elif type in ("population", "targetPopulation"):
                assert derived[type, origin]
            else:
                assert (type, *sorted((a, b)), origin) in straight


def test_everything_drawn_of_the_dataset_is_in_the_graph(shown: Graph) -> None:
    check_drawn_from(shown)


@settings(max_examples=examples(60))
@given(graphs(st.sampled_from(["a", "b c", "d & e"])))
def test_everything_drawn_of_any_graph_is_in_the_graph(graph: Graph) -> None:
    check_drawn_from(graph)


def test_all_findings_recommendations_and_interventions_are_drawn(shown: Graph) -> None:
    drawn = set(nodes(parse(shown)))
    for kind in ("Finding", "Recommendation", "Intervention", "Outcome", "Component", "Source"):
        assert {shown.short(n) for n in shown.instances(kind)} <= drawn


def test_every_finding_is_joined_to_what_it_is_about(shown: Graph) -> None:
    keys = ("data-from", "data-to", "data-type")
    drawn = {tuple(edge.attrib[key] for key in keys) for edge in edges(parse(shown))}
    for finding in shown.instances("Finding"):
        name = shown.short(finding)
        for outcome in shown.objects(finding, "outcome"):
            assert (name, shown.short(outcome), "outcome") in drawn
        for practice in shown.objects(finding, "intervention"):
            assert (shown.short(practice), name, "intervention") in drawn


def test_an_edge_names_the_statements_that_say_it() -> None:
    found = {
        (e.get("data-from"), e.get("data-to")): (e.get("data-type"), e.get("data-statement"))
        for e in edges(parse(small().shown()))
        if e.get("data-type") != "population"
    }
    assert found == {
        ("intervention/a", "finding/f"): ("intervention", "finding/f"),
        ("finding/f", "outcome/o"): ("outcome", "finding/f"),
        ("finding/f", "source/s"): ("cites", "finding/f"),
        ("component/c", "intervention/a"): ("componentOf", "component/c"),
        ("population/p#age", "intervention/a"): ("targetPopulation", "intervention/a"),
    }


def test_the_age_of_a_dyads_child_is_joined_to_what_was_done() -> None:
    b = small()
    b.add("population/d", "Dyad", childMember="population/k", caregiverMember="population/m")
    b.add("population/k", "Population", ageRange="population/k#age")
    b.add("population/k#age", "AgeRange", verbatim="under five", ageOf="child",
          ageBasis="studySample")  # fmt: skip
    b.finding("finding/g", "source/s", intervention="intervention/a", outcome="outcome/o",
              population="population/d")  # fmt: skip
    found = [e for e in edges(parse(b.shown())) if e.get("data-from") == "population/k#age"]
    assert [(e.get("data-to"), e.get("data-statement")) for e in found] == [
        ("intervention/a", "finding/g")
    ]


def test_ages_that_say_the_same_are_one_node_and_others_are_not() -> None:
    b = small()
    for name, basis in (("q", "programmeTarget"), ("r", "studySample")):
        b.add(f"population/{name}", "Population", ageRange=f"population/{name}#age")
        b.add(f"population/{name}#age", "AgeRange", verbatim="Programme A", ageOf="child",
              minAge="12", unit="mo", ageBasis=basis)  # fmt: skip
    drawn = nodes(parse(b.shown()))
    ages = {name: n for name, n in drawn.items() if n.get("data-kind") == "AgeRange"}
    assert set(ages) == {"population/p#age", "population/r#age"}
    assert ages["population/p#age"].get("data-same") == "population/q#age"
    assert "child · study sample" in [t.text for t in ages["population/r#age"].iter(SVG + "text")]
    assert "child · programme target" in title(ages["population/p#age"])


def test_a_document_is_drawn_only_if_a_statement_cites_it() -> None:
    b = small()
    b.add("article/cited", "Article", title="Cited")
    b.add("article/other", "Article", title="Other")
    b.finding("finding/g", "article/cited", intervention="intervention/a", outcome="outcome/o")
    drawn = nodes(parse(b.shown()))
    assert drawn["article/cited"].get("data-kind") == "Article"
    assert "article/other" not in drawn


def test_variants_in_a_circle_and_parts_of_two_wholes_are_drawn() -> None:
    b = small()
    b.add("intervention/x", "Intervention", prefLabel="X", variantOf="intervention/y")
    b.add("intervention/y", "Intervention", prefLabel="Y", variantOf="intervention/x")
    b.add("component/d", "Component", prefLabel="D", componentOf="intervention/a")
    b.add("component/e", "Component", prefLabel="E", componentOf=["component/c", "component/d"])
    graph = b.shown()
    pairs = {(e.get("data-from"), e.get("data-to")) for e in edges(parse(graph))}
    assert pairs >= {
        ("intervention/x", "intervention/y"),
        ("intervention/y", "intervention/x"),
        ("component/e", "component/c"),
        ("component/e", "component/d"),
    }
    assert "variant of Y" in title(nodes(parse(graph))["intervention/x"])


def test_an_empty_graph_says_that_it_is_empty() -> None:
    graph = derive(Graph(ONTOLOGY, BASE))
    root = parse(graph)
    assert nodes(root) == {}
    assert any((t.text or "").startswith("Nothing to draw") for t in root.iter(SVG + "text"))
    check_inert(write(graph))


def test_three_unconnected_nodes_are_drawn() -> None:
    b = Builder()
    b.add("intervention/a", "Intervention", prefLabel="A")
    b.add("outcome/b", "Outcome", prefLabel="B")
    b.add("source/c", "Source", prefLabel="C")
    graph = b.shown()
    root = parse(graph)
    assert set(nodes(root)) == {"intervention/a", "outcome/b", "source/c"}
    words = [t.text for t in root.iter(SVG + "text")]
    assert words.count("not connected to the rest") == 2
    assert "Age" not in words
    check_readable(graph)
