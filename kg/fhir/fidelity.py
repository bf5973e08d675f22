"""What the bundles of FHIR R5 keep of a graph."""

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
        "asserted-derived": "not told apart",
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
