"""One verdict on one statement, who gave it, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from kg.evidence.audit_rules import AUDIT_RULES, AuditRule

PERSON, RULE = "person", "rule"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict by a rule of the audit.

    ``judged_by`` is :data:`PERSON` where the rule takes over what somebody recorded. ``rests_on``
    are the IRIs of the findings, statements and sources that it rests on. ``about`` names the
    practice and the outcome where a claim has several; ``plain`` is the wording for caregivers.
    """

    code: str
    judged_by: str
    words: str
    rests_on: tuple[str, ...] = ()
    about: str = ""
    plain: str = ""

    @property
    def rule(self) -> AuditRule:
        """The rule that gave the verdict."""
        return AUDIT_RULES[self.code]

    @property
    def verdict(self) -> str:
        """A key of :data:`kg.evidence.audit_rules.VERDICTS`."""
        return self.rule.verdict

    @property
    def says(self) -> str:
        """What was found, in words for clinicians."""
        return f"On {self.about}: {self.words}" if self.about else self.words

    @property
    def plainly(self) -> str:
        """What was found, in words for caregivers."""
        plain = self.plain or self.rule.plain
        return f"On {self.about}: {plain}" if self.about else plain
