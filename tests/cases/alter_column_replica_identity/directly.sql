ALTER TABLE parts ALTER number TYPE bigint;
