"""What a processor of the original's kind does with a batch, for the benchmark alone.

Written anew from the message contract (docs/architecture.md): it parses each body, serialises the payload, serialises
the row and puts the rows in calls of 500. The delivery stream is a stub that takes everything.

    reference.py REPETITIONS LEAST_CPU_MS < event.json

prints a JSON list: microseconds of CPU per record, one value a repetition.
"""

import json
import sys
import time
from datetime import datetime


class Stream:
    def put_record_batch(self, DeliveryStreamName, Records):
        return {"FailedPutCount": 0, "RequestResponses": [{"RecordId": "r"} for _ in Records]}


STREAM = Stream()


def row_of(record):
    body = json.loads(record["body"])
    payload = body["payload"] if "payload" in body else body
    metadata = payload.get("_metadata", {})
    published = datetime.fromisoformat(body["publishTime"].replace("Z", "+00:00"))
    return {
        "topic_name": record["eventSourceARN"].split("-topic-")[-1],
        "message_id": body.get("messageId", record["messageId"]),
        "idempotency_key": metadata.get("idempotencyKeyResource"),
        "period_reference": metadata.get("periodReference"),
        "correlation_id": metadata.get("correlationId"),
        "publish_time": int(published.timestamp() * 1_000_000),
        "ingestion_ts": int(time.time()),
        "json_payload": json.dumps(payload),
    }


def handler(event):
    rows, failures = [], []
    for record in event["Records"]:
        try:
            rows.append({"Data": (json.dumps(row_of(record)) + "\n").encode()})
        except Exception:
            failures.append({"itemIdentifier": record["messageId"]})
    for first in range(0, len(rows), 500):
        STREAM.put_record_batch(DeliveryStreamName="events", Records=rows[first : first + 500])
    return {"batchItemFailures": failures}


def cpu_per_record(event, least_seconds):
    records, start = 0, time.process_time()
    while True:
        assert handler(event) == {"batchItemFailures": []}
        records += len(event["Records"])
        taken = time.process_time() - start
        if taken >= least_seconds:
            return taken / records * 1_000_000


repetitions, least_ms = int(sys.argv[1]), float(sys.argv[2])
given = json.load(sys.stdin)
cpu_per_record(given, least_ms / 1000)
print(json.dumps([cpu_per_record(given, least_ms / 1000) for _ in range(repetitions)]))
