/* One JSON document at a time to the values at paths, by simdjson. Strict: every value of the
   document is checked, also those that nobody asked for. */

#ifndef CSIMDJSON_H
#define CSIMDJSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What stands at a path. */
enum csimdjson_kind {
    CSIMDJSON_ABSENT = 0, /* not there, or null */
    CSIMDJSON_TEXT = 1,
    CSIMDJSON_NUMBER = 2, /* as it is written */
    CSIMDJSON_FLAG = 3,   /* true or false */
    CSIMDJSON_CONTAINER = 4 /* an object or an array; no bytes */
};

enum csimdjson_status {
    CSIMDJSON_OK = 0,
    CSIMDJSON_MALFORMED = 1,
    CSIMDJSON_NOT_UTF8 = 2,
    CSIMDJSON_TOO_DEEP = 3,
    CSIMDJSON_TWICE = 4, /* a key that is asked for stands twice in one object */
    CSIMDJSON_NOT_AN_OBJECT = 5,
    CSIMDJSON_NO_MEMORY = 6
};

typedef struct {
    const uint8_t *bytes;    /* the value, unescaped; in the document or in the reader */
    uint32_t length;
    uint32_t place;          /* where the value begins in the document */
    uint32_t kind;           /* csimdjson_kind */
    uint32_t name_start, name_end; /* of its path, among the names; where all values are asked for */
} csimdjson_value;

typedef struct csimdjson_reader csimdjson_reader;

/* NULL where there is no memory. Documents may nest `depth` deep. */
csimdjson_reader *csimdjson_new(uint32_t depth);
void csimdjson_free(csimdjson_reader *reader);

/* Asks for a path: names separated by dots, `[3]` for an item of an array, a backslash before a
   character that belongs to a name. Its values come in the order in which paths were added.
   Returns 0 for a path that is none. */
int csimdjson_add_path(csimdjson_reader *reader, const uint8_t *path, size_t length);

/* Reads the document of `length` bytes; `capacity` of them may be read. */
int csimdjson_read(csimdjson_reader *reader, const uint8_t *bytes, size_t length, size_t capacity);

/* As csimdjson_read, and writes the values one behind the other to `arena`, which has
   `arena_capacity` bytes, of which `arena_length` are written already, and where each of them begins
   and ends there to `starts` and `ends`. Returns CSIMDJSON_NOT_AN_OBJECT for a document that has a
   container at one of the paths, and CSIMDJSON_NO_MEMORY where the arena has no room for it. */
int csimdjson_read_row(
    csimdjson_reader *reader, const uint8_t *bytes, size_t length, size_t capacity, uint8_t *arena,
    size_t arena_capacity, size_t *arena_length, uint32_t *starts, uint32_t *ends);

/* As csimdjson_read, for every value of the document that is no container, with its path. */
int csimdjson_read_all(
    csimdjson_reader *reader, const uint8_t *bytes, size_t length, size_t capacity);

/* Where reading failed, as far as that is known. */
uint32_t csimdjson_error_place(const csimdjson_reader *reader);

/* What was read; valid until the next document, and as long as this one's bytes stay. */
const csimdjson_value *csimdjson_values(const csimdjson_reader *reader);
size_t csimdjson_value_count(const csimdjson_reader *reader);
const uint8_t *csimdjson_names(const csimdjson_reader *reader);

#ifdef __cplusplus
}
#endif
#endif
