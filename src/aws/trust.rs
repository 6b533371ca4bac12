//! Whom TLS trusts: a given bundle, the system's certificates, or (when the user insists) anybody.

use std::path::Path;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

use super::call::CallError;
use super::settings::CallSettings;
use crate::world::files::Files;

/// Where systems keep the certificates they trust, in one file (Debian, Fedora, Alpine and SUSE,
/// macOS and BSD).
const SYSTEM_BUNDLES: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
];

const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
const END: &[u8] = b"-----END CERTIFICATE-----";

/// The TLS side of calls with `settings`.
///
/// # Errors
/// The given bundle cannot be read, or holds something else than certificates.
pub(super) fn tls(settings: &CallSettings, files: &Files) -> Result<ClientConfig, CallError> {
    let fail = |why: String, next: &'static str| CallError::Setup { why, next };
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| fail(format!("TLS cannot be set up: {error}"), "report this as a bug of keyfob"))?;
    if !settings.verify_tls {
        let anybody = Arc::new(Anybody(provider));
        return Ok(builder.dangerous().with_custom_certificate_verifier(anybody).with_no_client_auth());
    }
    let (roots, given) = match &settings.ca_bundle {
        Some(path) => {
            let next = "give a PEM file with --ca-bundle, AWS_CA_BUNDLE or ca_bundle in the profile";
            let bytes = files
                .read(Path::new(path))
                .map_err(|error| fail(error.to_string(), next))?
                .ok_or_else(|| fail(format!("the certificate bundle {path} is not there"), next))?;
            given(&bytes).map_err(|why| fail(format!("the certificate bundle {path} {why}"), next))?
        }
        None => return Ok(builder.with_root_certificates(system(files)).with_no_client_auth()),
    };
    let usual = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
    let usual =
        usual.map_err(|error| fail(format!("TLS cannot be set up: {error}"), "check the certificate bundle"))?;
    let verifier = Arc::new(OrGivenItself { usual, given });
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

/// As usual, and a server that shows a certificate of the bundle itself, which is meant to sign others, is
/// taken too: so OpenSSL and with it the AWS CLI do, and so self-signed certificates are made.
#[derive(Debug)]
struct OrGivenItself {
    usual: Arc<WebPkiServerVerifier>,
    given: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for OrGivenItself {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let usual = self.usual.verify_server_cert(certificate, intermediates, name, ocsp, now);
        match usual {
            // Its dates have been looked at before.
            Err(rustls::Error::InvalidCertificate(CertificateError::Other(why)))
                if why.to_string().contains("CaUsedAsEndEntity") && self.given.contains(certificate) =>
            {
                rustls::client::verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.usual.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.usual.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
}

/// The certificates of the system. One that cannot be read is left out, as every TLS library does: a
/// server that needs it is refused, and the error names that.
fn system(files: &Files) -> RootCertStore {
    let mut store = RootCertStore::empty();
    let bundle = SYSTEM_BUNDLES.iter().find_map(|path| files.read(Path::new(path)).ok().flatten());
    match bundle {
        Some(bundle) => {
            for certificate in certificates(&bundle).flatten() {
                let _ = store.add(certificate);
            }
        }
        // Keychains, and folders of certificates.
        None => {
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    store
}

/// The certificates of a bundle that the user named, every one of which must be good.
fn given(bundle: &[u8]) -> Result<(RootCertStore, Vec<CertificateDer<'static>>), String> {
    let mut store = RootCertStore::empty();
    let mut all = Vec::new();
    for certificate in certificates(bundle) {
        let certificate = certificate.map_err(|why| format!("is no PEM file: {why}"))?;
        all.push(certificate.clone());
        store.add(certificate).map_err(|error| format!("holds something that is no certificate: {error}"))?;
    }
    if store.is_empty() { Err("holds no certificate".to_owned()) } else { Ok((store, all)) }
}

/// The certificates in PEM text (RFC 7468, section 5). Text around them is allowed.
///
/// rustls-pki-types reads the same, but in constant time, as private keys ask for: for a system's bundle
/// that takes fifty times as long, and more than all the rest of a call.
fn certificates(bundle: &[u8]) -> impl Iterator<Item = Result<CertificateDer<'static>, &'static str>> {
    let mut rest = Some(bundle);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let start = memchr::memmem::find(text, BEGIN)? + BEGIN.len();
        let Some(end) = memchr::memmem::find(&text[start..], END) else {
            return Some(Err("a certificate has no end"));
        };
        rest = Some(&text[start + end + END.len()..]);
        let body = &text[start..start + end];
        Some(base64_simd::forgiving_decode_to_vec(body).map(CertificateDer::from).map_err(|_| "it is not in base64"))
    })
}

/// `--no-verify-ssl`: whoever answers is taken for AWS. What is signed by the answering side is still
/// checked, with the key that it sent.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_bundle_is_refused() {
        for (bundle, why) in [
            ("", "holds no certificate"),
            ("hello", "holds no certificate"),
            ("-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n", "is no PEM file"),
            ("-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n", "is no certificate"),
            ("-----BEGIN CERTIFICATE-----\n", "is no PEM file"),
        ] {
            let said = given(bundle.as_bytes()).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
    }

    #[test]
    fn pem_is_read_with_the_text_around_it_and_any_line_end() {
        let text = "# one\r\n-----BEGIN CERTIFICATE-----\r\naGVs\r\nbG8=\r\n-----END CERTIFICATE-----\r\n\
                    two\n-----BEGIN CERTIFICATE-----\naGk=\n-----END CERTIFICATE-----";
        let found: Vec<_> = certificates(text.as_bytes()).map(|der| der.unwrap().to_vec()).collect();
        assert_eq!(found, [b"hello".to_vec(), b"hi".to_vec()]);
    }
}
