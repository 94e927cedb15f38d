-- The village board: public by nature. Own cards, and those of other hubs as their last snapshot had them.
CREATE TABLE card (
    station BLOB NOT NULL,    -- key id of the hub's station; empty = our own
    id      BLOB NOT NULL,    -- 16 random bytes
    number  INTEGER NOT NULL, -- on its hub
    kind    INTEGER NOT NULL, -- board/card.h
    phrase  TEXT NOT NULL,    -- id of a fixed phrase; '' = own words
    amount  INTEGER NOT NULL,
    weekday INTEGER NOT NULL,
    title   TEXT NOT NULL,
    text    TEXT NOT NULL,
    lang    TEXT NOT NULL,
    day     INTEGER NOT NULL, -- counted day of ours on which it went up
    days    INTEGER NOT NULL, -- counted days it stays up
    waits   INTEGER NOT NULL, -- 1 = staff have not released it
    PRIMARY KEY (station, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE board (               -- the other hubs
    station    BLOB PRIMARY KEY,   -- key id
    generation INTEGER NOT NULL,   -- of the snapshot whose cards are in card
    hub        TEXT NOT NULL       -- its name in the trust list
) STRICT, WITHOUT ROWID;

CREATE TABLE hidden (              -- cards not shown on this hub
    station  BLOB NOT NULL,
    id       BLOB NOT NULL,
    is_final INTEGER NOT NULL,     -- 0 = reported, until staff look; 1 = staff took another hub's card down
    day      INTEGER NOT NULL,     -- counted day; kept until no card of that day can hang
    PRIMARY KEY (station, id)
) STRICT, WITHOUT ROWID;
