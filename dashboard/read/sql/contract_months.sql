-- Care contracts that end in the year ahead, by month.
SELECT CAST(date_trunc('month', ends_on) AS DATE) AS month, CAST(count(*) AS BIGINT) AS contracts,
       CAST(coalesce(sum(annual_value), 0) AS DOUBLE) AS annual_value,
       CAST(count(*) FILTER (WHERE annual_value IS NULL) AS BIGINT) AS unvalued,
       CAST(count(*) FILTER (WHERE ends_on < CAST($as_of AS DATE) + 91) AS BIGINT) AS within_90_days
FROM core.contract
WHERE is_care AND ends_on >= CAST($as_of AS DATE) AND ends_on < CAST($as_of AS DATE) + 366
GROUP BY 1
ORDER BY 1
