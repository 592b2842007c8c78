"""Glue tables and S3 files as relations for DuckDB: as few columns and files as a query needs."""
