//! A way to PostgreSQL that can be cut.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{UnixListener, UnixStream},
    sync::watch,
};
use tokio_postgres::Config;

/// Stands between a server and its database on a socket of its own.
pub struct Proxy {
    folder: PathBuf,
    port: u16,
    open: watch::Sender<bool>,
    /// Bytes of answers that may still pass; then every connection is cut.
    budget: Arc<AtomicI64>,
}

impl Proxy {
    /// A proxy before the database that `login` leads to.
    pub fn before(login: &Config) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("doorstep-it-{}-proxy-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir(&folder).unwrap();
        let port = login.get_ports()[0];
        let tokio_postgres::config::Host::Unix(real) = &login.get_hosts()[0] else {
            panic!("the tests' PostgreSQL has a socket");
        };
        let real = real.join(format!(".s.PGSQL.{port}"));
        let listener = UnixListener::bind(folder.join(format!(".s.PGSQL.{port}"))).unwrap();
        let (open, state) = watch::channel(true);
        let budget = Arc::new(AtomicI64::new(i64::MAX));
        let allowance = budget.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                if *state.borrow() {
                    let far = UnixStream::connect(&real).await.unwrap();
                    tokio::spawn(carry(near, far, state.clone(), allowance.clone()));
                }
            }
        });
        Self {
            folder,
            port,
            open,
            budget,
        }
    }

    /// How to log in through it.
    pub fn login(&self, database: &str) -> Config {
        let mut config = Config::new();
        config
            .host_path(&self.folder)
            .port(self.port)
            .user("doorstep_login")
            .dbname(database);
        config
    }

    /// Ends every connection and takes no new one.
    pub fn cut(&self) {
        self.open.send_replace(false);
    }

    /// Ends every connection once so many more bytes of answers have passed.
    pub fn cut_after(&self, bytes: i64) {
        self.budget.store(bytes, Ordering::SeqCst);
    }

    /// Takes connections again.
    pub fn mend(&self) {
        self.budget.store(i64::MAX, Ordering::SeqCst);
        self.open.send_replace(true);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

async fn carry(
    near: UnixStream,
    far: UnixStream,
    mut open: watch::Receiver<bool>,
    budget: Arc<AtomicI64>,
) {
    let (mut from_server, mut to_server) = near.into_split();
    let (mut from_database, mut to_database) = far.into_split();
    let asks = async {
        tokio::io::copy(&mut from_server, &mut to_database)
            .await
            .map(drop)
    };
    let answers = async {
        let mut buffer = [0_u8; 4096];
        loop {
            let read = from_database.read(&mut buffer).await?;
            let wanted = i64::try_from(read).unwrap_or(i64::MAX);
            let left = budget.fetch_sub(wanted, Ordering::SeqCst);
            let passes = usize::try_from(left.clamp(0, wanted)).unwrap_or(0);
            to_server.write_all(&buffer[..passes]).await?;
            if read == 0 || passes < read {
                return Ok::<_, std::io::Error>(());
            }
        }
    };
    tokio::select! {
        _ = asks => {}
        _ = answers => {}
        _ = open.wait_for(|open| !open) => {}
    }
}
