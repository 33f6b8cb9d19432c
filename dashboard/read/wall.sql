-- What a reader's questions reach: one view for each table of the snapshot that a page may ask of. A table without a view is not there.
-- {data} is the snapshot, {wall} this catalog. Three variables belong to each connection, and a question is asked after they are set:
--   inside   the number of the set of providers of which the reader may see something identifiable; unset holds none
--   persons  whether the reader may see the pseudonyms of people and the detail of what is alleged; otherwise each pseudonym is veiled, the
--            same for as long as the connection lives, and the detail is nothing
--   names    whether the reader may see names that match no provider
CREATE TABLE {wall}.main.member (set_no BIGINT, provider_id VARCHAR);
CREATE VIEW {wall}.main.inside AS SELECT provider_id FROM {wall}.main.member WHERE set_no = CAST(getvariable('inside') AS BIGINT);

-- Facts of the public register, published contracts and spending, and counts over the whole market.
CREATE VIEW core.provider AS SELECT * FROM {data}.core.provider;
CREATE VIEW core.location AS SELECT * FROM {data}.core.location;
CREATE VIEW core.location_link AS SELECT * FROM {data}.core.location_link;
CREATE VIEW core.rating AS SELECT * FROM {data}.core.rating;
CREATE VIEW core.rating_current AS SELECT * FROM {data}.core.rating_current;
CREATE VIEW core.rating_change AS SELECT * FROM {data}.core.rating_change;
CREATE VIEW core.manager_gap AS SELECT * FROM {data}.core.manager_gap;
CREATE VIEW core.company_event AS SELECT * FROM {data}.core.company_event;
CREATE VIEW core.contract AS SELECT * FROM {data}.core.contract;
CREATE VIEW core.spend_month AS SELECT * FROM {data}.core.spend_month;
CREATE VIEW mart.market_week AS SELECT * FROM {data}.mart.market_week;
CREATE VIEW mart.rating_mix AS SELECT * FROM {data}.mart.rating_mix;
CREATE VIEW analytics.alert_load AS SELECT * FROM {data}.analytics.alert_load;
CREATE VIEW analytics.recording_change AS SELECT * FROM {data}.analytics.recording_change;
CREATE VIEW analytics.silence AS SELECT * FROM {data}.analytics.silence;
CREATE VIEW analytics.stream AS SELECT * FROM {data}.analytics.stream;
CREATE VIEW ops.run AS SELECT * FROM {data}.ops.run;
-- Snapshots from before loads kept their contracts' versions lack that column.
CREATE VIEW ops.load AS SELECT * FROM {data}.ops.load UNION ALL BY NAME SELECT NULL::VARCHAR AS contracts WHERE false;
CREATE VIEW ops.quarantine AS SELECT * FROM {data}.ops.quarantine;
CREATE VIEW ops.source AS SELECT * FROM {data}.ops.source;
CREATE VIEW ops.typed AS SELECT * FROM {data}.ops.typed;
CREATE VIEW ops.check_result AS SELECT * FROM {data}.ops.check_result;
CREATE VIEW ops.lineage AS SELECT * FROM {data}.ops.lineage;

-- What identifies a provider: rows of those inside.
CREATE VIEW analytics.flag AS SELECT * FROM {data}.analytics.flag WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside);
CREATE VIEW analytics.flag_evidence AS SELECT * FROM {data}.analytics.flag_evidence WHERE flag_id IN (SELECT flag_id FROM {data}.analytics.flag WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside));
CREATE VIEW analytics.provider_level AS SELECT * FROM {data}.analytics.provider_level WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside);
CREATE VIEW analytics.provider_level_week AS SELECT * FROM {data}.analytics.provider_level_week WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside);
CREATE VIEW analytics.work_list AS SELECT * FROM {data}.analytics.work_list WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside);
CREATE VIEW analytics.work_reason AS SELECT * FROM {data}.analytics.work_reason WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside);
CREATE VIEW analytics.funnel AS SELECT * FROM {data}.analytics.funnel WHERE location_id IN (SELECT location_id FROM {data}.core.location WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside));
CREATE VIEW analytics.signal AS SELECT * FROM {data}.analytics.signal WHERE unit_id IN (SELECT provider_id FROM {wall}.main.inside UNION ALL SELECT location_id FROM {data}.core.location WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside));
CREATE VIEW mart.look AS SELECT * FROM {data}.mart.look WHERE unit_id IN (SELECT provider_id FROM {wall}.main.inside UNION ALL SELECT location_id FROM {data}.core.location WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside));
CREATE VIEW mart.provider_week AS SELECT * FROM {data}.mart.provider_week WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside);
CREATE VIEW mart.location_week AS SELECT * FROM {data}.mart.location_week WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside);
CREATE VIEW mart.timeline AS SELECT * FROM {data}.mart.timeline WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside);
CREATE VIEW mart.capacity_now AS SELECT * FROM {data}.mart.capacity_now WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside);
CREATE VIEW mart.people_known AS SELECT * FROM {data}.mart.people_known WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside);
CREATE VIEW core.capacity AS SELECT * FROM {data}.core.capacity WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside);
CREATE VIEW core.quality_visit AS SELECT * FROM {data}.core.quality_visit WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside);
CREATE VIEW core.quality_action AS SELECT * FROM {data}.core.quality_action WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside);

-- Rows about people: of providers inside, and the people under a veil. It is the same for equal pseudonyms, so that people can be counted.
-- Fields that no page shows anybody (who referred, where, who is said to be the source of risk, who complained) are not there; the detail of
-- an allegation (kinds of abuse, what became of the risk) is shown with the people whom it is about, and is nothing otherwise.
CREATE VIEW core.complaint AS SELECT * EXCLUDE (complainant) FROM {data}.core.complaint WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside);
CREATE VIEW core.concern AS SELECT * EXCLUDE (referrer, source_of_risk, location_of_risk) REPLACE (CASE WHEN getvariable('persons') THEN abuse_types END AS abuse_types, CASE WHEN getvariable('persons') THEN adult_ref ELSE md5(getvariable('veil') || adult_ref) END AS adult_ref, CASE WHEN getvariable('persons') THEN alleged_ref ELSE md5(getvariable('veil') || alleged_ref) END AS alleged_ref) FROM {data}.core.concern WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside);
CREATE VIEW core.enquiry AS SELECT * REPLACE (CASE WHEN getvariable('persons') THEN abuse_types END AS abuse_types, CASE WHEN getvariable('persons') THEN risk_outcome END AS risk_outcome, CASE WHEN getvariable('persons') THEN adult_ref ELSE md5(getvariable('veil') || adult_ref) END AS adult_ref, CASE WHEN getvariable('persons') THEN alleged_ref ELSE md5(getvariable('veil') || alleged_ref) END AS alleged_ref) FROM {data}.core.enquiry WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside);
CREATE VIEW core.placement AS SELECT * REPLACE (CASE WHEN getvariable('persons') THEN person_ref ELSE md5(getvariable('veil') || person_ref) END AS person_ref) FROM {data}.core.placement WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside);
CREATE VIEW core.incident AS SELECT COLUMNS(lambda c: c NOT IN ('person_ref', 'staff_ref')) FROM {data}.core.incident WHERE provider_id IN (SELECT provider_id FROM {wall}.main.inside);

-- Names as somebody wrote them that match no provider. They belong to no area, and may be anybody's.
CREATE VIEW core.unmatched AS SELECT * REPLACE (CASE WHEN getvariable('names') THEN name_given END AS name_given) FROM {data}.core.unmatched;
CREATE VIEW core.name_open AS SELECT * FROM {data}.core.name_open WHERE getvariable('names');
CREATE VIEW core.match_candidate AS SELECT * FROM {data}.core.match_candidate WHERE getvariable('names');
