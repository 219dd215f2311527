ALTER TABLE tickets ALTER id TYPE bigint; ALTER SEQUENCE tickets_id_seq AS bigint;
