//! How much of the server's certificate is believed.
//!
//! rustls checks all or nothing; libpq has degrees, and users have certificates made by hand.

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use std::sync::Arc;
use x509_cert::Certificate;
use x509_cert::der::asn1::{PrintableStringRef, TeletexStringRef, Utf8StringRef};
use x509_cert::der::oid::db::rfc4519::COMMON_NAME;
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

/// What is checked.
#[derive(Debug)]
pub(super) enum Check {
    /// Nothing: the line is encrypted, but who is at its end is taken on trust.
    Nothing,
    /// That one of the roots vouches for the server.
    Chain(Trusted),
    /// And that the certificate is for the name we called.
    ChainAndName(Trusted),
}

/// Whom we believe.
#[derive(Debug)]
pub(super) struct Trusted {
    pub(super) roots: RootCertStore,
    /// The same certificates whole, where a user chose them one by one.
    pub(super) chosen: Vec<CertificateDer<'static>>,
}

#[derive(Debug)]
pub(super) struct Verifier {
    provider: Arc<CryptoProvider>,
    check: Check,
}

impl Verifier {
    pub(super) fn new(provider: Arc<CryptoProvider>, check: Check) -> Self {
        Self { provider, check }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let (trusted, check_name) = match &self.check {
            Check::Nothing => return Ok(ServerCertVerified::assertion()),
            Check::Chain(trusted) => (trusted, false),
            Check::ChainAndName(trusted) => (trusted, true),
        };
        let parsed = ParsedCertificate::try_from(certificate)?;
        let algorithms = self.provider.signature_verification_algorithms.all;
        let chain = verify_server_cert_signed_by_trust_anchor(
            &parsed,
            &trusted.roots,
            intermediates,
            now,
            algorithms,
        );
        match chain {
            // `openssl req -x509` makes a certificate that is its own authority. OpenSSL takes it
            // for a root and a server's at once, webpki does not; to be among the chosen is enough.
            Err(_) if trusted.chosen.contains(certificate) => check_dates(certificate, now)?,
            chain => chain?,
        }
        if check_name {
            verify_name(&parsed, certificate, name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    // Whoever stands between can sign with a certificate of their own, so where the certificate is
    // not checked its signature proves nothing, and checking it would only turn away the
    // version 1 certificates that old recipes make.
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if let Check::Nothing = self.check {
            return Ok(HandshakeSignatureValid::assertion());
        }
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if let Check::Nothing = self.check {
            return Ok(HandshakeSignatureValid::assertion());
        }
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

fn check_dates(certificate: &CertificateDer<'_>, now: UnixTime) -> Result<(), Error> {
    let parsed = Certificate::from_der(certificate).map_err(|_| CertificateError::BadEncoding)?;
    let validity = parsed.tbs_certificate.validity;
    let now = now.as_secs();
    if now < validity.not_before.to_unix_duration().as_secs() {
        return Err(CertificateError::NotValidYet.into());
    }
    if now > validity.not_after.to_unix_duration().as_secs() {
        return Err(CertificateError::Expired.into());
    }
    Ok(())
}

/// As libpq does, falls back on the common name where the certificate lists no other names, as
/// those made after the Postgres manual do not.
fn verify_name(
    parsed: &ParsedCertificate<'_>,
    certificate: &CertificateDer<'_>,
    name: &ServerName<'_>,
) -> Result<(), Error> {
    let refused = match verify_server_name(parsed, name) {
        Ok(()) => return Ok(()),
        Err(refused) => refused,
    };
    match common_name(certificate) {
        Some(common_name) if names_match(&common_name, &name.to_str()) => Ok(()),
        _ => Err(refused),
    }
}

fn common_name(certificate: &CertificateDer<'_>) -> Option<String> {
    let certificate = Certificate::from_der(certificate).ok()?.tbs_certificate;
    if let Some((_, names)) = certificate.get::<SubjectAltName>().ok()?
        && names
            .0
            .iter()
            .any(|name| matches!(name, GeneralName::DnsName(_) | GeneralName::IpAddress(_)))
    {
        return None;
    }
    let value = certificate
        .subject
        .0
        .iter()
        .flat_map(|set| set.0.iter())
        .filter(|attribute| attribute.oid == COMMON_NAME)
        .map(|attribute| &attribute.value)
        .next_back()?;
    let encoded = value.to_der().ok()?;
    Utf8StringRef::from_der(&encoded)
        .map(|text| text.as_str().to_owned())
        .or_else(|_| PrintableStringRef::from_der(&encoded).map(|text| text.as_str().to_owned()))
        .or_else(|_| TeletexStringRef::from_der(&encoded).map(|text| text.as_str().to_owned()))
        .ok()
}

/// A leading `*.` stands for one label, in names but not in addresses.
fn names_match(pattern: &str, name: &str) -> bool {
    let wildcard = || {
        let suffix = pattern.strip_prefix("*.")?;
        let (first, rest) = name.split_once('.')?;
        let is_address = name.parse::<std::net::IpAddr>().is_ok();
        Some(!first.is_empty() && !is_address && rest.eq_ignore_ascii_case(suffix))
    };
    pattern.eq_ignore_ascii_case(name) || wildcard().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::names_match;

    #[test]
    fn common_names_match_as_in_libpq() {
        for (pattern, name, expected) in [
            ("db.example.com", "DB.example.com", true),
            ("*.example.com", "db.example.com", true),
            ("*.example.com", "a.db.example.com", false),
            ("*.example.com", "example.com", false),
            ("*.0.0.1", "127.0.0.1", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("*", "db", false),
        ] {
            assert_eq!(names_match(pattern, name), expected, "{pattern} {name}");
        }
    }
}
