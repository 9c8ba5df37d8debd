// Single durable appends, side by side with LMDB's own commits: in turns, since the time of a sync
// drifts.

#include "measure.h"

#include <stdlib.h>

enum { TURNS = 20, COMMITS_A_TURN = 100 };

struct plain {
    char *folder;
    MDB_env *env;
    MDB_dbi table;
    uint64_t next;
};

static void plain_open(struct plain *plain, const char *folder, const char *table) {
    plain->folder = scratch_make(folder, "commit");
    plain->next = 1;
    lmdb_check(mdb_env_create(&plain->env), "mdb_env_create");
    lmdb_check(mdb_env_set_mapsize(plain->env, (size_t)1 << 30), "mdb_env_set_mapsize");
    lmdb_check(mdb_env_set_maxdbs(plain->env, 2), "mdb_env_set_maxdbs");
    lmdb_check(mdb_env_open(plain->env, plain->folder, MDB_NOTLS, 0600), "mdb_env_open");
    MDB_txn *txn;
    lmdb_check(mdb_txn_begin(plain->env, NULL, 0, &txn), "mdb_txn_begin");
    lmdb_check(mdb_dbi_open(txn, table, MDB_CREATE, &plain->table), "mdb_dbi_open");
    lmdb_check(mdb_txn_commit(txn), "mdb_txn_commit");
}

static void plain_commit(struct plain *plain) {
    static char value[100];
    MDB_txn *txn;
    lmdb_check(mdb_txn_begin(plain->env, NULL, 0, &txn), "mdb_txn_begin");
    struct position_key bytes = position_key(plain->next++);
    MDB_val key = {sizeof bytes, &bytes}, data = {sizeof value, value};
    lmdb_check(mdb_put(txn, plain->table, &key, &data, MDB_APPEND), "mdb_put");
    lmdb_check(mdb_txn_commit(txn), "mdb_txn_commit");
}

static void plain_close(struct plain *plain) {
    mdb_env_close(plain->env);
    scratch_remove(plain->folder);
}

static void append_some(struct bench *bench, const struct event *events, int turn) {
    int64_t recorded_at = INT64_C(1900000000000000) + turn;
    for (int index = 0; index < COMMITS_A_TURN; index++) {
        struct append_result result = store_append_one(
            &bench->store, &bench->session, &events[index], recorded_at);
        if (result.accepted != 1) fail("single append: the event is not new");
    }
}

static void print(const char *name, uint32_t run, double *seconds) {
    double sum = 0;
    for (int turn = 0; turn < TURNS; turn++) sum += seconds[turn];
    qsort(seconds, TURNS, sizeof *seconds, compare_doubles);
    json_begin("limit", name);
    json_integer("run", run);
    json_integer("commits", TURNS * COMMITS_A_TURN);
    json_number("seconds", sum);
    json_number("per_second", TURNS * COMMITS_A_TURN / sum);
    // Of turns: a slow one of a busy disk weighs no more than another.
    json_number("median_per_second", COMMITS_A_TURN / seconds[TURNS / 2]);
    json_end();
}

void measure_commits(struct bench *bench, uint32_t run) {
    static double append[TURNS], main_table[TURNS], named_table[TURNS];
    struct plain plain_main, plain_named;
    plain_open(&plain_main, bench->options->folder, NULL);
    plain_open(&plain_named, bench->options->folder, "events");
    struct event *events = allocate(COMMITS_A_TURN * sizeof *events);
    uint8_t *text = allocate(COMMITS_A_TURN * TEXT_STRIDE_BYTES + TEXT_SLACK_BYTES);
    for (int turn = 0; turn < TURNS; turn++) {
        workload_fill(&bench->workload, bench->events, COMMITS_A_TURN, events, text);
        uint64_t first = bench->store.head + 1;
        double times[4];
        times[0] = now_seconds();
        append_some(bench, events, turn);
        times[1] = now_seconds();
        for (int index = 0; index < COMMITS_A_TURN; index++) plain_commit(&plain_main);
        times[2] = now_seconds();
        for (int index = 0; index < COMMITS_A_TURN; index++) plain_commit(&plain_named);
        times[3] = now_seconds();
        append[turn] = times[1] - times[0];
        main_table[turn] = times[2] - times[1];
        named_table[turn] = times[3] - times[2];
        bench_expect(bench, events, COMMITS_A_TURN, first, INT64_C(1900000000000000) + turn);
        bench->events += COMMITS_A_TURN;
    }
    free(events);
    free(text);
    print("single_append", run, append);
    print("lmdb_commit", run, main_table);
    print("lmdb_commit_named_table", run, named_table);
    plain_close(&plain_main);
    plain_close(&plain_named);
}
