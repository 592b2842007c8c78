"""The contract as Glue and Athena want it: tables, views, crawler and named queries.

What renders the contract is pure: it returns requests as botocore spells them, and sends none. One
location and one contract always give the same requests. `aws` asks the lake.

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
| `catalog.query_sql` | periods, parameters and events in SQL |
| `catalog.sql_text` | names and values written into SQL |
| `catalog.limits` | the sizes that Glue takes |
| `catalog.errors` | what this house raises |
"""
