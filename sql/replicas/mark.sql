-- Written to the WAL, and, behind the commit, on its disk; nobody who decodes it sees a change.
SELECT FROM straddle.format FOR UPDATE
