#include "interp/syntax/expect.h"

#include <stdio.h>
#include <string.h>

/* What stands between brackets is known by the list that was begun there. */
static tn_block_kind block_of(const char *list)
{
    static const struct {
        const char *list;
        tn_block_kind kind;
    } rows[] = {
        {"clauses", TN_BLOCK_CLAUSES},     {"fields", TN_BLOCK_FIELDS},
        {"entity_items", TN_BLOCK_ENTITY}, {"rows", TN_BLOCK_ROWS},
        {"test_items", TN_BLOCK_TEST},     {"targets", TN_BLOCK_TARGETS},
        {"mappings", TN_BLOCK_MAPPINGS},
    };
    for (size_t i = 0; i < TN_COUNT(rows) && list != NULL; i++)
        if (strcmp(rows[i].list, list) == 0)
            return rows[i].kind;
    return TN_BLOCK_EXPRESSION;
}

static bool is_opener(const char *symbol)
{
    return strcmp(symbol, "'{'") == 0 || strcmp(symbol, "'('") == 0 ||
           strcmp(symbol, "'['") == 0 || strcmp(symbol, "resume_brace") == 0;
}

void tn_expect_add(tn_expectation *x, const char *symbol, const char *above)
{
    if (x->stack_count < TN_EXPECT_STACK)
        x->stack[x->stack_count++] = symbol;
    if (is_opener(symbol) && x->block_count < TN_COUNT(x->blocks))
        x->blocks[x->block_count++] = block_of(above);
}

bool tn_expect_wants(const tn_expectation *x, const char *token)
{
    for (size_t i = 0; i < x->wanted_count; i++)
        if (strcmp(x->wanted[i], token) == 0)
            return true;
    return false;
}

bool tn_expect_read(const tn_expectation *x, size_t depth, const char *symbol)
{
    const char *read = depth < TN_EXPECT_STACK ? x->stack[depth] : NULL;
    return read != NULL && strcmp(read, symbol) == 0;
}

bool tn_expect_in_expression(const tn_expectation *x)
{
    return tn_expect_wants(x, "&&");
}

bool tn_expect_value(const tn_expectation *x)
{
    return tn_expect_wants(x, "true");
}

/* Where a name is declared, every word can stand. */
static bool expects_new_name(const tn_expectation *x)
{
    return tn_expect_wants(x, "IDENT") && tn_expect_wants(x, "because") &&
           tn_expect_wants(x, "most") && !tn_expect_wants(x, "'}'");
}

/* Phrases by what was read last, and before that; the first that fits. "+" stands for a
 * name that is declared, "" for anything. */
typedef struct phrase_row {
    const char *read;   /* the last symbol, */
    const char *before; /* the one before it, */
    const char *wanted; /* and a token that could come next */
    const char *phrase;
} phrase_row;

static const phrase_row phrase_rows[] = {
    /* names that are declared */
    {"module", "", "", "a name for the module"},
    {"deployment", "", "", "a name for the deployment"},
    {"category", "", "+", "a name for the category"},
    {"purpose", "", "+", "a name for the purpose"},
    {"basis", "", "+", "a name for the legal basis"},
    {"period", "", "+", "a name for the period"},
    {"entity", "", "+", "a name for the entity"},
    {"table", "", "+", "a name for the table"},
    {"condition", "", "+", "a name for the condition"},
    {"declare", "", "+", "a name for what is declared"},
    {"store", "", "+", "a name for the store"},
    {"event", "", "+", "a name for the event"},
    {"attribute", "", "+", "a name for the attribute"},
    {"by", "", "+", "a name for the key"},
    {"key", "", "+", "the name of the key's column"},
    {"'@'", "", "+", "the name of a tag"},
    {"'.'", "", "+", "a name"},
    {"name", "from", "+", "what the store has, such as `table \"tenant\"`"},
    {"name", "to", "+", "what the store has, such as `table \"tenant\"`"},
    /* points in time */
    {"from", "", "latest", "a field or an event to count from"},
    {"", "", "latest", "a field or an event"},
    {"until", "", "IDENT", "an event"},
    {"on", "title", "IDENT", "an entity"},
    {"on", "", "IDENT", "an event"},
    {"of", "latest", "", "`(` and the fields or events to choose from"},
    {"of", "earliest", "", "`(` and the fields or events to choose from"},
    /* names that are declared elsewhere */
    {"purpose", "", "IDENT", "a purpose"},
    {"','", "paths", "IDENT", "one more name after the comma"},
    {"','", "placements", "IDENT", "one more store after the comma"},
    {"','", "owners", "IDENT", "one more entity after the comma"},
    {"','", "types", "IDENT", "one more type after the comma"},
    {"of", "title", "IDENT", "an entity, the one that the data is about"},
    {"of", "path", "IDENT", "the modules that are deployed"},
    {"basis", "", "IDENT", "a legal basis, or `as specified in` and a module"},
    {"in", "specified", "IDENT", "the module that specifies it"},
    {"in", "stored", "IDENT", "a store, such as `mysql as primary`"},
    {"extends", "", "IDENT", "the module that this one extends"},
    {"import", "", "IDENT", "a module"},
    {"under", "", "IDENT", "the legal basis that this one is a case of"},
    {"to", "subject", "IDENT", "the standard that this module is subject to"},
    {"to", "roles", "IDENT", "a store of this deployment"},
    {"from", "", "IDENT", "a store of this deployment"},
    {"bind", "", "IDENT", "a category of the policy"},
    {"redact", "", "IDENT", "the fields to redact"},
    {"entity", "", "IDENT", "an entity"},
    {"as", "", "specified", "`specified in` and a module"},
    {"dname", "declare", "", "a text in quotes, or `as specified in` and a module"},
    {"as", "", "local", "how it is written, such as unix_ms, or `local \"Area/City\"`"},
    {"as", "", "IDENT", "a role: primary, backup or temporary"},
    {"and", "", "IDENT", "a role: primary, backup or temporary"},
    {"env", "", "IDENT", "the name of an environment variable"},
    {"feeds", "", "IDENT", "a store of this deployment"},
    {"'='", "dname", "IDENT", "the kind of store, such as sqlite"},
    {"name", "'='", "IDENT",
     "where the store is: a text in quotes, or `env` and a name"},
    {"expect", "", "IDENT", "a verdict: keep, delete or flag"},
    {"because", "", "IDENT", "a reason, such as expired"},
    {"record", "", "IDENT", "a category"},
    {"record", "", "'.'", "`.` and the name of a field"},
    /* texts */
    {"because", "", "STRING", "the reason, in quotes"},
    {"zone", "", "STRING", "a time zone in quotes, such as \"Europe/Berlin\""},
    {"local", "", "STRING", "a time zone in quotes, such as \"Europe/Berlin\""},
    {"updated", "", "STRING", "a date in quotes, such as \"2023-07-26\""},
    {"external", "", "STRING", "in quotes, where the document is"},
    {"digest", "", "STRING", "the digest, in quotes"},
    {"test", "", "STRING", "what the test shows, in quotes"},
    {"at", "", "STRING", "an instant in quotes, such as \"2026-01-31T00:00:00Z\""},
    {"unmanaged", "", "STRING", "what the copy is, in quotes"},
    {"dname", "purpose", "STRING", "what the purpose is, in quotes"},
    {"dname", "basis", "STRING", "what the legal basis is, in quotes"},
    {"dname", "name", "STRING", "its name in the store, in quotes"},
    /* periods */
    {"retain", "", "INT",
     "a period such as `7 days`, or `until`, `indefinitely`, `at least`, `at most`"},
    {"at", "retain", "", "`least` or `most`"},
    {"term", "retain", "", "`from` and what the period counts from"},
    {"terms", "retain", "", "`from` and what the period counts from"},
    {"terms", "least", "", "`from` and what the period counts from"},
    {"terms", "most", "from", "`from` and what the period counts from"},
    {"path", "on", "delete", "`delete`"},
    /* types and values */
    {"':'", "", "event", "a type, such as string or timestamp"},
    {"'<'", "", "event", "a type, such as string or timestamp"},
    {"dname", "fields", "':'", "`:` and the field's type"},
    {"dname", "attribute", "':'", "`:` and the attribute's type"},
    {"when", "", "true", "a condition"},
    {"unless", "", "true", "a condition"},
    {"require", "", "true", "a condition"},
    {"", "", "true", "a value"},
};

static bool row_fits(const phrase_row *row, const tn_expectation *x)
{
    if (row->read[0] != '\0' && !tn_expect_read(x, 0, row->read))
        return false;
    if (row->before[0] != '\0' && !tn_expect_read(x, 1, row->before))
        return false;
    if (strcmp(row->wanted, "+") == 0)
        return expects_new_name(x);
    return row->wanted[0] == '\0' || tn_expect_wants(x, row->wanted);
}

/* What the elements of a list are called. */
static const char *elements_of(tn_block_kind block)
{
    switch (block) {
    case TN_BLOCK_FILE: return "a declaration";
    case TN_BLOCK_CLAUSES: return "a clause or `}`";
    case TN_BLOCK_FIELDS: return "a field or `}`";
    case TN_BLOCK_ENTITY: return "`event`, `attribute` or `}`";
    case TN_BLOCK_ROWS: return "a row such as `\"DE\": 16`, `default` or `}`";
    case TN_BLOCK_TEST: return "`at`, `record`, `expect`, an entity's facts or `}`";
    case TN_BLOCK_TARGETS: return "a placement such as `mysql as primary`, or `}`";
    case TN_BLOCK_MAPPINGS: return "a mapping such as `customer = tenant_id`, or `}`";
    case TN_BLOCK_EXPRESSION:
    case TN_BLOCK_SKIPPED: break;
    }
    return "something else";
}

bool tn_expect_element(const tn_expectation *x, tn_block_kind block)
{
    switch (block) {
    case TN_BLOCK_FILE: return tn_expect_wants(x, "category") && !expects_new_name(x);
    case TN_BLOCK_CLAUSES:
    case TN_BLOCK_FIELDS:
    case TN_BLOCK_ENTITY:
    case TN_BLOCK_ROWS:
    case TN_BLOCK_TEST:
    case TN_BLOCK_TARGETS:
    case TN_BLOCK_MAPPINGS: return tn_expect_wants(x, "'}'");
    case TN_BLOCK_EXPRESSION:
    case TN_BLOCK_SKIPPED: break;
    }
    return false;
}

/* --- what else could come, by name */

/* How a token is called; NULL for one that is not worth a word. */
static const char *name_of(const char *token, char room[32])
{
    static const struct {
        const char *token;
        const char *name;
    } names[] = {
        {"IDENT", "a name"},
        {"QNAME", NULL},
        {"STRING", "a text in quotes"},
        {"INT", "a number"},
        {"INT_MIN", NULL},
        {"UNIT", "a unit of time"},
        {"'@'", "a tag such as @personal"},
        {"'.'", NULL},
        {"TEXT_END", "the end"},
        {"RESUME", NULL},
        {"error", NULL},
        {"invalid token", NULL},
    };
    for (size_t i = 0; i < TN_COUNT(names); i++)
        if (strcmp(names[i].token, token) == 0)
            return names[i].name;
    size_t len = strlen(token);
    bool quoted = len == 3 && token[0] == '\'';
    snprintf(room, 32, "`%.*s`", (int)(quoted ? 1 : len), quoted ? token + 1 : token);
    return room;
}

enum { LISTED_MAX = 4 };

/* A few tokens as "`a`, `b` or `c`"; false where there are too many. */
static bool list_tokens(const tn_expectation *x, char phrase[TN_EXPECT_PHRASE_MAX])
{
    char rooms[LISTED_MAX][32];
    const char *names[LISTED_MAX];
    size_t count = 0, len = 0;
    for (size_t i = 0; i < x->wanted_count; i++) {
        char room[32];
        const char *name = name_of(x->wanted[i], room);
        if (name == NULL)
            continue;
        if (count == LISTED_MAX)
            return false;
        snprintf(rooms[count], sizeof(rooms[count]), "%s", name);
        names[count] = name == room ? rooms[count] : name;
        count++;
    }
    for (size_t i = 0; i < count; i++) {
        const char *glue = i == 0 ? "" : i + 1 == count ? " or " : ", ";
        int put =
            snprintf(phrase + len, TN_EXPECT_PHRASE_MAX - len, "%s%s", glue, names[i]);
        len += put < 0 ? 0 : (size_t)put;
    }
    return count > 0;
}

static const char *tail_words(const tn_expectation *x, tn_block_kind block)
{
    if (tn_expect_in_expression(x))
        return "an operator, ";
    if (block != TN_BLOCK_CLAUSES)
        return "";
    if (tn_expect_wants(x, "then"))
        return "`then delete`, `when`, `unless`, `because`, ";
    if (tn_expect_wants(x, "when"))
        return "`when`, `unless`, `because`, ";
    return "";
}

void tn_expect_phrase(const tn_expectation *x, tn_block_kind block,
                      char phrase[TN_EXPECT_PHRASE_MAX])
{
    if (tn_expect_element(x, block) && !tn_expect_value(x)) {
        snprintf(phrase, TN_EXPECT_PHRASE_MAX, "%s%s", tail_words(x, block),
                 elements_of(block));
        return;
    }
    for (size_t i = 0; i < TN_COUNT(phrase_rows); i++) {
        if (row_fits(&phrase_rows[i], x)) {
            snprintf(phrase, TN_EXPECT_PHRASE_MAX, "%s", phrase_rows[i].phrase);
            return;
        }
    }
    if (tn_expect_in_expression(x)) {
        const char *closer = tn_expect_wants(x, "')'")   ? " or `)`"
                             : tn_expect_wants(x, "']'") ? ", `,` or `]`"
                             : tn_expect_wants(x, "'}'") ? ", `,` or `}`"
                                                         : "";
        snprintf(phrase, TN_EXPECT_PHRASE_MAX, "an operator%s", closer);
        return;
    }
    if (!list_tokens(x, phrase))
        snprintf(phrase, TN_EXPECT_PHRASE_MAX, "something else");
}
