//! Constraints, of a column or of a table.

use pg_query::protobuf::{ConstrType, Constraint};
use pg_query::{Node, NodeEnum};

use super::script::Script;
use super::text::{self, Reason};
use crate::operation::{
    ConstraintKind, Exclusion, IndexParameters, MatchType, ReferenceAction, TableConstraint,
    TableReference,
};
use crate::plan::names;
use crate::schema::Name;

/// What a constraint is on.
pub(super) struct Owner<'a> {
    pub(super) table: &'a Name,
    /// The column, where it stands behind one.
    pub(super) column: Option<&'a Name>,
}

/// The constraints of a column, with DEFERRABLE and the like, which the grammar has as constraints
/// of their own.
pub(super) fn with_attributes(nodes: &[Node]) -> Vec<Constraint> {
    let mut found: Vec<Constraint> = Vec::new();
    for node in nodes {
        let Some(NodeEnum::Constraint(one)) = &node.node else {
            continue;
        };
        let last = found.last_mut();
        match (ConstrType::try_from(one.contype), last) {
            (Ok(ConstrType::ConstrAttrDeferrable), Some(last)) => last.deferrable = true,
            (Ok(ConstrType::ConstrAttrNotDeferrable | ConstrType::ConstrAttrImmediate), _) => {}
            (Ok(ConstrType::ConstrAttrDeferred), Some(last)) => {
                last.deferrable = true;
                last.initdeferred = true;
            }
            _ => found.push((**one).clone()),
        }
    }
    found
}

/// The name that Postgres gives something of a table that has none.
pub(super) fn usual(table: &Name, columns: &[Name], label: &'static str) -> Name {
    let columns: Vec<&str> = columns.iter().map(Name::as_str).collect();
    let column = (!columns.is_empty()).then(|| columns.join("_"));
    let first = names::candidates(table.as_str().to_owned(), column, label).next();
    first.expect("numbers do not end").into()
}

/// A constraint as an operation has it, with a name of its own.
pub(super) fn constraint(
    script: &mut Script,
    on: &Owner<'_>,
    one: &Constraint,
) -> Result<TableConstraint, Reason> {
    let kind = ConstrType::try_from(one.contype).map_err(|error| error.to_string())?;
    let mut columns = text::names(&one.keys)?;
    if columns.is_empty() {
        columns = text::names(&one.fk_attrs)?;
    }
    if let (true, Some(column)) = (columns.is_empty(), on.column) {
        columns.push(column.clone());
    }
    if one.without_overlaps || one.fk_with_period {
        return Err("no operation makes temporal keys".into());
    }
    let mut read = unnamed(on.table, columns, one);
    let label = match kind {
        ConstrType::ConstrPrimary => {
            read.kind = ConstraintKind::PrimaryKey;
            read.index_parameters = parameters(one)?;
            "pkey"
        }
        ConstrType::ConstrUnique => {
            read.kind = ConstraintKind::Unique;
            read.index_parameters = parameters(one)?;
            "key"
        }
        ConstrType::ConstrCheck => {
            let condition = one.raw_expr.as_deref().ok_or("a check has no condition")?;
            read.check = Some(text::expression(condition)?);
            read.columns = match text::columns_read(condition).as_slice() {
                [only] => vec![text::name(only)?],
                _ => Vec::new(),
            };
            "check"
        }
        ConstrType::ConstrForeign => {
            read.kind = ConstraintKind::ForeignKey;
            read.references = Some(reference(script, one)?);
            "fkey"
        }
        ConstrType::ConstrExclusion => {
            read.kind = ConstraintKind::Exclude;
            read.exclude = Some(exclusion(one, &mut read.columns)?);
            read.index_parameters = parameters(one)?;
            "excl"
        }
        _ => return Err("no operation has a constraint like this".into()),
    };
    read.name = match one.conname.as_str() {
        "" => {
            let columns = read.columns.iter().filter(|_| label != "pkey").map(Name::as_str);
            script.free_name(on.table, &columns.collect::<Vec<_>>(), label)
        }
        given => text::name(given)?,
    };
    script.named.insert(read.name.to_string());
    if matches!(read.kind, ConstraintKind::Check | ConstraintKind::Exclude) {
        read.columns.clear();
    }
    Ok(read)
}

/// What all kinds have; the name comes when the columns are known.
fn unnamed(table: &Name, columns: Vec<Name>, one: &Constraint) -> TableConstraint {
    TableConstraint {
        name: table.clone(),
        kind: ConstraintKind::Check,
        columns,
        deferrable: one.deferrable,
        initially_deferred: one.initdeferred,
        nulls_not_distinct: one.nulls_not_distinct,
        no_inherit: one.is_no_inherit,
        check: None,
        references: None,
        exclude: None,
        index_parameters: None,
    }
}

fn parameters(one: &Constraint) -> Result<Option<IndexParameters>, Reason> {
    let parameters = IndexParameters {
        tablespace: (!one.indexspace.is_empty()).then(|| one.indexspace.clone()),
        storage_parameters: text::options(&one.options)?,
        include_columns: text::names(&one.including)?,
    };
    Ok((parameters != IndexParameters::default()).then_some(parameters))
}

fn reference(script: &Script, one: &Constraint) -> Result<TableReference, Reason> {
    let table = text::relation(one.pktable.as_ref())?;
    script.refuse_opaque([table.as_str()])?;
    let mut columns = text::names(&one.pk_attrs)?;
    if columns.is_empty() {
        columns = script.key_of(&table);
    }
    if columns.is_empty() {
        return Err(format!(
            "it refers to the key of `{table}`, and this script does not say which columns that is: \
             name them"
        ));
    }
    Ok(TableReference {
        table,
        columns,
        match_type: match one.fk_matchtype.as_str() {
            "f" => MatchType::Full,
            _ => MatchType::Simple,
        },
        on_delete: action(&one.fk_del_action),
        on_delete_set_columns: text::names(&one.fk_del_set_cols)?,
        on_update: action(&one.fk_upd_action),
    })
}

fn action(letter: &str) -> ReferenceAction {
    match letter {
        "r" => ReferenceAction::Restrict,
        "c" => ReferenceAction::Cascade,
        "n" => ReferenceAction::SetNull,
        "d" => ReferenceAction::SetDefault,
        _ => ReferenceAction::NoAction,
    }
}

fn exclusion(one: &Constraint, columns: &mut Vec<Name>) -> Result<Exclusion, Reason> {
    let mut whole = one.clone();
    whole.conname.clear();
    whole.options.clear();
    whole.indexspace.clear();
    whole.including.clear();
    whole.where_clause = None;
    (whole.deferrable, whole.initdeferred) = (false, false);
    for pair in &one.exclusions {
        if let Some(NodeEnum::List(pair)) = &pair.node
            && let Some(Some(NodeEnum::IndexElem(element))) =
                pair.items.first().map(|element| &element.node)
            && !element.name.is_empty()
        {
            columns.push(text::name(&element.name)?);
        }
    }
    let printed = alone(&whole)?;
    let method = if one.access_method.is_empty() { "gist" } else { &one.access_method };
    // What the grammar prints begins with the method, where one was given.
    let body = text::cut(&printed, "EXCLUDE", "")?;
    let body = match body.strip_prefix("USING ") {
        Some(rest) => text::cut(rest, method, "")?,
        None => body,
    };
    let predicate = one.where_clause.as_deref().map(text::expression).transpose()?;
    Ok(Exclusion {
        index_method: Some(method.to_owned()),
        elements: text::cut(&body, "(", ")")?,
        predicate,
    })
}

/// A constraint by itself, as it would stand in ALTER TABLE.
fn alone(one: &Constraint) -> Result<String, Reason> {
    use pg_query::protobuf::{AlterTableCmd, AlterTableStmt, AlterTableType, ObjectType};
    let command = AlterTableCmd {
        subtype: AlterTableType::AtAddConstraint.into(),
        def: Some(Box::new(Node { node: Some(NodeEnum::Constraint(Box::new(one.clone()))) })),
        behavior: 1,
        ..AlterTableCmd::default()
    };
    let alter = AlterTableStmt {
        relation: Some(text::permanent("t")),
        cmds: vec![Node { node: Some(NodeEnum::AlterTableCmd(Box::new(command))) }],
        objtype: ObjectType::ObjectTable.into(),
        missing_ok: false,
    };
    text::cut(&text::statement(&NodeEnum::AlterTableStmt(alter))?, "ALTER TABLE t ADD", "")
}
