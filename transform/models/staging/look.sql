-- The weekly looks: the last 104 weeks, each seen as it was known at its end.
SELECT week, ends_on FROM staging.week WHERE week > (SELECT look_week FROM staging.run) - INTERVAL 104 WEEK
UNION
SELECT look_week, (look_week + INTERVAL 6 DAY)::DATE FROM staging.run
