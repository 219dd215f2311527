-- What stands on the columns $3 of the tables $2, pair by pair, of the schema $1 and can be made again: each behind what it
-- stands on, with the statements that drop and make it, as Postgres prints them for the present search path. Where $5
-- is given, they are those that make it in the schema $5. Views in the schemas $4 are our own.
WITH RECURSIVE going AS (
  SELECT c.oid AS relid, a.attnum, t.number
  FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS t (relname, attname, number)
  JOIN pg_class c ON c.relname = t.relname
    AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = t.attname AND NOT a.attisdropped
), found AS (
  SELECT d.classid, d.objid, min(going.number) AS number
  FROM going
  JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = going.relid
    AND d.refobjsubid = going.attnum AND d.deptype IN ('n', 'a')
  GROUP BY d.classid, d.objid
), standing (oid, depth, number) AS (
  SELECT v.oid, 1, found.number
  FROM found
  JOIN pg_rewrite r ON found.classid = 'pg_rewrite'::regclass AND r.oid = found.objid
  JOIN pg_class v ON v.oid = r.ev_class AND v.relkind = 'v'
  WHERE v.relnamespace <> ALL (SELECT oid FROM pg_namespace WHERE nspname = ANY ($4::text[]))
  UNION
  SELECT v.oid, standing.depth + 1, standing.number
  FROM standing
  JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = standing.oid
    AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_rewrite r ON r.oid = d.objid
  JOIN pg_class v ON v.oid = r.ev_class AND v.relkind = 'v' AND v.oid <> standing.oid
  -- By rules, views may stand on each other.
  WHERE standing.depth < 40
), view AS (
  SELECT v.*, n.nspname, format('%I.%I', n.nspname, v.relname) AS name,
    format('%I.%I', COALESCE($5::text, n.nspname), v.relname) AS made, s.depth, s.number,
    rtrim(pg_get_viewdef(v.oid), ';') AS query
  FROM (SELECT oid, max(depth) AS depth, min(number) AS number FROM standing GROUP BY oid) AS s
  JOIN pg_class v ON v.oid = s.oid
  JOIN pg_namespace n ON n.oid = v.relnamespace
), holder AS (
  -- A composite value of a table's is given by places, and a column takes another one.
  SELECT d.classid, d.objid
  FROM (SELECT DISTINCT relid FROM going) AS g
  JOIN pg_class c ON c.oid = g.relid
  JOIN pg_type t ON t.oid = c.reltype
  CROSS JOIN LATERAL unnest(ARRAY[t.oid, t.typarray]) AS of (oid)
  JOIN pg_depend d ON d.refclassid = 'pg_type'::regclass AND d.refobjid = of.oid
  WHERE d.classid <> 'pg_class'::regclass
), carried AS (
  SELECT 'pg_class'::regclass::oid AS classid, v.oid AS objid, v.depth AS place, v.number,
    jsonb_build_object('schema', v.nspname, 'name', v.relname) AS relation,
    pg_get_userbyid(v.relowner) AS owner,
    CASE
      WHEN v.relpersistence = 't' THEN 'it is a temporary view'
      WHEN v.depth >= 40 THEN 'more than 40 views stand on each other there'
      WHEN v.nspname = ANY ($4::text[]) THEN 'it is a view of the version'
      WHEN NOT pg_has_role(v.relowner, 'USAGE') OR NOT pg_has_role(v.relowner, CASE
        WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)
      THEN format('it belongs to %I, whose rights %I has not', pg_get_userbyid(v.relowner), current_user)
      WHEN NOT has_schema_privilege(v.relnamespace, 'CREATE')
      THEN format('%I lacks CREATE on the schema %I', current_user, v.nspname)
      WHEN NOT has_schema_privilege(v.relowner, v.relnamespace, 'CREATE')
      THEN format('its owner %I lacks CREATE on the schema %I', pg_get_userbyid(v.relowner), v.nspname)
      WHEN EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = v.oid AND d.deptype = 'e')
      THEN 'it belongs to an extension'
      WHEN EXISTS (SELECT FROM pg_seclabel l WHERE l.classoid = 'pg_class'::regclass AND l.objoid = v.oid)
      THEN 'it has a security label'
      WHEN EXISTS (
        SELECT FROM aclexplode(v.relacl) AS acl WHERE acl.grantor <> v.relowner
        UNION ALL
        SELECT FROM pg_attribute a, aclexplode(a.attacl) AS acl
        WHERE a.attrelid = v.oid AND acl.grantor <> v.relowner)
      THEN 'somebody but its owner has granted privileges on it'
      WHEN v.relacl IS NOT NULL AND EXISTS (
        SELECT acl.privilege_type FROM aclexplode(acldefault('r', v.relowner)) AS acl
        EXCEPT
        SELECT acl.privilege_type FROM aclexplode(v.relacl) AS acl WHERE acl.grantee = v.relowner)
      THEN 'its owner has not all privileges on it'
      WHEN EXISTS (
        SELECT FROM pg_rewrite r JOIN holder ON holder.classid = 'pg_rewrite'::regclass AND holder.objid = r.oid
        WHERE r.ev_class = v.oid)
      THEN 'it uses the row type of the table'
      ELSE (
        SELECT format('%s stands on it', pg_describe_object(
          CASE WHEN r.oid IS NULL THEN d.classid ELSE 'pg_class'::regclass::oid END,
          COALESCE(r.ev_class, d.objid), 0))
        FROM (
          SELECT 'pg_class'::regclass AS class, v.oid
          UNION ALL
          SELECT 'pg_type'::regclass, unnest(ARRAY[t.oid, t.typarray]) FROM pg_type t WHERE t.oid = v.reltype
        ) AS itself
        JOIN pg_depend d ON d.refclassid = itself.class AND d.refobjid = itself.oid
        LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
        WHERE d.deptype IN ('n', 'a')
          AND d.classid NOT IN ('pg_trigger'::regclass, 'pg_attrdef'::regclass, 'pg_type'::regclass)
          AND (r.oid IS NULL OR r.ev_class NOT IN (SELECT oid FROM view))
        LIMIT 1) END AS problem,
    concat_ws(E'\n', v.query, (
      SELECT string_agg(pg_get_ruledef(r.oid), E'\n') FROM pg_rewrite r
      WHERE r.ev_class = v.oid AND r.rulename <> '_RETURN')) AS text,
    ARRAY[format('DROP VIEW %s', v.name)] AS drop,
    ARRAY[format('CREATE VIEW %s%s AS %s', v.made,
      ' WITH (' || array_to_string(v.reloptions, ', ') || ')', v.query)]
      || ARRAY(
        SELECT format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', v.made, a.attname,
          pg_get_expr(d.adbin, d.adrelid))
        FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
        WHERE d.adrelid = v.oid ORDER BY a.attnum)
      || ARRAY(
        SELECT line
        FROM pg_rewrite r CROSS JOIN LATERAL (VALUES
          (1, pg_get_ruledef(r.oid, $5::text IS NOT NULL)),
          (2, CASE WHEN obj_description(r.oid, 'pg_rewrite') IS NOT NULL
            THEN format('COMMENT ON RULE %I ON %s IS %L', r.rulename, v.made,
              obj_description(r.oid, 'pg_rewrite')) END)) AS lines (place, line)
        WHERE r.ev_class = v.oid AND r.rulename <> '_RETURN' AND line IS NOT NULL
        ORDER BY r.rulename, place)
      || ARRAY(
        SELECT line
        FROM pg_trigger t CROSS JOIN LATERAL (VALUES
          (1, pg_get_triggerdef(t.oid, $5::text IS NOT NULL)),
          (2, CASE WHEN obj_description(t.oid, 'pg_trigger') IS NOT NULL
            THEN format('COMMENT ON TRIGGER %I ON %s IS %L', t.tgname, v.made,
              obj_description(t.oid, 'pg_trigger')) END)) AS lines (place, line)
        WHERE t.tgrelid = v.oid AND NOT t.tgisinternal AND line IS NOT NULL
        ORDER BY t.tgname, place)
      || ARRAY(
        SELECT format('COMMENT ON %s IS %L',
          CASE WHEN d.objsubid = 0 THEN 'VIEW ' || v.made ELSE format('COLUMN %s.%I', v.made, a.attname) END,
          d.description)
        FROM pg_description d
        LEFT JOIN pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid
        WHERE d.classoid = 'pg_class'::regclass AND d.objoid = v.oid
        ORDER BY d.objsubid) AS make,
    ARRAY[format('ALTER VIEW %s OWNER TO %I', v.name, pg_get_userbyid(v.relowner))]
      -- Default privileges, of whoever makes it, have given something, too.
      || ARRAY(
        SELECT DISTINCT format('REVOKE ALL ON %s FROM %s', v.name,
          CASE WHEN acl.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END)
        FROM pg_default_acl d CROSS JOIN LATERAL aclexplode(d.defaclacl) AS acl
        WHERE d.defaclobjtype = 'r' AND d.defaclnamespace IN (0, v.relnamespace)
          AND acl.grantee <> v.relowner)
      || ARRAY(
        SELECT format('GRANT %s%s ON %s TO %s%s', given.privilege_type, ' (' || quote_ident(given.attname) || ')',
          v.name, CASE WHEN given.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(given.grantee)) END,
          CASE WHEN given.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
        FROM (
          SELECT 0 AS attnum, NULL::name AS attname, acl.* FROM aclexplode(v.relacl) WITH ORDINALITY AS acl
          UNION ALL
          SELECT a.attnum, a.attname, acl.*
          FROM pg_attribute a CROSS JOIN LATERAL aclexplode(a.attacl) WITH ORDINALITY AS acl
          WHERE a.attrelid = v.oid) AS given
        WHERE given.grantee <> v.relowner OR given.attname IS NOT NULL
        ORDER BY given.attnum, given.ordinality) AS dress
  FROM view v
  UNION ALL
  SELECT found.classid, p.oid, 100, found.number, NULL, NULL,
    CASE
      WHEN NOT pg_has_role(p.proowner, 'USAGE')
      THEN format('it belongs to %I, whose rights %I has not', pg_get_userbyid(p.proowner), current_user)
      WHEN NOT has_schema_privilege(p.pronamespace, 'CREATE')
      THEN format('%I lacks CREATE on the schema %I', current_user, p.pronamespace::regnamespace)
      WHEN NOT has_language_privilege(p.prolang, 'USAGE')
      THEN format('%I may not use its language', current_user)
      WHEN EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'x'))
      THEN 'it belongs to an extension'
      WHEN EXISTS (SELECT FROM holder WHERE holder.classid = found.classid AND holder.objid = p.oid)
      THEN 'it uses the row type of the table' END,
    pg_get_functiondef(p.oid),
    -- It stays, with all that uses it; only its body goes.
    ARRAY['SET LOCAL check_function_bodies = off',
      format('CREATE OR REPLACE %s %I.%I(%s)%s LANGUAGE sql AS %L',
        CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, n.nspname, p.proname,
        pg_get_function_arguments(p.oid), ' RETURNS ' || pg_get_function_result(p.oid), ''),
      'SET LOCAL check_function_bodies = on'],
    ARRAY[pg_get_functiondef(p.oid)],
    '{}'
  FROM found
  JOIN pg_proc p ON found.classid = 'pg_proc'::regclass AND p.oid = found.objid
    AND p.prosqlbody IS NOT NULL AND p.prokind IN ('f', 'p')
    AND p.pronamespace IS DISTINCT FROM to_regnamespace('straddle')
  JOIN pg_namespace n ON n.oid = p.pronamespace
  UNION ALL
  SELECT found.classid, t.oid, 101, found.number,
    jsonb_build_object('schema', n.nspname, 'name', c.relname), NULL,
    CASE
      WHEN EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_trigger'::regclass AND d.objid = t.oid AND d.deptype = 'x')
      THEN 'it depends on an extension'
      WHEN EXISTS (
        SELECT FROM pg_trigger own
        WHERE own.tgname = t.tgname AND own.tgparentid <> 0 AND own.tgenabled <> t.tgenabled
          AND own.tgrelid IN (SELECT relid FROM pg_partition_tree(c.oid)))
      THEN 'on a partition it is enabled otherwise'
      WHEN EXISTS (SELECT FROM holder WHERE holder.classid = found.classid AND holder.objid = t.oid)
      THEN 'it uses the row type of the table' END,
    pg_get_triggerdef(t.oid),
    ARRAY[format('DROP TRIGGER %I ON %I.%I', t.tgname, n.nspname, c.relname)],
    ARRAY(
      SELECT line
      FROM (VALUES
        (1, pg_get_triggerdef(t.oid, $5::text IS NOT NULL)),
        (2, CASE WHEN t.tgenabled <> 'O' THEN format('ALTER TABLE %I.%I %s TRIGGER %I',
          COALESCE($5::text, n.nspname), c.relname,
          CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END,
          t.tgname) END),
        (3, CASE WHEN obj_description(t.oid, 'pg_trigger') IS NOT NULL
          THEN format('COMMENT ON TRIGGER %I ON %I.%I IS %L', t.tgname, COALESCE($5::text, n.nspname), c.relname,
            obj_description(t.oid, 'pg_trigger')) END),
        (4, CASE WHEN obj_description(t.tgconstraint, 'pg_constraint') IS NOT NULL
          THEN format('COMMENT ON CONSTRAINT %I ON %I.%I IS %L', t.tgname, COALESCE($5::text, n.nspname), c.relname,
            obj_description(t.tgconstraint, 'pg_constraint')) END)) AS lines (place, line)
      WHERE line IS NOT NULL
      ORDER BY place),
    '{}'
  FROM found
  JOIN pg_trigger t ON found.classid = 'pg_trigger'::regclass AND t.oid = found.objid
    AND NOT t.tgisinternal AND t.tgparentid = 0
  JOIN pg_class c ON c.oid = t.tgrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE t.tgrelid IN (SELECT relid FROM going)
    AND NOT EXISTS (
      SELECT FROM pg_proc own
      WHERE own.oid = t.tgfoid AND own.pronamespace = to_regnamespace('straddle'))
  UNION ALL
  SELECT found.classid, p.oid, 102, found.number,
    jsonb_build_object('schema', n.nspname, 'name', c.relname), NULL,
    CASE WHEN EXISTS (SELECT FROM holder WHERE holder.classid = found.classid AND holder.objid = p.oid)
      THEN 'it uses the row type of the table' END,
    concat_ws(E'\n', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)),
    ARRAY[format('DROP POLICY %I ON %I.%I', p.polname, n.nspname, c.relname)],
    ARRAY[format('CREATE POLICY %I ON %I.%I AS %s FOR %s TO %s%s%s', p.polname, COALESCE($5::text, n.nspname),
        c.relname, CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
        CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
          ELSE 'ALL' END,
        (SELECT string_agg(CASE WHEN role = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(role)) END, ', ')
         FROM unnest(p.polroles) AS role),
        ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
        ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')]
      || ARRAY(
        SELECT format('COMMENT ON POLICY %I ON %I.%I IS %L', p.polname, COALESCE($5::text, n.nspname), c.relname, said)
        FROM obj_description(p.oid, 'pg_policy') AS said WHERE said IS NOT NULL),
    '{}'
  FROM found
  JOIN pg_policy p ON found.classid = 'pg_policy'::regclass AND p.oid = found.objid
  JOIN pg_class c ON c.oid = p.polrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE p.polrelid IN (SELECT relid FROM going)
)
SELECT jsonb_build_object(
  'description', pg_describe_object(classid, objid, 0),
  'identity', (SELECT type || ' ' || identity FROM pg_identify_object(classid, objid, 0)),
  'kind', CASE place WHEN 100 THEN 'function' WHEN 101 THEN 'trigger' WHEN 102 THEN 'policy' ELSE 'view' END,
  'number', number - 1,
  'relation', relation,
  'owner', owner,
  -- Columns that a FROM names anew are told by their places, too: `FROM users u(a, b)`.
  'problem', COALESCE(problem, (
    SELECT format('its FROM gives the columns of %s names of its own', r.relname)
    FROM pg_class r
    WHERE r.oid IN (SELECT relid FROM going)
      AND text ~ (regexp_replace(quote_ident(r.relname), '([^[:alnum:]_])', '\\\1', 'g')
        || ' (([[:alnum:]_$]+)|("([^"]|"")*"))\(')
    LIMIT 1)),
  'drop', drop,
  'make', make,
  'dress', dress)
FROM carried
ORDER BY place, pg_describe_object(classid, objid, 0) COLLATE "C"
