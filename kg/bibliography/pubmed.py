"""PubMed's XML: no entities but XML's own, nothing fetched, a bounded depth.

Source: "MEDLINE/PubMed XML Element Descriptions and their Attributes" of the National Library of
Medicine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from kg.bibliography.tagged import PUBMED_TYPES
from kg.bibliography.work import Work, year
from kg.errors import InputError, Place
from kg.retraction import CONCERN, CORRECTED, RETRACTED

DEEPEST = 100
_LINE = "line"
_WORKS = ("PubmedArticle", "PubmedBookArticle")
_NOTICES: Mapping[str, str] = {
    "RetractionIn": RETRACTED,
    "ExpressionOfConcernIn": CONCERN,
    "ErratumIn": CORRECTED,
}
_NOTICES_OF: Mapping[str, str] = {
    "RetractionOf": RETRACTED,
    "ExpressionOfConcernFor": CONCERN,
    "ErratumFor": CORRECTED,
}


def read(data: bytes, name: str) -> list[Work]:
    """Return the works of a file of PubMed in XML.

    :raises InputError: if it is not XML, declares an entity, or is XML of another kind.
    """
    root = _parsed(data, name)
    found = [element for kind in _WORKS for element in root.iter(kind)]
    if not found:
        raise InputError(
            f"{name} is XML with the root '{root.tag}' and holds no PubmedArticle",
            hint="save the search in PubMed as XML, or take the format RIS",
        )
    return [_work(element, name) for element in found]


def _parsed(data: bytes, name: str) -> Element:
    parser, builder = expat.ParserCreate(), TreeBuilder()
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            refuse(f"elements lie more than {DEEPEST} levels deep")
        if tag in _WORKS:
            attributes = {**attributes, _LINE: str(parser.CurrentLineNumber)}
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def refuse(message: str) -> None:
        place = Place(name, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
        raise InputError(message, place=place, hint="save the file again as PubMed writes it")

    def declared(*_: Any) -> None:
        refuse("the file declares an entity, which PubMed's files do not")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = declared
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        place = Place(name, error.lineno, error.offset + 1)
        reason = expat.ErrorString(error.code)
        raise InputError(f"not XML: {reason}", place=place, hint="save the file again") from error
    except (ValueError, LookupError) as error:
        raise InputError(f"{name} is not XML: {error}", hint="save it as UTF-8") from error
    return builder.close()


def _work(element: Element, name: str) -> Work:
    line = int(element.get(_LINE, "1"))
    work = Work(Place(name, line, 1))
    record = next((e for e in element if e.tag in ("MedlineCitation", "BookDocument")), element)
    article = record.find("Article")
    article = record if article is None else article
    work.add("pmid", _text(record.find("PMID")))
    work.key = work.values.get("pmid", "")
    for path in ("ArticleTitle", "Book/BookTitle", "VernacularTitle"):
        work.add("title", _text(article.find(path)))
    for path in ("Journal/Title", "Journal/ISOAbbreviation", "Book/BookTitle"):
        if _text(article.find(path)) != work.values.get("title"):
            work.add("publishedIn", _text(article.find(path)))
    for key, path in (
        ("volume", "Journal/JournalIssue/Volume"),
        ("issue", "Journal/JournalIssue/Issue"),
        ("pages", "Pagination/MedlinePgn"),
        ("doi", "ELocationID[@EIdType='doi']"),
    ):
        work.add(key, _text(article.find(path)))
    for path in ("Journal/JournalIssue/PubDate", "ArticleDate", "Book/PubDate"):
        work.add("year", year(_text(article.find(path))))
    for identifier in element.findall("*/ArticleIdList/ArticleId"):
        if kind := {"doi": "doi", "pmc": "pmcid"}.get(identifier.get("IdType", "")):
            work.add(kind, _text(identifier))
    people = article.findall("AuthorList/Author")
    work.name_authors(map(_author, people))
    found = [i for p in people for i in p.findall("Identifier") if i.get("Source") == "ORCID"]
    work.orcids = tuple(_text(i) for i in found)
    work.issns = tuple(_text(e) for e in article.findall("Journal/ISSN"))
    work.isbns = tuple(_text(e) for e in article.findall("Book/Isbn"))
    work.kinds = tuple(_text(e) for e in record.iter("PublicationType"))
    revised = [_text(record.find(f"DateRevised/{part}")) for part in ("Year", "Month", "Day")]
    if all(part.isascii() and part.isdigit() for part in revised):
        work.known_on = f"{int(revised[0]):04}-{int(revised[1]):02}-{int(revised[2]):02}"
    notices = [PUBMED_TYPES.get(kind.lower(), "") for kind in work.kinds]
    for comment in record.iter("CommentsCorrections"):
        kind, other = comment.get("RefType", ""), _text(comment.find("PMID"))
        notices.append(_NOTICES.get(kind, ""))
        if kind in _NOTICES_OF and other:
            work.notice_of[other] = _NOTICES_OF[kind]
    work.judge(*notices)
    return work


def _author(person: Element) -> str:
    group = _text(person.find("CollectiveName"))
    parts = [_text(person.find(part)) for part in ("ForeName", "LastName", "Suffix")]
    parts[0] = parts[0] or _text(person.find("Initials"))
    return group or " ".join(part for part in parts if part)


def _text(element: Element | None) -> str:
    return "" if element is None else " ".join(" ".join(element.itertext()).split())
