"""SPARQL constraints and graphs made up at random, of what shapes are written with.

Numbers are in their canonical form: a store takes ``1`` and ``01`` for one term, against SPARQL.
"""

from __future__ import annotations

import re
from random import Random

NODES = [":a", ":b", ":c", ":d", "_:x"]
PROPERTIES = [":p", ":q", ":r"]
CLASSES = [":C", ":D", ":E"]
LITERALS = (
    '1|2|3|1.5|"a"|"b"|"a"@en|"b"@de|"2020-01-01"^^xsd:date|"2021-01-01"^^xsd:date|true|"x"^^:t'
)
SIGNS = ["=", "!=", "<", ">", "<=", ">="]


class Generator:
    """Makes one graph and one query from a source of chance."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.literals = LITERALS.split("|")
        self._fresh = 0

    def graph(self) -> str:
        """Return a graph in Turtle in which all of :data:`NODES` have ``:t``."""
        pick, number = self.chance.choice, self.chance.randint
        lines = [f"{node} :t 1 ." for node in NODES]
        for _ in range(number(6, 24)):
            value = pick(NODES if self.chance.random() < 0.6 else self.literals)
            lines.append(f"{pick(NODES)} {pick(PROPERTIES)} {value} .")
        lines += [f"{pick(NODES)} a {pick(CLASSES)} ." for _ in range(number(0, 4))]
        lines += [f"{pick(CLASSES)} rdfs:subClassOf {pick(CLASSES)} ." for _ in range(number(0, 2))]
        return "\n".join(lines)

    def query(self) -> str:
        """Return a SELECT of ``$this``."""
        names = ["this"]
        body = self.group(names, 0, start=True)
        kind, after = self.chance.random(), ""
        selected = "$this"
        if kind < 0.15:
            sign = self.chance.choice([">", ">=", "="])
            counted = self.chance.choice(["*", f"?{names[-1]}", f"DISTINCT ?{names[-1]}"])
            after = f" GROUP BY $this HAVING (COUNT({counted}) {sign} 2)"
        elif kind < 0.3:
            selected = "DISTINCT $this"
        return f"SELECT {selected} WHERE {{ {body} }}{after}"

    def group(self, names: list[str], depth: int, *, start: bool = False) -> str:
        """Return what stands between braces; ``names`` are variables that are known before."""
        chance, parts = self.chance, []
        own = ["this"] if start else [chance.choice(names)]
        for _ in range(chance.choice([1, 1, 2, 3])):
            parts.append(self.pattern(own))
        names += [name for name in own if name not in names]
        for _ in range(chance.choice([0, 1, 1, 2])):
            parts.append(self.part(names, depth))
        return " ".join(parts)

    def part(self, names: list[str], depth: int) -> str:
        chance = self.chance
        kinds = ["filter"] * 3
        if depth < 2:
            kinds += ["not", "not", "exists", "optional", "unbound", "union"]
        kind = chance.choice(kinds)
        if kind == "filter":
            return f"FILTER ({self.condition(names, 0)})"
        if kind in ("not", "exists"):
            word = "NOT EXISTS" if kind == "not" else "EXISTS"
            return f"FILTER {word} {{ {self.group(list(names), depth + 1)} }}"
        if kind == "union":
            one, other = (self.group(["this"], depth + 1, start=True) for _ in range(2))
            return f"{{ {one} }} UNION {{ {other} }}"
        if kind == "optional":
            return f"OPTIONAL {{ {self.group(names, depth + 1)} }}"
        inner = list(names)
        body = self.group(inner, depth + 1)
        fresh = [name for name in inner if name not in names]
        tested = f"FILTER ({chance.choice(['!', ''])}BOUND(?{chance.choice(fresh or names)}))"
        return f"OPTIONAL {{ {body} }} {tested}"

    def pattern(self, own: list[str]) -> str:
        """Return a triple pattern that begins or ends at a known variable."""
        chance = self.chance
        near = f"?{chance.choice(own)}"
        path, kind = self.path(), chance.random()
        if kind < 0.62:
            self._fresh += 1
            own.append(f"v{self._fresh}")
            far = f"?v{self._fresh}"
        elif kind < 0.74:
            far = f"?{chance.choice(own)}"
        elif kind < 0.78:
            return f"{near} a/rdfs:subClassOf* {chance.choice(CLASSES)} ."
        else:
            far = chance.choice(NODES[:4] + self.literals)
        backwards = chance.random() < 0.25 and far[0] in "?:"
        return f"{far} {path} {near} ." if backwards else f"{near} {path} {far} ."

    def path(self) -> str:
        chance, one = self.chance, self.chance.choice(PROPERTIES)
        other = chance.choice(PROPERTIES)
        if chance.random() < 0.6:
            return one
        forms = [f"{one}/{other}", f"{one}|{other}", f"^{one}", f"{one}+", f"^{one}/{other}"]
        return chance.choice([*forms, f"({one}|^{other})", f"{one}/{other}*", f"{one}?"])

    def condition(self, names: list[str], depth: int) -> str:
        chance = self.chance
        kind = chance.random()
        if depth < 2 and kind < 0.3:
            sign = chance.choice(["&&", "||"])
            parts = (self.condition(names, depth + 1) for _ in range(2))
            return "(" + f" {sign} ".join(parts) + ")"
        if depth < 2 and kind < 0.4:
            return f"!({self.condition(names, depth + 1)})"
        one = f"?{chance.choice(names)}"
        if kind < 0.5:
            return f"{chance.choice(['isIRI', 'isLiteral', 'isBlank', 'BOUND'])}({one})"
        if kind < 0.6:
            some = ", ".join(chance.sample(self.literals + NODES[:4], 3))
            return f"{one} {chance.choice(['IN', 'NOT IN'])} ({some})"
        if kind < 0.65:
            return f"STRLEN(STR({one})) > 1"
        other = chance.choice([f"?{chance.choice(names)}", *self.literals[:6], *NODES[:2]])
        return f"{one} {chance.choice(SIGNS)} {other}"


TEXTS = [
    '"Abc"',
    '"abcab"',
    '"äß"@de',
    '"a b"',
    '""',
    '"Æx"',
    '"a\\"b"',
    "<http://example.org/abc>",
]
NUMBERS = ["-2", "0", "2.25", "10", "1e0", '"7"^^xsd:int', '"x"^^xsd:integer', "false"]


class Calculating(Generator):
    """Makes queries with functions, BIND, aggregates, nested queries and repeated paths too."""

    def __init__(self, chance: Random) -> None:
        super().__init__(chance)
        self.literals = [*self.literals, *TEXTS, *NUMBERS]

    def query(self) -> str:
        if self.chance.random() < 0.6:
            return super().query()
        names = ["this"]
        if self.chance.random() < 0.6:
            body = " ".join(self.pattern(names) for _ in range(self.chance.choice([1, 1, 2])))
            if self.chance.random() < 0.4:
                body += f" FILTER ({self.condition(names, 1)})"
        else:
            body = self.group(names, 0, start=True)
        keys, selected = self.keys(names)
        alias = f"({self.aggregate(names)} AS ?n)" if self.chance.random() < 0.5 else ""
        having = f"HAVING ({self.number(names, self.aggregate)} {self.sign()} {self.literal()})"
        return f"SELECT {selected} {alias} WHERE {{ {body} }} GROUP BY {keys} {having}"

    def keys(self, names: list[str]) -> tuple[str, str]:
        keys = "$this" if self.chance.random() < 0.8 else f"$this ?{self.chance.choice(names)}"
        return keys, " ".join(dict.fromkeys(keys.replace("?this", "$this").split()))

    def sign(self) -> str:
        return self.chance.choice(SIGNS)

    def literal(self) -> str:
        return self.chance.choice([*"0123", "1.5", "2.25", *self.literals])

    def aggregate(self, names: list[str]) -> str:
        pick = self.chance.choice
        word = pick(["COUNT", "COUNT", "SUM", "AVG", "MIN", "MAX", "MIN", "MAX", "SAMPLE"])
        distinct = pick(["", "", "DISTINCT "])
        inner = pick([f"?{pick(names)}"] * 3 + [self.text(names), self.number(names)])
        if word == "COUNT" and self.chance.random() < 0.3:
            inner = "*"
        return f"{word}({distinct}{inner})"

    def part(self, names: list[str], depth: int) -> str:
        kind = self.chance.random()
        if kind < 0.2:
            self._fresh += 1
            value = self.chance.choice([self.text, self.number, self.condition])
            made = value(names, 1) if value == self.condition else value(names)
            names.append(f"v{self._fresh}")
            return f"BIND ({made} AS ?v{self._fresh})"
        if kind < 0.3 and depth < 2:
            return self.nested(names, depth)
        if kind < 0.35 and depth < 2:
            return f"{{ {self.group(['this'], depth + 1, start=True)} }}"
        return super().part(names, depth)

    def nested(self, names: list[str], depth: int) -> str:
        inner = ["this"]
        body = self.group(inner, depth + 1, start=True)
        self._fresh += 1
        fresh = f"v{self._fresh}"
        names.append(fresh)
        if self.chance.random() < 0.5:
            keys, selected = self.keys(inner)
            having = f"HAVING ({self.aggregate(inner)} {self.sign()} {self.literal()})"
            after = f"GROUP BY {keys} {having if self.chance.random() < 0.4 else ''}"
            value = f"({self.aggregate(inner)} AS ?{fresh})"
            return f"{{ SELECT {selected} {value} {{ {body} }} {after} }}"
        if self.chance.random() < 0.5:
            return f"{{ SELECT $this ({self.text(inner)} AS ?{fresh}) {{ {body} }} }}"
        names.append(self.chance.choice(inner))
        return f"{{ SELECT DISTINCT $this ?{names[-1]} {{ {body} }} }}"

    def path(self) -> str:
        one, other = (self.chance.choice(PROPERTIES) for _ in range(2))
        if self.chance.random() < 0.7:
            return super().path()
        forms = [f"{one}*", f"{one}+", f"({one}|{other})+", f"^{one}*", f"{one}/{other}?"]
        return self.chance.choice(
            [*forms, f"({one}/{other})*", f"^({one}/{other}+)", f"{one}*/{other}"]
        )

    def text(self, names: list[str], depth: int = 0) -> str:
        """Return an expression for what is mostly a text."""
        pick = self.chance.choice
        one = f"?{pick(names)}"
        if depth > 1 or self.chance.random() < 0.2:
            return pick([f"STR({one})", one, pick(self.literals), f"LANG({one})"])
        t, u = self.text(names, depth + 1), self.text(names, depth + 1)
        forms = [f"UCASE({t})", f"LCASE({t})", f"SUBSTR({t}, 2)", f"SUBSTR({t}, 1, 2)"]
        forms += [f"STRBEFORE({t}, {u})", f"STRAFTER({t}, {u})", f"CONCAT({t}, {u})"]
        forms += [
            f'STRAFTER({t}, "a")',
            f'REPLACE({t}, "a", "x")',
            f"IF({self.test(names, depth + 1)}, {t}, {u})",
        ]
        return pick([*forms, f"COALESCE({t}, {u})", f"STR({t})", f"DATATYPE({one})", f"STR({one})"])

    def number(self, names: list[str], leaf: object = None) -> str:
        """Return an expression for what is mostly a number."""
        pick = self.chance.choice

        def one() -> str:
            if callable(leaf):
                return str(leaf(names))
            return pick([f"?{pick(names)}", f"STRLEN({self.text(names)})", pick("0123")])

        word = pick(["ABS", "CEIL", "FLOOR", "ROUND", "-", "YEAR", "MONTH", "DAY"])
        return pick([one()] * 2 + [f"{word}({one()})", f"({one()} {pick('+-*/')} {one()})"])

    def test(self, names: list[str], depth: int = 1) -> str:
        """Return a function that is true or false."""
        pick = self.chance.choice
        one, t, u = f"?{pick(names)}", self.text(names, depth + 1), self.text(names, depth + 1)
        word = pick(["STRSTARTS", "STRENDS", "CONTAINS"])
        forms = [f'{word}({t}, "{pick(["a", "b", "A", "http", ""])}")', f"{word}({t}, {u})"]
        pattern = pick(["a", "^a", "b$", "[A-Z]", "a.b", "^(a|b)+$", "^http", "\\\\d", ""])
        forms += [f'REGEX({t}, "{pattern}")', f'REGEX({t}, "{pattern}", "i")', f"isNumeric({one})"]
        forms += [f'LANGMATCHES(LANG({one}), "{pick(["*", "de", "EN"])}")', f"sameTerm({one}, {t})"]
        return pick([*forms, f"sameTerm({one}, ?{pick(names)})", one, t])

    def condition(self, names: list[str], depth: int) -> str:
        kind, sign = self.chance.random(), self.sign()
        if kind < 0.5:
            return super().condition(names, depth)
        if kind < 0.65:
            return self.test(names)
        if kind < 0.8:
            other = self.chance.choice([self.text(names, 1), self.literal()])
            return f"{self.text(names)} {sign} {other}"
        other = self.chance.choice([self.number(names), self.literal()])
        return f"{self.number(names)} {sign} {other}"


def damaged(query: str, chance: Random) -> str:
    """Return a query with a token missing, added or misplaced, or only its beginning."""
    found = _TOKENS.findall(query)
    place, other = chance.randrange(len(found)), chance.randrange(len(found))
    match chance.randrange(4):
        case 0:
            del found[place:]
        case 1:
            del found[place]
        case 2:
            found.insert(place, chance.choice(_STRAY.split()))
        case _:
            found[place], found[other] = found[other], found[place]
    return "".join(found)


_TOKENS = re.compile(r"\w+|\s+|.", re.DOTALL)
_STRAY = (
    """AS { } ( ) ?this $this SELECT GROUP FILTER EXISTS . ; " ' \\ < ^ * UNION BIND VALUES 1e5 ü"""
)
