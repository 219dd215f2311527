-- The ledger. Everything in the schema is ours; PUBLIC may look up the functions that writers call.
CREATE SCHEMA IF NOT EXISTS straddle;
GRANT USAGE ON SCHEMA straddle TO PUBLIC;

-- The format of these tables. A later one is refused by this release, an earlier one upgraded.
CREATE TABLE IF NOT EXISTS straddle.format (
  version integer NOT NULL
);
INSERT INTO straddle.format SELECT 4 WHERE NOT EXISTS (SELECT FROM straddle.format);

CREATE TABLE IF NOT EXISTS straddle.migrations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  base_schema text NOT NULL,
  -- Of several that were started as one, the last one's.
  name text NOT NULL,
  checksum text NOT NULL,
  -- The migrations as they were given, in order: a list.
  content jsonb NOT NULL,
  version_schema text NOT NULL,
  previous_schema text,
  plan jsonb NOT NULL,
  -- Live or underway: `active`; then `completed` or `rolled_back`.
  state text NOT NULL CHECK (state IN ('active', 'completed', 'rolled_back')),
  -- The cursor: the phase and how many of its steps are done. In `abort`: how many steps of the
  -- start are still in force.
  phase text NOT NULL,
  steps_done integer NOT NULL,
  -- Whether the step behind the cursor, which Postgres keeps out of transactions, may have run.
  begun boolean NOT NULL DEFAULT false,
  -- Whether sync was seen not to work since: `complete` then compares the versions' rows.
  suspect boolean NOT NULL DEFAULT false,
  -- The order of each table's columns, as the version shows them.
  column_order jsonb NOT NULL,
  -- The run that owns the migration; the batches of an older one stop.
  run uuid NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  activated_at timestamptz,
  ended_at timestamptz
);

-- One at a time per base schema.
CREATE UNIQUE INDEX IF NOT EXISTS migrations_active
  ON straddle.migrations (base_schema) WHERE state = 'active';

-- Format 1 had one cursor a table. A backfill that it has begun begins anew, and finds its rows filled.
DO $do$ BEGIN
  IF (SELECT version FROM straddle.format) = 1 THEN
    DROP TABLE IF EXISTS straddle.backfills;
    ALTER TABLE straddle.migrations ADD COLUMN IF NOT EXISTS suspect boolean NOT NULL DEFAULT false;
    UPDATE straddle.format SET version = 2;
  END IF;
  -- Format 2 had one migration a row; a release that knows no other would take those before the last for pending.
  IF (SELECT version FROM straddle.format) = 2 THEN
    UPDATE straddle.migrations SET content = jsonb_build_array(content)
    WHERE jsonb_typeof(content) <> 'array';
    UPDATE straddle.format SET version = 3;
  END IF;
  -- Format 3 had no descriptions; a release that knows of none would leave one behind that is no longer true.
  IF (SELECT version FROM straddle.format) = 3 THEN
    UPDATE straddle.format SET version = 4;
  END IF;
END $do$;

-- Where the backfill of a table, or of a partition, stands: ranges of the blocks of one file node.
CREATE TABLE IF NOT EXISTS straddle.backfills (
  migration bigint NOT NULL REFERENCES straddle.migrations ON DELETE CASCADE,
  step integer NOT NULL,
  relation oid NOT NULL,
  file_node oid NOT NULL,
  first_block bigint NOT NULL,
  -- The one behind the last.
  end_block bigint NOT NULL,
  -- The first that is not done.
  next_block bigint NOT NULL,
  rows_written bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (migration, step, relation, first_block)
);

-- How a migration's backfill is throttled: written by any session, read about every second by the one that fills.
CREATE TABLE IF NOT EXISTS straddle.controls (
  migration bigint PRIMARY KEY REFERENCES straddle.migrations ON DELETE CASCADE,
  paused boolean NOT NULL DEFAULT false,
  -- The settings in force.
  throttle jsonb NOT NULL DEFAULT '{}'
);

-- What the run that fills a table has told of it last, for `status`: about once a second.
CREATE TABLE IF NOT EXISTS straddle.progress (
  migration bigint PRIMARY KEY REFERENCES straddle.migrations ON DELETE CASCADE,
  run uuid NOT NULL,
  -- How fast it goes, where that is known.
  rows_per_second bigint,
  seconds_left bigint,
  -- What it waits for, while it rests.
  held text,
  told_at timestamptz NOT NULL
);

-- What a base schema was like when Straddle had changed it last: what differs from that was changed by others.
CREATE TABLE IF NOT EXISTS straddle.descriptions (
  base_schema text PRIMARY KEY,
  -- The migration that was completed last then, if there was one.
  migration bigint,
  -- The form of the descriptions, and the major version of the server that printed them.
  format integer NOT NULL,
  server integer NOT NULL,
  -- Of all that is described: where it is the same, nothing else is read.
  digest text NOT NULL,
  -- The OID of this table then: another one in a database that was restored from a dump.
  place oid NOT NULL
);
CREATE TABLE IF NOT EXISTS straddle.described (
  base_schema text NOT NULL,
  -- Such as `table users`.
  object text NOT NULL,
  name text NOT NULL,
  description text NOT NULL,
  PRIMARY KEY (base_schema, object)
);

-- What was found to be changed by others, and recorded.
CREATE TABLE IF NOT EXISTS straddle.drift (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  base_schema text NOT NULL,
  -- The migration that was completed last then, by name.
  since text,
  found_at timestamptz NOT NULL DEFAULT now(),
  changes jsonb NOT NULL
);
