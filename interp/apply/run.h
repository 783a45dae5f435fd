/* run: what the files of a run share. Not for other rooms: they use apply.h.
 *
 * Owns: see apply.h. */
#ifndef TN_APPLY_RUN_H
#define TN_APPLY_RUN_H

#include "interp/apply/apply.h"
#include "interp/apply/journal.h"
#include "interp/apply/late_holds.h"
#include "interp/apply/permit.h"
#include "interp/apply/redaction.h"
#include "interp/apply/stores.h"
#include "interp/apply/targets.h"

/* One place on its way. */
typedef struct run_place {
    tn_plan_place *place;
    tn_apply_place *report;
    tn_row_judge *judge; /* NULL: nothing is to be done there */
    tn_redactor redactor;
    bool has_redactor;
    tn_targets targets;
    tn_erase_target target;
    bool has_facts_here; /* all its facts are in its own store, and stay as they are */
    tn_late_holds late_holds; /* of the last chunk; unused where has_facts_here */
    int64_t next_chunk;
    bool is_finished;
    /* All its chunks were of this start, and the store was at this version in all of
     * them: nobody else wrote. */
    bool is_alone;
    int64_t version;
    uint64_t spared_count;
    uint64_t left_count; /* due, but spared by its last pass */
    uint64_t most;       /* may be erased */
    uint64_t looked_at_count;
} run_place;

/* The chunk being done; what the store calls back with. */
typedef struct run_chunk {
    struct apply_run *run;
    run_place *place;
    tn_instant now;
    uint32_t row_limit;
    uint64_t facts_ms; /* when the facts were read; 0: they can't have changed */
    uint64_t start_ms;
    uint64_t facts_took_ms; /* from the start until they were known */
    bool lease_is_over;
    tn_buf identity; /* of the last record that was taken */
    tn_buf leaves;
    tn_tree tree;
    tn_digest root;
    tn_arena rule; /* what was said of rows beforehand lies in it */
    uint64_t spared_count;
    uint64_t unplanned_count;
    uint64_t unconfirmed_count;
} run_chunk;

typedef struct apply_run {
    const tn_apply_input *input;
    const tn_apply_options *options;
    const tn_apply_host *host;
    tn_plan *plan;
    tn_ledger *ledger;
    tn_journal journal;
    tn_arena *arena;
    tn_apply_report *out;
    tn_buf *why;
    tn_eval_config config;
    tn_store_stop stop; /* what stores ask while they are waited for */
    bool heeds_stop;    /* until all chunks are done */
    const tn_store_ops **kinds;
    tn_eval *eval;
    tn_erase_permit *permit;
    tn_run_stores stores;
    run_place *places;
    uint64_t start_ms;
    /* facts are loaded anew when any of these is another */
    tn_store *facts_store;
    int64_t facts_version;
    bool facts_are_loaded;
    /* an outcome that the ledger has yet to get, with the next intent */
    run_chunk chunk;
    bool has_outcome;
    tn_outcome outcome;
    tn_str outcome_place;
    int64_t outcome_chunk;
} apply_run;

/* --- run_open.c */

/* Opens the stores, and looks at the tables. STORE: the problems are told in `why`. */
TN_MUST_USE tn_status run_open_session(apply_run *run);
tn_status run_tell_problems(apply_run *run, tn_status status);
/* Finds the plan's places in the session. REFUSED: they are not what they were. */
TN_MUST_USE tn_status run_bind_places(apply_run *run);
TN_MUST_USE tn_status run_open_places(apply_run *run);

/* --- run_entries.c: each in a transaction of its own */

TN_MUST_USE tn_status run_write_start(apply_run *run);
TN_MUST_USE tn_status run_write_stop(apply_run *run);
TN_MUST_USE tn_status run_write_done(apply_run *run);

/* --- run_facts.c */

/* Reads the facts of all entities again. */
TN_MUST_USE tn_status run_load_facts(apply_run *run);

/* After the facts were read again: who was held in the meantime? */
TN_MUST_USE tn_status run_check_late_holds(apply_run *run, run_place *place);
/* Reads them for that, after the last chunk. */
TN_MUST_USE tn_status run_look_for_holds(apply_run *run, run_place *place);

/* --- chunk.c */

/* Carries the place out, chunk by chunk, until its end or a reason to stop. */
TN_MUST_USE tn_status run_do_place(apply_run *run, run_place *place);

bool run_must_stop(apply_run *run);

/* --- pace.c */

uint32_t run_first_rows(const apply_run *run, const tn_plan_place *place);
/* So that the next chunk takes about as long as it is to. */
uint32_t run_next_rows(const apply_run *run, const tn_plan_place *place, uint32_t rows,
                       uint64_t took_ms);
/* Sleeps until no more than `rate` records a second have gone. */
void run_keep_rate(apply_run *run, uint64_t erased, uint64_t took_ms);

/* --- chunk_rows.c */

/* What every store calls back with (erase.h). */
TN_MUST_USE tn_status run_chunk_begun(void *chunk, int64_t version);
TN_MUST_USE tn_status run_chunk_decide(void *chunk, const tn_store_row *row,
                                       const tn_value *key, tn_erase_choice *out);
TN_MUST_USE tn_status run_chunk_take(void *chunk, const tn_value *key);
TN_MUST_USE tn_status run_chunk_spare(void *chunk, const tn_value *key);
TN_MUST_USE tn_status run_chunk_certain(void *chunk, const tn_push_table **out);
TN_MUST_USE tn_status run_chunk_rule(void *chunk, tn_erase_rule *out, bool *is_known);
TN_MUST_USE tn_status run_chunk_seal(void *chunk, uint64_t count, tn_erase_seal *out);

/* Is no row's key looked at before it is taken? */
bool run_chunk_is_keyless(const apply_run *run, const run_place *place);

/* Is the row to be erased now? It was just decided on; a flag that a person resolved
 * counts as they said. */
TN_MUST_USE tn_status run_choose(run_chunk *chunk, const tn_store_row *row,
                                 const tn_value *key, tn_row_verdict *verdict,
                                 tn_erase_choice *out);

/* The last moment before rows go: are the facts still young enough, and are `count`
 * more within the limits? STOPPED, LIMIT: they do not go. */
TN_MUST_USE tn_status run_may_erase(run_chunk *chunk, uint64_t count);

/* --- intent.c: of stores without transactions */

/* What such a store calls back with (erase.h). */
TN_MUST_USE tn_status run_chunk_intend(void *chunk, tn_str work, uint64_t count);
TN_MUST_USE tn_status run_chunk_lose(void *chunk, const tn_value *key);

/* The chunk's outcome is in the ledger. */
TN_MUST_USE tn_status run_drop_intent(apply_run *run, tn_str place, int64_t chunk);

/* Asks the stores what came of intents that were cut off, and tells the ledger. */
TN_MUST_USE tn_status run_recall_intents(apply_run *run);

/* Ends the intents of places that the plan does not have: what came of their records,
 * *count more, nobody can tell. */
TN_MUST_USE tn_status run_give_up_intents(apply_run *run, tn_instant now,
                                          uint64_t *count);

/* --- lag.c: with a greatest lag of replicas */

/* Can the lag of each store that has replicas be told? REFUSED. */
TN_MUST_USE tn_status run_check_lag(apply_run *run);

/* Returns when the replica of the place's store is near enough; STOPPED: told to stop,
 * or it took too long. */
TN_MUST_USE tn_status run_wait_for_replica(apply_run *run, const run_place *place);

/* --- verify.c */

/* Looks at the place again: counts what is due and there, lists survivors. */
TN_MUST_USE tn_status run_verify_place(apply_run *run, run_place *place);

#endif
