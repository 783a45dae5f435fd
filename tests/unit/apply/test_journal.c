/* journal: an intent is there until it is dropped, whatever happens to its file. */
#include "tests/unit/apply/support.h"

#include "interp/apply/journal.h"
#include "tests/support/memory.h"

static const tn_intent first = {{"r", 1}, {"p", 1}, 0, 3, {"\0one", 4}};

static void open_journal(folder *f, tn_journal *journal, tn_arena *arena)
{
    tn_arena_init(arena, NULL);
    assert_ok(f, tn_journal_open(journal, at(f, "ledger"), arena, &f->why));
}

static void close_journal(tn_journal *journal, tn_arena *arena)
{
    tn_journal_close(journal);
    tn_arena_free(arena);
}

static bool is_there(folder *f)
{
    return access(at(f, "ledger.work"), F_OK) == 0;
}

static void check_first(folder *f, tn_journal *journal, tn_arena *arena,
                        const tn_intent *wanted)
{
    tn_intent seen;
    bool found;
    assert_ok(f, tn_journal_first(journal, arena, &seen, &found));
    assert_int_equal(found, wanted != NULL);
    if (!found)
        return;
    assert_true(tn_str_equal(seen.run, wanted->run));
    assert_true(tn_str_equal(seen.place, wanted->place));
    assert_int_equal(seen.chunk, wanted->chunk);
    assert_int_equal(seen.count, wanted->count);
    assert_true(tn_str_equal(seen.work, wanted->work));
}

static void test_journal__no_file_without_an_intent(void **state)
{
    folder f;
    tn_journal journal;
    tn_arena arena;
    (void)state;
    set_up(&f);
    open_journal(&f, &journal, &arena);
    check_first(&f, &journal, &arena, NULL);
    assert_ok(&f, tn_journal_drop(&journal, &first));
    close_journal(&journal, &arena);
    assert_false(is_there(&f));
    tear_down(&f);
}

static void
test_journal__an_intent_outlives_the_program_until_it_is_dropped(void **state)
{
    folder f;
    tn_journal journal;
    tn_arena arena;
    tn_intent again = first, second = first;
    (void)state;
    again.work = TN_STR("sent later");
    second.chunk = 1;
    set_up(&f);
    open_journal(&f, &journal, &arena);
    assert_ok(&f, tn_journal_put(&journal, &first));
    assert_ok(&f, tn_journal_put(&journal, &again)); /* the first was not sent */
    close_journal(&journal, &arena);
    assert_true(is_there(&f));
    open_journal(&f, &journal, &arena);
    check_first(&f, &journal, &arena, &again);
    assert_ok(&f, tn_journal_put(&journal, &second));
    assert_ok(&f, tn_journal_drop(&journal, &first));
    check_first(&f, &journal, &arena, &second);
    assert_ok(&f, tn_journal_drop(&journal, &second));
    check_first(&f, &journal, &arena, NULL);
    close_journal(&journal, &arena);
    assert_false(is_there(&f));
    tear_down(&f);
}

/* Whoever made the file died, or found the disk full, before its table was made. */
static void test_journal__a_file_without_its_table_is_completed(void **state)
{
    folder f;
    tn_journal journal;
    tn_arena arena;
    (void)state;
    set_up(&f);
    FILE *file = fopen(at(&f, "ledger.work"), "w");
    assert_non_null(file);
    fclose(file);
    open_journal(&f, &journal, &arena);
    check_first(&f, &journal, &arena, NULL);
    assert_ok(&f, tn_journal_put(&journal, &first));
    check_first(&f, &journal, &arena, &first);
    close_journal(&journal, &arena);
    tear_down(&f);
}

static void test_journal__another_file_of_that_name_is_refused_and_stays(void **state)
{
    folder f;
    tn_journal journal;
    tn_arena arena;
    (void)state;
    set_up(&f);
    FILE *file = fopen(at(&f, "ledger.work"), "w");
    assert_non_null(file);
    for (int i = 0; i < 1000; i++)
        fputs("not a database ", file);
    fclose(file);
    tn_arena_init(&arena, NULL);
    assert_int_equal(tn_journal_open(&journal, at(&f, "ledger"), &arena, &f.why),
                     TN_INVALID);
    assert_non_null(strstr(why(&f), "the work journal"));
    close_journal(&journal, &arena);
    assert_true(is_there(&f));
    tear_down(&f);
}

/* The file may not grow: as on a full disk. What was put before is whole, and it can be
 * dropped once there is room. */
static void test_journal__a_full_disk_refuses_an_intent_and_loses_none(void **state)
{
    folder f;
    tn_journal journal;
    tn_arena arena;
    static const char zeros[100000];
    tn_intent big = {{"r", 1}, {"p", 1}, 1, 7, {zeros, sizeof(zeros)}};
    (void)state;
    set_up(&f);
    open_journal(&f, &journal, &arena);
    assert_ok(&f, tn_journal_put(&journal, &first));
    assert_ok(&f, tn_db_run(&journal.db, "PRAGMA max_page_count = 4"));
    assert_int_equal(tn_journal_put(&journal, &big), TN_IO);
    assert_non_null(strstr(why(&f), "full"));
    check_first(&f, &journal, &arena, &first);
    close_journal(&journal, &arena);
    open_journal(&f, &journal, &arena);
    check_first(&f, &journal, &arena, &first);
    assert_ok(&f, tn_journal_put(&journal, &big));
    assert_ok(&f, tn_journal_drop(&journal, &first));
    check_first(&f, &journal, &arena, &big);
    close_journal(&journal, &arena);
    tear_down(&f);
}

static tn_status go_through(folder *f, const tn_allocator *memory)
{
    tn_journal journal;
    tn_arena arena;
    tn_buf said;
    tn_intent seen = first;
    bool found = false;
    tn_buf_init(&said, memory);
    tn_arena_init(&arena, memory);
    tn_status status = tn_journal_open(&journal, at(f, "ledger"), &arena, &said);
    if (status == TN_OK)
        status = tn_journal_put(&journal, &first);
    if (status == TN_OK)
        status = tn_journal_first(&journal, &arena, &seen, &found);
    assert_true(status != TN_OK || tn_str_equal(seen.work, first.work));
    tn_journal_close(&journal);
    tn_arena_free(&arena);
    tn_buf_free(&said);
    return status;
}

/* Whatever fails: an intent that was put stays. */
static void test_journal__survives_every_failing_allocation(void **state)
{
    folder f;
    (void)state;
    set_up(&f);
    for (size_t n = 1;; n++) {
        tn_test_memory memory;
        tn_test_memory_init(&memory, n);
        tn_status status = go_through(&f, &memory.allocator);
        assert_int_equal(memory.live_count, 0);
        if (status == TN_OK) {
            assert_true(n > 1 && is_there(&f));
            break;
        }
        assert_int_equal(status, TN_NOMEM);
    }
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_journal__no_file_without_an_intent),
        cmocka_unit_test(
            test_journal__an_intent_outlives_the_program_until_it_is_dropped),
        cmocka_unit_test(test_journal__a_file_without_its_table_is_completed),
        cmocka_unit_test(test_journal__another_file_of_that_name_is_refused_and_stays),
        cmocka_unit_test(test_journal__a_full_disk_refuses_an_intent_and_loses_none),
        cmocka_unit_test(test_journal__survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
