"""What a sentence of a page claims: which practice, which outcome, which way, in what words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from kg.text.cues import Cues, Said

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
_EFFECT = r"effective|efficacious|works?"
_CHANGE = r"chang\w+|change|affect\w*|influenc\w+|impact\w*"
_VERBS = (
    "offer|use|consider|provide|start|begin|give|advise|refer|prescribe|screen|assess|monitor|practice|practise|encourage|"
    "develop|ensure|discuss|continue|stop|avoid|reduce|increase|maintain|teach|support|include|add|switch|treat|limit|do|"
    "never|listen|build|respond|communicate|administer|arrange|review|recommend|keep|titrate|combine|involve|repeat"
)
_WORD = re.compile(r"\w+")
_CUE = re.compile(
    rf"(?P<up>{_UP})|(?P<down>{_DOWN})|(?P<better>{_BETTER})|(?P<worse>{_WORSE})|"
    rf"(?P<effect>{_EFFECT})|(?P<prevent>prevent\w*)|(?P<change>{_CHANGE})",
    re.I,
)
_NEGATED = re.compile(
    r"\b(?:no|not|never|neither|nor|without|cannot|fail(?:s|ed)? to|did not|does not|little|"
    r"unclear|insufficient|unlikely)\b|n't\b",
    re.I,
)
_IMPERATIVE = re.compile(
    rf"(?:[\d.]+\s+)?(?:(?:for|in|to|if|when|with|among)\s[^,.]{{3,120}},\s)?(?:(?:always|consistently|first|also|then)\s)?(?:{_VERBS})\b",
    re.I,
)
_CUES = Cues({
    "effect": "|".join((_UP, _DOWN, _BETTER, _WORSE, _EFFECT, _CHANGE, r"prevent\w*")),
    "mixed": "mixed|inconsistent|conflicting",
    "none": r"no (?:\w+ ){0,2}(?:difference|effect|improvement|change|benefit)",
    "little": r"""
        (?:insufficient|limited|little|unclear) (?:\w+ ){0,2}evidence
        not enough (?:\w+ ){0,2}evidence
        lack of (?:\w+ ){0,2}evidence
        evidence (?:is|was) (?:insufficient|limited|unclear)
    """,
    "aim": r"""
        aim(?:s|ed|ing)? (?:to|at|of)
        (?:intended|designed|seeks?) to
        meant to
        goal (?:is|of|to)
    """,
    "shown": "shown|found|demonstrated|showed|reported|identified|observed",
    "proven": "proven|proved|established",
    "possible": """
        may|might|can|could|suggests?|likely|potentially|possibly
        (?:appears?|seems?) to
    """,
    "advice": """
        should|must|recommend(?:s|ed)?|advise[sd]?|preferred|consider
        ought to
        suggested (?:for|in|as|to)
        we suggest
        first-line
    """,
    "against": r"""
        avoid|never|against|contraindicated|stop
        (?:do|should|must) not
        don't
        not (?:be )?(?:recommended|offered|used|routinely)
    """,
    "limits": r"""
        contraindicated|harms?
        adverse (?:effects?|events?)
        side effects?
        should not be used
    """,
    "part": "(?:phase|part|component|element|module)s? of",
    "for": """
        (?:designed|intended|meant|developed|suitable|adapted) for
        intended age
    """,
    "eligible": r"""
        eligib\w+|inclusion|included|recruit\w+
        (?:trials?|studies) (?:in|of|with)
    """,
    "excluded": r"""
        exclud\w+|exclusion|ineligible|except
        (?:not|never) (?:been )?(?:included|eligible|enrolled|recruited|studied)
    """,
    "sample": """
        sample|participants|randomi[sz]ed|enrolled
        mean age
    """,
})  # fmt: skip


def read(text: str) -> Said:
    """Return a sentence with the words in it by which a claim is known."""
    return Said(text, _CUES)


class Direction(NamedTuple):
    """A notation of the list effectDirection, and the word by which it was found."""

    notation: str
    how: str
    is_aim: bool = False


def direction(said: Said, before: str, desirability: str) -> Direction:
    """Return which way a sentence says that an outcome goes.

    :param said: the sentence.
    :param before: its words before the name of the outcome.
    :param desirability: of the outcome: ``improve`` says nothing of the direction without it.
    """
    if said.has("little"):
        return Direction("insufficient", "the sentence says that evidence is lacking")
    if said.has("mixed"):
        return Direction("mixed", "the sentence calls results mixed")
    if none := said.find("none"):
        return Direction("noDifference", f"'{none[0]}'")
    words = [m for m in _WORD.finditer(before) if _way(m[0])]
    if not words:
        return Direction("notReported", "no word says which way")
    cue, way = words[-1], _way(words[-1][0])
    aim = list(_CUES.patterns["aim"].finditer(before, 0, cue.start())) if said.has("aim") else ()
    if (
        aim
        and cue.start() - aim[-1].end() < 40
        and not any(word.start() >= aim[-1].end() for word in words[:-1])
    ):
        return Direction("aim", f"'{aim[-1][0]} {cue[0]}' states a purpose", True)
    if _NEGATED.search(before, max(0, cue.start() - 25), cue.start()):
        return Direction("notReported", f"'{cue[0]}' is negated")
    if way == "change":
        return Direction("notReported", f"'{cue[0]}' does not say which way")
    if way == "up":
        return Direction("increase", f"'{cue[0]}'")
    if way in ("down", "prevent"):
        return Direction("decrease", f"'{cue[0]}'")
    wanted = "undesirable" if way == "worse" else "desirable"
    if desirability == wanted:
        return Direction("increase", f"'{cue[0]}', and more of it is {wanted}")
    if desirability in ("desirable", "undesirable"):
        return Direction("decrease", f"'{cue[0]}', and more of it is {desirability}")
    return Direction("notReported", f"'{cue[0]}' does not say which way")


@lru_cache(maxsize=100_000)
def _way(word: str) -> str:
    """Return which way a word says that something goes, ``""`` if it says none."""
    found = _CUE.fullmatch(word)
    return (found.lastgroup or "") if found else ""


def claims_effect(said: Said) -> bool:
    """Tell whether a sentence claims that something works, and states no mere aim."""
    results = said.has("shown") or said.has("proven") or not said.has("aim")
    return (said.has("effect") and results) or said.has("none") or said.has("little")


def strength(said: Said) -> str:
    """Return how strongly a sentence words its claim: a notation of the list claimedStrength."""
    if said.has("little"):
        return "limited"
    for strength in ("proven", "shown", "aim", "possible"):
        if said.has(strength):
            return strength
    return "advised" if is_advice(said) else "asserted"


def is_advice(said: Said) -> bool:
    """Tell whether a sentence tells the reader to do something."""
    return bool(_IMPERATIVE.match(said.text) or said.has("advice"))


def limits(said: Said) -> bool:
    """Tell whether a sentence seems to state a harm or a contraindication."""
    return said.has("limits")


def description_kind(said: Said, section: str) -> str:
    """Return the kind of a description: a notation of the list descriptionKind."""
    if said.text.endswith(":"):
        return "listIntroduction"
    if "component" in section.lower():
        return "keyComponent"
    if said.has("aim"):
        return "aim"
    if said.has("part"):
        return "partOf"
    return "targetPopulation" if said.has("for") else "notClassified"


def age_basis(said: Said, role: str) -> str:
    """Return what an age in a sentence describes: a notation of the list ageBasis."""
    if said.has("for"):
        return "programmeTarget"
    if said.has("eligible"):
        return "studyEligibility"
    if said.has("sample"):
        return "studySample"
    return "recommendationScope" if role == "guidelinePart" and is_advice(said) else "notStated"


def excludes(said: Said) -> bool:
    """Tell whether a sentence is about people who were excluded, or may be."""
    return said.has("excluded")
