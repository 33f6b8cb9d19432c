-- Why a provider is on the work list, in the order in which the reasons should be read; where it stands, and whether above the line.
SELECT CAST(r.place AS BIGINT) AS place, r.flag_id, r.waiting = 1 AS waiting, f.rule_title, f.evidence_source, CAST(w.rank AS BIGINT) AS rank,
       (SELECT count(*) FROM analytics.work_list) AS listed, w.within_share = 1 AS within_share, w.always = 1 AS always
FROM analytics.work_reason r
JOIN analytics.work_list w ON w.provider_id = r.provider_id
JOIN analytics.flag f ON f.flag_id = r.flag_id
WHERE r.provider_id = $provider
ORDER BY r.place
