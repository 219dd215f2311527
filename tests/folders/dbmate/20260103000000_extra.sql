-- migrate:up
INSERT INTO users VALUES (1, 'Ann');

-- migrate:down
DELETE FROM users WHERE id = 1;
