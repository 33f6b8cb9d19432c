-- What the statistics need of every location and look: who it is, its size, and the few indicators that are compared; a week's looks together.
SELECT l.location_id, coalesce(l.provider_id, '') AS provider_id, coalesce(l.brand_id, '') AS brand_id, l.service_kind, l.exposure::DOUBLE AS exposure, l.exposure_basis, l.week, l.ends_on,
       l.complaints_26w::DOUBLE AS complaints_26w, l.concerns_12w::DOUBLE AS concerns_12w, f.incidents_12w::DOUBLE AS incidents_12w, l.service_stopped::DOUBLE AS service_stopped,
       l.beds::DOUBLE AS beds, l.rating_overall::DOUBLE AS rating_overall, l.rating_direction::DOUBLE AS rating_direction, l.rating_change_days::DOUBLE AS rating_change_days,
       l.complaints_52w::DOUBLE AS complaints_52w, l.complaints_upheld_52w::DOUBLE AS complaints_upheld_52w, f.occupancy_share::DOUBLE AS occupancy_share
FROM staging.location_look l
LEFT JOIN staging.location_look_feed f ON f.location_id = l.location_id AND f.week = l.week
ORDER BY l.week, l.location_id
