SELECT DISTINCT provider_id FROM staging.provider_look ORDER BY provider_id
