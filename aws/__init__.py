"""How a lake is found and asked, on AWS or on this machine: only the environment tells them apart.

| module | holds |
| --- | --- |
| `aws.lake_ref` | the facts by which a lake is found: their options, variables and outputs |
| `aws.clients` | the one factory of clients |
| `aws.backoff` | the pauses between attempts |
| `aws.query_run` | one query in Athena, with a deadline, and its rows |
| `aws.query_stored` | which events the lake holds already |
| `aws.query` | the lake for notebooks and scripts: questions in, pandas frames out |
| `aws.errors` | what this package raises |
"""
