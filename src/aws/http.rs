//! The one HTTP client of a call: TLS with one trust store, read once and only where the endpoint
//! speaks TLS; the proxy that the endpoint asks for; no pool of any default client.

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

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

/// A client for requests to `url`.
///
/// # Errors
/// The bundle of certificates cannot be read, or holds none, or the proxy is no address.
pub fn client(settings: &CallSettings, url: &str, files: &Files) -> Result<SharedHttpClient, CallError> {
    let proxy = match settings.proxies.proxy_for(url) {
        None => ProxyConfig::disabled(),
        Some(proxy) => ProxyConfig::all(&proxy).map_err(|_| CallError::Setup {
            why: "the proxy in the environment is no address".to_owned(),
            next: "write HTTPS_PROXY as http://HOST:PORT",
        })?,
    };
    let over_tls = url.starts_with("https://");
    let tls = if over_tls { Some(trust(settings, files)?) } else { None };
    Ok(Builder::new().build_with_connector_fn(move |settings, components| {
        let mut builder = Connector::builder().proxy_config(proxy.clone());
        builder.set_connector_settings(settings.cloned());
        builder.set_sleep_impl(components.and_then(|components| components.sleep_impl()));
        match &tls {
            Some(tls) => builder.tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(tls.clone()).build(),
            None => builder.build_http(),
        }
    }))
}

fn trust(settings: &CallSettings, files: &Files) -> Result<TlsContext, CallError> {
    let fail = |why: String, next: &'static str| CallError::Setup { why, next };
    let store = match &settings.ca_bundle {
        Some(path) => {
            let next = "give a PEM file with --ca-bundle, AWS_CA_BUNDLE or ca_bundle in the profile";
            let bytes = files
                .read(std::path::Path::new(path))
                .map_err(|error| fail(error.to_string(), next))?
                .ok_or_else(|| fail(format!("the certificate bundle {path} is not there"), next))?;
            check(&bytes).map_err(|why| fail(format!("the certificate bundle {path} {why}"), next))?;
            TrustStore::empty().with_pem_certificate(bytes)
        }
        None => {
            let found = SYSTEM_BUNDLES.iter().find_map(|path| files.read(std::path::Path::new(path)).ok().flatten());
            match found {
                Some(bytes) => TrustStore::empty().with_pem_certificate(bytes),
                None => TrustStore::empty().with_native_roots(true),
            }
        }
    };
    TlsContext::builder()
        .with_trust_store(store)
        .build()
        .map_err(|error| fail(format!("TLS cannot be set up: {error}"), "check the certificate bundle"))
}

/// Whether the connector can take `bundle`: it takes a wrong one for a mistake of ours, and panics.
fn check(bundle: &[u8]) -> Result<(), String> {
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(bundle) {
        let certificate = certificate.map_err(|error| format!("is no PEM file: {error}"))?;
        store.add(certificate).map_err(|error| format!("holds something that is no certificate: {error}"))?;
    }
    if store.is_empty() { Err("holds no certificate".to_owned()) } else { Ok(()) }
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
            let said = check(bundle.as_bytes()).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
    }
}
