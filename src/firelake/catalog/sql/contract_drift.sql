-- Fields that events brought and the contract does not know, of the last 7 days: in how many rows,
-- of which forms, since when. Those of unregistered events are among them. What Athena cannot parse,
-- as it is nested too deep, is left out and hinders nothing.
WITH brought AS (
  SELECT event_name, dt, TRY(CAST(json_parse(extras) AS map(varchar, json))) AS fields
  FROM {database}.events_unique
  WHERE {dt_since_last_week} AND {no_canary}
),
named AS (
  SELECT event_name, dt, field, json_format(fields[field]) AS value
  FROM brought
  CROSS JOIN UNNEST(map_keys(fields)) AS listed (field)
  {but_mapped}
  {undeclared_members}
)
SELECT
  event_name,
  field,
  count(*) AS row_count,
  count_if(coalesce(value, 'null') = 'null') AS null_count,
  count_if(value IN ('true', 'false')) AS boolean_count,
  count_if(regexp_like(value, '^-?[0-9]{1,18}$')) AS integer_count,
  count_if(regexp_like(value, '^-?[0-9]+[.eE]')) AS fraction_count,
  count_if(
    regexp_like(value, '^"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:?[0-9]{2})"$')
  ) AS timestamp_count,
  count_if(regexp_like(value, '^"')) AS text_count,
  count_if(regexp_like(value, '^[\[{]')) AS json_count,
  min(dt) AS first_dt,
  min(substr(value, 1, 100)) AS sample
FROM named
GROUP BY event_name, field
ORDER BY row_count DESC, event_name, field
