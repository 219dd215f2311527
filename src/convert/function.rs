//! CREATE FUNCTION.

use std::collections::BTreeMap;

use pg_query::protobuf::{CreateFunctionStmt, DefElem, FunctionParameterMode, VariableSetKind};
use pg_query::{Node, NodeEnum};

use super::script::Script;
use super::text::{self, Reason};
use crate::operation::{CreateFunction, Operation, Parallel, Setting, Volatility};
use crate::sql::Ident;

pub(super) fn create_function(
    script: &mut Script,
    create: &CreateFunctionStmt,
) -> Result<(), Reason> {
    if create.is_procedure {
        return Err("no operation makes a procedure".into());
    }
    if create.sql_body.is_some() {
        return Err("no operation makes a function whose body is not quoted".into());
    }
    let name = text::in_base(&text::words(&create.funcname))?;
    let (arguments, returns) = signature(create)?;
    let mut function = CreateFunction {
        name: name.clone(),
        arguments,
        returns,
        language: Ident::new("sql").map_err(|error| error.to_string())?.into(),
        body: String::new(),
        volatility: Volatility::Volatile,
        strict: false,
        security_definer: false,
        parallel: Parallel::Unsafe,
        set: BTreeMap::new(),
        comment: None,
    };
    for option in &create.options {
        if let Some(NodeEnum::DefElem(option)) = &option.node {
            set(&mut function, option)?;
        }
    }
    let is_again = script.items.iter().any(|item| {
        matches!(&item.operation, Operation::CreateFunction(one) if one.name == name && one.arguments == function.arguments)
    });
    if is_again {
        return Err("this script has made the function already".into());
    }
    script.makes(name.as_str());
    if create.replace {
        script.remark(
            "OR REPLACE: `start` refuses where there is a function like this; drop it in a migration before",
        );
    }
    script.push(Operation::CreateFunction(function));
    Ok(())
}

/// The arguments, and what is returned, as they stand in CREATE FUNCTION.
fn signature(create: &CreateFunctionStmt) -> Result<(String, String), Reason> {
    let is_table = |node: &Node| {
        matches!(&node.node, Some(NodeEnum::FunctionParameter(one))
            if one.mode == i32::from(FunctionParameterMode::FuncParamTable))
    };
    let (columns, arguments): (Vec<Node>, Vec<Node>) =
        create.parameters.iter().cloned().partition(is_table);
    let f = |parameters: Vec<Node>, return_type| {
        let word = pg_query::protobuf::String { sval: "f".into() };
        let bare = CreateFunctionStmt {
            funcname: vec![Node { node: Some(NodeEnum::String(word)) }],
            parameters,
            return_type,
            ..CreateFunctionStmt::default()
        };
        text::statement(&NodeEnum::CreateFunctionStmt(Box::new(bare)))
    };
    let returns = match (&create.return_type, columns.is_empty()) {
        (None, true) => {
            return Err("no operation makes a function that returns by OUT alone".into());
        }
        (returned, _) => {
            let printed = f(columns, returned.clone())?;
            text::cut(&printed, "CREATE FUNCTION f() RETURNS", "")?
        }
    };
    let arguments = text::cut(&f(arguments, None)?, "CREATE FUNCTION f(", ")")?;
    Ok((arguments, returns))
}

fn set(function: &mut CreateFunction, option: &DefElem) -> Result<(), Reason> {
    let argument = option.arg.as_deref().and_then(|node| node.node.as_ref());
    let word = match argument {
        Some(NodeEnum::String(word)) => word.sval.clone(),
        _ => String::new(),
    };
    let truth = match argument {
        Some(NodeEnum::Boolean(truth)) => truth.boolval,
        _ => false,
    };
    match option.defname.as_str() {
        "as" => {
            let Some(NodeEnum::List(list)) = argument else {
                return Err("its body is not understood".into());
            };
            let [body] = text::words(&list.items).try_into().map_err(|_| "it is in a library")?;
            function.body = body;
        }
        "language" => function.language = text::name(&word.to_lowercase())?,
        "strict" => function.strict = truth,
        "security" => function.security_definer = truth,
        "volatility" => {
            function.volatility = match word.as_str() {
                "immutable" => Volatility::Immutable,
                "stable" => Volatility::Stable,
                _ => Volatility::Volatile,
            }
        }
        "parallel" => {
            function.parallel = match word.as_str() {
                "safe" => Parallel::Safe,
                "restricted" => Parallel::Restricted,
                _ => Parallel::Unsafe,
            }
        }
        "set" => {
            let Some(NodeEnum::VariableSetStmt(set)) = argument else {
                return Err("a setting of it is not understood".into());
            };
            if set.kind != i32::from(VariableSetKind::VarSetValue) {
                return Err(format!("its setting of `{}` is not understood", set.name));
            }
            let values: Option<Vec<String>> = set.args.iter().map(text::constant).collect();
            let values = values.ok_or("a setting of it is not understood")?;
            let value = match values.as_slice() {
                [one] => Setting::One(one.clone()),
                _ => Setting::List(values),
            };
            function.set.insert(set.name.clone(), value);
        }
        other => return Err(format!("no operation says `{other}` of a function")),
    }
    Ok(())
}

/// A type as Postgres' catalog prints it: the grammar prints shorter words.
pub(super) fn catalog_type(text: &str) -> String {
    match text {
        "int" | "int4" => "integer".into(),
        "int8" => "bigint".into(),
        "int2" => "smallint".into(),
        "bool" => "boolean".into(),
        "float" | "float8" => "double precision".into(),
        "float4" => "real".into(),
        "varchar" => "character varying".into(),
        "timestamptz" => "timestamp with time zone".into(),
        "timestamp" => "timestamp without time zone".into(),
        "decimal" => "numeric".into(),
        other => other.to_owned(),
    }
}
