/* values: from Python's to a policy's. Nothing of Python's own runs here: types are
 * told by their layout alone, so that no other thread can come between. */
#include "interp/bindings/python/src/module.h"

enum { DEPTH_MAX = 64 };
enum { TAG_INSTANT = 1, TAG_DATE = 2, TAG_DURATION = 3 };

static bool convert(PyObject *object, value_room **room, unsigned depth,
                    tenure_value *out);

void value_room_free(value_room *room)
{
    while (room != NULL) {
        value_room *next = room->next;
        PyMem_Free(room);
        room = next;
    }
}

static tenure_value *take(value_room **room, size_t count)
{
    value_room *made = PyMem_Malloc(sizeof(*made) + count * sizeof(tenure_value));
    if (made == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    made->next = *room;
    *room = made;
    return made->values;
}

static void convert_int(PyObject *object, tenure_value *out)
{
    int overflow;
    long long number = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (overflow == 0) {
        *out = tenure_int(number);
    } else if (overflow > 0) {
        unsigned long long large = PyLong_AsUnsignedLongLong(object);
        if (PyErr_Occurred() == NULL) {
            out->kind = TENURE_UINT;
            out->as.unsigned_integer = large;
        }
    }
    PyErr_Clear(); /* larger than any integer: unreadable */
}

/* An instant, a date or a duration, as __init__.py writes them. */
static void convert_tuple(PyObject *tuple, tenure_value *out)
{
    long long numbers[3] = {0, 0, 0};
    for (Py_ssize_t i = 0; i < PyTuple_Size(tuple) && i < 3; i++)
        if (PyLong_Check(PyTuple_GetItem(tuple, i)))
            numbers[i] = PyLong_AsLongLong(PyTuple_GetItem(tuple, i));
    if (PyErr_Occurred() != NULL) {
        PyErr_Clear();
        return;
    }
    if (numbers[0] == TAG_INSTANT && numbers[2] >= 0 && numbers[2] < 1000000000) {
        *out = tenure_at((tn_instant){numbers[1], (uint32_t)numbers[2]});
    } else if (numbers[0] == TAG_DATE && numbers[1] >= INT32_MIN &&
               numbers[1] <= INT32_MAX) {
        out->kind = TENURE_DATE;
        out->as.day = (int32_t)numbers[1];
    } else if (numbers[0] == TAG_DURATION) {
        out->kind = TENURE_DURATION;
        out->as.duration_nanos = numbers[1];
    }
}

static bool convert_list(PyObject *list, value_room **room, unsigned depth,
                         tenure_value *out)
{
    Py_ssize_t count = PyList_Size(list);
    tenure_value *items = take(room, (size_t)count);
    if (items == NULL)
        return false;
    for (Py_ssize_t i = 0; i < count; i++)
        if (!convert(PyList_GetItem(list, i), room, depth + 1, &items[i]))
            return false;
    out->kind = TENURE_LIST;
    out->as.items = (tenure_items){items, (uint32_t)count};
    return true;
}

static bool convert_dict(PyObject *dict, value_room **room, unsigned depth,
                         tenure_value *out)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    Py_ssize_t count = PyDict_Size(dict);
    tenure_value *items = take(room, (size_t)count * 2);
    if (items == NULL)
        return false;
    for (size_t i = 0; PyDict_Next(dict, &at, &key, &value); i += 2)
        if (!convert(key, room, depth + 1, &items[i]) ||
            !convert(value, room, depth + 1, &items[i + 1]))
            return false;
    out->kind = TENURE_MAP;
    out->as.items = (tenure_items){items, (uint32_t)count};
    return true;
}

static void convert_text(PyObject *object, tenure_value *out)
{
    tn_str text;
    if (!text_of(object, &text)) {
        PyErr_Clear(); /* a lone surrogate: no text */
        return;
    }
    *out = tenure_str(text);
    if (!PyUnicode_Check(object))
        out->kind = TENURE_BYTES;
}

static bool convert(PyObject *object, value_room **room, unsigned depth,
                    tenure_value *out)
{
    *out = tenure_null();
    if (object == Py_None)
        return true;
    out->kind = TENURE_UNREADABLE;
    if (object == Py_True || object == Py_False)
        *out = tenure_bool(object == Py_True);
    else if (PyLong_Check(object))
        convert_int(object, out);
    else if (PyFloat_Check(object))
        *out = tenure_double(PyFloat_AsDouble(object));
    else if (PyUnicode_Check(object) || PyBytes_Check(object))
        convert_text(object, out);
    else if (PyTuple_Check(object))
        convert_tuple(object, out);
    else if (depth < DEPTH_MAX && PyList_Check(object))
        return convert_list(object, room, depth, out);
    else if (depth < DEPTH_MAX && PyDict_Check(object))
        return convert_dict(object, room, depth, out);
    return true;
}

bool value_of(PyObject *object, value_room **room, tenure_value *out)
{
    return convert(object, room, 0, out);
}
