/* batch: a stream of record batches decided, without the interpreter's lock. */
#include "interp/bindings/python/src/module.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* --- one array as a stream */

typedef struct single {
    struct ArrowSchema schema;
    struct ArrowArray array;
} single;

static int single_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    single *s = stream->private_data;
    *out = s->schema;
    s->schema.release = NULL;
    return out->release == NULL ? EINVAL : 0; /* it is asked for once */
}

static int single_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    single *s = stream->private_data;
    *out = s->array;
    s->array.release = NULL;
    return 0;
}

static const char *single_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return "the schema was asked for twice";
}

static void single_release(struct ArrowArrayStream *stream)
{
    single *s = stream->private_data;
    if (s->schema.release != NULL)
        s->schema.release(&s->schema);
    if (s->array.release != NULL)
        s->array.release(&s->array);
    free(s);
    stream->release = NULL;
}

/* --- taking over what capsules hold */

static bool take_stream(PyObject *capsule, struct ArrowArrayStream *out)
{
    struct ArrowArrayStream *in = PyCapsule_GetPointer(capsule, "arrow_array_stream");
    if (in == NULL || in->release == NULL) {
        if (in != NULL)
            PyErr_SetString(PyExc_ValueError, "the stream was taken before");
        return false;
    }
    *out = *in;
    in->release = NULL;
    return true;
}

static bool take_array(PyObject *schema, PyObject *array, struct ArrowArrayStream *out)
{
    struct ArrowSchema *in_schema = PyCapsule_GetPointer(schema, "arrow_schema");
    struct ArrowArray *in_array =
        in_schema == NULL ? NULL : PyCapsule_GetPointer(array, "arrow_array");
    if (in_array == NULL || in_array->release == NULL || in_schema->release == NULL) {
        if (in_array != NULL)
            PyErr_SetString(PyExc_ValueError, "the array was taken before");
        return false;
    }
    single *s = malloc(sizeof(*s));
    if (s == NULL) {
        PyErr_NoMemory();
        return false;
    }
    *s = (single){*in_schema, *in_array};
    in_schema->release = NULL;
    in_array->release = NULL;
    *out = (struct ArrowArrayStream){single_schema, single_next, single_error,
                                     single_release, s};
    return true;
}

/* --- deciding */

/* What came of a stream. */
typedef struct result {
    struct ArrowSchema schema;
    struct ArrowArray *arrays; /* own */
    size_t count;
    size_t capacity;
} result;

static void drop_result(result *r)
{
    if (r->schema.release != NULL)
        r->schema.release(&r->schema);
    for (size_t i = 0; i < r->count; i++)
        r->arrays[i].release(&r->arrays[i]);
    free(r->arrays);
}

static struct ArrowArray *next_array(result *r)
{
    if (r->count == r->capacity) {
        size_t capacity = r->capacity == 0 ? 8 : r->capacity * 2;
        struct ArrowArray *grown = realloc(r->arrays, capacity * sizeof(*grown));
        if (grown == NULL)
            return NULL;
        r->arrays = grown;
        r->capacity = capacity;
    }
    return &r->arrays[r->count];
}

/* All batches of a stream; 0 or an errno. Without the interpreter's lock. */
static int drain(struct ArrowArrayStream *out, result *r)
{
    int failed = out->get_schema(out, &r->schema);
    while (failed == 0) {
        struct ArrowArray *array = next_array(r);
        if (array == NULL)
            return ENOMEM;
        failed = out->get_next(out, array);
        if (failed == 0 && array->release == NULL)
            return 0;
        r->count += failed == 0;
    }
    return failed;
}

static PyObject *raise_stream(struct ArrowArrayStream *out, int failed)
{
    const char *why = out->get_last_error(out);
    if (failed == ENOMEM)
        return PyErr_NoMemory();
    PyErr_SetString(PyExc_ValueError, why == NULL ? strerror(failed) : why);
    return NULL;
}

/* Takes `in` over. */
static PyObject *decide_stream(tenure_batch *batch, struct ArrowArrayStream *in)
{
    struct ArrowArrayStream out;
    result r;
    PyObject *made = NULL;
    memset(&r, 0, sizeof(r));
    tn_status status = tenure_batch_stream(batch, in, &out);
    if (status != TN_OK)
        return raise_status(status);
    PyThreadState *thread = PyEval_SaveThread();
    int failed = drain(&out, &r);
    PyEval_RestoreThread(thread);
    if (failed == 0) {
        made = verdicts_new(&r.schema, r.arrays, r.count);
        memset(&r, 0, sizeof(r));
    } else {
        raise_stream(&out, failed);
    }
    out.release(&out); /* the input's own may need the lock, and takes it */
    drop_result(&r);
    return made;
}

/* --- columns */

/* Names, units and zones as Python gives them: a list of (name, unit, zone), fields
 * first, then entities. The texts are borrowed from it. */
static tenure_column *columns_of(PyObject *list)
{
    Py_ssize_t count = PyList_Size(list);
    tenure_column *columns = PyMem_Malloc(((size_t)count + 1) * sizeof(*columns));
    if (columns == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *row = PyList_GetItem(list, i);
        tenure_column *c = &columns[i];
        long unit = -1;
        if (PyTuple_Check(row) && PyTuple_Size(row) == 3 &&
            text_of(PyTuple_GetItem(row, 0), &c->name) &&
            text_of(PyTuple_GetItem(row, 2), &c->zone))
            unit = PyLong_AsLong(PyTuple_GetItem(row, 1));
        c->unit = (tenure_unit)unit;
        if (unit >= TENURE_UNIT_NONE && unit <= TENURE_UNIX_NS)
            continue;
        if (PyErr_Occurred() == NULL)
            PyErr_SetString(PyExc_TypeError, "expected (name, unit, zone)");
        PyMem_Free(columns);
        return NULL;
    }
    return columns;
}

static tenure_batch *open_batch(const run_object *run, const uint32_t where[2],
                                tenure_columns *columns, PyObject *list)
{
    const tenure_policy *policy = ((policy_object *)run->policy)->policy;
    Py_ssize_t fields = (Py_ssize_t)tenure_policy_field_count(policy, where[0]);
    Py_ssize_t keys = (Py_ssize_t)tenure_policy_of_count(policy, where[0]);
    tenure_batch *batch = NULL;
    if (!PyList_Check(list) || PyList_Size(list) != fields + keys) {
        PyErr_SetString(PyExc_TypeError, "expected one column for each field and key");
        return NULL;
    }
    tenure_column *all = columns_of(list);
    if (all == NULL)
        return NULL;
    columns->fields = all;
    columns->keys = all + fields;
    tn_status status = tenure_batch_new(run->run, where[0], where[1], columns, &batch);
    PyMem_Free(all);
    if (status == TN_NOT_FOUND)
        PyErr_SetString(PyExc_ValueError,
                        "a zone is UTC, an offset like +08:00, or one "
                        "that the policy names");
    else if (status != TN_OK)
        raise_status(status);
    return status == TN_OK ? batch : NULL;
}

/* decide(category, placement, columns, out, zone, stream, schema, array): the stream,
 * or schema and array, are capsules; else None. */
PyObject *run_decide(PyObject *self, PyObject *args)
{
    PyObject *category, *placement, *list, *zone, *stream, *schema, *array;
    tenure_columns columns = TENURE_COLUMNS_INIT;
    struct ArrowArrayStream in;
    uint32_t where[2];
    if (!PyArg_ParseTuple(args, "UOOIUOOO", &category, &placement, &list, &columns.out,
                          &zone, &stream, &schema, &array) ||
        !text_of(zone, &columns.zone) ||
        !find_category((run_object *)self, category, placement, where))
        return NULL;
    tenure_batch *batch = open_batch((run_object *)self, where, &columns, list);
    if (batch == NULL)
        return NULL;
    bool taken =
        stream != Py_None ? take_stream(stream, &in) : take_array(schema, array, &in);
    PyObject *made = taken ? decide_stream(batch, &in) : NULL;
    tenure_batch_free(batch);
    return made;
}
