// Ten questions to begin with. A finding is a result of research that was read; a claim is what a page
// says of other work. Neither is counted as the other. reviewStatus says how far a statement is reviewed.

// 1. Which practices were studied for which outcome, with what result and certainty?
MATCH (p:Practice)-[r:STUDIED_FOR]->(o:Outcome)
RETURN p.name, o.name, r.valence, r.certainty, r.reviewStatus, r.statement
ORDER BY p.name;

// 2. What is claimed of which practice?
MATCH (p:Practice)-[r:CLAIMED_FOR]->(o:Outcome)
RETURN p.name, o.name, r.valence, r.statement
ORDER BY p.name;

// 3. Which findings are favourable between groups?
MATCH (p:Practice)-[r:STUDIED_FOR]->(o:Outcome)
WHERE r.valence = "favourable" AND r.contrast = "betweenGroup"
RETURN p.name, o.name, r.certainty, r.statement
ORDER BY p.name;

// 4. Which findings saw no difference, or were mixed or insufficient?
MATCH (p:Practice)-[r:STUDIED_FOR]->(o:Outcome)
WHERE r.valence IN ["neutral", "mixed", "insufficient"]
RETURN p.name, o.name, r.valence, r.statement
ORDER BY p.name;

// 5. On which source does each finding rest?
MATCH (f:Finding)-[:CITES]->(s:Source)
RETURN f.identifier, s.name, s.doi
ORDER BY f.identifier;

// 6. What are the parts of each practice?
MATCH (c:Practice)-[:COMPONENT_OF]->(p:Practice)
RETURN p.name, c.name
ORDER BY p.name;

// 7. With whom was each practice studied?
MATCH (p:Practice)<-[:INTERVENTION]-(f:Finding)-[:POPULATION]->(g:Population)
RETURN p.name, g.name, f.identifier
ORDER BY p.name;

// 8. What was each practice compared with?
MATCH (p:Practice)<-[:INTERVENTION]-(f:Finding)-[:COMPARATOR]->(c)
RETURN p.name, c.name, f.identifier
ORDER BY p.name;

// 9. Which numbers were found, with their digits as printed?
MATCH (f:Finding)-[:ESTIMATE]->(e:EffectEstimate)
WHERE e.value_written <> ""
RETURN f.identifier, e.estimateType, e.value_written, e.ciLower_written, e.ciUpper_written
ORDER BY f.identifier;

// 10. How often was each outcome looked at?
MATCH (f:Finding)-[:OUTCOME]->(o:Outcome)
RETURN o.name, COUNT(f.iri)
ORDER BY o.name;
