SELECT s.source, count(l.load_id) AS runs, count(l.load_id) FILTER (WHERE l.status <> 'loaded') AS failures,
       coalesce(sum(l.rows_loaded), 0)::DOUBLE AS rows_loaded, coalesce(sum(l.rows_quarantined), 0)::DOUBLE AS rows_rejected
FROM ops.source s
LEFT JOIN ops.load l ON l.source = s.source
GROUP BY s.source
ORDER BY s.source
