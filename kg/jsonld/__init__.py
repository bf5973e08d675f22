"""JSON-LD of graphs: nodes, contexts, frames. Exporters and answers to queries are made of it."""
