"""Glue tables and S3 files made into relations that DuckDB reads, as few of them as a query needs."""
