-- When each stream of events began, and from which week it adds evidence to the scan.
SELECT stream, CAST(listens_weeks AS BIGINT) AS listens_weeks, first_week, counts_from FROM analytics.stream ORDER BY stream
