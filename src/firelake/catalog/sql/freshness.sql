-- How fresh each event type is, from events created since yesterday: the newest arrival in the lake
-- and its age, and how long after their creation events arrived. All times in UTC.
SELECT
  event_type,
  max(ingested_at) AS newest_arrival,
  date_diff('second', max(ingested_at), localtimestamp) AS newest_arrival_age_s,
  approx_percentile(date_diff('second', created_datetime, ingested_at), 0.5) AS median_delay_s,
  approx_percentile(date_diff('second', created_datetime, ingested_at), 0.99) AS p99_delay_s
FROM {database}.events_unique
WHERE {dt_since_yesterday} AND {no_canary}
GROUP BY event_type
ORDER BY newest_arrival
