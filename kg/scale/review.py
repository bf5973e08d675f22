"""What may be exported of a graph that is not loaded: the rules of :mod:`kg.review`, in SQL.

An approval holds only for the assertion that was approved, so its digest is computed again (see
:mod:`kg.assertion`) and looked for in the review events, with the conditions of
``rules/20-effective-status.rq``. What the data themselves say of their effective status counts for
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.facts import FACT_VALUE, fact_properties, value_classes
from kg.graph import GENID
from kg.ontology import CEKG, DCTERMS, TYPE, Ontology
from kg.review_rules import (
    ALWAYS,
    APPROVED,
    ENDED,
    LAPSED,
    NO_REVIEWER,
    REVIEWER,
    STAMPED,
    UNKNOWN,
    caveat,
    stamp,
    status_iri,
)
from kg.scale.export.data import PLAIN, Statements
from kg.shacl.sql.expressions import quoted

_APPROVED = f"<{status_iri(APPROVED)}>"
_COVERED = (
    "SELECT s AS root, s AS node FROM statement JOIN claim USING (s) "
    f"WHERE claim.status = '{_APPROVED}' AND starts_with(s, '<')",
    "SELECT covered.root, link.b AS node FROM {reached} AS covered "
    "JOIN link ON link.a = covered.node",
)
"""An approved statement and what its meaning rests on: the start, and the step to what is next."""
_LINK = """
SELECT s AS a, o AS b FROM asserted WHERE NOT starts_with(o, '"') AND p NOT IN (%s)"""
_LINK_BACK = """
UNION ALL SELECT o AS a, s AS b FROM asserted WHERE p IN (%s)"""
"""From a node to what it refers to, and from an entity to a fact that is stated elsewhere."""
_SAID = """
SELECT DISTINCT root, q.s || ' ' || q.p || ' ' || q.o AS line
FROM covered JOIN q ON q.s = covered.node AND q.g = '' AND q.p NOT IN (%s)"""
_APPROVALS = f"""
SELECT root AS s, a.s AS event FROM (
  SELECT root,
    '"sha256:' || sha256(array_to_string(list_sort(list(line)), chr(10))) || '"' AS digest
  FROM part GROUP BY root) AS now
JOIN asserted AS a ON a.o = now.root AND a.p = '<{CEKG}reviewed>'
JOIN asserted AS b ON b.s = a.s AND b.p = '<{CEKG}toStatus>' AND b.o = '{_APPROVED}'
JOIN asserted AS c ON c.s = a.s AND c.p = '<{CEKG}assertionDigest>' AND c.o = now.digest"""
"""Events that approve what a statement now says."""
_ENDED = f"({', '.join(quoted(f'<{status_iri(name)}>') for name in ENDED)})"
_MOVED = f"""
SELECT a.o AS s, b.o AS status, a.s AS event FROM asserted AS a JOIN asserted AS b ON b.s = a.s
WHERE a.p = '<{CEKG}reviewed>' AND b.p = '<{CEKG}toStatus>'"""
_AUTHORS = f"""
SELECT s, o AS agent FROM asserted WHERE p IN ('<{DCTERMS}creator>', '<{DCTERMS}contributor>')
UNION SELECT moved.s, q.o AS agent FROM moved JOIN asserted AS q ON q.s = moved.event
WHERE moved.status = '<{status_iri(LAPSED)}>' AND q.p = '<{CEKG}agent>'"""
_REVIEWERS = f"""
SELECT a.s AS agent FROM asserted AS a
JOIN asserted AS b ON b.s = a.s AND b.p = '<{CEKG}conflictOfInterest>'
ANTI JOIN (
  SELECT s FROM asserted WHERE p = '<{CEKG}agentType>' AND o = '<{CEKG}AgentType-{NO_REVIEWER}>'
) AS program ON program.s = a.s
WHERE a.p = '<{CEKG}reviewRole>' AND a.o = '<{CEKG}ReviewRole-{REVIEWER}>'"""
_VERIFIED = f"""
WITH given AS (
  SELECT approval.s, approval.event, reviewer.agent AS reviewer, author.agent AS author
  FROM approval JOIN asserted AS q ON q.s = approval.event AND q.p = '<{CEKG}agent>'
  LEFT JOIN (SELECT DISTINCT agent FROM reviewer) AS reviewer ON reviewer.agent = q.o
  LEFT JOIN author ON author.s = approval.s AND author.agent = q.o)
SELECT DISTINCT s FROM (
  SELECT s, event FROM given GROUP BY s, event
  HAVING count(author) = 0 AND count(*) = count(reviewer))
SEMI JOIN (SELECT s FROM asserted WHERE p = '<{DCTERMS}creator>') AS created USING (s)
ANTI JOIN (SELECT s FROM moved WHERE status IN {_ENDED}) AS ended USING (s)"""
"""Statements with an approval by reviewers who are not authors, which nothing has ended."""
_STATED = f"""
SELECT about.o AS s, property.o AS p, value.o AS o FROM rest AS about
JOIN rest AS property ON property.s = about.s AND property.p = '<{CEKG}factProperty>'
JOIN rest AS value ON value.s = about.s AND value.p = '<{FACT_VALUE}>'
WHERE about.p = '<{CEKG}about>'"""
"""What the statements that stay set, as ``rules/05-facts.rq`` has it."""

_BLANK_VALUE = f"(starts_with(o, '_:') OR contains(o, '{GENID}') AND starts_with(o, '<'))"
_FIRST = (
    f"SELECT o AS node FROM said SEMI JOIN {{start}} ON {{start}}.node = s WHERE {_BLANK_VALUE}"
)
_NEXT = (
    f"SELECT o AS node FROM said JOIN {{reached}} AS found ON s = found.node WHERE {_BLANK_VALUE}"
)
"""Nodes without a name of their own that hang on others: the first ones, and the step to the next.

They go with a hidden statement unless something that stays has them too: see ``_with_parts`` in
:mod:`kg.review`.
"""


@dataclass(frozen=True, slots=True)
class Selected:
    """How many statements there are, are approved and are exported; and the caveats.

    ``complete`` tells whether nothing is left out, facts of entities among it.
    """

    statements: int
    approved: int
    shown: int
    caveats: tuple[str, ...]
    complete: bool


def select(data: Statements, ontology: Ontology, include_unreviewed: bool = False) -> Selected:
    """Restrict the view ``q`` to what may be exported, and stamp what is not approved.

    Where statements are left out, what is derived goes too, since it may follow from them. Only
    the facts that the others set stay properties of their entities.

    :param include_unreviewed: leave out nothing, and stamp.
    """
    _claims(data, ontology)
    number = int(data.value("SELECT count(*) FROM statement"))
    nothing = "SELECT s FROM statement WHERE false"
    if data.value(f"SELECT count(*) FROM claim WHERE status = '{_APPROVED}'"):
        _verify(data, ontology)
    else:
        data.table("approved", nothing)
    always = " ".join(f"ANTI JOIN ({_instances(ontology, name)}) USING (s)" for name in ALWAYS)
    left_out = f"SELECT s FROM statement ANTI JOIN approved USING (s) {always}"
    data.table("hidden", nothing if include_unreviewed else left_out)
    _stamps(data, ontology)
    kept = int(data.value("SELECT count(*) FROM hidden"))
    data.table("bare", _bare(ontology, include_unreviewed))
    complete = not kept and not data.value("SELECT count(*) FROM bare")
    if not complete:
        _hide(data, ontology)
    source = "stored" if complete else "kept"
    data.choose(f"SELECT g, s, p, o FROM {source} UNION ALL SELECT g, s, p, o FROM stamp")
    approved = int(data.value("SELECT count(*) FROM approved"))
    return Selected(number, approved, number - kept, _caveats(data, ontology, number), complete)


def _claims(data: Statements, ontology: Ontology) -> None:
    """Make the tables of all statements, and of the review status that each claims to have."""
    data.table("statement", _instances(ontology, "Statement"))
    data.table(
        "claim",
        f"SELECT s, coalesce(min(o) FILTER (WHERE o <> '{_APPROVED}'), min(o)) AS status "
        f"FROM q WHERE p = '<{CEKG}reviewStatus>' AND g = '' GROUP BY s",
    )


def _verify(data: Statements, ontology: Ontology) -> None:
    """Make the table ``approved`` of the statements whose approval holds.

    What an approval covers is many short steps away, so it is followed in this process.
    """
    with data.in_process() as own:
        if own is data:
            _verify_here(data, ontology)
            return
        _claims(own, ontology)
        _verify_here(own, ontology)
        data.keep("verified", "s VARCHAR", own.rows("SELECT s FROM approved"))
    data.table("approved", "SELECT s FROM verified")


def _verify_here(data: Statements, ontology: Ontology) -> None:
    outside, ends = ontology.outside_approval, ontology.approval_ends
    data.view("asserted", "SELECT s, p, o FROM q WHERE g = ''")
    link = _LINK % _listed(outside | ends)
    if back := ontology.approval_follows_back:
        link += _LINK_BACK % _listed(back)
    data.view("link", link)
    data.reached("covered", "root, node", *_COVERED)
    data.table("part", _SAID % _listed(outside))
    data.table("approval", _APPROVALS)
    data.view("moved", _MOVED)
    data.table("author", _AUTHORS)
    data.table("reviewer", _REVIEWERS)
    data.table("approved", _VERIFIED)


def _listed(iris: Iterable[str]) -> str:
    return ", ".join(quoted(f"<{iri}>") for iri in sorted(iris)) or "''"


def _instances(ontology: Ontology, name: str) -> str:
    """Return a query for what is of a class or of one below it."""
    above = ontology.classes[name].iri
    own = [c.iri for c in ontology.classes.values() if ontology.is_a(c.iri, above)]
    listed = ", ".join(quoted(f"<{iri}>") for iri in own)
    return f"SELECT DISTINCT s FROM q WHERE p = '{TYPE}' AND o IN ({listed})"


def _bare(ontology: Ontology, include_unreviewed: bool) -> str:
    """Return a query for the clinical facts that are written on entities themselves."""
    of = [
        f"(a.p = {quoted(f'<{iri}>')} AND kind.o IN ({_listed(classes)}))"
        for iri, classes in fact_properties(ontology).items()
    ]
    wanted = "false" if include_unreviewed or not of else " OR ".join(of)
    return f"""
SELECT DISTINCT a.s, a.p, a.o FROM q AS a JOIN q AS kind ON kind.s = a.s AND kind.p = '{TYPE}'
  LEFT JOIN (SELECT DISTINCT o AS value FROM q WHERE p = '<{FACT_VALUE}>') AS set ON set.value = a.s
WHERE a.g = '' AND set.value IS NULL AND ({wanted})"""


def _stamps(data: Statements, ontology: Ontology) -> None:
    """Make the table ``stamp`` of the stamps of exported statements and articles."""
    status = ontology.members(CEKG + "ReviewStatus").items()
    data.keep("status", "o VARCHAR, name VARCHAR", ((f"<{t.iri}>", n) for n, t in status))
    stamped = " UNION ".join(_instances(ontology, name) for name in STAMPED)
    data.table(
        "stamp",
        f"""
SELECT '' AS g, s, '<{CEKG}stamp>' AS p, '"{stamp("' || name || '")}"' AS o FROM (
  SELECT s, CASE WHEN claim.status = '{_APPROVED}' THEN '{LAPSED}'
    ELSE coalesce(status.name, '{UNKNOWN}') END AS name
  FROM statement ANTI JOIN hidden USING (s) ANTI JOIN approved USING (s)
    LEFT JOIN claim USING (s) LEFT JOIN status ON status.o = claim.status
  UNION SELECT s, coalesce(status.name, '{UNKNOWN}')
  FROM ({stamped}) JOIN claim USING (s)
    LEFT JOIN status ON status.o = claim.status WHERE claim.status <> '{_APPROVED}')""",
    )


def _hide(data: Statements, ontology: Ontology) -> None:
    """Leave out hidden statements, bare facts, their parts and links, and what is derived.

    A property of an entity stays if a statement that stays sets it.
    """
    derived = [quoted(f"<{t.iri}>") for t in ontology.properties.values() if t.derived]
    asserted = f"AND p NOT IN ({', '.join(derived)})" if derived else ""
    graph, base = quoted(f"<{data.base}graph/derived>"), quoted(f"<{data.base}")
    data.view("said", f"SELECT g, s, p, o FROM q WHERE g <> {graph} {asserted}")
    whole = "CASE WHEN contains(said.s, '#') THEN split_part(said.s, '#', 1) || '>' ELSE said.s END"
    data.table(
        "named",
        f"SELECT DISTINCT s AS node FROM said SEMI JOIN hidden ON hidden.s = {whole} "
        "UNION SELECT s FROM hidden "
        "UNION SELECT bare.o FROM bare WHERE starts_with(bare.o, '<') AND ("
        "starts_with(bare.o, left(bare.s, length(bare.s) - 1) || '#') OR bare.o IN ("
        f"SELECT s FROM q WHERE p = '{TYPE}' AND o IN ({_listed(value_classes(ontology))}))) "
        f"UNION SELECT said.s FROM said SEMI JOIN hidden ON hidden.s = said.o "
        f"SEMI JOIN (SELECT s FROM said WHERE p = '<{CEKG}approvedPart>') AS listing "
        f"ON listing.s = said.s WHERE said.p = '<{CEKG}reviewed>'",
    )
    data.reached("lost", "node", _FIRST.format(start="named"), _NEXT)
    data.view(
        "stays",
        "SELECT DISTINCT s AS node FROM q ANTI JOIN named ON named.node = s "
        "ANTI JOIN lost ON lost.node = s",
    )
    data.reached("shared", "node", _FIRST.format(start="stays"), _NEXT)
    data.table(
        "gone", "SELECT node FROM named UNION SELECT node FROM lost ANTI JOIN shared USING (node)"
    )
    # what reviews of other statements say of hidden ones, in words
    short = len(data.base) + 1
    data.view(
        "hidden_id",
        f"SELECT CASE WHEN starts_with(s, {base}) "
        f"THEN substr(s, {short + 1}, length(s) - {short} - 1) "
        "ELSE substr(s, 2, length(s) - 2) END AS id FROM hidden",
    )
    data.view(
        "listed",
        "SELECT s, p, o, split_part(split_part(o, ': ', 1), ' of ', 2) AS id FROM said "
        f"WHERE p = '<{CEKG}approvedPart>'",
    )
    data.table(
        "told",
        "SELECT s, p, o FROM listed SEMI JOIN hidden_id ON hidden_id.id = listed.id UNION "
        "SELECT s, p, o FROM listed "
        "SEMI JOIN hidden_id ON hidden_id.id = split_part(listed.id, '#', 1)",
    )
    data.table(
        "rest",
        "SELECT g, s, p, o FROM said ANTI JOIN gone ON gone.node = s "
        "ANTI JOIN gone AS value ON value.node = o "
        "ANTI JOIN bare ON bare.s = said.s AND bare.p = said.p AND bare.o = said.o "
        "ANTI JOIN told ON told.s = said.s AND told.p = said.p AND told.o = said.o",
    )
    data.view("stated", _STATED)
    data.table(
        "kept",
        "SELECT g, s, p, o FROM rest "
        f"UNION ALL SELECT g, s, p, o FROM q SEMI JOIN stated USING (s, p, o) WHERE g = {graph}",
    )


def _caveats(data: Statements, ontology: Ontology, number: int) -> tuple[str, ...]:
    stamped = data.value(
        f"SELECT count(DISTINCT s) FROM q SEMI JOIN statement USING (s) WHERE p = '<{CEKG}stamp>'"
    )
    lines = []
    if stamped:
        lines.append(caveat(stamped, number))
    texts = data.rows(
        f"SELECT DISTINCT s, o, {PLAIN.format(c='o')} FROM q WHERE p = '<{CEKG}text>' "
        f"AND s IN ({_instances(ontology, 'Disclaimer')}) ORDER BY s, o"
    )
    return (*lines, *(" ".join(text.split()) for _, _, text in texts))
