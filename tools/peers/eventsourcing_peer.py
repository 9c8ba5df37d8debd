"""The Python library `eventsourcing` on SQLite: its recorder alone, and its application.

Run with the Python of the environment that run.py makes. The same options as the C programs; the
batch is what one transaction takes. A customer is an aggregate, an event of the workload an event
of it. The library's own defaults: write-ahead log, synchronous=FULL, no look-up of repeated ids.
"""

import argparse
import contextlib
import json
import os
import shutil
import sqlite3
import struct
import sys
import tempfile
import time
import uuid

import workload
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

NAMESPACE = uuid.UUID(int=0x7065657273)
ROW = struct.Struct("<BBBBhIIIIIIIqqqqq13s10s")
PAGE = 1000
STREAMS = 2000
COMMITS = 500


def row(index, customers):
    """The fields of an event as packed bytes: 97 of them, as the other peers store."""
    mix = workload.mix
    made = workload.event(index, customers)
    return mix(index, 1) % customers, ROW.pack(
        1, made["outcome"], made["direction"], made["actor"], 0, 1, mix(index, 1) % customers,
        mix(index, 3) % 6, mix(index, 4) % 40, mix(index, 5) % 4, mix(index, 6) % 30,
        mix(index, 7) % 2000, made["at"], made["wait"], made["talk"], made["wrapUp"],
        made["money"], made["key"].encode(), made["ref"].encode())


def talk_of(state):
    return ROW.unpack(state)[14]


def customer_id(number):
    return uuid.UUID(int=(NAMESPACE.int << 64) | number)


class Customer(Aggregate):
    """A customer, with what the streams of the other peers add up."""

    @event("Opened")
    def __init__(self, number):
        self.number = number
        self.talk = 0
        self.contacts = 0

    @staticmethod
    def create_id(number):
        return customer_id(number)

    @event("ContactMade")
    def contact(self, state: str):
        self.talk += talk_of(bytes.fromhex(state))
        self.contacts += 1


def put(measurement, **fields):
    print(json.dumps({"peer": "eventsourcing", "measurement": measurement, **fields}), flush=True)


def rate(measurement, run, items, seconds, **fields):
    put(measurement, run=run, items=items, seconds=round(seconds, 6),
        per_second=round(items / seconds, 3), **fields)


def expect(condition, message):
    if not condition:
        sys.exit(f"error: eventsourcing: {message}")


def disk_bytes(folder):
    """The space of the tables at rest: the write-ahead log goes back into the file first."""
    for name in os.listdir(folder):
        if name.endswith(".sqlite"):
            with contextlib.closing(sqlite3.connect(os.path.join(folder, name))) as database:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return sum(
        os.stat(os.path.join(folder, name)).st_blocks * 512 for name in os.listdir(folder))


def batches(options, limit):
    """The workload's events in batches, made outside of the time that is taken."""
    for start in range(0, limit, options.batch):
        numbers = range(start, min(start + options.batch, limit))
        yield [row(index, options.customers) for index in numbers]


def measure_recorder(options, folder, run):
    recorder = SQLiteApplicationRecorder(SQLiteDatastore(os.path.join(folder, "recorder.sqlite")))
    recorder.create_table()
    versions, talk, seconds, events = {}, {}, 0.0, 0
    for rows in batches(options, options.events):
        stored = []
        for customer, state in rows:
            versions[customer] = versions.get(customer, 0) + 1
            talk[customer] = talk.get(customer, 0) + talk_of(state)
            stored.append(StoredEvent(
                customer_id(customer), versions[customer], "bench:Contact", state))
        begun = time.perf_counter()
        recorder.insert_events(stored)
        seconds += time.perf_counter() - begun
        events += len(rows)
        if seconds > options.seconds_limit:
            break
    rate("recorder_append", run, events, seconds, batch=options.batch,
         bytes_per_event=disk_bytes(folder) / events)
    begun = time.perf_counter()
    next_id, read, total = 1, 0, 0
    while page := recorder.select_notifications(start=next_id, limit=PAGE):
        total += sum(talk_of(notification.state) for notification in page)
        read += len(page)
        next_id = page[-1].id + 1
    rate("recorder_scan", run, read, time.perf_counter() - begun)
    expect((read, total) == (events, sum(talk.values())), "a scan of the recorder is wrong")
    chosen = [workload.mix(index, 1) % options.customers for index in range(STREAMS)]
    begun = time.perf_counter()
    sums = [sum(talk_of(stored.state) for stored in recorder.select_events(customer_id(customer)))
            for customer in chosen]
    rate("recorder_streams", run, STREAMS, time.perf_counter() - begun)
    expect(sums == [talk.get(customer, 0) for customer in chosen], "a stream is wrong")
    singles = [StoredEvent(uuid.uuid4(), 1, "bench:Contact", b"x" * ROW.size)
               for _ in range(COMMITS)]
    begun = time.perf_counter()
    for stored in singles:
        recorder.insert_events([stored])
    rate("recorder_single_append", run, COMMITS, time.perf_counter() - begun)
    recorder.datastore.close()


def measure_application(options, folder, run):
    application = Application(env={
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "SQLITE_DBNAME": os.path.join(folder, "application.sqlite"),
    })
    customers, seconds, events = {}, 0.0, 0
    for rows in batches(options, max(1, options.events // 4)):
        begun = time.perf_counter()
        changed = {}
        for number, state in rows:
            if number not in customers:
                customers[number] = Customer(number)
            customers[number].contact(state.hex())
            changed[number] = customers[number]
        application.save(*changed.values())
        seconds += time.perf_counter() - begun
        events += len(rows)
        if seconds > options.seconds_limit:
            break
    rate("application_append", run, events, seconds, batch=options.batch,
         bytes_per_event=disk_bytes(folder) / events)
    chosen = [number for index in range(STREAMS)
              if (number := workload.mix(index, 1) % options.customers) in customers]
    begun = time.perf_counter()
    read = [application.repository.get(customer_id(number)) for number in chosen]
    rate("application_streams", run, len(chosen), time.perf_counter() - begun)
    for customer in read:
        expect(customer.talk == customers[customer.number].talk, "an aggregate is wrong")
    application.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", default=".")
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--batch", type=int, default=10_000)
    parser.add_argument("--customers", type=int, default=500_000)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--seconds-limit", type=float, default=60)
    options = parser.parse_args()
    for run in range(options.repeat):
        for measure in (measure_recorder, measure_application):
            folder = tempfile.mkdtemp(prefix="eventsourcing-", dir=options.folder)
            try:
                measure(options, folder, run)
            finally:
                shutil.rmtree(folder)


if __name__ == "__main__":
    main()
