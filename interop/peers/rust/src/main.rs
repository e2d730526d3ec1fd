//! rust-libp2p behind the peer command line: listen, dial, perf, contract.

mod contract;
mod handlers;
mod node;
mod redis;
mod result;
mod scenarios;
mod services;
mod setup;
mod stream_steps;
mod streams;
mod transport;
mod work;

use std::{collections::HashMap, process::exit, time::Duration};

use libp2p::Multiaddr;
use serde_json::{json, Value};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    signal::unix::{signal, SignalKind},
};

use crate::{node::Node, work::Job};

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What this implementation or this program does not have; its exit code says so.
#[derive(Debug)]
pub struct Unsupported(pub String);

impl std::fmt::Display for Unsupported {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unsupported {}

const UNSUPPORTED_EXIT_CODE: i32 = 127;

const DIAL_TIMEOUT: Duration = Duration::from_secs(10);
const USAGE: &str =
    "usage: peer listen | dial <multiaddr> | perf <multiaddr> --work <work> | contract";

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let command = arguments.first().map(String::as_str);
    if command == Some("contract") || (command.is_none() && contract::is_asked_for()) {
        match contract::run().await {
            Ok(()) => exit(0),
            Err(error) => {
                eprintln!("{error}");
                exit(exit_code(&error));
            }
        }
    }
    match run(arguments).await {
        Ok(()) => exit(0),
        Err(error) => {
            let unsupported = error.is::<Unsupported>();
            print(
                json!({ "event": "failed", "reason": error.to_string(), "unsupported": unsupported }),
            );
            exit(if unsupported {
                UNSUPPORTED_EXIT_CODE
            } else {
                1
            });
        }
    }
}

fn exit_code(error: &Failure) -> i32 {
    match error.is::<Unsupported>() {
        true => UNSUPPORTED_EXIT_CODE,
        false => 1,
    }
}

async fn run(arguments: Vec<String>) -> Result<(), Failure> {
    let mut words = Vec::new();
    let mut options = HashMap::new();
    let mut rest = arguments.into_iter();
    while let Some(argument) = rest.next() {
        match argument.strip_prefix("--") {
            Some("benchmark") => drop(options.insert("benchmark".to_string(), String::new())),
            Some(name) => {
                let value = rest.next().ok_or(format!("--{name} takes a value"))?;
                options.insert(name.to_string(), value);
            }
            None => words.push(argument),
        }
    }
    let target: Option<Multiaddr> = words.get(1).map(|word| word.parse()).transpose()?;
    setup::choose(&options, target.as_ref())?;
    match words.first().map(String::as_str) {
        Some("listen") => listen(&options).await,
        Some("dial") => dial(target.ok_or(USAGE)?, &options).await,
        Some("perf") => perf(target.ok_or(USAGE)?, &options).await,
        _ => Err(USAGE.into()),
    }
}

async fn listen(options: &HashMap<String, String>) -> Result<(), Failure> {
    let host = options.get("host").map_or("127.0.0.1", String::as_str);
    let port: u16 = number(options, "port", 0)?;
    let mut terminated = signal(SignalKind::terminate())?;
    let node = Node::start(seed(options), options.contains_key("benchmark"))?;
    let addresses = node
        .listen(setup::chosen().listen_address(host, port).parse()?)
        .await?;
    print(json!({ "event": "listening", "addresses": addresses, "agent": services::AGENT }));
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    loop {
        tokio::select! {
            _ = terminated.recv() => return Ok(()),
            line = lines.next_line() => match line?.as_deref().map(str::trim) {
                None => return Ok(()),
                Some("memory") => print(json!({
                    "event": "memory",
                    "rssBytes": resident_bytes(),
                    "heapBytes": Value::Null,
                    "connections": node.connections().await?,
                })),
                Some(_) => {}
            },
        }
    }
}

async fn dial(target: Multiaddr, options: &HashMap<String, String>) -> Result<(), Failure> {
    let node = Node::start(seed(options), false)?;
    let rtt = tokio::time::timeout(DIAL_TIMEOUT, async {
        let connection = node.dial(target).await?;
        node.ping(connection.id).await
    })
    .await
    .map_err(|_| "no pong within 10 s")??;
    print(json!({ "event": "pinged", "rttMs": work::milliseconds(rtt) }));
    Ok(())
}

async fn perf(target: Multiaddr, options: &HashMap<String, String>) -> Result<(), Failure> {
    let work = options.get("work").map_or("bulk-up", String::as_str);
    let job = Job {
        target,
        bytes: number(options, "bytes", 64 << 20)?,
        count: number(options, "count", 100)?,
        parallel: number(options, "parallel", 1)?,
    };
    let mut result = job.run(work).await?;
    result["event"] = json!("result");
    result["work"] = json!(work);
    print(result);
    Ok(())
}

fn seed(options: &HashMap<String, String>) -> Option<&str> {
    options.get("seed").map(String::as_str)
}

fn number<T: std::str::FromStr>(
    options: &HashMap<String, String>,
    name: &str,
    default: T,
) -> Result<T, Failure> {
    match options.get(name) {
        None => Ok(default),
        Some(text) => text
            .parse()
            .map_err(|_| format!("--{name} takes a number, not '{text}'").into()),
    }
}

/// The second figure of statm is the resident pages; absent (not Linux), zero is told.
fn resident_bytes() -> u64 {
    let pages: u64 = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0);
    // SAFETY: sysconf only reads a constant of the system.
    pages * unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as u64
}

pub fn print(event: Value) {
    println!("{event}");
}
