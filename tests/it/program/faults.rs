//! The program while something beside it hangs, dawdles or is replaced.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::run::{Folder, Foreign, Server, keys, signal_to, text};
use crate::{
    app::{Client, property},
    cluster::connect,
};

/// The longest that a request waits to hear that the database hangs.
const SOON: Duration = Duration::from_millis(1_200);

fn long() -> bool {
    std::env::var_os("DOORSTEP_LONG").is_some()
}

fn service(folder: &Folder, server: &Server) -> Client {
    let key = keys(folder).remove("SUPABASE_SERVICE_ROLE_KEY").unwrap();
    Client::new(&server.url, Some(key))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_postgresql_hangs_requests_are_told_to_come_back() {
    let folder = Folder::new();
    let server = folder.serve(&["--no-demo", "--rate-limit", "0"]);
    let client = service(&folder, &server);
    let stop = Arc::new(AtomicBool::new(false));
    let hangs = Arc::new(AtomicBool::new(false));
    let kept = Arc::new(Mutex::new(Vec::new()));
    let slowest = Arc::new(Mutex::new(Duration::ZERO));
    let writers: Vec<_> = (0..6)
        .map(|writer| {
            let (client, stop, hangs) = (client.clone(), stop.clone(), hangs.clone());
            let (kept, slowest) = (kept.clone(), slowest.clone());
            tokio::spawn(async move {
                for number in 0.. {
                    let name = format!("Hung {writer}-{number}");
                    let asked = Instant::now();
                    let answer = client.post("/api/properties", property(&name)).await;
                    let taken = asked.elapsed();
                    match answer.status.as_u16() {
                        201 => kept.lock().unwrap().push(name),
                        503 => assert!(answer.header("retry-after").is_some()),
                        other => panic!("{other}: {}", answer.text),
                    }
                    if hangs.load(Ordering::SeqCst) {
                        let mut slowest = slowest.lock().unwrap();
                        *slowest = taken.max(*slowest);
                    }
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                }
            })
        })
        .collect();
    for _ in 0..if long() { 10 } else { 1 } {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let processes = folder.postgres_ids();
        for process in &processes {
            signal_to("-STOP", *process);
        }
        hangs.store(true, Ordering::SeqCst);
        let stopped = Instant::now();
        while stopped.elapsed() < Duration::from_millis(2_500) {
            let asked = Instant::now();
            let answer = client.get("/api/properties?limit=1&q=home").await;
            answer.expect(503);
            assert!(asked.elapsed() < SOON, "{:?}", asked.elapsed());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        hangs.store(false, Ordering::SeqCst);
        for process in &processes {
            signal_to("-CONT", *process);
        }
        let mended = Instant::now();
        while client.get("/api/properties?limit=1&q=home").await.status != 200 {
            assert!(mended.elapsed() < Duration::from_secs(5), "it stays away");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        client
            .post("/api/properties", property("Después"))
            .await
            .expect(201);
    }
    stop.store(true, Ordering::SeqCst);
    for writer in writers {
        writer.await.unwrap();
    }
    let slowest = *slowest.lock().unwrap();
    assert!(slowest < SOON, "a write waited {slowest:?}");
    let sql = folder.sql().await;
    let rows = sql
        .query("select name from public.properties", &[])
        .await
        .unwrap();
    let there: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let kept = kept.lock().unwrap();
    assert!(kept.len() > 10, "only {} rows were written", kept.len());
    for name in kept.iter() {
        assert!(there.contains(name), "{name} was acknowledged and is lost");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_reads_slowly_holds_no_connection_to_the_database() {
    let folder = Folder::new();
    let server = folder.serve(&[
        "--no-demo",
        "--rate-limit",
        "0",
        "--read-connections",
        "1",
        "--write-connections",
        "1",
    ]);
    let client = service(&folder, &server);
    let sql = folder.sql().await;
    sql.batch_execute(
        "insert into public.properties (name, city, price_range, bedrooms, type, description) \
         select 'Home ' || n, 'Porto', 'EUR 1', 1, 'villa', repeat('A long story. ', 1400) \
         from generate_series(1, 300) n",
    )
    .await
    .unwrap();
    let host = server.url.trim_start_matches("http://");
    let mut slow = Vec::new();
    for _ in 0..2 {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4_096).unwrap();
        let mut stream = socket.connect(host.parse().unwrap()).await.unwrap();
        let ask = "GET /api/properties?limit=500&sort=name HTTP/1.1\r\nhost: x\r\n\r\n";
        stream.write_all(ask.as_bytes()).await.unwrap();
        let mut first = [0; 15];
        stream.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"HTTP/1.1 200 OK");
        slow.push(stream);
    }
    for _ in 0..10 {
        for stream in &mut slow {
            stream.read_u8().await.unwrap();
        }
        let asked = Instant::now();
        client
            .get("/api/properties?limit=1&q=home")
            .await
            .expect(200);
        client
            .post("/api/properties", property("Casa"))
            .await
            .expect(201);
        assert!(asked.elapsed() < Duration::from_secs(1));
    }
}

/// One connection, used again and again until the server says that it ends.
async fn ask(stream: &mut TcpStream, host: &str) -> std::io::Result<(u16, bool)> {
    let request = format!("GET /api/properties?limit=3&q=home HTTP/1.1\r\nhost: {host}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    loop {
        if stream.read_buf(&mut answer).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let text = String::from_utf8_lossy(&answer);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let head = head.to_ascii_lowercase();
        let length = head
            .split("content-length: ")
            .nth(1)
            .and_then(|rest| rest.lines().next()?.parse().ok())
            .unwrap_or(0);
        if body.len() >= length {
            let status = head[9..12].parse().unwrap();
            if status != 200 {
                eprintln!("refused: {text}");
            }
            return Ok((status, head.contains("connection: close")));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_are_replaced_in_turn_without_a_lost_request() {
    let foreign = Foreign::start();
    let url = prepared(&foreign).await;
    let start = || {
        let arguments = ["--database-url", &url, "--rate-limit", "0"];
        foreign.folder.serve(&arguments)
    };
    let mut servers = [Some(start()), Some(start())];
    let host = |server: &Server| server.url.trim_start_matches("http://").to_owned();
    let hosts = Arc::new(Mutex::new(
        [0, 1].map(|n| host(servers[n].as_ref().unwrap())),
    ));
    let stop = Arc::new(AtomicBool::new(false));
    let (answered, refused) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let clients: Vec<_> = (0..8)
        .map(|number: usize| {
            let (hosts, stop) = (hosts.clone(), stop.clone());
            let (answered, refused) = (answered.clone(), refused.clone());
            tokio::spawn(async move {
                let (mut turn, mut kept) = (number, None);
                while !stop.load(Ordering::SeqCst) {
                    let host = hosts.lock().unwrap()[turn % 2].clone();
                    let mut stream = match kept.take() {
                        Some(stream) => stream,
                        None => match TcpStream::connect(&host).await {
                            Ok(stream) => stream,
                            Err(error) => {
                                assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
                                refused.fetch_add(1, Ordering::Relaxed);
                                turn += 1;
                                continue;
                            }
                        },
                    };
                    let answer = ask(&mut stream, &host).await;
                    let (status, last) = answer.expect("a request was lost");
                    assert_eq!(status, 200);
                    answered.fetch_add(1, Ordering::Relaxed);
                    // Half of them come anew for each request.
                    if !last && number.is_multiple_of(2) {
                        kept = Some(stream);
                    }
                }
            })
        })
        .collect();
    let rounds = if long() { 20 } else { 2 };
    for round in 0..rounds {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let old = servers[round % 2].take().unwrap();
        let (code, _) = tokio::task::spawn_blocking(move || old.end("-TERM"))
            .await
            .unwrap();
        assert_eq!(code, Some(0));
        let new = start();
        hosts.lock().unwrap()[round % 2] = host(&new);
        servers[round % 2] = Some(new);
    }
    stop.store(true, Ordering::SeqCst);
    for client in clients {
        client.await.unwrap();
    }
    let answered = answered.load(Ordering::Relaxed);
    assert!(answered > 100, "only {answered} requests");
    eprintln!("{answered} requests answered over {rounds} restarts, none lost");
}

/// A database that the owner `desk` may use, with every migration.
async fn prepared(foreign: &Foreign) -> String {
    let superuser = connect(&foreign.config("postgres")).await;
    for statement in ["create role desk login", "create database desk"] {
        superuser.batch_execute(statement).await.unwrap();
    }
    let url = foreign.url();
    let migrate = || foreign.folder.run(&["migrate", "--database-url", &url]);
    let administrator = connect(&foreign.config("desk")).await;
    let script = text(&migrate().stdout);
    administrator.batch_execute(&script).await.unwrap();
    assert!(migrate().status.success());
    administrator
        .batch_execute(
            "insert into public.properties (name, city, price_range, bedrooms, type, description) \
             values ('Home', 'Porto', 'EUR 1', 1, 'villa', 'A home.')",
        )
        .await
        .unwrap();
    url
}
