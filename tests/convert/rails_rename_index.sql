-- Written by hand in the manner of Rails: rename_index, remove_index, change_column_comment.
ALTER INDEX "index_a" RENAME TO "index_b";
DROP INDEX "index_c";
COMMENT ON COLUMN "pages"."word" IS 'What is read';
COMMENT ON INDEX "index_b" IS 'By word';
