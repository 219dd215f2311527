-- The cursor moves in the batch's transaction, so that losing the last moments in a crash of the
-- server loses both.
BEGIN;
SET LOCAL synchronous_commit = off;
-- The sync trigger steps aside.
SET LOCAL straddle.backfill = 'on'
