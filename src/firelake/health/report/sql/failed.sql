-- Events that stand in errors/, by type of the error and hour of arrival, also those that were put
-- back since. Several of one record are counted as in the query sent, so that the two can be
-- compared; one that is spread over several lines is put on one first. A record with nothing in it is
-- one event, as the function counts it, and in raw/ it is nothing that could be counted: so it is told
-- apart. What verify sent does not count.
WITH failed AS (
  SELECT
    type,
    date_trunc(
      'hour', date_add('millisecond', arrivaltimestamp, TIMESTAMP '1970-01-01 00:00:00.000')
    ) AS arrival_hour,
    regexp_replace(
      regexp_replace(
        coalesce(try(from_utf8(from_base64(rawdata))), 'unreadable'),
        '([\{\[,:])\s*[\r\n]\s*',
        '$1'
      ),
      '\s*[\r\n]\s*([\}\],:])',
      '$1'
    ) AS record
  FROM {database}.events_errors
  WHERE {condition}
)
SELECT
  type,
  arrival_hour,
  sum(
    greatest(
      1,
      cardinality(
        filter(
          split(
            regexp_replace(record, '(\})\s*(\{\s*"[^"\\]*"\s*:)', '$1' || chr(10) || '$2'), chr(10)
          ),
          part -> regexp_like(part, '\S')
        )
      )
    )
  ) AS event_count,
  count_if(NOT regexp_like(record, '\S')) AS blank_count
FROM failed
WHERE {no_canary}
GROUP BY type, arrival_hour
ORDER BY arrival_hour, type
