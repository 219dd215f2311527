new: INSERT INTO labels (label, note) VALUES ('red', 1) RETURNING *
old: INSERT INTO notes VALUES (2, 'more')
