-- What a provider's concerns of the last year were about: concerns and distinct adults by theme. Only those of which the provider
-- is the recorded source of risk count.
SELECT coalesce(nullif(theme, ''), 'not recorded') AS theme, CAST(count(*) AS BIGINT) AS concerns, CAST(count(DISTINCT adult_ref) AS BIGINT) AS adults,
       CAST(count(*) FILTER (WHERE decision = 's42') AS BIGINT) AS led_to_enquiry
FROM core.concern
WHERE provider_id = $provider AND attribution = 'provider' AND week > CAST($week AS DATE) - 364 AND week <= CAST($week AS DATE)
GROUP BY 1
ORDER BY concerns DESC, theme
LIMIT 12
