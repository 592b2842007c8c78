-- Events in the lake by type, hour of creation and hour of arrival, each once however often it was
-- delivered, and how many of them the contract does not know.
SELECT
  event_type,
  date_trunc('hour', created_datetime) AS created_hour,
  date_trunc('hour', ingested_at) AS arrival_hour,
  count(*) AS row_count,
  count(DISTINCT ({identity})) AS event_count,
  count(DISTINCT CASE WHEN event_name IN ({known_names}) THEN ({identity}) END) AS known_count
FROM {database}.events
WHERE {condition}
GROUP BY event_type, date_trunc('hour', created_datetime), date_trunc('hour', ingested_at)
ORDER BY event_type, created_hour, arrival_hour
