//! A node of the matrix: told everything by the environment, answers by its exit code. See interop/contract.md.

use std::{collections::HashMap, env, time::Duration};

use libp2p::Multiaddr;
use serde_json::json;
use tokio::signal::unix::{signal, SignalKind};

use crate::{
    node::Node,
    redis::Redis,
    scenarios::{self, Outcome},
    setup, Failure, Unsupported,
};

pub struct Contract {
    legacy: bool,
    is_dialer: bool,
    redis: String,
    address_key: String,
    listener_ip: String,
    pub timeout: Duration,
    pub scenario: String,
}

pub fn is_asked_for() -> bool {
    setting("IS_DIALER").is_some() || setting("is_dialer").is_some()
}

pub async fn run() -> Result<(), Failure> {
    let (contract, options) = read()?;
    // Both sides ask, so that neither waits for the other in vain.
    if !scenarios::NAMES.contains(&contract.scenario.as_str()) {
        let (known, given) = (scenarios::NAMES.join(", "), &contract.scenario);
        return Err(Unsupported(format!("SCENARIO takes {known}, not '{given}'")).into());
    }
    if contract.is_dialer && matches!(options.get("transport").map(String::as_str), Some("wss")) {
        return Err(Unsupported(setup::NO_SECURE_WEB_SOCKETS.into()).into());
    }
    setup::choose(&options, None)?;
    match contract.is_dialer {
        false => contract.listen().await,
        // A step that the remote never ends is no reason to stay.
        true => tokio::time::timeout(contract.timeout, contract.dial())
            .await
            .map_err(|_| format!("not done within {} s", contract.timeout.as_secs()))?,
    }
}

fn read() -> Result<(Contract, HashMap<String, String>), Failure> {
    let legacy = setting("IS_DIALER").is_none();
    let one_of = |now: &str, before: &str| setting(if legacy { before } else { now });
    let required = |name: &str| setting(name).ok_or(format!("{name} is not set"));
    let transport = required(if legacy { "transport" } else { "TRANSPORT" })?;
    let own_security = legacy && transport.starts_with("quic");
    let mut options = HashMap::from([
        ("transport".to_string(), transport),
        ("scenarios".to_string(), String::new()),
    ]);
    let mut option = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            options.insert(name.to_string(), value);
        }
    };
    if !own_security {
        option("security", one_of("SECURE_CHANNEL", "security"));
        option("muxer", one_of("MUXER", "muxer"));
    }
    if !legacy {
        option("key", setting("PSK"));
        option("with", setting("WITH"));
    }
    let measures = setting("UPLOAD_BYTES")
        .or(setting("DOWNLOAD_BYTES"))
        .is_some();
    let scenario = match legacy {
        true => None,
        false => setting("SCENARIO").or(measures.then(|| "perf".to_string())),
    };
    let contract = Contract {
        legacy,
        is_dialer: one_of("IS_DIALER", "is_dialer").as_deref() == Some("true"),
        redis: match legacy {
            true => setting("redis_addr").unwrap_or("redis:6379".to_string()),
            false => required("REDIS_ADDR")?,
        },
        address_key: match legacy {
            true => "listenerAddr".to_string(),
            false => format!("{}_listener_multiaddr", required("TEST_KEY")?),
        },
        listener_ip: one_of("LISTENER_IP", "ip").unwrap_or("0.0.0.0".to_string()),
        timeout: Duration::from_secs(match legacy {
            true => number("test_timeout_seconds", 180)?,
            false => number("TEST_TIMEOUT_SECONDS", 180)?,
        }),
        scenario: scenario.unwrap_or("ping".to_string()),
    };
    Ok((contract, options))
}

impl Contract {
    async fn listen(&self) -> Result<(), Failure> {
        let mut terminated = signal(SignalKind::terminate())?;
        let mut interrupted = signal(SignalKind::interrupt())?;
        let node = Node::start(None, false)?;
        let address = setup::chosen()
            .listen_address(&self.listener_ip, 0)
            .parse()?;
        let address = self.address_to_tell(node.listen(address).await?)?;
        let redis = tokio::time::timeout(self.timeout, Redis::connect(&self.redis)).await?;
        eprintln!("listening on {address}");
        let told = async {
            self.tell(redis, &address).await?;
            std::future::pending::<Result<(), Failure>>().await
        };
        tokio::select! {
            failed = told => failed,
            _ = terminated.recv() => Ok(()),
            _ = interrupted.recv() => Ok(()),
        }
    }

    /// Leaves the address the way that it is asked for, once somebody asks: as a value, or on a list.
    async fn tell(&self, mut redis: Redis, address: &str) -> Result<(), Failure> {
        let key = self.address_key.as_str();
        if self.legacy {
            return redis.ask(&["RPUSH", key, address]).await.map(|_| ());
        }
        redis.ask(&["DEL", key]).await?;
        let mut watch = Redis::connect(&self.redis).await;
        // Where Redis does not let anybody watch, it is a value.
        let command = match watch.ask(&["MONITOR"]).await {
            Err(_) => "SET",
            Ok(_) if redis.hand_over(key, address).await? => return Ok(()),
            Ok(_) if watch.is_asked_for_list(key).await? => "RPUSH",
            Ok(_) => "SET",
        };
        redis.ask(&[command, key, address]).await.map(|_| ())
    }

    /// The node tells its first address alone, which may be one that nobody else reaches: then the machine's own.
    fn address_to_tell(&self, listening: Vec<String>) -> Result<String, Failure> {
        let first = listening.first().ok_or("the node listens nowhere")?;
        if self.listener_ip != "0.0.0.0" && self.listener_ip != "::" {
            return Ok(first.clone());
        }
        let own = own_address(self.listener_ip == "::")
            .ok_or("this machine has no address that others reach")?;
        let mut parts: Vec<&str> = first.split('/').collect();
        parts[2] = &own;
        Ok(parts.join("/"))
    }

    async fn dial(&self) -> Result<(), Failure> {
        let mut redis = Redis::connect(&self.redis).await;
        let address = match self.legacy {
            true => redis.ask(&["BLPOP", &self.address_key, "0"]).await?.pop(),
            false => Some(redis.poll(&self.address_key).await?),
        };
        let target: Multiaddr = address.ok_or("Redis had no address")?.parse()?;
        eprintln!("dialling {target}");
        let Outcome {
            document,
            figures,
            failed,
        } = scenarios::run(self, target).await?;
        match (self.legacy, figures) {
            (true, Some((handshake, ping))) => {
                println!(
                    "{}",
                    json!({ "handshakePlusOneRTTMillis": handshake, "pingRTTMilllis": ping })
                );
            }
            _ => print!("{}", document.yaml("")),
        }
        match failed {
            false => Ok(()),
            true => Err("not everything went as it must: see the result".into()),
        }
    }
}

/// The first address of this machine, of one family, that others reach.
fn own_address(ipv6: bool) -> Option<String> {
    let interfaces = own_addresses();
    interfaces
        .into_iter()
        .find(|address| address.contains(':') == ipv6)
}

/// What the kernel lists of the addresses of this machine, without loopback and link-local ones.
fn own_addresses() -> Vec<String> {
    let mut found = Vec::new();
    let mut list: *mut libc::ifaddrs = std::ptr::null_mut();
    // SAFETY: getifaddrs fills the list, which is read until its end and freed once.
    unsafe {
        if libc::getifaddrs(&mut list) != 0 {
            return found;
        }
        let mut next = list;
        while let Some(entry) = next.as_ref() {
            next = entry.ifa_next;
            let Some(address) = entry.ifa_addr.as_ref() else {
                continue;
            };
            let ip: std::net::IpAddr = match i32::from(address.sa_family) {
                libc::AF_INET => {
                    let v4 = &*entry.ifa_addr.cast::<libc::sockaddr_in>();
                    u32::from_be(v4.sin_addr.s_addr).to_be_bytes().into()
                }
                libc::AF_INET6 => (*entry.ifa_addr.cast::<libc::sockaddr_in6>())
                    .sin6_addr
                    .s6_addr
                    .into(),
                _ => continue,
            };
            if !ip.is_loopback() && !ip.to_string().starts_with("fe80:") {
                found.push(ip.to_string());
            }
        }
        libc::freeifaddrs(list);
    }
    found
}

/// Unset, empty and `null` are the same.
pub fn setting(name: &str) -> Option<String> {
    let value = env::var(name).ok()?.trim().to_string();
    (!value.is_empty() && value != "null").then_some(value)
}

pub fn number(name: &str, default: u64) -> Result<u64, Failure> {
    match setting(name) {
        None => Ok(default),
        Some(text) => text
            .parse()
            .map_err(|_| format!("{name} is a whole number, not '{text}'").into()),
    }
}
