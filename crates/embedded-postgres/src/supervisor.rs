//! Keeps one server running until it is told to stop.

use std::path::Path;
use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};

use crate::lock::Lock;
use crate::postmaster::{PATIENCE, POLL, Plan, socket_dir};
use crate::running::{Running, announce, withdraw};
use crate::{Error, Options, PORT, Progress, access, find, identity, initdb, lock};

const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(3);

/// A server that was up for this long starts anew with the shortest pause.
const STEADY: Duration = Duration::from_secs(60);

/// A PostgreSQL that runs as long as this value lives, and is started again if
/// it dies. Dropping it stops the server.
#[derive(Debug)]
pub struct Supervisor {
    plan: Arc<Plan>,
    shared: Arc<Shared>,
    first_start: bool,
    /// What is given back by stopping; taken once.
    held: Mutex<Option<(JoinHandle<()>, Lock)>>,
}

#[derive(Debug, Default)]
struct Shared {
    up: AtomicBool,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// The server, as long as nobody has reaped it: safe to signal under the lock.
    pid: Option<Pid>,
    stopping: bool,
    finished: bool,
    restarts: u64,
    trouble: Option<String>,
}

impl Supervisor {
    /// Takes the root, finds or fetches PostgreSQL, makes the cluster if there
    /// is none, and returns when the server accepts connections. Blocks for
    /// that long: in an async program, call it where blocking is allowed.
    pub fn start(options: Options) -> Result<Supervisor, Error> {
        options.check()?;
        let root = identity::create_root(&options.root)?;
        let lock = lock::take(&root)?;
        let (plan, first_start) = prepare(&options, root)?;
        let plan = Arc::new(plan);
        let shared = Arc::new(Shared::default());
        let (sender, first) = mpsc::sync_channel(1);
        let keeper = Keeper {
            plan: Arc::clone(&plan),
            shared: Arc::clone(&shared),
            progress: options.progress,
        };
        // One thread for the server's whole life: the death signal belongs to
        // the thread that spawns, and a worker of a pool may end early.
        let thread = thread::Builder::new()
            .name("postgres".into())
            .spawn(move || keeper.run(&sender))
            .map_err(Error::io("start a thread for", &plan.data))?;
        let held = Mutex::new(Some((thread, lock)));
        let supervisor = Supervisor {
            plan,
            shared,
            first_start,
            held,
        };
        match first.recv() {
            Ok(Ok(())) => Ok(supervisor),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(supervisor.plan.failed("could not be supervised".into())),
        }
    }

    /// The folder with the Unix socket: the `host` of a connection.
    pub fn socket_dir(&self) -> &Path {
        &self.plan.socket_dir
    }

    /// The port in the socket's file name.
    pub fn port(&self) -> u16 {
        PORT
    }

    /// The folder with PostgreSQL's programs.
    pub fn bin_dir(&self) -> &Path {
        &self.plan.binaries.dir
    }

    /// The server's major version.
    pub fn major(&self) -> u32 {
        self.plan.binaries.major
    }

    /// Did this start make the cluster?
    pub fn first_start(&self) -> bool {
        self.first_start
    }

    /// Does the server accept connections? Costs one atomic load.
    pub fn is_up(&self) -> bool {
        self.shared.up.load(Ordering::Acquire)
    }

    /// Waits until the server accepts connections, at most for `limit`.
    pub fn wait_until_up(&self, limit: Duration) -> bool {
        let wait = |state: &mut State| !self.is_up() && !state.finished;
        let guard = self.shared.lock();
        drop(self.shared.changed.wait_timeout_while(guard, limit, wait));
        self.is_up()
    }

    /// The postmaster's process id while there is one.
    pub fn pid(&self) -> Option<u32> {
        self.shared
            .lock()
            .pid
            .map(|pid| pid.as_raw_nonzero().get().unsigned_abs())
    }

    /// How often the server died and was started again.
    pub fn restarts(&self) -> u64 {
        self.shared.lock().restarts
    }

    /// Why the server is not up, if it is not.
    pub fn trouble(&self) -> Option<String> {
        self.shared.lock().trouble.clone()
    }

    /// Stops the server and lets go of the root: SIGINT for a fast shutdown,
    /// SIGQUIT after 10 s, SIGKILL after another 5 s. Once is enough. Blocks until it is done.
    pub fn stop(&self) {
        // Held to the end, so that a second caller returns when it is done.
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((thread, lock)) = held.take() else {
            return;
        };
        self.shared.lock().stopping = true;
        self.shared.changed.notify_all();
        for (signal, seconds) in [(Signal::INT, 10), (Signal::QUIT, 5), (Signal::KILL, 20)] {
            if self
                .shared
                .signal_and_wait(signal, Duration::from_secs(seconds))
            {
                if signal == Signal::KILL {
                    // Its children got no word of it; what is left, the next start ends.
                    let _ = self.plan.clear_leftovers();
                }
                break;
            }
        }
        // Its end was signalled; if not, waiting here would hang the program.
        if self.shared.lock().finished {
            let _ = thread.join();
            self.plan.remove_far_socket_dir();
        }
        drop(lock);
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Everything up to the point where the server can be spawned.
fn prepare(options: &Options, root: std::path::PathBuf) -> Result<(Plan, bool), Error> {
    let data = root.join("data");
    let workshop = initdb::workshop(&root);
    let needed = initdb::major_of(&data)?;
    let identity = identity::Identity::new(&root, &data)?;
    if let Some(server) = identity.server {
        identity::open_root_for(&root, server)?;
    }
    let binaries = find::binaries(options, &root, needed, identity.server)?;
    let access = access::write(options, &root, &identity.os_user, identity.server)?;
    let plan = Plan {
        socket_dir: socket_dir(&options.app, &root, identity.server)?,
        settings: options.settings.clone(),
        app: options.app.clone(),
        server: identity.server,
        root,
        data,
        workshop,
        binaries,
        access,
    };
    plan.clear_leftovers()?;
    if needed.is_none() {
        initdb::create(options, &plan.root, &plan.data, &plan.binaries, &identity)?;
    }
    Ok((plan, needed.is_none()))
}

/// What the server's thread owns.
struct Keeper {
    plan: Arc<Plan>,
    shared: Arc<Shared>,
    progress: Progress,
}

impl Keeper {
    fn run(&self, first: &mpsc::SyncSender<Result<(), Error>>) {
        let _finish = Finish(&self.shared);
        let mut child = match self.launch() {
            Ok(child) => child,
            Err(error) => {
                let _ = first.send(Err(error));
                return;
            }
        };
        let _ = first.send(Ok(()));
        let mut pause = SHORTEST_PAUSE;
        loop {
            let since = Instant::now();
            self.wait_for_end(&mut child);
            if since.elapsed() > STEADY {
                pause = SHORTEST_PAUSE;
            }
            match self.bring_back(&mut pause) {
                Some(next) => child = next,
                None => break,
            }
        }
    }

    /// Tries until the server is up again; none if it is to stop.
    fn bring_back(&self, pause: &mut Duration) -> Option<Child> {
        let mut reason = String::from("PostgreSQL ended unexpectedly");
        loop {
            if self.shared.lock().stopping {
                return None;
            }
            (self.progress)(&format!(
                "{reason}; starting it again in {} ms.",
                pause.as_millis()
            ));
            self.shared.lock().trouble = Some(reason);
            if self.shared.stopped_within(*pause) {
                return None;
            }
            *pause = (*pause * 2).min(LONGEST_PAUSE);
            match self.plan.clear_leftovers().and_then(|()| self.launch()) {
                Ok(child) => {
                    self.shared.lock().restarts += 1;
                    (self.progress)("PostgreSQL is up again.");
                    return Some(child);
                }
                Err(error) => reason = error.to_string(),
            }
        }
    }

    /// Spawns the server and returns when it is ready.
    fn launch(&self) -> Result<Child, Error> {
        let mut child = {
            let mut state = self.shared.lock();
            if state.stopping {
                return Err(self.plan.failed("is being stopped".into()));
            }
            let child = self.plan.spawn()?;
            state.pid = pid_of(&child);
            child
        };
        let outcome = self.wait_until_ready(&mut child);
        if outcome.is_err() {
            self.end_quickly(&mut child);
        }
        outcome.map(|()| child)
    }

    /// Ends a server that is of no use, which may still be recovering.
    fn end_quickly(&self, child: &mut Child) {
        if let Some(pid) = self.shared.lock().pid {
            let _ = kill_process(pid, Signal::QUIT);
        }
        let deadline = Instant::now() + Duration::from_secs(5);
        while !has_ended(child) && Instant::now() < deadline {
            thread::sleep(POLL);
        }
        // Known to the standard library as ended if it is; then this does nothing.
        let _ = child.kill();
        self.wait_for_end(child);
    }

    fn wait_until_ready(&self, child: &mut Child) -> Result<(), Error> {
        let deadline = Instant::now() + PATIENCE;
        while !self.plan.is_ready(child.id()) {
            if has_ended(child) {
                return Err(self.plan.failed("ended before it was ready".into()));
            }
            if Instant::now() >= deadline {
                let seconds = PATIENCE.as_secs();
                return Err(self.plan.failed(format!("was not ready after {seconds} s")));
            }
            if self.shared.stopped_within(POLL) {
                // The stopper's signals end it in order.
                self.wait_for_end(child);
                return Err(self.plan.failed("is being stopped".into()));
            }
        }
        let running = Running {
            pid: child.id(),
            port: PORT,
            socket_dir: self.plan.socket_dir.clone(),
            bin_dir: self.plan.binaries.dir.clone(),
        };
        announce(&self.plan.root, &running)?;
        self.shared.lock().trouble = None;
        self.shared.up.store(true, Ordering::Release);
        self.shared.changed.notify_all();
        Ok(())
    }

    /// Waits without reaping first: as long as the process is not reaped its
    /// id is not given to another, so signalling it under the lock is safe.
    fn wait_for_end(&self, child: &mut Child) {
        if let Some(pid) = pid_of(child) {
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            while let Err(Errno::INTR) = waitid(WaitId::Pid(pid), options) {}
        }
        let mut state = self.shared.lock();
        self.shared.up.store(false, Ordering::Release);
        // Fails only if the program ignores SIGCHLD; then it is reaped already.
        let _ = child.wait();
        state.pid = None;
        drop(state);
        withdraw(&self.plan.root);
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // No code panics while it holds the lock half-way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Pauses; true as soon as the server is to stop.
    fn stopped_within(&self, pause: Duration) -> bool {
        let wait = |state: &mut State| !state.stopping;
        let waited = self.changed.wait_timeout_while(self.lock(), pause, wait);
        waited.unwrap_or_else(PoisonError::into_inner).0.stopping
    }

    /// True when the server's thread has finished.
    fn signal_and_wait(&self, signal: Signal, limit: Duration) -> bool {
        let state = self.lock();
        if let Some(pid) = state.pid {
            // Not reaped yet, see wait_for_end; a failure means it just ended.
            let _ = kill_process(pid, signal);
        }
        let wait = |state: &mut State| !state.finished;
        let waited = self.changed.wait_timeout_while(state, limit, wait);
        waited.unwrap_or_else(PoisonError::into_inner).0.finished
    }
}

/// Tells a waiting stopper that the thread is done, even if it panicked.
struct Finish<'a>(&'a Shared);

impl Drop for Finish<'_> {
    fn drop(&mut self) {
        self.0.up.store(false, Ordering::Release);
        self.0.lock().finished = true;
        self.0.changed.notify_all();
    }
}

fn pid_of(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw)
}

/// Looks without reaping, for the same reason as `wait_for_end`.
fn has_ended(child: &Child) -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
    pid_of(child).is_some_and(|pid| !matches!(waitid(WaitId::Pid(pid), options), Ok(None)))
}
