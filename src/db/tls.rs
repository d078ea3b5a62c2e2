//! TLS towards a PostgreSQL on another machine.

use std::sync::{Arc, OnceLock};

use rustls::{ClientConfig, RootCertStore, crypto::ring};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Trusts what the operating system trusts. `sslmode` of the connection string
/// decides whether TLS is used at all; a Unix socket never uses it.
pub(super) fn connector() -> MakeRustlsConnect {
    static CONNECTOR: OnceLock<MakeRustlsConnect> = OnceLock::new();
    CONNECTOR
        .get_or_init(|| {
            let mut roots = RootCertStore::empty();
            for certificate in rustls_native_certs::load_native_certs().certs {
                // A certificate that rustls cannot read is one we do not trust.
                let _ = roots.add(certificate);
            }
            let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
                .with_safe_default_protocol_versions();
            let config = match builder {
                Ok(builder) => builder.with_root_certificates(roots).with_no_client_auth(),
                Err(error) => unreachable!("ring serves the default TLS versions: {error}"),
            };
            MakeRustlsConnect::new(config)
        })
        .clone()
}
