-- Rows and events by event type and day of creation (UTC), of the last 7 days. Where there are more
-- rows than events, Firehose delivered some twice: events_unique leaves the copies out, and none
-- moves into history.
WITH stored AS (
  SELECT event_type, dt, {identity}, created_datetime, true AS is_event
  FROM {database}.events_unique
  UNION ALL
  SELECT event_type, dt, {identity}, created_datetime, false AS is_event
  FROM {database}.events
)
SELECT
  event_type,
  CAST(created_datetime AS date) AS created_date,
  count(*) - count(DISTINCT CASE WHEN NOT is_event THEN ({identity}) END) AS row_count,
  count_if(is_event) AS event_count
FROM stored
WHERE {dt_since_last_week} AND {no_canary}
GROUP BY event_type, CAST(created_datetime AS date)
ORDER BY event_type, created_date
