-- The market week by week: capacity open in the week, events received in it, and concerns that led to a section 42 enquiry.
WITH open_in_week AS (
    SELECT w.week, count(DISTINCT s.provider_id) AS providers_active, count(*) AS locations_active, coalesce(sum(s.registered_beds), 0) AS beds
    FROM staging.week w JOIN staging.scope s ON (s.open_from IS NULL OR s.open_from <= w.ends_on) AND (s.open_to IS NULL OR s.open_to >= w.week)
    GROUP BY w.week
), concerns AS (
    SELECT week, count(*) FILTER (WHERE attribution = 'provider') AS concerns, count(*) FILTER (WHERE attribution = 'unknown_source') AS concerns_unknown,
           count(*) AS concerns_all, count(*) FILTER (WHERE decision = 's42') AS converted
    FROM core.concern GROUP BY week
), enquiries AS (SELECT week, count(*) AS enquiries FROM core.enquiry GROUP BY week),
complaints AS (SELECT week, count(*) AS complaints FROM core.complaint GROUP BY week)
SELECT w.week, coalesce(o.providers_active, 0)::INTEGER AS providers_active, coalesce(o.locations_active, 0)::INTEGER AS locations_active, coalesce(o.beds, 0)::INTEGER AS beds,
       coalesce(c.concerns, 0)::INTEGER AS concerns, coalesce(c.concerns_unknown, 0)::INTEGER AS concerns_unknown, coalesce(c.concerns_all, 0)::INTEGER AS concerns_all,
       coalesce(e.enquiries, 0)::INTEGER AS enquiries, coalesce(q.complaints, 0)::INTEGER AS complaints, coalesce(c.converted, 0)::INTEGER AS converted
FROM staging.week w
LEFT JOIN open_in_week o ON o.week = w.week
LEFT JOIN concerns c ON c.week = w.week
LEFT JOIN enquiries e ON e.week = w.week
LEFT JOIN complaints q ON q.week = w.week
ORDER BY w.week
