new: INSERT INTO tickets (title) VALUES ('after') RETURNING *
new: SELECT pg_get_serial_sequence('public.tickets', 'id')
