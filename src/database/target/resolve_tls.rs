//! The parameters whose names begin with `ssl`.

use super::TargetError;
use super::environment::Environment;
use super::resolve::Sources;
use super::settings::{Roots, SslMode, TlsSettings, TlsVersion};
use std::path::{Path, PathBuf};

pub(super) fn resolve(
    sources: &Sources,
    environment: &Environment,
) -> Result<TlsSettings, TargetError> {
    let roots = resolve_roots(sources, environment);
    let mode = resolve_mode(sources, &roots)?;
    let direct = sources
        .parsed("sslnegotiation", "`postgres` or `direct`", |text| match text {
            "postgres" => Some(false),
            "direct" => Some(true),
            _ => None,
        })?
        .unwrap_or(false);
    if direct && mode < SslMode::Require {
        return Err(TargetError::invalid(
            "`sslnegotiation=direct` needs `sslmode=require` or a stricter one",
        ));
    }
    let oldest = resolve_version(sources, "ssl_min_protocol_version")?.unwrap_or(TlsVersion::V1_2);
    let newest = resolve_version(sources, "ssl_max_protocol_version")?.unwrap_or(TlsVersion::V1_3);
    if oldest > newest {
        return Err(TargetError::invalid(
            "`ssl_min_protocol_version` is above `ssl_max_protocol_version`",
        ));
    }
    Ok(TlsSettings {
        mode,
        direct,
        roots,
        certificate: resolve_certificate(sources, environment),
        oldest,
        newest,
        send_name: sources.value("sslsni") != Some("0"),
    })
}

fn resolve_mode(sources: &Sources, roots: &Roots) -> Result<SslMode, TargetError> {
    let expected = "`disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`";
    let mode = sources.parsed("sslmode", expected, SslMode::parse)?;
    match (mode, roots) {
        (None, Roots::System) => Ok(SslMode::VerifyFull),
        // Anybody can get a certificate that the system trusts; only the name tells them apart.
        (Some(weak), Roots::System) if weak < SslMode::VerifyFull => {
            Err(TargetError::invalid("`sslrootcert=system` needs `sslmode=verify-full`"))
        }
        (mode, _) => Ok(mode.unwrap_or(SslMode::Prefer)),
    }
}

fn resolve_roots(sources: &Sources, environment: &Environment) -> Roots {
    match sources.value("sslrootcert") {
        Some("system") => Roots::System,
        Some(path) => Roots::File(PathBuf::from(path)),
        None => existing(environment, "root.crt").map_or(Roots::None, Roots::File),
    }
}

/// A certificate that was asked for must be there; the one in the home directory may be.
fn resolve_certificate(sources: &Sources, environment: &Environment) -> Option<(PathBuf, PathBuf)> {
    if sources.value("sslcertmode") == Some("disable") {
        return None;
    }
    let certificate = match sources.value("sslcert") {
        Some(path) => PathBuf::from(path),
        None => existing(environment, "postgresql.crt")?,
    };
    let key = match sources.value("sslkey") {
        Some(path) => PathBuf::from(path),
        None => in_home(environment, "postgresql.key")?,
    };
    Some((certificate, key))
}

fn in_home(environment: &Environment, name: &str) -> Option<PathBuf> {
    environment.var("HOME").map(|home| Path::new(home).join(".postgresql").join(name))
}

fn existing(environment: &Environment, name: &str) -> Option<PathBuf> {
    in_home(environment, name).filter(|path| path.exists())
}

/// rustls does not speak what is older than 1.2, so an older minimum is kept anyhow.
fn resolve_version(sources: &Sources, name: &str) -> Result<Option<TlsVersion>, TargetError> {
    let minimum = name == "ssl_min_protocol_version";
    sources.parsed(name, "`TLSv1.2` or `TLSv1.3`", |text| {
        match text.to_ascii_lowercase().as_str() {
            "tlsv1.3" => Some(TlsVersion::V1_3),
            "tlsv1.2" => Some(TlsVersion::V1_2),
            "tlsv1" | "tlsv1.1" if minimum => Some(TlsVersion::V1_2),
            _ => None,
        }
    })
}
