-- Events in the lake by how long after their creation they arrived.
WITH arrived AS (
  SELECT date_diff('millisecond', created_datetime, ingested_at) AS delay_ms
  FROM {database}.events_unique
  WHERE {condition}
)
SELECT {step} AS step, count(*) AS event_count
FROM arrived
GROUP BY {step}
ORDER BY step
