"""How a lake is found and asked, on AWS or on this machine: only the environment tells them apart.

| module | holds |
| --- | --- |
| `firelake.aws.lake_ref` | the facts by which a lake is found: options, variables, outputs |
| `firelake.aws.clients` | the one factory of clients |
| `firelake.aws.put_records` | what makes PutRecords quick |
| `firelake.aws.backoff` | the pauses between attempts |
| `firelake.aws.query_run` | one query in Athena, with a deadline, and its rows |
| `firelake.aws.query_stored` | which events the lake holds already |
| `firelake.aws.query` | the lake for notebooks and scripts: questions in, pandas frames out |
| `firelake.aws.errors` | what this package raises |
"""
