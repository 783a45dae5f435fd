/* limit_search: deletes what a query finds, as a loop written by hand would: scrolled
 * by _doc, each page deleted by one bulk, guarded by _seq_no and _primary_term. No
 * facts, no ledger, no second look.
 *
 *     limit_search URL INDEX QUERY      prints {"deleted":N} */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct text {
    char *data;
    size_t len;
    size_t capacity;
} text;

static void put(text *t, const char *data, size_t len)
{
    if (t->len + len + 1 > t->capacity) {
        t->capacity = 2 * (t->len + len + 1);
        t->data = realloc(t->data, t->capacity);
        if (t->data == NULL)
            abort();
    }
    memcpy(t->data + t->len, data, len);
    t->len += len;
    t->data[t->len] = '\0';
}

static void say(text *t, const char *words)
{
    put(t, words, strlen(words));
}

static size_t take(char *data, size_t size, size_t count, void *user)
{
    put(user, data, size * count);
    return size * count;
}

static void send_to(CURL *curl, const char *url, const char *path, const text *body,
                    text *answer)
{
    char whole[512];
    long status = 0;
    snprintf(whole, sizeof(whole), "%s%s", url, path);
    answer->len = 0;
    curl_easy_setopt(curl, CURLOPT_URL, whole);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)body->len);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body->data);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    if (curl_easy_perform(curl) != CURLE_OK ||
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK ||
        status != 200) {
        fprintf(stderr, "limit_search: %s: %ld %.300s\n", path, status, answer->data);
        exit(1);
    }
}

/* What stands between `name` and the next `end`. */
static char *member(char *from, const char *name, char end, size_t *len)
{
    char *at = strstr(from, name);
    if (at == NULL)
        return NULL;
    at += strlen(name);
    *len = (size_t)(strchr(at, end) - at);
    return at;
}

/* The bulk of a page; 0: there are no more. */
static long make_bulk(char *page, const char *index, text *bulk)
{
    long count = 0;
    size_t id_len = 0, seq_len = 0, term_len = 0;
    bulk->len = 0;
    for (char *at = strstr(page, "\"hits\":["); at != NULL;) {
        char *id = member(at, "\"_id\":\"", '"', &id_len);
        if (id == NULL)
            break;
        char *seq = member(id, "\"_seq_no\":", ',', &seq_len);
        char *term = member(seq, "\"_primary_term\":", ',', &term_len);
        say(bulk, "{\"delete\":{\"_index\":\"");
        say(bulk, index);
        say(bulk, "\",\"_id\":\"");
        put(bulk, id, id_len);
        say(bulk, "\",\"if_seq_no\":");
        put(bulk, seq, seq_len);
        say(bulk, ",\"if_primary_term\":");
        put(bulk, term, term_len);
        say(bulk, "}}\n");
        count++;
        at = term;
    }
    return count;
}

int main(int argc, char **argv)
{
    text body = {NULL, 0, 0}, page = {NULL, 0, 0}, answer = {NULL, 0, 0};
    char path[256];
    long deleted = 0, count;
    size_t len = 0;
    if (argc != 4)
        return 2;
    CURL *curl = curl_easy_init();
    struct curl_slist *headers =
        curl_slist_append(NULL, "Content-Type: application/json");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    say(&body, "{\"size\":5000,\"sort\":[\"_doc\"],\"_source\":false,"
               "\"seq_no_primary_term\":true,\"query\":");
    say(&body, argv[3]);
    say(&body, "}");
    snprintf(path, sizeof(path), "/%s/_search?scroll=5m", argv[2]);
    send_to(curl, argv[1], path, &body, &page);
    while ((count = make_bulk(page.data, argv[2], &body)) > 0) {
        send_to(curl, argv[1], "/_bulk?filter_path=errors", &body, &answer);
        if (strstr(answer.data, "\"errors\":false") == NULL)
            return 1;
        deleted += count;
        char *scroll = member(page.data, "\"_scroll_id\":\"", '"', &len);
        answer.len = 0;
        say(&answer, "{\"scroll\":\"5m\",\"scroll_id\":\"");
        put(&answer, scroll, len);
        say(&answer, "\"}");
        text ask = answer;
        answer = (text){NULL, 0, 0};
        send_to(curl, argv[1], "/_search/scroll", &ask, &page);
        free(ask.data);
    }
    printf("{\"deleted\":%ld}\n", deleted);
    free(body.data);
    free(page.data);
    free(answer.data);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return 0;
}
