-- Concerns per location and look, in the version known at the look, and who raised them: a running sum of what comes into and what goes out of
-- each count, carried from one change to the next. A look at which nothing counts has no row.
-- by place: staging.concern_span(location_id)
WITH edge AS (
    SELECT location_id, theirs, unknown, severe, decision, source_class, unnest([from_no, to_12w, to_26w, to_52w, adult_no, staff_no, source_no]) AS look_no,
           unnest([1, -1, 0, 0, 0, 0, 0]) AS in_12w, unnest([1, 0, -1, 0, 0, 0, 0]) AS in_26w, unnest([1, 0, 0, -1, 0, 0, 0]) AS in_52w,
           unnest([0, -1, 0, 0, 1, 0, 0]) AS adults, unnest([0, 0, -1, 0, 0, 1, 0]) AS staff, unnest([0, 0, -1, 0, 0, 0, 1]) AS sources
    FROM staging.concern_span
    WHERE theirs OR unknown
), standing AS (
    SELECT location_id, look_no, lead(look_no) OVER w AS next_no,
           sum(sum(in_12w) FILTER (WHERE theirs)) OVER w AS concerns_12w, sum(sum(in_26w) FILTER (WHERE theirs)) OVER w AS concerns_26w,
           sum(sum(in_52w) FILTER (WHERE theirs)) OVER w AS concerns_52w, sum(sum(in_12w) FILTER (WHERE unknown)) OVER w AS concerns_unknown_12w,
           sum(sum(adults) FILTER (WHERE theirs)) OVER w AS distinct_adults_12w, sum(sum(staff) FILTER (WHERE theirs)) OVER w AS distinct_staff_26w,
           sum(sum(in_26w) FILTER (WHERE theirs AND severe)) OVER w AS concerns_severe_26w, sum(sum(sources) FILTER (WHERE theirs)) OVER w AS concern_sources_26w,
           sum(sum(in_26w) FILTER (WHERE theirs AND source_class = 'self')) OVER w AS concerns_self_reported_26w,
           sum(sum(in_26w) FILTER (WHERE theirs AND source_class = 'family')) OVER w AS concerns_family_26w,
           sum(sum(in_26w) FILTER (WHERE theirs AND source_class = 'professional')) OVER w AS concerns_professional_26w,
           sum(sum(in_26w) FILTER (WHERE theirs AND source_class = 'whistleblower')) OVER w AS concerns_whistleblower_26w,
           sum(sum(in_26w) FILTER (WHERE theirs AND source_class = 'police')) OVER w AS concerns_police_26w,
           sum(sum(in_26w) FILTER (WHERE theirs AND source_class = 'cqc')) OVER w AS concerns_cqc_26w,
           sum(sum(in_52w) FILTER (WHERE theirs AND decision = 's42')) OVER w AS enquired_52w,
           sum(sum(in_52w) FILTER (WHERE theirs AND decision IN ('s42', 'other_enquiry', 'no_enquiry'))) OVER w AS decided_52w
    FROM edge
    GROUP BY location_id, look_no
    WINDOW w AS (PARTITION BY location_id ORDER BY look_no ROWS UNBOUNDED PRECEDING)
), laid AS (
    SELECT location_id, COLUMNS('^(concern|distinct)')::INTEGER, (coalesce(enquired_52w, 0)::DECIMAL(18,6) / nullif(decided_52w, 0))::DECIMAL(18,6) AS conversion_share_52w,
           unnest(range(look_no, next_no)) AS look_no
    FROM standing
    WHERE concerns_52w > 0 OR concerns_unknown_12w > 0
)
SELECT l.* EXCLUDE (look_no), k.week FROM laid l JOIN staging.look k ON k.look_no = l.look_no
