"""Athena's SQL made into DuckDB's: parsed, typed as Athena types it, and refused where unknown."""
