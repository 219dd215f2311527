CREATE TABLE kinds (name text COLLATE "C" PRIMARY KEY);
CREATE TABLE things (
  id int PRIMARY KEY,
  kind varchar(20) COLLATE "C" NOT NULL,
  place text,
  note text,
  CONSTRAINT things_unique UNIQUE (place, kind) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT things_long CHECK (length(kind) > 1)
);
ALTER TABLE things ALTER kind SET STORAGE external, ALTER kind SET STATISTICS 250, ALTER kind SET (n_distinct = 7);
ALTER TABLE things ALTER place SET STORAGE main, ALTER place SET COMPRESSION pglz;
COMMENT ON COLUMN things.kind IS 'what it is';
GRANT SELECT (id, kind), UPDATE (kind) ON things TO pg_signal_backend;
INSERT INTO kinds VALUES ('box'), ('bag');
INSERT INTO things VALUES (1, 'box', 'here', 'a'), (2, 'bag', 'away', 'b'), (3, 'case', 'here', 'c'), (4, 'pan', NULL, 'd');
ALTER TABLE things
  ADD CONSTRAINT things_short CHECK (length(kind) < 6) NOT VALID,
  ADD CONSTRAINT things_kind FOREIGN KEY (kind) REFERENCES kinds NOT VALID;
COMMENT ON CONSTRAINT things_short ON things IS 'new ones are short';
COMMENT ON CONSTRAINT things_long ON things IS 'none is very short';
COMMENT ON CONSTRAINT things_unique ON things IS 'one of a kind in each place';
COMMENT ON CONSTRAINT things_kind ON things IS 'new ones are known';
CREATE INDEX things_lower ON things (lower(kind), place) WITH (fillfactor = 70) WHERE kind <> 'none';
ALTER INDEX things_lower ALTER COLUMN 1 SET STATISTICS 500;
COMMENT ON INDEX things_lower IS 'for the search';
CREATE INDEX things_kind_idx ON things (kind DESC NULLS LAST) INCLUDE (note);
CREATE INDEX things_pattern ON things (kind text_pattern_ops);
CLUSTER things USING things_kind_idx;
CREATE STATISTICS things_stats (ndistinct, dependencies) ON kind, place FROM things;
COMMENT ON STATISTICS things_stats IS 'they go together';
ALTER STATISTICS things_stats SET STATISTICS 300;
CREATE STATISTICS things_expr ON (upper(kind)) FROM things;
