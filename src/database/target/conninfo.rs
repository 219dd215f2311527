//! Reading a connection string, URL or `key=value`, as libpq does.
//!
//! Neither reader repeats a value in its complaint: half of a badly quoted password would be in it.

use super::TargetError;
use super::keyword::Parameters;
use super::percent;

const SCHEMES: &[&str] = &["postgresql://", "postgres://"];

/// Reads either form.
pub(super) fn parse(text: &str) -> Result<Parameters, TargetError> {
    let text = text.trim();
    if let Some(rest) = SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme)) {
        return parse_url(rest);
    }
    // `=` may stand before `://` in a password, so only a leading word makes it a foreign URL.
    match text.split_once("://") {
        Some((scheme, _))
            if scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)) =>
        {
            Err(TargetError::invalid("its scheme is neither `postgresql://` nor `postgres://`"))
        }
        _ => parse_pairs(text),
    }
}

fn parse_url(rest: &str) -> Result<Parameters, TargetError> {
    let mut parameters = Parameters::default();
    // An `@` before the first `/` ends the credentials; a `?` or `#` in a password is its own.
    let (credentials, rest) = match rest.find(['@', '/']) {
        Some(at) if rest[at..].starts_with('@') => (&rest[..at], &rest[at + 1..]),
        _ => ("", rest),
    };
    let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
    set_decoded(&mut parameters, "user", user)?;
    set_decoded(&mut parameters, "password", password)?;

    let (hosts, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    parse_hosts(&mut parameters, hosts)?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    set_decoded(&mut parameters, "dbname", path.strip_prefix('/').unwrap_or(path))?;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        parse_query_parameter(&mut parameters, pair)?;
    }
    Ok(parameters)
}

/// `host:port,host:port`: stored as libpq does, two lists with the same number of commas.
fn parse_hosts(parameters: &mut Parameters, text: &str) -> Result<(), TargetError> {
    if text.contains('@') {
        return Err(TargetError::invalid(
            "there are two `@` before the database; one inside the user name or password is \
             written `%40`",
        ));
    }
    let mut hosts = Vec::new();
    let mut ports = Vec::new();
    for part in text.split(',') {
        let (host, port) = split_host(part)?;
        hosts.push(percent::decode(host).ok_or_else(|| badly_encoded("host"))?);
        ports.push(percent::decode(port).ok_or_else(|| badly_encoded("port"))?);
    }
    for (name, list) in [("host", hosts), ("port", ports)] {
        if list.iter().any(|value| !value.is_empty()) {
            parameters.set(name, list.join(","))?;
        }
    }
    Ok(())
}

fn split_host(part: &str) -> Result<(&str, &str), TargetError> {
    let Some(bracketed) = part.strip_prefix('[') else {
        return Ok(part.split_once(':').unwrap_or((part, "")));
    };
    let Some((address, rest)) = bracketed.split_once(']') else {
        return Err(TargetError::invalid("an IPv6 address lacks its closing `]`"));
    };
    match rest.strip_prefix(':') {
        Some(port) => Ok((address, port)),
        None if rest.is_empty() => Ok((address, "")),
        None => {
            Err(TargetError::invalid("after the `]` of an IPv6 address only `:port` may stand"))
        }
    }
}

fn parse_query_parameter(parameters: &mut Parameters, pair: &str) -> Result<(), TargetError> {
    let Some((name, value)) = pair.split_once('=') else {
        return Err(TargetError::invalid(
            "a parameter after the `?` has no `=`; an `&` inside a value is written `%26`",
        ));
    };
    let name = percent::decode(name).ok_or_else(|| badly_encoded("parameters"))?;
    // JDBC's spelling, which libpq takes too.
    if name == "ssl" && value == "true" {
        return parameters.set("sslmode", "require".to_owned());
    }
    let value = percent::decode(value).ok_or_else(|| badly_encoded(&name))?;
    parameters.set(&name, value)
}

fn set_decoded(
    parameters: &mut Parameters,
    name: &'static str,
    value: &str,
) -> Result<(), TargetError> {
    if value.is_empty() {
        return Ok(());
    }
    parameters.set(name, percent::decode(value).ok_or_else(|| badly_encoded(name))?)
}

fn badly_encoded(part: &str) -> TargetError {
    TargetError::invalid(format!(
        "`{part}` has a `%` that is not followed by two hexadecimal digits of UTF-8 text; a `%` \
         itself is written `%25`"
    ))
}

fn parse_pairs(text: &str) -> Result<Parameters, TargetError> {
    let mut parameters = Parameters::default();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let Some(value) = after.trim_start().strip_prefix('=') else {
            return Err(TargetError::invalid(format!(
                "word {} is not followed by `=`; a value with spaces stands in single quotes",
                text[..text.len() - rest.len()].split_whitespace().count() + 1
            )));
        };
        let (value, after) = take_value(value.trim_start())?;
        parameters.set(name, value)?;
        rest = after.trim_start();
    }
    Ok(parameters)
}

/// One value, its quotes and backslashes taken off, and what comes after it.
fn take_value(text: &str) -> Result<(String, &str), TargetError> {
    let (quoted, body) = match text.strip_prefix('\'') {
        Some(body) => (true, body),
        None => (false, text),
    };
    let mut value = String::new();
    let mut characters = body.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            '\'' if quoted => return Ok((value, &body[at + 1..])),
            space if !quoted && space.is_whitespace() => return Ok((value, &body[at..])),
            other => value.push(other),
        }
    }
    if quoted {
        return Err(TargetError::invalid("a value's closing single quote is missing"));
    }
    Ok((value, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match parse(text) {
            Ok(parameters) => {
                let pairs: Vec<_> = parameters.iter().map(|(n, v)| format!("{n}={v}")).collect();
                pairs.join(" ")
            }
            Err(error) => format!("error: {error}"),
        }
    }

    #[test]
    fn both_forms_are_read_as_libpq_reads_them() {
        let cases = [
            ("postgresql://", ""),
            ("postgres://localhost", "host=localhost"),
            ("postgresql://u:p@h:5433/d", "dbname=d host=h password=p port=5433 user=u"),
            ("postgresql://u:p%40%3a%2F@h", "host=h password=p@:/ user=u"),
            ("postgresql://u:p?q#r:s@h/d", "dbname=d host=h password=p?q#r:s user=u"),
            ("postgresql://u:@h/", "host=h user=u"),
            ("postgresql://@h", "host=h"),
            ("postgresql:///d?host=/tmp/x&port=1", "dbname=d host=/tmp/x port=1"),
            ("postgresql://postgres@%2Ftmp%2Fx/db", "dbname=db host=/tmp/x user=postgres"),
            ("postgresql://%2Ftmp:1/db", "dbname=db host=/tmp port=1"),
            ("postgresql://[::1]:5433/d", "dbname=d host=::1 port=5433"),
            ("postgresql://[fe80::1%25eth0]", "host=fe80::1%eth0"),
            ("postgresql://a:1,b,[::2]:3/d", "dbname=d host=a,b,::2 port=1,,3"),
            ("postgresql://h?user=v&user=w", "host=h user=w"),
            ("postgresql://h/d%20e?options=-c%20a%3Db", "dbname=d e host=h options=-c a=b"),
            ("postgresql://h?options=-c%20a=b", "host=h options=-c a=b"),
            ("postgresql://h?application_name=a+b", "application_name=a+b host=h"),
            ("postgresql://h?ssl=true", "host=h sslmode=require"),
            ("postgresql://h/d#x", "dbname=d#x host=h"),
            ("postgresql://h/a/b", "dbname=a/b host=h"),
            ("host=h user = u  password='a b\\'c\\\\'", "host=h password=a b'c\\ user=u"),
            ("host=h options=-c\\ a=b", "host=h options=-c a=b"),
            ("password=a://b host=h", "host=h password=a://b"),
            ("host='' dbname=d", "dbname=d host="),
            ("gssencmode=prefer", "gssencmode=prefer"),
            ("postgresql://?host=x", "host=x"),
            ("postgresql://h,/d", "dbname=d host=h,"),
            ("postgresql://:5/d", "dbname=d port=5"),
            ("postgresql://h%2Cg/d", "dbname=d host=h,g"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn complaints_name_the_part_and_never_the_value() {
        let cases = [
            ("mysql://u:secret@h/d", "scheme"),
            ("postgresql://u:sec@ret@h/d", "%40"),
            ("postgresql://u:secret%zz@h", "`password`"),
            ("postgresql://u:secret%00@h", "`password`"),
            ("postgresql://u:secret%ff@h", "`password`"),
            ("postgresql://[::1/d", "]"),
            ("postgresql://[::1]x/d", "]"),
            ("postgresql://h/d?password=x&secret", "%26"),
            ("postgresql://h/d?schema=public", "--schema"),
            ("postgresql://h/d?pgbouncer=true", "`pgbouncer`"),
            ("host=h password=my secret", "word 3"),
            ("password='secret", "quote"),
            ("requirepeer=postgres", "requirepeer"),
            ("sslcrl=/secret", "sslcrl"),
        ];
        for (text, expected) in cases {
            let shown = shown(text);
            assert!(shown.starts_with("error: ") && shown.contains(expected), "{text}: {shown}");
            assert!(!shown.contains("secret"), "{text}: {shown}");
        }
    }
}
