ALTER TABLE stay ADD COLUMN paid boolean NOT NULL DEFAULT false;
ALTER TABLE stay ADD COLUMN payer bigint REFERENCES guest;
