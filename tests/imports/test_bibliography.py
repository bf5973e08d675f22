"""``kg import bibliography``: works become sources, and what is doubtful is said."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bibtexparser
import pytest
import rispy
import yaml
from conftest import EXAMPLES, examples
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from kg.bibliography import FORMATS
from kg.bibliography.bibtex import plain
from kg.diagnostics import RECORD_RULES
from kg.errors import InputError

BIB = r"""
@string{jmu = "Journal of Made-up "}
A remark, with an address: somebody@example.org
@comment{@article{no, title = {None}}}
@Article{doe2018,
  title = {A {PCIT} trial in {\"O}sterreich \& elsewhere},
  author = {Doe, Jane and {World Group, The} and Juan P. P{\'e}rez},
  journal = jmu # "Studies", year = 2018, volume = "74", pages = {12--20},
  doi = {https://doi.org/10.1000/ABC}, pmid = {123}, issn = {0378-5955},
}
@book(b1, title = "A book", isbn = {978-0-306-40615-7})
"""
RIS = """TY  - JOUR
ID  - doe2018
TI  - A PCIT trial in Österreich
      & elsewhere
AU  - Doe, Jane
AU  - World Group
PY  - 2018/05/03
JO  - Journal of Made-up Studies
VL  - 74
SP  - 12
EP  - 20
DO  - 10.1000/ABC
DB  - PubMed
AN  - 123
SN  - 0378-5955
ER  - \n"""
NBIB = """
PMID- 123
LR  - 20210110
IS  - 0378-5955 (Print)
TI  - A PCIT trial in Österreich
      & elsewhere
PG  - 12-20
LID - 10.1000/ABC [doi]
FAU - Doe, Jane
AU  - Doe J
AUID- ORCID: 0000-0002-1825-0097
CN  - World Group
PT  - Journal Article
PT  - Randomized Controlled Trial
PT  - Retracted Publication
RIN - J Made-up Stud. 2020;1:1. PMID: 124
DP  - 2018 May
JT  - Journal of Made-up Studies
VI  - 74
"""
XML = """<?xml version="1.0"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://example.org/none.dtd">
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>123</PMID>
<DateRevised><Year>2021</Year><Month>01</Month><Day>10</Day></DateRevised>
<Article><Journal><ISSN>0378-5955</ISSN><JournalIssue><Volume>74</Volume>
<PubDate><Year>2018</Year></PubDate></JournalIssue>
<Title>Journal of Made-up Studies</Title></Journal>
<ArticleTitle>A <i>PCIT</i> trial in Österreich &amp; elsewhere</ArticleTitle>
<Pagination><MedlinePgn>12-20</MedlinePgn></Pagination>
<ELocationID EIdType="doi">10.1000/ABC</ELocationID>
<AuthorList><Author><LastName>Doe</LastName><ForeName>Jane</ForeName></Author>
<Author><CollectiveName>World Group</CollectiveName></Author></AuthorList>
<PublicationTypeList><PublicationType>Randomized Controlled Trial</PublicationType>
</PublicationTypeList></Article>
<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><PMID>124</PMID>
</CommentsCorrections></CommentsCorrectionsList></MedlineCitation>
</PubmedArticle></PubmedArticleSet>
"""
CSL = """[{"id": "doe2018", "type": "article-journal", "volume": 74, "page": "12-20",
 "title": "A PCIT trial in Österreich & elsewhere",
 "container-title": ["Journal of Made-up Studies"],
 "author": [{"family": "Doe", "given": "Jane"}, {"literal": "World Group"}],
 "issued": {"date-parts": [[2018, 5]]}, "DOI": "10.1000/ABC", "PMID": "123"}]
"""
EVERY = {"x.bib": BIB, "x.ris": RIS, "x.nbib": NBIB, "x.xml": XML, "x.json": CSL}
SAME = {
    "title": "A PCIT trial in Österreich & elsewhere",
    "year": "2018",
    "publishedIn": "Journal of Made-up Studies",
    "volume": "74",
    "doi": "10.1000/ABC",
    "pmid": "123",
}
CONFIG = '[project]\nbase = "https://example.org/made-up/"\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "kg.toml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


def imported(
    project: Path, text: str, name: str = "x.ris", **options: Any
) -> tuple[list[dict[str, Any]], kg.Imported]:
    (project / name).write_text(text, encoding="utf-8")
    time = datetime(2025, 2, 25, tzinfo=UTC)
    output = project / "data" / "sources.yaml"
    done = kg.import_file("bibliography", project / name, output, time=time, **options)
    return yaml.load(done.text, yaml.BaseLoader) or [], done


def ris(**works: str) -> str:
    """Return works in RIS, each given as ``tag: text`` between semicolons."""
    return "".join(
        "TY  - JOUR\n"
        + "".join(f.replace(": ", "  - ", 1) + "\n" for f in fields.split("; "))
        + f"ID  - {name}\nER  - \n"
        for name, fields in works.items()
    )


def codes(done: kg.Imported) -> list[str]:
    return [d.code for d in done.found]


@pytest.mark.parametrize("name", EVERY)
def test_every_format_gives_the_same_source(project: Path, name: str) -> None:
    records, done = imported(project, EVERY[name], name)
    found = records[0]
    assert {key: found[key] for key in SAME} == SAME
    assert found["authors"].startswith("Jane Doe, World Group")
    assert found["pages"] in ("12-20", "12–20")
    assert not done.found
    assert kg.load(project).label(kg.load(project).node(found["id"])) != found["id"]


@pytest.mark.parametrize("name", ["x.nbib", "x.xml"])
def test_what_pubmed_says_of_the_design_and_of_retraction_is_kept(project: Path, name: str) -> None:
    (found,), _ = imported(project, EVERY[name], name)
    assert found["sourceType"] == "trialReport"
    assert (found["retractionStatus"], found["checkedOn"]) == ("retracted", "2021-01-10")


def test_bibtex_is_read_as_bibtexparser_reads_it() -> None:
    (ours, book), theirs = FORMATS[".bib"](BIB.encode(), "x"), bibtexparser.parse_string(BIB)
    assert [ours.key, book.key] == [entry.key for entry in theirs.entries]
    assert ours.values["title"] == plain(theirs.entries[0]["title"])


def test_ris_is_read_as_rispy_reads_it() -> None:
    (ours,), (theirs,) = FORMATS[".ris"](RIS.encode(), "x"), rispy.loads(RIS)
    assert ours.values["doi"] == theirs["doi"] and ours.key == theirs["id"]
    assert len(ours.authors) == len(theirs["authors"])


@pytest.mark.parametrize("format", ["bibtex", "ris", "csl-json"])
def test_sources_that_were_exported_come_back(project: Path, format: str) -> None:
    graph = kg.load(EXAMPLES / "infant-sleep")
    suffix = {"bibtex": "x.bib", "ris": "x.ris", "csl-json": "x.json"}[format]
    text = kg.export(graph, format, include_unreviewed=True).decode()
    records, _ = imported(project, text, suffix)
    sources = [graph.short(node) for node in graph.instances("Source")]
    assert [record["id"] for record in records] == sources and sources
    for record in records:
        for key in ("doi", "pmid", "pmcid"):
            before = graph.value(graph.node(record["id"]), key)
            assert record.get(key) == (before.value if before else None)


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("DO: 11.1000/1", "'11.1000/1' is not a valid DOI"),
        ("SN: 978-0-306-40615-8", "'978-0-306-40615-8' is not a valid ISBN"),
        ("SN: 0378-5954", "'0378-5954' is not a valid ISSN"),
        ("UR: ftp://example.org", "'ftp://example.org' is not a valid address"),
    ],
)
def test_an_identifier_that_cannot_be_right_is_left_out_with_a_warning(
    project: Path, field: str, message: str
) -> None:
    (record,), done = imported(project, ris(a=f"TI: A title; {field}"))
    assert codes(done) == ["BIB-001"] and message in done.found[0].message
    assert str(done.found[0].place) == "x.ris:1:1"
    assert not {"doi", "isbn", "url"} & set(record)


def test_an_orcid_with_a_wrong_check_digit_is_a_warning(project: Path) -> None:
    _, done = imported(project, NBIB.replace("1825-0097", "1825-0098"), "x.nbib")
    assert codes(done) == ["BIB-001"]


TWICE = [
    "TI: One title; DO: 10.1000/a",
    "TI: Other words; DO: 10.1000/A",
    "TI: A title of some length, here; PY: 2018",
    "TI: A Title of some length – here; PY: 2018; VL: 3",
]


@pytest.mark.parametrize(("one", "other", "by"), [(0, 1, "doi"), (2, 3, "title")])
def test_a_work_that_is_there_twice_is_reported_and_merged_on_request(
    project: Path, one: int, other: int, by: str
) -> None:
    text = ris(a=TWICE[one], b=TWICE[other])
    records, done = imported(project, text)
    assert len(records) == 2 and codes(done) == ["BIB-003"]
    assert f"same {by}" in done.found[0].message
    (project / "data" / "sources.yaml").unlink()
    records, done = imported(project, text, merge=True)
    assert len(records) == 1 and codes(done) == ["BIB-003"]
    assert by == "doi" or records[0]["volume"] == "3"


def test_a_work_that_the_project_has_is_reported_and_left_out_on_request(project: Path) -> None:
    (project / "data" / "mine.yaml").write_text("- {id: source/mine, pmid: 123}\n")
    records, done = imported(project, NBIB, "x.nbib")
    assert len(records) == 1 and "already known as source/mine" in done.found[0].message
    (project / "data" / "sources.yaml").unlink()
    records, done = imported(project, NBIB, "x.nbib", merge=True)
    assert records == [] and "\n  doi: 10.1000/ABC" in done.notes[0]


@pytest.mark.parametrize(
    ("notice", "status"),
    [
        ("TI: Retraction: A title of some length, here", "retracted"),
        ("TI: Expression of concern: A title of some length, here", "concern"),
        ("TI: Correction to: A title of some length, here", "corrected"),
        ("TI: Retraction of the lower eyelid in adults", None),
    ],
)
def test_a_notice_gives_the_work_it_names_its_status(
    project: Path, notice: str, status: str | None
) -> None:
    records, _ = imported(project, ris(a="TI: A title of some length, here", b=notice))
    assert [r.get("retractionStatus") for r in records] == [status, None]
    assert records[0].get("checkedOn") == ("2025-02-25" if status else None)


def test_a_title_marked_as_retracted_sets_the_status(project: Path) -> None:
    (record,), _ = imported(project, ris(a="TI: RETRACTED: A title"))
    assert record["retractionStatus"] == "retracted"


def test_a_notice_on_a_source_of_the_project_is_a_warning(project: Path) -> None:
    (project / "data" / "mine.yaml").write_text("- {id: source/mine, doi: 10.1000/a}\n")
    text = """[{"type": "article-journal", "title": "A notice",
      "update-to": [{"type": "retraction", "DOI": "10.1000/A"}]}]"""
    _, done = imported(project, text, "x.json")
    assert codes(done) == ["BIB-002"] and "source/mine" in done.found[0].message


def test_cited_works_that_are_unknown_and_known_ones_that_are_uncited_are_warnings(
    project: Path,
) -> None:
    (project / "data" / "mine.yaml").write_text(
        "- {id: source/four, unresolved: true}\n- {id: source/five, unresolved: true, pmid: 123}\n"
        "- {id: article/a}\n"
        "- {id: citation/four, marker: 4, citedSource: source/four, citingArticle: article/a}\n"
        "- {id: citation/five, marker: 5, citedSource: source/five, citingArticle: article/a}\n"
    )
    _, done = imported(project, NBIB + "\nPMID- 9\nTI  - Not cited\n", "x.nbib")
    found = {d.code: d.message for d in done.found}
    assert sorted(found) == ["BIB-003", "BIB-004", "BIB-005"]
    assert "source/four is cited" in found["BIB-004"]
    assert found["BIB-005"] == "not cited yet: source/not-cited"


def test_the_same_file_gives_the_same_drafts_and_keeps_corrections(project: Path) -> None:
    imported(project, RIS)
    output = project / "data" / "sources.yaml"
    output.write_text(output.read_text().replace("volume: 74", "volume: 75"))
    records, again = imported(project, RIS)
    assert records[0]["volume"] == "75" and again.kept == (records[0]["id"],)
    assert not again.found, "drafts of an earlier import are no duplicates"


def test_every_warning_has_a_rule() -> None:
    assert {f"BIB-00{n}" for n in range(1, 6)} <= set(RECORD_RULES)


BROKEN = {
    "x.bib": ("\n@article{a, title = {x", "x.bib:2:1: the entry is never closed"),
    "y.bib": ("@article{a, title = {x\n}\n@book{b}", "y.bib:3:1: a comma or '}' is missing after"),
    "x.ris": ("TI  - x\n", "x.ris:1:1: 'TI' is outside a work"),
    "x.nbib": ("TI  - x\n", "x.nbib:1:1: 'TI' is outside a work"),
    "x.xml": ("<a><b></a>", "x.xml:1:9: not XML: mismatched tag"),
    "x.json": ("[{}]", "x.json:1:1: item 1 has no 'type'"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_refused_with_its_place(project: Path, name: str) -> None:
    text, message = BROKEN[name]
    with pytest.raises(InputError) as caught:
        imported(project, text, name)
    assert str(caught.value).startswith(message)
    assert not (project / "data" / "sources.yaml").exists()


@pytest.mark.parametrize(
    "declared",
    [
        "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://example.org/x'> %p;]><a/>",
    ],
)
def test_xml_that_declares_entities_is_refused(project: Path, declared: str) -> None:
    with pytest.raises(InputError, match="declares an entity"):
        imported(project, declared, "x.xml")


def test_a_file_of_another_kind_is_refused_with_the_known_ones(project: Path) -> None:
    with pytest.raises(InputError, match=r"\.bib, \.ris, \.nbib, \.xml, \.json"):
        imported(project, "x", "x.docx")


@pytest.mark.parametrize("name", EVERY)
@settings(max_examples=examples(40))
@given(data=st.data())
def test_no_damage_ends_in_anything_but_works_or_a_diagnostic(
    name: str, data: st.DataObject
) -> None:
    text = EVERY[name].encode()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    middle = data.draw(
        st.sampled_from([b"", b"\x00", b"{", b"}", b'"', b"<a>", b"\xff", b"[" * 99])
    )
    try:
        FORMATS[Path(name).suffix](text[:start] + middle + text[end:], name)
    except InputError as error:
        assert error.message


def test_an_author_of_pubmed_without_a_given_name_has_initials(project: Path) -> None:
    text = XML.replace("<ForeName>Jane</ForeName>", "<Initials>J</Initials>")
    ((record, *_), _) = imported(project, text, "x.xml")
    assert record["authors"] == "J Doe, World Group"
