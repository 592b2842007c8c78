-- Events that came more than once, by day of arrival (UTC) and event name, since yesterday. Such
-- copies give one row in events; an id that came with another time is another event. Records that
-- are no JSON do not count, nor do events that are spread over several lines, as raw/ is read by
-- lines: the report tells whether there are any. Events that the contract maps do not count either.
WITH sent AS (
  SELECT
    dt,
    json_extract_scalar(event, '$.event_name') AS event_name,
    json_extract_scalar(event, '$.event_uuid') AS event_uuid,
    TRY_CAST(json_extract_scalar(event, '$.created_at') AS double) AS created_at
  FROM {database}.events_raw
  -- Several events on one line (packed, or sent without a newline) are cut apart between the end of
  -- one object and the first key of the next.
  CROSS JOIN UNNEST(
    split(
      regexp_replace(record, '(\})\s*(\{\s*"[^"\\]*"\s*:)', '$1' || chr(10) || '$2'), chr(10)
    )
  ) AS packed (event)
  WHERE {day_since_yesterday} AND {no_canary_record}
)
SELECT
  dt,
  event_name,
  count(*) AS sent_count,
  count(DISTINCT ({identity})) AS event_count,
  count(*) - count(DISTINCT ({identity})) AS copy_count
FROM sent
WHERE event_uuid IS NOT NULL
GROUP BY dt, event_name
HAVING count(*) > count(DISTINCT ({identity}))
ORDER BY copy_count DESC, dt, event_name
