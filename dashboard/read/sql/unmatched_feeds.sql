-- How many records of each feed match no provider, and so stand in no provider's figures.
SELECT feed, CAST(sum(records) AS BIGINT) AS records, min(first_on) AS first_on, max(last_on) AS last_on
FROM core.unmatched
GROUP BY feed
ORDER BY feed
