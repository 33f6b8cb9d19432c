-- severity: warn
-- No more than one concern in ten matches no provider.
SELECT * FROM (SELECT count(*) FILTER (WHERE provider_id IS NULL) AS missed, count(*) AS n FROM core.concern) WHERE n >= 20 AND missed * 10 > n
