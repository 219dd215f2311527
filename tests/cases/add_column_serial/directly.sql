ALTER TABLE lines ADD number bigserial UNIQUE, ADD place smallserial;
GRANT USAGE ON SEQUENCE lines_number_seq, lines_place_seq TO pg_signal_backend;
