INSERT INTO straddle.backfills (migration, step, relation, file_node, first_block, end_block, next_block)
VALUES ($1, $2, $3, $4, $5, $6, $5)
