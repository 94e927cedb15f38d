-- Facts. Precious, append-only; dropping receipted rows is the one delete. Changed only by a new numbered file.
CREATE TABLE journal (                          -- facts of visits, sealed; never updated
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,   -- gap-free, over all epochs of this folder
    visit  BLOB NOT NULL,                       -- random 128 bit
    nonce  BLOB NOT NULL,                       -- random 24 byte, fresh for every row
    body   BLOB NOT NULL,                       -- XChaCha20-Poly1305 under the visit key, padded; FORMAT.md
    hash   BLOB NOT NULL                        -- BLAKE2b-256 chain
) STRICT;
CREATE INDEX journal_by_visit ON journal (visit);

CREATE TABLE epoch (                            -- a folder made, copied or restored begins a new one
    first_seq INTEGER PRIMARY KEY,              -- rows from here on belong to it
    number    INTEGER NOT NULL,                 -- random 64 bit
    reason    TEXT NOT NULL                     -- made | copied | restored
) STRICT;

CREATE TABLE anchor (                           -- the last dropped row
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    seq  INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;

CREATE TABLE receipt (                          -- what the office has, as it signed it
    counter   INTEGER PRIMARY KEY,
    epoch     INTEGER NOT NULL,
    up_to_seq INTEGER NOT NULL,
    hash      BLOB NOT NULL,
    day       INTEGER NOT NULL                  -- counted day on which it came
) STRICT;

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE counter (                          -- raised in the transaction of the row they count
    period TEXT NOT NULL,                       -- a day for visits, a quarter for everything else
    key    TEXT NOT NULL,
    value  INTEGER NOT NULL,
    PRIMARY KEY (period, key)
) STRICT, WITHOUT ROWID;
