"""SPARQL constraints and graphs made up at random, of what shapes are written with.

Numbers are in their canonical form: a store takes ``1`` and ``01`` for one term, against SPARQL.
"""

from __future__ import annotations

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
