IF {condition} THEN
  RETURN;
END IF;
