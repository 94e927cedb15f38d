-- A knowledge container (.m2k): one SQLite file, application_id 'M2KC', user_version 1. Every table is there in every container;
-- a container fills those it is about. Rows are in the order of the sources; `position` starts at 1. Texts are UTF-8, NFC.
CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    -- format=micro2-container-1, id, version, kind=core|module|language|tool|workshop, needs=least station version, licence, languages (space separated)
CREATE TABLE language (lang TEXT PRIMARY KEY, name TEXT NOT NULL, direction TEXT NOT NULL, plural TEXT NOT NULL) STRICT, WITHOUT ROWID;
    -- name in the language itself; direction ltr|rtl; plural = value of Plural-Forms of its .po
CREATE TABLE word (lang TEXT NOT NULL, context TEXT NOT NULL, msgid TEXT NOT NULL, form INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (lang, context, msgid, form)) STRICT, WITHOUT ROWID;               -- words of the screens
CREATE TABLE text (kind TEXT NOT NULL, id TEXT NOT NULL, field TEXT NOT NULL, lang TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (kind, id, field, lang)) STRICT, WITHOUT ROWID;
    -- every other short text: (area|competence|level|statement|process|means|case|trade|tap|module|lesson|tool|workshop|part|media, id,
    -- title|title30|plain|name|about|say|can|text|means|case|alt|outcome1…|need1…|room|leader|option1…, lang)
CREATE TABLE area (code TEXT PRIMARY KEY, position INTEGER NOT NULL, framework TEXT NOT NULL, icon TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE competence (code TEXT PRIMARY KEY, position INTEGER NOT NULL, area TEXT NOT NULL, framework TEXT NOT NULL,
    edition TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE verified (competence TEXT NOT NULL, lang TEXT NOT NULL, PRIMARY KEY (competence, lang)) STRICT, WITHOUT ROWID;  -- official title checked at a source
CREATE TABLE verified30 (competence TEXT NOT NULL, lang TEXT NOT NULL, PRIMARY KEY (competence, lang)) STRICT, WITHOUT ROWID;  -- the same of its title in DigComp 3.0
CREATE TABLE level (band INTEGER PRIMARY KEY, level_from INTEGER NOT NULL, level_to INTEGER NOT NULL) STRICT;
CREATE TABLE process (id TEXT PRIMARY KEY, position INTEGER NOT NULL, icon TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE process_weight (process TEXT NOT NULL, competence TEXT NOT NULL, weight INTEGER NOT NULL,
    PRIMARY KEY (process, competence)) STRICT, WITHOUT ROWID;
CREATE TABLE trade (id TEXT PRIMARY KEY, position INTEGER NOT NULL, icon TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE trade_weight (trade TEXT NOT NULL, process TEXT NOT NULL, weight INTEGER NOT NULL, PRIMARY KEY (trade, process)) STRICT, WITHOUT ROWID;
CREATE TABLE tap (id TEXT PRIMARY KEY, position INTEGER NOT NULL, process TEXT NOT NULL) STRICT, WITHOUT ROWID;  -- an act of the business, answered with a touch
CREATE TABLE item (id TEXT PRIMARY KEY, position INTEGER NOT NULL, competence TEXT NOT NULL, type TEXT NOT NULL, level INTEGER NOT NULL,
    context TEXT NOT NULL, seconds REAL, shows TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE calibrated (item TEXT NOT NULL, lang TEXT NOT NULL, b REAL NOT NULL, se REAL NOT NULL, a REAL,
    PRIMARY KEY (item, lang)) STRICT, WITHOUT ROWID;                               -- from collected answers; lang '' = for all
CREATE TABLE prior (id TEXT PRIMARY KEY, mean REAL NOT NULL) STRICT, WITHOUT ROWID; -- a competence code, or 'claim'
CREATE TABLE module (id TEXT PRIMARY KEY, position INTEGER NOT NULL, icon TEXT NOT NULL, area TEXT NOT NULL, eqf INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE lesson (id TEXT PRIMARY KEY, module TEXT NOT NULL, position INTEGER NOT NULL, minutes INTEGER NOT NULL, eqf INTEGER NOT NULL,
    n_outcomes INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE tool (id TEXT PRIMARY KEY, position INTEGER NOT NULL, icon TEXT NOT NULL, area TEXT NOT NULL, minutes INTEGER NOT NULL,
    program TEXT NOT NULL) STRICT, WITHOUT ROWID;                                  -- Lua; its words are texts (tool, id, key)
CREATE TABLE workshop (id TEXT PRIMARY KEY, position INTEGER NOT NULL, icon TEXT NOT NULL, area TEXT NOT NULL, people_from INTEGER NOT NULL,
    people_to INTEGER NOT NULL, n_needs INTEGER NOT NULL) STRICT, WITHOUT ROWID;   -- how many people it is for; things to have ready
CREATE TABLE part (workshop TEXT NOT NULL, position INTEGER NOT NULL, kind TEXT NOT NULL, minutes INTEGER NOT NULL, n_options INTEGER NOT NULL,
    PRIMARY KEY (workshop, position)) STRICT, WITHOUT ROWID;                       -- kind talk|show|vote|pairs|write
CREATE TABLE serves (kind TEXT NOT NULL, id TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (kind, id, target)) STRICT, WITHOUT ROWID;
    -- (module|lesson|tool|workshop, id) serves a competence code or "process:ID"
CREATE TABLE page (lesson TEXT NOT NULL, lang TEXT NOT NULL, position INTEGER NOT NULL, markdown TEXT NOT NULL,
    PRIMARY KEY (lesson, lang, position)) STRICT, WITHOUT ROWID;                   -- CommonMark, one page each
CREATE TABLE question (id TEXT PRIMARY KEY, owner TEXT NOT NULL, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    -- owner = an item (km, sm, sr: itself; st: three questions ID/1..3) or a lesson (its quiz)
CREATE TABLE question_text (id TEXT NOT NULL, lang TEXT NOT NULL, stem TEXT NOT NULL, PRIMARY KEY (id, lang)) STRICT, WITHOUT ROWID;
CREATE TABLE choice (question TEXT NOT NULL, lang TEXT NOT NULL, position INTEGER NOT NULL, is_right INTEGER NOT NULL, value TEXT NOT NULL,
    feedback TEXT NOT NULL, PRIMARY KEY (question, lang, position)) STRICT, WITHOUT ROWID;
CREATE TABLE media (name TEXT PRIMARY KEY, type TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, author TEXT NOT NULL,
    licence TEXT NOT NULL, bytes BLOB NOT NULL) STRICT, WITHOUT ROWID;             -- type image/png, made from SVG at build time
CREATE VIRTUAL TABLE search USING fts5(lang UNINDEXED, kind UNINDEXED, id UNINDEXED, title, words, stems,
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');
