/* zone_load: zones from the tz database of the system, when a policy is compiled.
 *
 * Without setenv, localtime or any other state of the process. A name is checked before
 * any file is touched. A zone that is missing, damaged, or silent about the future is
 * refused, never taken for UTC.
 *
 * Owns: what it loads lies in the caller's arena. Fails: NOMEM; NOT_FOUND (no such
 * zone); IO; INVALID (no zone name, damaged); UNSUPPORTED (leap seconds, no rule for
 * the future). Threads: free, an arena each. */
#ifndef TN_CALENDAR_ZONE_LOAD_H
#define TN_CALENDAR_ZONE_LOAD_H

#include "interp/calendar/zone_read.h"

#define TN_ZONE_DIRECTORY "/usr/share/zoneinfo"

/* Parts of ASCII letters, digits, '+', '-' and '_' that start with a letter, parted by
 * '/', at most 64 bytes: no "..", no ".", nothing absolute, nothing empty. Not the
 * machine's own zone ("localtime", "posixrules"). */
bool tn_zone_name_is_valid(tn_str name);

/* Loads zone `name` below `directory` (NULL: TN_ZONE_DIRECTORY). "UTC" needs no file.
 * On failure *why, which may not be NULL, is an English text that completes "zone NAME
 * …"; borrowed, static. */
TN_MUST_USE tn_status tn_zone_load(const char *directory, tn_str name, tn_arena *arena,
                                   tn_zone_data *out, const char **why);

/* The version of the database, "2025b": from `tzdata.zi` or `+VERSION`. NOT_FOUND where
 * neither tells it. */
TN_MUST_USE tn_status tn_zone_version(const char *directory, tn_arena *arena,
                                      tn_str *version);

#endif
