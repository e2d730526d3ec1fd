//! The pieces of work that are measured.

use std::{
    future::Future,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
    time::{Duration, Instant},
};

use futures::{future::try_join_all, AsyncReadExt, AsyncWriteExt};
use libp2p::Multiaddr;
use serde_json::{json, Value};
use tokio::{io, sync::Mutex};

use crate::{
    handlers::{drain, send_zeros},
    node::{Connection, Node},
    print,
    streams::{ECHO, PERF},
    Failure,
};

const PAYLOAD_BYTES: usize = 32;
const WARM_UP_BYTES: u64 = 32 << 20;

pub struct Job {
    pub target: Multiaddr,
    pub bytes: u64,
    pub count: usize,
    pub parallel: usize,
}

impl Job {
    pub async fn run(&self, work: &str) -> Result<Value, Failure> {
        match work {
            "bulk-up" => self.bulk(false).await,
            "bulk-down" => self.bulk(true).await,
            "dial" => self.dials().await,
            "stream" => self.streams().await,
            "latency" => self.latency().await,
            "idle" => self.idle().await,
            "idle-streams" => self.idle_streams().await,
            _ => Err(format!(
                "unknown work '{work}': take bulk-up, bulk-down, dial, stream, latency, idle or idle-streams"
            )
            .into()),
        }
    }

    async fn bulk(&self, down: bool) -> Result<Value, Failure> {
        let node = Node::start(None, true)?;
        let connection = node.dial(self.target.clone()).await?;
        let once = |size: u64| match down {
            true => transfer(&connection, 0, size),
            false => transfer(&connection, size, 0),
        };
        once(WARM_UP_BYTES.min(self.bytes.div_ceil(4))).await?;
        let mut result = measure(once(self.bytes)).await?;
        result["bytes"] = json!(self.bytes);
        result["count"] = json!(1);
        Ok(result)
    }

    /// Each lane is a node with an identity of its own, as it has to be for the other implementations.
    async fn dials(&self) -> Result<Value, Failure> {
        let lanes_wanted = self.parallel.min(self.count);
        let nodes = (0..lanes_wanted)
            .map(|_| Node::start(None, true))
            .collect::<Result<Vec<_>, _>>()?;
        let once = |lane: usize| {
            let (node, target) = (nodes[lane].clone(), self.target.clone());
            async move {
                let connection = node.dial(target).await?;
                echo_once(&connection).await?;
                node.close(connection.id).await
            }
        };
        lanes(lanes_wanted, lanes_wanted, once).await?;
        lanes(self.count, lanes_wanted, once).await
    }

    async fn streams(&self) -> Result<Value, Failure> {
        let node = Node::start(None, true)?;
        let connection = node.dial(self.target.clone()).await?;
        let once = |_| {
            let connection = connection.clone();
            async move { echo_once(&connection).await }
        };
        lanes(self.count.div_ceil(4), self.parallel, once).await?;
        lanes(self.count, self.parallel, once).await
    }

    async fn latency(&self) -> Result<Value, Failure> {
        let node = Node::start(None, true)?;
        let connection = node.dial(self.target.clone()).await?;
        let stream = Arc::new(Mutex::new(connection.streams.open(ECHO).await?));
        let once = |_| {
            let stream = stream.clone();
            async move {
                let mut stream = stream.lock().await;
                let mut payload = [0; PAYLOAD_BYTES];
                stream.write_all(&payload).await?;
                stream.flush().await?;
                stream.read_exact(&mut payload).await?;
                Ok(())
            }
        };
        lanes(self.count.div_ceil(4), 1, once).await?;
        lanes(self.count, 1, once).await
    }

    /// Opens connections, each from an identity of its own, and holds them until stdin closes.
    async fn idle(&self) -> Result<Value, Failure> {
        let mut held = Vec::with_capacity(self.count);
        for _ in 0..self.count {
            let node = Node::start(None, true)?;
            let connection = node.dial(self.target.clone()).await?;
            echo_once(&connection).await?;
            held.push((node, connection));
        }
        print(json!({ "event": "held", "count": held.len() }));
        io::copy(&mut io::stdin(), &mut io::sink()).await?;
        Ok(json!({ "seconds": 0, "cpuSeconds": 0, "bytes": 0, "count": self.count }))
    }

    /// Opens streams on one connection, echoes once over each, and holds them until stdin closes.
    async fn idle_streams(&self) -> Result<Value, Failure> {
        let node = Node::start(None, true)?;
        let connection = node.dial(self.target.clone()).await?;
        let mut held = Vec::with_capacity(self.count);
        for _ in 0..self.count {
            let mut stream = connection.streams.open(ECHO).await?;
            let mut payload = [0; PAYLOAD_BYTES];
            stream.write_all(&payload).await?;
            stream.flush().await?;
            stream.read_exact(&mut payload).await?;
            held.push(stream);
        }
        print(json!({ "event": "held", "count": held.len() }));
        io::copy(&mut io::stdin(), &mut io::sink()).await?;
        Ok(json!({ "seconds": 0, "cpuSeconds": 0, "bytes": 0, "count": self.count }))
    }
}

/// Runs the perf protocol once: so many bytes up, so many down.
pub async fn transfer(connection: &Connection, up: u64, down: u64) -> Result<(), Failure> {
    let mut stream = connection.streams.open(PERF).await?;
    stream.write_all(&down.to_be_bytes()).await?;
    send_zeros(&mut stream, up).await?;
    stream.close().await?;
    let received = drain(&mut stream).await?;
    if received != down {
        return Err(format!("received {received} of {down} bytes").into());
    }
    Ok(())
}

async fn echo_once(connection: &Connection) -> Result<(), Failure> {
    let mut stream = connection.streams.open(ECHO).await?;
    stream.write_all(&[0; PAYLOAD_BYTES]).await?;
    stream.close().await?;
    let mut received = Vec::with_capacity(PAYLOAD_BYTES);
    stream.read_to_end(&mut received).await?;
    if received.len() != PAYLOAD_BYTES {
        return Err(format!("the echo was {} of {PAYLOAD_BYTES} bytes", received.len()).into());
    }
    Ok(())
}

/// Runs `once` count times in parallel lanes; with the times of the single runs.
async fn lanes<F, R>(count: usize, parallel: usize, once: F) -> Result<Value, Failure>
where
    F: Fn(usize) -> R,
    R: Future<Output = Result<(), Failure>> + Send + 'static,
{
    let started = AtomicUsize::new(0);
    let lane = |index: usize| {
        let (started, once) = (&started, &once);
        async move {
            let mut times = Vec::new();
            while started.fetch_add(1, Ordering::Relaxed) < count {
                let begin = Instant::now();
                once(index).await?;
                times.push(begin.elapsed());
            }
            Ok::<_, Failure>(times)
        }
    };
    let mut times = Vec::new();
    let mut result = measure(async {
        times = try_join_all((0..parallel).map(lane)).await?.concat();
        Ok(())
    })
    .await?;
    times.sort();
    let at = |share: usize| milliseconds(times[(count * share / 100).min(times.len() - 1)]);
    result["bytes"] = json!(0);
    result["count"] = json!(count);
    result["p50Ms"] = json!(at(50));
    result["p99Ms"] = json!(at(99));
    Ok(result)
}

async fn measure(work: impl Future<Output = Result<(), Failure>>) -> Result<Value, Failure> {
    let (cpu_before, begin) = (cpu_time(), Instant::now());
    work.await?;
    let seconds = begin.elapsed().as_secs_f64();
    Ok(json!({ "seconds": seconds, "cpuSeconds": (cpu_time() - cpu_before).as_secs_f64() }))
}

fn cpu_time() -> Duration {
    // SAFETY: getrusage fills the struct, which is plain data.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    let time = |value: libc::timeval| {
        Duration::from_secs(value.tv_sec as u64) + Duration::from_micros(value.tv_usec as u64)
    };
    time(usage.ru_utime) + time(usage.ru_stime)
}

pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
