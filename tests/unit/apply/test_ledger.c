/* ledger: what is written stays, and whatever is done to it is found. */
#include "tests/unit/apply/support.h"

#include "interp/apply/certificate.h"
#include "tests/support/fault_vfs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

static const tn_instant now = {1795000000, 0};

enum { CHUNKS = 4, CHUNK_RECORDS = 5 };

/* --- a ledger of one run over "db/t", records 100, 101, ... */

static tn_status append(tn_ledger *ledger, const char *kind, int64_t chunk,
                        const char *body)
{
    tn_draft draft = {.kind = kind,
                      .run = TN_STR("run-1"),
                      .place = chunk < 0 ? (tn_str){NULL, 0} : TN_STR("db/t"),
                      .chunk = chunk,
                      .body = tn_str_from(body)};
    return tn_ledger_append(ledger, now, &draft);
}

static tn_leaf leaf_of(const tn_secret *secret, int64_t key)
{
    tn_buf identity;
    tn_value value = {TN_KIND_INT, {.integer = key}};
    tn_buf_init(&identity, NULL);
    tn_identity_put(&identity, TN_STR("db/t"), &value);
    tn_nonce nonce = tn_secret_nonce(secret, tn_buf_view(&identity));
    tn_leaf leaf = tn_leaf_of(&nonce, tn_buf_view(&identity));
    tn_buf_free(&identity);
    return leaf;
}

static tn_status append_outcome(tn_ledger *ledger, const tn_secret *secret,
                                int64_t chunk)
{
    tn_leaf leaves[CHUNK_RECORDS];
    tn_buf body;
    for (int i = 0; i < CHUNK_RECORDS; i++)
        leaves[i] = leaf_of(secret, 100 + chunk * CHUNK_RECORDS + i);
    tn_outcome outcome = {.evidence = TN_EVIDENCE_KEYS,
                          .count = CHUNK_RECORDS,
                          .root = tn_tree_of(leaves, CHUNK_RECORDS),
                          .store = TN_STR("s1"),
                          .watermark = (uint64_t)chunk + 1};
    tn_buf_init(&body, NULL);
    tn_outcome_put(&body, &outcome);
    tn_draft draft = {"outcome",          TN_STR("run-1"), TN_STR("db/t"), chunk,
                      tn_buf_view(&body), leaves,          CHUNK_RECORDS};
    tn_status status = tn_ledger_append(ledger, now, &draft);
    tn_buf_free(&body);
    return status;
}

static tn_status write_chunk(tn_ledger *ledger, const tn_secret *secret, int64_t chunk)
{
    tn_status status = tn_ledger_begin(ledger);
    if (status == TN_OK)
        status = append(ledger, "intent", chunk, "{}");
    if (status == TN_OK)
        status = tn_ledger_commit(ledger);
    if (status == TN_OK)
        status = tn_ledger_begin(ledger);
    if (status == TN_OK)
        status = append_outcome(ledger, secret, chunk);
    if (status == TN_OK)
        status = tn_ledger_commit(ledger);
    if (status != TN_OK)
        tn_ledger_rollback(ledger);
    return status;
}

/* Chunks from *done on; *done is how many are known to be committed. */
static tn_status write_run(folder *f, const char *path, int64_t *done)
{
    tn_ledger *ledger = NULL;
    TN_TRY(tn_ledger_write(path, &f->secret, now, &f->why, &ledger));
    tn_status status = TN_OK;
    if (tn_ledger_head(ledger).seq == 1) {
        status = tn_ledger_begin(ledger);
        if (status == TN_OK)
            status =
                append(ledger, "run", -1, "{\"instant\":\"2026-11-23T00:00:00Z\"}");
        if (status == TN_OK)
            status = tn_ledger_commit(ledger);
    }
    for (; status == TN_OK && *done < CHUNKS; *done += status == TN_OK)
        status = write_chunk(ledger, &f->secret, *done);
    tn_ledger_close(ledger);
    return status;
}

static const char *make_ledger(folder *f, tn_head *head)
{
    const char *path = at(f, "l.ledger");
    tn_ledger *ledger;
    int64_t done = 0;
    assert_ok(f, write_run(f, path, &done));
    assert_ok(f, tn_ledger_open(path, &f->why, &ledger));
    *head = tn_ledger_head(ledger);
    tn_ledger_close(ledger);
    return path;
}

static tn_status audit(folder *f, const char *path, const tn_head *kept)
{
    tn_ledger *ledger;
    tn_audit result;
    tn_buf_reset(&f->why);
    tn_status status = tn_ledger_open(path, &f->why, &ledger);
    if (status != TN_OK)
        return status;
    status = tn_audit_ledger(ledger, kept, &result, &f->why);
    tn_ledger_close(ledger);
    return status;
}

/* --- tests */

static void test_ledger__what_is_written_is_intact(void **state)
{
    folder f;
    tn_head head;
    tn_ledger *ledger;
    tn_audit result;
    (void)state;
    set_up(&f);
    const char *path = make_ledger(&f, &head);
    assert_int_equal(head.seq, 2 + 2 * CHUNKS);
    assert_ok(&f, tn_ledger_open(path, &f.why, &ledger));
    assert_ok(&f, tn_audit_ledger(ledger, &head, &result, &f.why));
    assert_int_equal(result.entry_count, 2 + 2 * CHUNKS);
    assert_int_equal(result.outcome_count, CHUNKS);
    assert_int_equal(result.record_count, CHUNKS * CHUNK_RECORDS);
    assert_int_equal(result.leaf_count, CHUNKS * CHUNK_RECORDS);
    tn_ledger_close(ledger);
    tear_down(&f);
}

static void test_ledger__its_files_are_for_the_owner_alone(void **state)
{
    folder f;
    tn_head head;
    struct stat about;
    (void)state;
    set_up(&f);
    const char *path = make_ledger(&f, &head);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(stat(at(&f, "ledger.key"), &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_not_equal(access(at(&f, "l.ledger-wal"), F_OK), 0);
    assert_int_equal(chmod(at(&f, "ledger.key"), 0644), 0);
    assert_int_equal(tn_secret_load(at(&f, "ledger.key"), true, &f.secret, &f.why),
                     TN_INVALID);
    tear_down(&f);
}

static void test_ledger__another_key_is_refused(void **state)
{
    folder f;
    tn_head head;
    tn_ledger *ledger;
    tn_secret other;
    (void)state;
    set_up(&f);
    const char *path = make_ledger(&f, &head);
    assert_ok(&f, tn_secret_load(at(&f, "other.key"), true, &other, &f.why));
    assert_int_equal(tn_ledger_write(path, &other, now, &f.why, &ledger), TN_REFUSED);
    tear_down(&f);
}

static void test_ledger__one_writer_at_a_time(void **state)
{
    folder f;
    tn_ledger *ledger;
    int status;
    (void)state;
    set_up(&f);
    assert_ok(&f, tn_ledger_write(at(&f, "l.ledger"), &f.secret, now, &f.why, &ledger));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        tn_ledger *second;
        _exit(
            (int)tn_ledger_write(at(&f, "l.ledger"), &f.secret, now, &f.why, &second));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), TN_REFUSED);
    tn_ledger_close(ledger);
    tear_down(&f);
}

static void test_ledger__no_outcome_counts_twice(void **state)
{
    folder f;
    tn_head head;
    tn_ledger *ledger;
    (void)state;
    set_up(&f);
    const char *path = make_ledger(&f, &head);
    assert_ok(&f, tn_ledger_write(path, &f.secret, now, &f.why, &ledger));
    assert_ok(&f, tn_ledger_begin(ledger));
    assert_int_not_equal(append_outcome(ledger, &f.secret, 2), TN_OK);
    tn_ledger_rollback(ledger);
    tn_ledger_close(ledger);
    assert_int_equal(audit(&f, path, &head), TN_OK);
    tear_down(&f);
}

static void test_ledger__a_file_that_is_none_is_refused(void **state)
{
    folder f;
    tn_ledger *ledger;
    (void)state;
    set_up(&f);
    run_sql(at(&f, "other.db"), "CREATE TABLE t(a)");
    assert_int_equal(
        tn_ledger_write(at(&f, "other.db"), &f.secret, now, &f.why, &ledger),
        TN_INVALID);
    assert_int_equal(tn_ledger_open(at(&f, "absent"), &f.why, &ledger), TN_NOT_FOUND);
    assert_int_equal(ask_number(at(&f, "other.db"), "SELECT count(*) FROM t"), 0);
    tear_down(&f);
}

#define UNLOCK                                                                         \
    "DROP TRIGGER entry_stays; DROP TRIGGER entry_same; DROP TRIGGER leaves_stay; "    \
    "DROP TRIGGER leaves_same; "

/* What anybody with the file could do. `needs_head`: only a head kept elsewhere tells.
 */
typedef struct tampering {
    const char *sql;
    bool needs_head;
} tampering;

static const tampering tamperings[] = {
    {"UPDATE entry SET body = '{}' WHERE seq = 2", false},
    {"UPDATE entry SET body = replace(body, '\"count\":5', '\"count\":4') WHERE seq = "
     "4",
     false},
    {"UPDATE entry SET at = '2027-01-01T00:00:00Z' WHERE seq = 3", false},
    {"UPDATE entry SET kind = 'stop' WHERE seq = 3", false},
    {"UPDATE entry SET run = 'run-2' WHERE seq = 2", false},
    {"UPDATE entry SET place = NULL WHERE seq = 3", false},
    {"UPDATE entry SET chunk = 9 WHERE seq = 3", false},
    {"UPDATE entry SET hash = zeroblob(32) WHERE seq = 5", false},
    {"UPDATE entry SET hash = x'00' WHERE seq = 5", false},
    {"DELETE FROM entry WHERE seq = 1", false},
    {"DELETE FROM entry WHERE seq = 5", false},
    {"DELETE FROM entry WHERE seq = 10; DELETE FROM leaves WHERE seq = 10", true},
    {"DELETE FROM entry WHERE seq > 2; DELETE FROM leaves", true},
    {"UPDATE entry SET seq = 50 WHERE seq = 3; UPDATE entry SET seq = 3 WHERE seq = 5;"
     "UPDATE entry SET seq = 5 WHERE seq = 50",
     false},
    {"INSERT INTO entry SELECT 11, at, 'stop', run, NULL, NULL, body, hash FROM entry "
     "WHERE seq = 10",
     false},
    {"UPDATE leaves SET leaves = zeroblob(80) WHERE seq = 4", false},
    {"UPDATE leaves SET leaves = substr(leaves, 1, 64) WHERE seq = 4", false},
    {"UPDATE leaves SET leaves = substr(leaves, 1, 79) WHERE seq = 4", false},
    {"DELETE FROM leaves WHERE seq = 4", false},
    {"INSERT INTO leaves VALUES(3, zeroblob(16))", false},
    {"UPDATE leaves SET leaves = (SELECT leaves FROM leaves WHERE seq = 6) WHERE seq = "
     "4",
     false},
};

static void test_ledger__each_tampering_is_found(void **state)
{
    folder f;
    tn_head head;
    char sql[512];
    (void)state;
    set_up(&f);
    const char *path = make_ledger(&f, &head);
    const char *copy = at(&f, "copy.ledger");
    for (size_t i = 0; i < TN_COUNT(tamperings); i++) {
        copy_file(path, copy);
        snprintf(sql, sizeof(sql), UNLOCK "%s", tamperings[i].sql);
        run_sql(copy, sql);
        if (audit(&f, copy, &head) != TN_INVALID)
            fail_msg("not found: %s", tamperings[i].sql);
        tn_status alone = audit(&f, copy, NULL);
        if (alone != (tamperings[i].needs_head ? TN_OK : TN_INVALID))
            fail_msg("%s: %s", tamperings[i].sql, tn_status_text(alone));
    }
    assert_int_equal(audit(&f, path, &head), TN_OK);
    tear_down(&f);
}

/* A forger who knows how hashes are made makes the whole chain anew. */
static void test_ledger__a_chain_made_anew_has_another_head(void **state)
{
    folder f;
    tn_head head;
    int64_t done = 0;
    (void)state;
    set_up(&f);
    make_ledger(&f, &head);
    assert_ok(&f, write_run(&f, at(&f, "anew.ledger"), &done));
    assert_int_equal(audit(&f, at(&f, "anew.ledger"), NULL), TN_OK);
    assert_int_equal(audit(&f, at(&f, "anew.ledger"), &head), TN_INVALID);
    tear_down(&f);
}

static void test_ledger__a_ledger_that_grew_still_holds_an_old_head(void **state)
{
    folder f;
    tn_head head;
    tn_ledger *ledger;
    (void)state;
    set_up(&f);
    const char *path = make_ledger(&f, &head);
    assert_ok(&f, tn_ledger_write(path, &f.secret, now, &f.why, &ledger));
    assert_ok(&f, tn_ledger_begin(ledger));
    assert_ok(&f, append(ledger, "done", -1, "{}"));
    assert_ok(&f, tn_ledger_commit(ledger));
    tn_ledger_close(ledger);
    assert_int_equal(audit(&f, path, &head), TN_OK);
    tear_down(&f);
}

static void test_ledger__a_record_is_proven_offline_and_no_other(void **state)
{
    folder f;
    tn_head head;
    tn_ledger *ledger;
    tn_buf certificate, proof, problem;
    tn_certified certified;
    tn_audit_record record = {TN_STR("107"), {NULL, 0}};
    (void)state;
    set_up(&f);
    const char *path = make_ledger(&f, &head);
    tn_buf_init(&certificate, NULL);
    tn_buf_init(&proof, NULL);
    tn_buf_init(&problem, NULL);
    assert_ok(&f, tn_ledger_open(path, &f.why, &ledger));
    assert_ok(&f,
              tn_certificate_put_json(ledger, TN_STR("run-1"), &certificate, &problem));
    assert_ok(&f, tn_audit_prove(ledger, &f.secret, &record, &proof, &problem));
    record.key = TN_STR("99");
    assert_int_equal(tn_audit_prove(ledger, &f.secret, &record, &problem, &problem),
                     TN_NOT_FOUND);
    tn_ledger_close(ledger);
    assert_ok(&f, tn_certificate_check(tn_buf_view(&certificate), &head,
                                       tn_buf_view(&proof), &certified, &f.why));
    assert_int_equal(certified.record_count, CHUNKS * CHUNK_RECORDS);
    assert_int_equal(certified.entry_count, 1 + 2 * CHUNKS);
    for (size_t i = 0; i < proof.len; i++) { /* no byte of it can be another */
        char was = proof.data[i];
        if (was < '0' || was > '9')
            continue;
        proof.data[i] = was == '9' ? '8' : '9';
        tn_proven proven;
        tn_status status = tn_certificate_check(
            tn_buf_view(&certificate), &head, tn_buf_view(&proof), &certified, &f.why);
        tn_status alone = tn_audit_check_proof(tn_buf_view(&proof), &proven, &f.why);
        bool is_label = status == TN_OK && alone == TN_OK; /* run, place, time, chunk */
        if (is_label && strstr(proof.data, "\"identity\"") < proof.data + i)
            fail_msg("byte %zu of the proof may be another", i);
        proof.data[i] = was;
    }
    tn_buf_free(&certificate);
    tn_buf_free(&proof);
    tn_buf_free(&problem);
    tear_down(&f);
}

static void test_ledger__a_certificate_that_was_edited_is_found(void **state)
{
    folder f;
    tn_head head;
    tn_ledger *ledger;
    tn_buf certificate;
    tn_certified certified;
    (void)state;
    set_up(&f);
    const char *path = make_ledger(&f, &head);
    tn_buf_init(&certificate, NULL);
    assert_ok(&f, tn_ledger_open(path, &f.why, &ledger));
    assert_ok(&f,
              tn_certificate_put_json(ledger, TN_STR("run-1"), &certificate, &f.why));
    tn_ledger_close(ledger);
    tn_buf_put_char(&certificate, '\0');
    certificate.len--;
    tn_str none = {NULL, 0};
    const char *const edits[] = {"\"records\":20", "count\\\":5", "\"run-1\"", "2026"};
    for (size_t i = 0; i < TN_COUNT(edits); i++) {
        char *place = strstr(certificate.data, edits[i]);
        assert_non_null(place);
        char *digit = place + strcspn(place, "0123456789");
        char was = *digit;
        *digit = was == '1' ? '2' : '1';
        tn_status status = tn_certificate_check(tn_buf_view(&certificate), &head, none,
                                                &certified, &f.why);
        if (status != TN_INVALID)
            fail_msg("not found: %s", edits[i]);
        *digit = was;
    }
    head.seq--;
    assert_int_equal(tn_certificate_check(tn_buf_view(&certificate), &head, none,
                                          &certified, &f.why),
                     TN_INVALID);
    tn_buf_free(&certificate);
    tear_down(&f);
}

/* What is not evidence is refused, without harm, however it starts. */
static void test_ledger__other_texts_are_no_evidence(void **state)
{
    folder f;
    tn_certified certified;
    tn_proven proven;
    (void)state;
    set_up(&f);
    const char *const texts[] = {"",
                                 "{",
                                 "[]",
                                 "7",
                                 "{\"tenure_certificate\":1}",
                                 "{\"tenure_proof\":1}",
                                 "\xff\xff",
                                 "{\"a\":{}}"};
    for (size_t i = 0; i < TN_COUNT(texts); i++) {
        tn_str text = tn_str_from(texts[i]);
        assert_int_equal(
            tn_certificate_check(text, NULL, (tn_str){NULL, 0}, &certified, &f.why),
            TN_INVALID);
        assert_int_equal(tn_audit_check_proof(text, &proven, &f.why), TN_INVALID);
    }
    tear_down(&f);
}

/* The disk fails at each write and sync in turn, once or for good; afterwards the
 * ledger is intact, holds what was said to be committed, and the run can go on. */
static void fail_everywhere(test_fault kind, bool once)
{
    test_faults *faults = test_fault_vfs();
    bool struck = true;
    for (unsigned long n = 1; struck; n++) {
        folder f;
        int64_t done = 0;
        set_up(&f);
        const char *path = at(&f, "l.ledger");
        faults->once = once;
        test_fault_set(kind, n);
        tn_status status = write_run(&f, path, &done);
        struck = faults->has_failed;
        test_fault_set(kind, 0);
        if (status == TN_OK)
            assert_int_equal(done, CHUNKS);
        int64_t said = done;
        if (access(path, F_OK) == 0 && said > 0)
            assert_ok(&f, audit(&f, path, NULL));
        /* an intent of the chunk may be there already; it goes on from the outcomes */
        tn_ledger *ledger;
        assert_ok(&f, tn_ledger_write(path, &f.secret, now, &f.why, &ledger));
        for (int64_t chunk = 0; chunk < CHUNKS; chunk++) {
            bool has_outcome = false;
            tn_draft like = {.kind = "outcome",
                             .run = TN_STR("run-1"),
                             .place = TN_STR("db/t"),
                             .chunk = chunk};
            assert_ok(&f, tn_ledger_has(ledger, &like, &has_outcome));
            if (chunk < said)
                assert_true(has_outcome);
        }
        tn_ledger_close(ledger);
        assert_ok(&f, audit(&f, path, NULL));
        tear_down(&f);
    }
}

static void test_ledger__survives_failing_writes(void **state)
{
    (void)state;
    fail_everywhere(TEST_FAULT_IO, true);
    fail_everywhere(TEST_FAULT_IO, false);
}

static void test_ledger__survives_a_full_disk(void **state)
{
    (void)state;
    fail_everywhere(TEST_FAULT_FULL, false);
}

static void test_ledger__survives_short_writes(void **state)
{
    (void)state;
    fail_everywhere(TEST_FAULT_SHORT, false);
}

static void test_ledger__survives_failing_syncs(void **state)
{
    (void)state;
    fail_everywhere(TEST_FAULT_SYNC, true);
}

static void test_ledger__survives_being_killed_at_any_write(void **state)
{
    (void)state;
    test_faults *faults = test_fault_vfs();
    faults->once = true;
    int status = 1;
    for (unsigned long n = 1; status != 0; n++) {
        folder f;
        set_up(&f);
        const char *path = at(&f, "l.ledger");
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            int64_t done = 0;
            test_fault_set(TEST_FAULT_KILL, n);
            _exit(write_run(&f, path, &done) == TN_OK ? 0 : 1);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(status == 0 || WIFSIGNALED(status));
        tn_ledger *ledger;
        assert_ok(&f, tn_ledger_write(path, &f.secret, now, &f.why, &ledger));
        tn_ledger_close(ledger);
        assert_ok(&f, audit(&f, path, NULL));
        tear_down(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ledger__what_is_written_is_intact),
        cmocka_unit_test(test_ledger__its_files_are_for_the_owner_alone),
        cmocka_unit_test(test_ledger__another_key_is_refused),
        cmocka_unit_test(test_ledger__one_writer_at_a_time),
        cmocka_unit_test(test_ledger__no_outcome_counts_twice),
        cmocka_unit_test(test_ledger__a_file_that_is_none_is_refused),
        cmocka_unit_test(test_ledger__each_tampering_is_found),
        cmocka_unit_test(test_ledger__a_chain_made_anew_has_another_head),
        cmocka_unit_test(test_ledger__a_ledger_that_grew_still_holds_an_old_head),
        cmocka_unit_test(test_ledger__a_record_is_proven_offline_and_no_other),
        cmocka_unit_test(test_ledger__a_certificate_that_was_edited_is_found),
        cmocka_unit_test(test_ledger__other_texts_are_no_evidence),
        cmocka_unit_test(test_ledger__survives_failing_writes),
        cmocka_unit_test(test_ledger__survives_a_full_disk),
        cmocka_unit_test(test_ledger__survives_short_writes),
        cmocka_unit_test(test_ledger__survives_failing_syncs),
        cmocka_unit_test(test_ledger__survives_being_killed_at_any_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
