ALTER TABLE customers ALTER id TYPE bigint;
ALTER SEQUENCE customers_id_seq AS bigint;
ALTER TABLE orders ALTER customer_id TYPE bigint, ALTER id TYPE bigint;
ALTER TABLE lines ALTER order_id TYPE bigint;
ALTER TABLE parcels ALTER order_id TYPE bigint;
ALTER TABLE visits ALTER customer_id TYPE bigint;
ALTER TABLE calls ALTER customer_id TYPE bigint;
