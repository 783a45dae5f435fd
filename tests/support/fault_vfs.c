#include "tests/support/fault_vfs.h"

#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

typedef struct fault_file {
    sqlite3_file base;
    bool takes_part;
    sqlite3_file *real; /* in the room behind this struct */
} fault_file;

static test_faults faults;
static sqlite3_vfs vfs;
static sqlite3_vfs *real_vfs;

/* Is this call to fail? */
static bool strikes(bool takes_part)
{
    if (!takes_part || faults.fail_at == 0)
        return false;
    faults.count++;
    bool now =
        faults.once ? faults.count == faults.fail_at : faults.count >= faults.fail_at;
    faults.has_failed = faults.has_failed || now;
    return now;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((fault_file *)file)->real;
}

#define FORWARD(name, params, args)                                                    \
    static int f_##name params                                                         \
    {                                                                                  \
        return real_of(file)->pMethods->name args;                                     \
    }

static int f_xClose(sqlite3_file *file)
{
    sqlite3_file *real = real_of(file);
    return real->pMethods == NULL ? SQLITE_OK : real->pMethods->xClose(real);
}
FORWARD(xRead, (sqlite3_file * file, void *to, int n, sqlite3_int64 at),
        (real_of(file), to, n, at))
FORWARD(xFileSize, (sqlite3_file * file, sqlite3_int64 *out), (real_of(file), out))
FORWARD(xLock, (sqlite3_file * file, int level), (real_of(file), level))
FORWARD(xUnlock, (sqlite3_file * file, int level), (real_of(file), level))
FORWARD(xCheckReservedLock, (sqlite3_file * file, int *out), (real_of(file), out))
FORWARD(xFileControl, (sqlite3_file * file, int op, void *arg),
        (real_of(file), op, arg))
FORWARD(xSectorSize, (sqlite3_file * file), (real_of(file)))
FORWARD(xDeviceCharacteristics, (sqlite3_file * file), (real_of(file)))
FORWARD(xShmMap,
        (sqlite3_file * file, int page, int size, int extend, void volatile **out),
        (real_of(file), page, size, extend, out))
FORWARD(xShmLock, (sqlite3_file * file, int at, int n, int flags),
        (real_of(file), at, n, flags))
static void f_xShmBarrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}
FORWARD(xShmUnmap, (sqlite3_file * file, int del), (real_of(file), del))

static int f_xWrite(sqlite3_file *file, const void *from, int n, sqlite3_int64 at)
{
    sqlite3_file *real = real_of(file);
    if (faults.kind == TEST_FAULT_SYNC || !strikes(((fault_file *)file)->takes_part))
        return real->pMethods->xWrite(real, from, n, at);
    if (faults.kind == TEST_FAULT_FULL)
        return SQLITE_FULL;
    if (faults.kind != TEST_FAULT_IO && n > 1)
        real->pMethods->xWrite(real, from, n / 2, at);
    if (faults.kind == TEST_FAULT_KILL)
        kill(getpid(), SIGKILL);
    return SQLITE_IOERR_WRITE;
}

static int f_xTruncate(sqlite3_file *file, sqlite3_int64 size)
{
    sqlite3_file *real = real_of(file);
    if (faults.kind != TEST_FAULT_SYNC && faults.kind != TEST_FAULT_FULL &&
        strikes(((fault_file *)file)->takes_part)) {
        if (faults.kind == TEST_FAULT_KILL)
            kill(getpid(), SIGKILL);
        return SQLITE_IOERR_TRUNCATE;
    }
    return real->pMethods->xTruncate(real, size);
}

static int f_xSync(sqlite3_file *file, int flags)
{
    sqlite3_file *real = real_of(file);
    if (faults.kind != TEST_FAULT_FULL && strikes(((fault_file *)file)->takes_part)) {
        if (faults.kind == TEST_FAULT_KILL)
            kill(getpid(), SIGKILL);
        return SQLITE_IOERR_FSYNC;
    }
    return real->pMethods->xSync(real, flags);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2, /* no memory-mapped reading: every page passes through here */
    .xClose = f_xClose,
    .xRead = f_xRead,
    .xWrite = f_xWrite,
    .xTruncate = f_xTruncate,
    .xSync = f_xSync,
    .xFileSize = f_xFileSize,
    .xLock = f_xLock,
    .xUnlock = f_xUnlock,
    .xCheckReservedLock = f_xCheckReservedLock,
    .xFileControl = f_xFileControl,
    .xSectorSize = f_xSectorSize,
    .xDeviceCharacteristics = f_xDeviceCharacteristics,
    .xShmMap = f_xShmMap,
    .xShmLock = f_xShmLock,
    .xShmBarrier = f_xShmBarrier,
    .xShmUnmap = f_xShmUnmap,
};

static int open_file(sqlite3_vfs *self, const char *name, sqlite3_file *file, int flags,
                     int *out_flags)
{
    fault_file *f = (fault_file *)file;
    (void)self;
    memset(f, 0, sizeof(*f));
    f->real = (sqlite3_file *)(f + 1);
    f->takes_part =
        faults.only == NULL || (name != NULL && strstr(name, faults.only) != NULL);
    int code = real_vfs->xOpen(real_vfs, name, f->real, flags, out_flags);
    f->base.pMethods = f->real->pMethods == NULL ? NULL : &methods;
    return code;
}

static int delete_file(sqlite3_vfs *self, const char *name, int sync)
{
    (void)self;
    bool takes_part = faults.only == NULL || strstr(name, faults.only) != NULL;
    if (faults.kind == TEST_FAULT_KILL && strikes(takes_part))
        kill(getpid(), SIGKILL);
    return real_vfs->xDelete(real_vfs, name, sync);
}

test_faults *test_fault_vfs(void)
{
    if (real_vfs == NULL) {
        real_vfs = sqlite3_vfs_find(NULL);
        vfs = *real_vfs;
        vfs.zName = "faults";
        vfs.szOsFile = (int)sizeof(fault_file) + real_vfs->szOsFile;
        vfs.pNext = NULL;
        vfs.xOpen = open_file;
        vfs.xDelete = delete_file;
        sqlite3_vfs_register(&vfs, 1);
    }
    return &faults;
}

void test_fault_set(test_fault kind, unsigned long fail_at)
{
    faults.kind = kind;
    faults.fail_at = fail_at;
    faults.count = 0;
    faults.has_failed = false;
}
