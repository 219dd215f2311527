SELECT * FROM rooms;
