"""The plan executed by a database: fused scans of one table of raw terms, and plain queries."""

INSTALL = "pip install 'clinical-evidence-kg[scale]'"
"""How to get what the SQL engines need."""
