"""One reading of the evidence, which every output takes."""
