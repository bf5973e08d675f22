"""Parts of a graph stand alone; a merged graph has no named graphs."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode

import kg
from kg import parts
from kg.cli import cli
from kg.facts import fact_properties
from kg.ontology import TYPE


@pytest.fixture(scope="module")
def part(shown: kg.Graph) -> kg.Graph:
    return parts.only(shown, ["finding/f05-1"])


def test_a_part_is_smaller_and_says_what_the_graph_says(part: kg.Graph, shown: kg.Graph) -> None:
    assert 50 < len(part) < len(shown) and set(part) <= set(shown)


def test_a_part_refers_to_nothing_that_it_lacks(part: kg.Graph, shown: kg.Graph) -> None:
    there = {f.subject for f in part.asserted()}
    used = {f.object for f in part.asserted() if isinstance(f.object, NamedNode)}
    described = {f.subject for f in shown.asserted()}
    assert (used & described) - there == set()


@pytest.mark.parametrize("name", ["intervention/pcit", "finding/f05-1", "intervention/abc"])
def test_no_fact_is_in_a_part_without_its_statement(name: str, shown: kg.Graph) -> None:
    part = parts.only(shown, [name])
    stated = {
        (about, NamedNode(prop.value), value)
        for fact in part.instances("Fact")
        for about in part.objects(fact, "about")
        for prop in part.objects(fact, "factProperty")
        for value in part.objects(fact, "factValue")
    }
    facts = {
        f
        for iri, classes in fact_properties(part.ontology).items()
        for f in part.facts(NamedNode(iri))
        if classes & {kind.value for kind in part.objects(f.subject, TYPE.value)}
        and f.subject not in {value for _, _, value in stated}
    }
    assert facts
    assert {tuple(f) for f in facts} - stated == set()


@pytest.mark.parametrize("name", ["intervention/pcit", "outcome/disorganised-attachment"])
def test_no_result_is_in_a_part_without_its_finding(name: str, shown: kg.Graph) -> None:
    part = parts.only(shown, [name])
    assert [
        f for iri in ("studiedFor", "claimedFor") for f in part.facts(part.property_iri(iri))
    ] == ([])
    whole = parts.only(shown, ["finding/f05-1"])
    (found,) = whole.facts(whole.property_iri("studiedFor"))
    finding = whole.node("finding/f05-1")
    assert found.subject in whole.objects(finding, "intervention")


def test_what_is_derived_refers_to_nothing_that_a_part_lacks(shown: kg.Graph) -> None:
    part = parts.only(shown, ["intervention/pcit"])
    described = {f.subject for f in shown.asserted()}
    used = {f.object for f in part.derived() if isinstance(f.object, NamedNode)}
    assert (used & described) - {f.subject for f in part.asserted()} == set()


def test_a_part_has_every_disclaimer_and_the_licence(part: kg.Graph, shown: kg.Graph) -> None:
    assert part.caveats()[1:] == shown.caveats()[1:]
    assert part.attribution() == shown.attribution()


def test_a_part_has_the_caveats_that_apply_to_it(shown: kg.Graph) -> None:
    caveat, target = next(
        (c, t) for c in shown.instances("Caveat") for t in shown.objects(c, "appliesTo")
    )
    assert parts.only(shown, [target.value]).objects(caveat, TYPE.value)


def test_an_unknown_entity_is_refused(shown: kg.Graph) -> None:
    with pytest.raises(kg.UsageError, match="no entity 'finding/f05-x'"):
        parts.only(shown, ["finding/f05-x"])


@pytest.mark.parametrize("name", ["svg", "graphml", "annotations"])
def test_formats_without_graphs_refuse_to_merge(name: str, shown: kg.Graph) -> None:
    with pytest.raises(kg.UsageError, match="no default graph"):
        kg.export(shown, name, merge_derived=True)


def test_tables_refuse_parts(shown: kg.Graph, tmp_path: object) -> None:
    with pytest.raises(kg.UsageError, match="whole graph"):
        kg.export_file(shown, "jsonl", f"{tmp_path}/out", only=["finding/f05-1"])


def test_the_count_of_a_part_is_that_of_what_was_written(
    part: kg.Graph, shown: kg.Graph, tmp_path: Path
) -> None:
    path = tmp_path / "part.nq"
    found = kg.export_file(
        shown, "nquads", path, only=["finding/f05-1"], include_unreviewed=True
    ).review
    count = len(part.instances("Statement"))
    assert (found.statements, found.approved, found.shown) == (count, 0, count)


def test_the_count_of_a_part_tells_what_of_it_was_left_out(
    dataset: kg.Graph, tmp_path: Path
) -> None:
    only = ["intervention/pcit"]
    whole, path = parts.only(dataset, only), tmp_path / "approved.nq"
    found = kg.export_file(dataset, "nquads", path, only=only).review
    kept = kg.load(path)
    assert found.statements == len(whole.instances("Statement"))
    assert found.shown == len(kept.instances("Statement"))


def test_the_command_line_takes_parts() -> None:
    from click.testing import CliRunner

    arguments = ["export", "turtle", "--only", "finding/f05-1", "--include-unreviewed"]
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 0, done.output
    assert "<finding/f05-1>" in done.stdout


def test_an_empty_id_is_not_the_whole_graph(dataset: kg.Graph) -> None:
    with pytest.raises(kg.UsageError, match="'' is not an id"):
        kg.export(dataset, "turtle", only=[""])
