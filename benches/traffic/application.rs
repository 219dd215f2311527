//! The music shop's application, as it was written for each version of the schema. Whatever it does
//! is right by the rules of its version, and no two clients of it can deadlock: a statement that
//! fails is the fault of whoever migrates.

use rand::Rng;
use rand::rngs::StdRng;

use crate::session::{Failed, Session, Value, value};

/// What changes from version to version: the number of the migration that brought it.
const PHONE_REQUIRED: usize = 2;
const PRICES_IN_CENTS: usize = 3;
const FULL_NAME: usize = 4;
const ONE_NAME: usize = 5;
const PURCHASES: usize = 6;

/// Addresses that all clients insert or update.
const SHARED_ADDRESSES: u64 = 500;

/// One client's state.
pub(crate) struct Application {
    /// The number of the migration that it was written for.
    pub(crate) version: usize,
    /// How many rows each big table had in the beginning; nobody deletes those.
    pub(crate) rows: u64,
    /// Chance.
    pub(crate) chance: StdRng,
    /// What it inserted itself, and may delete.
    pub(crate) invoices: Vec<String>,
    /// The same for tracks.
    pub(crate) tracks: Vec<String>,
    /// The same for customers.
    pub(crate) customers: Vec<String>,
}

impl Application {
    /// One piece of work: a statement, or a transaction.
    pub(crate) async fn work(&mut self, session: &mut Session) -> Result<(), Failed> {
        match self.chance.random_range(0..20) {
            0 | 1 => self.look_at_track(session).await,
            2 | 3 => self.look_at_customer(session).await,
            4 => self.look_at_invoices(session).await,
            5 => self.look_at_genres(session).await,
            6 => self.new_customer(session).await,
            7 => self.rename_customer(session).await,
            8 => self.call_customer(session).await,
            9 => self.move_customer(session).await,
            10 | 11 => self.subscribe(session).await,
            12 | 13 => self.buy(session).await,
            14 => self.cancel(session).await,
            15 => self.one_more(session).await,
            16 => self.new_price(session).await,
            17 => self.new_track(session).await,
            18 => self.discount(session).await,
            _ => self.playlist(session).await,
        }
    }

    fn row(&mut self) -> Value {
        value(self.chance.random_range(1..=self.rows))
    }

    fn invoice(&self) -> (&'static str, &'static str) {
        if self.version >= PURCHASES {
            ("purchase", "purchased_at")
        } else {
            ("invoice", "invoice_date")
        }
    }

    fn price(&mut self) -> Value {
        let cents: u32 = self.chance.random_range(1..3000);
        if self.version >= PRICES_IN_CENTS {
            value(cents)
        } else {
            value(format!("{}.{:02}", cents / 100, cents % 100))
        }
    }

    fn phone(&mut self) -> Value {
        if self.version < PHONE_REQUIRED && self.chance.random_bool(0.3) {
            return Value(None);
        }
        value(format!("+{}", self.chance.random_range(1_000_000_u64..9_999_999)))
    }

    /// The columns with a customer's name, and what is in them.
    fn name(&mut self) -> Vec<(&'static str, Value)> {
        let last = format!("Last{}", self.chance.random_range(0..100_000));
        if self.version >= ONE_NAME {
            return vec![("full_name", value(format!("Five {last}")))];
        }
        let first = format!("First{}", self.chance.random_range(0..100_000));
        let mut name = vec![("first_name", value(&first)), ("last_name", value(&last))];
        if self.version == FULL_NAME {
            let title = if self.chance.random_bool(0.5) { "Dr. " } else { "" };
            name.push(("full_name", value(format!("{title}{first} {last}"))));
        }
        name
    }

    async fn look_at_track(&mut self, session: &mut Session) -> Result<(), Failed> {
        let sql = "SELECT track.*, title, artist.name FROM track JOIN album ON album.id = album_id \
                   JOIN artist ON artist.id = artist_id WHERE track.id = $1";
        session.run(sql, &[self.row()]).await.map(drop)
    }

    async fn look_at_customer(&mut self, session: &mut Session) -> Result<(), Failed> {
        session.run("SELECT * FROM customer WHERE id = $1", &[self.row()]).await.map(drop)
    }

    async fn look_at_invoices(&mut self, session: &mut Session) -> Result<(), Failed> {
        let (invoice, date) = self.invoice();
        let sql = format!(
            "SELECT i.*, l.* FROM {invoice} AS i JOIN invoice_line AS l ON l.invoice_id = i.id \
             WHERE customer_id = $1 ORDER BY {date} DESC LIMIT 10"
        );
        session.run(&sql, &[self.row()]).await.map(drop)
    }

    async fn look_at_genres(&mut self, session: &mut Session) -> Result<(), Failed> {
        let sql = "SELECT genre.name, count(*), avg(unit_price) FROM track \
                   JOIN genre ON genre.id = genre_id WHERE track.id BETWEEN $1 AND $1 + 100 GROUP BY 1";
        session.run(sql, &[self.row()]).await.map(drop)
    }

    async fn new_customer(&mut self, session: &mut Session) -> Result<(), Failed> {
        if self.customers.len() > 20 {
            let id = self.customers.swap_remove(0);
            return session.run("DELETE FROM customer WHERE id = $1", &[value(id)]).await.map(drop);
        }
        let email = format!("{:x}@example.org", self.chance.random::<u128>());
        let sql = self.insert_customer(email);
        let returning = format!("{} RETURNING id", sql.0);
        let id = session.run(&returning, &sql.1).await?;
        self.customers.extend(id);
        Ok(())
    }

    fn insert_customer(&mut self, email: String) -> (String, Vec<Value>) {
        let mut columns = vec!["email", "phone"];
        let mut values = vec![value(email), self.phone()];
        for (column, name) in self.name() {
            columns.push(column);
            values.push(name);
        }
        let holes: Vec<String> = (1..=values.len()).map(|n| format!("${n}")).collect();
        let (columns, holes) = (columns.join(", "), holes.join(", "));
        (format!("INSERT INTO customer ({columns}) VALUES ({holes})"), values)
    }

    async fn rename_customer(&mut self, session: &mut Session) -> Result<(), Failed> {
        let mut values = vec![self.row()];
        let mut sets = Vec::new();
        for (column, name) in self.name() {
            values.push(name);
            sets.push(format!("{column} = ${}", values.len()));
        }
        let sql = format!("UPDATE customer SET {} WHERE id = $1", sets.join(", "));
        session.run(&sql, &values).await.map(drop)
    }

    async fn call_customer(&mut self, session: &mut Session) -> Result<(), Failed> {
        let values = [self.row(), self.phone()];
        session.run("UPDATE customer SET phone = $2 WHERE id = $1", &values).await.map(drop)
    }

    async fn move_customer(&mut self, session: &mut Session) -> Result<(), Failed> {
        let sql = "UPDATE customer SET country = $2, company = NULL WHERE id = $1";
        session.run(sql, &[self.row(), value("Iceland")]).await.map(drop)
    }

    async fn subscribe(&mut self, session: &mut Session) -> Result<(), Failed> {
        let number = self.chance.random_range(0..SHARED_ADDRESSES);
        let (insert, values) = self.insert_customer(format!("shared{number}@example.org"));
        let mut sets = vec!["phone = excluded.phone", "company = 'again'"];
        let name: Vec<String> =
            self.name().iter().map(|(c, _)| format!("{c} = excluded.{c}")).collect();
        sets.extend(name.iter().map(String::as_str));
        let sql = format!("{insert} ON CONFLICT (email) DO UPDATE SET {}", sets.join(", "));
        session.run(&sql, &values).await.map(drop)
    }

    async fn buy(&mut self, session: &mut Session) -> Result<(), Failed> {
        let (invoice, _) = self.invoice();
        session.run("BEGIN", &[]).await?;
        let sql = if self.version >= PURCHASES {
            "INSERT INTO purchase (customer_id, status) VALUES ($1, 'open') RETURNING id"
        } else {
            "INSERT INTO invoice (customer_id) VALUES ($1) RETURNING id"
        };
        let id = session.run(sql, &[self.row()]).await?.unwrap_or_default();
        let track = self.chance.random_range(1..=self.rows - 3);
        for line in 0..3 {
            let sql = "INSERT INTO invoice_line (invoice_id, track_id, unit_price, quantity) \
                       SELECT $1, id, unit_price, $3 FROM track WHERE id = $2";
            session.run(sql, &[value(&id), value(track + line), value(line + 1)]).await?;
        }
        let sum = if self.version >= PRICES_IN_CENTS {
            "sum(unit_price * quantity) / 100.0"
        } else {
            "sum(unit_price * quantity)"
        };
        let status = match self.version >= PURCHASES {
            true if self.chance.random_bool(0.5) => ", status = 'sent'",
            true => ", status = 'paid'",
            false => "",
        };
        let sql = format!(
            "UPDATE {invoice} SET total = (SELECT {sum} FROM invoice_line WHERE invoice_id = $1){status} \
             WHERE id = $1"
        );
        session.run(&sql, &[value(&id)]).await?;
        session.run("COMMIT", &[]).await?;
        self.invoices.push(id);
        Ok(())
    }

    async fn cancel(&mut self, session: &mut Session) -> Result<(), Failed> {
        let Some(id) = self.invoices.pop() else {
            return Ok(());
        };
        let sql = format!("DELETE FROM {} WHERE id = $1", self.invoice().0);
        session.run(&sql, &[value(id)]).await.map(drop)
    }

    async fn one_more(&mut self, session: &mut Session) -> Result<(), Failed> {
        let values = [self.row(), value(self.chance.random_range(1..=20)), self.price()];
        let sql = "INSERT INTO invoice_line (invoice_id, track_id, unit_price) VALUES ($1, $2, $3) \
                   ON CONFLICT (invoice_id, track_id) DO UPDATE SET \
                   quantity = invoice_line.quantity + 1, unit_price = excluded.unit_price";
        session.run(sql, &values).await.map(drop)
    }

    async fn new_price(&mut self, session: &mut Session) -> Result<(), Failed> {
        let values = [self.row(), self.price()];
        session.run("UPDATE track SET unit_price = $2 WHERE id = $1", &values).await.map(drop)
    }

    async fn new_track(&mut self, session: &mut Session) -> Result<(), Failed> {
        if self.tracks.len() > 20 {
            let id = self.tracks.swap_remove(0);
            return session.run("DELETE FROM track WHERE id = $1", &[value(id)]).await.map(drop);
        }
        let id = if self.chance.random_bool(0.5) {
            let sql = "INSERT INTO track (name, milliseconds) VALUES ($1, 1000) RETURNING id";
            session.run(sql, &[value("for the usual price")]).await?
        } else {
            let sql = "INSERT INTO track (name, milliseconds, unit_price) VALUES ($1, 1000, $2) \
                       RETURNING id";
            session.run(sql, &[value("for a price of its own"), self.price()]).await?
        };
        self.tracks.extend(id);
        Ok(())
    }

    async fn discount(&mut self, session: &mut Session) -> Result<(), Failed> {
        let id = self.row();
        session.run("BEGIN", &[]).await?;
        let sql = "SELECT unit_price FROM track WHERE id = $1 FOR UPDATE";
        session.run(sql, std::slice::from_ref(&id)).await?;
        let sql = "UPDATE track SET unit_price = $2, composer = 'anonymous' WHERE id = $1";
        session.run(sql, &[id, self.price()]).await?;
        session.run("COMMIT", &[]).await.map(drop)
    }

    async fn playlist(&mut self, session: &mut Session) -> Result<(), Failed> {
        let values = [value(self.chance.random_range(1..=100)), self.row()];
        let sql = if self.chance.random_bool(0.3) {
            "DELETE FROM playlist_track WHERE playlist_id = $1 AND track_id = $2"
        } else {
            "INSERT INTO playlist_track (playlist_id, track_id) VALUES ($1, $2) \
             ON CONFLICT (playlist_id, track_id) DO UPDATE SET position = playlist_track.position + 1"
        };
        session.run(sql, &values).await.map(drop)
    }
}
