"""The workload in Python: the same events as workload.c, held against golden.jsonl.

    python3 workload.py    compares the two; exit status 1 where they differ
"""

import json
import pathlib
import sys

MASK = (1 << 64) - 1
MASK_48 = (1 << 48) - 1
SECOND = 1_000_000


def mix(index, purpose):
    """Word `purpose` of event `index`: splitmix64 of 16 * index + purpose."""
    z = (16 * index + purpose + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def scatter(index):
    """A bijection on 48 bits."""
    x = (index * 0x9E3779B97F4B) & MASK_48
    x ^= x >> 24
    x = (x * 0xBF58476D1CE5) & MASK_48
    return x ^ (x >> 24)


def event(index, customers):
    """Event `index` with its names in words."""
    return {
        "index": index,
        "key": f"e{scatter(index):012x}",
        "at": 1767225600000000 + index * 777000 + mix(index, 2) % 60000 * 1000,
        "source": "bench",
        "customer": f"c{mix(index, 1) % customers:07d}",
        "channel": f"channel{mix(index, 3) % 6}",
        "intent": f"intent{mix(index, 4) % 40:02d}",
        "segment": f"segment{mix(index, 5) % 4}",
        "team": f"team{mix(index, 6) % 30:02d}",
        "agent": f"agent{mix(index, 7) % 2000:04d}",
        "outcome": mix(index, 8) % 8,
        "direction": mix(index, 9) % 3,
        "actor": mix(index, 10) % 6,
        "wait": mix(index, 11) % 600 * SECOND,
        "talk": mix(index, 12) % 900 * SECOND,
        "wrapUp": mix(index, 13) % 120 * SECOND,
        "money": mix(index, 14) % 5000 * 1000,
        "ref": f"{mix(index, 15) & 0xFFFFFFFFFF:010x}",
    }


def main():
    golden = pathlib.Path(__file__).with_name("golden.jsonl")
    for line in golden.read_text(encoding="utf-8").splitlines():
        expected = json.loads(line)
        found = event(expected["index"], 500_000)
        if found != expected:
            print(f"error: found {found}, expected {expected}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
