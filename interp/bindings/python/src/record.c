/* record: one dict decided, and explained. */
#include "interp/bindings/python/src/module.h"

#include <string.h>

static const tenure_policy *policy_of(const run_object *run)
{
    return ((policy_object *)run->policy)->policy;
}

/* The run's decider for a category and placement. */
static tenure_decider *keep_decider(run_object *run, const uint32_t where[2])
{
    for (kept_decider *at = run->deciders; at != NULL; at = at->next)
        if (at->category == where[0] && at->placement == where[1])
            return at->decider;
    kept_decider *made = PyMem_Malloc(sizeof(*made));
    if (made == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    tn_status status = tenure_decider_new(run->run, where[0], where[1], &made->decider);
    if (status != TN_OK) {
        PyMem_Free(made);
        raise_status(status);
        return NULL;
    }
    made->category = where[0];
    made->placement = where[1];
    made->next = run->deciders;
    run->deciders = made;
    return made->decider;
}

/* --- the record */

/* The last name of the category's entity number `of`. */
static tn_str entity_name(const tenure_policy *policy, uint32_t category, uint32_t of)
{
    tn_str name =
        tenure_policy_entity_name(policy, tenure_policy_of(policy, category, of));
    for (size_t i = name.len; i > 0; i--)
        if (name.data[i - 1] == '.')
            return (tn_str){name.data + i, name.len - i};
    return name;
}

/* What a name of a record means: a field, or the key of an entity. */
typedef struct member {
    bool is_known;
    bool is_key;
    uint32_t index;
} member;

/* A name with a lone surrogate, which has no UTF-8, means nothing. */
static member find_member(const tenure_policy *policy, uint32_t category,
                          PyObject *text)
{
    tn_str name;
    if (!text_of(text, &name)) {
        PyErr_Clear();
        return (member){false, false, TENURE_NONE};
    }
    uint32_t field = tenure_policy_find_field(policy, category, name);
    if (field != TENURE_NONE)
        return (member){true, false, field};
    for (uint32_t i = 0; i < tenure_policy_of_count(policy, category); i++) {
        tn_str entity = entity_name(policy, category, i);
        if (entity.len == name.len && memcmp(entity.data, name.data, name.len) == 0)
            return (member){true, true, i};
    }
    return (member){false, false, TENURE_NONE};
}

static void clear(const tenure_policy *policy, uint32_t category,
                  tenure_decider *decider)
{
    for (uint32_t i = 0; i < tenure_policy_field_count(policy, category); i++)
        tenure_decider_fields(decider)[i] = tenure_null();
    for (uint32_t i = 0; i < tenure_policy_of_count(policy, category); i++)
        tenure_decider_keys(decider)[i] = tenure_null();
}

/* Puts a dict into the decider. */
static bool fill(const tenure_policy *policy, uint32_t category,
                 tenure_decider *decider, PyObject *record, value_room **room)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    clear(policy, category, decider);
    while (PyDict_Next(record, &at, &key, &value)) {
        if (!PyUnicode_Check(key)) {
            PyErr_SetString(PyExc_TypeError, "the names of a record are texts");
            return false;
        }
        member m = find_member(policy, category, key);
        if (!m.is_known)
            continue;
        tenure_value *to = m.is_key ? &tenure_decider_keys(decider)[m.index]
                                    : &tenure_decider_fields(decider)[m.index];
        if (!value_of(value, room, to))
            return false;
    }
    return true;
}

/* Something that is neither a field nor an entity, and not null. */
static unsigned flags_of(const tenure_policy *policy, uint32_t category,
                         PyObject *record)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    while (PyDict_Next(record, &at, &key, &value))
        if (value != Py_None && !find_member(policy, category, key).is_known)
            return TENURE_RECORD_UNDECLARED;
    return 0;
}

/* --- verdicts */

static PyObject *instant_new(bool is_there, tn_instant t)
{
    if (!is_there)
        Py_RETURN_NONE;
    return Py_BuildValue("(LI)", (long long)t.seconds, t.nanos);
}

static PyObject *clause_new(const tenure_policy *policy, uint32_t number)
{
    tenure_clause clause;
    if (number == TENURE_NONE || tenure_policy_clause(policy, number, &clause) != TN_OK)
        Py_RETURN_NONE;
    PyObject *file = text_new(clause.file);
    PyObject *text = file == NULL ? NULL
                                  : PyUnicode_FromFormat("%U:%u:%u", file, clause.line,
                                                         clause.column);
    Py_XDECREF(file);
    return text;
}

static PyObject *redact_new(const tenure_policy *policy, uint32_t category,
                            const tn_verdict *v)
{
    PyObject *list = PyList_New(0);
    for (uint32_t i = 0; list != NULL && i < v->redact_count; i++) {
        tenure_field field;
        PyObject *name = NULL;
        if (tenure_policy_field(policy, category, v->redact[i], &field) == TN_OK)
            name = text_new(field.name);
        if (name == NULL || PyList_Append(list, name) != 0)
            Py_CLEAR(list);
        Py_XDECREF(name);
    }
    return list;
}

/* (verdict, reason, clause, due, deadline, overdue, conflict, next_change, redact). */
static PyObject *verdict_new(const tenure_policy *policy, uint32_t category,
                             const tn_verdict *v)
{
    return Py_BuildValue(
        "(ssNNNNNNN)", tn_decision_text(v->decision), tn_reason_text(v->reason),
        clause_new(policy, v->clause), instant_new(v->has_due, v->due),
        instant_new(v->has_deadline, v->deadline), PyBool_FromLong(v->overdue),
        PyBool_FromLong(v->conflict), instant_new(v->has_next_change, v->next_change),
        redact_new(policy, category, v));
}

/* --- a call about a record */

/* What is asked, and the decider with the record in it; NULL: an exception is set. */
typedef struct question {
    PyObject *record, *category, *placement;
    uint32_t where[2];
    value_room *room;
    unsigned flags; /* of the record */
} question;

static tenure_decider *take_record(run_object *run, question *q)
{
    if (!find_category(run, q->category, q->placement, q->where))
        return NULL;
    if (!PyDict_Check(q->record)) {
        PyErr_SetString(PyExc_TypeError, "a record is a dict");
        return NULL;
    }
    tenure_decider *decider = keep_decider(run, q->where);
    if (decider == NULL)
        return NULL;
    if (fill(policy_of(run), q->where[0], decider, q->record, &q->room)) {
        q->flags = flags_of(policy_of(run), q->where[0], q->record);
        return decider;
    }
    clear(policy_of(run), q->where[0], decider);
    value_room_free(q->room);
    return NULL;
}

/* What the decider refers to goes. */
static void drop_record(run_object *run, question *q, tenure_decider *decider)
{
    clear(policy_of(run), q->where[0], decider);
    value_room_free(q->room);
}

/* --- decide_one(record, category, placement) */

PyObject *run_decide_one(PyObject *self, PyObject *args)
{
    run_object *run = (run_object *)self;
    question q = {.room = NULL};
    tn_verdict verdict;
    if (!PyArg_ParseTuple(args, "OUO", &q.record, &q.category, &q.placement))
        return NULL;
    tenure_decider *decider = take_record(run, &q);
    if (decider == NULL)
        return NULL;
    tn_status status = tenure_decide(decider, q.flags | TENURE_WANT_ALL, &verdict);
    PyObject *made = status == TN_OK ? verdict_new(policy_of(run), q.where[0], &verdict)
                                     : raise_status(status);
    drop_record(run, &q, decider);
    return made;
}

/* --- explain(record, category, placement, name, json) */

/* Explains by the flags it is decided with. */
static PyObject *explain(tenure_decider *decider, unsigned flags, PyObject *name,
                         int json)
{
    tn_verdict verdict;
    tn_str text, said;
    if (!text_of(name, &text))
        return NULL;
    tn_status status = tenure_decide(decider, flags, &verdict);
    if (status == TN_OK)
        status = tenure_explain(decider, text,
                                json ? TENURE_FORMAT_JSON : TENURE_FORMAT_TEXT, &said);
    return status == TN_OK ? text_new(said) : raise_status(status);
}

PyObject *run_explain(PyObject *self, PyObject *args)
{
    run_object *run = (run_object *)self;
    question q = {.room = NULL};
    PyObject *name;
    int json;
    if (!PyArg_ParseTuple(args, "OUOUp", &q.record, &q.category, &q.placement, &name,
                          &json))
        return NULL;
    tenure_decider *decider = take_record(run, &q);
    if (decider == NULL)
        return NULL;
    PyObject *made = explain(decider, q.flags, name, json);
    drop_record(run, &q, decider);
    return made;
}
