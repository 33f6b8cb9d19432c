-- The checks that the run made of its own results, failures first.
SELECT check_name, severity, says, CAST(failing_rows AS BIGINT) AS failing_rows, ok
FROM ops.check_result
ORDER BY ok, CASE severity WHEN 'fail' THEN 0 ELSE 1 END, check_name
