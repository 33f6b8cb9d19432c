-- The newest look at each company in the register. Accounts are late where the register says so, or where their day had passed at the look.
SELECT p.company_number, m.provider_id, p.company_name, p.company_type, p.status, p.status_detail, p.incorporated_on, p.dissolved_on, p.accounts_made_up_to,
       p.accounts_due_on, coalesce(p.accounts_overdue, p.accounts_due_on < l.received_on) AS accounts_overdue,
       CASE WHEN coalesce(p.accounts_overdue, p.accounts_due_on < l.received_on) THEN date_diff('day', p.accounts_due_on, run.as_of) END::INTEGER AS accounts_days_late,
       p.statement_due_on, coalesce(p.statement_overdue, p.statement_due_on < l.received_on) AS statement_overdue,
       p.charges::INTEGER AS charges, p.charges_outstanding::INTEGER AS charges_outstanding, p.insolvency_history, p.office_in_dispute, p.sic_codes,
       l.received_on AS known_from, p.load_id, p.row_no
FROM raw.company_profile p
JOIN raw.load l ON l.load_id = p.load_id AND l.status = 'loaded'
JOIN staging.run run ON l.received_on <= run.as_of
LEFT JOIN (SELECT company_number, min(provider_id) AS provider_id FROM core.provider WHERE company_number IS NOT NULL GROUP BY company_number HAVING count(*) = 1) m
    ON m.company_number = p.company_number
QUALIFY row_number() OVER (PARTITION BY p.company_number ORDER BY l.received_on DESC, l.file_name DESC, p.load_id DESC, p.row_no DESC) = 1
ORDER BY p.company_number
