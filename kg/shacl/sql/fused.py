"""Many constraints in few scans: what a plan asks of properties, fused.

A table ``subject(k, s, m0, …)`` holds for each subject, as bits, which classes of interest it is an
instance of, which properties it has and which fixed values
(:mod:`kg.shacl.sql.formulas`). With it

- one scan of the statements finds the values that may fail a test,
- one join finds the values that are not of a class,
- one grouping finds the properties with too many values,
- one scan of the subjects finds what is missing, and every combination of all that,
- one query finds the subjects that may violate something else
  (:mod:`kg.shacl.sql.candidates`).

Each finds few rows, from which the violations of single shapes are then separated. What is not
found here, :class:`kg.shacl.sql.sets.Sets` looks for shape by shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.shacl import plan
from kg.shacl.plan import Constraint, NodeShape, Plan, PropertyShape, Shape
from kg.shacl.plan.paths import Predicate
from kg.shacl.sql.bits import BITS
from kg.shacl.sql.candidates import narrowed
from kg.shacl.sql.database import Database, read_terms
from kg.shacl.sql.expressions import definitely, is_exact
from kg.shacl.sql.formulas import Formulas, TestKey, test_key
from kg.shacl.sql.sets import Found, Sets
from kg.shacl.sql.units import Targets, Unit, by_subject, units
from kg.shacl.value_tests import Test, is_local, local_test

Doubtful = tuple[Constraint, str]
"""A constraint, and ``FROM`` and ``WHERE`` of the rows whose value ``o`` may fail it."""
_ONE_ANSWER = (plan.MinCount, plan.HasValue)


@dataclass(frozen=True, slots=True)
class Want:
    """A constraint of a unit, with a condition on the row of a focus node or of its value."""

    unit: Unit
    constraint: Constraint
    condition: str


class Fused:
    """The fused part of a plan over a database."""

    def __init__(self, wanted: Plan, database: Database, sets: Sets) -> None:
        self.db, self.sets, self.plan = database, sets, wanted
        self.formulas = Formulas(database.code)
        self.first, self.second = self.formulas.first, self.formulas.second
        self.tests: dict[tuple[int, TestKey], list[Want]] = {}
        self.classes: list[tuple[int, Want]] = []
        self.counts: list[tuple[int, int, Want]] = []
        self.wants: dict[Targets, list[Want]] = {}
        self._focus: dict[Targets, str] = {}
        self._extra: list[str] = []
        for target in (t for shape in wanted.shapes for t in shape.targets):
            self._target_bit(target)
        self.units = list(units(wanted))
        for unit in self.units:
            self._sort(unit)
        self._subjects()

    def _sort(self, unit: Unit) -> None:
        """Sort the constraints of a unit by the scan that will look at them."""
        for position, constraint in enumerate(unit.shape.constraints):
            if self._sorted(unit, constraint):
                unit.done.add(position)

    def _sorted(self, unit: Unit, c: Constraint) -> bool:
        shape = unit.shape
        if isinstance(shape, PropertyShape) and not isinstance(c, _ONE_ANSWER):
            if not isinstance(shape.path, Predicate):
                return False
            code = self.db.code(shape.path.iri)
            if is_local(c):
                key = (code, test_key(c))
                self.formulas.tests[key] = c
                self.tests.setdefault(key, []).append(Want(unit, c, ""))
            elif isinstance(c, plan.Class):
                lacks = f"p = {code} AND NOT {self.first.any([self.first['class', c.iri]])}"
                self.classes.append((code, Want(unit, c, lacks)))
            elif isinstance(c, plan.MaxCount):
                self.counts.append((code, c.count, Want(unit, c, f"p = {code} AND c > {c.count}")))
            else:
                return False
            return True
        if isinstance(c, plan.Closed):
            self._more(c)  # noted before the table of subjects is made
        if isinstance(c, plan.Property | plan.Closed):
            return False
        formula = self.formulas.constraint(shape, c)
        if formula is None:
            return False
        self.wants.setdefault(unit.targets, []).append(Want(unit, c, f"NOT {formula}"))
        return True

    # -- subjects ------------------------------------------------------------------------------

    def _target_bit(self, target: plan.Target) -> int | None:
        if isinstance(target, plan.TargetClass):
            return self.first["class", target.iri]
        if isinstance(target, plan.TargetSubjectsOf):
            return self.first["has", self.db.code(target.iri)]
        return None

    def _more(self, c: plan.Closed) -> str:
        """Return a condition on a row of ``subject``: it has properties that a shape refuses."""
        allowed = frozenset(self.db.code(iri) for iri in c.allowed)
        return self.first.any([self.first["more", allowed]])

    def _subjects(self) -> None:
        """Make the table of subjects with their bits of the first kind."""
        keys: dict[str, dict[tuple[str, ...], list[int]]] = {"p": {}, "o": {}, "p, o": {}}
        for fact, bit in self.first.facts.items():
            assert isinstance(fact, tuple)
            kind, one = fact[:2]
            if kind == "has":
                keys["p"].setdefault((str(one),), []).append(bit)
            elif kind == "more":
                for code in set(self.db.codes.values()) - one:
                    keys["p"].setdefault((str(code),), []).append(bit)
            elif kind == "value":
                keys["p, o"].setdefault((str(one), fact[2]), []).append(bit)
            else:
                for term in self.db.classes(one):
                    keys["o"].setdefault((term,), []).append(bit)
        conditions = {
            "p": "t.p = b.p",
            "o": f"t.o = b.o AND t.p = {self.db.type_code}",
            "p, o": "t.p = b.p AND t.o = b.o",
        }
        own = ", ".join(f"b.{c}" for c in self.first.columns)
        parts = []
        for names, rows in keys.items():
            if rows:
                table = self.first.listed(self.db, names, rows)
                parts.append(f"SELECT t.k, {own} FROM fact t JOIN {table} ON {conditions[names]}")
        none = f"SELECT k, {self.first.zeros()} FROM fact WHERE false"
        every = " UNION ALL ".join(parts) or none
        bits = f"SELECT k, {self.first.sums()} FROM ({every}) GROUP BY k"
        self.db.table(self.db.named(bits), "subject")

    def targeted(self, targets: Targets, table: str = "") -> str:
        """Return a condition on a row of ``subject``: some target names it."""
        found = [bit for target in targets if (bit := self._target_bit(target)) is not None]
        return self.first.any(found, table)

    def focus(self, shape: Shape) -> str:
        """Return the table ``n`` of the focus nodes of a shape."""
        if not by_subject(shape.targets):
            return self.sets.targets(shape)
        if shape.targets not in self._focus:
            where = self.targeted(shape.targets)
            self._focus[shape.targets] = self.db.table(f"SELECT s AS n FROM subject WHERE {where}")
        return self._focus[shape.targets]

    # -- results -------------------------------------------------------------------------------

    def found(self) -> Iterator[Found]:
        """Yield the results of everything that is fused, then of everything else."""
        yield from self._tested()
        yield from self._classed()
        yield from self._counted()
        yield from self._combined()
        yield from narrowed(self.plan, self.units, self.db, self.sets, self.targeted, self._more)
        done = {(id(unit.owner), id(unit.shape)): unit.done for unit in self.units}
        for shape in self.plan.shapes:
            if shape.deactivated:
                continue
            skip = set(done.get((id(shape), id(shape)), ()))
            for position, constraint in enumerate(shape.constraints):
                inner = constraint.shape if isinstance(constraint, plan.Property) else None
                rest = frozenset(done.get((id(shape), id(inner)), ())) if inner else frozenset()
                if inner and rest:
                    skip.add(position)
                    if len(rest) < len(inner.constraints):
                        yield from self.sets.check(inner, self.focus(shape), rest)
            if len(skip) < len(shape.constraints):
                yield from self.sets.check(shape, self.focus(shape), frozenset(skip))

    def _kept(self, table: str, wants: list[Want]) -> Iterator[Want]:
        """Yield what any row of a table violates, found in one scan of it."""
        if wants and self.db.count(table):
            tests = ", ".join(f"coalesce(bool_or({w.condition}), false)" for w in wants)
            kept = self.db.rows(f"SELECT {tests} FROM {table}")[0]
            yield from (want for want, some in zip(wants, kept, strict=True) if some)

    def _with_subjects(self, table: str) -> str:
        """Return the rows ``k, …`` of a table with their subjects and its bits, as ``s_m0, …``."""
        bits = ", ".join(f"y.{c} AS s_{c}" for c in self.first.columns)
        return self.db.table(f"SELECT c.*, y.s, {bits} FROM {table} c JOIN subject y ON c.k = y.k")

    def _targets_only(self, rows: str, want: Want, value: str) -> Found:
        """Return those of some rows, with the bits of their subjects, that are of focus nodes."""
        return Found(
            want.unit.shape,
            want.constraint,
            f"SELECT DISTINCT s AS f, {value} AS v FROM ({rows}) "
            f"WHERE {self.targeted(want.unit.targets, 's_')}",
        )

    def _note(self, fact: tuple[object, ...], rows: str) -> None:
        """Take note of a fact of the second kind, if a condition asks for it."""
        if fact in self.second.facts:
            values = self.second.values([self.second[fact]])
            self._extra.append(f"SELECT k, {values} FROM ({rows})")

    def _tested(self) -> Iterator[Found]:
        """Find values that may fail a test, all in one scan, and decide those in Python."""
        by_property: dict[int, list[tuple[TestKey, Constraint]]] = {}
        for (code, key), constraint in self.formulas.tests.items():
            by_property.setdefault(code, []).append((key, constraint))
        by_property.pop(-1, None)
        for start in range(0, max(map(len, by_property.values()), default=0), BITS):
            some = {p: own[start : start + BITS] for p, own in by_property.items() if own[start:]}
            yield from self._tested_together(some)

    def _tested_together(
        self, tests: dict[int, list[tuple[TestKey, Constraint]]]
    ) -> Iterator[Found]:
        cases = []
        for code, own in tests.items():
            flags = [
                f"CASE WHEN {definitely(c, 'o')} THEN 0::BIGINT ELSE {1 << n} END"
                for n, (_, c) in enumerate(own)
            ]
            cases.append(f"WHEN {code} THEN {' | '.join(flags)}")
        table = self.db.table(
            f"SELECT k, p, o, b FROM (SELECT k, p, o, CASE p {' '.join(cases)} ELSE 0 END AS b "
            f"FROM fact WHERE p IN ({', '.join(map(str, tests))})) WHERE b <> 0"
        )
        hits = dict(self.db.rows(f"SELECT p, bit_or(b) FROM {table} GROUP BY p"))
        if not hits:
            return
        table = self._with_subjects(table)
        doubtful: dict[tuple[int, TestKey], Doubtful] = {
            (code, key): (c, f"FROM {table} WHERE p = {code} AND (b & {1 << n}) <> 0")
            for code, own in tests.items()
            for n, (key, c) in enumerate(own)
            if hits.get(code, 0) & (1 << n)
        }
        refused = self._refused(list(doubtful.values()))
        for test, rows in zip(doubtful, refused, strict=True):
            if rows:
                self._note(("bad", *test), f"SELECT k FROM ({rows})")
                for want in self.tests.get(test, ()):
                    yield self._targets_only(rows, want, "o")

    def _refused(self, doubtful: list[Doubtful]) -> Iterator[str]:
        """Yield a query for the rows whose value fails each test, or ``""`` if there are none.

        What SQL cannot decide is decided in Python, for all tests together.
        """
        open_ones = [
            f"SELECT {n} AS i, o {rows}" for n, (c, rows) in enumerate(doubtful) if not is_exact(c)
        ]
        passes = [local_test(c) for c, _ in doubtful]
        failed: set[int] = set()
        bad = ""
        if open_ones:
            every = self.db.batches(f"SELECT DISTINCT i, o FROM ({' UNION ALL '.join(open_ones)})")
            bad = self.db.filled("i, n", (self._failing(passes, rows, failed) for rows in every))
        for n, (constraint, rows) in enumerate(doubtful):
            if is_exact(constraint):
                yield f"SELECT * {rows}"
            elif n in failed:
                own = f"(SELECT n FROM {bad} WHERE i = '{n}') x"
                yield f"SELECT r.* FROM (SELECT * {rows}) r SEMI JOIN {own} ON r.o = x.n"
            else:
                yield ""

    @staticmethod
    def _failing(
        passes: list[Test], rows: list[tuple[int, str]], failed: set[int]
    ) -> list[tuple[str, str]]:
        """Return those rows of test and value where the value fails, and note the tests."""
        nodes = read_terms(o for _, o in rows)
        pairs = zip(rows, nodes, strict=True)
        found = [(n, o) for (n, o), node in pairs if not passes[n](node)]
        failed.update(n for n, _ in found)
        return [(str(n), o) for n, o in found]

    def _classed(self) -> Iterator[Found]:
        """Find values that are not of a class, by one join of all that must be of one."""
        wants = [want for _, want in self.classes]
        others = [fact for fact in self.second.facts if isinstance(fact, tuple)]
        noted = [(fact[1], fact[2]) for fact in others if fact[0] == "other"]
        required: dict[int, set[int]] = {}
        for code, iri in [*((p, _class(w)) for p, w in self.classes), *noted]:
            required.setdefault(code, set()).add(self.first["class", iri])
        required.pop(-1, None)
        if not required:
            return
        lines = [f"({p}, {self.first.values(bits)})" for p, bits in required.items()]
        columns = self.first.columns
        names = ", ".join(f"r{n}" for n in range(len(columns)))
        masks = ", ".join(f"coalesce(y.{c}, 0) AS {c}" for c in columns)
        fails = " OR ".join(
            f"(coalesce(y.{c}, 0) & b.r{n}) <> b.r{n}" for n, c in enumerate(columns)
        )
        table = self.db.table(
            f"SELECT t.k, t.p, t.o, {masks} FROM fact t JOIN (VALUES {', '.join(lines)}) "
            f"b(p, {names}) ON t.p = b.p LEFT JOIN subject y ON t.o = y.s WHERE {fails}"
        )
        if not self.db.count(table):
            return
        table = self._with_subjects(table)
        for code, iri in noted:
            lacks = f"p = {code} AND NOT {self.first.any([self.first['class', iri]])}"
            self._note(("other", code, iri), f"SELECT k FROM {table} WHERE {lacks}")
        for want in self._kept(table, wants):
            rows = f"SELECT * FROM {table} WHERE {want.condition}"
            yield self._targets_only(rows, want, "o")

    def _counted(self) -> Iterator[Found]:
        """Find properties with too many values, by one grouping."""
        others = [fact for fact in self.second.facts if isinstance(fact, tuple)]
        noted = [(fact[1], fact[2]) for fact in others if fact[0] == "many"]
        least: dict[int, int] = {}
        for code, count in [*((p, n) for p, n, _ in self.counts), *noted]:
            least[code] = min(count, least.get(code, count))
        least.pop(-1, None)
        if not least:
            return
        lines = ", ".join(f"({p}, {count})" for p, count in least.items())
        # Hashes are quick to group by. Where two subjects share one, or a statement is there
        # twice, the count is too high; so it is taken again, exactly, for what it finds.
        many = self.db.table(
            f"SELECT hash(t.k) AS h, t.p FROM fact t JOIN (VALUES {lines}) b(p, most) ON t.p = b.p "
            "GROUP BY hash(t.k), t.p HAVING count(*) > any_value(b.most)"
        )
        table = self.db.table(
            f"SELECT t.k, t.p, count(DISTINCT t.o) AS c FROM fact t JOIN {many} x "
            "ON t.p = x.p AND hash(t.k) = x.h GROUP BY t.k, t.p"
        )
        table = self._with_subjects(table)
        for code, count in noted:
            rows = f"SELECT k FROM {table} WHERE p = {code} AND c > {count}"
            self._note(("many", code, count), rows)
        for want in self._kept(table, [want for _, _, want in self.counts]):
            rows = f"SELECT * FROM {table} WHERE {want.condition}"
            yield self._targets_only(rows, want, "NULL::VARCHAR")

    def _combined(self) -> Iterator[Found]:
        """Find what is missing, and every combination of facts, in one scan of the subjects."""
        if not self.wants:
            return
        source = f"SELECT *, {self.second.zeros()} FROM subject"
        if self._extra:
            every = " UNION ALL ".join(self._extra)
            names = ", ".join(("k", *self.second.columns))
            more = ", ".join(f"coalesce(x.{c}, 0) AS {c}" for c in self.second.columns)
            source = (
                f"SELECT y.*, {more} FROM subject y LEFT JOIN (SELECT k, {self.second.sums()} "
                f"FROM ({every}) z({names}) GROUP BY k) x ON y.k = x.k"
            )
        tests = [
            f"({self.targeted(targets)} AND ({' OR '.join(want.condition for want in wants)}))"
            for targets, wants in self.wants.items()
        ]
        table = self.db.table(f"SELECT * FROM ({source}) WHERE {' OR '.join(tests)}")
        every_want = [
            Want(w.unit, w.constraint, f"{self.targeted(targets)} AND {w.condition}")
            for targets, wants in self.wants.items()
            for w in wants
        ]
        for want in self._kept(table, every_want):
            value = "s" if isinstance(want.unit.shape, NodeShape) else "NULL::VARCHAR"
            if isinstance(want.constraint, plan.HasValue):
                value = "NULL::VARCHAR"
            sql = f"SELECT s AS f, {value} AS v FROM {table} WHERE {want.condition}"
            yield Found(want.unit.shape, want.constraint, sql)


def _class(want: Want) -> NamedNode:
    assert isinstance(want.constraint, plan.Class)
    return want.constraint.iri
