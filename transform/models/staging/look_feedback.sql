-- Feedback that people gave CQC in the last 12 weeks, by location and look, in the version known at the look. Lists name only services with
-- feedback, so none is nought for a service only while a list of the last 12 weeks is known.
SELECT v.location_id, k.week, coalesce(sum(v.comments), 0)::BIGINT AS feedback_12w, coalesce(sum(v.comments_concern), 0)::BIGINT AS feedback_concern_12w
FROM staging.cqc_feedback_version v
JOIN staging.look k ON v.period_to <= k.ends_on AND v.period_to > k.ends_on - 84 AND v.known_from <= k.ends_on AND (v.known_to IS NULL OR v.known_to > k.ends_on)
WHERE v.location_id IS NOT NULL
GROUP BY ALL
