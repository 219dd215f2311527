//! How values become text, and text values: for some types, settings of the session have a say in it.

use super::column::TypeName;
use crate::sql::Expression;

/// The order of day and month is left as it is: here it is what our own session has.
const DATES: &str = "DateStyle FROM CURRENT";
const INTERVALS: &str = "IntervalStyle TO postgres";
const FLOATS: &str = "extra_float_digits TO 1";
const BYTES: &str = "bytea_output TO hex";
const XML: &str = "xmloption TO content";
const NULLS: &str = "array_nulls TO on";

/// All of them, in the order in which they are set. Our own session has the same (`catalog/settings.sql`).
const ALL: &[&str] = &[DATES, INTERVALS, FLOATS, BYTES, XML, NULLS];

/// What CREATE FUNCTION says so that values of these types become the same text whoever calls: ` SET
/// extra_float_digits TO 1`, or nothing. Each of the settings costs every call some half a microsecond, so that only
/// those are set on which one of the types depends.
#[must_use]
pub(crate) fn settings_for<'t>(types: impl Iterator<Item = &'t TypeName>) -> Expression {
    let mut needed: Vec<&str> = types.flat_map(|one| settings_of(one.as_str())).copied().collect();
    needed.sort_unstable_by_key(|setting| ALL.iter().position(|one| one == setting));
    needed.dedup();
    Expression::from_catalog(
        needed.iter().map(|setting| format!(" SET {setting}")).collect::<String>(),
    )
}

/// The settings on which the text of a type's values depends; of a type that is not known, all.
fn settings_of(type_name: &str) -> &'static [&'static str] {
    if type_name.ends_with(']') {
        return ALL;
    }
    match type_name.split([' ', '(']).next().unwrap_or_default() {
        "bigint" | "bit" | "boolean" | "bpchar" | "\"char\"" | "character" | "cidr" | "inet"
        | "int4range" | "int8range" | "integer" | "json" | "jsonb" | "macaddr" | "macaddr8"
        | "name" | "numeric" | "numrange" | "oid" | "smallint" | "text" | "tsquery"
        | "tsvector" | "uuid" => &[],
        one if one.rsplit('.').next() == Some("citext") => &[],
        "box" | "circle" | "double" | "line" | "lseg" | "path" | "point" | "polygon" | "real" => {
            &[FLOATS]
        }
        "date" | "daterange" | "time" | "timestamp" | "tsrange" | "tstzrange" => &[DATES],
        "interval" => &[INTERVALS],
        "bytea" => &[BYTES],
        "xml" => &[XML],
        _ => ALL,
    }
}
