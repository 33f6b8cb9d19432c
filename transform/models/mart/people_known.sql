-- How many people live at a home, how many of them the council knows by name, and how many not: self-funders and people whom other
-- authorities placed are among those, and the home's own yearly list says how many of each. NULL where nobody has said.
WITH known AS (
    SELECT location_id, count(DISTINCT person_ref)::INTEGER AS people, sum(weekly_cost)::DECIMAL(18,2) AS weekly_cost
    FROM core.placement WHERE is_current AND location_id IS NOT NULL GROUP BY location_id
), asked AS (
    SELECT location_id, list_on, min(due_on) AS due_on, max(returned_on) AS returned_on, max(chased_on) AS chased_on, min(state) AS state,
           sum(people)::INTEGER AS people, sum(people) FILTER (WHERE payer = 'self')::INTEGER AS self_funded,
           sum(people) FILTER (WHERE payer <> 'self')::INTEGER AS by_authorities, count(DISTINCT authority) FILTER (WHERE payer = 'council')::INTEGER AS councils
    FROM core.placement_return WHERE location_id IS NOT NULL GROUP BY location_id, list_on
), newest AS (
    SELECT * FROM asked QUALIFY row_number() OVER (PARTITION BY location_id ORDER BY list_on DESC) = 1
), answered AS (
    SELECT * FROM asked WHERE state = 'returned' QUALIFY row_number() OVER (PARTITION BY location_id ORDER BY list_on DESC) = 1
)
SELECT s.location_id, s.provider_id, c.occupied, c.updated_on AS occupied_on, coalesce(k.people, 0) AS known_people, k.weekly_cost,
       greatest(c.occupied - coalesce(k.people, 0), 0)::INTEGER AS not_known_to_us, a.list_on AS answered_list_on, a.people AS listed_people,
       a.self_funded AS listed_self_funded, a.by_authorities AS listed_by_authorities, a.councils AS listed_councils,
       n.list_on AS newest_list_on, n.due_on AS list_due_on, n.chased_on AS list_chased_on, coalesce(n.state, 'never asked') AS list_state
FROM staging.scope s
LEFT JOIN known k ON k.location_id = s.location_id
LEFT JOIN mart.capacity_now c ON c.location_id = s.location_id
LEFT JOIN newest n ON n.location_id = s.location_id
LEFT JOIN answered a ON a.location_id = s.location_id
WHERE k.people IS NOT NULL OR c.location_id IS NOT NULL OR n.location_id IS NOT NULL
ORDER BY s.location_id
