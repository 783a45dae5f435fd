/* module: its start, and what its files share. */
#include "interp/bindings/python/src/module.h"

#include <string.h>

bool text_of(PyObject *object, tn_str *out)
{
    Py_ssize_t len;
    char *bytes;
    if (PyUnicode_Check(object)) {
        out->data = PyUnicode_AsUTF8AndSize(object, &len);
        out->len = (size_t)len;
        return out->data != NULL;
    }
    if (PyBytes_AsStringAndSize(object, &bytes, &len) != 0)
        return false;
    *out = (tn_str){bytes, (size_t)len};
    return true;
}

PyObject *text_new(tn_str text)
{
    return PyUnicode_DecodeUTF8(text.data == NULL ? "" : text.data,
                                (Py_ssize_t)text.len, "replace");
}

PyObject *raise_status(tn_status status)
{
    if (status == TN_NOMEM)
        return PyErr_NoMemory();
    PyErr_SetString(PyExc_RuntimeError, tn_status_text(status));
    return NULL;
}

int type_add(PyObject *module, PyType_Spec *spec, const char *name)
{
    PyObject *type = PyType_FromSpec(spec);
    if (type == NULL)
        return -1;
    int failed = PyModule_AddObject(module, name, type);
    if (failed)
        Py_DECREF(type);
    return failed;
}

PyObject *type_no_new(PyTypeObject *type, PyObject *args, PyObject *named)
{
    (void)type;
    (void)args;
    (void)named;
    PyErr_SetString(PyExc_TypeError, "it is made by other calls alone");
    return NULL;
}

static int start(PyObject *module)
{
    if (policy_type_add(module) != 0 || run_type_add(module) != 0 ||
        verdicts_type_add(module) != 0)
        return -1;
    return PyModule_AddStringConstant(module, "version", tenure_version());
}

/* parse_instant(text): (seconds, nanoseconds). */
static PyObject *parse_instant(PyObject *module, PyObject *object)
{
    (void)module;
    tn_str text;
    tn_instant t;
    if (!text_of(object, &text))
        return NULL;
    if (tenure_instant_parse(text, &t) == TN_OK)
        return Py_BuildValue("(LI)", (long long)t.seconds, t.nanos);
    PyErr_Format(PyExc_ValueError,
                 "%R is no instant with its zone, like 2026-11-23T00:00:00Z", object);
    return NULL;
}

static PyMethodDef methods[] = {{"parse_instant", parse_instant, METH_O, NULL},
                                {NULL, NULL, 0, NULL}};

static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)start}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "tenure._tenure", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__tenure(void)
{
    return PyModuleDef_Init(&definition);
}
