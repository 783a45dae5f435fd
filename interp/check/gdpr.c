#include "interp/check/gdpr.h"

/* --- legal bases */

static bool is_of_gdpr(const tn_model *model, uint32_t basis)
{
    return tn_str_equal(model->modules.rows[model->bases.rows[basis].module].name,
                        TN_STR("std.gdpr"));
}

bool tn_gdpr_rests_on(const tn_making *m, const char *name)
{
    const tn_model *model = m->ck->model;
    const uint32_t *refs = model->basis_refs.rows + m->row.bases.first;
    for (uint32_t i = 0; i < m->row.bases.count; i++)
        for (uint32_t at = refs[i]; at != TN_NONE; at = model->bases.rows[at].under)
            if (is_of_gdpr(model, at) &&
                tn_str_equal(tn_str_last_name(model->bases.rows[at].name),
                             tn_str_from(name)))
                return true;
    return false;
}

/* The letters of Art. 6(1); all other names of std.gdpr are conditions of Art. 9(2). */
static const char *const article_6[] = {
    "consent",         "contract",    "legal_obligation",
    "vital_interests", "public_task", "legitimate_interests",
};

static bool is_article_6(tn_str name)
{
    for (size_t i = 0; i < TN_COUNT(article_6); i++)
        if (tn_str_equal(name, tn_str_from(article_6[i])))
            return true;
    return false;
}

/* Which of the two articles the category's bases come to. */
static void find_articles(const tn_making *m, bool *six, bool *nine)
{
    const tn_model *model = m->ck->model;
    const uint32_t *refs = model->basis_refs.rows + m->row.bases.first;
    *six = *nine = false;
    for (uint32_t i = 0; i < m->row.bases.count; i++)
        for (uint32_t at = refs[i]; at != TN_NONE; at = model->bases.rows[at].under) {
            if (!is_of_gdpr(model, at))
                continue;
            bool is_six = is_article_6(tn_str_last_name(model->bases.rows[at].name));
            *six |= is_six;
            *nine |= !is_six;
        }
}

/* A policy under another law than the GDPR has neither. */
static void find_special(const tn_making *m, const tn_block *basis)
{
    bool six, nine;
    find_articles(m, &six, &nine);
    tn_diags *diags = m->ck->diags;
    if (six && !nine && m->row.special) {
        tn_diag *diag = tn_diag_add(
            diags, TN_FIND_SPECIAL_BASIS, basis->basis->at,
            "no condition of Art. 9(2) GDPR allows these special categories of data");
        tn_diag_help(diags, diag,
                     "name it beside this one: `basis std.gdpr.contract, "
                     "std.gdpr.health_care`, say");
    } else if (nine && !six) {
        tn_diag *diag =
            tn_diag_add(diags, TN_FIND_SPECIAL_BASIS, basis->basis->at,
                        "a condition of Art. 9(2) GDPR is no legal basis by itself");
        tn_diag_help(diags, diag,
                     "name the one of Art. 6(1) before it: `basis "
                     "std.gdpr.legal_obligation, ...`");
    }
}

/* --- storage limitation */

/* Does nothing but a hold ever end what this clause keeps? */
static bool is_without_end(const tn_making *m, const tn_clause *clause)
{
    if (clause->kind != TN_CLAUSE_RETAIN_INDEFINITELY || clause->why.len > 0)
        return false;
    for (uint32_t i = 0; i < m->row.clauses.count; i++) {
        const tn_clause *other = &m->ck->model->clauses.rows[m->row.clauses.first + i];
        if (other->kind == TN_CLAUSE_ON || other->kind == TN_CLAUSE_LIMIT)
            return false;
    }
    return true;
}

static void find_endless(const tn_making *m)
{
    for (uint32_t i = 0; i < m->row.clauses.count; i++) {
        const tn_clause *clause = &m->ck->model->clauses.rows[m->row.clauses.first + i];
        if (!is_without_end(m, clause))
            continue;
        tn_diag *diag = tn_diag_add(m->ck->diags, TN_FIND_KEPT_WITHOUT_END, clause->at,
                                    "personal data is kept without an end");
        tn_diag_help(m->ck->diags, diag,
                     "say what ends it, an `on` or a `retain at most`, or why nothing "
                     "does: `because \"...\"`");
    }
}

void tn_gdpr_find(const tn_making *m)
{
    uint32_t basis = m->draft->origin[TN_ASPECT_BASIS];
    if (basis != TN_NONE && m->row.bases.count > 0)
        find_special(m, &m->ck->blocks.rows[basis]);
    if (!m->row.personal || m->broken_retention)
        return;
    find_endless(m);
    if (m->row.fields.count > 0 || m->ck->scopes.rows[m->draft->module].incomplete)
        return;
    tn_diag *diag = tn_diag_add(m->ck->diags, TN_FIND_NO_FIELDS, m->row.at,
                                "category `" TN_STR_FMT
                                "` does not say which personal data it holds",
                                TN_STR_ARG(m->draft->simple));
    tn_diag_help(m->ck->diags, diag, "list it: `fields { name : string }`");
}
