SELECT location_id, incident_key, family, occurred_on
FROM mart.incident
ORDER BY location_id, occurred_on, family, record_id
