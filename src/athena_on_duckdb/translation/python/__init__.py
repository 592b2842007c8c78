"""Functions in Python that translated queries call, where DuckDB has none of the same meaning."""
