"""What the bundles of FHIR keep of a graph: R5, and less in R4."""

from __future__ import annotations

from kg.contract import Fidelity

FIDELITY = Fidelity(
    changes={
        "Finding": "Evidence",
        "EffectEstimate": "Evidence.statistic, the digits as written",
        "Certainty": "Evidence.certainty",
        "DomainRating": "Evidence.certainty.subcomponent",
        "Recommendation": "PlanDefinition",
        "Claim": "ArtifactAssessment",
        "Description": "ArtifactAssessment",
        "Caveat": "ArtifactAssessment",
        "Disclaimer": "a note and the narrative of every resource",
        "Source": "Citation",
        "Population": "EvidenceVariable",
        "Practice": "EvidenceVariable and ActivityDefinition",
        "Outcome": "EvidenceVariable",
        "Measure": "EvidenceVariable",
        "AgeRange": "a characteristic of an EvidenceVariable, and useContext",
        "Quote": "an extension",
        "ReviewEvent": "ArtifactAssessment",
        "Appraisal": "a note",
        "languages": "not named",
        "datatypes": "those of FHIR",
        "asserted-derived": "not distinguished",
    },
    drops={
        "StudyCount": "no element of FHIR has its meaning",
        "Section": "no element of FHIR has its meaning",
        "Mechanism": "no element of FHIR has its meaning",
        "DerivedEdge": "follows from the rest",
        "Disagreement": "follows from the rest",
    },
    others="what the mapping table has no element for",
)

_ASSESSED = "R4 has no ArtifactAssessment"
REDUCED = Fidelity(
    changes={
        **{
            name: how
            for name, how in FIDELITY.changes.items()
            if name not in ("Claim", "Description")
        },
        "Finding": "EffectEvidenceSynthesis; Evidence, with its numbers in words, where no "
        "comparator is named",
        "EffectEstimate": "EffectEvidenceSynthesis.effectEstimate, the digits as written",
        "Certainty": "EffectEvidenceSynthesis.certainty",
        "DomainRating": "EffectEvidenceSynthesis.certainty.certaintySubcomponent",
        "Caveat": "a note and the narrative of what it applies to",
        "Source": "relatedArtifact of the finding: authors, title, year, DOI",
        "AgeRange": "the words of an EvidenceVariable, and useContext",
        "ReviewEvent": "the status of the resource, and an extension",
    },
    drops={**FIDELITY.drops, "Claim": _ASSESSED, "Description": _ASSESSED},
    others=FIDELITY.others,
)
