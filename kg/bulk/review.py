"""Which statements of a graph that is not loaded may leave: the rules of :mod:`kg.select`, in SQL.

An approval holds only for the assertion that was approved, so its digest is computed anew (see
:mod:`kg.observe`) and looked for in the review events. What the data themselves say of their
effective status counts for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.bulk.export.data import PLAIN, Statements, quoted
from kg.graph import GENID
from kg.terms import CEKG, TYPE, Ontology

_ALWAYS = ("Caveat", "Disclaimer")
_APPROVED = f"<{CEKG}ReviewStatus-approved>"
_NOT_ASSERTED = f"('<{CEKG}reviewStatus>', '<{CEKG}stamp>')"
_PART = "starts_with(q.o, left(own.root, length(own.root) - 1) || '#')"
_VERIFIED = f"""
WITH RECURSIVE own(root, node) AS (
  SELECT s, s FROM statement JOIN claim USING (s) WHERE claim.status = '{_APPROVED}'
    AND starts_with(s, '<')
  UNION
  SELECT own.root, q.o FROM own JOIN q ON q.s = own.node AND q.g = '' AND {_PART}
    AND NOT (own.node = own.root AND q.p IN {_NOT_ASSERTED})),
part AS (
  SELECT DISTINCT root, q.s || ' ' || q.p || ' ' || q.o AS line
  FROM own JOIN q ON q.s = own.node AND q.g = ''
    AND NOT (own.node = own.root AND q.p IN {_NOT_ASSERTED})),
now AS (
  SELECT root, '"sha256:' || sha256(string_agg(line, chr(10) ORDER BY line)) || '"' AS digest
  FROM part GROUP BY root)
SELECT DISTINCT root AS s FROM now
JOIN q AS a ON a.o = now.root AND a.p = '<{CEKG}reviewed>'
JOIN q AS b ON b.s = a.s AND b.p = '<{CEKG}toStatus>' AND b.o = '{_APPROVED}'
JOIN q AS c ON c.s = a.s AND c.p = '<{CEKG}assertionDigest>' AND c.o = now.digest"""

_BLANK = f"(starts_with({{c}}, '_:') OR contains({{c}}, '{GENID}') AND starts_with({{c}}, '<'))"
_REACHED = f"""
WITH RECURSIVE found(node) AS (
  SELECT o FROM said SEMI JOIN {{start}} ON {{start}}.node = s WHERE {_BLANK.format(c="o")}
  UNION SELECT o FROM said JOIN found ON s = found.node WHERE {_BLANK.format(c="o")})
SELECT node FROM found"""
_PARTS = f"""
CREATE TEMP TABLE gone AS SELECT DISTINCT s AS node FROM said SEMI JOIN hidden ON hidden.s =
    CASE WHEN contains(said.s, '#') THEN split_part(said.s, '#', 1) || '>' ELSE said.s END
  UNION SELECT s FROM hidden;
CREATE TEMP TABLE lost AS {_REACHED.format(start="gone")};
CREATE TEMP TABLE stays AS SELECT DISTINCT s AS node FROM q
  ANTI JOIN gone ON gone.node = s ANTI JOIN lost ON lost.node = s;
INSERT INTO gone SELECT node FROM lost ANTI JOIN ({_REACHED.format(start="stays")}) USING (node);"""
"""What goes with hidden statements: see ``_with_parts`` in :mod:`kg.select`."""


@dataclass(frozen=True, slots=True)
class Selected:
    """How many statements there are, how many are approved and leave, and what must be said."""

    statements: int
    approved: int
    shown: int
    caveats: tuple[str, ...]


def select(data: Statements, ontology: Ontology, include_unreviewed: bool = False) -> Selected:
    """Leave out of the view ``q`` what may not leave, and stamp what leaves without approval.

    Where statements are left out, everything derived goes too: it may follow from them.

    :param include_unreviewed: leave out nothing, and stamp.
    """
    data.run(f"CREATE TEMP TABLE statement AS {_instances(ontology, 'Statement')}")
    number = int(data.value("SELECT count(*) FROM statement"))
    data.run(
        "CREATE TEMP TABLE claim AS SELECT s, "
        f"coalesce(min(o) FILTER (WHERE o <> '{_APPROVED}'), min(o)) AS status "
        f"FROM q WHERE p = '<{CEKG}reviewStatus>' AND g = '' GROUP BY s"
    )
    claimed = data.value(f"SELECT count(*) FROM claim WHERE status = '{_APPROVED}'")
    nothing = "SELECT s FROM statement WHERE false"
    data.run(f"CREATE TEMP TABLE approved AS {_VERIFIED if claimed else nothing}")
    data.run(
        "CREATE TEMP TABLE hidden AS SELECT s FROM statement ANTI JOIN approved USING (s)"
        if not include_unreviewed
        else "CREATE TEMP TABLE hidden AS SELECT s FROM statement WHERE false"
    )
    for name in _ALWAYS:
        data.run(f"DELETE FROM hidden WHERE s IN ({_instances(ontology, name)})")
    _stamps(data, ontology)
    kept = int(data.value("SELECT count(*) FROM hidden"))
    if kept:
        _hide(data, ontology)
    source = "kept" if kept else "stored"
    data.choose(f"SELECT g, s, p, o FROM {source} UNION ALL SELECT g, s, p, o FROM stamp")
    approved = int(data.value("SELECT count(*) FROM approved"))
    return Selected(number, approved, number - kept, _caveats(data, ontology, number))


def _instances(ontology: Ontology, name: str) -> str:
    """Return a query for what is of a class or of one below it."""
    above = ontology.classes[name].iri
    own = [c.iri for c in ontology.classes.values() if ontology.is_a(c.iri, above)]
    listed = ", ".join(quoted(f"<{iri}>") for iri in own)
    return f"SELECT DISTINCT s FROM q WHERE p = '{TYPE}' AND o IN ({listed})"


def _stamps(data: Statements, ontology: Ontology) -> None:
    """Make the table ``stamp`` of what statements and articles that leave have to carry."""
    status = ontology.members(CEKG + "ReviewStatus").items()
    data.keep("status", "o VARCHAR, name VARCHAR", ((f"<{t.iri}>", n) for n, t in status))
    data.run(f"""
CREATE TEMP TABLE stamp AS
SELECT '' AS g, s, '<{CEKG}stamp>' AS p, '"UNREVIEWED: ' || name || '"' AS o FROM (
  SELECT s, CASE WHEN claim.status = '{_APPROVED}' THEN 'submitted'
    ELSE coalesce(status.name, 'unknown') END AS name
  FROM statement ANTI JOIN hidden USING (s) ANTI JOIN approved USING (s)
    LEFT JOIN claim USING (s) LEFT JOIN status ON status.o = claim.status
  UNION SELECT s, coalesce(status.name, 'unknown')
  FROM ({_instances(ontology, "Article")}) JOIN claim USING (s)
    LEFT JOIN status ON status.o = claim.status WHERE claim.status <> '{_APPROVED}')""")


def _hide(data: Statements, ontology: Ontology) -> None:
    """Leave out the hidden statements, their parts, what points at them, and what is derived."""
    derived = [quoted(f"<{t.iri}>") for t in ontology.properties.values() if t.derived]
    asserted = f"AND p NOT IN ({', '.join(derived)})" if derived else ""
    graph = quoted(f"<{data.base()}graph/derived>")
    data.run(
        f"CREATE TEMP VIEW said AS SELECT g, s, p, o FROM q WHERE g <> {graph} {asserted}; {_PARTS}"
    )
    data.run(
        "CREATE TEMP TABLE kept AS SELECT g, s, p, o FROM said ANTI JOIN gone ON gone.node = s "
        "ANTI JOIN gone AS value ON value.node = o"
    )


def _caveats(data: Statements, ontology: Ontology, number: int) -> tuple[str, ...]:
    stamped = data.value(
        f"SELECT count(DISTINCT s) FROM q SEMI JOIN statement USING (s) WHERE p = '<{CEKG}stamp>'"
    )
    lines = []
    if stamped:
        lines.append(f"UNREVIEWED CONTENT: {stamped} of {number} statements are not approved.")
    texts = data.rows(
        f"SELECT DISTINCT s, o, {PLAIN.format(c='o')} FROM q WHERE p = '<{CEKG}text>' "
        f"AND s IN ({_instances(ontology, 'Disclaimer')}) ORDER BY s, o"
    )
    return (*lines, *(" ".join(text.split()) for _, _, text in texts))
