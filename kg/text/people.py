"""The words for people before an age: whose age it is."""

from __future__ import annotations

import re

PERSON = (
    r"children|child|infants?|toddlers?|babies|newborns?|neonates?|preschoolers?|pre-schoolers?|boys?|girls?|kids|"
    r"adolescents?|teenagers?|teens|adults?|people|persons?|patients?|women|men|mothers?|fathers?|"
    r"parents?|caregivers?|carers?|pupils|students|those|anyone|anybody|everyone|everybody|individuals?|participants?|youths?"
)
_CAREGIVER = re.compile(
    r"\b(?:mothers?|fathers?|parents?|caregivers?|carers?)[\s,(]+(?:who\sare\s|aged\s|of\s)*$",
    re.IGNORECASE,
)
_PATIENT = re.compile(
    r"\b(?:adults|adolescents|teenagers|teens|people|persons|patients|women|men|individuals|"
    r"participants|students|pupils|youths)[\s,(]+(?:who\sare\s|aged?\s|ages\s|of\s)*$",
    re.IGNORECASE,
)
_CHILD = re.compile(
    r"\b(?:children|child|infants?|toddlers?|babies|boys?|girls?|kids|newborns?|neonates?)\b",
    re.IGNORECASE,
)


def whose(text: str, start: int, position: int, unit: str, highest: str) -> str:
    """Return ``child``, ``patient`` or ``caregiver`` as the words say, ``child`` by the age alone.

    :param highest: the upper limit of the age, ``""`` if it has none.
    """
    before = text[max(start, position - 80) : position]
    if _CAREGIVER.search(before):
        return "caregiver"
    if _PATIENT.search(before):
        return "patient"
    if _CHILD.search(before) or (highest and (unit != "a" or float(highest) <= 12)):
        return "child"
    return ""
