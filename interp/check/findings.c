#include "interp/check/findings.h"

#include "interp/check/gdpr.h"

static const tn_block *origin(const tn_making *m, tn_aspect aspect)
{
    uint32_t block = m->draft->origin[aspect];
    return block == TN_NONE ? NULL : &m->ck->blocks.rows[block];
}

static tn_diag *report(const tn_making *m, tn_finding finding, tn_span at,
                       const char *message, const char *help)
{
    tn_diag *diag = tn_diag_add(m->ck->diags, finding, at, "%s", message);
    tn_diag_help(m->ck->diags, diag, "%s", help);
    return diag;
}

/* --- what every category has */

static void report_missing(const tn_making *m, tn_finding finding, const char *what,
                           const char *help)
{
    tn_diag *diag =
        tn_diag_add(m->ck->diags, finding, m->row.at, "category `" TN_STR_FMT "` %s",
                    TN_STR_ARG(m->draft->simple), what);
    tn_diag_help(m->ck->diags, diag, "%s", help);
}

static void find_missing(const tn_making *m)
{
    if (origin(m, TN_ASPECT_PURPOSE) == NULL)
        report_missing(m, TN_FIND_NO_PURPOSE, "does not say what it is held for",
                       "write `purpose NAME`");
    if (origin(m, TN_ASPECT_BASIS) == NULL)
        report_missing(
            m, TN_FIND_NO_BASIS, "has no legal basis",
            "write `basis std.gdpr.contract`, say, or `basis as specified in "
            "MODULE`");
    const tn_block *retention = origin(m, TN_ASPECT_RETENTION);
    if (retention == NULL || !retention->has_form)
        report_missing(m, TN_FIND_NO_RETENTION, "does not say how long it is retained",
                       "write `retain P from A`, `retain until E` or `retain "
                       "indefinitely`");
}

/* Retain forms are tried from top to bottom: the last one, and no other, is without a
 * condition. */
static void find_unreachable(const tn_making *m)
{
    const tn_block *block = origin(m, TN_ASPECT_RETENTION);
    if (block == NULL)
        return;
    const tn_item *always = NULL;
    const tn_item *last = NULL;
    for (uint32_t i = 0; i < block->part_count; i++) {
        const tn_item *item = block->parts[i].item;
        if (!tn_item_is_form(item->kind))
            continue;
        if (always != NULL) {
            tn_diag *diag = report(
                m, TN_FIND_UNREACHABLE, item->at, "this retention never takes part",
                "the first whose condition is true counts: give the one before it a "
                "condition, or leave this one out");
            tn_diag_other(m->ck->diags, diag, always->at, "this one always takes part");
        }
        if (always == NULL && block->parts[i].guard == NULL)
            always = item;
        last = item;
    }
    if (last != NULL && always == NULL)
        report(m, TN_FIND_NO_RETENTION, last->at,
               "nothing says how long records are retained for which this condition is "
               "not true",
               "end with a retention without a condition");
}

/* --- placements */

static void find_placements(const tn_making *m)
{
    const tn_block *block = origin(m, TN_ASPECT_STORED);
    const tn_placement *written = block == NULL ? NULL : block->stored->placements;
    const tn_model_placement *backup = NULL;
    bool has_primary = false;
    for (uint32_t i = 0; i < m->row.placements.count; i++, written = written->next) {
        const tn_model_placement *row =
            &m->ck->model->placements.rows[m->row.placements.first + i];
        has_primary |= (row->roles & TN_ROLE_PRIMARY) != 0;
        if ((row->roles & TN_ROLE_BACKUP) != 0 && backup == NULL)
            backup = row;
        if ((row->roles & TN_ROLE_TEMPORARY) != 0 && written->at_most == NULL)
            report(m, TN_FIND_TEMPORARY_WITHOUT_LIMIT, row->at,
                   "a temporary copy does not say how long it is kept",
                   "write `for at most P` after its role");
    }
    if (backup != NULL && !has_primary)
        report(m, TN_FIND_BACKUP_WITHOUT_PRIMARY, backup->at,
               "a backup is stored, and nothing says of what",
               "name the primary copy too");
}

/* --- events */

static bool is_entity_event(const tn_making *m, const tn_clause *clause)
{
    return clause->event_slot != TN_NONE && clause->event_slot >= m->row.fields.count;
}

/* In `on` and `until` an event moves only what existed when it happened. A record's own
 * event cannot have happened before it. */
static void find_created(const tn_making *m, const tn_clause *clause)
{
    const tn_block *fields = origin(m, TN_ASPECT_FIELDS);
    bool moves = clause->kind == TN_CLAUSE_RETAIN_UNTIL || clause->kind == TN_CLAUSE_ON;
    if (m->row.created_slot != TN_NONE || !moves || !is_entity_event(m, clause))
        return;
    const tn_path *event = clause->item->event;
    bool foreign = fields != NULL && fields->module != clause->module;
    tn_diag *diag = tn_diag_add(
        m->ck->diags, TN_FIND_NO_CREATED, event->at,
        "`" TN_STR_FMT "` will delete records%s%s made after it as well",
        TN_STR_ARG(event->text), foreign ? " of " : "", foreign ? m->foreign : "");
    tn_diag_help(m->ck->diags, diag,
                 "mark the field that tells when a record was made with @created");
}

/* The entity of a fact's slot, if a record may belong to none; TN_NONE. */
static uint32_t optional_entity(const tn_making *m, uint32_t slot)
{
    const tn_model *model = m->ck->model;
    const tn_slot *row = &model->slots.rows[m->row.slots.first + slot];
    if (row->kind != TN_SLOT_FACT)
        return TN_NONE;
    const tn_category_entity *of =
        &model->category_entities.rows[m->row.of.first + row->of];
    return of->optional ? of->entity : TN_NONE;
}

/* Of an entity that there is not, nothing ever happens: a duty from its event goes on
 * without an end. */
static uint32_t awaited_in_vain(const tn_making *m, const tn_clause *clause)
{
    if (clause->kind == TN_CLAUSE_DUTY_UNTIL)
        return optional_entity(m, clause->event_slot);
    if (clause->kind != TN_CLAUSE_DUTY_PERIOD)
        return TN_NONE;
    const tn_model_anchor *anchor = &m->ck->model->anchors.rows[clause->anchor];
    uint32_t entity = TN_NONE;
    for (uint32_t i = 0; i < anchor->members.count; i++) {
        uint32_t slot = m->ck->model->anchor_slots.rows[anchor->members.first + i];
        uint32_t one = optional_entity(m, slot);
        if (anchor->op == TN_ANCHOR_EARLIEST && one == TN_NONE)
            return TN_NONE;
        entity = one != TN_NONE ? one : entity;
    }
    return entity;
}

static void find_vain_duty(const tn_making *m, const tn_clause *clause)
{
    if (clause->guard != TN_NONE)
        return;
    uint32_t entity = awaited_in_vain(m, clause);
    if (entity == TN_NONE)
        return;
    const tn_entity *row = &m->ck->model->entities.rows[entity];
    tn_str name = tn_str_last_name(row->name);
    tn_diag *diag = tn_diag_add(m->ck->diags, TN_FIND_DUTY_WITHOUT_ENTITY, clause->at,
                                "a record that belongs to no `" TN_STR_FMT
                                "` is kept by this without an end",
                                TN_STR_ARG(name));
    tn_str event = m->ck->model->facts.rows[row->facts.first].name;
    tn_diag_help(m->ck->diags, diag,
                 "let it take part where there is one: `when " TN_STR_FMT "." TN_STR_FMT
                 " != null`, say",
                 TN_STR_ARG(name), TN_STR_ARG(event));
}

/* --- legal bases */

/* Which kinds of clauses the category has, as bits; the first `on` in *on. */
static uint32_t kinds_of(const tn_making *m, const tn_clause **on)
{
    uint32_t kinds = 0;
    *on = NULL;
    for (uint32_t i = 0; i < m->row.clauses.count; i++) {
        const tn_clause *clause = &m->ck->model->clauses.rows[m->row.clauses.first + i];
        kinds |= 1u << clause->kind;
        if (clause->kind == TN_CLAUSE_ON && *on == NULL)
            *on = clause;
    }
    return kinds;
}

static void find_bases(const tn_making *m)
{
    const tn_block *block = origin(m, TN_ASPECT_BASIS);
    if (m->row.bases.count == 0 || block == NULL || m->broken_retention)
        return;
    const tn_clause *on;
    uint32_t kinds = kinds_of(m, &on);
    uint32_t withdrawal = 1u << TN_CLAUSE_ON | 1u << TN_CLAUSE_RETAIN_UNTIL;
    uint32_t duties = 1u << TN_CLAUSE_DUTY_PERIOD | 1u << TN_CLAUSE_DUTY_UNTIL;
    if (tn_gdpr_rests_on(m, "consent") && (kinds & withdrawal) == 0)
        report(m, TN_FIND_CONSENT_WITHOUT_WITHDRAWAL, block->basis->at,
               "consent can be withdrawn, and nothing says what happens then",
               "declare the withdrawal as an event, and write `on E delete`");
    if (tn_gdpr_rests_on(m, "legal_obligation") && on != NULL &&
        (kinds & duties) == 0) {
        tn_diag *diag = report(
            m, TN_FIND_ON_CUTS_LEGAL_OBLIGATION, on->at,
            "this deletes what a legal obligation asks to keep",
            "say how long the law asks for: `retain at least P from A`; it then goes "
            "before");
        tn_diag_other(m->ck->diags, diag, block->basis->at, "the legal basis is here");
    }
}

tn_status tn_findings_find(tn_making *m)
{
    if (!m->ck->scopes.rows[m->draft->module].file_broken)
        find_missing(m);
    find_unreachable(m);
    find_placements(m);
    for (uint32_t i = 0; i < m->row.clauses.count; i++) {
        const tn_clause *clause = &m->ck->model->clauses.rows[m->row.clauses.first + i];
        find_created(m, clause);
        find_vain_duty(m, clause);
    }
    find_bases(m);
    tn_gdpr_find(m);
    tn_reasoning r;
    tn_status status = tn_reasoning_init(&r, m);
    if (status == TN_OK)
        status = tn_contradictions_find(&r);
    if (status == TN_OK)
        status = tn_shadows_find(&r);
    tn_reasoning_free(&r);
    return status;
}
