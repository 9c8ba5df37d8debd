// Stands between a program and the files of one folder. Loaded with LD_PRELOAD, it numbers every
// call that can change them, writes a trace of those calls with their bytes, and at a chosen
// number ends the process or lets the call fail. The tests make power cuts out of the trace.
//
// Set by environment variables:
//   FAULT_FOLDER  absolute path; files outside it are left alone
//   FAULT_TRACE   file that the trace is appended to; none where it is not set
//   FAULT_MODE    kill (before the call), torn (in the middle of a write), stop (before the call,
//                 until somebody lets it go on), error (instead of the call), late (the call is
//                 made, and reported as failed), short (half of a write that can be halved
//                 at the end of a sector)
//   FAULT_AT      number of the call, from 1
//   FAULT_STICKY  1: every later call that can fail so fails too
//   FAULT_ERRNO   error number of error and late
//
// Writes to standard output and standard error are traced as marks: what a program has said is
// what it has acknowledged. Calls are made with syscall(2), so nothing here waits for a loader.
#define _GNU_SOURCE
#include "FaultInterposer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind {
    KIND_OPEN = 1, KIND_WRITE, KIND_SYNC, KIND_SYNC_FOLDER, KIND_TRUNCATE, KIND_RENAME, KIND_LINK,
    KIND_UNLINK, KIND_MAKE_FOLDER, KIND_REMOVE_FOLDER, KIND_MARK, KIND_CLOSE, KIND_FAULT,
    KIND_ALLOCATE
};

enum flag { FLAG_CREATED = 1, FLAG_SYNCED = 2, FLAG_EMPTIED = 4 };

enum mode { MODE_NONE, MODE_KILL, MODE_TORN, MODE_STOP, MODE_ERROR, MODE_LATE, MODE_SHORT };

enum { DESCRIPTORS = 4096, SECTOR = 512 };

/// What is known of an open descriptor below the folder.
struct descriptor {
    uint64_t inode;
    uint8_t isOpen, isFolder, isSynced, isWritable;
};

/// One record of the trace; `length` bytes follow it. Little-endian, as the machine is.
struct record {
    uint32_t kind, number;
    uint64_t inode, offset;
    uint32_t flags, length;
};

static struct {
    int isReady;
    char folder[PATH_MAX];
    size_t folderLength;
    int trace;
    enum mode mode;
    uint32_t at, count;
    int isSticky, errorNumber;
    /// Whether the write under way can be cut short at the end of a sector.
    int isDivisible;
    struct descriptor descriptors[DESCRIPTORS];
} state = {.trace = -1};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static enum mode modeNamed(const char *name) {
    static const char *const names[] = {
        "", "kill", "torn", "stop", "error", "late", "short"};
    for (int index = 1; name && index < 7; index++)
        if (!strcmp(name, names[index])) return (enum mode)index;
    return MODE_NONE;
}

static void prepare(void) {
    if (state.isReady) return;
    state.isReady = 1;
    const char *folder = getenv("FAULT_FOLDER");
    if (!folder) return;
    snprintf(state.folder, sizeof state.folder, "%s", folder);
    state.folderLength = strlen(state.folder);
    const char *trace = getenv("FAULT_TRACE");
    if (trace)
        state.trace = (int)syscall(
            SYS_openat, AT_FDCWD, trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    state.mode = modeNamed(getenv("FAULT_MODE"));
    const char *at = getenv("FAULT_AT"), *number = getenv("FAULT_ERRNO");
    const char *sticky = getenv("FAULT_STICKY");
    state.at = at ? (uint32_t)strtoul(at, NULL, 10) : 0;
    state.errorNumber = number ? atoi(number) : EIO;
    state.isSticky = sticky && !strcmp(sticky, "1");
}

// MARK: paths and descriptors

/// The path without "." and ".." and double slashes; symbolic links are not followed.
static void makePlain(char *path) {
    char *parts[PATH_MAX / 2], *rest = path, *part;
    int count = 0;
    char plain[PATH_MAX] = "";
    while ((part = strsep(&rest, "/"))) {
        if (!*part || !strcmp(part, ".")) continue;
        if (strcmp(part, "..")) parts[count++] = part;
        else if (count) count--;
    }
    size_t length = 0;
    for (int index = 0; index < count; index++)
        length += (size_t)snprintf(
            plain + length, sizeof plain - length, "/%s", parts[index]);
    strcpy(path, plain);
}

/// Writes the absolute path and says whether it is the folder or below it.
static int isInside(int folder, const char *path, char *absolute) {
    if (!state.folderLength || !path) return 0;
    if (path[0] == '/') {
        snprintf(absolute, PATH_MAX, "%s", path);
    } else {
        char base[PATH_MAX] = "", link[64];
        if (folder == AT_FDCWD) {
            if (!getcwd(base, sizeof base)) return 0;
        } else {
            snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
            if (readlink(link, base, sizeof base - 1) < 0) return 0;
        }
        if (snprintf(absolute, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) return 0;
    }
    makePlain(absolute);
    if (strncmp(absolute, state.folder, state.folderLength)) return 0;
    char end = absolute[state.folderLength];
    return end == '/' || end == 0;
}

static struct descriptor *known(int descriptor) {
    if (descriptor < 0 || descriptor >= DESCRIPTORS) return NULL;
    struct descriptor *found = &state.descriptors[descriptor];
    return found->isOpen ? found : NULL;
}

static uint64_t inodeAt(const char *path) {
    struct stat information;
    return lstat(path, &information) ? 0 : (uint64_t)information.st_ino;
}

// MARK: the trace

static void put(const void *bytes, size_t length) {
    const char *rest = bytes;
    while (length) {
        long count = syscall(SYS_write, state.trace, rest, length);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) abort();
        rest += count;
        length -= (size_t)count;
    }
}

static void trace(
    enum kind kind, uint32_t number, uint64_t inode, uint64_t offset, uint32_t flags,
    const void *bytes, size_t length
) {
    if (state.trace < 0) return;
    int kept = errno;
    struct record record = {kind, number, inode, offset, flags, (uint32_t)length};
    put(&record, sizeof record);
    if (length) put(bytes, length);
    errno = kept;
}

static void traceTwo(
    enum kind kind, uint32_t number, uint64_t inode, const char *from, const char *to
) {
    char both[2 * PATH_MAX];
    int length = snprintf(both, sizeof both, "%s%c%s", from, 0, to);
    trace(kind, number, inode, 0, 0, both, (size_t)length);
}

// MARK: faults

static void die(void) {
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
}

/// A full disk stops what takes up space or what has been kept back, never a close or a removal.
static int canFail(enum kind kind) {
    int isFull = state.errorNumber == ENOSPC || state.errorNumber == EDQUOT;
    if (state.mode == MODE_SHORT) return kind == KIND_WRITE && state.isDivisible;
    return !isFull || (kind != KIND_CLOSE && kind != KIND_UNLINK && kind != KIND_REMOVE_FOLDER);
}

/// Numbers a call and says what is to become of it. Ends the process where that is asked for.
static enum mode step(
    enum kind kind, int descriptor, const char *name, uint32_t *number
) {
    *number = ++state.count;
    if (state.mode == MODE_NONE || !state.at) return MODE_NONE;
    int isHere = *number == state.at || (state.isSticky && *number > state.at);
    if (!isHere) return MODE_NONE;
    if (state.mode >= MODE_ERROR && !canFail(kind)) return MODE_NONE;
    char link[64], path[PATH_MAX] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    if (name) snprintf(path, sizeof path, "%s", name);
    else if (descriptor >= 0 && readlink(link, path, sizeof path - 1) < 0) path[0] = 0;
    trace(KIND_FAULT, *number, 0, 0, kind, path, strlen(path));
    if (state.mode == MODE_STOP) {
        syscall(SYS_kill, getpid(), SIGSTOP);
        return MODE_NONE;
    }
    if (state.mode == MODE_KILL || (state.mode == MODE_TORN && kind != KIND_WRITE)) die();
    return state.mode;
}

static long failed(void) {
    errno = state.errorNumber;
    return -1;
}

#define CALL(kind, descriptor, call, record) NAMED_CALL(kind, descriptor, NULL, call, record)

/// A call without bytes: made or not, and its result or a failure.
#define NAMED_CALL(kind, descriptor, name, call, record) \
    ({                                                   \
        uint32_t number;                                 \
        enum mode mode = step(kind, descriptor, name, &number); \
        long result = mode == MODE_ERROR ? -1 : (call);  \
        if (mode == MODE_ERROR) errno = state.errorNumber; \
        if (result >= 0) { record; }                     \
        if (mode == MODE_LATE && result >= 0) result = failed(); \
        result;                                          \
    })

#define ENTER pthread_mutex_lock(&lock); prepare()
#define LEAVE(value)                    \
    do {                                \
        int kept = errno;               \
        pthread_mutex_unlock(&lock);    \
        errno = kept;                   \
        return value;                   \
    } while (0)

// MARK: open and close

static long openFile(int folder, const char *path, int flags, mode_t permissions) {
    char absolute[PATH_MAX];
    if (!isInside(folder, path, absolute))
        return syscall(SYS_openat, folder, path, flags, permissions);
    int isWritable = (flags & O_ACCMODE) != O_RDONLY;
    struct stat before;
    int isNew = (flags & O_CREAT) && lstat(absolute, &before);
    enum mode mode = MODE_NONE;
    uint32_t number = 0;
    if (isWritable || isNew) mode = step(KIND_OPEN, -1, absolute, &number);
    if (mode == MODE_ERROR) return failed();
    long descriptor = syscall(SYS_openat, folder, path, flags, permissions);
    if (descriptor < 0) return descriptor;
    struct stat information;
    fstat((int)descriptor, &information);
    if (descriptor < DESCRIPTORS)
        state.descriptors[descriptor] = (struct descriptor){
            .inode = information.st_ino, .isOpen = 1, .isWritable = (uint8_t)isWritable,
            .isFolder = S_ISDIR(information.st_mode),
            .isSynced = (flags & O_DSYNC) != 0};
    if (isWritable || isNew) {
        uint32_t marks = isNew ? FLAG_CREATED : (flags & O_TRUNC) ? FLAG_EMPTIED : 0;
        trace(
            KIND_OPEN, number, information.st_ino, 0, marks, absolute, strlen(absolute));
    }
    if (mode != MODE_LATE) return descriptor;
    syscall(SYS_close, (int)descriptor);
    state.descriptors[descriptor].isOpen = 0;
    return failed();
}

static mode_t permissionsIn(int flags, va_list arguments) {
    return (flags & (O_CREAT | O_TMPFILE)) ? va_arg(arguments, mode_t) : 0;
}

#define OPEN_BODY(folder)                                        \
    va_list arguments;                                           \
    va_start(arguments, flags);                                  \
    mode_t permissions = permissionsIn(flags, arguments);        \
    va_end(arguments);                                           \
    ENTER;                                                       \
    int result = (int)openFile(folder, path, flags, permissions); \
    LEAVE(result);

int open(const char *path, int flags, ...) { OPEN_BODY(AT_FDCWD) }
int open64(const char *path, int flags, ...) { OPEN_BODY(AT_FDCWD) }
int openat(int folder, const char *path, int flags, ...) { OPEN_BODY(folder) }
int openat64(int folder, const char *path, int flags, ...) { OPEN_BODY(folder) }

int creat(const char *path, mode_t permissions) {
    return open(path, O_WRONLY | O_CREAT | O_TRUNC, permissions);
}
int creat64(const char *path, mode_t permissions) { return creat(path, permissions); }

int close(int descriptor) {
    ENTER;
    struct descriptor *file = known(descriptor);
    if (!file || !file->isWritable) {
        if (file) file->isOpen = 0;
        int result = (int)syscall(SYS_close, descriptor);
        LEAVE(result);
    }
    uint32_t number;
    enum mode mode = step(KIND_CLOSE, descriptor, NULL, &number);
    trace(KIND_CLOSE, number, file->inode, 0, 0, NULL, 0);
    file->isOpen = 0;
    // A close that fails has closed all the same.
    int result = (int)syscall(SYS_close, descriptor);
    if (mode == MODE_ERROR || mode == MODE_LATE) result = (int)failed();
    LEAVE(result);
}

static int duplicated(int from, int to) {
    if (to >= 0 && to < DESCRIPTORS) {
        struct descriptor *file = known(from);
        state.descriptors[to] = file ? *file : (struct descriptor){0};
    }
    return to;
}

int dup(int descriptor) {
    ENTER;
    int result = duplicated(descriptor, (int)syscall(SYS_dup, descriptor));
    LEAVE(result);
}
int dup3(int descriptor, int target, int flags) {
    ENTER;
    int result = duplicated(descriptor, (int)syscall(SYS_dup3, descriptor, target, flags));
    LEAVE(result);
}
int dup2(int descriptor, int target) {
    return descriptor == target ? target : dup3(descriptor, target, 0);
}

// MARK: writing

/// Writes at `offset`, or where the descriptor stands if it is negative.
static ssize_t writeParts(int descriptor, const struct iovec *parts, int count, off_t offset) {
    struct descriptor *file = known(descriptor);
    size_t length = 0;
    for (int index = 0; index < count; index++) length += parts[index].iov_len;
    if (!file) {
        ssize_t result = offset < 0
            ? syscall(SYS_writev, descriptor, parts, count)
            : syscall(SYS_pwritev, descriptor, parts, count, (long)offset, 0L);
        int isSaid = (descriptor == 1 || descriptor == 2) && result > 0 && state.folderLength;
        for (int index = 0; isSaid && index < count; index++)
            trace(
                KIND_MARK, 0, 0, 0, (uint32_t)descriptor, parts[index].iov_base,
                parts[index].iov_len);
        return result;
    }
    off_t place = offset;
    if (offset < 0) {
        int flags = fcntl(descriptor, F_GETFL);
        place = lseek(descriptor, 0, flags & O_APPEND ? SEEK_END : SEEK_CUR);
    }
    // At the end of a sector: one sector is written whole or not at all.
    off_t end = (place + (off_t)(length / 2)) / SECTOR * SECTOR;
    state.isDivisible = end > place;
    uint32_t number;
    enum mode mode = step(KIND_WRITE, descriptor, NULL, &number);
    if (mode == MODE_ERROR) return failed();
    char *bytes = malloc(length ? length : 1);
    if (!bytes) abort();
    size_t filled = 0;
    for (int index = 0; index < count; index++) {
        memcpy(bytes + filled, parts[index].iov_base, parts[index].iov_len);
        filled += parts[index].iov_len;
    }
    size_t wanted = length;
    if (mode == MODE_TORN || mode == MODE_SHORT)
        wanted = state.isDivisible ? (size_t)(end - place) : 0;
    ssize_t result = offset < 0
        ? syscall(SYS_write, descriptor, bytes, wanted)
        : syscall(SYS_pwrite64, descriptor, bytes, wanted, offset);
    if (mode == MODE_TORN) die();
    if (result > 0)
        trace(
            KIND_WRITE, number, file->inode, (uint64_t)place,
            file->isSynced ? FLAG_SYNCED : 0, bytes, (size_t)result);
    free(bytes);
    if (mode == MODE_LATE && result >= 0) return failed();
    return result;
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
    struct iovec part = {(void *)(uintptr_t)bytes, length};
    ENTER;
    ssize_t result = writeParts(descriptor, &part, 1, -1);
    LEAVE(result);
}
ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset) {
    struct iovec part = {(void *)(uintptr_t)bytes, length};
    ENTER;
    ssize_t result = writeParts(descriptor, &part, 1, offset);
    LEAVE(result);
}
ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off64_t offset) {
    return pwrite(descriptor, bytes, length, offset);
}
ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    ENTER;
    ssize_t result = writeParts(descriptor, parts, count, -1);
    LEAVE(result);
}
ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
    ENTER;
    ssize_t result = writeParts(descriptor, parts, count, offset);
    LEAVE(result);
}
ssize_t pwritev64(int descriptor, const struct iovec *parts, int count, off64_t offset) {
    return pwritev(descriptor, parts, count, offset);
}
ssize_t pwritev2(
    int descriptor, const struct iovec *parts, int count, off_t offset, int flags
) {
    (void)flags;
    return pwritev(descriptor, parts, count, offset);
}

/// Refused below the folder, so that a program falls back to writes that the trace shows.
ssize_t copy_file_range(
    int from, off64_t *fromOffset, int to, off64_t *toOffset, size_t length, unsigned flags
) {
    ENTER;
    if (known(to)) {
        errno = EXDEV;
        LEAVE(-1);
    }
    ssize_t result =
        syscall(SYS_copy_file_range, from, fromOffset, to, toOffset, length, flags);
    LEAVE(result);
}
ssize_t sendfile(int to, int from, off_t *offset, size_t length) {
    ENTER;
    if (known(to)) {
        errno = EINVAL;
        LEAVE(-1);
    }
    ssize_t result = syscall(SYS_sendfile, to, from, offset, length);
    LEAVE(result);
}

// MARK: making durable

static int synchronise(long call, int descriptor) {
    ENTER;
    struct descriptor *file = known(descriptor);
    if (!file) {
        int result = (int)syscall(call, descriptor);
        LEAVE(result);
    }
    enum kind kind = file->isFolder ? KIND_SYNC_FOLDER : KIND_SYNC;
    char link[64], path[PATH_MAX] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    if (file->isFolder && readlink(link, path, sizeof path - 1) < 0) abort();
    int result = (int)CALL(
        kind, descriptor, syscall(call, descriptor),
        if (mode != MODE_LATE) trace(kind, number, file->inode, 0, 0, path, strlen(path)));
    LEAVE(result);
}

int fsync(int descriptor) { return synchronise(SYS_fsync, descriptor); }
int fdatasync(int descriptor) { return synchronise(SYS_fdatasync, descriptor); }

/// Says nothing of sizes and of the disk's own cache, so it makes nothing durable here.
int sync_file_range(int descriptor, off64_t offset, off64_t length, unsigned flags) {
    return (int)syscall(SYS_sync_file_range, descriptor, offset, length, flags);
}

// MARK: sizes

static int resize(int descriptor, off_t length) {
    struct descriptor *file = known(descriptor);
    if (!file) return (int)syscall(SYS_ftruncate, descriptor, length);
    return (int)CALL(
        KIND_TRUNCATE, descriptor, syscall(SYS_ftruncate, descriptor, length),
        trace(KIND_TRUNCATE, number, file->inode, (uint64_t)length, 0, NULL, 0));
}

int ftruncate(int descriptor, off_t length) {
    ENTER;
    int result = resize(descriptor, length);
    LEAVE(result);
}
int ftruncate64(int descriptor, off64_t length) { return ftruncate(descriptor, length); }

int truncate(const char *path, off_t length) {
    int descriptor = open(path, O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return -1;
    int result = ftruncate(descriptor, length);
    int kept = errno;
    close(descriptor);
    errno = kept;
    return result;
}
int truncate64(const char *path, off64_t length) { return truncate(path, length); }

int fallocate(int descriptor, int mode_, off_t offset, off_t length) {
    ENTER;
    struct descriptor *file = known(descriptor);
    if (!file) {
        int result = (int)syscall(SYS_fallocate, descriptor, mode_, offset, length);
        LEAVE(result);
    }
    int result = (int)CALL(
        KIND_ALLOCATE, descriptor, syscall(SYS_fallocate, descriptor, mode_, offset, length),
        trace(
            KIND_ALLOCATE, number, file->inode, (uint64_t)offset + (uint64_t)length,
            (uint32_t)mode_, NULL, 0));
    LEAVE(result);
}
int fallocate64(int descriptor, int mode_, off64_t offset, off64_t length) {
    return fallocate(descriptor, mode_, offset, length);
}
int posix_fallocate(int descriptor, off_t offset, off_t length) {
    return fallocate(descriptor, 0, offset, length) ? errno : 0;
}
int posix_fallocate64(int descriptor, off64_t offset, off64_t length) {
    return posix_fallocate(descriptor, offset, length);
}

// MARK: names

int renameat2(
    int fromFolder, const char *from, int toFolder, const char *to, unsigned flags
) {
    char old[PATH_MAX], new[PATH_MAX];
    ENTER;
    int isOurs = isInside(fromFolder, from, old);
    if (!(isInside(toFolder, to, new) && isOurs)) {
        int result = (int)syscall(SYS_renameat2, fromFolder, from, toFolder, to, flags);
        LEAVE(result);
    }
    uint64_t inode = inodeAt(old);
    int result = (int)CALL(
        KIND_RENAME, -1, syscall(SYS_renameat2, fromFolder, from, toFolder, to, flags),
        traceTwo(KIND_RENAME, number, inode, old, new));
    LEAVE(result);
}
int renameat(int fromFolder, const char *from, int toFolder, const char *to) {
    return renameat2(fromFolder, from, toFolder, to, 0);
}
int rename(const char *from, const char *to) {
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int linkat(int fromFolder, const char *from, int toFolder, const char *to, int flags) {
    char old[PATH_MAX], new[PATH_MAX];
    ENTER;
    int isOurs = isInside(fromFolder, from, old);
    if (!(isInside(toFolder, to, new) && isOurs)) {
        int result = (int)syscall(SYS_linkat, fromFolder, from, toFolder, to, flags);
        LEAVE(result);
    }
    uint64_t inode = inodeAt(old);
    int result = (int)CALL(
        KIND_LINK, -1, syscall(SYS_linkat, fromFolder, from, toFolder, to, flags),
        traceTwo(KIND_LINK, number, inode, old, new));
    LEAVE(result);
}
int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlinkat(int folder, const char *path, int flags) {
    char absolute[PATH_MAX];
    ENTER;
    if (!isInside(folder, path, absolute)) {
        int result = (int)syscall(SYS_unlinkat, folder, path, flags);
        LEAVE(result);
    }
    enum kind kind = flags & AT_REMOVEDIR ? KIND_REMOVE_FOLDER : KIND_UNLINK;
    uint64_t inode = inodeAt(absolute);
    int result = (int)NAMED_CALL(
        kind, -1, absolute, syscall(SYS_unlinkat, folder, path, flags),
        trace(kind, number, inode, 0, 0, absolute, strlen(absolute)));
    LEAVE(result);
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int folder, const char *path, mode_t permissions) {
    char absolute[PATH_MAX];
    struct stat information;
    ENTER;
    if (!isInside(folder, path, absolute) || !lstat(absolute, &information)) {
        int result = (int)syscall(SYS_mkdirat, folder, path, permissions);
        LEAVE(result);
    }
    int result = (int)CALL(
        KIND_MAKE_FOLDER, -1, syscall(SYS_mkdirat, folder, path, permissions),
        trace(
            KIND_MAKE_FOLDER, number, inodeAt(absolute), 0, 0, absolute, strlen(absolute)));
    LEAVE(result);
}
int mkdir(const char *path, mode_t permissions) { return mkdirat(AT_FDCWD, path, permissions); }
