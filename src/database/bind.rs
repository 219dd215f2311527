//! Has Postgres bind an expression: it becomes a function, in which every name is resolved.

use tokio_postgres::error::SqlState;

use super::error::Error;
use super::probe::{Probe, refusal};
use crate::operation::{Binding, Bound, Filter, Lacking, Question};
use crate::plan::names;
use crate::schema::{Name, TypeName, settings_for};
use crate::sql;
use crate::sql::{Expression, Ident, QualifiedName, Sql, commas};

impl Probe<'_> {
    pub(super) async fn bind(&self, binding: &Binding) -> Result<Bound, (Error, usize)> {
        let table = QualifiedName::new(self.scene, binding.table.ident());
        let target = names::probe_target();
        let add =
            sql!("ALTER TABLE {t} ADD COLUMN {c} {x}", t = table, c = target, x = binding.target);
        self.connection.batch(&add).await.map_err(|error| (error, usize::MAX))?;
        let prefix = sql!("UPDATE {t} SET {c} = (\n", t = table, c = target);
        let update = sql!("{p}{e}\n)", p = prefix, e = binding.expression);
        let prepared = self.connection.prepare(&update).await;
        let statement = match prepared {
            Ok(statement) => statement,
            // The file has no expression that could be wrong.
            Err(error) if binding.inferred && error.is_permanent() => {
                return Err((not_by_itself(binding, "by itself"), usize::MAX));
            }
            Err(error) => return Err((error, prefix.as_str().chars().count())),
        };
        if !statement.params().is_empty() {
            let message = "parameters such as $1 mean nothing here";
            return Err((refusal(SqlState::UNDEFINED_PARAMETER, message), 0));
        }
        if binding.inferred {
            self.check_lossless(binding, &table, &target).await?;
        }
        self.make_function(binding).await.map_err(|error| (error, usize::MAX))
    }

    pub(super) async fn check_lossless(
        &self,
        binding: &Binding,
        table: &QualifiedName,
        target: &Ident,
    ) -> Result<(), (Error, usize)> {
        let Some((column, _)) = binding.parameters.first() else {
            return Ok(());
        };
        let (table, column) = (table.to_string(), column.as_str());
        let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 3] =
            [&table, &column, &target.as_str()];
        let asked = self.connection.ask(&sql!(file "catalog/lossless.sql"), &parameters).await;
        let rows = asked.map_err(|error| (error, usize::MAX))?;
        if rows.first().is_some_and(|row| row.get(0)) {
            return Ok(());
        }
        let error = not_by_itself(binding, "without losing something");
        Err((error, usize::MAX))
    }

    /// Makes the expression a function with a SQL-standard body, in which Postgres has bound every
    /// name (manual, CREATE FUNCTION, `sql_body`; Postgres 14 and later).
    pub(super) async fn make_function(&self, binding: &Binding) -> Result<Bound, Error> {
        let expression = &binding.expression;
        let value = sql!("RETURN (\n{e}\n)", e = expression);
        let mut immutable = false;
        if expression.is_query() {
            // As a statement, a SELECT without FROM is inlined; as a sub-select it is not.
            let body = sql!("BEGIN ATOMIC\n{e}\n; END", e = expression);
            self.connection.batch(&sql!("SAVEPOINT form")).await?;
            match self.create_function(binding, &body).await {
                Ok(()) => immutable = self.is_immutable(binding).await?,
                Err(error) if error.refused().is_none() => return Err(error),
                Err(_) => {}
            }
            if !immutable {
                self.connection.batch(&sql!("ROLLBACK TO SAVEPOINT form")).await?;
                self.create_function(binding, &value).await?;
            }
        } else {
            self.create_value_function(binding, &value).await?;
            immutable = self.is_immutable(binding).await?;
        }
        self.read_function(binding, immutable).await
    }

    /// A constant without a type, such as `'small'`, becomes text in a function, though in an UPDATE
    /// it becomes what the column is. There its type is taken from a NULL of the column's.
    pub(super) async fn create_value_function(
        &self,
        binding: &Binding,
        value: &Sql,
    ) -> Result<(), Error> {
        self.connection.batch(&sql!("SAVEPOINT value")).await?;
        match self.create_function(binding, value).await {
            Err(error)
                if error.refused().is_some_and(|refused| {
                    refused.state == SqlState::INVALID_FUNCTION_DEFINITION
                }) =>
            {
                self.connection.batch(&sql!("ROLLBACK TO SAVEPOINT value")).await?;
                let (e, t) = (&binding.expression, &binding.target);
                let typed = sql!("RETURN COALESCE((\n{e}\n), NULL::{t})", e = e, t = t);
                self.create_function(binding, &typed).await
            }
            other => other,
        }
    }

    /// The function has the table's name, so that `users.name` is its parameter `name`.
    pub(super) async fn create_function(&self, binding: &Binding, body: &Sql) -> Result<(), Error> {
        let parameters = binding
            .parameters
            .iter()
            .map(|(name, type_name)| sql!("{n} {t}", n = name.ident(), t = type_name));
        let create = sql!(
            "CREATE FUNCTION {f}({p}) RETURNS {r} LANGUAGE sql {b}",
            f = QualifiedName::new(self.scene, binding.table.ident()),
            p = commas(parameters),
            r = binding.target,
            b = body,
        );
        self.connection.execute(&create, &[]).await.map(|_| ())
    }

    /// Whether Postgres would take it for an index: it inlines the function, and looks at what is in
    /// it. A type that no index can be made of is looked at later, and is no reason against.
    pub(super) async fn is_immutable(&self, binding: &Binding) -> Result<bool, Error> {
        let arguments = binding.parameters.iter().map(|(name, _)| name.ident());
        let index = sql!(
            "CREATE INDEX ON {t} (({f}({a})))",
            t = QualifiedName::new(self.scene, binding.table.ident()),
            f = QualifiedName::new(self.scene, binding.table.ident()),
            a = commas(arguments),
        );
        self.connection.batch(&sql!("SAVEPOINT immutable")).await?;
        let immutable = match self.connection.batch(&index).await {
            Ok(()) => true,
            Err(error) => match error.refused() {
                None => return Err(error),
                Some(refused) => refused.state == SqlState::UNDEFINED_OBJECT,
            },
        };
        self.connection.batch(&sql!("ROLLBACK TO SAVEPOINT immutable")).await?;
        Ok(immutable)
    }

    pub(super) async fn read_function(
        &self,
        binding: &Binding,
        immutable: bool,
    ) -> Result<Bound, Error> {
        let made = QualifiedName::new(self.scene, binding.table.ident());
        let name = &binding.function.name;
        self.connection
            .batch(&sql!("ALTER FUNCTION {f} RENAME TO {n}", f = made, n = name))
            .await?;
        for naming in &binding.naming {
            self.connection.batch(naming).await?;
        }
        self.connection.qualify_names().await?;
        let made = QualifiedName::new(self.scene, name).to_string();
        let rows = self
            .connection
            .ask(&sql!(file "catalog/bound.sql"), &[&made, &self.schema.as_str(), &immutable])
            .await?;
        let row = rows.first().ok_or_else(|| Error::Answer("no function was made".into()))?;
        let inputs: Vec<i32> = row.get(3);
        let types = row.get::<_, Vec<String>>(5).into_iter().map(Expression::from_catalog);
        let types: Vec<TypeName> = types.collect();
        let settings = format!("{}{}", row.get::<_, &str>(4), settings_for(types.iter()));
        Ok(Bound {
            parameters: Expression::from_catalog(row.get::<_, String>(0)),
            returns: Expression::from_catalog(row.get::<_, String>(1)),
            body: Expression::from_catalog(row.get::<_, String>(2)),
            inputs: inputs.into_iter().filter_map(|input| usize::try_from(input).ok()).collect(),
            immutable,
            settings: Expression::from_catalog(settings),
            lacking: match row.get(6) {
                true => self.lacking(binding, &made).await?,
                false => Vec::new(),
            },
        })
    }

    /// The rights that the function needs, and that somebody lacks who may write to the table.
    async fn lacking(&self, binding: &Binding, made: &str) -> Result<Vec<Lacking>, Error> {
        let table = QualifiedName::new(self.schema, &binding.storage).to_string();
        let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 3] =
            [&table, &made, &self.scene.as_str()];
        let rows = self.connection.ask(&sql!(file "catalog/lacking.sql"), &parameters).await?;
        let lacking = rows.iter().map(|row| {
            let role = Ident::new(row.get::<_, String>(0));
            let role = role.map_err(|error| Error::Answer(error.to_string()))?;
            Ok(Lacking { role, right: row.get(1) })
        });
        lacking.collect()
    }
}

impl Probe<'_> {
    /// Makes the checks on a column one function.
    pub(super) async fn filter(&self, question: &Question) -> Result<Option<Filter>, Error> {
        let Question::Filter { path, table, column, function } = question else {
            return Ok(None);
        };
        self.connection.qualify_names().await?;
        let copy = QualifiedName::new(self.scene, table.ident()).to_string();
        let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 2] = [&copy, &column.as_str()];
        let rows = self.connection.ask(&sql!(file "catalog/filter.sql"), &parameters).await?;
        let mut read = Vec::new();
        let mut expression = Expression::from_catalog("true");
        for row in &rows {
            expression = Expression::from_catalog(row.get::<_, String>(0));
            let name = Name::new(row.get::<_, String>(1));
            let name = name.map_err(|error| Error::Answer(error.to_string()))?;
            read.push((name, Expression::from_catalog(row.get::<_, String>(2))));
        }
        let binding = Binding {
            path: path.clone(),
            table: table.clone(),
            storage: table.ident().clone(),
            parameters: read.clone(),
            expression,
            target: Expression::from_catalog("boolean"),
            inferred: false,
            function: function.clone(),
            naming: Vec::new(),
        };
        let bound = self.make_function(&binding).await?;
        let takes_null = match read.as_slice() {
            [(_, type_name)] => {
                let made = QualifiedName::new(self.scene, &function.name);
                let null = sql!("SELECT {f}(NULL::{t}) IS NOT FALSE", f = made, t = type_name);
                let rows = self.connection.query(&null, &[]).await?;
                rows.first().is_none_or(|row| row.get(0))
            }
            _ => true,
        };
        let columns = read.into_iter().map(|(name, _)| name.ident().clone()).collect();
        Ok(Some(Filter { bound, columns, takes_null }))
    }
}

fn not_by_itself(binding: &Binding, how: &str) -> Error {
    let from = binding.parameters.first();
    let from = from.map_or_else(String::new, |(name, type_name)| format!("`{name}`, {type_name},"));
    let message = format!("{from} does not become {} {how}", binding.target);
    refusal(SqlState::DATATYPE_MISMATCH, message)
}
