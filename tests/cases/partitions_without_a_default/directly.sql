ALTER TABLE items ALTER size TYPE bigint, ALTER note TYPE varchar(9), ALTER note SET DEFAULT 'y';
