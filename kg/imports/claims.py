"""What a sentence of a page claims: which practice, which outcome, which way, in what words."""

from __future__ import annotations

import re
from typing import NamedTuple

_UP = (
    r"increas\w*|promot\w+|foster\w*|strengthen\w*|rais(?:e[sd]?|ing)|boost\w*|more|"
    r"greater|higher|stronger|further"
)
_DOWN = (
    r"reduc\w+|decreas\w*|lower(?:s|ed|ing)?|lessen\w*|diminish\w*|alleviat\w+|"
    r"reliev\w+|less|fewer|minimi[sz]\w+|declin\w+"
)
_BETTER = r"improv\w+|enhanc\w+|better|benefit\w*"
_WORSE = r"worsen\w*|worse|impair\w*"
_CUE = re.compile(
    rf"\b(?:(?P<up>{_UP})|(?P<down>{_DOWN})|(?P<better>{_BETTER})|(?P<worse>{_WORSE})|(?P<effect>effective|efficacious|works?)|(?P<prevent>prevent\w*)|(?P<change>chang\w+|change|affect\w*|influenc\w+|impact\w*))\b",
    re.I,
)
_NEGATED = re.compile(
    r"\b(?:no|not|never|neither|nor|without|cannot|fail(?:s|ed)? to|did not|does not|little|"
    r"unclear|insufficient|unlikely)\b|n't\b",
    re.I,
)
_MIXED = re.compile(r"\b(?:mixed|inconsistent|conflicting)\b", re.I)
_NONE = re.compile(r"\bno\s(?:\w+\s){0,2}(?:difference|effect|improvement|change|benefit)\b", re.I)
_LITTLE = re.compile(
    r"\b(?:insufficient|limited|little|not enough|lack of|unclear)\s(?:\w+\s){0,2}evidence|"
    r"\bevidence\s(?:is|was)\s(?:insufficient|limited|unclear)",
    re.I,
)
_AIM = re.compile(
    r"\b(?:aim(?:s|ed|ing)?\s(?:to|at|of)|intended to|designed to|seeks? to|is meant to|"
    r"with the goal)\b",
    re.I,
)
_SHOWN = re.compile(r"\b(?:shown|found|demonstrated|showed|reported|identified|observed)\b", re.I)
_PROVEN = re.compile(r"\b(?:proven|proved|established)\b", re.I)
_POSSIBLE = re.compile(
    r"\b(?:may|might|can|could|appears? to|seems? to|suggests?|likely|potentially|possibly)\b", re.I
)
_ADVICE = re.compile(
    r"\b(?:should|must|ought to|recommend(?:s|ed)?|advise[sd]?|is advised|first-line|"
    r"preferred|consider)\b",
    re.I,
)
_VERBS = (
    "offer|use|consider|provide|start|begin|give|advise|refer|prescribe|screen|assess|monitor|practice|practise|encourage|"
    "develop|ensure|discuss|continue|stop|avoid|reduce|increase|maintain|teach|support|include|add|switch|treat|limit|do|"
    "never|listen|build|respond|communicate|administer|arrange|review|recommend|keep|titrate|combine|involve|repeat"
)
_IMPERATIVE = re.compile(
    rf"(?:[\d.]+\s+)?(?:(?:for|in|to|if|when|with|among)\s[^,.]{{3,120}},\s)?(?:(?:always|consistently|first|also|then)\s)?(?:{_VERBS})\b",
    re.I,
)
_AGAINST = re.compile(
    r"\b(?:do not|don't|avoid|never|should not|must not|not (?:be )?(?:recommended|offered|"
    r"used|routinely)|against|contraindicated|stop)\b",
    re.I,
)
_LIMITS = re.compile(
    r"\b(?:contraindicated|adverse (?:effects?|events?)|side effects?|harms?|should not be used)\b",
    re.I,
)
_PART = re.compile(r"\b(?:phase|part|component|element|module)s? of\b", re.I)
_FOR = re.compile(
    r"\b(?:designed|intended|meant|developed|suitable|adapted)\sfor\b|\bintended age\b", re.I
)


class Direction(NamedTuple):
    """A notation of the list effectDirection, and the word by which it was found."""

    notation: str
    how: str
    is_aim: bool = False


def direction(said: str, outcome: int, desirability: str) -> Direction:
    """Return which way a sentence says that an outcome goes.

    :param said: the sentence.
    :param outcome: where it names the outcome.
    :param desirability: of the outcome: ``improve`` says nothing of the direction without it.
    """
    before = said[:outcome]
    if _LITTLE.search(said):
        return Direction("insufficient", "the sentence says that evidence is lacking")
    if _MIXED.search(said):
        return Direction("mixed", "the sentence calls results mixed")
    if none := _NONE.search(said):
        return Direction("noDifference", f"'{none[0]}'")
    cues = list(_CUE.finditer(before))
    if not cues:
        return Direction("notReported", "no word says which way")
    cue = cues[-1]
    aim = list(_AIM.finditer(before, 0, cue.start()))
    if (
        aim
        and not _CUE.search(before, aim[-1].end(), cue.start())
        and cue.start() - aim[-1].end() < 40
    ):
        return Direction("aim", f"'{aim[-1][0]} {cue[0]}' states a purpose", True)
    if _NEGATED.search(before, max(0, cue.start() - 25), cue.start()):
        return Direction("notReported", f"'{cue[0]}' is negated")
    if cue["change"]:
        return Direction("notReported", f"'{cue[0]}' does not say which way")
    if cue["up"]:
        return Direction("increase", f"'{cue[0]}'")
    if cue["down"] or cue["prevent"]:
        return Direction("decrease", f"'{cue[0]}'")
    wanted = "undesirable" if cue["worse"] else "desirable"
    if desirability == wanted:
        return Direction("increase", f"'{cue[0]}', and more of it is {wanted}")
    if desirability in ("desirable", "undesirable"):
        return Direction("decrease", f"'{cue[0]}', and more of it is {desirability}")
    return Direction("notReported", f"'{cue[0]}' does not say which way")


def claims_effect(said: str) -> bool:
    """Tell whether a sentence claims that something works, and states no mere aim."""
    results = _SHOWN.search(said) or _PROVEN.search(said) or not _AIM.search(said)
    return bool(_CUE.search(said) and results) or bool(_NONE.search(said) or _LITTLE.search(said))


def strength(said: str) -> str:
    """Return how strongly a sentence words its claim: a notation of the list claimedStrength."""
    if _LITTLE.search(said):
        return "limited"
    for pattern, notation in (
        (_PROVEN, "proven"),
        (_SHOWN, "shown"),
        (_AIM, "aim"),
        (_POSSIBLE, "possible"),
    ):
        if pattern.search(said):
            return notation
    return "advised" if is_advice(said) else "asserted"


def is_advice(said: str) -> bool:
    """Tell whether a sentence tells the reader to do something."""
    return bool(_IMPERATIVE.match(said) or _ADVICE.search(said))


def is_against(said: str) -> bool:
    """Tell whether advice is against something."""
    return bool(_AGAINST.search(said))


def limits(said: str) -> bool:
    """Tell whether a sentence seems to state a harm or a contraindication."""
    return bool(_LIMITS.search(said))


def description_kind(said: str, section: str) -> str:
    """Return the kind of a description: a notation of the list descriptionKind."""
    if said.rstrip().endswith(":"):
        return "listIntroduction"
    if re.search(r"\bcomponents?\b", section, re.I):
        return "keyComponent"
    if _AIM.search(said):
        return "aim"
    if _PART.search(said):
        return "partOf"
    return "targetPopulation" if _FOR.search(said) else "notClassified"


def age_basis(said: str, role: str) -> str:
    """Return what an age in a sentence describes: a notation of the list ageBasis."""
    if _FOR.search(said):
        return "programmeTarget"
    if re.search(
        r"\b(?:eligib\w+|inclusion|included|recruit\w+|trials? (?:in|of|with)|studies (?:in|"
        r"of|with))\b",
        said,
        re.I,
    ):
        return "studyEligibility"
    if re.search(r"\b(?:sample|participants|randomi[sz]ed|enrolled|mean age)\b", said, re.I):
        return "studySample"
    return "recommendationScope" if role == "guidelinePart" and is_advice(said) else "notStated"
