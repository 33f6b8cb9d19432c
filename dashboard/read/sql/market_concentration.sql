-- How concentrated the registered care-home beds of each place are: the Herfindahl-Hirschman index (the sum of the squared shares in per
-- cent, 10,000 for one holder alone) by provider and with brands rolled up, and what the three largest hold. The whole market is '*'.
WITH home AS (
    SELECT CASE $by WHEN 'district' THEN coalesce(split_part(upper(trim(postcode)), ' ', 1), '') ELSE coalesce(local_authority, '') END AS place,
           provider_id, coalesce(nullif(brand_id, ''), provider_id) AS group_id, registered_beds AS beds
    FROM core.location WHERE status = 'Registered' AND is_social_care AND registered_beds > 0
), every AS (
    SELECT * FROM home UNION ALL SELECT '*', provider_id, group_id, beds FROM home
), provider AS (SELECT place, provider_id, CAST(sum(beds) AS BIGINT) AS beds FROM every GROUP BY place, provider_id),
groups AS (SELECT place, group_id, CAST(sum(beds) AS BIGINT) AS beds FROM every GROUP BY place, group_id),
by_provider AS (
    SELECT place, CAST(sum(beds) AS BIGINT) AS beds, CAST(count(*) AS BIGINT) AS providers, CAST(10000.0 * sum(beds * beds) / (sum(beds) * sum(beds)) AS DOUBLE) AS hhi_providers
    FROM provider GROUP BY place
), by_group AS (
    SELECT place, CAST(count(*) AS BIGINT) AS groups, CAST(10000.0 * sum(beds * beds) / (sum(beds) * sum(beds)) AS DOUBLE) AS hhi_groups,
           CAST(list_sum(list_sort(list(beds), 'DESC')[1:3]) AS BIGINT) AS top_three, CAST(max(beds) AS BIGINT) AS largest
    FROM groups GROUP BY place
)
SELECT p.place, p.beds, p.providers, g.groups, p.hhi_providers, g.hhi_groups, g.top_three, g.largest
FROM by_provider p JOIN by_group g USING (place)
ORDER BY p.place <> '*', p.beds DESC, p.place
LIMIT 40
