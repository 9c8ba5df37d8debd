#include <lmdb.h>
#include <malloc.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Calls that the C library shows only to GNU programs, by their numbers. */

/* Renames, and fails with EEXIST where the new name is taken. */
static inline int clmdb_rename_new(const char *path, const char *new_path) {
    return (int)syscall(SYS_renameat2, -100 /* AT_FDCWD */, path, -100, new_path, 1U);
}

/* Gives a file its blocks; its length stays as it is. */
static inline int clmdb_allocate_blocks(int descriptor, long length) {
    return (int)syscall(SYS_fallocate, descriptor, 1 /* FALLOC_FL_KEEP_SIZE */, 0L, length);
}
