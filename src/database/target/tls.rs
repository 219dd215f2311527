//! From the settings to what rustls needs.

use super::TargetError;
use super::settings::{Roots, SslMode, TlsSettings, TlsVersion};
use super::verifier::{Check, Trusted, Verifier};
use rustls::client::WantsClientCert;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, SupportedProtocolVersion, version};
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;
use tokio_postgres_rustls::MakeRustlsConnect;

/// A connector that checks as much as the settings ask for.
pub(super) fn connector(settings: &TlsSettings) -> Result<MakeRustlsConnect, TargetError> {
    let verifier = verifier(settings)?;
    let builder = builder(settings.oldest, settings.newest, verifier)?;
    let mut config = match &settings.certificate {
        Some((certificate, key)) => {
            let (certificate, key) = (read_certificates(certificate)?, read_key(key)?);
            builder.with_client_auth_cert(certificate, key).map_err(|source| {
                TargetError::Setup {
                    what: "the client certificate does not go with its key",
                    source: source.into(),
                }
            })?
        }
        None => builder.with_no_client_auth(),
    };
    config.enable_sni = settings.send_name;
    if settings.direct {
        // The server refuses a direct handshake that does not say what it is for.
        config.alpn_protocols = vec![b"postgresql".to_vec()];
    }
    Ok(MakeRustlsConnect::new(config))
}

/// For connections that will not be encrypted: tokio-postgres wants a connector all the same.
pub(super) fn unused_connector() -> Result<MakeRustlsConnect, TargetError> {
    let verifier = Verifier::new(provider(), Check::Nothing);
    let builder = builder(TlsVersion::V1_2, TlsVersion::V1_3, verifier)?;
    Ok(MakeRustlsConnect::new(builder.with_no_client_auth()))
}

fn builder(
    oldest: TlsVersion,
    newest: TlsVersion,
    verifier: Verifier,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, TargetError> {
    let versions: Vec<&'static SupportedProtocolVersion> =
        [(TlsVersion::V1_3, &version::TLS13), (TlsVersion::V1_2, &version::TLS12)]
            .into_iter()
            .filter(|(version, _)| (oldest..=newest).contains(version))
            .map(|(_, version)| version)
            .collect();
    let builder =
        ClientConfig::builder_with_provider(provider()).with_protocol_versions(&versions).map_err(
            |source| TargetError::Setup { what: "TLS cannot be set up", source: source.into() },
        )?;
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)))
}

/// Named here, so that no other crate's choice of a process-wide provider can get in the way.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// libpq's table (section 34.19.1), with one addition: where it fails for want of a root
/// certificate, the system's are taken. Their word is worth nothing without the name, so then
/// `verify-ca` checks that too.
fn verifier(settings: &TlsSettings) -> Result<Verifier, TargetError> {
    let check = match (settings.mode, &settings.roots) {
        (SslMode::VerifyFull | SslMode::VerifyCa, Roots::None) | (_, Roots::System) => {
            Check::ChainAndName(system_roots()?)
        }
        (SslMode::VerifyFull, Roots::File(path)) => Check::ChainAndName(read_roots(path)?),
        (_, Roots::File(path)) => Check::Chain(read_roots(path)?),
        (_, Roots::None) => Check::Nothing,
    };
    Ok(Verifier::new(provider(), check))
}

fn read_roots(path: &Path) -> Result<Trusted, TargetError> {
    let chosen = read_certificates(path)?;
    let mut roots = RootCertStore::empty();
    for certificate in &chosen {
        roots.add(certificate.clone()).map_err(|error| {
            TargetError::file("the root certificate file", path, io::Error::other(error))
        })?;
    }
    Ok(Trusted { roots, chosen })
}

fn system_roots() -> Result<Trusted, TargetError> {
    let loaded = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // A store may hold ancient certificates that rustls cannot read; the others still serve.
    roots.add_parsable_certificates(loaded.certs);
    if roots.is_empty() {
        return Err(TargetError::NoSystemRoots);
    }
    Ok(Trusted { roots, chosen: Vec::new() })
}

fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TargetError> {
    let failed = |error| TargetError::file("the certificate file", path, pem_error(error));
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(failed)?;
    match certificates.is_empty() {
        true => Err(failed(pem::Error::NoItemsFound)),
        false => Ok(certificates),
    }
}

fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>, TargetError> {
    let failed = |error| TargetError::file("the private key file", path, error);
    let metadata = fs::metadata(path).map_err(failed)?;
    // As in libpq, root may share a key with a group.
    let allowed = if metadata.uid() == 0 { 0o740 } else { 0o700 };
    if metadata.mode() & 0o777 & !allowed != 0 {
        return Err(failed(io::Error::other("others may read it; `chmod 0600` it")));
    }
    PrivateKeyDer::from_pem_file(path).map_err(|error| {
        failed(match error {
            pem::Error::NoItemsFound => io::Error::other(
                "it holds no unencrypted private key in PEM (`openssl pkey` takes a password off)",
            ),
            error => pem_error(error),
        })
    })
}

fn pem_error(error: pem::Error) -> io::Error {
    match error {
        pem::Error::Io(error) => error,
        pem::Error::NoItemsFound => io::Error::other("it holds no certificate in PEM"),
        error => io::Error::other(error),
    }
}
