//! Straddle changes the schema of a live Postgres without anybody noticing: while a migration is
//! live, the old and the new version of an application each see their own schema, and write the same
//! rows.
//!
//! A migration is read from a file ([`migration::read`](fn@migration::read)), compiled to a [`plan::Plan`], and carried out by
//! an [`engine::Engine`]:
//!
//! ```no_run
//! use straddle::{Engine, Environment, Ident, Options, Target};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let target = Target::resolve(Some("postgresql://deploy@db/shop"), &Environment::empty())?;
//! let source = straddle::migration::read("02_rating.yaml".as_ref())?;
//! let engine = Engine::open(&target, Options::new(Ident::new("public")?), &|_| {}).await?;
//! engine.start(&source.migration).await?; // both versions serve from here on
//! engine.complete().await?; // the old one goes
//! # Ok(())
//! # }
//! ```
//!
//! An application can have its migrations run when it starts: [`engine::Engine::migrate`] takes those of a directory
//! ([`migration::read_directory`]) and starts what is pending; [`engine::Event`]s tell what it does. One operator works on a schema at a
//! time, so of several instances that start at once one does it, and the others get
//! [`engine::Error::AnotherOperator`] after some seconds, and ask again until there is nothing to do. Nobody has to wait who was
//! there before: instances of the version before go on in their own schema, until somebody completes.
//! `examples/migrate_at_start.rs` is such an application.
//!
//! ```no_run
//! use straddle::{Engine, Error, Migrate, Migration};
//!
//! # async fn run(engine: Engine<'_>, migrations: Vec<Migration>) -> Result<(), Error> {
//! match engine.migrate(&migrations, &Migrate::default()).await {
//!     Ok(migrated) => println!("live: {:?}", migrated.live),
//!     Err(Error::AnotherOperator { .. }) => println!("another instance is at it: ask again soon"),
//!     Err(error) => return Err(error),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What an application needs is here at the top. The rest is public for those who build tools: a [`plan::Plan`] can be had without
//! being carried out ([`engine::Engine::plan`]), read, stored and shown, and `convert` makes migrations of SQL.
//!
//! ARCHITECTURE.md has the rooms of the code, what each is for, and what it must not do; a file names its own room and
//! lower ones.

#[cfg(feature = "cli")]
pub mod cli;
mod compile;
#[cfg(feature = "convert")]
pub mod convert;
pub mod database;
pub mod engine;
mod ledger;
mod lifecycle;
pub mod migration;
pub mod operation;
pub mod plan;
#[cfg(feature = "cli")]
mod sandbox;
pub mod schema;
pub mod server;
pub mod sql;

pub use database::{Environment, Target};
pub use engine::{Engine, Error, Event, Listener, Migrate, Options};
pub use migration::Migration;
pub use sql::Ident;
