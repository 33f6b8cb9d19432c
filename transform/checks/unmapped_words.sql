-- severity: warn
-- Every decision and outcome is one that the mapping knows; the others count as unknown until it does.
SELECT concern_id AS record FROM core.concern WHERE decision = 'unknown'
UNION ALL
SELECT complaint_id FROM core.complaint WHERE outcome = 'unknown'
ORDER BY record
