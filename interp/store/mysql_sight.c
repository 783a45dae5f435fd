/* mysql_sight: may the user see all that would run or go with a deletion? Answered by
 * what SHOW GRANTS prints, which is of the user's active roles as well. */
#include "interp/store/mysql_erase.h"

#include <string.h>

/* Cuts *text after the first `end` that is in no parentheses; what was before it. */
static tn_str cut(tn_str *text, const char *end)
{
    size_t len = strlen(end), depth = 0;
    for (size_t i = 0; i + len <= text->len; i++) {
        depth += text->data[i] == '(';
        depth -= text->data[i] == ')' && depth > 0;
        if (depth > 0 || memcmp(text->data + i, end, len) != 0)
            continue;
        tn_str before = tn_str_slice(*text, 0, i);
        *text = tn_str_slice(*text, i + len, SIZE_MAX);
        return before;
    }
    tn_str before = *text;
    *text = (tn_str){NULL, 0};
    return before;
}

/* Is it the name, which stands in quotes, or "*"? Of a database it may be a pattern:
 * then it is taken for another one, except where it is the name with its "_" escaped.
 */
static bool is_name(tn_str quoted, tn_str name)
{
    size_t at = 0;
    if (tn_str_equal(quoted, TN_STR("*")))
        return true;
    if (quoted.len < 2)
        return false;
    tn_str inner = tn_str_slice(quoted, 1, quoted.len - 2);
    for (size_t i = 0; i < inner.len; i++, at++) {
        bool is_escape =
            inner.data[i] == '\\' && i + 1 < inner.len && inner.data[i + 1] == '_';
        i += is_escape;
        if (at == name.len || inner.data[i] != name.data[at])
            return false;
    }
    return at == name.len;
}

static bool names(tn_str privileges, tn_str wanted)
{
    while (privileges.len > 0) {
        tn_str one = cut(&privileges, ", ");
        if (tn_str_equal(one, wanted) || tn_str_equal(one, TN_STR("ALL PRIVILEGES")))
            return true;
    }
    return false;
}

/* One line: GRANT a, b (`c`), d ON `database`.`table` TO ...; of a role's none has ON.
 */
typedef struct grant_line {
    bool is_revoke;
    tn_str privileges;
    tn_str database;
    tn_str object;
} grant_line;

static bool read_line(tn_str line, grant_line *out)
{
    tn_str word = cut(&line, " ");
    out->is_revoke = tn_str_equal(word, TN_STR("REVOKE"));
    out->privileges = cut(&line, " ON ");
    tn_str scope = cut(&line, out->is_revoke ? " FROM " : " TO ");
    out->object = scope;
    out->database = cut(&out->object, ".");
    return scope.len > 0 && out->object.len > 0;
}

static void weigh(const tn_mysql_db *db, const grant_line *line, tn_mysql_referred *out)
{
    bool is_everywhere = tn_str_equal(line->database, TN_STR("*"));
    bool is_here = is_name(line->database, tn_str_from(db->url->database)) &&
                   is_name(line->object, out->table);
    if (is_here && names(line->privileges, TN_STR("TRIGGER")))
        out->sees_triggers = !line->is_revoke;
    if (is_everywhere && names(line->privileges, TN_STR("PROCESS")))
        out->sees_references = true;
}

/* What is revoked in part comes after what it is revoked from. */
tn_status tn_mysql_find_sight(tn_mysql_db *db, tn_mysql_referred *out, tn_buf *why)
{
    tn_mysql_statement s;
    bool row = true;
    TN_TRY(tn_mysql_prepare(&s, db, TN_STR("SHOW GRANTS"), 0, why));
    tn_status status = tn_mysql_execute(&s, why);
    while (status == TN_OK && row) {
        grant_line line;
        status = tn_mysql_fetch(&s, &row, why);
        if (status == TN_OK && row && read_line(tn_mysql_read_text(&s, 0), &line))
            weigh(db, &line, out);
    }
    tn_mysql_statement_close(&s);
    return status;
}
