SELECT check_name, CASE WHEN ok THEN 0 ELSE 1 END AS failing FROM ops.check_result ORDER BY check_name
