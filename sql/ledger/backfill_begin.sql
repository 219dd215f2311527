INSERT INTO straddle.backfills (migration, step, relation, file_node, blocks, next_block)
VALUES ($1, $2, $3, $4, $5, 0)
ON CONFLICT (migration, step, relation)
DO UPDATE SET file_node = excluded.file_node, blocks = excluded.blocks, next_block = 0
