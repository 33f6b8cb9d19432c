-- Section 42 enquiries per location and look, apart from concerns.
-- by place: staging.enquiry_placed(placed_location_id)
SELECT v.placed_location_id AS location_id, k.week,
       count(*) FILTER (WHERE v.started_on > k.ends_on - 84) AS enquiries_12w, count(*) AS enquiries_52w
FROM staging.enquiry_placed v
JOIN staging.look k ON v.started_on <= k.ends_on AND v.started_on > k.ends_on - 364
    AND v.known_from <= k.ends_on AND (v.known_to IS NULL OR v.known_to > k.ends_on)
WHERE v.placed_location_id IS NOT NULL AND coalesce(v.risk_attribution, 'provider') = 'provider'
GROUP BY v.placed_location_id, k.week
