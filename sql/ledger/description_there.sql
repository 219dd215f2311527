-- Whether there is a place for descriptions: a ledger of an earlier release has none.
SELECT to_regclass('straddle.descriptions') IS NOT NULL
