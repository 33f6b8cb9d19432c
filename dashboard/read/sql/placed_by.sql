-- Over every provider: who has people at a provider decides who may see it, and is asked before that is known.
-- The authorities that have people at a provider, by the running packages.
SELECT DISTINCT placing_authority AS authority
FROM core.placement
WHERE is_current AND provider_id = $provider AND placing_authority IS NOT NULL AND placing_authority <> ''
ORDER BY 1
