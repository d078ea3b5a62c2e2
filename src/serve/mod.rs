//! From a listening socket to the router, and back out again in good order.

mod patience;

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    http::{HeaderValue, header::CONNECTION},
};
use futures_util::FutureExt as _;
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use metrics::gauge;
use tokio::{
    net::{TcpListener, TcpStream},
    signal::unix::{Signal, SignalKind, signal},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tower::Service as _;

use patience::Patient;

/// How long a client may take to send a request's head, and how long a
/// connection may stand idle between two requests.
const HEAD: Duration = Duration::from_secs(10);

/// How long a client that is behind may take for each [`patience::ENOUGH`] of an
/// answer.
const STALL: Duration = Duration::from_secs(20);

/// How long clients with an open connection may take to send their next
/// request and hear with its answer that there will be no other.
const FAREWELL: Duration = Duration::from_secs(2);

/// How long running requests may take to end once the server is told to.
const DRAIN: Duration = Duration::from_secs(10);

/// Connections at once, as far as the system allows that many files.
const CONNECTIONS: u64 = 8192;

/// Files that are not clients: the database's connections, logs, libraries.
const OTHER_FILES: u64 = 128;

/// The two signals that end a server.
pub struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    /// Takes the signals over from now on.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for the next of them.
    pub async fn told(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Serves until told to stop, and ends so that no request is lost: whoever has
/// connected already is served, whoever comes later is refused; every answer
/// says that its connection ends; after two seconds connections that stand idle
/// are ended, and those in use get ten to end what they began. A second signal
/// ends the wait.
pub async fn serve(listener: TcpListener, router: Router, stop: &mut Stop) {
    let most = slots();
    let slots = Arc::new(Semaphore::new(most));
    let door = Door {
        router,
        drain: GracefulShutdown::new(),
        closing: Arc::default(),
    };
    loop {
        tokio::select! {
            biased;
            () = stop.told() => break,
            (stream, peer, slot) = accept(&listener, &slots) => door.take_on(stream, peer, slot),
        }
    }
    door.closing.store(true, Ordering::Relaxed);
    // Connected as far as they know, though nobody has looked at them yet.
    while let Some((stream, peer, slot)) = accept(&listener, &slots).now_or_never() {
        door.take_on(stream, peer, slot);
    }
    drop(listener);
    tracing::info!(connections = door.drain.count(), "stopping");
    let everybody = u32::try_from(most).unwrap_or(u32::MAX);
    tokio::select! {
        _ = slots.acquire_many(everybody) => return,
        () = tokio::time::sleep(FAREWELL) => {}
        () = stop.told() => return,
    }
    tokio::select! {
        () = door.drain.shutdown() => {}
        () = tokio::time::sleep(DRAIN) => tracing::warn!("some requests did not end in time"),
        () = stop.told() => {}
    }
}

/// The next connection, once there is room for one.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    let slot = slots.clone().acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, slot),
            // Out of files or memory: clients that leave make room again.
            Err(error) => {
                tracing::warn!(%error, "cannot take a connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// What every connection is handed to.
struct Door {
    router: Router,
    drain: GracefulShutdown,
    closing: Arc<AtomicBool>,
}

impl Door {
    fn take_on(&self, stream: TcpStream, peer: SocketAddr, slot: Option<OwnedSemaphorePermit>) {
        // Answers are small; waiting to fill a packet would only delay them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection ended before it began");
            return;
        }
        let (router, closing) = (self.router.clone(), self.closing.clone());
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            let (answer, closing) = (router.clone().call(request), closing.clone());
            async move {
                let mut answer = answer.await;
                if closing.load(Ordering::Relaxed)
                    && let Ok(answer) = &mut answer
                {
                    let last = HeaderValue::from_static("close");
                    answer.headers_mut().insert(CONNECTION, last);
                }
                answer
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .serve_connection(TokioIo::new(Patient::new(stream, STALL)), service);
        let connection = self.drain.watch(connection);
        tokio::spawn(async move {
            gauge!("http_connections").increment(1);
            if let Err(error) = connection.await {
                tracing::debug!(%error, %peer, "a connection broke");
            }
            gauge!("http_connections").decrement(1);
            drop(slot);
        });
    }
}

/// As many connections as the system allows, up to [`CONNECTIONS`].
fn slots() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    let files = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    let files = files.unwrap_or(u64::MAX).saturating_sub(OTHER_FILES);
    usize::try_from(files.clamp(16, CONNECTIONS)).unwrap_or(16)
}
