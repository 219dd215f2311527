CREATE FUNCTION {function}({parameters}) RETURNS {returns} LANGUAGE sql{volatility}{settings}
{body}
