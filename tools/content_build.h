/* content_build: containers from a tree that content_check found clean: core-VERSION.m2k and one per module, the same
 * bytes for the same sources, each with its signature by the office's author key. */
#ifndef M2_TOOLS_CONTENT_BUILD_H
#define M2_TOOLS_CONTENT_BUILD_H

#include "content.h"
#include "trust/keys.h"

/* Writes into out_dir (made if missing). A file of the same name with other bytes is never replaced (ERR_EXISTS: raise
 * the version). log gets a line a container. Codes also ERR_IO, ERR_NO_SPACE, ERR_FORMAT. */
M2_MUST_CHECK bool content_build(struct content *c, const struct seckey *author, const char *out_dir, struct buf *log,
                                 struct err *err);

#endif
