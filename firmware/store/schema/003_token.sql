-- Kept places: what a visitor comes back to. Found by what her pictures or her card code draw, sealed under keys that lie
-- nowhere; gone 90 counted days after the last use, and at once when she says so.
CREATE TABLE token (
    id          INTEGER PRIMARY KEY,  -- random: tells no order
    by_pictures BLOB NOT NULL UNIQUE, -- 16 bytes drawn from the pictures
    by_code     BLOB NOT NULL UNIQUE, -- 16 bytes drawn from the card code
    key_pictures BLOB NOT NULL,       -- the key of profile, under the key that the pictures draw
    key_code    BLOB NOT NULL,        -- the keys of profile and of words, under the key that the card code draws
    profile     BLOB NOT NULL,        -- levels, path, page; FORMAT.md
    words       BLOB,                 -- what was typed: the card code alone opens it; NULL = nothing
    day         INTEGER NOT NULL      -- counted day of the last use
) STRICT;
CREATE INDEX token_by_day ON token (day);
