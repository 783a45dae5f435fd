/* forecast: what falls due when, by category and place.
 *
 * Each record of a session is decided once, at the session's instant, by its own policy
 * or by another; only counts are kept. What is due already, what never falls due as
 * things stand, what a hold keeps and what is flagged are counted apart: all counts of
 * a place sum up to its records, and those that eval knows are eval's.
 *
 * A store that counts steps (TN_STORE_STEPS) is asked for the session's own policy with
 * one grouped query; files and SQLite are read, being in this process a row costs less
 * there than another way to ask. Another policy, or a supposed event, is decided here.
 *
 * Owns: nothing; its counts lie in the caller's arena. Fails: STORE (problems of the
 * session), NOMEM. Threads: one. */
#ifndef TN_TOOLS_FORECAST_H
#define TN_TOOLS_FORECAST_H

#include "interp/eval/horizon.h"
#include "interp/tools/transfer.h"

typedef struct tn_forecast_place {
    const tn_bound *bound;
    uint64_t record_count;
    uint64_t due_count; /* already */
    uint64_t *steps;    /* one for each of the horizon */
    uint64_t later_count;
    uint64_t never_count; /* awaiting an event, or kept indefinitely */
    uint64_t held_count;
    uint64_t flag_count;
    uint64_t unknown_count; /* the other policy has no such category or place */
} tn_forecast_place;

typedef struct tn_forecast {
    const tn_eval *eval;
    const tn_horizon *horizon;
    tn_forecast_place *places; /* managed ones, in the session's order */
    uint32_t place_count;
} tn_forecast;

/* `transfer` decides in the place of the session's own policy; NULL: that one does. */
TN_MUST_USE tn_status tn_forecast_make(tn_eval *eval, const tn_horizon *horizon,
                                       tn_transfer *transfer, tn_arena *arena,
                                       tn_forecast *out);

/* Bars that fit `width` columns, at least 40. `color`: with the escape sequences of
 * terminals. */
typedef struct tn_forecast_look {
    uint32_t width;
    bool color;
} tn_forecast_look;

void tn_forecast_put_text(tn_buf *buf, const tn_forecast *forecast,
                          const tn_forecast_look *look);
/* One object: {"at", "until", "by", "places": [{"category", "placement", "records",
 * "due", "steps": [{"start", "end", "count"}], "later", "never", "held", "flagged",
 * "unknown"}]} */
void tn_forecast_put_json(tn_buf *buf, const tn_forecast *forecast);
/* RFC 4180: category, placement, what, start, end, count. */
void tn_forecast_put_csv(tn_buf *buf, const tn_forecast *forecast);

#endif
