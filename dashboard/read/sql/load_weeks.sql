-- In which weeks each source delivered, for the freshness strip.
SELECT source, CAST(date_trunc('week', received_on) AS DATE) AS week, CAST(count(*) FILTER (WHERE status = 'loaded') AS BIGINT) AS loaded,
       CAST(count(*) FILTER (WHERE status <> 'loaded') AS BIGINT) AS rejected
FROM ops.load
WHERE received_on > CAST($as_of AS DATE) - 364 AND received_on <= CAST($as_of AS DATE)
GROUP BY 1, 2
ORDER BY 1, 2
