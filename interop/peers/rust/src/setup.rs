//! What the nodes of this process are made of, as the command line or the environment chose it.

use std::{collections::HashMap, sync::OnceLock};

use libp2p::{pnet::PreSharedKey, Multiaddr};

use crate::{Failure, Unsupported};

#[derive(Clone, Copy, PartialEq)]
pub enum Transport {
    Tcp,
    Ws,
    Wss,
    Quic,
}

#[derive(Clone, Copy)]
pub enum Security {
    Noise,
    Tls,
    Plaintext,
}

#[derive(Clone, Copy)]
pub enum Muxer {
    Yamux,
    Mplex,
}

pub struct Setup {
    pub transport: Transport,
    pub security: Security,
    pub muxer: Muxer,
    pub psk: Option<PreSharedKey>,
    /// Whether the streams of the contract's scenarios are served.
    pub scenarios: bool,
    /// QUIC is there only where it is asked for: what is not under test stays out.
    pub quic: bool,
    services: Vec<String>,
}

const SERVICES: [&str; 7] = [
    "kad",
    "gossipsub",
    "relay",
    "relay-client",
    "autonat",
    "autonat-client",
    "rendezvous",
];

pub const NO_SECURE_WEB_SOCKETS: &str =
    "rust-libp2p dials secure WebSockets only where a known authority signed the certificate";

static CHOSEN: OnceLock<Setup> = OnceLock::new();

pub fn chosen() -> &'static Setup {
    CHOSEN
        .get()
        .expect("the setup is chosen before any node starts")
}

/// Takes --transport, --security, --muxer, --psk and --with; `target` is what is dialled.
pub fn choose(
    options: &HashMap<String, String>,
    target: Option<&Multiaddr>,
) -> Result<(), Failure> {
    let option = |name: &str| options.get(name).map(String::as_str);
    let transport = match option("transport") {
        None | Some("tcp") => Transport::Tcp,
        Some("ws") => Transport::Ws,
        Some("wss") => Transport::Wss,
        Some("quic" | "quic-v1") => Transport::Quic,
        Some(other) => {
            return unsupported(format!(
                "--transport takes tcp, ws, wss or quic, not '{other}'"
            ))
        }
    };
    let security = match option("security") {
        None | Some("noise") => Security::Noise,
        Some("tls") => Security::Tls,
        Some("plaintext") => Security::Plaintext,
        Some(other) => {
            return unsupported(format!(
                "--security takes noise, tls or plaintext, not '{other}'"
            ))
        }
    };
    let muxer = match option("muxer") {
        None | Some("yamux") => Muxer::Yamux,
        Some("mplex") => Muxer::Mplex,
        Some(other) => return unsupported(format!("--muxer takes yamux or mplex, not '{other}'")),
    };
    let psk = match (option("psk"), option("key")) {
        (Some(file), _) => {
            let text =
                std::fs::read_to_string(file).map_err(|error| format!("--psk {file}: {error}"))?;
            Some(
                text.parse()
                    .map_err(|error| format!("--psk {file}: {error}"))?,
            )
        }
        // As the environment of the contract has it: the key alone, in hex.
        (None, Some(key)) => {
            let text = format!("/key/swarm/psk/1.0.0/\n/base16/\n{key}");
            Some(text.parse().map_err(|error| format!("PSK: {error}"))?)
        }
        (None, None) => None,
    };
    let target = target.map(Multiaddr::to_string).unwrap_or_default();
    let quic = transport == Transport::Quic || target.contains("/quic-v1");
    if quic && psk.is_some() {
        return unsupported("a private network has no QUIC".into());
    }
    if transport == Transport::Quic && (option("security").is_some() || option("muxer").is_some()) {
        return unsupported("QUIC brings its own security and muxer: give neither".into());
    }
    if target.contains("/wss") || target.contains("/tls/") {
        return unsupported(NO_SECURE_WEB_SOCKETS.into());
    }
    let services: Vec<String> = match option("with") {
        None => Vec::new(),
        Some(list) => list.split(',').map(str::to_string).collect(),
    };
    if let Some(unknown) = services
        .iter()
        .find(|name| !SERVICES.contains(&name.as_str()))
    {
        return unsupported(format!(
            "--with takes {}, not '{unknown}'",
            SERVICES.join(", ")
        ));
    }
    CHOSEN.get_or_init(|| Setup {
        transport,
        security,
        muxer,
        psk,
        scenarios: options.contains_key("scenarios"),
        quic,
        services,
    });
    Ok(())
}

impl Setup {
    pub fn has(&self, service: &str) -> bool {
        self.services.iter().any(|name| name == service)
    }

    pub fn listen_address(&self, host: &str, port: u16) -> String {
        let family = if host.contains(':') { 6 } else { 4 };
        match self.transport {
            Transport::Tcp => format!("/ip{family}/{host}/tcp/{port}"),
            Transport::Ws => format!("/ip{family}/{host}/tcp/{port}/ws"),
            Transport::Wss => format!("/ip{family}/{host}/tcp/{port}/tls/ws"),
            Transport::Quic => format!("/ip{family}/{host}/udp/{port}/quic-v1"),
        }
    }
}

fn unsupported<T>(reason: String) -> Result<T, Failure> {
    Err(Unsupported(reason).into())
}
