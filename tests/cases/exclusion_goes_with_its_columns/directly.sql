ALTER TABLE bookings DROP CONSTRAINT bookings_apart;
ALTER TABLE bookings DROP CONSTRAINT bookings_spaced;
ALTER TABLE bookings DROP COLUMN cancelled;
ALTER TABLE bookings DROP COLUMN low;
ALTER TABLE bookings DROP COLUMN span;
