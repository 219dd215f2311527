ALTER TABLE tickets ALTER id TYPE bigint; ALTER SEQUENCE tickets_id_seq AS bigint;
ALTER TABLE badges ALTER id TYPE bigint, ALTER guest TYPE bigint; ALTER SEQUENCE numbers AS bigint;
