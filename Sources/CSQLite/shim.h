#include <sqlite3.h>

/* The library takes a copy of a text where its destructor is a certain constant. The constant is a
   cast of a number to a function, which only C can read. */
static inline int csqlite_bind_text(
    sqlite3_stmt *statement, int place, const char *text, sqlite3_uint64 byte_count) {
    return sqlite3_bind_text64(
        statement, place, text, byte_count, SQLITE_TRANSIENT, SQLITE_UTF8);
}
