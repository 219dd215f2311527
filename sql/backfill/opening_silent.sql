-- As opening.sql; and users' triggers do not fire for rows that only we write.
BEGIN;
SET LOCAL synchronous_commit = off;
SET LOCAL straddle.backfill = 'on';
SET LOCAL session_replication_role = replica
