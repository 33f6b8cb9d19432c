SELECT check_name, says, failing_rows FROM ops.check_result WHERE NOT ok ORDER BY check_name
