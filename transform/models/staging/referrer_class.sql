-- What kind of person or body each of the council's own words for a referrer stands for; words of no kind listed here are left out.
SELECT referrer,
       CASE WHEN referrer ILIKE '%provider%' THEN 'self' WHEN referrer ILIKE '%whistle%' THEN 'whistleblower' WHEN referrer ILIKE '%police%' THEN 'police'
            WHEN referrer ILIKE '%cqc%' OR referrer ILIKE '%care quality commission%' OR referrer ILIKE '%regulator%' THEN 'cqc'
            WHEN referrer ILIKE '%family%' OR referrer ILIKE '%friend%' OR referrer ILIKE '%relative%' OR referrer ILIKE '%neighbour%' OR referrer ILIKE '%themsel%' THEN 'family'
            WHEN referrer ILIKE '%health%' OR referrer ILIKE '%social%' OR referrer ILIKE '%ambulance%' OR referrer ILIKE '%nurse%' OR referrer ILIKE '%hospital%'
              OR referrer ILIKE '%housing%' OR referrer ILIKE '%advoca%' OR referrer ILIKE '%fire%' OR referrer ILIKE '%professional%' THEN 'professional' END AS source_class
FROM (SELECT DISTINCT referrer FROM staging.concern_version WHERE referrer IS NOT NULL)
