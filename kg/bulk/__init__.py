"""The same work for graphs that outgrow memory: files to Parquet, and Parquet to files.

Nothing here knows SHACL. :mod:`kg.bulk.ingest` turns RDF files into tables of canonical
N-Triples terms; :mod:`kg.bulk.export` writes such tables in other formats, as a stream.
Both need the extra ``scale``.
"""
