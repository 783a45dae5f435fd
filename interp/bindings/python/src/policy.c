/* policy: compiled or loaded; with its findings, which Python makes exceptions of. */
#include "interp/bindings/python/src/module.h"

#include <string.h>

/* What a compilation is given and finds, while the interpreter's lock is let go. */
typedef struct making {
    PyThreadState *thread; /* of the call, while the lock is let go */
    PyObject *findings;    /* a list; of (status, code, file, line, column, …) */
    PyObject *import;      /* called with a module's name; NULL: none */
    PyObject *imported;    /* the text last given, kept until the next */
    bool failed;           /* an exception is set */
} making;

static void report(void *user, const tenure_report *r)
{
    making *m = user;
    PyEval_RestoreThread(m->thread);
    PyObject *finding =
        Py_BuildValue("(iNNIINN)", (int)r->status, text_new(r->code), text_new(r->file),
                      r->line, r->column, text_new(r->message), text_new(r->help));
    if (finding == NULL || PyList_Append(m->findings, finding) != 0)
        m->failed = true;
    Py_XDECREF(finding);
    m->thread = PyEval_SaveThread();
}

static tn_status ask(making *m, tn_str module, tn_str *text)
{
    PyObject *name = text_new(module);
    PyObject *found =
        name == NULL ? NULL : PyObject_CallFunctionObjArgs(m->import, name, NULL);
    Py_XDECREF(name);
    if (found == Py_None) {
        Py_DECREF(found);
        return TN_NOT_FOUND;
    }
    if (found == NULL || !text_of(found, text)) {
        Py_XDECREF(found);
        m->failed = true;
        return TN_STOPPED;
    }
    Py_XDECREF(m->imported);
    m->imported = found;
    return TN_OK;
}

static tn_status import(void *user, tn_str module, tn_str *text)
{
    making *m = user;
    PyEval_RestoreThread(m->thread);
    tn_status status = m->failed ? TN_STOPPED : ask(m, module, text);
    m->thread = PyEval_SaveThread();
    return status;
}

static void start_making(making *m, tenure_config *config, PyObject *importer)
{
    *m = (making){.findings = PyList_New(0)};
    *config = (tenure_config)TENURE_CONFIG_INIT;
    config->report = report;
    config->user = m;
    if (importer != NULL && importer != Py_None) {
        m->import = importer;
        config->import = import;
    }
}

/* (status, policy or None, findings). */
static PyObject *finish_making(making *m, PyTypeObject *type, tn_status status,
                               tenure_policy *policy)
{
    PyObject *made = Py_None;
    Py_XDECREF(m->imported);
    if (!m->failed && m->findings != NULL && status == TN_NOMEM)
        PyErr_NoMemory();
    if (m->failed || m->findings == NULL || status == TN_NOMEM) {
        Py_XDECREF(m->findings);
        tenure_policy_free(policy);
        return NULL;
    }
    if (policy != NULL) {
        policy_object *object = PyObject_New(policy_object, type);
        if (object == NULL) {
            Py_DECREF(m->findings);
            tenure_policy_free(policy);
            return NULL;
        }
        object->policy = policy;
        made = (PyObject *)object;
    } else {
        Py_INCREF(made);
    }
    return Py_BuildValue("(iNN)", (int)status, made, m->findings);
}

/* --- compile(paths, roots, importer) and compile_texts(pairs, roots, importer) */

/* Views of a list of str; NULL with an exception set. */
static const char **views_of(PyObject *list, size_t *count)
{
    Py_ssize_t size = PyList_Check(list) ? PyList_Size(list) : -1;
    if (size < 0) {
        PyErr_SetString(PyExc_TypeError, "expected a list of str");
        return NULL;
    }
    const char **views = PyMem_Malloc(((size_t)size + 1) * sizeof(*views));
    if (views == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        Py_ssize_t len = 0;
        views[i] = PyUnicode_AsUTF8AndSize(PyList_GetItem(list, i), &len);
        if (views[i] != NULL && strlen(views[i]) == (size_t)len)
            continue;
        if (views[i] != NULL)
            PyErr_SetString(PyExc_ValueError, "a path holds a NUL");
        PyMem_Free(views);
        return NULL;
    }
    *count = (size_t)size;
    return views;
}

static PyObject *compile_paths(PyObject *type, PyObject *args)
{
    PyObject *paths, *roots, *importer;
    making m;
    tenure_config config;
    tenure_policy *policy = NULL;
    size_t count;
    if (!PyArg_ParseTuple(args, "OOO", &paths, &roots, &importer))
        return NULL;
    const char **views = views_of(paths, &count);
    const char **root_views =
        views == NULL ? NULL : views_of(roots, &config.root_count);
    if (root_views == NULL) {
        PyMem_Free(views);
        return NULL;
    }
    size_t root_count = config.root_count;
    start_making(&m, &config, importer);
    config.roots = root_views;
    config.root_count = root_count;
    m.thread = PyEval_SaveThread();
    tn_status status = tenure_policy_compile_files(&config, views, count, &policy);
    PyEval_RestoreThread(m.thread);
    PyMem_Free(views);
    PyMem_Free(root_views);
    return finish_making(&m, (PyTypeObject *)type, status, policy);
}

static tenure_text *texts_of(PyObject *list, size_t *count)
{
    Py_ssize_t size = PyList_Check(list) ? PyList_Size(list) : -1;
    tenure_text *texts =
        size < 0 ? NULL : PyMem_Malloc(((size_t)size + 1) * sizeof(*texts));
    if (texts == NULL) {
        PyErr_SetString(PyExc_TypeError, "expected a list of (name, text)");
        return NULL;
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        PyObject *pair = PyList_GetItem(list, i);
        if (PyTuple_Check(pair) && PyTuple_Size(pair) == 2 &&
            text_of(PyTuple_GetItem(pair, 0), &texts[i].name) &&
            text_of(PyTuple_GetItem(pair, 1), &texts[i].text))
            continue;
        if (PyErr_Occurred() == NULL)
            PyErr_SetString(PyExc_TypeError, "expected a list of (name, text)");
        PyMem_Free(texts);
        return NULL;
    }
    *count = (size_t)size;
    return texts;
}

static PyObject *compile_texts(PyObject *type, PyObject *args)
{
    PyObject *pairs, *importer;
    making m;
    tenure_config config;
    tenure_policy *policy = NULL;
    size_t count;
    if (!PyArg_ParseTuple(args, "OO", &pairs, &importer))
        return NULL;
    tenure_text *texts = texts_of(pairs, &count);
    if (texts == NULL)
        return NULL;
    start_making(&m, &config, importer);
    m.thread = PyEval_SaveThread();
    tn_status status = tenure_policy_compile(&config, texts, count, &policy);
    PyEval_RestoreThread(m.thread);
    PyMem_Free(texts);
    return finish_making(&m, (PyTypeObject *)type, status, policy);
}

/* --- load(bytes), load_file(path, vouched) */

static PyObject *load(PyObject *type, PyObject *args)
{
    Py_ssize_t len;
    const char *bytes;
    making m;
    tenure_config config;
    tenure_policy *policy = NULL;
    if (!PyArg_ParseTuple(args, "y#", &bytes, &len))
        return NULL;
    start_making(&m, &config, NULL);
    m.thread = PyEval_SaveThread();
    tn_status status =
        tenure_policy_load(&config, (tn_str){bytes, (size_t)len}, &policy);
    PyEval_RestoreThread(m.thread);
    return finish_making(&m, (PyTypeObject *)type, status, policy);
}

static PyObject *load_file(PyObject *type, PyObject *args)
{
    const char *path;
    int vouched;
    making m;
    tenure_config config;
    tenure_policy *policy = NULL;
    if (!PyArg_ParseTuple(args, "sp", &path, &vouched))
        return NULL;
    start_making(&m, &config, NULL);
    m.thread = PyEval_SaveThread();
    tn_status status =
        tenure_policy_load_file(&config, path, vouched ? TENURE_VOUCHED : 0u, &policy);
    PyEval_RestoreThread(m.thread);
    return finish_making(&m, (PyTypeObject *)type, status, policy);
}

/* --- what it tells */

static const tenure_policy *policy_of(PyObject *self)
{
    return ((policy_object *)self)->policy;
}

static PyObject *image(PyObject *self, PyObject *none)
{
    (void)none;
    tn_str bytes = tenure_policy_image(policy_of(self));
    return PyBytes_FromStringAndSize(bytes.data, (Py_ssize_t)bytes.len);
}

static PyObject *digest(PyObject *self, PyObject *none)
{
    (void)none;
    return text_new(tenure_policy_digest(policy_of(self)));
}

static PyObject *model(PyObject *self, PyObject *none)
{
    (void)none;
    tn_str text;
    tn_status status = tenure_policy_model(policy_of(self), &text);
    if (status != TN_OK)
        return raise_status(status);
    PyObject *made = text_new(text);
    tenure_text_free(policy_of(self), text);
    return made;
}

static void dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    tenure_policy_free(((policy_object *)self)->policy);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"compile", compile_paths, METH_VARARGS | METH_CLASS, NULL},
    {"compile_texts", compile_texts, METH_VARARGS | METH_CLASS, NULL},
    {"load", load, METH_VARARGS | METH_CLASS, NULL},
    {"load_file", load_file, METH_VARARGS | METH_CLASS, NULL},
    {"image", image, METH_NOARGS, NULL},
    {"digest", digest, METH_NOARGS, NULL},
    {"model", model, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {{Py_tp_new, (void *)type_no_new},
                              {Py_tp_methods, methods},
                              {Py_tp_dealloc, (void *)dealloc},
                              {0, NULL}};

static PyType_Spec spec = {"tenure._tenure.Policy", sizeof(policy_object), 0,
                           Py_TPFLAGS_DEFAULT, slots};

int policy_type_add(PyObject *module)
{
    return type_add(module, &spec, "Policy");
}
