-- Published spending by payer, month, supplier and kind: sums, not lines. Suppliers are matched by company number first, then by a
-- normalised name that only one provider bears. Lines without a date are kept under no month. A file published again under its name
-- replaces the one before.
WITH delivery AS (
    SELECT l.load_id, l.received_on FROM raw.load l JOIN staging.run run ON l.received_on <= run.as_of
    WHERE l.status = 'loaded' AND l.load_id IN (SELECT load_id FROM raw.spend_line)
    QUALIFY row_number() OVER (PARTITION BY l.file_name ORDER BY l.received_on DESC, l.load_id DESC) = 1
), line AS (
    SELECT s.*, d.received_on FROM raw.spend_line s JOIN delivery d ON d.load_id = s.load_id
), summed AS (
    SELECT coalesce(body_name, body, 'Not stated') AS payer, date_trunc('month', paid_on)::DATE AS month, coalesce(supplier_name, 'Not stated') AS supplier_name, company_number,
           coalesce(area, 'Not stated') AS area, coalesce(expense_type, 'Not stated') AS expense_type, count(*)::INTEGER AS lines, sum(amount)::DECIMAL(18,2) AS amount,
           count(*) FILTER (WHERE amount < 0)::INTEGER AS credits, min(received_on) AS known_from
    FROM line GROUP BY ALL
), keyed AS (
    SELECT *, regexp_replace(regexp_replace(replace(lower(strip_accents(supplier_name)), '&', ' and '), '\b(limited|ltd|plc|llp|the)\b', ' ', 'g'), '[^a-z0-9]+', '', 'g') AS name_key
    FROM summed
), by_number AS (
    SELECT company_number, min(provider_id) AS provider_id FROM core.provider WHERE company_number IS NOT NULL GROUP BY company_number HAVING count(*) = 1
), by_name AS (
    SELECT name_key, min(provider_id) AS provider_id FROM core.provider WHERE name_key <> '' GROUP BY name_key HAVING count(*) = 1
)
SELECT k.payer, k.month, k.supplier_name, coalesce(d.provider_id, n.provider_id, m.provider_id) AS provider_id, k.area, k.expense_type, k.lines, k.amount, k.credits, k.known_from
FROM keyed k
LEFT JOIN (SELECT d.provider_name, min(coalesce(l.provider_id, d.provider_id)) AS provider_id FROM staging.match_decision d LEFT JOIN core.location l ON l.location_id = d.location_id
           WHERE d.accepted AND d.cqc_location_id IS NULL AND d.provider_postcode IS NULL GROUP BY d.provider_name) d ON d.provider_name = k.supplier_name
LEFT JOIN by_number n ON n.company_number = k.company_number
LEFT JOIN by_name m ON m.name_key = k.name_key
ORDER BY k.payer, k.month, k.supplier_name, k.area, k.expense_type, k.company_number
