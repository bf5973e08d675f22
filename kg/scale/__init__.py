"""The same work for graphs that outgrow memory or one machine (extras ``scale``, ``spark``).

:mod:`kg.scale.ingest` reads RDF files into Parquet tables, which :mod:`kg.scale.cache` keeps, and
:mod:`kg.scale.workers` lets Spark's workers do so.
:mod:`kg.scale.check` validates them, :mod:`kg.scale.export` writes them in other formats, and
:mod:`kg.scale.review` decides in SQL what of them may be exported. :mod:`kg.scale.stored` holds a
graph on disk, to put questions to it.
"""
