-- Events in the lake by how long after their creation they arrived.
WITH arrived AS (
  SELECT
    {identity},
    date_diff('millisecond', created_datetime, ingested_at) AS delay_ms
  FROM {database}.events
  WHERE {condition}
)
SELECT {step} AS step, count(DISTINCT ({identity})) AS event_count
FROM arrived
GROUP BY {step}
ORDER BY step
