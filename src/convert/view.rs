//! Views of both kinds.

use pg_query::NodeEnum;
use pg_query::protobuf::{CreateTableAsStmt, DefElem, ObjectType, ViewStmt};

use super::script::Script;
use super::text::{self, Reason};
use crate::operation::{CreateMaterializedView, CreateView, Operation};

fn query(node: Option<&pg_query::Node>) -> Result<String, Reason> {
    let node = node.and_then(|node| node.node.as_ref()).ok_or("it has no query")?;
    text::statement(node)
}

/// Whether an option is on: said without a value, it is.
fn is_on(option: &DefElem) -> bool {
    match option.arg.as_deref().and_then(|node| node.node.as_ref()) {
        None => true,
        Some(NodeEnum::String(word)) => matches!(word.sval.as_str(), "true" | "on" | "1" | "yes"),
        Some(NodeEnum::TypeName(word)) => {
            matches!(text::words(&word.names).last().map(String::as_str), Some("true" | "on"))
        }
        Some(NodeEnum::Integer(number)) => number.ival != 0,
        Some(NodeEnum::Boolean(truth)) => truth.boolval,
        Some(_) => false,
    }
}

pub(super) fn create_view(script: &mut Script, create: &ViewStmt) -> Result<(), Reason> {
    let name = text::relation(create.view.as_ref())?;
    if create.with_check_option > 1 {
        return Err("no operation makes a view WITH CHECK OPTION".into());
    }
    let mut view = CreateView {
        name: name.clone(),
        query: query(create.query.as_deref())?,
        columns: text::names(&create.aliases)?,
        replace: create.replace,
        // As CREATE VIEW has it.
        security_invoker: false,
        security_barrier: false,
        comment: None,
    };
    for option in &create.options {
        let Some(NodeEnum::DefElem(option)) = &option.node else {
            continue;
        };
        match option.defname.as_str() {
            "security_invoker" => view.security_invoker = is_on(option),
            "security_barrier" => view.security_barrier = is_on(option),
            other => return Err(format!("no operation says `{other}` of a view")),
        }
    }
    if !create.replace {
        script.makes(name.as_str());
    }
    script.push(Operation::CreateView(view));
    Ok(())
}

pub(super) fn create_materialized_view(
    script: &mut Script,
    create: &CreateTableAsStmt,
) -> Result<(), Reason> {
    if ObjectType::try_from(create.objtype) != Ok(ObjectType::ObjectMatview) {
        return Err("no operation makes a table of a query's rows".into());
    }
    let into = create.into.as_deref().ok_or("it has no name")?;
    let name = text::relation(into.rel.as_ref())?;
    if !into.options.is_empty()
        || !into.table_space_name.is_empty()
        || !into.access_method.is_empty()
    {
        return Err("no operation says how a materialized view is stored".into());
    }
    if into.skip_data {
        script.remark("WITH NO DATA: `start` fills it all the same");
    }
    if create.if_not_exists {
        script.remark("IF NOT EXISTS: `start` refuses where there is one");
    }
    script.makes(name.as_str());
    script.push(Operation::CreateMaterializedView(CreateMaterializedView {
        name,
        query: query(create.query.as_deref())?,
        columns: text::names(&into.col_names)?,
        indexes: Vec::new(),
        replace: false,
        comment: None,
    }));
    Ok(())
}
