// Options, clock, counters and output of the C programs.

#define _GNU_SOURCE
#include "support.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

_Noreturn void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("error: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

void *allocate(size_t bytes) {
    void *memory = aligned_alloc(64, (bytes + 63) / 64 * 64 + 64);
    if (memory == NULL) fail("no memory for %zu bytes", bytes);
    return memory;
}

// MARK: - Options

static uint64_t number(const char *name, const char *text) {
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || *end != 0 || end == text || value == 0) {
        fail("option %s: expected a whole number above 0, found \"%s\"", name, text);
    }
    return value;
}

struct options options_parse(int count, char **arguments) {
    struct options options = {
        .folder = ".", .events = 10000000, .batch = 100000, .customers = 500000,
        .repeat = 1, .threads = 2, .seconds_limit = 60,
    };
    for (int place = 1; place < count; place++) {
        const char *name = arguments[place];
        if (strcmp(name, "--flat") == 0) options.flat = true;
        else if (strcmp(name, "--golden") == 0) options.golden = true;
        else if (strcmp(name, "--check") == 0) options.check = true;
        else if (place + 1 == count) fail("unknown option, or no value for it: %s", name);
        else {
            const char *value = arguments[++place];
            if (strcmp(name, "--folder") == 0) options.folder = value;
            else if (strcmp(name, "--measure") == 0) options.measure = value;
            else if (strcmp(name, "--events") == 0) options.events = number(name, value);
            else if (strcmp(name, "--batch") == 0) options.batch = number(name, value);
            else if (strcmp(name, "--customers") == 0)
                options.customers = (uint32_t)number(name, value);
            else if (strcmp(name, "--repeat") == 0) options.repeat = (uint32_t)number(name, value);
            else if (strcmp(name, "--threads") == 0)
                options.threads = (uint32_t)number(name, value);
            else if (strcmp(name, "--seconds-limit") == 0)
                options.seconds_limit = (double)number(name, value);
            else fail("unknown option %s", name);
        }
    }
    if (options.threads > 2) fail("option --threads: expected 1 or 2");
    if (options.customers > 10000000) fail("option --customers: at most 10000000");
    return options;
}

bool options_wants(const struct options *options, const char *measurement) {
    if (options->measure == NULL) return true;
    size_t length = strlen(measurement);
    for (const char *place = options->measure; place != NULL; place = strchr(place, ',')) {
        if (*place == ',') place++;
        if (strncmp(place, measurement, length) == 0
            && (place[length] == 0 || place[length] == ',')) return true;
    }
    return false;
}

// MARK: - Clock and counters

static double seconds(struct timespec time) { return (double)time.tv_sec + time.tv_nsec / 1e9; }

double now_seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return seconds(time);
}

double cpu_seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return seconds(time);
}

uint64_t written_bytes(void) {
    FILE *file = fopen("/proc/self/io", "r");
    if (file == NULL) return 0;
    uint64_t bytes = 0;
    char line[128];
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "write_bytes: %" SCNu64, &bytes) == 1) break;
    }
    fclose(file);
    return bytes;
}

uint64_t allocated_bytes(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 ? (uint64_t)status.st_blocks * 512 : 0;
}

int compare_doubles(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

// MARK: - Folders

char *scratch_make(const char *folder, const char *name) {
    char *path = NULL;
    if (asprintf(&path, "%s/%s-%d-XXXXXX", folder, name, (int)getpid()) < 0) fail("no memory");
    if (mkdtemp(path) == NULL) fail("cannot make the folder %s: %s", path, strerror(errno));
    return path;
}

void scratch_remove(char *path) {
    DIR *folder = opendir(path);
    if (folder == NULL) fail("cannot read the folder %s: %s", path, strerror(errno));
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        if (unlinkat(dirfd(folder), entry->d_name, 0) != 0)
            fail("cannot remove a file in %s", path);
    }
    closedir(folder);
    if (rmdir(path) != 0) fail("cannot remove the folder %s: %s", path, strerror(errno));
    free(path);
}

void measure_sync(const char *folder, const char *peer) {
    enum { COUNT = 400, PAGE_BYTES = 4096 };
    char *scratch = scratch_make(folder, "sync");
    char *path = NULL;
    if (asprintf(&path, "%s/file", scratch) < 0) fail("no memory");
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) fail("cannot make %s: %s", path, strerror(errno));
    static char page[PAGE_BYTES];
    static double latencies[COUNT];
    memset(page, 7, sizeof page);
    for (int round = 0; round < 2; round++) {
        for (int place = 0; place < COUNT; place++) {
            if (pwrite(file, page, sizeof page, (off_t)place * PAGE_BYTES) != PAGE_BYTES)
                fail("cannot write %s: %s", path, strerror(errno));
            if (round == 0) continue;
            double begun = now_seconds();
            if (fdatasync(file) != 0) fail("cannot sync %s: %s", path, strerror(errno));
            latencies[place] = now_seconds() - begun;
        }
        if (fsync(file) != 0) fail("cannot sync %s: %s", path, strerror(errno));
    }
    close(file);
    qsort(latencies, COUNT, sizeof *latencies, compare_doubles);
    json_begin(peer, "fdatasync");
    json_integer("count", COUNT);
    json_number("median_microseconds", latencies[COUNT / 2] * 1e6);
    json_number("p99_microseconds", latencies[COUNT * 99 / 100] * 1e6);
    json_end();
    free(path);
    scratch_remove(scratch);
}

// MARK: - JSON

void json_begin(const char *peer, const char *measurement) {
    printf("{\"peer\": \"%s\", \"measurement\": \"%s\"", peer, measurement);
}

void json_integer(const char *name, uint64_t value) {
    printf(", \"%s\": %" PRIu64, name, value);
}

void json_number(const char *name, double value) { printf(", \"%s\": %.6g", name, value); }

void json_text(const char *name, const char *value) { printf(", \"%s\": \"%s\"", name, value); }

void json_end(void) {
    puts("}");
    fflush(stdout);
}
