SELECT count(*) FILTER (WHERE p.level > p.previous_level AND p.moved_on > r.as_of - 28)::DOUBLE AS up,
       count(*) FILTER (WHERE p.level < p.previous_level AND p.moved_on > r.as_of - 28)::DOUBLE AS down
FROM analytics.provider_level p, ops.run r
