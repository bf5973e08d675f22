"""SHACL Core and SHACL-SPARQL: a library that knows nothing of the rest of kg."""
