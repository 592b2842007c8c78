-- Error objects by type, code, event name and hour of arrival (UTC), of the last 7 days, also those
-- whose events were put back since. Of a packed record the first event's name counts.
WITH failed AS (
  SELECT
    type,
    coalesce(errorcode, lasterrorcode) AS error_code,
    coalesce(errormessage, lasterrormessage) AS error_message,
    try(from_utf8(from_base64(rawdata))) AS record,
    -- from_unixtime would bring a time zone, and with it the session's.
    date_trunc(
      'hour', date_add('millisecond', arrivaltimestamp, TIMESTAMP '1970-01-01 00:00:00.000')
    ) AS arrival_hour
  FROM {database}.events_errors
  WHERE {day_since_last_week}
)
SELECT
  type,
  error_code,
  -- A pattern finds the name in records that are no JSON too.
  regexp_extract(record, '"event_name"\s*:\s*"([^"]*)"', 1) AS event_name,
  arrival_hour,
  count(*) AS object_count,
  min(error_message) AS error_message
FROM failed
WHERE {no_canary_record}
GROUP BY
  type,
  error_code,
  regexp_extract(record, '"event_name"\s*:\s*"([^"]*)"', 1),
  arrival_hour
ORDER BY arrival_hour DESC, object_count DESC, type, error_code, event_name
