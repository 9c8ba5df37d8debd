#include <lmdb.h>
#include <malloc.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

/* The C library has these, and declares them to GNU programs only. They are called by their names
   and not by the numbers of the system's calls, so that whatever stands between a program and its
   files sees them: the fault tests do. */
extern int renameat2(
    int folder, const char *path, int new_folder, const char *new_path, unsigned int flags);
extern int fallocate(int descriptor, int mode, off_t offset, off_t length);

/* Renames, and fails with EEXIST where the new name is taken. */
static inline int clmdb_rename_new(const char *path, const char *new_path) {
    return renameat2(-100 /* AT_FDCWD */, path, -100, new_path, 1U /* RENAME_NOREPLACE */);
}

/* Gives a file its blocks; its length stays as it is. */
static inline int clmdb_allocate_blocks(int descriptor, long length) {
    return fallocate(descriptor, 1 /* FALLOC_FL_KEEP_SIZE */, 0, length);
}
