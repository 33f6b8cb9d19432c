-- Every provider of a location in scope, whether or not any look of it falls into the weeks looked at.
SELECT DISTINCT provider_id FROM staging.scope WHERE provider_id IS NOT NULL ORDER BY provider_id
