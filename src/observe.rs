//! What an operator sees: log lines, request ids, metrics.

use std::{
    io::IsTerminal as _,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Method},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use metrics::{SharedString, counter, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::time::{Instant, timeout};
use tracing::Instrument as _;
use tracing_subscriber::EnvFilter;

use crate::{app::App, config::LogFormat, error::Error, health};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest that a request may take until its answer begins; a body that
/// trickles in counts.
const LONGEST: Duration = Duration::from_secs(30);

/// The longest that a file may take to come in.
const LONGEST_UPLOAD: Duration = Duration::from_secs(600);

/// A slower answer is worth a line.
const SLOW: Duration = Duration::from_secs(1);

/// Writes log lines to standard error from now on. What is logged can be
/// chosen by `RUST_LOG`.
pub fn log_to_stderr(format: LogFormat) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,doorstep=info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // Fails only where a test has set one already.
    let _ = match format {
        LogFormat::Text => lines.with_target(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
}

/// The outermost layer: gives the request an id, bounds its time, counts and
/// logs its answer.
pub async fn observe(request: Request, next: Next) -> Response {
    let id = request_id(request.headers());
    let method = method_name(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    // Formatted for every request, so it holds the id alone.
    let span = tracing::info_span!("request", id = id.to_str().unwrap_or_default());
    let uri = request.uri().clone();
    let started = Instant::now();
    let longest = match (method, uri.path()) {
        ("POST", "/api/imports") => LONGEST_UPLOAD,
        _ => LONGEST,
    };
    let answer = timeout(longest, next.run(request)).instrument(span.clone());
    let mut response = answer
        .await
        .unwrap_or_else(|_| Error::timeout().into_response());
    let taken = started.elapsed();
    let status = response.status();
    response.headers_mut().insert(REQUEST_ID, id);
    let route = route.map_or_else(|| "none".into(), |route| route.as_str().to_owned().into());
    count(route, method, status.as_u16(), taken);
    span.in_scope(|| {
        // Without the query, in which a person may have been looked for.
        let (status, ms, path) = (status.as_u16(), taken.as_millis(), uri.path());
        if status == 500 || taken > SLOW || (status > 500 && is_first_of_its_second()) {
            tracing::warn!(method, path, status, ms, "answered");
        } else {
            tracing::debug!(method, path, status, ms, "answered");
        }
    });
    response
}

/// Whether nobody asked in the same second: while the database is away every
/// request fails alike, and one line says so.
fn is_first_of_its_second() -> bool {
    static START: OnceLock<Instant> = OnceLock::new();
    static LAST: AtomicU64 = AtomicU64::new(0);
    let second = START.get_or_init(Instant::now).elapsed().as_secs() + 1;
    LAST.swap(second, Ordering::Relaxed) != second
}

/// The same for an answer to a GET of `route` that was ready at once: its id,
/// and its place in the counts.
pub fn observed(
    route: &'static str,
    started: Instant,
    headers: &HeaderMap,
    mut response: Response,
) -> Response {
    let id = request_id(headers);
    response.headers_mut().insert(REQUEST_ID, id);
    let status = response.status().as_u16();
    count(route.into(), "GET", status, started.elapsed());
    response
}

fn count(route: SharedString, method: &'static str, status: u16, taken: Duration) {
    histogram!("http_request_duration_seconds", "route" => route.clone(), "method" => method)
        .record(taken.as_secs_f64());
    counter!("http_requests_total", "route" => route, "method" => method,
             "status" => status_name(status))
    .increment(1);
}

/// Only known words become labels: a client must not be able to make series.
fn method_name(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

fn status_name(status: u16) -> SharedString {
    match status {
        200 => return "200".into(),
        304 => return "304".into(),
        _ => {}
    }
    let mut buffer = String::with_capacity(3);
    for divisor in [100, 10, 1] {
        buffer.push(char::from(
            b'0' + u8::try_from(status / divisor % 10).unwrap_or(0),
        ));
    }
    buffer.into()
}

/// The caller's id where it looks like one, else a new one: the start's own
/// random number and a counter.
#[expect(
    clippy::disallowed_methods,
    reason = "a start is told from another by it, nothing more"
)]
fn request_id(headers: &HeaderMap) -> HeaderValue {
    if let Some(given) = headers.get(&REQUEST_ID)
        && is_sane(given.as_bytes())
    {
        return given.clone();
    }
    static START: OnceLock<u32> = OnceLock::new();
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let start = START.get_or_init(|| getrandom::u32().unwrap_or_default());
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    HeaderValue::try_from(format!("{start:08x}-{number:x}"))
        .unwrap_or_else(|_| HeaderValue::from_static("none"))
}

fn is_sane(id: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    (1..=64).contains(&id.len()) && id.iter().all(is_plain)
}

/// The recorder of this process, made at the first call; none when another
/// library has set one.
fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    RECORDER
        .get_or_init(|| {
            let seconds = [
                0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
            ];
            let builder = PrometheusBuilder::new().set_buckets(&seconds).ok()?;
            let recorder = builder.build_recorder();
            let handle = recorder.handle();
            metrics::set_global_recorder(recorder).ok()?;
            describe();
            Some(handle)
        })
        .as_ref()
}

fn describe() {
    use metrics::{describe_counter, describe_gauge, describe_histogram};
    describe_counter!(
        "http_requests_total",
        "Requests answered, by route, method and status."
    );
    describe_histogram!(
        "http_request_duration_seconds",
        "Time from a request's head to its answer's."
    );
    describe_gauge!("db_connections", "Connections open to the database.");
    describe_gauge!(
        "db_waiting_requests",
        "Requests that wait for a connection."
    );
    describe_gauge!(
        "events_lag_seconds",
        "Age of the oldest event that an open transaction holds back."
    );
    describe_gauge!("http_connections", "Connections open from clients.");
}

/// Counts from now on, and tidies what counting leaves behind.
pub fn start_counting() {
    let Some(recorder) = recorder() else {
        return;
    };
    tokio::spawn(async move {
        let mut beat = tokio::time::interval(Duration::from_secs(5));
        loop {
            beat.tick().await;
            recorder.run_upkeep();
        }
    });
}

/// The metrics as Prometheus reads them.
pub async fn render(app: &App) -> String {
    let (open, waiting) = app.db().pool_status();
    gauge!("db_connections").set(as_f64(open));
    gauge!("db_waiting_requests").set(as_f64(waiting));
    match health::events_lag(app.db()).await {
        Ok(lag) => gauge!("events_lag_seconds").set(lag),
        Err(error) => tracing::debug!(%error, "cannot measure the lag of the events"),
    }
    recorder().map(PrometheusHandle::render).unwrap_or_default()
}

/// Exact: neither connections nor requests come near 2^32.
pub(crate) fn as_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_ids_are_taken_over() {
        let mut headers = HeaderMap::new();
        let made = request_id(&headers);
        assert_ne!(made, request_id(&headers));
        for (given, kept) in [
            ("abc-1.2_3", true),
            ("", false),
            ("a b", false),
            ("a\"b", false),
        ] {
            headers.insert(REQUEST_ID, HeaderValue::from_static(given));
            assert_eq!(request_id(&headers) == given, kept, "{given}");
        }
        headers.insert(REQUEST_ID, HeaderValue::try_from("x".repeat(65)).unwrap());
        assert_ne!(request_id(&headers).len(), 65);
    }

    #[test]
    fn a_status_is_its_digits() {
        assert_eq!(&*status_name(204), "204");
        assert_eq!(&*status_name(503), "503");
    }
}
