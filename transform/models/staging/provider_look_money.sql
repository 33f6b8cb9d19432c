-- Money and volume of each provider by each look: charges, a dissolved company, contracts ended early, what published spending shows,
-- people placed, what the Ombudsman upheld, and intelligence that names no location.
WITH company AS (
    SELECT e.provider_id, k.week,
           count(*) FILTER (WHERE e.event_type = 'charge_created' AND e.event_on > k.ends_on - 365) AS charges_365d,
           min(date_diff('day', e.event_on, k.ends_on)) FILTER (WHERE e.event_type = 'dissolved') AS dissolved_days
    FROM core.company_event e JOIN staging.look k ON e.known_from <= k.ends_on AND e.event_on <= k.ends_on
    WHERE e.provider_id IS NOT NULL
    GROUP BY ALL
), ended AS (
    SELECT c.provider_id, k.week, count(*) AS n
    FROM core.contract c JOIN staging.look k ON c.known_from <= k.ends_on AND c.known_from > k.ends_on - 365
    WHERE c.provider_id IS NOT NULL AND c.is_care AND c.status IN ('cancelled', 'terminated')
    GROUP BY ALL
), paid AS (
    SELECT s.provider_id, k.week, s.month, sum(s.amount) AS amount
    FROM core.spend_month s JOIN staging.look k ON s.known_from <= k.ends_on
    WHERE s.provider_id IS NOT NULL AND s.month IS NOT NULL
    GROUP BY ALL
), latest AS (
    SELECT k.week, max(s.month) AS month, min(s.month) AS first_month
    FROM core.spend_month s JOIN staging.look k ON s.known_from <= k.ends_on
    WHERE s.month IS NOT NULL
    GROUP BY ALL
), spend AS (
    -- The last three published months against the three before; unknown until six have been published.
    SELECT p.provider_id, p.week, coalesce(sum(p.amount) FILTER (WHERE p.month > l.month - INTERVAL 3 MONTH), 0) AS now,
           sum(p.amount) FILTER (WHERE p.month <= l.month - INTERVAL 3 MONTH AND p.month > l.month - INTERVAL 6 MONTH) AS before
    FROM paid p JOIN latest l ON l.week = p.week AND l.first_month <= l.month - INTERVAL 5 MONTH
    GROUP BY ALL
), decided AS (
    SELECT d.provider_id, k.week, count(*) AS n
    FROM core.ombudsman_decision d JOIN staging.look k ON d.known_from <= k.ends_on AND d.decided_on <= k.ends_on AND d.decided_on > k.ends_on - 730
    WHERE d.upheld AND d.provider_id IS NOT NULL
    GROUP BY ALL
), placed AS (
    SELECT l.provider_id, p.week, sum(p.people_placed) AS people_placed, sum(p.people_placed_before) AS people_placed_before
    FROM staging.look_placement p JOIN staging.scope l ON l.location_id = p.location_id
    WHERE l.provider_id IS NOT NULL
    GROUP BY ALL
), spoke AS (
    SELECT (SELECT min(known_from) FROM core.company_event) AS company_from, (SELECT min(known_from) FROM core.ombudsman_decision) AS ombudsman_from,
           (SELECT min(known_from) FROM core.contract) AS contracts_from,
           (SELECT min(known_from) FROM staging.intelligence_version) AS intelligence_from
)
SELECT p.provider_id, p.week,
       CASE WHEN spoke.company_from <= p.ends_on THEN coalesce(c.charges_365d, 0) END AS charges_365d, c.dissolved_days,
       CASE WHEN spoke.contracts_from <= p.ends_on THEN coalesce(e.n, 0) END AS contracts_ended_early_365d,
       CASE WHEN s.before > 0 THEN greatest(1 - s.now / s.before, 0)::DECIMAL(18,6) END AS spend_fall_share,
       a.people_placed AS provider_people_placed,
       CASE WHEN a.people_placed_before >= 5 THEN greatest(1 - a.people_placed / a.people_placed_before, 0)::DECIMAL(18,6) END AS placements_fall_share,
       CASE WHEN spoke.ombudsman_from <= p.ends_on THEN coalesce(d.n, 0) END AS ombudsman_upheld_730d,
       CASE WHEN spoke.intelligence_from <= p.ends_on THEN coalesce(n.intelligence_26w, 0) END AS intelligence_26w,
       CASE WHEN spoke.intelligence_from <= p.ends_on THEN coalesce(n.intelligence_sources_26w, 0) END AS intelligence_sources_26w,
       CASE WHEN spoke.intelligence_from <= p.ends_on THEN coalesce(n.intelligence_confirmed_26w, 0) END AS intelligence_confirmed_26w
FROM staging.provider_look p
CROSS JOIN spoke
LEFT JOIN company c ON c.provider_id = p.provider_id AND c.week = p.week
LEFT JOIN ended e ON e.provider_id = p.provider_id AND e.week = p.week
LEFT JOIN spend s ON s.provider_id = p.provider_id AND s.week = p.week
LEFT JOIN decided d ON d.provider_id = p.provider_id AND d.week = p.week
LEFT JOIN placed a ON a.provider_id = p.provider_id AND a.week = p.week
LEFT JOIN staging.look_intelligence n ON n.provider_id = p.provider_id AND n.location_id IS NULL AND n.week = p.week
ORDER BY p.provider_id, p.week -- the rules ask for some providers at a time, who are then found without reading all of them
