#!/usr/bin/env python3
"""What people write to bring a file into a database: Python's csv or json, row by row, into SQLite.

    ingest_peer.py FILE --kind csv|json --batch N [--seconds-limit S] [--folder DIR]

The table has the columns of the file, its id as primary key and an index on customer and time: the
same two indexes that the log has. Write-ahead log, synchronous=FULL, N rows a transaction; a row
whose id is there already is left out. Prints one JSON line.
"""

import argparse
import csv
import json
import os
import sqlite3
import tempfile
import time
from datetime import datetime

COLUMNS = ("call_id", "started_at", "customer_id", "channel", "queue", "agent", "intent", "outcome",
           "wait_s", "talk_s")
OUTCOMES = {"SOLVED": 1, "CONTAINED": 2, "OPEN": 3, "XFER": 4, "ESC": 5, "LEFT": 6, "LATER": 7,
            "NONE": 0}


def rows_of_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.reader(file):
            yield row


def rows_of_json(path):
    yield COLUMNS
    with open(path, encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            yield (row["call_id"], row["started_at"], row["customer"]["id"], row["channel"],
                   row["queue"], row["agent"], row["intent"], row["outcome"], row["wait_s"],
                   row["talk_s"])


def converted(row):
    return (row[0], int(datetime.fromisoformat(row[1]).timestamp() * 1_000_000), row[2], row[3],
            row[4], row[5], row[6], OUTCOMES[row[7]], int(row[8]) * 1_000_000,
            int(row[9]) * 1_000_000)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--kind", choices=("csv", "json"), required=True)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--seconds-limit", type=float, default=20)
    parser.add_argument("--folder", default=tempfile.gettempdir())
    options = parser.parse_args()
    rows = rows_of_csv(options.file) if options.kind == "csv" else rows_of_json(options.file)
    next(rows)
    path = os.path.join(options.folder, f"ingest-{os.getpid()}.sqlite")
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE calls (call_id TEXT PRIMARY KEY, at INTEGER, customer TEXT, channel TEXT,"
        " queue TEXT, agent TEXT, intent TEXT, outcome INTEGER, wait INTEGER, talk INTEGER)")
    connection.execute("CREATE INDEX by_customer ON calls (customer, at)")
    count = 0
    started = time.perf_counter()
    isDone = False
    while not isDone and time.perf_counter() - started < options.seconds_limit:
        connection.execute("BEGIN")
        for _ in range(options.batch):
            row = next(rows, None)
            if row is None:
                isDone = True
                break
            connection.execute(
                "INSERT OR IGNORE INTO calls VALUES (?,?,?,?,?,?,?,?,?,?)", converted(row))
            count += 1
        connection.execute("COMMIT")
    seconds = time.perf_counter() - started
    stored = connection.execute("SELECT count(*) FROM calls").fetchone()[0]
    assert stored == count, f"{stored} of {count} rows"
    connection.close()
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(path + suffix):
            os.remove(path + suffix)
    print(json.dumps({"peer": "python", "measurement": options.kind, "batch": options.batch,
                      "events": count, "seconds": seconds, "per_second": count / seconds}))


if __name__ == "__main__":
    main()
