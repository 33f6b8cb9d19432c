-- Events in the life of companies from every source: those delivered as events, and those that Companies House's bodies tell. A members'
-- voluntary liquidation is of a solvent company and no failure.
WITH looks AS (
    SELECT p.*, l.received_on, l.file_name FROM raw.company_profile p JOIN raw.load l ON l.load_id = p.load_id AND l.status = 'loaded'
), cases AS (
    SELECT i.company_number, i.case_type, i.case_no, min(i.on_date) AS on_date, min(l.received_on) AS received_on, arg_min(i.load_id, (l.received_on, i.load_id, i.row_no)) AS load_id,
           arg_min(l.file_name, (l.received_on, i.load_id, i.row_no)) AS file_name, arg_min(i.row_no, (l.received_on, i.load_id, i.row_no)) AS row_no
    FROM raw.company_insolvency i JOIN raw.load l ON l.load_id = i.load_id AND l.status = 'loaded'
    GROUP BY i.company_number, i.case_type, i.case_no
)
SELECT e.company_number, e.event_type, e.event_on, l.received_on, l.file_name, e.load_id, e.row_no
FROM raw.company_event e JOIN raw.load l ON l.load_id = e.load_id AND l.status = 'loaded'
UNION ALL
SELECT company_number, CASE WHEN case_type IN ('in-administration', 'administration-order') THEN 'administration'
            WHEN case_type IN ('receiver-manager', 'receivership', 'foreign-insolvency') THEN 'receivership'
            WHEN case_type = 'administrative-receiver' THEN 'administrative_receivership' WHEN case_type = 'creditors-voluntary-liquidation' THEN 'cvl'
            WHEN case_type = 'compulsory-liquidation' THEN 'winding_up_order' WHEN case_type LIKE 'corporate-voluntary-arrangement%' THEN 'voluntary_arrangement' ELSE 'other' END,
       coalesce(on_date, received_on), received_on, file_name, load_id, row_no
FROM cases
UNION ALL
SELECT c.company_number, 'charge_created', c.created_on, l.received_on, l.file_name, c.load_id, c.row_no
FROM raw.company_charge c JOIN raw.load l ON l.load_id = c.load_id AND l.status = 'loaded' WHERE c.created_on IS NOT NULL
UNION ALL
SELECT company_number, 'accounts_overdue', accounts_due_on + 1, received_on, file_name, load_id, row_no
FROM looks WHERE accounts_due_on IS NOT NULL AND coalesce(accounts_overdue, accounts_due_on < received_on)
UNION ALL
SELECT company_number, 'dissolved', dissolved_on, received_on, file_name, load_id, row_no FROM looks WHERE dissolved_on IS NOT NULL
UNION ALL
-- A look shows a proposal to strike off without its date: the first look that shows it stands for it.
SELECT company_number, 'strike_off_proposed', received_on, received_on, file_name, load_id, row_no
FROM (SELECT *, row_number() OVER (PARTITION BY company_number ORDER BY received_on, file_name, load_id, row_no) AS n FROM looks
      WHERE lower(coalesce(status_detail, '') || ' ' || coalesce(status, '')) LIKE '%proposal%strike%off%')
WHERE n = 1
