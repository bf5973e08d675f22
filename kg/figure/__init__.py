"""The figure: what is drawn, where it is placed, and the drawing itself."""
