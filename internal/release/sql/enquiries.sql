-- Section 42 enquiries about a service, by area and month in which they were started.
SELECT coalesce(nullif(l.local_authority, ''), 'Not known') AS area, strftime(e.started_on, '%Y-%m') AS month, count(*) AS enquiries
FROM core.enquiry e LEFT JOIN core.location l USING (location_id)
WHERE e.started_on >= CAST(? AS DATE) AND e.started_on < CAST(? AS DATE)
GROUP BY ALL
ORDER BY ALL
