"""Many constraints in few scans: what a plan asks of properties, fused.

A table ``subject(s, m0, m1, …)`` says of each subject, as bits, which classes of interest it is an
instance of, which properties it has and which fixed values. With it

- one scan of that table finds every property that is missing,
- one scan of the statements finds the values that may fail a test,
- one grouping finds the properties with too many values,
- one join finds the values that are not of a class.

Each finds few rows, from which the violations of single shapes are then told apart. What is not
found here, :class:`kg.validate.set_queries.Sets` looks for shape by shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, NamedNode

from kg.validate import plan
from kg.validate.database import Database
from kg.validate.plan import Constraint, NodeShape, Plan, PropertyShape, Shape
from kg.validate.plan_paths import Predicate
from kg.validate.set_queries import Found, Sets
from kg.validate.value_tests import EXACT_IN_SQL, VALUE_TESTS, quoted, surely

_BITS = 62
"""Bits of a column; a number of 64 bits with room for the sign in every database."""
Atom = tuple[str, object, object]
"""``("class", IRI, None)``, ``("has", number, None)`` or ``("value", number, term)``."""


@dataclass(slots=True)
class Unit:
    """A property shape of one property, and the targeted shape that asks for it (or is it)."""

    shape: PropertyShape
    owner: Shape
    done: set[int] = field(default_factory=set)

    @property
    def targets(self) -> tuple[plan.Target, ...]:
        """The targets of the shape that it belongs to, or its own."""
        return self.owner.targets

    @property
    def iri(self) -> NamedNode:
        """The property."""
        assert isinstance(self.shape.path, Predicate)
        return self.shape.path.iri


class Fused:
    """The fused part of a plan over a database."""

    def __init__(self, wanted: Plan, database: Database, sets: Sets) -> None:
        self.db, self.sets, self.plan = database, sets, wanted
        self.units = list(_units(wanted))
        self.bits: dict[Atom, int] = {}
        for target in (t for shape in wanted.shapes for t in shape.targets):
            self._target_bit(target)
        for unit in self.units:
            for constraint in unit.shape.constraints:
                self._constraint_bit(unit, constraint)
        self.columns = [f"m{n}" for n in range((len(self.bits) + _BITS - 1) // _BITS or 1)]
        self._focus: dict[tuple[plan.Target, ...], str] = {}
        self._subjects()

    # -- bits ----------------------------------------------------------------------------------

    def _bit(self, atom: Atom) -> int:
        return self.bits.setdefault(atom, len(self.bits))

    def _target_bit(self, target: plan.Target) -> int | None:
        if isinstance(target, plan.TargetClass):
            return self._bit(("class", target.iri, None))
        if isinstance(target, plan.TargetSubjectsOf):
            return self._bit(("has", self.db.code(target.iri), None))
        return None

    def _constraint_bit(self, unit: Unit, constraint: Constraint) -> int | None:
        if isinstance(constraint, plan.Class):
            return self._bit(("class", constraint.iri, None))
        if isinstance(constraint, plan.MinCount) and constraint.count == 1:
            return self._bit(("has", self.db.code(unit.iri), None))
        if isinstance(constraint, plan.HasValue) and not isinstance(constraint.node, BlankNode):
            return self._bit(("value", self.db.code(unit.iri), str(constraint.node)))
        return None

    def _masks(self, bits: Iterable[int]) -> list[int]:
        masks = [0] * len(self.columns)
        for bit in bits:
            masks[bit // _BITS] |= 1 << (bit % _BITS)
        return masks

    def _any(self, bits: Iterable[int], prefix: str = "") -> str:
        """Return a condition: at least one of some bits is set."""
        pairs = zip(self.columns, self._masks(bits), strict=True)
        tests = [f"({prefix}{column} & {mask}) <> 0" for column, mask in pairs if mask]
        return "(" + " OR ".join(tests) + ")" if tests else "false"

    def _all(self, bits: Iterable[int], prefix: str = "") -> str:
        """Return a condition: each of some bits is set."""
        pairs = zip(self.columns, self._masks(bits), strict=True)
        tests = [f"({prefix}{column} & {mask}) = {mask}" for column, mask in pairs if mask]
        return "(" + " AND ".join(tests) + ")" if tests else "true"

    def _subjects(self) -> None:
        """Make the table of subjects with their bits."""
        by_property: dict[int, list[int]] = {}
        by_value: dict[tuple[int, str], list[int]] = {}
        by_class: dict[str, list[int]] = {}
        for (kind, one, two), bit in self.bits.items():
            if kind == "has":
                by_property.setdefault(int(str(one)), []).append(bit)
            elif kind == "value":
                by_value.setdefault((int(str(one)), str(two)), []).append(bit)
            elif isinstance(one, NamedNode):
                for term in self.db.classes(one):
                    by_class.setdefault(term, []).append(bit)
        sums = ", ".join(f"bit_or({c})::BIGINT AS {c}" for c in self.columns)
        own = ", ".join(f"k.{c}" for c in self.columns)
        keys = [
            ("p", [(str(p), bits) for p, bits in by_property.items()], "t.p = k.p"),
            (
                "o",
                [(quoted(o), bits) for o, bits in by_class.items()],
                f"t.o = k.o AND t.p = {self.db.type_code}",
            ),
            (
                "p, o",
                [(f"{p}, {quoted(o)}", bits) for (p, o), bits in by_value.items()],
                "t.p = k.p AND t.o = k.o",
            ),
        ]
        parts = []
        for names, rows, condition in keys:
            if rows:
                lines = [f"({key}, {', '.join(map(str, self._masks(b)))})" for key, b in rows]
                head = f"k({names}, {', '.join(self.columns)})"
                parts.append(
                    f"SELECT t.s, {own} FROM t JOIN (VALUES {', '.join(lines)}) {head} "
                    f"ON {condition}"
                )
        if not parts:
            empty = ", ".join(f"0::BIGINT AS {c}" for c in self.columns)
            parts.append(f"SELECT '' AS s, {empty} WHERE false")
        every = " UNION ALL ".join(parts)
        self.db.run(f"CREATE TABLE subject AS SELECT s, {sums} FROM ({every}) GROUP BY s")

    def targeted(self, targets: tuple[plan.Target, ...], prefix: str = "") -> str:
        """Return a condition on a row of ``subject``: some target names it."""
        found = [bit for target in targets if (bit := self._target_bit(target)) is not None]
        return self._any(found, prefix)

    def focus(self, shape: Shape) -> str:
        """Return the table ``n`` of the focus nodes of a shape."""
        if not _by_subject(shape.targets):
            return self.sets.targets(shape)
        if shape.targets not in self._focus:
            where = self.targeted(shape.targets)
            self._focus[shape.targets] = self.db.table(f"SELECT s AS n FROM subject WHERE {where}")
        return self._focus[shape.targets]

    # -- results -------------------------------------------------------------------------------

    def found(self) -> Iterator[Found]:
        """Yield the results of everything that is fused, then of everything else."""
        yield from self._missing()
        yield from self._tested()
        yield from self._classed()
        yield from self._counted()
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

    def _each(self, *kinds: type[Constraint]) -> Iterator[tuple[Unit, int, Constraint]]:
        for unit in self.units:
            for position, constraint in enumerate(unit.shape.constraints):
                if isinstance(constraint, kinds):
                    yield unit, position, constraint

    def _kept(self, table: str, conditions: list[str]) -> list[bool]:
        """Tell for each condition whether any row of a table meets it, in one scan."""
        if not conditions or not self.db.count(table):
            return [False] * len(conditions)
        tests = ", ".join(f"coalesce(bool_or({c}), false)" for c in conditions)
        return list(self.db.rows(f"SELECT {tests} FROM {table}")[0])

    def _missing(self) -> Iterator[Found]:
        """Find properties and values that are missing: MinCount 1 and HasValue."""
        wanted = []
        required: dict[tuple[plan.Target, ...], list[int]] = {}
        for unit, position, constraint in self._each(plan.MinCount, plan.HasValue):
            bit = self._constraint_bit(unit, constraint)
            if bit is not None:
                unit.done.add(position)
                required.setdefault(unit.targets, []).append(bit)
                lacks = f"{self.targeted(unit.targets)} AND NOT {self._all([bit])}"
                wanted.append((unit, constraint, lacks))
        if not wanted:
            return
        tests = [
            f"({self.targeted(targets)} AND NOT {self._all(bits)})"
            for targets, bits in required.items()
        ]
        table = self.db.table(f"SELECT * FROM subject WHERE {' OR '.join(tests)}")
        kept = self._kept(table, [condition for _, _, condition in wanted])
        for (unit, constraint, condition), some in zip(wanted, kept, strict=True):
            if some:
                sql = f"SELECT s AS f, NULL::VARCHAR AS v FROM {table} WHERE {condition}"
                yield Found(unit.shape, constraint, sql)

    def _tested(self) -> Iterator[Found]:
        """Find values that may fail a test, all in one scan, and decide those in Python."""
        tests: dict[int, dict[str, tuple[Constraint, list[tuple[Unit, Constraint]]]]] = {}
        for unit, position, constraint in self._each(*VALUE_TESTS):
            own = tests.setdefault(self.db.code(unit.iri), {})
            key = repr(constraint)
            if key in own or len(own) < _BITS:
                own.setdefault(key, (constraint, []))[1].append((unit, constraint))
                unit.done.add(position)
        tests.pop(-1, None)
        if not tests:
            return
        cases = []
        for code, own in tests.items():
            flags = [
                f"CASE WHEN {surely(c, 'o')} THEN 0::BIGINT ELSE {1 << n} END"
                for n, (c, _) in enumerate(own.values())
            ]
            cases.append(f"WHEN {code} THEN {' | '.join(flags)}")
        table = self.db.table(
            f"SELECT s, p, o, b FROM (SELECT s, p, o, CASE p {' '.join(cases)} ELSE 0 END AS b "
            f"FROM t WHERE p IN ({', '.join(map(str, tests))})) WHERE b <> 0"
        )
        hits = dict(self.db.rows(f"SELECT p, bit_or(b) FROM {table} GROUP BY p"))
        for code, own in tests.items():
            for n, (constraint, users) in enumerate(own.values()):
                if hits.get(code, 0) & (1 << n):
                    where = f"c.p = {code} AND (c.b & {1 << n}) <> 0"
                    yield from self._decided(table, where, constraint, users)

    def _decided(
        self, table: str, where: str, constraint: Constraint, users: list[tuple[Unit, Constraint]]
    ) -> Iterator[Found]:
        rows = f"{table} c"
        if not isinstance(constraint, EXACT_IN_SQL):
            doubtful = self.db.rows(f"SELECT DISTINCT o FROM {rows} WHERE {where}")
            bad = self.sets.refused(constraint, [row[0] for row in doubtful])
            if not self.db.count(bad):
                return
            rows += f" SEMI JOIN {bad} ON c.o = {bad}.n"
        for unit, own in users:
            condition = self.targeted(unit.targets, "y.")
            yield Found(
                unit.shape,
                own,
                f"SELECT DISTINCT c.s AS f, c.o AS v FROM (SELECT c.* FROM {rows} WHERE {where}) c "
                f"JOIN subject y ON c.s = y.s WHERE {condition}",
            )

    def _classed(self) -> Iterator[Found]:
        """Find values that are not of a class, by one join of all that must be of one."""
        wanted = []
        required: dict[int, list[int]] = {}
        for unit, position, constraint in self._each(plan.Class):
            bit = self._constraint_bit(unit, constraint)
            assert bit is not None
            unit.done.add(position)
            code = self.db.code(unit.iri)
            required.setdefault(code, []).append(bit)
            wanted.append((unit, constraint, f"p = {code} AND NOT {self._all([bit])}"))
        required.pop(-1, None)
        if not required:
            return
        lines = [f"({p}, {', '.join(map(str, self._masks(b)))})" for p, b in required.items()]
        names = ", ".join(f"r{n}" for n in range(len(self.columns)))
        masks = ", ".join(f"coalesce(y.{c}, 0) AS {c}" for c in self.columns)
        fails = " OR ".join(
            f"(coalesce(y.{c}, 0) & k.r{n}) <> k.r{n}" for n, c in enumerate(self.columns)
        )
        table = self.db.table(
            f"SELECT t.s, t.p, t.o, {masks} FROM t JOIN (VALUES {', '.join(lines)}) k(p, {names}) "
            f"ON t.p = k.p LEFT JOIN subject y ON t.o = y.s WHERE {fails}"
        )
        kept = self._kept(table, [condition for _, _, condition in wanted])
        for (unit, constraint, condition), some in zip(wanted, kept, strict=True):
            if some:
                yield Found(
                    unit.shape,
                    constraint,
                    f"SELECT DISTINCT c.s AS f, c.o AS v FROM (SELECT * FROM {table} "
                    f"WHERE {condition}) c JOIN subject y ON c.s = y.s "
                    f"WHERE {self.targeted(unit.targets, 'y.')}",
                )

    def _counted(self) -> Iterator[Found]:
        """Find properties with too many values, by one grouping."""
        wanted = []
        least: dict[int, int] = {}
        for unit, position, constraint in self._each(plan.MaxCount):
            assert isinstance(constraint, plan.MaxCount)
            unit.done.add(position)
            code = self.db.code(unit.iri)
            least[code] = min(constraint.count, least.get(code, constraint.count))
            wanted.append((unit, constraint, f"p = {code} AND c > {constraint.count}"))
        least.pop(-1, None)
        if not least:
            return
        lines = ", ".join(f"({p}, {count})" for p, count in least.items())
        limits = f"(VALUES {lines}) k(p, most)"
        # Hashes are quick to group by. Where two subjects share one, or a statement is there
        # twice, the count is too high; so it is taken again, exactly, for what it finds.
        many = self.db.table(
            f"SELECT hash(t.s) AS h, t.p FROM t JOIN {limits} ON t.p = k.p "
            "GROUP BY hash(t.s), t.p HAVING count(*) > any_value(k.most)"
        )
        table = self.db.table(
            f"SELECT t.s, t.p, count(DISTINCT t.o) AS c FROM t JOIN {many} x "
            "ON t.p = x.p AND hash(t.s) = x.h GROUP BY t.s, t.p"
        )
        kept = self._kept(table, [condition for _, _, condition in wanted])
        for (unit, constraint, condition), some in zip(wanted, kept, strict=True):
            if some:
                yield Found(
                    unit.shape,
                    constraint,
                    f"SELECT c.s AS f, NULL::VARCHAR AS v FROM (SELECT * FROM {table} "
                    f"WHERE {condition}) c JOIN subject y ON c.s = y.s "
                    f"WHERE {self.targeted(unit.targets, 'y.')}",
                )


def _by_subject(targets: tuple[plan.Target, ...]) -> bool:
    kinds = (plan.TargetClass, plan.TargetSubjectsOf)
    return bool(targets) and all(isinstance(target, kinds) for target in targets)


def _units(wanted: Plan) -> Iterator[Unit]:
    """Yield the property shapes that can be fused, each with the targets of one targeted shape.

    A shape that several targeted shapes share is left to the queries shape by shape, where each
    of its results is counted as often as it is found.
    """
    found: list[Unit] = []
    for shape in wanted.shapes:
        if shape.deactivated or not _by_subject(shape.targets):
            continue
        own: list[Shape] = [shape]
        if isinstance(shape, NodeShape):
            own = [c.shape for c in shape.constraints if isinstance(c, plan.Property)]
        found += [
            Unit(inner, shape)
            for inner in own
            if isinstance(inner, PropertyShape)
            and isinstance(inner.path, Predicate)
            and not inner.deactivated
        ]
    times: dict[int, int] = {}
    for unit in found:
        times[id(unit.shape)] = times.get(id(unit.shape), 0) + 1
    yield from (unit for unit in found if times[id(unit.shape)] == 1)
