old: INSERT INTO bookings VALUES (3, false, 20, 21, '[4,6)')
old: INSERT INTO bookings VALUES (3, true, 20, 21, '[4,6)')
new: INSERT INTO bookings VALUES (4, 45)
new: INSERT INTO bookings VALUES (5, 55)
old: SELECT * FROM bookings ORDER BY id
new: SELECT * FROM bookings ORDER BY id
