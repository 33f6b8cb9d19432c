-- The first place of each span of so many places, in the order of their ids.
SELECT min(location_id)
FROM (SELECT location_id, (row_number() OVER (ORDER BY location_id) - 1) // ? AS span_no FROM staging.scope)
GROUP BY span_no
ORDER BY 1
