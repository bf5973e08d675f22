"""JSON-LD in other forms: framed, a document for each entity, with a context elsewhere."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import EXAMPLES, examples
from hypothesis import assume, given, settings
from pyld import jsonld
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from test_jsonld import BASE, ONTOLOGY, by_oxigraph, graph_of, is_double, no_network, own, quads

import kg
from kg import parts
from kg.cli import cli
from kg.exporters.jsonld import documents
from kg.jsonld.context import SAID, whole
from kg.jsonld.framing import FRAMES, fidelity, frame
from kg.ontology import TYPE

CONTEXT = "https://example.org/context.jsonld"
JSONLD_JS = """
const jsonld = require(process.argv[1]);
const [document, frames] = JSON.parse(require("fs").readFileSync(0, "utf8"));
const options = {omitDefault: true, omitGraph: false};
Promise.all(frames.map((frame) => jsonld.frame(document, frame, options)))
  .then((found) => console.log(JSON.stringify(found)));
"""


@pytest.fixture(scope="module")
def part(shown: kg.Graph) -> kg.Graph:
    """Some entities of each class that has a frame, small enough for PyLD."""
    return parts.only(shown, ["finding/f05-1", "finding/f02-2", "outcome/attachment-quality"])


def usable(name: str, graph: kg.Graph) -> dict[str, Any]:
    """Return a frame as another processor takes it: with our context before it."""
    context = {key: value for key, value in whole(graph).items() if key != "@base"}
    return {"@context": context, **frame(name)}


def nodes(graph: kg.Graph, name: str) -> Any:
    data = kg.export(graph, "jsonld", include_unreviewed=True, form=kg.Form(frame=name))
    return json.loads(data)["@graph"]


def by_pyld(graph: kg.Graph, name: str) -> Any:
    document = json.loads(kg.export(graph, "jsonld", include_unreviewed=True))
    options = {"omitDefault": True, "omitGraph": False, "documentLoader": no_network}
    return jsonld.frame(document, usable(name, graph), options)["@graph"]


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_gives_what_pyld_gives(name: str, part: kg.Graph) -> None:
    assert nodes(part, name) == by_pyld(part, name)


@pytest.mark.node
def test_a_frame_gives_what_jsonld_js_gives(part: kg.Graph, jsonld_js: Path) -> None:
    document = json.loads(kg.export(part, "jsonld", include_unreviewed=True))
    given = json.dumps([document, [usable(name, part) for name in FRAMES]])
    command = ["node", "-e", JSONLD_JS, str(jsonld_js)]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    assert [d["@graph"] for d in json.loads(done.stdout)] == [nodes(part, n) for n in FRAMES]


@pytest.fixture(scope="session")
def jsonld_js(npm: Callable[[str], Path]) -> Path:
    """The folder of the npm package ``jsonld``."""
    return npm("jsonld@8") / "node_modules" / "jsonld"


@settings(max_examples=examples(60))
@given(found=quads())
def test_a_frame_of_any_graph_gives_what_pyld_gives(found: list[Quad]) -> None:
    # PyLD writes every xsd:double anew; it embeds an entity in itself, which the standard does not.
    assume(not any(is_double(q.object) or q.subject == q.object for q in found))
    finding = NamedNode(ONTOLOGY.classes["Finding"].iri)
    graph = graph_of([*found, Quad(NamedNode(BASE + "finding/f"), TYPE, finding)])
    assert nodes(graph, "finding") == by_pyld(graph, "finding")


def test_a_framed_finding_has_all_that_is_said_of_it_and_its_parts(shown: kg.Graph) -> None:
    data = kg.export(shown, "jsonld", include_unreviewed=True, form=kg.Form(frame="finding"))
    read = {(q.subject, q.predicate, q.object) for q in by_oxigraph(data)}
    findings = {f.value for f in shown.instances("Finding")}
    parts_of = {q.object for q in shown if q.subject.value in findings}
    said = {
        (q.subject, q.predicate, q.object)
        for q in shown
        if q.subject.value in findings
        or (q.subject in parts_of and q.subject.value.partition("#")[0] in findings)
    }
    assert said - read == set()


@pytest.mark.parametrize("name", FRAMES)
def test_a_framed_document_says_only_what_the_graph_says(name: str, shown: kg.Graph) -> None:
    data = kg.export(shown, "jsonld", include_unreviewed=True, form=kg.Form(frame=name))
    said = {(q.subject, q.predicate, q.object) for q in shown}
    assert {(q.subject, q.predicate, q.object) for q in by_oxigraph(data)} - said == set()


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_is_never_larger_than_the_graph(name: str, shown: kg.Graph) -> None:
    framed = kg.export(shown, "jsonld", include_unreviewed=True, form=kg.Form(frame=name))
    assert len(framed) < len(kg.export(shown, "jsonld", include_unreviewed=True))


def flags(found: dict[str, Any], top: bool) -> None:
    known = {"@embed", "@explicit"}
    assert {key for key in found if key[0] == "@"} <= known
    assert found.get("@embed") == "@never" or found.get("@explicit") is True
    assert not top or found["@embed"] == "@never"
    for key, value in found.items():
        if key[0] != "@" and key not in ("id", "type") and value:
            flags(value, False)


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_embeds_only_what_it_lists(name: str) -> None:
    flags(frame(name), True)


def test_documents_say_the_caveats_and_the_origin(shown: kg.Graph) -> None:
    files = kg.export_folder(shown, "jsonld", include_unreviewed=True)
    framed = kg.export(shown, "jsonld", include_unreviewed=True, form=kg.Form(frame="outcome"))
    for data in [*files.values(), framed]:
        document = json.loads(data)
        assert [document[key] for key in SAID] == [shown.caveats(), shown.attribution()]


FACTS = """
- id: intervention/i
  prefLabel: programme
- id: component/c
  type: Component
  prefLabel: part
- id: outcome/o
  prefLabel: an outcome
- id: description/d
  describes: intervention/i
  reviewStatus: draft
  sets: {dose: ten sessions}
- id: description/e
  describes: component/c
  reviewStatus: submitted
  sets: {componentOf: intervention/i}
- id: finding/f
  intervention: intervention/i
  outcome: outcome/o
  reviewStatus: draft
"""


@pytest.fixture
def stated(project: Callable[..., Path]) -> kg.Graph:
    """A programme whose dose, part and outcome come from statements that are not approved."""
    return kg.load(project(FACTS))


def stamps_of(data: bytes, entity: str) -> dict[str, list[str]]:
    found = json.loads(data).get("stamps", {})
    return next((keys for iri, keys in found.items() if iri.endswith(entity)), {})


def test_what_statements_say_of_an_entity_is_stamped_in_a_frame(stated: kg.Graph) -> None:
    form = kg.Form(frame="intervention")
    data = kg.export(stated, "jsonld", include_unreviewed=True, form=form)
    assert stamps_of(data, "intervention/i") == {
        "dose": ["UNREVIEWED: draft"],
        "hasComponent": ["UNREVIEWED: submitted"],
        "studiedFor": ["UNREVIEWED: draft"],
    }
    approved = kg.export(stated, "jsonld", include_unreviewed=False, form=form)
    assert "stamps" not in json.loads(approved) and b"ten sessions" not in approved


def test_what_statements_say_of_an_entity_is_stamped_in_its_document(stated: kg.Graph) -> None:
    files = kg.export_folder(stated, "jsonld", include_unreviewed=True)
    dose, part = "intervention/i", "component/c"
    assert stamps_of(files[f"{dose}.jsonld"], dose)["dose"] == ["UNREVIEWED: draft"]
    assert stamps_of(files[f"{part}.jsonld"], part) == {"componentOf": ["UNREVIEWED: submitted"]}
    assert stamps_of(files["finding/f.jsonld"], "finding/f") == {}


def test_the_documents_of_all_entities_are_the_graph(shown: kg.Graph) -> None:
    files = kg.export_folder(shown, "jsonld", include_unreviewed=True)
    assert {q for data in files.values() for q in by_oxigraph(data)} == own(shown)
    assert len(files) > 500


def test_a_document_is_about_one_entity_and_the_caveats_that_apply(shown: kg.Graph) -> None:
    caveat = shown.instances("Caveat")[0]
    target = shown.short(shown.objects(caveat, "appliesTo")[0])
    files = kg.export_folder(shown, "jsonld", include_unreviewed=True)
    found = json.loads(files[f"{target}.jsonld"])["@graph"]
    ids = [node["id"] for node in found if "@graph" not in node]
    assert ids[0] == target and shown.short(caveat) in ids


@settings(max_examples=examples(40))
@given(found=quads())
def test_the_documents_of_any_graph_are_the_graph(found: list[Quad]) -> None:
    graph = graph_of(found)
    files = documents(graph)
    assert {q for data in files.values() for q in by_oxigraph(data)} == own(graph)


def test_documents_can_be_framed(part: kg.Graph) -> None:
    form = kg.Form(frame="finding")
    files = kg.export_folder(part, "jsonld", include_unreviewed=True, form=form)
    assert sorted(files) == ["finding/f02-2.jsonld", "finding/f05-1.jsonld"]
    assert [json.loads(d)["@graph"][0] for _, d in sorted(files.items())] == nodes(part, "finding")


@pytest.mark.parametrize("name", ["", "finding"])
def test_a_context_elsewhere_gives_the_same_statements(name: str, part: kg.Graph) -> None:
    there = {"@context": part.ontology.context()}
    form = kg.Form(frame=name, context=CONTEXT)
    document = json.loads(kg.export(part, "jsonld", include_unreviewed=True, form=form))

    def load(url: str, options: Any) -> dict[str, Any]:
        assert url == CONTEXT
        return {"contextUrl": None, "documentUrl": url, "document": there}

    options = {"format": "application/n-quads", "documentLoader": load}
    read = set(parse(jsonld.to_rdf(document, options).encode(), RdfFormat.N_QUADS))
    inside = kg.export(part, "jsonld", include_unreviewed=True, form=kg.Form(frame=name))
    assert CONTEXT in str(document["@context"]) and read == by_oxigraph(inside)


def test_a_context_elsewhere_is_refused_where_its_prefixes_would_change_an_iri() -> None:
    odd = NamedNode("xsd:x")
    graph = graph_of([Quad(odd, NamedNode(BASE + "p"), Literal("a"))])
    with pytest.raises(kg.UsageError, match="begin with 'xsd:'"):
        kg.export(graph, "jsonld", include_unreviewed=True, form=kg.Form(context=CONTEXT))


def test_an_address_with_a_space_is_no_context() -> None:
    with pytest.raises(kg.UsageError, match="not the address of a context"):
        kg.Form(context="a b")


@pytest.mark.parametrize(
    "options",
    [{"form": kg.Form(frame="finding")}, {"split": True}, {"form": kg.Form(context=CONTEXT)}],
)
def test_formats_that_are_not_json_ld_refuse_its_forms(
    options: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(kg.UsageError, match="jsonld"):
        kg.export_file(EXAMPLES / "infant-sleep", "turtle", tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


def test_the_command_line_writes_a_folder_of_documents(tmp_path: Path) -> None:
    out = tmp_path / "out"
    source = str(EXAMPLES / "infant-sleep")
    command = ["export", "jsonld", source, "--split", "--frame", "outcome", "-o", str(out)]
    done = CliRunner().invoke(cli, command)
    assert done.exit_code == 0, done.output
    assert [f.name for f in (out / "outcome").iterdir()] != []


def test_the_expanded_form_is_what_pyld_expands_and_flattens(part: kg.Graph) -> None:
    document = json.loads(kg.export(part, "jsonld", include_unreviewed=True))
    data = json.loads(kg.export(part, "jsonld-expanded", include_unreviewed=True))
    nothing_is_said_of, *nodes = data
    assert list(nothing_is_said_of) == ["@id"]
    options = {"documentLoader": no_network}
    assert jsonld.expand(data, options) == nodes
    # PyLD sorts the graphs among the nodes; here they are the last.
    # Numbers of the compact form are texts with their datatype in ours.
    flat = jsonld.flatten(json.loads(json.dumps(document), parse_int=str), None, options)
    assert sorted(flat, key=lambda n: ("@graph" in n, n["@id"])) == nodes


@pytest.mark.parametrize("name", FRAMES)
def test_what_a_frame_writes_it_declares_and_what_it_keeps_it_writes(
    name: str, shown: kg.Graph
) -> None:
    data = kg.export(shown, "jsonld", include_unreviewed=True, form=kg.Form(frame=name))
    read = {(q.subject, q.predicate, q.object) for q in by_oxigraph(data)}
    declared, known = fidelity(name, ONTOLOGY), ONTOLOGY.by_iri
    names = {known[p.value].name for _, p, _ in read if p.value in known}
    assert [n for n in names if declared.fate(n, ONTOLOGY).kind == "dropped"] == []
    facts = {*shown.asserted(), *shown.derived()}
    kept = {ONTOLOGY.properties[n].iri for n in declared.keeps if n in ONTOLOGY.properties}
    assert {fact for fact in facts if fact.predicate.value in kept} - read == set()


def test_the_command_line_prints_what_a_frame_loses() -> None:
    done = CliRunner().invoke(cli, ["export", "jsonld", "--loss", "--frame", "finding"])
    assert done.exit_code == 0, done.output
    assert len(done.stdout.splitlines()) == len(kg.losses("jsonld", frame="finding")) > 100


def test_a_format_without_frames_has_no_contract_of_one() -> None:
    with pytest.raises(kg.UsageError, match="for jsonld"):
        kg.losses("turtle", frame="finding")
