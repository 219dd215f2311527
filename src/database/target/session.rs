//! An open connection, and a way to interrupt it.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, ready};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, duplex};
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::task::JoinHandle;
use tokio_postgres::error::DbError;
use tokio_postgres::{AsyncMessage, CancelToken, Client, Connection, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// A request to cancel: its length, its code, the process, its secret (manual of 15, section 55.7).
const REQUEST_BYTES: usize = 16;

/// The code of a request to cancel.
const CANCEL_REQUEST: i32 = 80_877_102;

/// An open connection. A task of its own moves the bytes; it ends with the client.
#[derive(Debug)]
#[non_exhaustive]
pub struct Session {
    /// The client, for queries.
    pub client: Client,
    /// The server's notices. Those of a query are here by the time its result is.
    pub notices: UnboundedReceiver<DbError>,
    canceller: Canceller,
    driver: JoinHandle<()>,
    end: End,
}

/// Why the connection has ended, once it has.
type End = Arc<Mutex<Option<tokio_postgres::Error>>>;

impl Session {
    pub(super) fn start<S, T>(
        client: Client,
        mut connection: Connection<S, T>,
        connector: MakeRustlsConnect,
    ) -> Self
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let canceller = Canceller { token: client.cancel_token(), connector };
        let (sender, notices) = mpsc::unbounded_channel();
        let end = End::default();
        let at_the_end = Arc::clone(&end);
        let driver = tokio::spawn(poll_fn(move |cx| {
            loop {
                match ready!(connection.poll_message(cx)) {
                    // Nobody has to listen.
                    Some(Ok(AsyncMessage::Notice(notice))) => drop(sender.send(notice)),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => {
                        at_the_end.lock().unwrap_or_else(PoisonError::into_inner).replace(error);
                        return Poll::Ready(());
                    }
                    None => return Poll::Ready(()),
                }
            }
        }));
        Self { client, notices, canceller, driver, end }
    }

    /// Why the connection has ended, for the first who asks. A server that ends a session which runs nothing
    /// says so to nobody's question: all that the next one hears is that the connection is closed.
    pub fn end(&self) -> Option<tokio_postgres::Error> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Something that can interrupt the running query, from any task.
    pub fn canceller(&self) -> Canceller {
        self.canceller.clone()
    }

    /// The number of the process that answers, as it was announced for requests to cancel. A pooler
    /// announces one that it makes up. None where the connection is encrypted: then the driver does not
    /// show it.
    pub async fn announced_process(&self) -> Option<i32> {
        self.canceller.process().await
    }

    /// Says goodbye to the server and waits until that is done, so that whoever comes next finds
    /// the locks and the connection free.
    pub async fn close(self) -> Result<(), tokio_postgres::Error> {
        let Self { client, driver, end, .. } = self;
        drop(client);
        // A driver that panicked or was aborted with its runtime has nothing left to close.
        let _ended = driver.await;
        let end = end.lock().unwrap_or_else(PoisonError::into_inner).take();
        end.map_or(Ok(()), Err)
    }
}

/// Interrupts the query a session is running. Dropping a query's future does not: the server goes
/// on, and holds its locks.
#[derive(Clone)]
pub struct Canceller {
    token: CancelToken,
    connector: MakeRustlsConnect,
}

impl Canceller {
    /// Asks the server to stop; the query then fails with 57014. Nothing happens if none runs.
    pub async fn cancel(&self) -> Result<(), tokio_postgres::Error> {
        self.token.cancel_query(self.connector.clone()).await
    }

    /// The process that a request would name; read from one that goes nowhere.
    async fn process(&self) -> Option<i32> {
        let (request, mut reader) = duplex(REQUEST_BYTES);
        let read = async move {
            let (_length, code) = (reader.read_i32().await.ok()?, reader.read_i32().await.ok()?);
            // Otherwise it asks for encryption first, and ends with the reader.
            if code == CANCEL_REQUEST { reader.read_i32().await.ok() } else { None }
        };
        let (_sent, process) = tokio::join!(self.token.cancel_query_raw(request, NoTls), read);
        process
    }
}

impl std::fmt::Debug for Canceller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Canceller")
    }
}
