DROP TRIGGER trigger_for_events_of_jobs_that_are_scheduled ON jobs_of_the_queue;
DROP POLICY policy_for_those_that_are_not_scheduled_as_yet ON jobs_of_the_queue;
DROP VIEW reports_of_the_whole_company.jobs_that_are_scheduled_for_somewhen;
DROP FUNCTION how_many_jobs_are_scheduled_before_this_moment;
ALTER TABLE jobs_of_the_queue ALTER COLUMN scheduled_at TYPE timestamp USING scheduled_at AT TIME ZONE 'utc';
CREATE TRIGGER trigger_for_events_of_jobs_that_are_scheduled AFTER INSERT OR UPDATE ON jobs_of_the_queue FOR EACH ROW
  WHEN (NEW.scheduled_at IS NOT NULL AND NEW.status = 'todo') EXECUTE FUNCTION tell();
CREATE POLICY policy_for_those_that_are_not_scheduled_as_yet ON jobs_of_the_queue USING (scheduled_at IS NULL);
CREATE VIEW reports_of_the_whole_company.jobs_that_are_scheduled_for_somewhen AS
  SELECT id, scheduled_at FROM jobs_of_the_queue WHERE scheduled_at IS NOT NULL;
CREATE FUNCTION how_many_jobs_are_scheduled_before_this_moment(moment timestamp with time zone) RETURNS bigint
  LANGUAGE sql STABLE BEGIN ATOMIC SELECT count(*) FROM jobs_of_the_queue WHERE scheduled_at < moment; END;
