//! Cuts SQL into tokens as Postgres does (manual, section 4.1), far enough to know what is inside
//! quotes and comments, which names occur, and whether the brackets are balanced. What the tokens
//! mean is left to Postgres.

/// One token and where it starts, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A key word or an unquoted name, folded to lower case.
    Word(String),
    /// A quoted name, without its quotes.
    Quoted(String),
    /// A string or number constant.
    Constant,
    /// One of `( [`.
    Open(char),
    /// One of `) ]`.
    Close(char),
    /// `;`
    Semicolon,
    /// `.`
    Dot,
    /// Any other character: operators, commas, colons.
    Other(char),
}

/// A quote or a comment that is never closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unterminated {
    pub(super) what: &'static str,
    pub(super) start: usize,
}

/// The tokens of `text`, without comments and white space.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Unterminated> {
    let mut lexer = Lexer { text, position: 0 };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next_token()? {
        tokens.push(token);
    }
    Ok(tokens)
}

/// What a backslash is between quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Backslash {
    Plain,
    /// What stands behind it ends nothing, as in the `E''` form.
    Escapes,
}

struct Lexer<'a> {
    text: &'a str,
    position: usize,
}

impl Lexer<'_> {
    fn next_token(&mut self) -> Result<Option<Token>, Unterminated> {
        self.skip_blanks_and_comments()?;
        let start = self.position;
        let Some(character) = self.rest().chars().next() else {
            return Ok(None);
        };
        let kind = match character {
            '\'' => self.constant(start, Backslash::Plain)?,
            '"' => Kind::Quoted(self.quoted_name(start)?),
            '$' if self.dollar_tag().is_some() => self.dollar_quoted(start)?,
            _ if is_name_start(character) => self.word(start)?,
            _ if character.is_ascii_digit() => self.number(),
            _ => {
                self.position += character.len_utf8();
                match character {
                    '(' | '[' => Kind::Open(character),
                    ')' | ']' => Kind::Close(character),
                    ';' => Kind::Semicolon,
                    '.' => Kind::Dot,
                    _ => Kind::Other(character),
                }
            }
        };
        Ok(Some(Token { kind, start }))
    }

    fn rest(&self) -> &str {
        &self.text[self.position..]
    }

    fn skip_blanks_and_comments(&mut self) -> Result<(), Unterminated> {
        loop {
            let blanks = self.rest().len() - self.rest().trim_start().len();
            self.position += blanks;
            if self.rest().starts_with("--") {
                let end = self.rest().find(['\n', '\r']).unwrap_or(self.rest().len());
                self.position += end;
            } else if self.rest().starts_with("/*") {
                self.block_comment()?;
            } else {
                return Ok(());
            }
        }
    }

    /// Block comments nest, in SQL.
    fn block_comment(&mut self) -> Result<(), Unterminated> {
        let start = self.position;
        let mut depth = 0_usize;
        loop {
            if self.rest().starts_with("/*") {
                depth += 1;
                self.position += 2;
            } else if self.rest().starts_with("*/") {
                depth -= 1;
                self.position += 2;
                if depth == 0 {
                    return Ok(());
                }
            } else if let Some(character) = self.rest().chars().next() {
                self.position += character.len_utf8();
            } else {
                return Err(Unterminated { what: "comment", start });
            }
        }
    }

    /// A quoted constant.
    fn constant(&mut self, start: usize, backslash: Backslash) -> Result<Kind, Unterminated> {
        loop {
            self.quoted('\'', backslash).ok_or(Unterminated { what: "string constant", start })?;
            // A constant goes on behind a line break (section 4.1.2.1), with the same escapes.
            let end = self.position;
            self.skip_blanks_and_comments()?;
            if !self.rest().starts_with('\'') {
                self.position = end;
                return Ok(Kind::Constant);
            }
        }
    }

    fn quoted_name(&mut self, start: usize) -> Result<String, Unterminated> {
        self.quoted('"', Backslash::Plain).ok_or(Unterminated { what: "quoted name", start })
    }

    /// What is between the quote here and the closing one; a doubled quote is one of the text.
    fn quoted(&mut self, quote: char, backslash: Backslash) -> Option<String> {
        let mut content = String::new();
        let mut characters = self.rest().char_indices().skip(1).peekable();
        while let Some((offset, character)) = characters.next() {
            if character == '\\' && backslash == Backslash::Escapes {
                characters.next();
            } else if character == quote {
                if characters.next_if(|(_, next)| *next == quote).is_none() {
                    self.position += offset + quote.len_utf8();
                    return Some(content);
                }
                content.push(quote);
            } else {
                content.push(character);
            }
        }
        None
    }

    /// `$tag$` or `$$` at the present position.
    fn dollar_tag(&self) -> Option<String> {
        let length = self.rest()[1..].find('$')?;
        let tag = &self.rest()[1..=length];
        let mut characters = tag.chars();
        let is_tag = characters.next().is_none_or(is_name_start)
            && characters.all(|character| is_name_start(character) || character.is_ascii_digit());
        is_tag.then(|| format!("${tag}$"))
    }

    fn dollar_quoted(&mut self, start: usize) -> Result<Kind, Unterminated> {
        let unterminated = Unterminated { what: "dollar-quoted string", start };
        let tag = self.dollar_tag().ok_or(unterminated.clone())?;
        let body = &self.rest()[tag.len()..];
        let end = body.find(&tag).ok_or(unterminated)?;
        self.position += tag.len() + end + tag.len();
        Ok(Kind::Constant)
    }

    fn word(&mut self, start: usize) -> Result<Kind, Unterminated> {
        let length = self
            .rest()
            .find(|c: char| !(is_name_start(c) || c.is_ascii_digit() || c == '$'))
            .unwrap_or(self.rest().len());
        let word = self.rest()[..length].to_ascii_lowercase();
        self.position += length;
        // `E'..'`, `B'..'`, `X'..'`, `N'..'` and `U&'..'` are constants with a prefix.
        if self.rest().starts_with('\'') && matches!(word.as_str(), "e" | "b" | "x" | "n") {
            let escapes = if word == "e" { Backslash::Escapes } else { Backslash::Plain };
            return self.constant(start, escapes);
        }
        if word == "u" && self.rest().starts_with("&'") {
            self.position += 1;
            return self.constant(start, Backslash::Plain);
        }
        Ok(Kind::Word(word))
    }

    fn number(&mut self) -> Kind {
        let length = self
            .rest()
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '_'))
            .unwrap_or(self.rest().len());
        self.position += length;
        Kind::Constant
    }
}

/// Letters, underscores and everything beyond ASCII begin a name.
fn is_name_start(character: char) -> bool {
    character.is_ascii_alphabetic() || character == '_' || !character.is_ascii()
}
