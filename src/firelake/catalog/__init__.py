"""The contract as Glue and Athena want it: tables, views, crawler and named queries.

What renders the contract is pure: it returns requests as botocore spells them, and sends none. One
location and one contract always give the same requests. `aws` asks the lake.

| module | holds |
| --- | --- |
| `firelake.catalog.location` | where a lake's data and tables are |
| `firelake.catalog.glue_types` | the types of the contract in Glue's and in Athena's spelling |
| `firelake.catalog.columns` | the columns and partition keys of `events`, with their comments |
| `firelake.catalog.projection` | the parameters by which Athena knows partitions without Glue |
| `firelake.catalog.table_input` | the form of Glue's `TableInput` |
| `firelake.catalog.tables` | `events`, `events_raw` and `events_errors` |
| `firelake.catalog.views` | `events_unique` and one typed view an event |
| `firelake.catalog.crawler` | the crawler that registers partitions |
| `firelake.catalog.queries` | the named queries, from `src/firelake/catalog/sql/` |
| `firelake.catalog.query_sql` | periods, parameters and events in SQL |
| `firelake.catalog.sql_text` | names and values written into SQL |
| `firelake.catalog.limits` | the sizes that Glue takes |
| `firelake.catalog.errors` | what this house raises |
"""
