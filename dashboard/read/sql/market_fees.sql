-- Over every provider: fees are told as medians over the market.
-- What a week of each kind of service costs: the median of running packages now, and of those that ran a year before.
WITH package AS (
    SELECT service, weekly_cost, is_current AS running, starts_on <= CAST($as_of AS DATE) - 365 AND (ends_on IS NULL OR ends_on > CAST($as_of AS DATE) - 365) AS ran FROM core.placement
)
SELECT service, CAST(count(*) FILTER (WHERE running) AS BIGINT) AS packages, CAST(count(*) FILTER (WHERE running AND weekly_cost IS NULL) AS BIGINT) AS unknown,
       CAST(median(weekly_cost) FILTER (WHERE running) AS DOUBLE) AS fee, CAST(quantile_cont(weekly_cost, 0.9) FILTER (WHERE running) AS DOUBLE) AS high_fee,
       CAST(median(weekly_cost) FILTER (WHERE ran) AS DOUBLE) AS fee_then, CAST(count(weekly_cost) FILTER (WHERE ran) AS BIGINT) AS packages_then
FROM package
GROUP BY service HAVING count(*) FILTER (WHERE running) > 0
ORDER BY packages DESC, service
