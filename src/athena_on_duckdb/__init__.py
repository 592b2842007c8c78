"""An Athena endpoint: Athena's SQL on DuckDB, over the S3 and the Glue of the embedded cloud."""
