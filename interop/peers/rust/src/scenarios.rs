//! What a dialer of the contract does.

use std::time::{Duration, Instant};

use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::{identify, Multiaddr};
use serde_json::json;

use crate::{
    contract::{number, Contract},
    node::{Connection, Node},
    result::{summary, Document},
    setup, stream_steps,
    streams::{PUSH, PUSHED},
    work::{milliseconds, transfer},
    Failure,
};

pub const NAMES: [&str; 5] = ["ping", "perf", "pnet", "identify", "streams"];

const PUSH_PATIENCE: Duration = Duration::from_secs(10);
/// How much of its time the dialer spends on one step at most.
const STEP_SHARE: u32 = 4;
const GIBIBYTE: u64 = 1 << 30;

pub struct Outcome {
    pub document: Document,
    /// What the older spelling tells: the first round trip with the handshake, and without.
    pub figures: Option<(f64, f64)>,
    pub failed: bool,
}

pub async fn run(contract: &Contract, target: Multiaddr) -> Result<Outcome, Failure> {
    let node = Node::start(None, false)?;
    match contract.scenario.as_str() {
        "pnet" if setup::chosen().psk.is_none() => Err("the pnet scenario takes PSK".into()),
        "perf" => perf(&node, target).await,
        "identify" => identify(&node, target).await,
        "streams" => {
            let connection = node.dial(target).await?;
            let (document, failed) =
                stream_steps::run(&connection, contract.timeout / STEP_SHARE).await?;
            let document = Document::new().inner("streams", document);
            Ok(Outcome {
                document,
                figures: None,
                failed,
            })
        }
        name => ping(&node, target, name == "pnet").await,
    }
}

async fn ping(node: &Node, target: Multiaddr, private: bool) -> Result<Outcome, Failure> {
    let begin = Instant::now();
    let connection = node.dial(target).await?;
    let rtt = milliseconds(node.ping(connection.id).await?);
    let handshake = milliseconds(begin.elapsed());
    let latency = Document::new()
        .plain("handshake_plus_one_rtt", handshake)
        .plain("ping_rtt", rtt)
        .plain("unit", "ms");
    let document = match private {
        true => Document::new().plain("pnet", true),
        false => Document::new(),
    };
    Ok(Outcome {
        document: document.inner("latency", latency),
        figures: Some((handshake, rtt)),
        failed: false,
    })
}

async fn perf(node: &Node, target: Multiaddr) -> Result<Outcome, Failure> {
    let connection = node.dial(target).await?;
    let (up_bytes, down_bytes) = (
        number("UPLOAD_BYTES", GIBIBYTE)?,
        number("DOWNLOAD_BYTES", GIBIBYTE)?,
    );
    let up = seconds(&connection, number("UPLOAD_ITERATIONS", 10)?, up_bytes, 0).await?;
    let down = seconds(
        &connection,
        number("DOWNLOAD_ITERATIONS", 10)?,
        0,
        down_bytes,
    )
    .await?;
    let latency = seconds(&connection, number("LATENCY_ITERATIONS", 100)?, 1, 1).await?;
    let gigabits = |times: Vec<f64>, bytes: u64| {
        times
            .iter()
            .map(|time| bytes as f64 * 8.0 / time / 1e9)
            .collect()
    };
    let document = Document::new()
        .inner("upload", summary(gigabits(up, up_bytes), "Gbps"))
        .inner("download", summary(gigabits(down, down_bytes), "Gbps"))
        .inner(
            "latency",
            summary(latency.iter().map(|time| time * 1000.0).collect(), "ms"),
        );
    Ok(Outcome {
        document,
        figures: None,
        failed: false,
    })
}

async fn seconds(
    connection: &Connection,
    count: u64,
    up: u64,
    down: u64,
) -> Result<Vec<f64>, Failure> {
    let mut samples = Vec::new();
    for _ in 0..count {
        let begin = Instant::now();
        transfer(connection, up, down).await?;
        samples.push(begin.elapsed().as_secs_f64());
    }
    Ok(samples)
}

async fn identify(node: &Node, target: Multiaddr) -> Result<Outcome, Failure> {
    let connection = node.dial(target).await?;
    let info = node.identified(connection.id, None).await?;
    let mut stream = connection.streams.open(PUSH).await?;
    stream.close().await?;
    stream.read_to_end(&mut Vec::new()).await?;
    let pushed =
        tokio::time::timeout(PUSH_PATIENCE, node.identified(connection.id, Some(PUSHED))).await;
    let received = pushed.is_ok();
    let document = Document::new()
        .inner("identify", describe(&info))
        .inner("push", Document::new().plain("received", received));
    Ok(Outcome {
        document,
        figures: None,
        failed: !received,
    })
}

fn describe(info: &identify::Info) -> Document {
    let texts = |addresses: &[Multiaddr]| {
        addresses
            .iter()
            .map(Multiaddr::to_string)
            .collect::<Vec<_>>()
    };
    let protocols: Vec<&str> = info.protocols.iter().map(AsRef::as_ref).collect();
    Document::new()
        .plain("peer_id", info.public_key.to_peer_id().to_string())
        .plain("agent_version", info.agent_version.clone())
        .plain("protocol_version", info.protocol_version.clone())
        .plain("observed_addr", info.observed_addr.to_string())
        .plain("signed_peer_record", info.signed_peer_record.is_some())
        .plain("listen_addrs", json!(texts(&info.listen_addrs)))
        .plain("protocols", json!(protocols))
}
