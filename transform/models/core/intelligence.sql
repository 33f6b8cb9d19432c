-- What people know of providers and wrote down, as it stands on the run's date: coded answers, never a word that somebody typed. It holds
-- what partners may know; what may not be shared, and what stands on a restricted case, never enters it.
SELECT v.note_id, v.location_id, v.provider_id, v.on_date, date_trunc('week', v.on_date)::DATE AS week, v.source, v.reliability, v.theme, v.bears, v.elsewhere, v.sharing, v.counts,
       (SELECT min(f.known_from) FROM staging.note f WHERE f.note_id = v.note_id) AS known_from
FROM staging.intelligence_version v
WHERE v.version = (SELECT max(m.version) FROM staging.note m WHERE m.note_id = v.note_id) AND NOT v.withdrawn
ORDER BY v.on_date, v.note_id
