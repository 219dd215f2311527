-- With its owner's rights: whoever may only INSERT cannot look whether a row is there.
CREATE OR REPLACE FUNCTION {function}({parameters}) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = {path} AS {body}
