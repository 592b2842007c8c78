-- Events that producers sent, copies and invalid ones too, by the hour under which Firehose put
-- them in raw/. Several on one line are cut apart as in the query duplicates_in_raw. What verify sent
-- does not count.
SELECT
  dt,
  hour,
  sum(
    cardinality(
      split(
        regexp_replace(record, '(\})\s*(\{\s*"[^"\\]*"\s*:)', '$1' || chr(10) || '$2'), chr(10)
      )
    )
  ) AS event_count
FROM {database}.events_raw
WHERE {condition} AND trim(record) <> '' AND NOT regexp_like(record, {canary})
GROUP BY dt, hour
ORDER BY dt, hour
