//! One statement of a script, and what can be told of it as it stands.

use std::collections::BTreeSet;

use pg_query::NodeEnum;
use pg_query::protobuf::{AlterTableType, ObjectType};

/// One statement of a script.
#[derive(Debug)]
pub(super) struct Statement<'a> {
    /// What the grammar made of it.
    pub(super) node: NodeEnum,
    /// As it stands in the script, without the semicolon.
    pub(super) text: &'a str,
    /// The line where it begins.
    pub(super) line: usize,
    /// The relations that it names.
    pub(super) reads: BTreeSet<String>,
    /// Whether it is done only where it is not done already.
    pub(super) is_guarded: bool,
}

impl Statement<'_> {
    /// Whether it may read and write what it does not name.
    pub(super) fn may_touch_anything(&self) -> bool {
        matches!(self.node, NodeEnum::DoStmt(_) | NodeEnum::CallStmt(_) | NodeEnum::SelectStmt(_))
    }

    /// Whether Postgres keeps it out of transactions.
    pub(super) fn is_outside(&self) -> bool {
        match &self.node {
            NodeEnum::IndexStmt(index) => index.concurrent,
            NodeEnum::DropStmt(drop) => drop.concurrent,
            NodeEnum::VacuumStmt(vacuum) => vacuum.is_vacuumcmd,
            NodeEnum::ReindexStmt(_) => self.text.to_ascii_lowercase().contains("concurrently"),
            _ => false,
        }
    }

    /// Why it is no operation, where no operation is of its kind.
    pub(super) fn why_not(&self) -> &'static str {
        match &self.node {
            NodeEnum::InsertStmt(_) | NodeEnum::DeleteStmt(_) | NodeEnum::MergeStmt(_) => {
                "no operation writes rows"
            }
            NodeEnum::CreateTrigStmt(_) => "no operation makes a trigger",
            NodeEnum::CreatePolicyStmt(_) => "no operation makes a policy",
            NodeEnum::CreateExtensionStmt(_) => "no operation makes an extension",
            NodeEnum::CreateSeqStmt(_) => "no operation makes a sequence",
            NodeEnum::CreateDomainStmt(_) | NodeEnum::CompositeTypeStmt(_) => {
                "no operation makes a type that is no enum"
            }
            NodeEnum::GrantStmt(_) => "no operation gives privileges",
            NodeEnum::DoStmt(_) | NodeEnum::CallStmt(_) | NodeEnum::SelectStmt(_) => {
                "what it does is known only when it runs"
            }
            _ => "no operation does this",
        }
    }

    /// Whether it changes what rows, columns and names there are so little that operations before
    /// and behind it do not care.
    pub(super) fn commutes(&self) -> bool {
        match &self.node {
            NodeEnum::CreateTrigStmt(_)
            | NodeEnum::CreatePolicyStmt(_)
            | NodeEnum::GrantStmt(_)
            | NodeEnum::CommentStmt(_)
            | NodeEnum::CreateStatsStmt(_)
            | NodeEnum::IndexStmt(_)
            | NodeEnum::AlterOwnerStmt(_) => true,
            NodeEnum::AlterTableStmt(alter) => commands(&alter.cmds).all(|kind| {
                use AlterTableType::*;
                matches!(
                    kind,
                    AtChangeOwner
                        | AtEnableRowSecurity
                        | AtDisableRowSecurity
                        | AtForceRowSecurity
                        | AtNoForceRowSecurity
                        | AtSetStatistics
                        | AtSetRelOptions
                        | AtSetStorage
                        | AtSetCompression
                        | AtClusterOn
                )
            }),
            _ => false,
        }
    }

    /// Whether it takes away, renames or retypes what a version may show, which only an operation
    /// can do while the version's views stand on it.
    pub(super) fn breaks_views(&self) -> bool {
        match &self.node {
            NodeEnum::AlterTableStmt(alter) => commands(&alter.cmds).any(|kind| {
                matches!(
                    kind,
                    AlterTableType::AtDropColumn
                        | AlterTableType::AtAlterColumnType
                        | AlterTableType::AtAttachPartition
                )
            }),
            NodeEnum::RenameStmt(rename) => {
                let kind = ObjectType::try_from(rename.rename_type);
                matches!(kind, Ok(ObjectType::ObjectTable | ObjectType::ObjectColumn))
            }
            NodeEnum::DropStmt(drop) => {
                let kind = ObjectType::try_from(drop.remove_type);
                matches!(kind, Ok(ObjectType::ObjectTable | ObjectType::ObjectType))
            }
            NodeEnum::AlterObjectSchemaStmt(_) => true,
            _ => false,
        }
    }
}

/// The kinds of the commands of an ALTER TABLE.
pub(super) fn commands(nodes: &[pg_query::Node]) -> impl Iterator<Item = AlterTableType> {
    nodes.iter().filter_map(|node| match &node.node {
        Some(NodeEnum::AlterTableCmd(command)) => AlterTableType::try_from(command.subtype).ok(),
        _ => None,
    })
}
