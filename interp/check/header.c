#include "interp/check/header.h"

#include "interp/check/zone_rows.h"

tn_diag *tn_report_repeated(tn_diags *diags, tn_span at, tn_span before,
                            const char *what)
{
    tn_diag *diag =
        tn_diag_add(diags, TN_FIND_REPEATED, at, "%s is stated twice", what);
    tn_diag_help(diags, diag, "leave one of them out, or join them into one");
    tn_diag_other(diags, diag, before, "it is stated here already");
    return diag;
}

static tn_status read_count(tn_checker *ck, const tn_decl *decl, tn_module *module)
{
    if (decl->unit == TN_UNIT_DAY) {
        module->whole_days = true;
        return TN_OK;
    }
    tn_diag *diag = tn_diag_add(ck->diags, TN_FIND_MISPLACED, decl->at,
                                "only days can be counted whole");
    tn_diag_help(ck->diags, diag,
                 "write `count whole days`; to round an anchor up, write `end of month "
                 "of` before it");
    return TN_OK;
}

static tn_status read_decl(tn_checker *ck, const tn_decl *decl, tn_module *module)
{
    switch (decl->kind) {
    case TN_DECL_UPDATED: module->updated = decl->text.text; return TN_OK;
    case TN_DECL_EXTERNAL: module->external = decl->text.text; return TN_OK;
    case TN_DECL_ZONE:
        return tn_zone_row(ck, decl->text.text, decl->text.at, &module->zone);
    case TN_DECL_COUNT: return read_count(ck, decl, module);
    case TN_DECL_GRACE: /* a period may have a name: declare.c reads it */
    case TN_DECL_EXTENDS:
    case TN_DECL_SUBJECT:
    case TN_DECL_IMPORT:
    case TN_DECL_DECLARE:
    case TN_DECL_PURPOSE:
    case TN_DECL_BASIS:
    case TN_DECL_PERIOD:
    case TN_DECL_ENTITY:
    case TN_DECL_TABLE:
    case TN_DECL_CATEGORY:
    case TN_DECL_EVERY:
    case TN_DECL_CONDITION:
    case TN_DECL_TEST:
    case TN_DECL_STORE:
    case TN_DECL_FACTS:
    case TN_DECL_BIND: return TN_OK;
    }
    return TN_OK;
}

/* What may stand once in a header; NULL for all else. */
static const char *word_of(tn_decl_kind kind)
{
    static const char *const words[TN_DECL_BIND + 1] = {
        [TN_DECL_UPDATED] = "`updated`",   [TN_DECL_ZONE] = "`zone`",
        [TN_DECL_EXTERNAL] = "`external`", [TN_DECL_COUNT] = "`count whole days`",
        [TN_DECL_GRACE] = "`grace`",       [TN_DECL_EVERY] = "`every category`",
    };
    return words[kind];
}

tn_status tn_header_read(tn_checker *ck, uint32_t module)
{
    const tn_decl *first[TN_DECL_BIND + 1] = {NULL};
    const tn_file *file = ck->model->modules.rows[module].file;
    for (const tn_decl *decl = file->decls; decl != NULL; decl = decl->next) {
        const char *word = word_of(decl->kind);
        if (word == NULL)
            continue;
        if (first[decl->kind] != NULL) {
            tn_report_repeated(ck->diags, decl->word_at, first[decl->kind]->word_at,
                               word);
            continue;
        }
        first[decl->kind] = decl;
        TN_TRY(read_decl(ck, decl, &ck->model->modules.rows[module]));
    }
    return TN_OK;
}
