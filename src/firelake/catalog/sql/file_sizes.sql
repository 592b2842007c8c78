-- Files of Firehose's by partition, of the last 7 days: how many, how large, how many rows. Many
-- small files make queries slow and expensive: a longer delivery interval or a coarser granularity
-- gives fewer. What has moved into history is not among them.
WITH files AS (
  SELECT event_type, dt, "$path" AS path, "$file_size" AS size_bytes, count(*) AS row_count
  FROM {database}.events
  WHERE {dt_since_last_week}
  GROUP BY event_type, dt, "$path", "$file_size"
)
SELECT
  event_type,
  dt,
  count(path) AS file_count,
  sum(row_count) AS row_count,
  sum(size_bytes) AS total_bytes,
  min(size_bytes) AS smallest_bytes,
  max(size_bytes) AS largest_bytes
FROM files
GROUP BY event_type, dt
ORDER BY event_type, dt
