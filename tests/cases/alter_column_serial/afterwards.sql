new: INSERT INTO tickets (title) VALUES ('after') RETURNING *
new: SELECT pg_get_serial_sequence('public.tickets', 'id')
new: SELECT setval('public.numbers', 3000000000)
new: INSERT INTO badges DEFAULT VALUES RETURNING id
