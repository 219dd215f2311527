
BEGIN
  -- Only the old version writes as yet. Every row it touches is filled, whatever it changed, for
  -- the row may move past the backfill.
{fill}
{serialise}  RETURN NEW;
END
