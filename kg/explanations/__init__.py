"""What a rule, a term or an entity of a graph is, in the parts that every presentation shows.

The command line and the generated reference both draw on these parts; neither looks into shapes or
ontology by itself.
"""

from kg.explanations.entities import CodeText, EntityText, StatementText, entity, ids
from kg.explanations.keys import KeyText
from kg.explanations.lookup import explain
from kg.explanations.rules import RuleText, Target, codes, rule
from kg.explanations.terms import Dictionary, MappingText, TermText, read_mappings

__all__ = [
    "CodeText",
    "Dictionary",
    "EntityText",
    "KeyText",
    "MappingText",
    "RuleText",
    "StatementText",
    "Target",
    "TermText",
    "codes",
    "entity",
    "explain",
    "ids",
    "read_mappings",
    "rule",
]
