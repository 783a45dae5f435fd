/* module: what the files of the Python extension share.
 *
 * The extension is thin: it moves values between Python and tenure.h, under the limited
 * API of Python 3.9 (abi3). What people use is in tenure/__init__.py.
 *
 * Owns: each object its own of tenure.h, and a reference to what that borrows. Fails:
 * as Python does, with an exception set. Threads: the interpreter's lock is let go
 * while policies are compiled and loaded and while batches are decided. A decider is
 * used under the lock alone. */
#ifndef TN_PYTHON_MODULE_H
#define TN_PYTHON_MODULE_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030A0000
#include <Python.h>

#include "interp/include/tenure.h"

typedef struct policy_object {
    PyObject ob_base;
    tenure_policy *policy;
} policy_object;

/* A decider that a run keeps for its category and placement. */
typedef struct kept_decider {
    struct kept_decider *next;
    uint32_t category;
    uint32_t placement;
    tenure_decider *decider;
} kept_decider;

typedef struct run_object {
    PyObject ob_base;
    PyObject *policy; /* a policy_object */
    tenure_run *run;
    tenure_facts **facts; /* one for each entity; NULL: none */
    kept_decider *deciders;
} run_object;

/* --- types; each is added to the module under its name */

int policy_type_add(PyObject *module);
int run_type_add(PyObject *module);
int verdicts_type_add(PyObject *module);

/* Makes a type of its specification and adds it. */
int type_add(PyObject *module, PyType_Spec *spec, const char *name);

/* For types that only other calls make. */
PyObject *type_no_new(PyTypeObject *type, PyObject *args, PyObject *named);

/* --- helpers */

/* A view of a str or bytes, borrowed as long as the object lives; false with an
 * exception set. */
bool text_of(PyObject *object, tn_str *out);
PyObject *text_new(tn_str text);

/* Sets an exception for a status: MemoryError, or RuntimeError with its text. */
PyObject *raise_status(tn_status status);

/* --- values.c */

/* Room for lists and dicts within a record: released together. */
typedef struct value_room {
    struct value_room *next;
    tenure_value values[];
} value_room;

/* What a plain Python value is to a policy; what it can't be is unreadable. Tuples are
 * (1, seconds, nanoseconds) an instant, (2, days) a date, (3, nanoseconds) a duration.
 * False with an exception set: no memory, or a text that is no UTF-8. */
bool value_of(PyObject *object, value_room **room, tenure_value *out);
void value_room_free(value_room *room);

/* --- record.c: one record */

PyObject *run_decide_one(PyObject *self, PyObject *args);
PyObject *run_explain(PyObject *self, PyObject *args);

/* --- batch.c: many */

PyObject *run_decide(PyObject *self, PyObject *args);

/* The numbers of a category and a placement (None: none) by name; false with an
 * exception set. */
bool find_category(const run_object *run, PyObject *category, PyObject *placement,
                   uint32_t out[2]);

/* Shows the arrays that a batch was decided into. Takes schema and arrays over, in any
 * case. */
PyObject *verdicts_new(struct ArrowSchema *schema, struct ArrowArray *arrays,
                       size_t count);

#endif
