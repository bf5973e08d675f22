// To run once after the import. An IRI is unique in the whole graph; every entity is an Entity.
CREATE CONSTRAINT entity_iri IF NOT EXISTS FOR (e:Entity) REQUIRE e.iri IS UNIQUE;
CREATE INDEX finding_identifier IF NOT EXISTS FOR (f:Finding) ON (f.identifier);
CREATE INDEX source_doi IF NOT EXISTS FOR (s:Source) ON (s.doi);
CREATE INDEX entity_name IF NOT EXISTS FOR (e:Entity) ON (e.name);
