-- One row per provider with a location in scope and weekly look: company health, what it still runs, its contracts. A provider is looked at, as
-- its locations are, from the first opening or the first day on which anything of it was known until two years after its last location stopped.
WITH told AS (
    SELECT provider_id, known_from FROM core.company_event
    UNION ALL
    SELECT provider_id, known_from FROM core.contract
    UNION ALL
    SELECT provider_id, known_from FROM core.spend_month
    UNION ALL
    SELECT provider_id, known_from FROM core.ombudsman_decision
    UNION ALL
    SELECT provider_id, known_from FROM core.placement
    UNION ALL
    SELECT provider_id, known_from FROM staging.intelligence_version
), known AS (
    SELECT provider_id, min(known_from) AS known_from FROM told WHERE provider_id IS NOT NULL GROUP BY provider_id
), span AS (
    -- NULL: a location was always there, or has not stopped.
    SELECT provider_id, CASE WHEN count(open_from) = count(*) THEN min(open_from) END AS open_from,
           CASE WHEN count(open_to) = count(*) THEN max(open_to) END AS open_to
    FROM staging.scope
    WHERE provider_id IS NOT NULL
    GROUP BY provider_id
), providers AS (
    SELECT s.provider_id, CASE WHEN s.open_from IS NOT NULL THEN least(s.open_from, k.known_from) END AS look_from, s.open_to
    FROM span s
    LEFT JOIN known k ON k.provider_id = s.provider_id
), failure AS (
    SELECT provider_id, k.week, k.ends_on, min(date_diff('day', e.event_on, k.ends_on)) AS days
    FROM core.company_event e JOIN staging.look k ON e.known_from <= k.ends_on AND e.event_on <= k.ends_on
    WHERE e.is_business_failure AND e.provider_id IS NOT NULL
    GROUP BY ALL
), accounts AS (
    SELECT provider_id, k.week, min(date_diff('day', e.event_on, k.ends_on)) FILTER (WHERE e.event_type = 'accounts_overdue') AS accounts_overdue_days,
           min(date_diff('day', e.event_on, k.ends_on)) FILTER (WHERE e.event_type = 'strike_off_proposed') AS strike_off_days
    FROM core.company_event e JOIN staging.look k ON e.known_from <= k.ends_on AND e.event_on <= k.ends_on
    WHERE e.provider_id IS NOT NULL
    GROUP BY ALL
), homes AS (
    SELECT l.provider_id, k.week,
           count(*) FILTER (WHERE s.open_to IS NULL OR s.open_to > k.ends_on) AS locations_active,
           coalesce(sum(s.registered_beds) FILTER (WHERE s.open_to IS NULL OR s.open_to > k.ends_on), 0) AS beds,
           count(*) FILTER (WHERE l.rating_overall = 1 AND (s.open_to IS NULL OR s.open_to > k.ends_on)) AS locations_inadequate,
           count(*) FILTER (WHERE l.rating_overall <= 2 AND (s.open_to IS NULL OR s.open_to > k.ends_on)) AS locations_ri_or_worse
    FROM staging.location_look l
    JOIN staging.look k ON k.week = l.week
    JOIN staging.scope s ON s.location_id = l.location_id
    GROUP BY ALL
), contracts AS (
    SELECT c.provider_id, k.week,
           count(*) FILTER (WHERE c.starts_on <= k.ends_on AND (c.ends_on IS NULL OR c.ends_on >= k.ends_on)) AS contracts_active,
           count(*) FILTER (WHERE c.ends_on > k.ends_on AND c.ends_on <= k.ends_on + 90) AS contracts_ending_90d
    FROM core.contract c JOIN staging.look k ON c.known_from <= k.ends_on
    WHERE c.provider_id IS NOT NULL
    GROUP BY ALL
), spoke AS (
    SELECT EXISTS (SELECT 1 FROM core.company_event) AS finance, EXISTS (SELECT 1 FROM core.contract) AS contracts
)
SELECT p.provider_id, k.week, k.ends_on,
       CASE WHEN f.days IS NOT NULL THEN 1 WHEN spoke.finance THEN 0 END AS company_failure, f.days AS company_failure_days,
       a.accounts_overdue_days, a.strike_off_days,
       CASE WHEN coalesce(h.locations_active, 0) > 0 THEN 1 ELSE 0 END AS running,
       coalesce(h.locations_active, 0) AS locations_active, coalesce(h.beds, 0) AS beds,
       coalesce(h.locations_inadequate, 0) AS locations_inadequate, coalesce(h.locations_ri_or_worse, 0) AS locations_ri_or_worse,
       CASE WHEN spoke.contracts THEN coalesce(c.contracts_active, 0) END AS contracts_active,
       CASE WHEN spoke.contracts THEN coalesce(c.contracts_ending_90d, 0) END AS contracts_ending_90d
FROM providers p
CROSS JOIN staging.look k
CROSS JOIN spoke
LEFT JOIN failure f ON f.provider_id = p.provider_id AND f.week = k.week
LEFT JOIN accounts a ON a.provider_id = p.provider_id AND a.week = k.week
LEFT JOIN homes h ON h.provider_id = p.provider_id AND h.week = k.week
LEFT JOIN contracts c ON c.provider_id = p.provider_id AND c.week = k.week
WHERE (p.look_from IS NULL OR p.look_from <= k.ends_on) AND (p.open_to IS NULL OR p.open_to > k.ends_on - 728)
ORDER BY p.provider_id, k.week -- the rules ask for some providers at a time, who are then found without reading all of them
