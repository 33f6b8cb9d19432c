-- Each published spending file with its lines and its sum, so that it can be set against the publisher's own.
SELECT l.file_name, l.received_on, count(*)::INTEGER AS lines, sum(s.amount)::DECIMAL(18,2) AS amount, min(s.paid_on) AS first_paid_on, max(s.paid_on) AS last_paid_on,
       count(*) FILTER (WHERE s.paid_on IS NULL)::INTEGER AS undated, count(*) FILTER (WHERE s.amount < 0)::INTEGER AS credits, l.load_id
FROM raw.spend_line s
JOIN raw.load l ON l.load_id = s.load_id AND l.status = 'loaded'
JOIN staging.run run ON l.received_on <= run.as_of
GROUP BY l.file_name, l.received_on, l.load_id
ORDER BY l.received_on, l.file_name, l.load_id
