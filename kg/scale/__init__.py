"""The same work for graphs that outgrow memory: files are read into Parquet tables.

Nothing here knows SHACL. :mod:`kg.scale.ingest` turns RDF files into tables of canonical
N-Triples terms. It needs the extra ``scale``.
"""
