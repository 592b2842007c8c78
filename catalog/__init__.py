"""The contract as Glue and Athena want it: tables, views, crawler and named queries.

The house is pure: it returns requests as botocore spells them, and sends none. One location and
one contract always give the same requests.

| module | holds |
| --- | --- |
| `catalog.location` | where a lake's data and tables are |
| `catalog.glue_types` | the types of the contract in Glue's and in Athena's spelling |
| `catalog.columns` | the columns and partition keys of `events`, with their comments |
| `catalog.projection` | the table parameters by which Athena knows partitions without asking Glue |
| `catalog.table_input` | the form of Glue's `TableInput` |
| `catalog.tables` | `events`, `events_raw` and `events_errors` |
| `catalog.views` | `events_unique` and one typed view an event |
| `catalog.crawler` | the crawler that registers partitions |
| `catalog.queries` | the named queries, from `catalog/sql/` |
| `catalog.sql_text` | names and values written into SQL |
| `catalog.limits` | the sizes that Glue takes |
| `catalog.errors` | what this house raises |
"""
