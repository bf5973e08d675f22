"""FHIR: a graph as resources of HL7, and resources of HL7 as records.

What goes where is data: one table a version in ``tables/``. The code reads a graph into slots that
no version knows of; the table says at which element of which resource a slot is placed.
"""
