CREATE TABLE guest (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(80) NOT NULL);
CREATE TABLE stay (id serial PRIMARY KEY, guest_id bigint NOT NULL REFERENCES guest, nights int);
