SELECT source, field_group, filled::DOUBLE / nullif(total, 0) AS ratio FROM ops.completeness WHERE total > 0 ORDER BY source, field_group
