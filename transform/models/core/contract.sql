-- Contracts of both sources. A notice is amended by later releases under the same ocid: the newest release that holds an award is kept.
-- Suppliers are matched by company number first, then by a normalised name that only one provider bears.
WITH release AS (
    SELECT r.*, l.received_on AS file_received_on
    FROM raw.ocds_release r
    JOIN raw.load l ON l.load_id = r.load_id AND l.status = 'loaded'
    JOIN staging.run run ON l.received_on <= run.as_of
), award AS (
    SELECT a.ocid, a.release_id, a.award_id, a.award_status, a.awarded_on, a.value_amount, a.supplier_id, a.supplier_name, a.company_number,
           coalesce(a.contract_start, r.contract_start) AS starts_on, coalesce(a.contract_end, r.contract_end) AS ends_on,
           r.title, r.buyer_name, r.cpv, coalesce(r.is_care, false) AS is_care, r.released_at, r.file_received_on, a.load_id, a.row_no
    FROM raw.ocds_award a
    JOIN release r ON r.ocid = a.ocid AND r.release_id = a.release_id AND r.load_id = a.load_id
    QUALIFY rank() OVER (PARTITION BY a.ocid ORDER BY r.released_at DESC, a.release_id DESC, r.file_received_on, a.load_id) = 1
), ocds AS (
    SELECT ocid || '/' || coalesce(award_id, '') || '/' || coalesce(supplier_id, supplier_name, '') AS contract_id, 'contracts_ocds' AS source, ocid,
           award_id AS reference, title, buyer_name AS buyer, supplier_name, company_number, value_amount AS value, NULL::DECIMAL(18,2) AS annual_value,
           starts_on, ends_on, coalesce(award_status, 'active') AS status, cpv, is_care, least(coalesce(released_at::DATE, file_received_on), file_received_on) AS known_from, load_id, row_no
    FROM award
    QUALIFY row_number() OVER (PARTITION BY contract_id ORDER BY row_no) = 1
), register AS (
    SELECT 'register/' || coalesce(r.reference, '') || '/' || coalesce(r.supplier_name, '') AS contract_id, 'contracts_register' AS source, NULL AS ocid,
           r.reference, r.title, r.department AS buyer, r.supplier_name, r.company_number, r.total_value AS value, r.annual_value,
           r.starts_on, coalesce(r.current_expiry, r.ends_on) AS ends_on, 'active' AS status, r.category AS cpv,
           coalesce(r.category ILIKE '%care%' OR r.title ILIKE '%care%' OR r.title ILIKE '%support%', false) AS is_care, l.received_on AS known_from, r.load_id, r.row_no
    FROM raw.contract_register r
    JOIN raw.load l ON l.load_id = r.load_id AND l.status = 'loaded'
    JOIN staging.run run ON l.received_on <= run.as_of
    QUALIFY row_number() OVER (PARTITION BY contract_id ORDER BY l.received_on DESC, l.file_name DESC, r.load_id DESC, r.row_no DESC) = 1
), every AS (
    SELECT * FROM ocds
    UNION ALL
    SELECT * FROM register
), keyed AS (
    SELECT *, regexp_replace(regexp_replace(replace(lower(strip_accents(coalesce(supplier_name, ''))), '&', ' and '), '\b(limited|ltd|plc|llp|the)\b', ' ', 'g'), '[^a-z0-9]+', '', 'g') AS name_key
    FROM every
), by_number AS (
    SELECT company_number, min(provider_id) AS provider_id FROM core.provider WHERE company_number IS NOT NULL GROUP BY company_number HAVING count(*) = 1
), by_name AS (
    SELECT name_key, min(provider_id) AS provider_id FROM core.provider WHERE name_key <> '' GROUP BY name_key HAVING count(*) = 1
)
SELECT k.contract_id, k.source, k.ocid, k.reference, k.title, k.buyer, k.supplier_name, coalesce(d.provider_id, n.provider_id, m.provider_id) AS provider_id,
       k.value::DECIMAL(18,2) AS value, k.annual_value::DECIMAL(18,2) AS annual_value, k.starts_on, k.ends_on, k.status, k.cpv, k.is_care,
       k.known_from, k.load_id, k.row_no
FROM keyed k
LEFT JOIN (SELECT d.provider_name, min(coalesce(l.provider_id, d.provider_id)) AS provider_id FROM staging.match_decision d LEFT JOIN core.location l ON l.location_id = d.location_id
           WHERE d.accepted AND d.cqc_location_id IS NULL AND d.provider_postcode IS NULL GROUP BY d.provider_name) d ON d.provider_name = k.supplier_name
LEFT JOIN by_number n ON n.company_number = k.company_number
LEFT JOIN by_name m ON m.name_key = k.name_key AND k.name_key <> ''
ORDER BY k.contract_id
