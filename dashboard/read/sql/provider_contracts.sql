-- A provider's contracts, those still to run first.
SELECT contract_id, title, buyer, reference, source, CAST(annual_value AS DOUBLE) AS annual_value, CAST(value AS DOUBLE) AS value, starts_on, ends_on, status
FROM core.contract
WHERE provider_id = $provider
ORDER BY ends_on DESC NULLS LAST, contract_id
LIMIT 100
