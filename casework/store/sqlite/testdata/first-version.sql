-- A casework file as the first version of its tables held it; made by TestWriteTheFirstVersion.
PRAGMA application_id = 1113023351;
CREATE TABLE migration (
			number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT;
CREATE TABLE event (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stream   TEXT    NOT NULL,
    version  INTEGER NOT NULL CHECK (version >= 1),
    type     TEXT    NOT NULL,
    at       TEXT    NOT NULL,
    actor    TEXT    NOT NULL,
    data     TEXT    NOT NULL,
    UNIQUE (stream, version)
) STRICT;
INSERT INTO migration VALUES (1, 'events', 'da8319d4d7ca79f8e1f725fd0591afef1c6a7b69067c5ea943f2855768b75649', '2026-03-14T09:26:53.589793238Z');
INSERT INTO event VALUES (1, 'case/0f3a9c1b22d4e5f607182930', 1, 'case.opened', '2026-03-02T11:00:00.000000000Z', 'u-sal', '{"provider_id":"1-1","provider_name":"Saltmarsh Homes","flag_id":"F1","stage":"pre_provider_concern","text":"Concerns continue.","seen":{"snapshot":"s1","rule_set":"r1","level":2,"flags":2,"headline":"17 concerns in 12 weeks."}}');
INSERT INTO event VALUES (2, 'case/0f3a9c1b22d4e5f607182930', 2, 'case.recorded', '2026-03-02T12:00:00.000000000Z', 'u-sal', '{"register":"reports","number":1,"values":{"on":"2026-03-02","by":"Officer","report":"Two visits.","plan":"Checks.","recommendation":"escalate"}}');
INSERT INTO event VALUES (3, 'case/0f3a9c1b22d4e5f607182930', 3, 'case.ticked', '2026-03-02T13:00:00.000000000Z', 'u-sal', '{"point":"pre_provider_concern/panel_review","text":"On paper."}');
INSERT INTO event VALUES (4, 'case/0f3a9c1b22d4e5f607182930', 4, 'case.unticked', '2026-03-02T14:00:00.000000000Z', 'u-sal', '{"point":"pre_provider_concern/panel_review","text":"Not yet."}');
INSERT INTO event VALUES (5, 'case/0f3a9c1b22d4e5f607182930', 5, 'case.moved', '2026-03-02T15:00:00.000000000Z', 'u-sal', '{"move":"escalate","stage":"decision_to_initiate","text":"More came.","seen":{"snapshot":"s1","rule_set":"r1","level":2,"flags":2,"headline":"17 concerns in 12 weeks."}}');
INSERT INTO event VALUES (6, 'case/0f3a9c1b22d4e5f607182930', 6, 'case.recorded', '2026-03-02T16:00:00.000000000Z', 'u-sal', '{"register":"actions","number":1,"values":{"number":"1","detail":"Visit","owner":"Oz","organisation":"Council","due_on":"2026-03-20","duty":"safeguarding"}}');
INSERT INTO event VALUES (7, 'case/0f3a9c1b22d4e5f607182930', 7, 'case.amended', '2026-03-02T17:00:00.000000000Z', 'u-sal', '{"register":"actions","number":1,"values":{"number":"1","detail":"Visit","owner":"Oz","organisation":"Council","due_on":"2026-03-27","duty":"safeguarding"}}');
INSERT INTO event VALUES (8, 'case/0f3a9c1b22d4e5f607182930', 8, 'case.recorded', '2026-03-02T18:00:00.000000000Z', 'u-sal', '{"register":"police","number":1,"values":{"kind":"consultation","on":"2026-03-02","lead":"DI","about":"The group"}}');
INSERT INTO event VALUES (9, 'case/0f3a9c1b22d4e5f607182930', 9, 'case.consulted', '2026-03-02T19:00:00.000000000Z', 'u-sal', '{"register":"police","number":1}');
INSERT INTO event VALUES (10, 'case/0f3a9c1b22d4e5f607182930', 10, 'case.began', '2026-03-02T20:00:00.000000000Z', 'u-sal', '{"track":"strategic_group","text":"Referred by QSIG. A senior response.","seen":{"snapshot":"s1","rule_set":"r1","level":2,"flags":2,"headline":"17 concerns in 12 weeks."}}');
INSERT INTO event VALUES (11, 'case/0f3a9c1b22d4e5f607182930', 11, 'case.restricted', '2026-03-02T21:00:00.000000000Z', 'u-sal', '{"text":"police","named":["u-sal","u-ben"]}');
INSERT INTO event VALUES (12, 'case/0f3a9c1b22d4e5f607182930', 12, 'case.lifted', '2026-03-02T22:00:00.000000000Z', 'u-sal', '{"text":"The police agree."}');
INSERT INTO event VALUES (13, 'case/0f3a9c1b22d4e5f607182930', 13, 'case.issued', '2026-03-02T23:00:00.000000000Z', 'u-sal', '{"register":"meetings/1","text":"Chief Nurse"}');
INSERT INTO event VALUES (14, 'review/F1', 1, 'review.acknowledged', '2026-03-03T00:00:00.000000000Z', 'u-sal', '{"owner":"u-ada","seen":{"snapshot":"s1","rule_set":"r1","provider":"1-1","rule":"concerns","level":2,"evidence":12,"open":true,"opened_on":"2026-02-23T00:00:00Z","met_on":"2026-03-01T00:00:00Z","others":1}}');
INSERT INTO event VALUES (15, 'review/F1', 2, 'review.noted', '2026-03-03T01:00:00.000000000Z', 'u-sal', '{"text":"A visit is booked.","seen":{"snapshot":"s1","rule_set":"r1","provider":"1-1","rule":"concerns","level":2,"evidence":12,"open":true,"opened_on":"2026-02-23T00:00:00Z","met_on":"2026-03-01T00:00:00Z","others":1}}');
INSERT INTO event VALUES (16, 'review/F1', 3, 'review.disagreed', '2026-03-03T02:00:00.000000000Z', 'u-sal', '{"doubt":"data_error","text":"Two records are one.","seen":{"snapshot":"s1","rule_set":"r1","provider":"1-1","rule":"concerns","level":2,"evidence":12,"open":true,"opened_on":"2026-02-23T00:00:00Z","met_on":"2026-03-01T00:00:00Z","others":1}}');
INSERT INTO event VALUES (17, 'review/F1', 4, 'review.decided', '2026-03-03T03:00:00.000000000Z', 'u-sal', '{"outcome":"escalate","text":"It continues.","next_review":"2026-04-01T00:00:00Z","seen":{"snapshot":"s1","rule_set":"r1","provider":"1-1","rule":"concerns","level":2,"evidence":12,"open":true,"opened_on":"2026-02-23T00:00:00Z","met_on":"2026-03-01T00:00:00Z","others":1}}');
INSERT INTO event VALUES (18, 'group/qsig', 1, 'group.began', '2026-03-03T04:00:00.000000000Z', 'u-sal', '{"on":"2026-03-01T00:00:00Z"}');
INSERT INTO event VALUES (19, 'group/qsig', 2, 'group.met', '2026-03-03T05:00:00.000000000Z', 'u-sal', '{"on":"2026-03-02T00:00:00Z"}');
INSERT INTO event VALUES (20, 'group/qsig', 3, 'group.minuted', '2026-03-03T06:00:00.000000000Z', 'u-sal', '{"on":"2026-03-02T00:00:00Z","minutes":"We met.","agreed":true}');
INSERT INTO event VALUES (21, 'group/qsig', 4, 'group.issued', '2026-03-03T07:00:00.000000000Z', 'u-sal', '{"on":"2026-03-02T00:00:00Z","recipient":"Chief Nurse","providers":["1-1"]}');
CREATE TRIGGER event_is_never_edited BEFORE UPDATE ON event
BEGIN
    SELECT RAISE(ABORT, 'events are appended, never edited');
END;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN
    SELECT RAISE(ABORT, 'events are appended, never deleted');
END;
CREATE TRIGGER event_is_never_replaced BEFORE INSERT ON event
WHEN EXISTS (SELECT 1 FROM event WHERE position = NEW.position)
  OR NEW.version <> (SELECT coalesce(max(version), 0) + 1 FROM event WHERE stream = NEW.stream)
BEGIN
    SELECT RAISE(ABORT, 'events are appended in order, never replaced');
END;
