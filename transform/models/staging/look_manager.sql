-- Since when a location has been without a registered manager, at each look at which it is known to be. A look without a row is one at which a
-- manager is named, or at which no body had been seen yet.
SELECT s.location_id, k.week, min(g.absent_from) AS absent_from
FROM core.manager_gap g
JOIN staging.scope s ON s.location_id = g.location_id
JOIN staging.look k ON g.known_from <= k.ends_on AND (g.returned_on IS NULL OR g.returned_on > k.ends_on)
GROUP BY s.location_id, k.week
