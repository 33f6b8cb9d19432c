-- Records that match no provider, by the name they gave.
SELECT feed, reason, name_given, records, first_on, last_on, CAST((SELECT sum(records) FROM core.unmatched) AS BIGINT) AS total
FROM core.unmatched
ORDER BY records DESC, feed, name_given
LIMIT 15
