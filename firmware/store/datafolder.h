/* datafolder: the folder a station lives in: names, first making, opening. One station per folder at a time.
 *   station.json   {"format":"micro2-station-1","station":16 hex,"name":hub's name,"languages":"en it es"}
 *   hub.db  witness  reserve  lock  keys/station.key  keys/station.pub  keys/office.pub  trust/  shelf/  */
#ifndef M2_STORE_DATAFOLDER_H
#define M2_STORE_DATAFOLDER_H

#include "trust/keys.h"

enum {
    DATAFOLDER_PATH_MAX = 1024,
    DATAFOLDER_NAME_MAX = 63,
    DATAFOLDER_LANGUAGES_BYTES = 128,
    STATION_JSON_MAX = 4096 /* bytes of station.json */
};

struct datafolder {
    char dir[DATAFOLDER_PATH_MAX];
    char name[DATAFOLDER_NAME_MAX + 1];
    char languages[DATAFOLDER_LANGUAGES_BYTES]; /* of the hub, first is the one it wakes up in */
    struct pubkey station, office;              /* who we are; whom results were sealed to when it was opened */
    int lock_fd;
};

/* Opens and locks. ERR_NOT_FOUND no such folder, ERR_FORMAT no station's folder, ERR_VERSION made by a newer program,
 * ERR_BUSY another station runs on it, ERR_CORRUPT a key is missing or another's. */
M2_MUST_CHECK bool datafolder_open(const char *dir, struct datafolder *out, struct err *err);
void datafolder_close(struct datafolder *f);
/* The office's key as it is here, or its successor where the folder's trust list revoked it (T32). */
void datafolder_renew_office(const char *dir, struct pubkey *office);
/* The secret key, for signing mailboxes. Wipe when done. */
M2_MUST_CHECK bool datafolder_secret(const struct datafolder *f, struct seckey *out, struct err *err);
/* DIR must be missing or empty (ERR_EXISTS); name and languages within their limits (ERR_USAGE), the path too
 * (ERR_LIMIT). Makes folders, key pair and station.json; the caller fills trust/ and shelf/. */
M2_MUST_CHECK bool datafolder_create(const char *dir, const char *name, const char *languages,
                                     const struct pubkey *office, struct pubkey *station, struct err *err);
/* dir + "/" + one of the names above, in one of four rotating buffers of the calling thread. */
const char *datafolder_path(const char *dir, const char *name);

#endif
