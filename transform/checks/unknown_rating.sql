-- severity: warn
-- Every rating is one that CQC is known to use.
SELECT DISTINCT rating FROM core.rating WHERE rating_score IS NULL
  AND rating NOT IN ('Insufficient evidence to rate', 'Inspected but not rated', 'Not rated', 'No published rating', 'Not applicable', 'Regulations met', 'Evidence requirements not yet scored', 'No Approved Rating')
