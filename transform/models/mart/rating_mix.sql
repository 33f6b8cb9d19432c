-- Ratings in force by area and kind of service; only registered social-care locations. Age is a state to show, not a footnote.
SELECT coalesce(l.local_authority, 'Not stated') AS local_authority, l.service_kind, CASE WHEN r.state = 'never_rated' THEN 'Never rated' ELSE coalesce(r.rating, 'Not rated') END AS rating,
       count(*)::INTEGER AS locations, coalesce(sum(l.registered_beds), 0)::INTEGER AS beds,
       median(r.age_days)::INTEGER AS median_age_days, count(*) FILTER (WHERE r.state = 'stale')::INTEGER AS stale
FROM core.location l
JOIN core.rating_current r ON r.location_id = l.location_id
WHERE l.status = 'Registered' AND l.is_social_care AND l.source <> 'local_register'
GROUP BY ALL
ORDER BY 1, 2, 3
