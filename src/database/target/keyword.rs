//! The connection parameters of libpq (Postgres 18, section 34.1.2), and what becomes of each here.

use super::TargetError;
use super::environment::Environment;
use std::collections::BTreeMap;

/// A connection parameter by the name libpq gives it.
#[derive(Debug)]
pub(super) struct Keyword {
    pub(super) name: &'static str,
    pub(super) variable: Option<&'static str>,
    treatment: Treatment,
}

#[derive(Debug)]
enum Treatment {
    Used,
    /// Means nothing here, and leaving it out harms nobody.
    Ignored,
    /// Asks for a promise that is not kept here, so silence would be a lie. These values ask for
    /// none.
    RefusedUnless(&'static [&'static str]),
}

use Treatment::{Ignored, RefusedUnless, Used};

const fn keyword(
    name: &'static str,
    variable: Option<&'static str>,
    treatment: Treatment,
) -> Keyword {
    Keyword { name, variable, treatment }
}

pub(super) const KEYWORDS: &[Keyword] = &[
    keyword("application_name", Some("PGAPPNAME"), Used),
    keyword("channel_binding", Some("PGCHANNELBINDING"), Used),
    keyword("client_encoding", None, Ignored), // always UTF8
    keyword("connect_timeout", Some("PGCONNECT_TIMEOUT"), Used),
    keyword("dbname", Some("PGDATABASE"), Used),
    keyword("fallback_application_name", None, Used),
    keyword("gssdelegation", Some("PGGSSDELEGATION"), Ignored),
    keyword("gssencmode", Some("PGGSSENCMODE"), RefusedUnless(&["disable", "prefer"])),
    keyword("gsslib", Some("PGGSSLIB"), Ignored),
    keyword("host", Some("PGHOST"), Used),
    keyword("hostaddr", Some("PGHOSTADDR"), Used),
    keyword("keepalives", None, Used),
    keyword("keepalives_count", None, Used),
    keyword("keepalives_idle", None, Used),
    keyword("keepalives_interval", None, Used),
    keyword("krbsrvname", Some("PGKRBSRVNAME"), Ignored),
    keyword("load_balance_hosts", Some("PGLOADBALANCEHOSTS"), Ignored), // one migrator, no load
    keyword("max_protocol_version", Some("PGMAXPROTOCOLVERSION"), Ignored), // 3.0 is always spoken
    keyword("min_protocol_version", Some("PGMINPROTOCOLVERSION"), RefusedUnless(&["3.0"])),
    keyword("options", Some("PGOPTIONS"), Used),
    keyword("passfile", Some("PGPASSFILE"), Used),
    keyword("password", Some("PGPASSWORD"), Used),
    keyword("port", Some("PGPORT"), Used),
    keyword("replication", None, RefusedUnless(&["false", "off", "no", "0"])),
    keyword("require_auth", Some("PGREQUIREAUTH"), RefusedUnless(&[])),
    keyword("requirepeer", Some("PGREQUIREPEER"), RefusedUnless(&[])),
    keyword("requiressl", Some("PGREQUIRESSL"), RefusedUnless(&["0"])), // long gone: sslmode
    keyword("service", Some("PGSERVICE"), Used),
    keyword("servicefile", Some("PGSERVICEFILE"), Used),
    keyword("ssl_max_protocol_version", Some("PGSSLMAXPROTOCOLVERSION"), Used),
    keyword("ssl_min_protocol_version", Some("PGSSLMINPROTOCOLVERSION"), Used),
    keyword("sslcert", Some("PGSSLCERT"), Used),
    keyword("sslcertmode", Some("PGSSLCERTMODE"), RefusedUnless(&["allow", "disable"])),
    keyword("sslcompression", Some("PGSSLCOMPRESSION"), Ignored), // TLS libraries dropped it
    keyword("sslcrl", Some("PGSSLCRL"), RefusedUnless(&[])),
    keyword("sslcrldir", Some("PGSSLCRLDIR"), RefusedUnless(&[])),
    keyword("sslkey", Some("PGSSLKEY"), Used),
    keyword("sslkeylogfile", None, Ignored),
    keyword("sslmode", Some("PGSSLMODE"), Used),
    keyword("sslnegotiation", Some("PGSSLNEGOTIATION"), Used),
    keyword("sslpassword", None, Ignored), // matters for an encrypted key only, which is refused
    keyword("sslrootcert", Some("PGSSLROOTCERT"), Used),
    keyword("sslsni", Some("PGSSLSNI"), Used),
    keyword("target_session_attrs", Some("PGTARGETSESSIONATTRS"), Used),
    keyword("tcp_user_timeout", None, Used),
    keyword("user", Some("PGUSER"), Used),
];

/// Parameters from one source, by keyword.
#[derive(Clone, Default)]
pub(super) struct Parameters(BTreeMap<&'static str, String>);

impl Parameters {
    /// Keeps a parameter; as in libpq, the last one given counts.
    pub(super) fn set(&mut self, name: &str, value: String) -> Result<(), TargetError> {
        let Some(keyword) = KEYWORDS.iter().find(|keyword| keyword.name == name) else {
            return Err(TargetError::invalid(unknown(name)));
        };
        if let RefusedUnless(harmless) = keyword.treatment
            && !value.is_empty()
            && !harmless.contains(&value.as_str())
        {
            return Err(TargetError::Unsupported { parameter: keyword.name });
        }
        self.0.insert(keyword.name, value);
        Ok(())
    }

    /// A value that is empty counts as not given: that is how libpq's defaults are asked for.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    pub(super) fn from_environment(environment: &Environment) -> Result<Self, TargetError> {
        let mut parameters = Self::default();
        for keyword in KEYWORDS {
            if let Some(value) = keyword.variable.and_then(|name| environment.var(name)) {
                parameters.set(keyword.name, value.to_owned())?;
            }
        }
        Ok(parameters)
    }
}

/// The ORMs' own parameters are met often enough to deserve a word.
fn unknown(name: &str) -> String {
    match name {
        "schema" | "currentSchema" => format!(
            "`{name}` is not a parameter of Postgres; name the schema with `--schema` instead"
        ),
        _ => format!("`{name}` is not a parameter that Postgres knows"),
    }
}
