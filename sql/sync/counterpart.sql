-- With its owner's rights: whoever may only write the rows that refer cannot look at those that they refer to.
CREATE OR REPLACE FUNCTION {function}({computed}, {parameters}) RETURNS {returns} LANGUAGE plpgsql
SECURITY DEFINER SET search_path = {path} AS {body}
