//! The protocol between a client and a server, as far as one must know it to stand between them
//! (manual, chapter "Frontend/Backend Protocol").

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

/// A request for encryption, or to cancel, instead of a startup message.
const SSL_REQUEST: u32 = 80_877_103;
const CANCEL_REQUEST: u32 = 80_877_102;

/// Either end of a connection.
pub(super) trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

/// A message: its type, and what it says.
struct Message {
    kind: u8,
    body: Vec<u8>,
}

impl Message {
    fn read(from: &mut dyn Stream) -> io::Result<Self> {
        let mut kind = [0];
        from.read_exact(&mut kind)?;
        Ok(Self { kind: kind[0], body: read_body(from)? })
    }

    fn append_to(&self, bytes: &mut Vec<u8>) {
        bytes.push(self.kind);
        bytes.extend((self.body.len() as u32 + 4).to_be_bytes());
        bytes.extend(&self.body);
    }
}

fn read_body(from: &mut dyn Stream) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let mut body = vec![0; (u32::from_be_bytes(length) as usize).saturating_sub(4)];
    from.read_exact(&mut body)?;
    Ok(body)
}

/// The text up to the next zero.
fn text(bytes: &[u8]) -> (String, &[u8]) {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    (String::from_utf8_lossy(&bytes[..end]).into_owned(), bytes.get(end + 1..).unwrap_or_default())
}

/// Lets a client log in. The process of the server that serves it; none where the client only wanted
/// something cancelled.
pub(super) fn log_in(client: &mut dyn Stream, server: &mut dyn Stream) -> io::Result<Option<u32>> {
    let mut startup = read_body(client)?;
    if startup.starts_with(&SSL_REQUEST.to_be_bytes()) {
        client.write_all(b"N")?;
        startup = read_body(client)?;
    }
    server.write_all(&(startup.len() as u32 + 4).to_be_bytes())?;
    server.write_all(&startup)?;
    if startup.starts_with(&CANCEL_REQUEST.to_be_bytes()) {
        return Ok(None);
    }
    let mut process = None;
    loop {
        let message = Message::read(server)?;
        let mut bytes = Vec::new();
        message.append_to(&mut bytes);
        client.write_all(&bytes)?;
        match (message.kind, message.body.get(..4)) {
            // A password is asked for.
            (b'R', Some([0, 0, 0, 3 | 5 | 10 | 11])) => {
                let mut bytes = Vec::new();
                Message::read(client)?.append_to(&mut bytes);
                server.write_all(&bytes)?;
            }
            (b'K', Some(number)) => {
                process = number.try_into().ok().map(u32::from_be_bytes);
            }
            (b'Z', _) => return Ok(process),
            _ => {}
        }
    }
}

/// What a client sends before it waits for an answer.
pub(super) struct Request {
    pub(super) bytes: Vec<u8>,
    /// The statement that is to run; none where one is only prepared or forgotten.
    pub(super) statement: Option<String>,
    pub(super) is_goodbye: bool,
}

impl Request {
    /// Whether it makes the session the second one of an operator.
    pub(super) fn is_second(&self) -> bool {
        let statement = self.statement.as_deref().unwrap_or_default();
        statement.contains("pg_try_advisory_lock_shared")
    }
}

/// Reads requests, and remembers what was prepared.
#[derive(Default)]
pub(super) struct Requests {
    prepared: BTreeMap<String, String>,
}

impl Requests {
    pub(super) fn next(&mut self, client: &mut dyn Stream) -> io::Result<Request> {
        let mut request = Request { bytes: Vec::new(), statement: None, is_goodbye: false };
        loop {
            let message = Message::read(client)?;
            message.append_to(&mut request.bytes);
            match message.kind {
                b'P' => {
                    let (name, rest) = text(&message.body);
                    self.prepared.insert(name, text(rest).0);
                }
                b'B' => {
                    let (_portal, rest) = text(&message.body);
                    request.statement = self.prepared.get(&text(rest).0).cloned();
                }
                b'Q' => request.statement = Some(text(&message.body).0),
                b'X' => request.is_goodbye = true,
                _ => {}
            }
            if matches!(message.kind, b'Q' | b'S' | b'X') {
                return Ok(request);
            }
        }
    }
}

/// What a server answers to one request.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) bytes: Vec<u8>,
    /// The SQLSTATE, where it is an error.
    pub(super) state: Option<String>,
    /// Whether no transaction is open now.
    pub(super) is_idle: bool,
    /// Whether the server was gone before its end.
    pub(super) is_last: bool,
}

impl Answer {
    pub(super) fn read(server: &mut dyn Stream) -> Self {
        let mut answer = Self::default();
        loop {
            let Ok(message) = Message::read(server) else {
                answer.is_last = true;
                return answer;
            };
            message.append_to(&mut answer.bytes);
            if message.kind == b'E' {
                let mut fields = &message.body[..];
                while let [kind, rest @ ..] = fields
                    && *kind != 0
                {
                    let (field, rest) = text(rest);
                    if *kind == b'C' {
                        answer.state = Some(field);
                    }
                    fields = rest;
                }
            }
            if message.kind == b'Z' {
                answer.is_idle = message.body == b"I";
                return answer;
            }
        }
    }
}

/// A request of our own, in the client's session.
pub(super) fn say(server: &mut dyn Stream, statement: &str) -> io::Result<Answer> {
    let mut bytes = Vec::new();
    let mut body = statement.as_bytes().to_vec();
    body.push(0);
    Message { kind: b'Q', body }.append_to(&mut bytes);
    server.write_all(&bytes)?;
    Ok(Answer::read(server))
}
