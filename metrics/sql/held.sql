-- Files that the completeness gate holds, by source; the beginning of the reason is what tells them from refused ones.
SELECT s.source, count(l.load_id)::DOUBLE AS n, coalesce(max(date_diff('second', l.received_on::TIMESTAMP, r.as_of::TIMESTAMP)), 0)::DOUBLE AS oldest
FROM ops.source s
LEFT JOIN ops.load l ON l.source = s.source AND l.status = 'rejected' AND starts_with(coalesce(l.reason, ''), 'held for its number of rows')
CROSS JOIN (SELECT max(as_of) AS as_of FROM ops.run) r
GROUP BY s.source ORDER BY s.source
