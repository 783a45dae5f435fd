/* check: every failure of an allocation is survived: no leak, no crash, and the status
 * says what happened. */
#include "interp/check/model_json.h"
#include "tests/support/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* Fails from the n-th growth on, and counts what is in use. */
typedef struct failing {
    tn_allocator allocator;
    size_t left;
    size_t in_use;
    bool failed;
} failing;

static void *resize(void *user, void *block, size_t old_size, size_t new_size)
{
    failing *memory = user;
    (void)old_size;
    if (new_size == 0) {
        memory->in_use -= block != NULL;
        free(block);
        return NULL;
    }
    if (memory->left == 0) {
        memory->failed = true;
        return NULL;
    }
    memory->left--;
    void *grown = realloc(block, new_size);
    memory->in_use += block == NULL && grown != NULL;
    return grown;
}

static failing failing_after(size_t growths)
{
    return (failing){.allocator = {.resize = resize}, .left = growths};
}

/* One check with a given number of growths; true once they were enough. */
static bool survive(const char *const *texts, size_t growths, tn_status wanted)
{
    failing memory = failing_after(growths);
    memory.allocator.user = &memory;
    test_model m;
    tn_status status = test_model_try(&m, texts, &memory.allocator);
    if (status == TN_OK) {
        tn_buf json;
        tn_buf_init(&json, &memory.allocator);
        tn_status written = tn_model_json(m.model, &json);
        assert_int_equal(written, memory.failed ? TN_NOMEM : TN_OK);
        tn_buf_free(&json);
    }
    if (!memory.failed && status != wanted)
        print_error("%s\n", test_model_findings(&m));
    if (!memory.failed)
        assert_int_equal(status, wanted);
    else if (status != TN_OK)
        assert_int_equal(status, TN_NOMEM);
    test_model_free(&m);
    assert_int_equal(memory.in_use, 0);
    return !memory.failed;
}

static void walk(const char *const *texts, tn_status wanted)
{
    size_t growths = 0;
    while (!survive(texts, growths, wanted)) {
        growths++;
        assert_true(growths < 100000);
    }
}

static const char parties[] =
    "module parties\n"
    "entity customer \"C\" { event gone \"G\" @plausible(\"1990-01-01\")\n"
    "  event asked \"A\"  attribute country : string \"\"  attribute tags : "
    "list<string> "
    "\"\" }\n"
    "table age \"Age\" by country { \"DE\": 16  \"FR\": 15  default 13 }\n"
    "condition adult \"Adult\" on customer require age[customer.country] >= 16\n";

static const char base[] =
    "module base\nimport parties, std.gdpr, std.dpv\nperiod half \"H\" = 6 "
    "months\nexternal \"there\"\nupdated "
    "\"2024-01-01\"\n"
    "zone \"UTC\"\ncount whole days\ngrace 3 days\n"
    "declare controller \"We\"\n"
    "purpose p \"P\"\nbasis ours \"O\" under std.gdpr.contract\n"
    "category c \"C\" of customer @personal {\n"
    "  fields { t : timestamp @created \"T\"  u : date @plausible(\"1990-01-01\", "
    "ahead "
    "\"90 days\")\n    name : string @personal(\"name\")  note : string  id : int @key "
    " props : "
    "map<string, "
    "int>  "
    "done : event }\n"
    "  purpose p  basis ours, std.gdpr.public_task\n"
    "  stored in db as primary and backup, queue as temporary for at most 3 days\n"
    "  retain 1 year from t when name == \"x\" && customer.country == \"DE\"\n"
    "  retain until customer.gone then delete after 3 days within 30 days\n"
    "  retain at least half from end of month of latest of (t, u)\n"
    "  retain at most 5 years from earliest of (u, t)\n"
    "  on customer.asked delete unless name == \"y\" because \"asked\"\n"
    "  redact note to \"\" after 30 days from t when id > 3\n"
    "  flag when props.size() > 3\n"
    "  hold when age[customer.country] == 16\n"
    "}\n"
    "category d \"D\" { fields { t : date } purpose p basis as specified in base\n"
    "  retain indefinitely }\n";

static void test_check__survives_every_failure_of_memory(void **state)
{
    (void)state;
    const char *const texts[] = {
        parties,
        base,
        "module law\nevery category { flag when t == null }\n"
        "category c { retain at least 1 month from t }\n",
        "module m \"M\"\nextends base\nsubject to law\nimport parties\n"
        "declare controller as specified in base\n"
        "category c { overrides retention because \"new\"\n"
        "  retain 2 years from t  on customer.gone delete }\n"
        "test \"one\" { at \"2024-01-01T00:00:00Z\" record c = {\"name\": \"x\"}\n"
        "  customer = {\"gone\": null} expect flag because unknown_anchor }\n",
        "deployment here of m\n"
        "store lite = sqlite \"a.db\"  store lines = jsonl env LINES\n"
        "entity customer from lite table \"c\" key id { gone = a as unix_ms absent 0\n"
        "  asked = b as local \"UTC\"  hold = h != null }\n"
        "bind c { db as primary to lite table \"c\" where (kind != \"d\") { customer = "
        "c\n"
        "    name = n.first }\n"
        "  db as backup unmanaged \"snapshots\" expires 28 days\n"
        "  queue as temporary to lines topic \"q\" { customer = c } }\n",
        NULL};
    walk(texts, TN_OK);
}

static void test_check__survives_it_with_errors_too(void **state)
{
    (void)state;
    const char *const texts[] = {
        parties, base,
        "module m \"M\"\nextends base\nimport parties, nowhere, nowhere\n"
        "zone \"Nowhere/At_All\"\npurpose p \"twice\"\n"
        "category c { retain 0 days from t when now > t  on customer.gon delete "
        "immediately\n"
        "  retain 2 years from nam  stored in db as primry  flag when customer == 1 }\n"
        "category c { }\ncategory e of customr { fields { a : strin @creatd  a : int } "
        "}\n"
        "table t by k { \"a\": 1 \"a\": \"b\" }\nbasis x \"\" under y\nbasis y \"\" "
        "under x\n"
        "test \"t\" { at \"now\" record cc = [] expect kept }\n",
        "deployment here of m, k\nstore lite = sqlit \"a\"\n"
        "entity customer from lit table \"c\" key id { gon = a }\n"
        "bind c { dbb as primary to lite table \"c\" { nam = x as unix_h } }\n",
        NULL};
    walk(texts, TN_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check__survives_every_failure_of_memory),
        cmocka_unit_test(test_check__survives_it_with_errors_too),
    };
    return cmocka_run_group_tests_name("check/memory", tests, NULL, NULL);
}
