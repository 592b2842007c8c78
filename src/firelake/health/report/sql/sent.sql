-- Events that producers sent, copies and invalid ones too, by the hour under which Firehose put
-- them in raw/. Several on one line are cut apart as in the query duplicates_in_raw. One that is
-- spread over several lines cannot be counted, as raw/ is read by lines: it has a line that opens
-- more than it closes, and one that closes more. What verify sent does not count.
WITH lines AS (
  SELECT
    dt,
    hour,
    record,
    regexp_replace(record, '"(?:[^"\\]|\\.)*"', '') AS outside
  FROM {database}.events_raw
  WHERE {condition} AND regexp_like(record, '\S') AND {no_canary}
),
counted AS (
  SELECT
    dt,
    hour,
    cardinality(
      split(
        regexp_replace(record, '(\})\s*(\{\s*"[^"\\]*"\s*:)', '$1' || chr(10) || '$2'), chr(10)
      )
    ) AS event_count,
    length(regexp_replace(outside, '[^\{\[]', ''))
    - length(regexp_replace(outside, '[^\}\]]', '')) AS opened
  FROM lines
)
SELECT
  dt,
  hour,
  sum(event_count) AS event_count,
  count_if(opened > 0) AS opening_count,
  count_if(opened < 0) AS closing_count
FROM counted
GROUP BY dt, hour
ORDER BY dt, hour
