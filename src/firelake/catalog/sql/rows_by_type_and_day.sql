-- Rows and events by event type and day of creation (UTC), of the last 7 days. Where there are more
-- rows than events, Firehose delivered some twice: events_unique leaves the copies out.
SELECT
  event_type,
  CAST(created_datetime AS date) AS created_date,
  count(*) AS row_count,
  count(DISTINCT ({identity})) AS event_count
FROM {database}.events
WHERE {dt_since_last_week} AND {no_canary}
GROUP BY event_type, CAST(created_datetime AS date)
ORDER BY event_type, created_date
