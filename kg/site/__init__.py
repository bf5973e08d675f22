"""A folder of static pages that show a graph: each page one file, readable offline.

:func:`kg.site.build.pages` makes all of them. Every page carries its own styles, scripts and
data, so that it works wherever it is copied to and needs no network.
"""
