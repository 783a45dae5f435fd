#include "interp/check/redact.h"

#include "interp/check/guards.h"
#include "interp/check/types.h"

static const tn_model_field *field_at(const tn_making *m, uint32_t slot)
{
    return &m->ck->model->fields.rows[m->row.fields.first + slot];
}

static void report_fact(tn_making *m, const tn_path *path)
{
    tn_diag *diag =
        tn_diag_add(m->ck->diags, TN_FIND_REDACTED_READ, path->at,
                    "only fields of the record can be redacted, not `" TN_STR_FMT "`",
                    TN_STR_ARG(path->text));
    tn_diag_help(m->ck->diags, diag, "name a field of this category");
}

static tn_status read_field(tn_making *m, const tn_path *path, tn_clause *clause,
                            bool *failed)
{
    const tn_scope *scope = &m->ck->scopes.rows[clause->module];
    tn_slot_answer answer = tn_slots_find(&m->slots, scope, path->text);
    if (answer.found != TN_SLOT_FOUND) {
        *failed = true;
        if (!tn_slots_may_be_lost(&m->slots, scope, path->text))
            tn_slots_report(&m->slots, &answer, path->text, m->ck->diags, path->at);
        return TN_OK;
    }
    if (answer.slot >= m->row.fields.count) {
        *failed = true;
        report_fact(m, path);
        return TN_OK;
    }
    if (m->is_redacted[answer.slot]) {
        tn_diag *diag = tn_diag_add(m->ck->diags, TN_FIND_REPEATED, path->at,
                                    "field `" TN_STR_FMT "` is named twice",
                                    TN_STR_ARG(path->text));
        tn_diag_help(m->ck->diags, diag, "leave one of them out");
        return TN_OK;
    }
    clause->redact_fields.count++;
    m->is_redacted[answer.slot] = true;
    return tn_model_add_redact_slot(m->ck->model, &answer.slot, NULL);
}

static void report_type(tn_making *m, const tn_item *item, const tn_model_field *field,
                        const tn_type *type)
{
    tn_buf text;
    tn_buf_init(&text, m->ck->arena->memory);
    tn_buf_put_format(&text, "field `" TN_STR_FMT "` is ", TN_STR_ARG(field->name));
    tn_type_put(&text, field->cel_type);
    tn_buf_put_text(&text, ", and what replaces it is ");
    tn_type_put(&text, type);
    m->ck->diags->failed |= text.failed;
    tn_diag *diag = tn_diag_add(m->ck->diags, TN_FIND_TYPE, item->to->at, TN_STR_FMT,
                                TN_STR_ARG(tn_buf_view(&text)));
    tn_buf_free(&text);
    tn_diag_help(m->ck->diags, diag, "replace a field by a value of its own type");
    tn_diag_other(m->ck->diags, diag, field->at, "the field is declared here");
}

/* The replacement may read the very fields that it replaces; the facts that it reads
 * are needed. */
static void note_facts(tn_making *m, const tn_expr *to)
{
    for (uint32_t i = 0; i < m->slots.count; i++) {
        bool is_fact = i >= m->row.fields.count;
        if (m->is_read[i] && is_fact && m->readings[i].what == NULL)
            m->readings[i] = (tn_reading){"a replacement", to->at};
        m->is_read[i] = false;
    }
}

static tn_status read_to(tn_making *m, const tn_item *item, tn_clause *clause,
                         bool *failed)
{
    const tn_guard_place place = {&m->slots, clause->module, m->is_read};
    tn_cel_compiled compiled;
    TN_TRY(tn_guards_compile(&place, item->to, NULL, &compiled));
    note_facts(m, item->to);
    clause->redact_to = compiled.expr;
    if (compiled.expr == TN_NONE) {
        *failed = true;
        return TN_OK;
    }
    for (uint32_t i = 0; i < clause->redact_fields.count; i++) {
        uint32_t slot =
            m->ck->model->redact_slots.rows[clause->redact_fields.first + i];
        const tn_model_field *field = field_at(m, slot);
        if (tn_type_accepts(field->cel_type, compiled.type))
            continue;
        *failed = true;
        report_type(m, item, field, compiled.type);
        break;
    }
    return TN_OK;
}

tn_status tn_redact_read(tn_making *m, const tn_item *item, tn_clause *clause,
                         bool *failed)
{
    uint32_t first = clause->redact_fields.first;
    for (const tn_path *path = item->paths; path != NULL; path = path->next)
        TN_TRY(read_field(m, path, clause, failed));
    for (uint32_t i = first; i < m->ck->model->redact_slots.count; i++)
        m->is_redacted[m->ck->model->redact_slots.rows[i]] = false;
    if (item->to != NULL)
        TN_TRY(read_to(m, item, clause, failed));
    if (*failed)
        m->ck->model->redact_slots.count = first;
    return TN_OK;
}

static const tn_path *path_of(const tn_clause *clause, tn_str field)
{
    const tn_path *path = clause->item->paths;
    while (path->next != NULL && !tn_str_equal(path->last.text, field))
        path = path->next;
    return path;
}

static void check_clause(tn_making *m, const tn_clause *clause)
{
    for (uint32_t i = 0; i < clause->redact_fields.count; i++) {
        uint32_t slot =
            m->ck->model->redact_slots.rows[clause->redact_fields.first + i];
        const tn_reading *reading = &m->readings[slot];
        if (reading->what == NULL)
            continue;
        tn_str name = field_at(m, slot)->name;
        tn_diag *diag =
            tn_diag_add(m->ck->diags, TN_FIND_REDACTED_READ, path_of(clause, name)->at,
                        "field `" TN_STR_FMT "` is read by %s and cannot be redacted",
                        TN_STR_ARG(name), reading->what);
        tn_diag_help(m->ck->diags, diag,
                     "without it the record could no longer be decided: leave it out");
        tn_diag_other(m->ck->diags, diag, reading->at, "it is read here");
    }
}

void tn_redact_check(tn_making *m)
{
    for (uint32_t i = m->row.clauses.first; i < m->ck->model->clauses.count; i++)
        if (m->ck->model->clauses.rows[i].kind == TN_CLAUSE_REDACT)
            check_clause(m, &m->ck->model->clauses.rows[i]);
}
