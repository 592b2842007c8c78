-- Events in the lake by how long after their creation they arrived.
WITH arrived AS (
  SELECT event_uuid, date_diff('millisecond', created_datetime, ingested_at) AS delay_ms
  FROM {database}.events
  WHERE {condition}
)
SELECT {step} AS step, count(DISTINCT event_uuid) AS event_count
FROM arrived
GROUP BY {step}
ORDER BY step
