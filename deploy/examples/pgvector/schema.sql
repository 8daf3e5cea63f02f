-- Embeddings of streaming-contrastive pipelines in PostgreSQL with pgvector (0.5 or newer, for hnsw).
--   psql "$DSN" -f schema.sql        may be run again
CREATE EXTENSION IF NOT EXISTS vector;

-- One row a key: the newest vector of each record that was not deleted.
CREATE TABLE IF NOT EXISTS embeddings (
    pipeline          text    NOT NULL,
    key               bytea   NOT NULL, -- the record's key as it was read; convert_from(key, 'UTF8') where it is text
    id                text    NOT NULL, -- ce_id: a message that comes twice has the same
    -- No dimension here: another model's vectors may be longer, and a table that refuses them stops the pipeline's consumer.
    embedding         vector  NOT NULL,
    model_version     bigint  NOT NULL,
    space_id          text    NOT NULL, -- never compare vectors of two spaces
    lineage_epoch     bigint  NOT NULL,
    step              bigint  NOT NULL,
    source_topic      text    NOT NULL,
    source_partition  integer NOT NULL,
    source_offset     bigint  NOT NULL,
    event_time        timestamptz,      -- null where the record had none
    PRIMARY KEY (pipeline, key)
);

-- How far each partition of NAME.embeddings is written. It moves in the transaction that writes the rows: a crash between the two
-- cannot happen, and a consumer that lost its partition to another one finds the offset moved and rolls back.
CREATE TABLE IF NOT EXISTS embedding_offsets (
    topic       text    NOT NULL,
    partition   integer NOT NULL,
    next_offset bigint  NOT NULL,
    PRIMARY KEY (topic, partition)
);

-- Nearest neighbours of one record, in its own space (the vectors have unit length, so the inner product is the cosine):
--
--   SELECT convert_from(other.key, 'UTF8'), -(other.embedding <#> one.embedding) AS cosine, other.model_version
--   FROM embeddings one JOIN embeddings other USING (pipeline, space_id)
--   WHERE one.pipeline = 'fashion-mnist' AND one.key = convert_to('42', 'UTF8') AND other.key <> one.key
--   ORDER BY other.embedding <#> one.embedding LIMIT 10;
--
-- An index has a dimension, so there is one a space. Make it once per space_id, and repeat its condition and its cast in queries:
--
--   CREATE INDEX CONCURRENTLY ON embeddings USING hnsw ((embedding::vector(64)) vector_ip_ops)
--   WHERE pipeline = 'fashion-mnist' AND space_id = 'SPACE';
