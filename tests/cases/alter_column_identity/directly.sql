ALTER TABLE bills ALTER id TYPE bigint, ALTER number TYPE integer;
