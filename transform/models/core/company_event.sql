-- Company events by provider, from delivered events and from Companies House's own bodies; the same event told twice is one, known from
-- the day it was first told. Which of them are a "business failure" is set by SI 2015/301, regulation 2.
SELECT e.company_number, p.provider_id, e.event_type,
       e.event_type IN ('administration', 'receivership', 'administrative_receivership', 'cvl', 'winding_up_order', 'voluntary_arrangement', 'bankruptcy', 'charity_insolvency') AS is_business_failure,
       e.event_on, e.received_on AS known_from, e.load_id, e.row_no
FROM staging.company_event_given e
JOIN staging.run run ON e.received_on <= run.as_of
LEFT JOIN (SELECT company_number, min(provider_id) AS provider_id FROM core.provider WHERE company_number IS NOT NULL GROUP BY company_number HAVING count(*) = 1) p
    ON p.company_number = e.company_number
QUALIFY row_number() OVER (PARTITION BY e.company_number, e.event_type, e.event_on ORDER BY e.received_on, e.file_name, e.load_id, e.row_no) = 1
ORDER BY e.company_number, e.event_on, e.event_type
