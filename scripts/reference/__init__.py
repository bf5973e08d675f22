"""The parts of the generated reference; ``scripts/generate.py`` writes them to files."""
