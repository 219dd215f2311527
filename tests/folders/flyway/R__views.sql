CREATE OR REPLACE VIEW stays AS SELECT guest_id, count(*) AS times FROM stay GROUP BY guest_id;
