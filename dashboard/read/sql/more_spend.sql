-- What public bodies published as paid to a provider, month by month.
SELECT month, payer, CAST(sum(amount) AS DOUBLE) AS amount, CAST(sum(lines) AS BIGINT) AS lines
FROM core.spend_month
WHERE provider_id = $provider AND month IS NOT NULL AND month > CAST($as_of AS DATE) - 760
GROUP BY month, payer
ORDER BY month, payer
