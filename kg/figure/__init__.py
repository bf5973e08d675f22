"""Views show a graph to people: what is drawn, where it stands, and the drawing itself."""
