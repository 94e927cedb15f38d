-- Where each counted day began, so that staff can be told how long the oldest un-receipted row waits.
CREATE TABLE day (
    counted   INTEGER PRIMARY KEY,  -- days on which a visit began, 1, 2, ...
    first_seq INTEGER NOT NULL      -- the first row of that day; days of dropped rows go with them
) STRICT;
INSERT INTO day (counted, first_seq) SELECT CAST(value AS INTEGER), 1 FROM setting WHERE key = 'day.waiting';
DELETE FROM setting WHERE key = 'day.waiting';
