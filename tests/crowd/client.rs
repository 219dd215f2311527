//! One application: writes and reads at random, and knows what its own rows must be.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::row::{Row, Version, Written, wrong};
use super::speech::Statement;
use crate::server::{self, Database, Prepared};

/// Rows that everybody writes.
const SHARED: i64 = 12;
/// Rows that only one client writes.
const OWN: i64 = 20;

/// Writes to the columns of one version.
pub(super) struct Client {
    pub(super) number: i64,
    pub(super) version: Version,
    /// The table as it names it.
    pub(super) table: String,
    /// Whether it finds the type `mood` in its search path, before `complete` and after.
    pub(super) casts: bool,
    pub(super) connection: server::Client,
    pub(super) random: StdRng,
    pub(super) prepared: BTreeMap<String, Prepared>,
    own: BTreeMap<i64, Row>,
    written: i64,
    pub(super) statements: usize,
}

/// What a client leaves.
pub(super) struct Left {
    pub(super) rows: BTreeMap<i64, Row>,
    pub(super) statements: usize,
}

impl Client {
    /// Client `number` of a version, or of the tables themselves.
    pub(super) async fn new(
        database: &Database,
        number: i64,
        version: Version,
        is_base: bool,
        seed: u64,
    ) -> Self {
        let mut random = StdRng::seed_from_u64(seed.wrapping_mul(1000) + number.unsigned_abs());
        let schema = match version {
            Version::Old if is_base => "public",
            Version::Old => "public_base",
            Version::New(_) => "public_next",
        };
        let (table, path) = match random.random_range(0..5) {
            0..=1 => ("accounts".to_owned(), schema.to_owned()),
            2 => ("accounts".to_owned(), format!("{schema}, public")),
            3 => (format!("{schema}.accounts"), "''".to_owned()),
            _ => (format!("{schema}.accounts"), schema.to_owned()),
        };
        let casts = path.split(", ").any(|schema| schema == "public");
        let connection = database.client().await;
        let set = format!("SET search_path = {path}");
        connection.batch_execute(&set).await.expect("a search path");
        let (prepared, own) = (BTreeMap::new(), BTreeMap::new());
        Self {
            number,
            version,
            table,
            casts,
            connection,
            random,
            prepared,
            own,
            written: 0,
            statements: 0,
        }
    }

    /// Goes on until told to stop, or until something is wrong.
    pub(super) async fn work(mut self, stop: Arc<AtomicBool>) -> Result<Left, String> {
        while !stop.load(Ordering::Relaxed) {
            if let Err(message) = self.step().await {
                stop.store(true, Ordering::Relaxed);
                let (who, table) = (self.version, &self.table);
                return Err(format!("client {} ({who}, {table}): {message}", self.number));
            }
        }
        Ok(Left { rows: self.own, statements: self.statements })
    }

    async fn step(&mut self) -> Result<(), String> {
        let own = self.random.random_range(0..2) == 0;
        let code = match own {
            true => self.number * 1000 + self.random.random_range(0..OWN),
            false => self.random.random_range(0..SHARED),
        };
        match self.random.random_range(0..12) {
            0 if own => self.transaction(code).await,
            0..=2 => self.upsert(code, own).await,
            3 => self.insert_or_nothing(code, own).await,
            4 => self.delete(code, own).await,
            5..=6 => self.rename(code, own).await,
            7..=8 => self.rate(code, own).await,
            9 => self.touch(code, own).await,
            _ => self.read(code, own).await,
        }
    }

    /// The next number of this client, unlike anybody's.
    fn next(&mut self) -> Written {
        self.written += 1;
        Written { by: self.version, n: self.number * 1_000_000 + self.written }
    }

    /// Columns and values of a new row, with the parameters for them.
    fn row(&mut self, code: i64) -> (String, Row) {
        let (name, score) = (self.next(), self.next());
        let row = Row { code, name, score, touched: 0 };
        let (columns, values) = match self.version {
            Version::Old => ("code, name, score", "'k' || $1::text, $2::text, $3::text::bigint"),
            Version::New(_) => (
                "code, first, last, score",
                "$1::text::integer, split_part($2::text, '/', 1), split_part($2::text, '/', 2), \
                 $3::text::numeric",
            ),
        };
        let sql = format!(
            "INSERT INTO {} AS accounts ({columns}, name_by, name_n, score_by, score_n, mood) \
             VALUES ({values}, $4::text, $5::text::bigint, $6::text, $7::text::bigint, {})",
            self.table,
            self.mood(score)
        );
        (sql, row)
    }

    fn parameters(row: &Row, version: Version) -> Vec<String> {
        let line = row.line(version);
        let fields: Vec<&str> = line.split(" | ").collect();
        let mut parameters = vec![row.code.to_string()];
        parameters.extend(fields[1..7].iter().map(|field| (*field).to_owned()));
        parameters
    }

    /// Inserts a row, or else writes all of it.
    async fn upsert(&mut self, code: i64, own: bool) -> Result<(), String> {
        let (insert, mut row) = self.row(code);
        let columns: &[&str] = match self.version {
            Version::Old => &["name", "score"],
            Version::New(_) => &["first", "last", "score"],
        };
        let shared = ["name_by", "name_n", "score_by", "score_n", "mood"];
        let sets =
            columns.iter().chain(&shared).map(|column| format!("{column} = excluded.{column}"));
        let sets = sets.collect::<Vec<_>>().join(", ");
        let sql = format!("{insert} ON CONFLICT (code) DO UPDATE SET {sets}");
        let parameters = Self::parameters(&row, self.version);
        let lines = self.say(Statement { sql, parameters: &parameters }).await?;
        if own {
            row.touched = self.own.get(&code).map_or(0, |before| before.touched);
            self.own.insert(code, row);
        }
        if lines.len() == 1 { self.as_known(code, own, &lines) } else { Err("no upsert".into()) }
    }

    /// Inserts a row if it is not there; one's own without saying so.
    async fn insert_or_nothing(&mut self, code: i64, own: bool) -> Result<(), String> {
        let (mut sql, row) = self.row(code);
        let is_there = self.own.contains_key(&code);
        if !own || is_there {
            sql.push_str(" ON CONFLICT (code) DO NOTHING");
        }
        let parameters = Self::parameters(&row, self.version);
        let lines = self.say(Statement { sql, parameters: &parameters }).await?;
        match (own, is_there, lines.len()) {
            (true, true, 0) | (false, _, 0..=1) => Ok(()),
            (true, false, 1) => {
                self.own.insert(code, row);
                self.as_known(code, own, &lines)
            }
            (.., lines) => Err(format!("{lines} rows were inserted with k{code}")),
        }
    }

    async fn delete(&mut self, code: i64, own: bool) -> Result<(), String> {
        let sql = format!("DELETE FROM {} AS accounts WHERE code = {}", self.table, self.code());
        let lines = self.say(Statement { sql, parameters: &[code.to_string()] }).await?;
        let done = self.as_known(code, own, &lines);
        self.own.remove(&code);
        done
    }

    async fn rename(&mut self, code: i64, own: bool) -> Result<(), String> {
        let name = self.next();
        let row = Row { code, name, score: name, touched: 0 };
        let parameters = Self::parameters(&row, self.version);
        let sets = match self.version {
            Version::Old => "name = $2::text",
            Version::New(_) => {
                "first = split_part($2::text, '/', 1), last = split_part($2::text, '/', 2)"
            }
        };
        let sets = format!("{sets}, name_by = $3::text, name_n = $4::text::bigint");
        let parameters = [0, 1, 3, 4].map(|field| parameters[field].clone());
        let lines = self.update(&sets, &parameters).await?;
        if let Some(row) = self.own.get_mut(&code) {
            row.name = name;
        }
        self.as_known(code, own, &lines)
    }

    async fn rate(&mut self, code: i64, own: bool) -> Result<(), String> {
        let score = self.next();
        let row = Row { code, name: score, score, touched: 0 };
        let parameters = Self::parameters(&row, self.version);
        let of = if self.version == Version::Old { "bigint" } else { "numeric" };
        let sets = format!(
            "score = $2::text::{of}, score_by = $3::text, score_n = $4::text::bigint, mood = {}",
            self.mood(score)
        );
        let parameters = [0, 2, 5, 6].map(|field| parameters[field].clone());
        let lines = self.update(&sets, &parameters).await?;
        if let Some(row) = self.own.get_mut(&code) {
            row.score = score;
        }
        self.as_known(code, own, &lines)
    }

    /// Writes nothing that a version has for itself.
    async fn touch(&mut self, code: i64, own: bool) -> Result<(), String> {
        let lines = self.update("touched = touched + 1", &[code.to_string()]).await?;
        if let Some(row) = self.own.get_mut(&code) {
            row.touched += 1;
        }
        self.as_known(code, own, &lines)
    }

    async fn update(&mut self, sets: &str, parameters: &[String]) -> Result<Vec<String>, String> {
        let (table, code) = (&self.table, self.code());
        let sql = format!("UPDATE {table} AS accounts SET {sets} WHERE code = {code}");
        self.say(Statement { sql, parameters }).await
    }

    /// Several writes to one row, one of them taken back.
    async fn transaction(&mut self, code: i64) -> Result<(), String> {
        self.plainly("BEGIN").await?;
        self.rename(code, true).await?;
        self.plainly("SAVEPOINT here").await?;
        let before = self.own.clone();
        self.rate(code, true).await?;
        self.touch(code, true).await?;
        self.plainly("ROLLBACK TO here").await?;
        self.own = before;
        self.touch(code, true).await?;
        if self.random.random_range(0..2) == 0 {
            self.plainly("COMMIT").await?;
            return self.read(code, true).await;
        }
        // In two phases; nobody else writes this row.
        let gid = format!("crowd {}", self.number);
        self.plainly(&format!("PREPARE TRANSACTION '{gid}'")).await?;
        self.plainly(&format!("COMMIT PREPARED '{gid}'")).await?;
        self.read(code, true).await
    }

    async fn read(&mut self, code: i64, own: bool) -> Result<(), String> {
        let (table, by) = (&self.table, self.code());
        let (line, moods) = (self.line(), self.moods());
        let sql = format!("SELECT {line} FROM {table} AS accounts WHERE code = {by}{moods}");
        let parameters = [code.to_string()];
        self.statements += 1;
        let answer = self.connection.answer(&sql, &parameters).await;
        let lines = answer.map_err(|error| format!("{sql}: {error:?}"))?;
        self.as_known(code, own, &lines)
    }

    /// Whether what the version shows is right by itself, and, of one's own row, what was written.
    fn as_known(&self, code: i64, own: bool, lines: &[String]) -> Result<(), String> {
        if let Some(wrong) = lines.iter().find_map(|line| wrong(line, self.version)) {
            return Err(wrong);
        }
        let known: Vec<String> =
            self.own.get(&code).map(|row| row.line(self.version)).into_iter().collect();
        if own && known != lines {
            return Err(format!("has {lines:?} of its own, and wrote {known:?}"));
        }
        Ok(())
    }
}
