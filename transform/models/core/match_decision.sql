-- What people decided about who is meant by a name, as in force on the run's date.
SELECT provider_name, cqc_location_id, provider_postcode, location_id, provider_id, accepted, decided_on, decided_by, why, book_hash
FROM staging.match_decision
ORDER BY ALL
