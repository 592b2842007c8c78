-- Events in the lake by type, hour of creation and hour of arrival, each once however often it was
-- delivered, and how many of them the contract does not know. Rows are those and the copies that
-- have not moved into history, which takes none.
WITH stored AS (
  SELECT event_type, dt, {identity}, created_datetime, ingested_at, true AS is_event
  FROM {database}.events_unique
  UNION ALL
  SELECT event_type, dt, {identity}, created_datetime, ingested_at, false AS is_event
  FROM {database}.events
)
SELECT
  event_type,
  date_trunc('hour', created_datetime) AS created_hour,
  date_trunc('hour', ingested_at) AS arrival_hour,
  count(*) - count(DISTINCT CASE WHEN NOT is_event THEN ({identity}) END) AS row_count,
  count_if(is_event) AS event_count,
  count_if(is_event AND event_name IN ({known_names})) AS known_count
FROM stored
WHERE {condition}
GROUP BY event_type, date_trunc('hour', created_datetime), date_trunc('hour', ingested_at)
ORDER BY event_type, created_hour, arrival_hour
