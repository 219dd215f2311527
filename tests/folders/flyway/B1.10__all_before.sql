CREATE TABLE guest (id bigint);
