-- Every event once. A row is one event, in its topic's table, ordered as it stands in the log
-- (partition, offset, and index inside the record); the cause names the event that made a fold
-- write it (of a person or a role: zeros).
-- Amounts are in the asset's smallest unit. Rows wait for the disk, since what they hold is
-- counted as archived; an insert that is repeated with its token within the window adds nothing.

CREATE TABLE IF NOT EXISTS commands
(
    incarnation UInt32,
    log_partition UInt16,
    log_offset UInt64,
    log_index UInt32,
    writer LowCardinality(String),
    cause_partition UInt16,
    cause_offset UInt64,
    cause_index UInt32,
    type LowCardinality(String),
    at DateTime64(3, 'UTC'),
    entities Array(String),
    data String CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (log_partition, log_offset, log_index)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1,
    fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS intake
(
    incarnation UInt32,
    log_partition UInt16,
    log_offset UInt64,
    log_index UInt32,
    writer LowCardinality(String),
    cause_partition UInt16,
    cause_offset UInt64,
    cause_index UInt32,
    type LowCardinality(String),
    at DateTime64(3, 'UTC'),
    entities Array(String),
    data String CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (log_partition, log_offset, log_index)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1,
    fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS controls
(
    incarnation UInt32,
    log_partition UInt16,
    log_offset UInt64,
    log_index UInt32,
    writer LowCardinality(String),
    cause_partition UInt16,
    cause_offset UInt64,
    cause_index UInt32,
    type LowCardinality(String),
    at DateTime64(3, 'UTC'),
    entities Array(String),
    data String CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (log_partition, log_offset, log_index)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1,
    fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS market
(
    incarnation UInt32,
    log_partition UInt16,
    log_offset UInt64,
    log_index UInt32,
    writer LowCardinality(String),
    cause_partition UInt16,
    cause_offset UInt64,
    cause_index UInt32,
    type LowCardinality(String),
    at DateTime64(3, 'UTC'),
    entities Array(String),
    data String CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (log_partition, log_offset, log_index)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1,
    fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS ledger
(
    incarnation UInt32,
    log_partition UInt16,
    log_offset UInt64,
    log_index UInt32,
    writer LowCardinality(String),
    cause_partition UInt16,
    cause_offset UInt64,
    cause_index UInt32,
    type LowCardinality(String),
    at DateTime64(3, 'UTC'),
    entities Array(String),
    data String CODEC(ZSTD(1)),
    legs Nested(
        account String,
        asset String,
        code LowCardinality(String),
        amount_minor Int128
    )
)
ENGINE = MergeTree
ORDER BY (log_partition, log_offset, log_index)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1,
    fsync_part_directory = 1;

-- Content is not kept twice: the writer and the cause of each event name the record it was copied
-- from; `data` is filled only for what stands nowhere else: ticks, controls and answers.
CREATE TABLE IF NOT EXISTS lanes
(
    incarnation UInt32,
    log_partition UInt16,
    log_offset UInt64,
    log_index UInt32,
    writer LowCardinality(String),
    cause_partition UInt16,
    cause_offset UInt64,
    cause_index UInt32,
    type LowCardinality(String),
    at DateTime64(3, 'UTC'),
    entities Array(String),
    data String CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (log_partition, log_offset, log_index)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1,
    fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS signals
(
    incarnation UInt32,
    log_partition UInt16,
    log_offset UInt64,
    log_index UInt32,
    writer LowCardinality(String),
    cause_partition UInt16,
    cause_offset UInt64,
    cause_index UInt32,
    type LowCardinality(String),
    at DateTime64(3, 'UTC'),
    entities Array(String),
    data String CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (log_partition, log_offset, log_index)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1,
    fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS risks
(
    incarnation UInt32,
    log_partition UInt16,
    log_offset UInt64,
    log_index UInt32,
    writer LowCardinality(String),
    cause_partition UInt16,
    cause_offset UInt64,
    cause_index UInt32,
    type LowCardinality(String),
    at DateTime64(3, 'UTC'),
    entities Array(String),
    data String CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (log_partition, log_offset, log_index)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1,
    fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS decisions
(
    incarnation UInt32,
    log_partition UInt16,
    log_offset UInt64,
    log_index UInt32,
    writer LowCardinality(String),
    cause_partition UInt16,
    cause_offset UInt64,
    cause_index UInt32,
    type LowCardinality(String),
    at DateTime64(3, 'UTC'),
    entities Array(String),
    data String CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (log_partition, log_offset, log_index)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1,
    fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS cuts
(
    incarnation UInt32,
    log_partition UInt16,
    log_offset UInt64,
    log_index UInt32,
    writer LowCardinality(String),
    cause_partition UInt16,
    cause_offset UInt64,
    cause_index UInt32,
    type LowCardinality(String),
    at DateTime64(3, 'UTC'),
    entities Array(String),
    data String CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (log_partition, log_offset, log_index)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1,
    fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS alerts
(
    incarnation UInt32,
    log_partition UInt16,
    log_offset UInt64,
    log_index UInt32,
    writer LowCardinality(String),
    cause_partition UInt16,
    cause_offset UInt64,
    cause_index UInt32,
    type LowCardinality(String),
    at DateTime64(3, 'UTC'),
    entities Array(String),
    data String CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (log_partition, log_offset, log_index)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1,
    fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS pages
(
    incarnation UInt32,
    log_partition UInt16,
    log_offset UInt64,
    log_index UInt32,
    writer LowCardinality(String),
    cause_partition UInt16,
    cause_offset UInt64,
    cause_index UInt32,
    type LowCardinality(String),
    at DateTime64(3, 'UTC'),
    entities Array(String),
    data String CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (log_partition, log_offset, log_index)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1,
    fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS audit
(
    incarnation UInt32,
    log_partition UInt16,
    log_offset UInt64,
    log_index UInt32,
    writer LowCardinality(String),
    cause_partition UInt16,
    cause_offset UInt64,
    cause_index UInt32,
    type LowCardinality(String),
    at DateTime64(3, 'UTC'),
    entities Array(String),
    data String CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (log_partition, log_offset, log_index)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1,
    fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS dead_letters
(
    incarnation UInt32,
    log_partition UInt16,
    log_offset UInt64,
    log_index UInt32,
    writer LowCardinality(String),
    cause_partition UInt16,
    cause_offset UInt64,
    cause_index UInt32,
    type LowCardinality(String),
    at DateTime64(3, 'UTC'),
    entities Array(String),
    data String CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (log_partition, log_offset, log_index)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1,
    fsync_part_directory = 1;

-- One row per leg; the sum of amount_minor per asset is zero.
CREATE VIEW IF NOT EXISTS postings AS
SELECT
    incarnation,
    log_partition,
    log_offset,
    log_index,
    leg,
    type,
    at,
    JSONExtractString(data, 'subject') AS subject,
    JSONExtractString(data, 'reason') AS reason,
    account,
    asset,
    code,
    amount_minor
FROM ledger
ARRAY JOIN
    arrayEnumerate(legs.account) AS leg,
    legs.account AS account,
    legs.asset AS asset,
    legs.code AS code,
    legs.amount_minor AS amount_minor;

-- Up to where each partition is archived: written after its rows, read as the newest of its kind
-- (argMax by next_offset). `causes` is what the archive must know to drop repetitions.
CREATE TABLE IF NOT EXISTS archive_manifest
(
    topic LowCardinality(String),
    incarnation UInt32,
    log_partition UInt16,
    next_offset UInt64,
    causes String CODEC(ZSTD(1)),
    written_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(next_offset)
ORDER BY (topic, incarnation, log_partition)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1,
    fsync_part_directory = 1;
