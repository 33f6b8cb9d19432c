-- Over every provider: staff are counted over the market.
-- What services last said of their staff, by kind of service, beside what those same services had said a quarter before.
WITH newest AS (
    SELECT location_id, nurses, care_workers, other_workers, agency_workers, hours_paid, hours_agency, hours_absence FROM core.capacity WHERE is_newest
), before AS (
    SELECT location_id, arg_max(coalesce(agency_workers, 0), updated_at) AS agency, arg_max(coalesce(nurses, 0) + coalesce(care_workers, 0) + coalesce(other_workers, 0), updated_at) AS workers
    FROM core.capacity WHERE updated_on <= CAST($as_of AS DATE) - 91 GROUP BY location_id
)
SELECT l.service_kind AS kind, CAST(count(*) AS BIGINT) AS services, CAST(sum(coalesce(n.nurses, 0) + coalesce(n.care_workers, 0) + coalesce(n.other_workers, 0)) AS BIGINT) AS workers,
       CAST(sum(coalesce(n.agency_workers, 0)) AS BIGINT) AS agency, CAST(sum(n.hours_paid) AS DOUBLE) AS hours_paid, CAST(sum(n.hours_agency) AS DOUBLE) AS hours_agency, CAST(sum(n.hours_absence) AS DOUBLE) AS hours_absence,
       CAST(count(b.location_id) AS BIGINT) AS compared, CAST(coalesce(sum(b.workers), 0) AS BIGINT) AS workers_then, CAST(coalesce(sum(b.agency), 0) AS BIGINT) AS agency_then
FROM newest n JOIN core.location l USING (location_id) LEFT JOIN before b USING (location_id)
WHERE l.status = 'Registered'
GROUP BY l.service_kind
ORDER BY workers DESC, kind
