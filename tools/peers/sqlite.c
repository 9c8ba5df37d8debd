// What a user would do with SQLite: one table with a column for each field, an id that is unique,
// an index by customer, write-ahead log, every transaction on disk before it is acknowledged.

#define _GNU_SOURCE
#include "support.h"
#include "workload.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GENERATED_AT_ONCE = 100000, STREAMS = 50000, COMMITS = 2000 };

// `at` counts from here in sums, which would not fit 64 bits otherwise.
static const int64_t EPOCH = INT64_C(1767225600000000);

struct bench {
    const struct options *options;
    struct workload workload;
    char *folder, *path, *log_path;
    sqlite3 *database;
    sqlite3_stmt *insert;
    uint64_t events;
    // What reading must give: in all, and for each customer.
    int64_t at, talk, money;
    uint64_t *stream_sums;
    uint32_t *stream_events;
};

static void check(struct bench *bench, int status, const char *operation) {
    if (status == SQLITE_OK || status == SQLITE_ROW || status == SQLITE_DONE) return;
    fail("sqlite: %s: %s", operation, sqlite3_errmsg(bench->database));
}

static void run(struct bench *bench, const char *statement) {
    check(bench, sqlite3_exec(bench->database, statement, NULL, NULL, NULL), statement);
}

static sqlite3_stmt *prepare(struct bench *bench, const char *text) {
    sqlite3_stmt *statement;
    check(bench, sqlite3_prepare_v2(bench->database, text, -1, &statement, NULL), text);
    return statement;
}

// MARK: - The table

static void make(struct bench *bench, const struct options *options) {
    *bench = (struct bench){.options = options, .workload = {options->customers}};
    bench->folder = scratch_make(options->folder, "sqlite");
    if (asprintf(&bench->path, "%s/events.sqlite", bench->folder) < 0
        || asprintf(&bench->log_path, "%s-wal", bench->path) < 0) fail("no memory");
    bench->stream_sums = calloc(options->customers, sizeof *bench->stream_sums);
    bench->stream_events = calloc(options->customers, sizeof *bench->stream_events);
    if (bench->stream_sums == NULL || bench->stream_events == NULL) fail("no memory");
    check(bench, sqlite3_open(bench->path, &bench->database), "open");
    run(bench, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
               "PRAGMA cache_size = -262144; PRAGMA mmap_size = 17179869184;");
    run(bench,
        "CREATE TABLE events (position INTEGER PRIMARY KEY, id TEXT NOT NULL,"
        " customer INTEGER NOT NULL, at INTEGER NOT NULL, recorded_at INTEGER NOT NULL,"
        " source INTEGER, kind INTEGER, utc_offset INTEGER, channel INTEGER, intent INTEGER,"
        " segment INTEGER, team INTEGER, agent INTEGER, direction INTEGER, actor INTEGER,"
        " outcome INTEGER, wait INTEGER, talk INTEGER, wrap_up INTEGER, money INTEGER, ref TEXT);"
        "CREATE UNIQUE INDEX events_by_id ON events (id);"
        "CREATE INDEX events_by_customer ON events (customer, position);");
    bench->insert = prepare(
        bench, "INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
               " ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21) ON CONFLICT (id) DO NOTHING");
}

static void destroy(struct bench *bench) {
    check(bench, sqlite3_finalize(bench->insert), "finalize");
    check(bench, sqlite3_close(bench->database), "close");
    free(bench->path);
    free(bench->log_path);
    free(bench->stream_sums);
    free(bench->stream_events);
    scratch_remove(bench->folder);
}

static uint64_t disk_bytes(const struct bench *bench) {
    return allocated_bytes(bench->path) + allocated_bytes(bench->log_path);
}

static void insert(struct bench *bench, uint64_t position, const struct event *event) {
    const int64_t values[] = {
        event->customer, event->at, 0, event->source, event->kind, event->offset, event->channel,
        event->intent, event->segment, event->team, event->agent, event->direction, event->actor,
        event->outcome, event->wait, event->talk, event->wrap_up, event->money,
    };
    sqlite3_stmt *statement = bench->insert;
    int status = sqlite3_bind_int64(statement, 1, (sqlite3_int64)position);
    status |= sqlite3_bind_text(
        statement, 2, (const char *)event->key, event->key_length, SQLITE_STATIC);
    for (size_t place = 0; place < sizeof values / sizeof *values; place++)
        status |= sqlite3_bind_int64(statement, 3 + (int)place, values[place]);
    status |= sqlite3_bind_text(
        statement, 21, (const char *)event->ref, event->ref_length, SQLITE_STATIC);
    check(bench, status, "bind");
    check(bench, sqlite3_step(statement), "insert");
    if (sqlite3_changes(bench->database) != 1) fail("sqlite: an event is not new");
    check(bench, sqlite3_reset(statement), "reset");
}

static uint64_t term(int64_t position, int64_t at, int64_t talk, int64_t money) {
    return (uint64_t)position * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)at + (uint64_t)talk * 3
        + (uint64_t)money * 7;
}

static void expect(struct bench *bench, const struct event *events, uint64_t count) {
    for (uint64_t index = 0; index < count; index++) {
        const struct event *event = &events[index];
        bench->at += event->at - EPOCH;
        bench->talk += event->talk;
        bench->money += event->money;
        uint32_t customer = event->customer - SYMBOL_CUSTOMER;
        bench->stream_events[customer]++;
        bench->stream_sums[customer] +=
            term((int64_t)(bench->events + 1 + index), event->at, event->talk, event->money);
    }
    bench->events += count;
}

// MARK: - Measurements

static void measure_append(struct bench *bench, uint64_t batch, uint32_t round) {
    uint64_t room = batch > GENERATED_AT_ONCE ? batch : GENERATED_AT_ONCE / batch * batch;
    struct event *events = allocate(room * sizeof *events);
    uint8_t *text = allocate(room * TEXT_STRIDE_BYTES + TEXT_SLACK_BYTES);
    double seconds = 0, last_rate = 0;
    uint64_t written = written_bytes();
    while (bench->events < bench->options->events && seconds < bench->options->seconds_limit) {
        uint64_t rest = bench->options->events - bench->events;
        uint64_t count = rest < room ? rest : room;
        workload_fill(&bench->workload, bench->events, count, events, text);
        double begun = now_seconds();
        for (uint64_t start = 0; start < count; start += batch) {
            uint64_t end = start + batch < count ? start + batch : count;
            run(bench, "BEGIN IMMEDIATE");
            for (uint64_t index = start; index < end; index++)
                insert(bench, bench->events + 1 + index, &events[index]);
            run(bench, "COMMIT");
        }
        double part = now_seconds() - begun;
        seconds += part;
        last_rate = (double)count / part;
        expect(bench, events, count);
    }
    free(events);
    free(text);
    // The write-ahead log goes back into the file, so that the size is that of a table at rest.
    run(bench, "PRAGMA wal_checkpoint(TRUNCATE)");
    json_begin("sqlite", "append");
    json_integer("run", round);
    json_integer("events", bench->events);
    json_integer("batch", batch);
    json_number("seconds", seconds);
    json_number("per_second", (double)bench->events / seconds);
    json_number("last_per_second", last_rate);
    json_number("bytes_per_event", (double)disk_bytes(bench) / (double)bench->events);
    json_number(
        "written_bytes_per_event",
        (double)(written_bytes() - written) / (double)bench->events);
    json_end();
}

static void print_rate(const char *name, uint32_t round, uint64_t items, double seconds) {
    json_begin("sqlite", name);
    json_integer("run", round);
    json_integer("items", items);
    json_number("seconds", seconds);
    json_number("per_second", (double)items / seconds);
    json_end();
}

static void measure_scans(struct bench *bench, uint32_t round) {
    sqlite3_stmt *statement = prepare(
        bench, "SELECT count(*), sum(at - 1767225600000000), sum(talk), sum(money) FROM events");
    double begun = now_seconds();
    check(bench, sqlite3_step(statement), "scan");
    double seconds = now_seconds() - begun;
    if ((uint64_t)sqlite3_column_int64(statement, 0) != bench->events
        || sqlite3_column_int64(statement, 1) != bench->at
        || sqlite3_column_int64(statement, 2) != bench->talk
        || sqlite3_column_int64(statement, 3) != bench->money) fail("sqlite: a sum is wrong");
    check(bench, sqlite3_finalize(statement), "finalize");
    print_rate("scan", round, bench->events, seconds);
    statement = prepare(bench, "SELECT * FROM events");
    begun = now_seconds();
    uint64_t count = 0, sum = 0, bytes = 0;
    int64_t talk = 0;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        for (int column = 0; column < 21; column++) {
            if (column == 1 || column == 20) {
                const unsigned char *value = sqlite3_column_text(statement, column);
                bytes += value[0] + (unsigned)sqlite3_column_bytes(statement, column);
            } else {
                sum += (uint64_t)sqlite3_column_int64(statement, column);
            }
        }
        talk += sqlite3_column_int64(statement, 17);
        count++;
    }
    seconds = now_seconds() - begun;
    if (count != bench->events || talk != bench->talk || sum == 0 || bytes == 0)
        fail("sqlite: a scan of all is wrong");
    check(bench, sqlite3_finalize(statement), "finalize");
    print_rate("scan_all", round, bench->events, seconds);
}

static void measure_streams(struct bench *bench, uint32_t round) {
    sqlite3_stmt *statement = prepare(
        bench, "SELECT position, at, talk, money FROM events WHERE customer = ?1"
               " ORDER BY position");
    double begun = now_seconds();
    uint64_t events = 0;
    for (uint32_t index = 0; index < STREAMS; index++) {
        uint64_t chosen = workload_mix(index + UINT64_C(1000000000) * (round + 1), 1);
        uint32_t customer = (uint32_t)(chosen % bench->workload.customers);
        check(bench, sqlite3_bind_int64(statement, 1, customer + SYMBOL_CUSTOMER), "bind");
        uint64_t sum = 0;
        uint32_t count = 0;
        int status;
        while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
            sum += term(
                sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1),
                sqlite3_column_int64(statement, 2), sqlite3_column_int64(statement, 3));
            count++;
        }
        check(bench, status, "stream");
        check(bench, sqlite3_reset(statement), "reset");
        if (sum != bench->stream_sums[customer] || count != bench->stream_events[customer])
            fail("sqlite: the stream of customer %u is wrong", customer);
        events += count;
    }
    double seconds = now_seconds() - begun;
    check(bench, sqlite3_finalize(statement), "finalize");
    json_begin("sqlite", "streams");
    json_integer("run", round);
    json_integer("streams", STREAMS);
    json_number("events_per_stream", (double)events / STREAMS);
    json_number("seconds", seconds);
    json_number("per_second", STREAMS / seconds);
    json_end();
}

static void measure_commits(struct bench *bench, uint32_t round) {
    struct event *events = allocate(COMMITS * sizeof *events);
    uint8_t *text = allocate(COMMITS * TEXT_STRIDE_BYTES + TEXT_SLACK_BYTES);
    workload_fill(&bench->workload, bench->events, COMMITS, events, text);
    uint64_t count = 0;
    double begun = now_seconds(), seconds = 0;
    while (count < COMMITS && seconds < bench->options->seconds_limit / 4) {
        insert(bench, bench->events + 1 + count, &events[count]);
        count++;
        seconds = now_seconds() - begun;
    }
    expect(bench, events, count);
    free(events);
    free(text);
    print_rate("single_append", round, count, seconds);
}

int main(int count, char **arguments) {
    struct options options = options_parse(count, arguments);
    if (options_wants(&options, "sync")) measure_sync(options.folder, "sqlite");
    const uint64_t batches[] = {1000, 100000};
    for (uint32_t round = 0; round < options.repeat; round++) {
        for (int place = 0; place < 2; place++) {
            struct bench bench;
            make(&bench, &options);
            measure_append(&bench, batches[place], round);
            for (uint32_t read = 0; place == 1 && read < options.repeat; read++) {
                if (round + 1 < options.repeat) break;
                if (options_wants(&options, "scan")) measure_scans(&bench, read);
                if (options_wants(&options, "streams")) measure_streams(&bench, read);
                if (options_wants(&options, "commits")) measure_commits(&bench, read);
            }
            destroy(&bench);
        }
    }
    return 0;
}
