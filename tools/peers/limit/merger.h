// Merges runs of the customer index on a thread of its own, from a snapshot, while the log is
// appended to. The result waits until the appending thread fetches it.
#pragma once

#include "customers.h"

#include <lmdb.h>
#include <pthread.h>
#include <stdbool.h>

struct merger {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool is_running, is_done, is_paused;
    MDB_env *env;
    MDB_dbi table;
    // Where the runs that are merged stand among the store's.
    uint32_t first_run;
    uint32_t numbers[RUNS_TO_MERGE];
    struct run result;
    struct chunk_list chunks;
};

void merger_make(struct merger *merger, MDB_env *env, MDB_dbi table);
// Begins to merge; the merger must be at rest.
void merger_begin(
    struct merger *merger, const struct run *runs, uint32_t first_run);
// Whether a result waits. Joins the thread then, and the merger is at rest again.
bool merger_fetch(struct merger *merger, bool wait);
// Holds a merge up and lets it go on, so that work which is not timed does not hide its time.
void merger_pause(struct merger *merger, bool paused);
void merger_free(struct merger *merger);
