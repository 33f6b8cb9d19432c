-- One regional roll-up, in words that both DuckDB and Spark know: whole numbers and decimals only, so that both can agree to the last digit.
SELECT l.local_authority, l.service_kind, year(w.week) AS year, quarter(w.week) AS quarter, count(*) AS service_weeks, count(DISTINCT w.location_id) AS services,
       sum(w.exposure_beds) AS bed_weeks, sum(w.concerns) AS concerns, sum(w.concerns_unknown) AS concerns_unknown, sum(w.enquiries) AS enquiries,
       sum(w.complaints) AS complaints, sum(w.complaints_upheld) AS complaints_upheld, sum(f.observed) AS observed, sum(f.expected) AS expected,
       max(f.z) AS highest_z, min(f.z) AS lowest_z
FROM mart.location_week w
JOIN core.location l ON l.location_id = w.location_id
LEFT JOIN analytics.funnel f ON f.location_id = w.location_id AND f.stream = 'concerns'
GROUP BY l.local_authority, l.service_kind, year(w.week), quarter(w.week)
ORDER BY l.local_authority, l.service_kind, year, quarter
