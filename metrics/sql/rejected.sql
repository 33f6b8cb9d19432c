SELECT source, reason_code, count(*)::DOUBLE AS n FROM ops.quarantine GROUP BY ALL ORDER BY ALL
