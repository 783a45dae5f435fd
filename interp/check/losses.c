#include "interp/check/losses.h"

#include "interp/check/placements.h"
#include "interp/check/terms.h"

/* More clauses than anyone writes: what is compared with each of the parent's must not
 * be what a hostile text makes long. What is beyond is not taken for restated. */
enum { RESTATED_MAX = 1000 };

/* --- the same thing said twice */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t skip_blanks(tn_str text, size_t at)
{
    while (at < text.len && is_blank(text.data[at]))
        at++;
    return at;
}

/* Texts that differ in blanks alone, where both have some. */
static bool same_words(tn_str a, tn_str b)
{
    size_t i = 0, j = 0;
    while (i < a.len && j < b.len) {
        if (is_blank(a.data[i]) && is_blank(b.data[j])) {
            i = skip_blanks(a, i);
            j = skip_blanks(b, j);
        } else if (a.data[i++] != b.data[j++]) {
            return false;
        }
    }
    return i == a.len && j == b.len;
}

/* Does `own` apply whenever `parent` does? */
static bool guard_covers(const tn_making *m, const tn_parts *own,
                         const tn_parts *parent)
{
    if (own->guard == NULL)
        return true;
    if (parent->guard == NULL || own->negated != parent->negated)
        return false;
    return same_words(tn_source_slice(m->ck->sources, own->guard->at),
                      tn_source_slice(m->ck->sources, parent->guard->at));
}

static uint32_t slot_of(const tn_making *m, uint32_t module, const tn_path *path)
{
    tn_slot_answer answer =
        tn_slots_find(&m->slots, &m->ck->scopes.rows[module], path->text);
    return answer.found == TN_SLOT_FOUND ? answer.slot : TN_NONE;
}

/* The slots of an anchor's members, once each; how they are combined in *kind. */
static tn_status list_members(const tn_making *m, uint32_t module,
                              const tn_point *point, tn_point_kind *kind,
                              tn_numbers *slots)
{
    if (point->kind == TN_POINT_PATH)
        return tn_numbers_include(m->ck, slots, slot_of(m, module, point->path));
    *kind = point->kind;
    for (const tn_point *member = point->members; member != NULL; member = member->next)
        TN_TRY(list_members(m, module, member, kind, slots));
    return TN_OK;
}

static bool same_rounding(const tn_anchor *a, const tn_anchor *b)
{
    return a->has_end_of == b->has_end_of &&
           (!a->has_end_of || (a->unit == b->unit && a->sunday == b->sunday));
}

static tn_status same_anchor(const tn_making *m, const tn_block *own,
                             const tn_anchor *own_anchor, const tn_block *parent,
                             const tn_anchor *parent_anchor)
{
    tn_numbers mine = {NULL, 0, 0};
    tn_numbers theirs = {NULL, 0, 0};
    tn_point_kind my_kind = TN_POINT_PATH;
    tn_point_kind their_kind = TN_POINT_PATH;
    TN_TRY(list_members(m, own->module, own_anchor->point, &my_kind, &mine));
    TN_TRY(list_members(m, parent->module, parent_anchor->point, &their_kind, &theirs));
    bool same = same_rounding(own_anchor, parent_anchor) && my_kind == their_kind &&
                mine.count == theirs.count;
    for (uint32_t i = 0; same && i < mine.count; i++)
        same = mine.rows[i] != TN_NONE && tn_numbers_has(&theirs, mine.rows[i]);
    return same ? TN_OK : TN_NOT_FOUND;
}

/* Is `own` at least as strict as `parent`, of the same kind and from the same thing? */
static bool is_as_strict(const tn_parts *own, const tn_parts *parent)
{
    switch (own->item->kind) {
    case TN_ITEM_DUTY_PERIOD: return tn_period_is_within(parent->period, own->period);
    case TN_ITEM_LIMIT: return tn_period_is_within(own->period, parent->period);
    case TN_ITEM_ON:
        return tn_period_is_within(own->delay, parent->delay) &&
               tn_period_is_within(own->window, parent->window);
    case TN_ITEM_DUTY_UNTIL: return true;
    case TN_ITEM_FIELDS:
    case TN_ITEM_PURPOSE:
    case TN_ITEM_BASIS:
    case TN_ITEM_STORED:
    case TN_ITEM_OVERRIDES:
    case TN_ITEM_RETAIN_PERIOD:
    case TN_ITEM_RETAIN_UNTIL:
    case TN_ITEM_RETAIN_INDEFINITELY:
    case TN_ITEM_REDACT:
    case TN_ITEM_FLAG:
    case TN_ITEM_HOLD: break;
    }
    return false;
}

/* OK: it is restated; NOT_FOUND: it is not. */
static tn_status restates(const tn_making *m, const tn_block *own,
                          const tn_parts *own_parts, const tn_block *parent,
                          const tn_parts *parent_parts)
{
    const tn_item *mine = own_parts->item;
    const tn_item *theirs = parent_parts->item;
    if (mine->kind != theirs->kind || !is_as_strict(own_parts, parent_parts) ||
        !guard_covers(m, own_parts, parent_parts))
        return TN_NOT_FOUND;
    if (theirs->anchor != NULL)
        return same_anchor(m, own, mine->anchor, parent, theirs->anchor);
    uint32_t slot = slot_of(m, own->module, mine->event);
    bool same = slot != TN_NONE && slot == slot_of(m, parent->module, theirs->event);
    return same ? TN_OK : TN_NOT_FOUND;
}

static tn_status find_restated(const tn_making *m, const tn_block *own,
                               const tn_block *parent, const tn_parts *parts)
{
    for (uint32_t i = 0; i < own->part_count && i < RESTATED_MAX; i++) {
        tn_status status = restates(m, own, &own->parts[i], parent, parts);
        if (status != TN_NOT_FOUND)
            return status;
    }
    return TN_NOT_FOUND;
}

/* --- losses */

static void report_loss(const tn_making *m, tn_span at, tn_span lost, const char *what)
{
    tn_diag *diag = tn_diag_add(m->ck->diags, TN_FIND_OVERRIDE_LOSES, at,
                                "what is stated here loses %s of the parent", what);
    tn_diag_help(
        m->ck->diags, diag,
        "restate it, at least as strictly, or write `overrides retention because "
        "\"...\"`");
    tn_diag_other(m->ck->diags, diag, lost, "the parent states it here");
}

static const char *loss_word(tn_item_kind kind)
{
    if (kind == TN_ITEM_LIMIT)
        return "a limit";
    return kind == TN_ITEM_ON ? "an `on` clause" : "a duty";
}

static tn_status find_lost_clauses(const tn_making *m, const tn_block *own,
                                   const tn_block *parent)
{
    for (uint32_t i = 0; i < parent->part_count; i++) {
        const tn_parts *parts = &parent->parts[i];
        tn_item_kind kind = parts->item->kind;
        if (parts->broken || !tn_item_is_retention(kind) || tn_item_is_form(kind))
            continue;
        tn_status status = find_restated(m, own, parent, parts);
        if (status == TN_NOT_FOUND)
            report_loss(m, own->retention->word_at, parts->item->at, loss_word(kind));
        else if (status != TN_OK)
            return status;
    }
    return TN_OK;
}

/* "placement `kafka` as temporary". */
static void report_lost_copy(const tn_making *m, const tn_block *own,
                             const tn_placement *placement, uint32_t roles)
{
    tn_buf what;
    tn_buf_init(&what, m->ck->arena->memory);
    tn_buf_put_format(&what, "placement `" TN_STR_FMT "` as ",
                      TN_STR_ARG(placement->store->text));
    tn_roles_put(&what, roles);
    tn_buf_put_char(&what, '\0');
    if (!what.failed)
        report_loss(m, own->stored->word_at, placement->at, what.data);
    m->ck->diags->failed |= what.failed;
    tn_buf_free(&what);
}

/* One copy of the parent: are all its roles stated, and its limit? What is read again
 * here has been reported where it was read first. */
static void find_lost_copy(const tn_making *m, const tn_block *own,
                           const tn_block *parent, const tn_placement *placement)
{
    uint32_t lost = tn_roles_read(m->ck->diags, placement->roles);
    tn_period limit = {0, 0, 0};
    bool limited = placement->at_most != NULL &&
                   tn_terms_sum(m->ck, &m->ck->scopes.rows[parent->module],
                                placement->at_most, &limit);
    for (uint32_t i = 0; i < m->row.placements.count; i++) {
        const tn_model_placement *row =
            &m->ck->model->placements.rows[m->row.placements.first + i];
        if (!tn_str_equal(row->store, placement->store->text) ||
            (row->roles & lost) == 0)
            continue;
        lost &= ~row->roles;
        if (limited && (tn_period_is_zero(row->at_most) ||
                        !tn_period_is_within(row->at_most, limit)))
            report_loss(m, row->at, placement->at, "the limit of a placement");
    }
    if (lost != 0)
        report_lost_copy(m, own, placement, lost);
}

static tn_status find_losses(const tn_making *m, tn_aspect aspect, const tn_block *own,
                             const tn_block *parent)
{
    if (own->overrides != NULL)
        return TN_OK;
    if (aspect == TN_ASPECT_RETENTION)
        return find_lost_clauses(m, own, parent);
    if (aspect == TN_ASPECT_STORED)
        for (const tn_placement *p = parent->stored->placements; p != NULL; p = p->next)
            find_lost_copy(m, own, parent, p);
    return TN_OK;
}

/* --- overrides */

/* Said of an override that loses something: what it replaces, as a whole. All others
 * are in the model, and `tenure check --overrides` lists them. */
static void note_override(const tn_making *m, const tn_override *row)
{
    const tn_module *over = &m->ck->model->modules.rows[row->over_module];
    tn_diag *diag = tn_diag_add(m->ck->diags, TN_FIND_OVERRIDE, row->at,
                                "what is said of the %s of category `" TN_STR_FMT
                                "` replaces what `" TN_STR_FMT "` says",
                                tn_aspect_word(row->aspect),
                                TN_STR_ARG(m->draft->simple), TN_STR_ARG(over->name));
    tn_diag_other(m->ck->diags, diag, row->over_at, "the parent's is here");
}

static tn_status add_override(const tn_making *m, uint32_t category, tn_aspect aspect,
                              const tn_block *parent)
{
    const tn_block *own = &m->ck->blocks.rows[m->draft->own];
    tn_override row = {.category = category,
                       .aspect = aspect,
                       .module = own->module,
                       .over_module = parent->module};
    (void)tn_block_speaks(own, aspect, &row.at);
    (void)tn_block_speaks(parent, aspect, &row.over_at);
    bool reasoned = aspect == TN_ASPECT_RETENTION || aspect == TN_ASPECT_STORED;
    if (reasoned && own->overrides != NULL && own->overrides->tail != NULL)
        row.why = own->overrides->tail->why.text;
    TN_TRY(tn_model_add_override(m->ck->model, &row, NULL));
    size_t errors = m->ck->diags->error_count;
    TN_TRY(find_losses(m, aspect, own, parent));
    if (m->ck->diags->error_count > errors)
        note_override(m, &row);
    return TN_OK;
}

static void check_overrides_word(const tn_making *m, bool replaces)
{
    const tn_item *word = m->ck->blocks.rows[m->draft->own].overrides;
    if (word == NULL || replaces)
        return;
    tn_diag *diag = tn_diag_add(m->ck->diags, TN_FIND_MISPLACED, word->at,
                                "nothing of a parent's is overridden here");
    tn_diag_help(
        m->ck->diags, diag,
        "leave it out, or state the retention that prevails over the parent's");
}

tn_status tn_losses_find(tn_making *m, uint32_t category)
{
    if (m->draft->own == TN_NONE)
        return TN_OK;
    bool replaces = false;
    for (int aspect = 0; aspect < TN_ASPECT_COUNT; aspect++) {
        if (m->draft->origin[aspect] != m->draft->own)
            continue;
        tn_numbers over = {NULL, 0, 0};
        for (uint32_t i = 0; i < m->draft->parents.count; i++) {
            uint32_t block =
                m->ck->drafts.rows[m->draft->parents.rows[i]].origin[aspect];
            if (block == TN_NONE || tn_numbers_has(&over, block))
                continue;
            TN_TRY(tn_numbers_add(m->ck, &over, block));
            TN_TRY(add_override(m, category, (tn_aspect)aspect,
                                &m->ck->blocks.rows[block]));
            replaces |= aspect == TN_ASPECT_RETENTION || aspect == TN_ASPECT_STORED;
        }
    }
    check_overrides_word(m, replaces);
    return TN_OK;
}
