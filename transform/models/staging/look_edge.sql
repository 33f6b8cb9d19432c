-- Where the weekly looks begin and end, in one row, for counting in look numbers: what counts from a day on is first seen by look
-- (day - first_end + 6) // 7, no earlier than 0, and by none (the number of looks) if the day lies after last_end.
SELECT min(ends_on) AS first_end, max(ends_on) AS last_end, count(*)::INTEGER AS looks FROM staging.look
