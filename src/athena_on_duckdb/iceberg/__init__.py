"""Iceberg tables: their metadata by pyiceberg, their rows by DuckDB."""
