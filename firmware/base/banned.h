/* banned: functions this project does not use, with what to use instead. Included by every .c file of ours, last. */
#ifndef M2_BASE_BANNED_H
#define M2_BASE_BANNED_H

#undef alloca /* glibc makes it a macro; a poisoned macro would warn here */
#pragma GCC poison strcpy strcat sprintf vsprintf strtok gets gmtime localtime ctime asctime rand srand system tmpnam  \
    mktemp alloca
/* strcpy, strcat, sprintf -> buf_fmt, arena_fmt, snprintf; strtok -> strchr loops; gmtime, localtime -> clock_civil;
 * rand -> rng_next; system -> posix_spawn; tmpnam, mktemp -> mkdtemp; alloca -> arena_alloc. */

#endif
