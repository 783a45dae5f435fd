/* model_json: a checked policy as JSON (RFC 8259), for programs that decide on their
 * own, such as the oracle of the tests.
 *
 * One object. Names are full ones unless said; what is absent is null; a place is
 * "file:line:column"; a PERIOD is {"months", "days", "seconds"}.
 *
 *   format       1
 *   tzdata       version of the tz database; null where UTC alone is used
 *   modules      name, title, external, zone, whole_days, grace PERIOD, extends,
 *                subject_to and imports (names), digest, tables: an object from the
 * simple names of tables that the module's conditions may use to full names entities
 * name, title, module, facts: name (simple), event, type, earliest tables       name,
 * by, rows: [key, VALUE] each, default VALUE conditions   name, title, module, entity,
 * require (text), at categories   name, title, module, at, personal, special, strict,
 *                of: entity, optional; created (field); purposes; bases;
 *                basis_specified_in;
 *                fields: name, type, created, key, personal, special, data_type
 *                (IRI), earliest, ahead_seconds;
 *                placements: store, roles, at_most PERIOD, at;
 *                clauses, in order:
 *                  kind       retain_period, retain_until, retain_indefinitely,
 *                             duty_period, duty_until, limit, placement_limit, on,
 *                             redact, flag, hold
 *                  module     whose zone and whole_days hold
 *                  at         what a verdict gives as its clause
 *                  anchor     rounding (none, day, week, sunday_week, month, quarter,
 *                             year), op (one, latest, earliest), members (SLOTs)
 *                  event      SLOT
 *                  period     PERIOD; for retain_until and on the delay after the event
 *                  window     PERIOD; window_stated
 *                  guard      text, negated (for `unless`)
 *                  why, redact (fields), redact_to (text)
 *                  placement  index into placements
 *                  form       index into clauses: takes part only with that one
 *   overrides    category, aspect, module, over, at, over_at, why
 *
 * A SLOT is {"field": name} or {"event": "entity.event"}. Texts of conditions are CEL,
 * as written. Types are as CEL has them, but that date and event are told from
 * timestamp. A VALUE is a JSON value; what JSON cannot tell apart is an object with one
 * member: {"uint": text}, {"double": text}, {"bytes": hexadecimal}, {"timestamp": RFC
 * 3339}, {"duration": nanoseconds}, {"map": [[key, value], ...]}.
 *
 * Owns: nothing; appends to the caller's buffer. Fails: NOMEM. Threads: free. */
#ifndef TN_CHECK_MODEL_JSON_H
#define TN_CHECK_MODEL_JSON_H

#include "interp/check/model.h"

TN_MUST_USE tn_status tn_model_json(const tn_model *model, tn_buf *out);

/* The overrides alone: an array of objects. */
TN_MUST_USE tn_status tn_model_json_overrides(const tn_model *model, tn_buf *out);

#endif
