-- Sources that began to report otherwise across the whole market.
SELECT feed, source, from_week, CAST(before_per_week AS DOUBLE) AS before_per_week, CAST(after_per_week AS DOUBLE) AS after_per_week, CAST(ratio AS DOUBLE) AS ratio
FROM analytics.recording_change
ORDER BY from_week DESC, source
