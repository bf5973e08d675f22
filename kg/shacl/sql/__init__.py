"""The plan carried out by a database: fused scans of one table of raw terms, and plain queries."""
