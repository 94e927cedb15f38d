/* office_trust: who is trusted, changed: keys added and revoked, roots replaced. Each change is a new list, signed by
 * the root keys that are here (two are needed), in OFFICE/trust; a list with new roots is kept for ever, too, in
 * OFFICE/trust/rotations/NNN, for stations that are behind. New keys are made in keys/next/, and take the place of the
 * old ones, which are then called NAME-ID, once the list that names them is published: a power cut leaves the old keys
 * and list, or the new ones after the next office_open. */
#ifndef M2_TOOLS_OFFICE_TRUST_H
#define M2_TOOLS_OFFICE_TRUST_H

#include "office.h"

/* A new list with this key added, published in data/trust first, for a new station (NULL = none). ERR_EXISTS. */
M2_MUST_CHECK bool office_add_key(struct office *o, enum trust_role role, const char *name, const struct pubkey *key,
                                  const char *data, struct err *err);

/* The index in o->trust of "author", "courier" or "office" (the office's own), a hub's name, or a key id of 16 hex
 * digits as minisign prints it; -1 and ERR_NOT_FOUND. */
int office_find_key(const struct office *o, const char *which, struct err *err);
/* True when a key in place of this one is made by office_revoke: it is the office's own. */
bool office_replaces_key(const struct office *o, int i);
/* Lost: nothing new by this key counts. Stolen: what is on the shelves goes, too. Never taken back (ERR_STATE). The
 * office's own gets a successor, under passphrase (NULL = open). */
M2_MUST_CHECK bool office_revoke(struct office *o, int i, enum trust_revoked how, const char *passphrase,
                                 struct err *err);

/* Three new root keys under passphrase (NULL = open); signed by two of the old ones, too. ERR_LIMIT after
 * TRUST_ROTATIONS_MAX. */
M2_MUST_CHECK bool office_rotate(struct office *o, const char *passphrase, struct err *err);
/* How many rotations there were, and the folder of number n, from 1 (in a rotating buffer, as office_path). */
int office_rotations(const struct office *o);
const char *office_rotation_path(const struct office *o, int n);

/* Calls each with every key of the office's role that was revoked and whose secret half is here, to open what hubs
 * sealed to it; stops at false. */
M2_MUST_CHECK bool office_old_keys(const struct office *o,
                                   bool (*each)(void *ctx, const struct seckey *old, struct err *err), void *ctx,
                                   struct err *err);

/* Puts keys of keys/next/ that the list names in their place; office_open does it. */
M2_MUST_CHECK bool office_take_next_keys(struct office *o, struct err *err);

#endif
