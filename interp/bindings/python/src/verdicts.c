/* verdicts: what batches were decided into, shown as a stream any number of times.
 *
 * Each time the stream is asked for, arrays are made anew that share the buffers; the
 * last of all that share them gives them back, in whatever thread it goes. */
#include "interp/bindings/python/src/module.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* What is shared. */
typedef struct shared {
    atomic_size_t count;
    struct ArrowSchema schema;
    struct ArrowArray *arrays;
    size_t array_count;
} shared;

typedef struct verdicts_object {
    PyObject ob_base;
    shared *shared;
} verdicts_object;

static shared *hold(shared *s)
{
    atomic_fetch_add(&s->count, 1);
    return s;
}

static void drop(shared *s)
{
    if (atomic_fetch_sub(&s->count, 1) > 1)
        return;
    if (s->schema.release != NULL)
        s->schema.release(&s->schema);
    for (size_t i = 0; i < s->array_count; i++)
        s->arrays[i].release(&s->arrays[i]);
    free(s->arrays);
    free(s);
}

/* --- arrays that share buffers */

/* What an array made here owns: its children and dictionary lie behind it. */
typedef struct block {
    shared *shared;
    struct ArrowArray **children;
    struct ArrowArray items[]; /* the children, then the dictionary */
} block;

static int share_array(shared *s, const struct ArrowArray *from,
                       struct ArrowArray *out);

static void release_array(struct ArrowArray *array)
{
    block *b = array->private_data;
    for (int64_t i = 0; i < array->n_children; i++)
        if (array->children[i]->release != NULL)
            array->children[i]->release(array->children[i]);
    if (array->dictionary != NULL && array->dictionary->release != NULL)
        array->dictionary->release(array->dictionary);
    drop(b->shared);
    free((void *)b->children);
    free(b);
    array->release = NULL;
}

static int share_parts(block *b, const struct ArrowArray *from, struct ArrowArray *out)
{
    for (int64_t i = 0; i < from->n_children; i++) {
        b->children[i] = &b->items[i];
        if (share_array(b->shared, from->children[i], b->children[i]) != 0)
            return ENOMEM;
        out->n_children = i + 1;
    }
    if (from->dictionary == NULL)
        return 0;
    struct ArrowArray *dictionary = &b->items[from->n_children];
    if (share_array(b->shared, from->dictionary, dictionary) != 0)
        return ENOMEM;
    out->dictionary = dictionary;
    return 0;
}

/* At most a struct of columns with dictionaries deep. */
static int share_array(shared *s, const struct ArrowArray *from, struct ArrowArray *out)
{
    size_t count = (size_t)from->n_children;
    block *b = calloc(1, sizeof(*b) + (count + 1) * sizeof(*out));
    if (b == NULL)
        return ENOMEM;
    b->children = calloc(count + 1, sizeof(*b->children));
    if (b->children == NULL) {
        free(b);
        return ENOMEM;
    }
    b->shared = hold(s);
    *out = *from;
    out->n_children = 0;
    out->children = b->children;
    out->dictionary = NULL;
    out->private_data = b;
    out->release = release_array;
    if (share_parts(b, from, out) == 0)
        return 0;
    out->release(out);
    return ENOMEM;
}

/* --- schemas, copied */

static char *copy_text(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);
    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

typedef struct schema_block {
    char *format;
    char *name;
    struct ArrowSchema **children;
    struct ArrowSchema items[];
} schema_block;

static int copy_schema(const struct ArrowSchema *from, struct ArrowSchema *out);

static void release_schema(struct ArrowSchema *schema)
{
    schema_block *b = schema->private_data;
    for (int64_t i = 0; i < schema->n_children; i++)
        if (schema->children[i]->release != NULL)
            schema->children[i]->release(schema->children[i]);
    if (schema->dictionary != NULL && schema->dictionary->release != NULL)
        schema->dictionary->release(schema->dictionary);
    free(b->format);
    free(b->name);
    free((void *)b->children);
    free(b);
    schema->release = NULL;
}

static int copy_schema_parts(schema_block *b, const struct ArrowSchema *from,
                             struct ArrowSchema *out)
{
    b->children = calloc((size_t)from->n_children + 1, sizeof(*b->children));
    b->format = copy_text(from->format);
    b->name = copy_text(from->name == NULL ? "" : from->name);
    if (b->children == NULL || b->format == NULL || b->name == NULL)
        return ENOMEM;
    out->format = b->format;
    out->name = b->name;
    out->children = b->children;
    for (int64_t i = 0; i < from->n_children; i++) {
        b->children[i] = &b->items[i];
        if (copy_schema(from->children[i], b->children[i]) != 0)
            return ENOMEM;
        out->n_children = i + 1;
    }
    if (from->dictionary == NULL)
        return 0;
    struct ArrowSchema *dictionary = &b->items[from->n_children];
    if (copy_schema(from->dictionary, dictionary) != 0)
        return ENOMEM;
    out->dictionary = dictionary;
    return 0;
}

static int copy_schema(const struct ArrowSchema *from, struct ArrowSchema *out)
{
    schema_block *b =
        calloc(1, sizeof(*b) + ((size_t)from->n_children + 1) * sizeof(*out));
    if (b == NULL)
        return ENOMEM;
    memset(out, 0, sizeof(*out));
    out->flags = from->flags;
    out->private_data = b;
    out->release = release_schema;
    if (copy_schema_parts(b, from, out) == 0)
        return 0;
    out->release(out);
    return ENOMEM;
}

/* --- the stream */

typedef struct show {
    shared *shared;
    size_t next;
} show;

static int show_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    return copy_schema(&((show *)stream->private_data)->shared->schema, out);
}

static int show_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    show *s = stream->private_data;
    memset(out, 0, sizeof(*out));
    if (s->next == s->shared->array_count)
        return 0;
    return share_array(s->shared, &s->shared->arrays[s->next++], out);
}

static const char *show_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return "out of memory";
}

static void show_release(struct ArrowArrayStream *stream)
{
    show *s = stream->private_data;
    drop(s->shared);
    free(s);
    stream->release = NULL;
}

static void capsule_free(PyObject *capsule)
{
    struct ArrowArrayStream *stream =
        PyCapsule_GetPointer(capsule, "arrow_array_stream");
    if (stream == NULL)
        return;
    if (stream->release != NULL)
        stream->release(stream);
    free(stream);
}

/* __arrow_c_stream__(requested_schema=None): a wish that it does not grant, as it may.
 */
static PyObject *arrow_c_stream(PyObject *self, PyObject *args)
{
    PyObject *wish = Py_None;
    if (!PyArg_ParseTuple(args, "|O", &wish))
        return NULL;
    struct ArrowArrayStream *stream = malloc(sizeof(*stream));
    show *s = malloc(sizeof(*s));
    if (stream == NULL || s == NULL) {
        free(stream);
        free(s);
        return PyErr_NoMemory();
    }
    *s = (show){hold(((verdicts_object *)self)->shared), 0};
    *stream =
        (struct ArrowArrayStream){show_schema, show_next, show_error, show_release, s};
    PyObject *capsule = PyCapsule_New(stream, "arrow_array_stream", capsule_free);
    if (capsule == NULL) {
        show_release(stream);
        free(stream);
    }
    return capsule;
}

/* --- the type */

PyObject *verdicts_new(struct ArrowSchema *schema, struct ArrowArray *arrays,
                       size_t count)
{
    PyObject *module = PyImport_ImportModule("tenure._tenure");
    PyObject *type = module == NULL ? NULL : PyObject_GetAttrString(module, "Verdicts");
    shared *s = malloc(sizeof(*s));
    verdicts_object *made = NULL;
    if (s == NULL) {
        schema->release(schema);
        for (size_t i = 0; i < count; i++)
            arrays[i].release(&arrays[i]);
        free(arrays);
        PyErr_NoMemory();
    } else {
        s->schema = *schema;
        s->arrays = arrays;
        s->array_count = count;
        atomic_init(&s->count, 1);
        made =
            type == NULL ? NULL : PyObject_New(verdicts_object, (PyTypeObject *)type);
        if (made == NULL)
            drop(s);
        else
            made->shared = s;
    }
    Py_XDECREF(type);
    Py_XDECREF(module);
    return (PyObject *)made;
}

static Py_ssize_t length(PyObject *self)
{
    const shared *s = ((verdicts_object *)self)->shared;
    int64_t count = 0;
    for (size_t i = 0; i < s->array_count; i++)
        count += s->arrays[i].length;
    return (Py_ssize_t)count;
}

static void dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    drop(((verdicts_object *)self)->shared);
    PyObject_Free(self);
    Py_DECREF(type);
}

static const char stream_doc[] = "__arrow_c_stream__(requested_schema=None)\n--\n\n"
                                 "The verdicts as a stream of Arrow record batches (a "
                                 "PyCapsule), any number of times.";

static PyMethodDef methods[] = {
    {"__arrow_c_stream__", arrow_c_stream, METH_VARARGS, stream_doc},
    {NULL, NULL, 0, NULL},
};

static const char type_doc[] =
    "What a table was decided into: a row for each of its records.\n\n"
    "Any library that reads __arrow_c_stream__ takes it: pyarrow.table(verdicts),\n"
    "polars.DataFrame(verdicts). Its memory lives as long as anything made from it.";

static PyType_Slot slots[] = {{Py_tp_doc, (void *)(uintptr_t)type_doc},
                              {Py_tp_new, (void *)type_no_new},
                              {Py_tp_methods, methods},
                              {Py_tp_dealloc, (void *)dealloc},
                              {Py_sq_length, (void *)length},
                              {0, NULL}};

static PyType_Spec spec = {"tenure._tenure.Verdicts", sizeof(verdicts_object), 0,
                           Py_TPFLAGS_DEFAULT, slots};

int verdicts_type_add(PyObject *module)
{
    return type_add(module, &spec, "Verdicts");
}
