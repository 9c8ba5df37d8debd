// What the C programs share: options, the clock, counters of the kernel, one JSON object a line.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options {
    // The folder to work in; the program makes and removes its own folder below it.
    const char *folder;
    // Which measurements to make, separated by commas; all of them where null.
    const char *measure;
    uint64_t events;
    uint64_t batch;
    uint32_t customers;
    uint32_t repeat;
    uint32_t threads;
    double seconds_limit;
    bool flat, golden, check;
};

// Leaves the program with a message where an option is wrong.
struct options options_parse(int count, char **arguments);
bool options_wants(const struct options *options, const char *measurement);

// Prints the message and ends the program: a peer that meets an error has no figure to give.
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
void *allocate(size_t bytes);

double now_seconds(void);
double cpu_seconds(void);
// Bytes this process has caused to be sent to the disk.
uint64_t written_bytes(void);
// Space on disk of a file, by its blocks; 0 where it does not exist.
uint64_t allocated_bytes(const char *path);
int compare_doubles(const void *left, const void *right);

// A new empty folder below `folder`, and its removal with the files in it.
char *scratch_make(const char *folder, const char *name);
void scratch_remove(char *path);

// Seconds of fdatasync after a write of 4 KiB into a file that has its space: the median and the
// 99th percentile.
void measure_sync(const char *folder, const char *peer);

// One JSON object on a line: begin, fields, end.
void json_begin(const char *peer, const char *measurement);
void json_integer(const char *name, uint64_t value);
void json_number(const char *name, double value);
void json_text(const char *name, const char *value);
void json_end(void);
