//! Straddle changes the schema of a live Postgres without anybody noticing: while a migration is
//! live, the old and the new version of an application each see their own schema, and write the same
//! rows.
//!
//! A migration is read from a file ([`migration::read`](fn@migration::read)), compiled to a plan
//! ([`compile`]), and carried out by an [`engine::Engine`]:
//!
//! ```no_run
//! use straddle::database::{Environment, Target};
//! use straddle::engine::{Engine, Options};
//! use straddle::sql::Ident;
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
//! The rooms, lowest first, are [`sql`](mod@sql), [`schema`], [`plan`], [`operation`], [`migration`],
//! `convert`, [`compile`], [`lifecycle`], [`database`], [`ledger`], [`engine`], [`server`], [`sandbox`] and
//! `cli`; a file names its own room and lower ones. ARCHITECTURE.md says what each is for, and what
//! it must not do.

#[cfg(feature = "cli")]
pub mod cli;
pub mod compile;
#[cfg(feature = "convert")]
pub mod convert;
pub mod database;
pub mod engine;
pub mod ledger;
pub mod lifecycle;
pub mod migration;
pub mod operation;
pub mod plan;
pub mod sandbox;
pub mod schema;
pub mod server;
pub mod sql;
