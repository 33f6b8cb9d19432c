-- The sources behind a flag's concerns whose recording changed inside or before the flag's period, and how many of its concerns come from each.
SELECT r.source, r.from_week, r.says, count(*) AS concerns
FROM analytics.flag_evidence e
JOIN core.concern c ON c.concern_id = e.record_id
JOIN analytics.recording_change r ON r.source = coalesce(c.referrer, 'Source not recorded') AND c.received_on >= r.from_week
WHERE e.flag_id = ? AND e.feed = 'safeguarding_concerns'
GROUP BY r.source, r.from_week, r.says
ORDER BY r.source
