-- Safeguarding concerns about a service, by area and month in which they were received.
SELECT coalesce(nullif(l.local_authority, ''), 'Not known') AS area, strftime(c.received_on, '%Y-%m') AS month, count(*) AS concerns
FROM core.concern c LEFT JOIN core.location l USING (location_id)
WHERE c.received_on >= CAST(? AS DATE) AND c.received_on < CAST(? AS DATE)
GROUP BY ALL
ORDER BY ALL
