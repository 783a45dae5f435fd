#include "interp/tools/guess.h"

#include <string.h>

/* --- words in a name: created_at, createdAt and CREATED-AT have the same two */

enum { WORDS_MAX = 8, WORD_BYTES = 24 };

typedef struct words {
    char list[WORDS_MAX][WORD_BYTES];
    uint32_t count;
} words;

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_letter(char c)
{
    return is_upper(c) || (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static words split(tn_str name)
{
    words out = {.count = 0};
    size_t len = 0;
    for (size_t i = 0; i <= name.len; i++) {
        char c = i < name.len ? name.data[i] : '_';
        bool starts = is_upper(c) && i > 0 && !is_upper(name.data[i - 1]);
        if ((!is_letter(c) || starts) && len > 0) {
            out.list[out.count][len] = '\0';
            out.count++;
            len = 0;
        }
        if (out.count == WORDS_MAX)
            break;
        if (is_letter(c) && len + 1 < WORD_BYTES)
            out.list[out.count][len++] = is_upper(c) ? (char)(c - 'A' + 'a') : c;
    }
    return out;
}

static bool has(const words *w, const char *word)
{
    for (uint32_t i = 0; i < w->count; i++)
        if (strcmp(w->list[i], word) == 0)
            return true;
    return false;
}

static bool has_one_of(const words *w, const char *const *list)
{
    for (; *list != NULL; list++)
        if (has(w, *list))
            return true;
    return false;
}

/* --- personal data */

/* A name has one of `any`, and where there are some, one of `with`, or nothing else. */
typedef struct sign {
    tn_sensitivity sensitivity;
    const char *looks_like;
    const char *data_type;
    const char *any[12];
    const char *with[10];
} sign;

static const sign signs[] = {
    {TN_SPECIAL,
     "data concerning health",
     "medical_health",
     {"health", "diagnosis", "diagnoses", "disease", "allergy", "allergies",
      "medication", "prescription", "disability", "symptoms", NULL},
     {NULL}},
    {TN_SPECIAL,
     "religion or belief",
     "religion",
     {"religion", "belief", "confession", NULL},
     {NULL}},
    {TN_SPECIAL,
     "racial or ethnic origin",
     "ethnic_origin",
     {"race", "ethnicity", "ethnic", NULL},
     {NULL}},
    {TN_SPECIAL,
     "biometric or genetic data",
     "biometric",
     {"biometric", "biometrics", "fingerprint", "genome", "genetic", "dna", NULL},
     {NULL}},
    {TN_SPECIAL,
     "sex life or sexual orientation",
     "sexual",
     {"orientation", NULL},
     {"sexual", NULL}},
    {TN_SPECIAL,
     "trade union membership",
     "trade_union_membership",
     {"union", NULL},
     {"trade", "member", NULL}},
    {TN_PERSONAL,
     "an e-mail address",
     "email_address",
     {"email", "mail", "emails", NULL},
     {NULL}},
    {TN_PERSONAL,
     "a telephone number",
     "telephone_number",
     {"phone", "telephone", "tel", "mobile", "fax", "msisdn", NULL},
     {NULL}},
    {TN_PERSONAL,
     "a network address",
     "ip_address",
     {"ip", "ipv", "mac", "addr", NULL},
     {NULL}},
    {TN_PERSONAL,
     "a postal address",
     "physical_address",
     {"address", "street", "city", "zip", "postcode", "postal", "plz", NULL},
     {NULL}},
    {TN_PERSONAL,
     "a date of birth",
     "birth_date",
     {"birth", "birthday", "birthdate", "dob", "born", NULL},
     {NULL}},
    {TN_PERSONAL,
     "a name",
     "name",
     {"surname", "firstname", "lastname", "fullname", "username", "nickname", "login",
      NULL},
     {NULL}},
    {TN_PERSONAL,
     "a name",
     "name",
     {"name", NULL},
     {"first", "last", "full", "given", "family", "middle", "user", "customer",
      "contact", NULL}},
    {TN_PERSONAL,
     "an account or card",
     "financial_account",
     {"iban", "bic", "card", "pan", NULL},
     {NULL}},
    {TN_PERSONAL,
     "an identity document",
     "official_id",
     {"passport", "ssn", "licence", "license", NULL},
     {NULL}},
    {TN_PERSONAL,
     "a number that names a person",
     "identifier",
     {"id", "uuid", "key", "no", "number", "ref", NULL},
     {"user", "customer", "client", "person", "patient", "employee", "member",
      "subscriber", NULL}},
    {TN_PERSONAL,
     "sex or nationality",
     NULL,
     {"gender", "sex", "nationality", "citizenship", NULL},
     {NULL}},
    {TN_PERSONAL,
     "a place where somebody was",
     "location",
     {"latitude", "longitude", "lat", "lon", "lng", "geo", "location", NULL},
     {NULL}},
    {TN_PERSONAL,
     "a picture or a voice",
     NULL,
     {"photo", "avatar", "portrait", "voice", NULL},
     {NULL}},
    {TN_PERSONAL,
     "a device or a session",
     NULL,
     {"cookie", "imei", "idfa", "session", "agent", NULL},
     {NULL}},
    {TN_PERSONAL, "pay", "salary", {"salary", "wage", "income", NULL}, {NULL}},
};

/* Of times only this one tells who somebody is: a last login does not. */
static bool is_birth(const words *w)
{
    static const char *const list[] = {"birth", "birthday", "birthdate",
                                       "dob",   "born",     NULL};
    return has_one_of(w, list);
}

static void guess_person(const tn_surveyed *column, const words *w, tn_guess *out)
{
    for (size_t i = 0; i < TN_COUNT(signs) && out->looks_like == NULL; i++) {
        const sign *s = &signs[i];
        if (!has_one_of(w, s->any))
            continue;
        if (s->with[0] != NULL && !has_one_of(w, s->with) &&
            !(w->count == 1 && strcmp(s->any[0], "name") == 0))
            continue;
        out->sensitivity = s->sensitivity;
        out->looks_like = s->looks_like;
        out->data_type = s->data_type;
    }
    /* values tell more than a name does, where most of them agree */
    bool mail = column->seen > 0 && column->addresses * 10 >= column->seen * 9;
    bool host = column->seen > 0 && column->hosts * 10 >= column->seen * 9;
    if (out->looks_like == NULL && (mail || host)) {
        out->sensitivity = TN_PERSONAL;
        out->looks_like = mail ? "an e-mail address" : "a network address";
        out->data_type = mail ? "email_address" : "ip_address";
    }
}

/* --- types */

static bool declares(const tn_surveyed *column, const char *word)
{
    size_t len = strlen(word);
    for (size_t i = 0; i + len <= column->declared.len; i++) {
        size_t k = 0;
        while (k < len) {
            char c = column->declared.data[i + k];
            if ((c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c) != word[k])
                break;
            k++;
        }
        if (k == len)
            return true;
    }
    return false;
}

static bool allows(const tn_surveyed *column, tn_reading_kind reading)
{
    return (column->allowed & 1u << reading) != 0;
}

/* How well a name says when the record was made; the better, the higher. */
static uint32_t created_rank(const words *w)
{
    static const char *const best[] = {"created", "creation", "inserted", NULL};
    static const char *const good[] = {"added",  "registered", "placed", "opened",
                                       "issued", "received",   "signup", "joined",
                                       "logged", "recorded",   NULL};
    static const char *const fair[] = {"timestamp", "ts", "time", "date", NULL};
    if (has_one_of(w, best))
        return 3;
    if (has_one_of(w, good))
        return 2;
    return w->count == 1 && has_one_of(w, fair) ? 1 : 0;
}

static bool speaks_of_an_end(const words *w)
{
    static const char *const list[] = {
        "closed",       "deleted", "ended",    "left",      "cancelled", "canceled",
        "withdrawn",    "revoked", "resolved", "completed", "finished",  "terminated",
        "unsubscribed", "paid",    "shipped",  "delivered", NULL};
    return has_one_of(w, list);
}

/* Does the name or the declared type speak of a time? Only then is a number one. */
static bool speaks_of_time(const tn_surveyed *column, const words *w)
{
    static const char *const list[] = {"at",        "time",    "date",    "ts",
                                       "timestamp", "created", "updated", "modified",
                                       "deleted",   "expires", "expired", "until",
                                       "since",     "on",      NULL};
    return has_one_of(w, list) || created_rank(w) > 0 || speaks_of_an_end(w) ||
           declares(column, "TIME") || declares(column, "DATE");
}

static bool speaks_of_truth(const tn_surveyed *column, const words *w)
{
    static const char *const list[] = {"is", "has", "enabled", "active", "flag", NULL};
    return declares(column, "BOOL") || declares(column, "TINYINT(1)") ||
           has_one_of(w, list);
}

/* The first reading that all values allow, of those that the name makes likely. */
static tn_reading_kind choose(const tn_surveyed *column, const words *w)
{
    bool time = speaks_of_time(column, w);
    bool numbers = allows(column, TN_READ_INT);
    for (int i = 0; i < TN_READ_COUNT; i++) {
        tn_reading_kind reading = (tn_reading_kind)i;
        bool is_unix = reading >= TN_READ_UNIX_S && reading <= TN_READ_UNIX_NS;
        if (!allows(column, reading) ||
            (is_unix && (!time || column->zeros == column->seen)) ||
            (reading == TN_READ_BOOL && numbers && !speaks_of_truth(column, w)))
            continue;
        return reading;
    }
    return TN_READ_COUNT;
}

/* Of a column without values only the declaration is known. */
static tn_reading_kind choose_declared(const tn_surveyed *column)
{
    static const struct {
        const char *word;
        tn_reading_kind reading;
    } rows[] = {
        {"BOOL", TN_READ_BOOL},      {"TINYINT(1)", TN_READ_BOOL},
        {"DATETIME", TN_READ_LOCAL}, {"TIMESTAMP", TN_READ_TIMESTAMP},
        {"DATE", TN_READ_DATE},      {"INT", TN_READ_INT},
        {"CHAR", TN_READ_STRING},    {"CLOB", TN_READ_STRING},
        {"TEXT", TN_READ_STRING},    {"BLOB", TN_READ_BYTES},
        {"BINARY", TN_READ_BYTES},   {"REAL", TN_READ_DOUBLE},
        {"FLOA", TN_READ_DOUBLE},    {"DOUB", TN_READ_DOUBLE},
        {"NUMERIC", TN_READ_DOUBLE}, {"DECIMAL", TN_READ_DOUBLE},
    };
    for (size_t i = 0; i < TN_COUNT(rows); i++)
        if (declares(column, rows[i].word))
            return rows[i].reading;
    return TN_READ_COUNT;
}

/* --- times */

tn_guess tn_guess_column(const tn_surveyed *column)
{
    words w = split(column->name);
    tn_reading_kind reading =
        column->seen > 0 ? choose(column, &w) : choose_declared(column);
    tn_guess out = {.type = TN_FIELD_DYN};
    if (reading == TN_READ_COUNT) {
        guess_person(column, &w, &out);
        return out;
    }
    out.type = tn_reading_type(reading);
    out.encoding = tn_reading_encoding(reading);
    out.is_instant = out.type == TN_FIELD_TIMESTAMP || out.type == TN_FIELD_DATE;
    if (!out.is_instant || is_birth(&w))
        guess_person(column, &w, &out);
    if (!out.is_instant)
        return out;
    out.absent_zero =
        reading >= TN_READ_UNIX_S && reading <= TN_READ_UNIX_NS && column->zeros > 0;
    out.created = created_rank(&w);
    bool may_be_missing = column->nulls > 0 || out.absent_zero;
    if (out.created == 0 && reading != TN_READ_DATE &&
        (may_be_missing || speaks_of_an_end(&w)))
        out.type = TN_FIELD_EVENT;
    if (may_be_missing)
        out.created = 0;
    return out;
}
