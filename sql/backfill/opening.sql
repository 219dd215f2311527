-- The cursor moves in the batch's transaction, so that losing the last moments in a crash of the
-- server loses both.
BEGIN;
SET LOCAL synchronous_commit = off;
-- The sync trigger steps aside.
SET LOCAL straddle.backfill = 'on';
{quiet}
-- Before the first row is locked: whoever keeps the table to himself keeps no row from anybody through us.
LOCK TABLE ONLY {table} IN ROW EXCLUSIVE MODE;
-- From here on rows are locked.
SET LOCAL lock_timeout = {wait};
SET LOCAL statement_timeout = {most}
