/* run: a policy at an instant, with facts. */
#include "interp/bindings/python/src/module.h"

#include <string.h>

static const tenure_policy *policy_of(const run_object *run)
{
    return ((policy_object *)run->policy)->policy;
}

/* --- Run(policy, seconds, nanoseconds) */

/* An exception is set where it is none. */
static bool is_policy(PyObject *object)
{
    PyObject *module = PyImport_ImportModule("tenure._tenure");
    PyObject *type = module == NULL ? NULL : PyObject_GetAttrString(module, "Policy");
    int is_one = type == NULL ? -1 : PyObject_IsInstance(object, type);
    Py_XDECREF(module);
    Py_XDECREF(type);
    if (is_one == 0)
        PyErr_SetString(PyExc_TypeError, "expected a Policy");
    return is_one == 1;
}

static tn_status open_run(run_object *run, PyObject *policy, tn_instant now)
{
    Py_INCREF(policy);
    run->policy = policy;
    size_t size =
        (tenure_policy_entity_count(policy_of(run)) + 1) * sizeof(tenure_facts *);
    run->facts = PyMem_Malloc(size);
    if (run->facts == NULL)
        return TN_NOMEM;
    memset(run->facts, 0, size);
    return tenure_run_new(policy_of(run), now, &run->run);
}

static PyObject *new (PyTypeObject *type, PyObject *args, PyObject *named)
{
    (void)named;
    PyObject *policy;
    long long seconds;
    unsigned nanos;
    if (!PyArg_ParseTuple(args, "OLI", &policy, &seconds, &nanos))
        return NULL;
    if (!is_policy(policy))
        return NULL;
    run_object *run = PyObject_New(run_object, type);
    if (run == NULL)
        return NULL;
    run->policy = NULL;
    run->run = NULL;
    run->facts = NULL;
    run->deciders = NULL;
    tn_status status = open_run(run, policy, (tn_instant){seconds, nanos});
    if (status == TN_OK)
        return (PyObject *)run;
    Py_DECREF(run);
    if (status == TN_USAGE)
        PyErr_SetString(PyExc_ValueError, "the instant is not in the years 1 to 9999");
    return status == TN_USAGE ? NULL : raise_status(status);
}

static void dealloc(PyObject *self)
{
    run_object *run = (run_object *)self;
    PyTypeObject *type = Py_TYPE(self);
    for (kept_decider *at = run->deciders, *next; at != NULL; at = next) {
        next = at->next;
        tenure_decider_free(at->decider);
        PyMem_Free(at);
    }
    tenure_run_free(run->run);
    for (uint32_t i = 0;
         run->facts != NULL && i < tenure_policy_entity_count(policy_of(run)); i++)
        tenure_facts_free(run->facts[i]);
    PyMem_Free(run->facts);
    Py_XDECREF(run->policy);
    PyObject_Free(self);
    Py_DECREF(type);
}

/* --- set_facts(entity, None | [(key, {name: value})]) */

/* The value of a name in a dict; null where it is not there. */
static bool read_member(PyObject *dict, tn_str name, value_room **room,
                        tenure_value *out)
{
    PyObject *key = text_new(name);
    PyObject *value = key == NULL ? NULL : PyDict_GetItemWithError(dict, key);
    Py_XDECREF(key);
    if (value == NULL && PyErr_Occurred() != NULL)
        return false;
    return value_of(value == NULL ? Py_None : value, room, out);
}

/* A fact that the policy reads has to be there, if only as None: a name misspelt must
 * not look like an event that has not happened. */
static bool must_have(PyObject *dict, const tenure_field *fact)
{
    PyObject *name = text_new(fact->name);
    bool is_there = name != NULL && PyDict_GetItemWithError(dict, name) != NULL;
    if (!is_there && name != NULL && PyErr_Occurred() == NULL)
        PyErr_Format(
            PyExc_ValueError,
            "the facts say nothing of %U, which the policy reads; where it has "
            "not happened, it is None",
            name);
    Py_XDECREF(name);
    return is_there;
}

static bool read_facts(const tenure_policy *policy, uint32_t entity, PyObject *dict,
                       value_room **room, tenure_value *values)
{
    for (uint32_t i = 0; i < tenure_policy_fact_count(policy, entity); i++) {
        tenure_field fact;
        if (tenure_policy_fact(policy, entity, i, &fact) != TN_OK ||
            (fact.is_needed && !must_have(dict, &fact)) ||
            !read_member(dict, fact.name, room, &values[i]))
            return false;
    }
    return true;
}

static bool read_hold(PyObject *dict, value_room **room, tenure_hold *hold)
{
    return read_member(dict, (tn_str){"hold", 4}, room, &hold->hold) &&
           read_member(dict, (tn_str){"hold_from", 9}, room, &hold->from) &&
           read_member(dict, (tn_str){"hold_until", 10}, room, &hold->until);
}

static bool add_row(tenure_facts *facts, const tenure_policy *policy, uint32_t entity,
                    PyObject *row)
{
    value_room *room = NULL;
    tenure_value key;
    tenure_hold hold;
    if (!PyTuple_Check(row) || PyTuple_Size(row) != 2 ||
        !PyDict_Check(PyTuple_GetItem(row, 1))) {
        PyErr_SetString(PyExc_TypeError, "facts are pairs of a key and a dict");
        return false;
    }
    PyObject *dict = PyTuple_GetItem(row, 1);
    size_t count = tenure_policy_fact_count(policy, entity) + 1u;
    tenure_value *values = PyMem_Malloc(count * sizeof(*values));
    bool good = values != NULL && value_of(PyTuple_GetItem(row, 0), &room, &key) &&
                read_facts(policy, entity, dict, &room, values) &&
                read_hold(dict, &room, &hold);
    tn_status status = good ? tenure_facts_add(facts, &key, values, &hold) : TN_OK;
    value_room_free(room);
    PyMem_Free(values);
    if (values == NULL)
        PyErr_NoMemory();
    if (status == TN_USAGE)
        PyErr_SetString(PyExc_ValueError, "a key is an int, a str or bytes");
    else if (status != TN_OK)
        raise_status(status);
    return good && status == TN_OK;
}

static tenure_facts *make_facts(const tenure_policy *policy, uint32_t entity,
                                PyObject *rows)
{
    tenure_facts *facts;
    tn_status status = tenure_facts_new(policy, entity, &facts);
    if (status != TN_OK) {
        raise_status(status);
        return NULL;
    }
    for (Py_ssize_t i = 0; i < PyList_Size(rows); i++)
        if (!add_row(facts, policy, entity, PyList_GetItem(rows, i))) {
            tenure_facts_free(facts);
            return NULL;
        }
    return facts;
}

/* Before the first decider; __init__.py calls it from policy.run alone. */
static PyObject *set_facts(PyObject *self, PyObject *args)
{
    run_object *run = (run_object *)self;
    PyObject *name, *rows;
    tn_str text;
    if (!PyArg_ParseTuple(args, "UO", &name, &rows) || !text_of(name, &text))
        return NULL;
    uint32_t entity = tenure_policy_find_entity(policy_of(run), text);
    if (entity == TENURE_NONE)
        return PyErr_Format(PyExc_KeyError, "no entity %U", name);
    if (run->facts[entity] != NULL || run->deciders != NULL) {
        PyErr_SetString(PyExc_ValueError, "the facts of a run are set once");
        return NULL;
    }
    if (rows != Py_None && !PyList_Check(rows)) {
        PyErr_SetString(PyExc_TypeError, "expected None or a list");
        return NULL;
    }
    if (rows != Py_None) {
        run->facts[entity] = make_facts(policy_of(run), entity, rows);
        if (run->facts[entity] == NULL)
            return NULL;
    }
    tn_status status = tenure_run_set_facts(run->run, entity, run->facts[entity]);
    if (status != TN_OK)
        return raise_status(status);
    Py_RETURN_NONE;
}

bool find_category(const run_object *run, PyObject *category, PyObject *placement,
                   uint32_t out[2])
{
    tn_str name, store;
    const tenure_policy *policy = policy_of(run);
    if (!text_of(category, &name))
        return false;
    out[0] = tenure_policy_find_category(policy, name);
    out[1] = TENURE_NONE;
    if (out[0] == TENURE_NONE) {
        PyErr_Format(PyExc_KeyError, "no category %U, or several: give its full name",
                     category);
        return false;
    }
    if (placement == Py_None)
        return true;
    if (!text_of(placement, &store))
        return false;
    out[1] = tenure_policy_find_placement(policy, out[0], store);
    if (out[1] == TENURE_NONE)
        PyErr_Format(PyExc_KeyError, "%U is not stored in %U", category, placement);
    return out[1] != TENURE_NONE;
}

static PyMethodDef methods[] = {
    {"set_facts", set_facts, METH_VARARGS, NULL},
    {"decide_one", run_decide_one, METH_VARARGS, NULL},
    {"explain", run_explain, METH_VARARGS, NULL},
    {"decide", run_decide, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {{Py_tp_new, (void *)new},
                              {Py_tp_methods, methods},
                              {Py_tp_dealloc, (void *)dealloc},
                              {0, NULL}};

static PyType_Spec spec = {"tenure._tenure.Run", sizeof(run_object), 0,
                           Py_TPFLAGS_DEFAULT, slots};

int run_type_add(PyObject *module)
{
    return type_add(module, &spec, "Run");
}
