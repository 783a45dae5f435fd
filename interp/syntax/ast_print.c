#include "interp/syntax/ast_print.h"
#include "interp/syntax/print_parts.h"

/* --- declarations */

static const void *decl_next(const void *node)
{
    return ((const tn_decl *)node)->next;
}

static tn_span decl_at(const void *node)
{
    return ((const tn_decl *)node)->at;
}

static const char *decl_word(const tn_decl *decl)
{
    static const char *const words[] = {[TN_DECL_EXTENDS] = "extends",
                                        [TN_DECL_SUBJECT] = "subject to",
                                        [TN_DECL_IMPORT] = "import",
                                        [TN_DECL_UPDATED] = "updated",
                                        [TN_DECL_ZONE] = "zone",
                                        [TN_DECL_EXTERNAL] = "external",
                                        [TN_DECL_COUNT] = "count whole",
                                        [TN_DECL_GRACE] = "grace",
                                        [TN_DECL_DECLARE] = "declare",
                                        [TN_DECL_PURPOSE] = "purpose",
                                        [TN_DECL_BASIS] = "basis",
                                        [TN_DECL_PERIOD] = "period",
                                        [TN_DECL_ENTITY] = "entity",
                                        [TN_DECL_TABLE] = "table",
                                        [TN_DECL_CATEGORY] = "category",
                                        [TN_DECL_EVERY] = "every category",
                                        [TN_DECL_CONDITION] = "condition",
                                        [TN_DECL_TEST] = "test",
                                        [TN_DECL_STORE] = "store",
                                        [TN_DECL_FACTS] = "entity",
                                        [TN_DECL_BIND] = "bind"};
    return words[decl->kind];
}

static bool is_specified(const tn_decl *decl)
{
    return decl->kind == TN_DECL_DECLARE && decl->reference != NULL;
}

static bool has_title(const tn_decl *decl)
{
    return decl->text.text.data != NULL;
}

/* Which declarations stand in columns: the ones about the module, then each kind by
 * itself; declared texts apart from references. */
static int decl_run(const void *node, size_t *cell_count)
{
    const tn_decl *decl = node;
    *cell_count = 2;
    switch (decl->kind) {
    case TN_DECL_EXTENDS:
    case TN_DECL_IMPORT:
    case TN_DECL_UPDATED:
    case TN_DECL_ZONE:
    case TN_DECL_EXTERNAL: return 1;
    case TN_DECL_DECLARE: return is_specified(decl) ? 2 : 3;
    case TN_DECL_PURPOSE: return 4;
    case TN_DECL_BASIS: return 5;
    case TN_DECL_STORE: *cell_count = 3; return 6;
    case TN_DECL_PERIOD:
        *cell_count = has_title(decl) ? 3 : 2;
        return has_title(decl) ? 7 : 8;
    case TN_DECL_SUBJECT:
    case TN_DECL_COUNT:
    case TN_DECL_GRACE:
    case TN_DECL_ENTITY:
    case TN_DECL_TABLE:
    case TN_DECL_CATEGORY:
    case TN_DECL_EVERY:
    case TN_DECL_CONDITION:
    case TN_DECL_TEST:
    case TN_DECL_FACTS:
    case TN_DECL_BIND: return 0;
    }
    return 0;
}

static void print_decl_rest(tn_printer *p, const tn_decl *decl)
{
    if (is_specified(decl)) {
        tn_print(p, "as specified in ");
        tn_print_path(p, decl->reference);
    } else if (decl->paths != NULL) {
        tn_print_paths(p, decl->paths);
    } else {
        tn_print_slice(p, decl->text.at);
    }
    if (decl->digest.text.data != NULL) {
        tn_print(p, " digest");
        tn_print_text(p, decl->digest);
    }
    if (decl->kind == TN_DECL_BASIS && decl->reference != NULL) {
        tn_print(p, " under ");
        tn_print_path(p, decl->reference);
    }
}

static void period_cell(tn_printer *p, const tn_decl *decl, size_t cell)
{
    if (cell == 1 && has_title(decl)) {
        tn_print_slice(p, decl->text.at);
        return;
    }
    tn_print(p, "= ");
    tn_print_period(p, decl->period);
}

static void print_location(tn_printer *p, const tn_decl *decl)
{
    if (decl->write_env.text.data != NULL) {
        tn_print(p, "read env ");
        tn_print_name(p, decl->env);
        tn_print(p, " write env ");
        tn_print_name(p, decl->write_env);
    } else if (decl->env.text.data != NULL) {
        tn_print(p, "env ");
        tn_print_name(p, decl->env);
    } else {
        tn_print_slice(p, decl->text.at);
    }
    if (decl->paths == NULL)
        return;
    tn_print(p, " feeds ");
    tn_print_paths(p, decl->paths);
}

static void decl_cell(tn_printer *p, const void *node, size_t cell)
{
    const tn_decl *decl = node;
    if (cell == 0) {
        tn_print(p, decl_word(decl));
        if (decl->name.text.data != NULL) {
            tn_print(p, " ");
            tn_print_name(p, decl->name);
        }
    } else if (decl->kind == TN_DECL_PERIOD) {
        period_cell(p, decl, cell);
    } else if (decl->kind != TN_DECL_STORE) {
        print_decl_rest(p, decl);
    } else if (cell == 1) {
        tn_print(p, "= ");
        tn_print_name(p, decl->store_kind);
    } else {
        print_location(p, decl);
    }
}

static bool decl_breaks(const void *node)
{
    const tn_decl *decl = node;
    return decl->kind == TN_DECL_PURPOSE || decl->kind == TN_DECL_BASIS ||
           decl->kind == TN_DECL_DECLARE || decl->kind == TN_DECL_PERIOD;
}

static bool decl_is_block(const void *node)
{
    const tn_decl *decl = node;
    switch (decl->kind) {
    case TN_DECL_ENTITY:
    case TN_DECL_TABLE:
    case TN_DECL_CATEGORY:
    case TN_DECL_EVERY:
    case TN_DECL_TEST:
    case TN_DECL_FACTS:
    case TN_DECL_BIND: return true;
    case TN_DECL_EXTENDS:
    case TN_DECL_SUBJECT:
    case TN_DECL_IMPORT:
    case TN_DECL_UPDATED:
    case TN_DECL_ZONE:
    case TN_DECL_EXTERNAL:
    case TN_DECL_COUNT:
    case TN_DECL_GRACE:
    case TN_DECL_DECLARE:
    case TN_DECL_PURPOSE:
    case TN_DECL_BASIS:
    case TN_DECL_PERIOD:
    case TN_DECL_CONDITION:
    case TN_DECL_STORE: return false;
    }
    return false;
}

/* condition N "title" on E require C, or the parts behind the title below it. */
static void print_condition(tn_printer *p, const void *node, bool broken)
{
    const tn_decl *decl = node;
    tn_print(p, "condition ");
    tn_print_name(p, decl->name);
    tn_print_text(p, decl->text);
    if (broken)
        tn_print_break(p, TN_PRINT_INDENT, decl->paths->at.start);
    else
        tn_print(p, " ");
    tn_print(p, "on ");
    tn_print_path(p, decl->paths);
    if (decl->require != NULL) {
        tn_print(p, " require ");
        tn_print_expr(p, decl->require, broken ? TN_PRINT_INDENT : 0);
    }
}

static void print_category(tn_printer *p, const tn_decl *decl)
{
    tn_print(p, "category ");
    tn_print_name(p, decl->name);
    tn_print_text(p, decl->text);
    for (const tn_of *of = decl->of; of != NULL; of = of->next) {
        tn_print(p, of == decl->of ? " of " : ", ");
        tn_print_path(p, of->entity);
        tn_print(p, of->optional ? " optional" : "");
    }
    if (decl->marks != NULL)
        tn_print(p, " ");
    tn_print_marks(p, decl->marks);
    tn_print(p, " ");
    tn_print_clauses(p, decl->items, decl->at.end);
}

static void print_facts(tn_printer *p, const tn_decl *decl)
{
    tn_print(p, "entity ");
    tn_print_path(p, decl->paths);
    tn_print(p, " from ");
    tn_print_name(p, decl->store_kind);
    tn_print(p, " ");
    tn_print_name(p, decl->noun);
    tn_print_text(p, decl->object);
    tn_print(p, " key ");
    tn_print_name(p, decl->key);
    tn_print(p, " ");
    tn_print_block(p, &tn_print_mappings_kind, decl->maps, decl->at.end);
}

/* Declarations with a name, a title and a block. */
static void print_titled(tn_printer *p, const tn_decl *decl)
{
    tn_print(p, decl_word(decl));
    tn_print(p, " ");
    if (decl->kind == TN_DECL_BIND) {
        tn_print_path(p, decl->paths);
    } else if (decl->kind == TN_DECL_TEST) {
        tn_print_slice(p, decl->text.at);
    } else {
        tn_print_name(p, decl->name);
        tn_print_text(p, decl->text);
    }
    if (decl->kind == TN_DECL_TABLE) {
        tn_print(p, " by ");
        tn_print_name(p, decl->by);
    }
    tn_print(p, " ");
    if (decl->kind == TN_DECL_ENTITY)
        tn_print_block(p, &tn_print_entity_items_kind, decl->entity_items,
                       decl->at.end);
    else if (decl->kind == TN_DECL_TABLE)
        tn_print_block(p, &tn_print_rows_kind, decl->rows, decl->at.end);
    else if (decl->kind == TN_DECL_TEST)
        tn_print_block(p, &tn_print_test_items_kind, decl->test_items, decl->at.end);
    else
        tn_print_block(p, &tn_print_targets_kind, decl->targets, decl->at.end);
}

/* The unit of `count whole` is the last word as written. */
static void print_count(tn_printer *p, const tn_decl *decl)
{
    tn_str text = tn_source_slice(p->sources, decl->at);
    size_t start = text.len;
    while (start > 0 && text.data[start - 1] >= 'a' && text.data[start - 1] <= 'z')
        start--;
    tn_print(p, "count whole ");
    tn_print_str(p, tn_str_slice(text, start, SIZE_MAX));
}

/* The declarations that stand in no columns. */
static void print_decl(tn_printer *p, const void *node)
{
    const tn_decl *decl = node;
    if (decl->kind == TN_DECL_SUBJECT) {
        tn_print(p, "subject to ");
        print_decl_rest(p, decl);
    } else if (decl->kind == TN_DECL_COUNT) {
        print_count(p, decl);
    } else if (decl->kind == TN_DECL_GRACE) {
        tn_print(p, "grace ");
        tn_print_period(p, decl->period);
    } else if (decl->kind == TN_DECL_CONDITION) {
        tn_print_fitting(p, print_condition, decl, decl->paths->at.start);
    } else if (decl->kind == TN_DECL_CATEGORY) {
        print_category(p, decl);
    } else if (decl->kind == TN_DECL_EVERY) {
        tn_print(p, "every category ");
        tn_print_clauses(p, decl->items, decl->at.end);
    } else if (decl->kind == TN_DECL_FACTS) {
        print_facts(p, decl);
    } else {
        print_titled(p, decl);
    }
}

static const tn_print_kind decls_kind = {.next = decl_next,
                                         .at = decl_at,
                                         .run = decl_run,
                                         .cell = decl_cell,
                                         .print = print_decl,
                                         .is_block = decl_is_block,
                                         .breaks = decl_breaks};

/* --- the file */

/* Where the line of `module` or `deployment` ends. */
static uint32_t head_end(const tn_file *file)
{
    if (file->title.text.data != NULL)
        return file->title.at.end;
    uint32_t end = file->name->at.end;
    for (const tn_path *path = file->of; path != NULL; path = path->next)
        end = path->at.end;
    return end;
}

static void print_file(tn_printer *p, const tn_file *file)
{
    p->block_starts = true;
    tn_print_begin(p, file->at.start, false);
    tn_print(p, file->is_deployment ? "deployment " : "module ");
    tn_print_path(p, file->name);
    tn_print_text(p, file->title);
    if (file->of != NULL) {
        tn_print(p, " of ");
        tn_print_paths(p, file->of);
    }
    tn_print_end(p, head_end(file));
    tn_print_list(p, &decls_kind, file->decls);
    tn_print_rest(p);
}

tn_status tn_format(const tn_sources *sources, const tn_file *file, tn_buf *out)
{
    tn_printer printer = {.out = out,
                          .sources = sources,
                          .text = sources->list[file->source].text,
                          .file = file,
                          .line_start = out->len};
    if (file->name == NULL)
        return TN_INVALID;
    print_file(&printer, file);
    return tn_buf_status(out);
}
