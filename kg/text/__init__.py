"""What a text says on its surface: blocks, sentences, reference marks, ages and names.

Nothing here knows the ontology or a graph, and no language model is used. Positions are 0-based
Unicode code points of the whole text, the end exclusive.
"""
