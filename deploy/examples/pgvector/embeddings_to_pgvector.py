#!/usr/bin/env python3
"""Keeps a PostgreSQL table equal to the newest embeddings of a pipeline (schema.sql makes the table).

    python3 embeddings_to_pgvector.py --pipeline fashion-mnist --bootstrap 127.0.0.1:9092 --dsn "postgresql://..."

The pipeline writes JSON: output:format=json. Several of these may run with one --group; they share the partitions.

What it promises: a row is written in one transaction with the offset after it, so nothing is lost or applied twice by a crash of
this program; a message that the pipeline sends again (same ce_id) changes nothing; a tombstone deletes its row. With output:delivery
checkpointed or transactional nothing more is needed. With immediate, outputs of a dead branch may stay until their record is
embedded again: filter them as DeadBranchFilter of StreamingContrastive.Contracts does.
"""

import argparse
import json
import signal
import sys
from collections import OrderedDict
from typing import NamedTuple, Optional

SOURCE_PREFIX = "/streaming-contrastive/"
REMEMBERED_IDS = 200_000  # More than an outbox holds: what a pipeline repeats after a crash is one outbox.

UPSERT = """
INSERT INTO embeddings (pipeline, key, id, embedding, model_version, space_id, lineage_epoch, step,
                        source_topic, source_partition, source_offset, event_time)
VALUES (%(pipeline)s, %(key)s, %(id)s, %(embedding)s::vector, %(model_version)s, %(space_id)s, %(lineage_epoch)s, %(step)s,
        %(source_topic)s, %(source_partition)s, %(source_offset)s, to_timestamp(%(event_time)s::double precision / 1000))
ON CONFLICT (pipeline, key) DO UPDATE SET
    id = EXCLUDED.id, embedding = EXCLUDED.embedding, model_version = EXCLUDED.model_version, space_id = EXCLUDED.space_id,
    lineage_epoch = EXCLUDED.lineage_epoch, step = EXCLUDED.step, source_topic = EXCLUDED.source_topic,
    source_partition = EXCLUDED.source_partition, source_offset = EXCLUDED.source_offset, event_time = EXCLUDED.event_time
WHERE embeddings.id <> EXCLUDED.id
"""

DELETE = "DELETE FROM embeddings WHERE pipeline = %(pipeline)s AND key = %(key)s"

# Moves only from where this consumer believes it is; a first offset has nothing to move from.
MOVE = """
INSERT INTO embedding_offsets (topic, partition, next_offset) VALUES (%(topic)s, %(partition)s, %(next)s)
ON CONFLICT (topic, partition) DO UPDATE SET next_offset = EXCLUDED.next_offset
WHERE embedding_offsets.next_offset = %(before)s
"""


class NotAnEmbedding(Exception):
    """A message that this program cannot write: what it is and where it stands."""


class Change(NamedTuple):
    """What one message does to the table: row is None for a deletion."""

    key: bytes
    id: Optional[str]
    row: Optional[dict]


def change_of(pipeline, key, value, headers):
    """Reads a message of NAME.embeddings. headers: list of (name, bytes); where a name repeats, the last one counts."""
    texts = {name: (content or b"").decode("utf-8", "replace") for name, content in headers or []}
    if key is None:
        raise NotAnEmbedding("the message has no key; every embedding has one")
    if value is None:
        return Change(key, texts.get("ce_id"), None)
    kind = texts.get("content-type", "missing").split(";")[0].strip().lower()
    if kind != "application/json":
        raise NotAnEmbedding(f"content-type is {kind}; run the pipeline with output:format=json")
    if texts.get("ce_source") != SOURCE_PREFIX + pipeline:
        raise NotAnEmbedding(f"ce_source is {texts.get('ce_source', 'missing')}, not {SOURCE_PREFIX}{pipeline}")
    if "ce_id" not in texts:
        raise NotAnEmbedding("the header ce_id is missing; every embedding carries one")
    try:
        document = json.loads(value)
        row = {
            "pipeline": pipeline,
            "key": key,
            "id": texts["ce_id"],
            "embedding": json.dumps(document["vector"]),  # pgvector's text form is a JSON array
            "model_version": document["modelVersion"],
            "space_id": document["spaceId"],
            "lineage_epoch": document["lineageEpoch"],
            "step": document["step"],
            "source_topic": document["sourceTopic"],
            "source_partition": document["sourcePartition"],
            "source_offset": document["sourceOffset"],
            "event_time": document.get("eventTimeUnixMs"),
        }
    except (ValueError, KeyError, TypeError) as problem:
        raise NotAnEmbedding(f"the value is not an embedding as JSON: {problem!r}") from problem
    return Change(key, texts["ce_id"], row)


class Repeats:
    """Tells a message that was seen before, by its id; forgets the oldest."""

    def __init__(self, limit=REMEMBERED_IDS):
        self._limit = limit
        self._seen = OrderedDict()

    def is_new(self, message_id):
        """True for a first sight. A message without an id (another program's tombstone) is always new."""
        if message_id is None:
            return True
        if message_id in self._seen:
            return False
        self._seen[message_id] = None
        if len(self._seen) > self._limit:
            self._seen.popitem(last=False)
        return True


def last_words(changes):
    """Of several changes of a key only the last one counts; a key always comes from one partition, in order."""
    newest = {}
    for change in changes:
        newest[change.key] = change
    return list(newest.values())


def write(connection, pipeline, changes, moves):
    """One transaction: rows, deletions and offsets. moves: (topic, partition) -> (offset before, offset after)."""
    words = last_words(changes)
    rows = [change.row for change in words if change.row is not None]
    gone = [{"pipeline": pipeline, "key": change.key} for change in words if change.row is None]
    with connection.transaction(), connection.cursor() as cursor:
        # Offsets first: their rows are the locks, and a consumer that lost a partition writes nothing.
        for (topic, partition), (before, after) in sorted(moves.items()):
            cursor.execute(MOVE, {"topic": topic, "partition": partition, "before": before, "next": after})
            if cursor.rowcount != 1:
                raise SystemExit(f"{topic}[{partition}] is no longer at {before}: another consumer wrote it. Nothing of this batch was kept.")
        if rows:
            cursor.executemany(UPSERT, rows)
        if gone:
            cursor.executemany(DELETE, gone)


def arguments(words):
    parser = argparse.ArgumentParser(description="Writes a pipeline's embeddings to PostgreSQL with pgvector.")
    parser.add_argument("--pipeline", required=True, help="name of the pipeline; its topic is NAME.embeddings")
    parser.add_argument("--bootstrap", default="127.0.0.1:9092", help="Kafka brokers")
    parser.add_argument("--dsn", default="", help="PostgreSQL connection; empty: the PG* variables of the environment")
    parser.add_argument("--group", default="embeddings-to-pgvector", help="consumer group: who shares the partitions")
    parser.add_argument("--batch", type=int, default=500, help="most messages a transaction")
    parser.add_argument("--until-end", action="store_true", help="stop at what is the end now instead of following")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="setting of librdkafka, such as security.protocol=SSL")
    return parser.parse_args(words)


def main(words):
    import psycopg
    from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException

    options = arguments(words)
    topic = f"{options.pipeline}.embeddings"
    stopping = []
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopping.append(True))

    consumer = Consumer({
        "bootstrap.servers": options.bootstrap,
        "group.id": options.group,
        "enable.auto.commit": False,  # The database knows how far it is.
        "auto.offset.reset": "error",
        "isolation.level": "read_committed",
        "enable.partition.eof": options.until_end,
        **dict(pair.split("=", 1) for pair in options.set),
    })
    written = {}  # Next offset of each partition that is ours.
    ended = set()
    repeats = Repeats()
    total = 0

    # No prepared statements: a pooler such as PgBouncer may give every transaction another connection.
    with psycopg.connect(options.dsn, autocommit=True, prepare_threshold=None) as connection:
        def assigned(_, partitions):
            for place in partitions:
                found = connection.execute(
                    "SELECT next_offset FROM embedding_offsets WHERE topic = %s AND partition = %s", (place.topic, place.partition)).fetchone()
                place.offset = found[0] if found else OFFSET_BEGINNING
                written[(place.topic, place.partition)] = place.offset
            consumer.assign(partitions)

        def revoked(_, partitions):
            for place in partitions:
                written.pop((place.topic, place.partition), None)

        consumer.subscribe([topic], on_assign=assigned, on_revoke=revoked)
        try:
            while not stopping and not (written and ended.issuperset(written)):
                read = []
                for message in consumer.consume(options.batch, timeout=1.0):
                    place = (message.topic(), message.partition())
                    if message.error() is None:
                        read.append((place, message))
                    elif message.error().code() == KafkaError._PARTITION_EOF:
                        ended.add(place)
                    else:
                        raise KafkaException(message.error())
                # A rebalance within consume() may have taken a partition whose messages are in the list.
                ours = [(place, message) for place, message in read if place in written]
                total += apply(connection, options.pipeline, ours, written, repeats)
        finally:
            consumer.close()
    print(f"{total} messages of {topic} written", flush=True)
    return 0


def apply(connection, pipeline, messages, written, repeats):
    """Writes what the messages say and moves written; returns how many were no repeats."""
    changes, after = [], {}
    for place, message in messages:
        try:
            change = change_of(pipeline, message.key(), message.value(), message.headers())
        except NotAnEmbedding as problem:
            raise SystemExit(f"{place[0]}[{place[1]}] offset {message.offset()}: {problem}") from problem
        after[place] = message.offset() + 1
        if repeats.is_new(change.id):
            changes.append(change)
    if after:
        write(connection, pipeline, changes, {place: (written[place], end) for place, end in after.items()})
        written.update(after)
    return len(changes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
