-- One provider's level, how long it has stood there and why.
SELECT CAST(level AS BIGINT) AS level, failure_kind, since, CAST(flags_open AS BIGINT) AS flags_open, CAST(flags_waiting AS BIGINT) AS flags_waiting,
       headline, CAST(previous_level AS BIGINT) AS previous_level, moved_on
FROM analytics.provider_level
WHERE provider_id = $provider
