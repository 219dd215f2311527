CREATE TRIGGER {trigger} BEFORE UPDATE ON {table}
FOR EACH ROW
WHEN ({key_changed})
EXECUTE FUNCTION {function}()
