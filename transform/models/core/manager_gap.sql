-- Spells without a registered manager, from the bodies in which CQC names none (names themselves are dropped at the door).
WITH seen AS (
    SELECT location_id, known_from, manager_count, manager_absent_date, registration_status,
           row_number() OVER (PARTITION BY location_id ORDER BY known_from, newest_no DESC) AS n
    FROM staging.location_version
    WHERE manager_count IS NOT NULL
), marked AS (
    SELECT *, (manager_count = 0 OR manager_absent_date IS NOT NULL) AND registration_status = 'Registered' AS absent,
           lag((manager_count = 0 OR manager_absent_date IS NOT NULL) AND registration_status = 'Registered') OVER (PARTITION BY location_id ORDER BY n) AS absent_before
    FROM seen
), spelled AS (
    SELECT *, sum(CASE WHEN absent IS DISTINCT FROM absent_before THEN 1 ELSE 0 END) OVER (PARTITION BY location_id ORDER BY n) AS spell
    FROM marked
), spells AS (
    SELECT location_id, spell, bool_and(absent) AS absent, min(known_from) AS first_known, min(manager_absent_date) AS stated_from
    FROM spelled
    GROUP BY location_id, spell
), ended AS (
    SELECT *, lead(first_known) OVER (PARTITION BY location_id ORDER BY spell) AS returned_on FROM spells
)
SELECT location_id, least(coalesce(stated_from, first_known), first_known) AS absent_from, returned_on, first_known AS known_from,
       CASE WHEN stated_from IS NULL THEN 'no manager named' ELSE 'absence date stated by CQC' END AS basis
FROM ended
WHERE absent
ORDER BY location_id, first_known
