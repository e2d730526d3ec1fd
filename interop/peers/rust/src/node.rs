//! A swarm in a task of its own, and a handle to it.

use std::{collections::HashMap, time::Duration};

use futures::StreamExt;
use libp2p::{
    identify, identity,
    swarm::{self, dial_opts::DialOpts, ConnectionId, StreamProtocol, SwarmEvent},
    Multiaddr, Swarm,
};
use tokio::sync::{mpsc, oneshot};

use crate::{
    services::{self, Services, ServicesEvent},
    setup,
    streams::Opener,
    transport, Failure,
};

const BENCHMARK_IDLE_TIMEOUT: Duration = Duration::from_secs(3600);

enum Command {
    Listen(Multiaddr, oneshot::Sender<Result<Vec<String>, Failure>>),
    Dial(Multiaddr, oneshot::Sender<Result<Connection, Failure>>),
    Close(ConnectionId, oneshot::Sender<()>),
    Ping(ConnectionId, oneshot::Sender<Result<Duration, Failure>>),
    Connections(oneshot::Sender<u32>),
    Identified(Asked),
}

/// Who waits for what the peer of a connection says of itself, with one protocol among what it serves.
struct Asked {
    connection: ConnectionId,
    protocol: Option<StreamProtocol>,
    reply: oneshot::Sender<identify::Info>,
}

impl Asked {
    fn is_answered_by(&self, connection: ConnectionId, info: &identify::Info) -> bool {
        let served = |protocol| info.protocols.contains(protocol);
        self.connection == connection && self.protocol.as_ref().is_none_or(served)
    }
}

#[derive(Clone)]
pub struct Connection {
    pub id: ConnectionId,
    pub streams: Opener,
}

#[derive(Clone)]
pub struct Node {
    commands: mpsc::UnboundedSender<Command>,
}

impl Node {
    /// Everything is at its default. A benchmark holds idle connections, which would be closed after ten seconds, and
    /// measures its own exchange, so that the ping which the behaviour sends on each new connection stays out.
    pub fn start(seed: Option<&str>, benchmark: bool) -> Result<Self, Failure> {
        let key = match seed {
            Some(text) => identity::Keypair::ed25519_from_bytes(decode_hex(text)?)?,
            None => identity::Keypair::generate_ed25519(),
        };
        let (transport, relay_client) = transport::build(&key)?;
        let services = services::build(&key, !benchmark, relay_client)?;
        let config = swarm::Config::with_tokio_executor();
        let config = match benchmark {
            true => config.with_idle_connection_timeout(BENCHMARK_IDLE_TIMEOUT),
            false => config,
        };
        let swarm = Swarm::new(transport, services, key.public().to_peer_id(), config);
        let (commands, received) = mpsc::unbounded_channel();
        tokio::spawn(drive(swarm, received));
        Ok(Self { commands })
    }

    pub async fn listen(&self, address: Multiaddr) -> Result<Vec<String>, Failure> {
        self.ask(|reply| Command::Listen(address, reply)).await?
    }

    pub async fn dial(&self, address: Multiaddr) -> Result<Connection, Failure> {
        self.ask(|reply| Command::Dial(address, reply)).await?
    }

    pub async fn close(&self, connection: ConnectionId) -> Result<(), Failure> {
        self.ask(|reply| Command::Close(connection, reply)).await
    }

    /// The time of the connection's first ping; the behaviour sends it by itself.
    pub async fn ping(&self, connection: ConnectionId) -> Result<Duration, Failure> {
        self.ask(|reply| Command::Ping(connection, reply)).await?
    }

    /// What the peer says of itself, once it serves this protocol.
    pub async fn identified(
        &self,
        connection: ConnectionId,
        protocol: Option<StreamProtocol>,
    ) -> Result<identify::Info, Failure> {
        self.ask(|reply| {
            Command::Identified(Asked {
                connection,
                protocol,
                reply,
            })
        })
        .await
    }

    pub async fn connections(&self) -> Result<u32, Failure> {
        self.ask(Command::Connections).await
    }

    async fn ask<T>(
        &self,
        command: impl FnOnce(oneshot::Sender<T>) -> Command,
    ) -> Result<T, Failure> {
        let (reply, answer) = oneshot::channel();
        self.commands
            .send(command(reply))
            .map_err(|_| "the node has stopped")?;
        Ok(answer.await?)
    }
}

async fn drive(mut swarm: Swarm<Services>, mut commands: mpsc::UnboundedReceiver<Command>) {
    let mut listening = Vec::new();
    let mut dials = HashMap::new();
    let mut closes = HashMap::new();
    let mut pings: HashMap<ConnectionId, oneshot::Sender<Result<Duration, Failure>>> =
        HashMap::new();
    let mut pinged: HashMap<ConnectionId, Result<Duration, Failure>> = HashMap::new();
    let mut identities: HashMap<ConnectionId, identify::Info> = HashMap::new();
    let mut asked: Vec<Asked> = Vec::new();
    loop {
        tokio::select! {
            command = commands.recv() => match command {
                None => return,
                Some(Command::Listen(address, reply)) => match swarm.listen_on(address) {
                    Ok(_) => listening.push(reply),
                    Err(error) => drop(reply.send(Err(error.into()))),
                },
                Some(Command::Dial(address, reply)) => {
                    let options: DialOpts = address.into();
                    let id = options.connection_id();
                    match swarm.dial(options) {
                        Ok(()) => drop(dials.insert(id, reply)),
                        Err(error) => drop(reply.send(Err(error.into()))),
                    }
                }
                Some(Command::Close(id, reply)) => match swarm.close_connection(id) {
                    true => drop(closes.insert(id, reply)),
                    false => {
                        let _ = reply.send(());
                    }
                },
                Some(Command::Ping(id, reply)) => match pinged.remove(&id) {
                    Some(result) => drop(reply.send(result)),
                    None => drop(pings.insert(id, reply)),
                },
                Some(Command::Identified(one)) => match identities.get(&one.connection) {
                    Some(info) if one.is_answered_by(one.connection, info) => drop(one.reply.send(info.clone())),
                    _ => asked.push(one),
                },
                Some(Command::Connections(reply)) => {
                    let counters = swarm.network_info();
                    let _ = reply.send(counters.connection_counters().num_established());
                }
            },
            event = swarm.select_next_some() => match event {
                SwarmEvent::NewListenAddr { address, .. } => {
                    // A relay serves only while it takes itself for reachable.
                    if setup::chosen().has("relay") {
                        swarm.add_external_address(address.clone());
                    }
                    let peer = *swarm.local_peer_id();
                    for reply in listening.drain(..) {
                        drop(reply.send(Ok(vec![format!("{address}/p2p/{peer}")])));
                    }
                }
                SwarmEvent::ConnectionEstablished { connection_id, .. } => {
                    if let Some(reply) = dials.remove(&connection_id) {
                        let streams = swarm.behaviour().streams.opener(connection_id);
                        drop(reply.send(
                            streams
                                .map(|streams| Connection { id: connection_id, streams })
                                .ok_or_else(|| "the connection has no stream handler".into()),
                        ));
                    }
                }
                SwarmEvent::OutgoingConnectionError { connection_id, error, .. } => {
                    if let Some(reply) = dials.remove(&connection_id) {
                        drop(reply.send(Err(error.into())));
                    }
                }
                SwarmEvent::ConnectionClosed { connection_id, cause, .. } => {
                    if let Some(reply) = closes.remove(&connection_id) {
                        let _ = reply.send(());
                    }
                    pinged.remove(&connection_id);
                    identities.remove(&connection_id);
                    asked.retain(|one| one.connection != connection_id);
                    if let Some(reply) = pings.remove(&connection_id) {
                        let cause = cause.map_or("in peace".to_string(), |error| error.to_string());
                        drop(reply.send(Err(format!("the connection closed before the pong: {cause}").into())));
                    }
                }
                SwarmEvent::Behaviour(ServicesEvent::Ping(event)) => {
                    let result = event.result.map_err(Failure::from);
                    match pings.remove(&event.connection) {
                        Some(reply) => drop(reply.send(result)),
                        None => drop(pinged.insert(event.connection, result)),
                    }
                }
                SwarmEvent::Behaviour(ServicesEvent::Identify(identify::Event::Received { connection_id, info, .. }))
                    if setup::chosen().scenarios =>
                {
                    let (answered, waiting): (Vec<_>, Vec<_>) = asked.into_iter().partition(|one| one.is_answered_by(connection_id, &info));
                    asked = waiting;
                    for one in answered {
                        drop(one.reply.send(info.clone()));
                    }
                    identities.insert(connection_id, info);
                }
                SwarmEvent::IncomingConnectionError { error, send_back_addr, .. } => {
                    eprintln!("inbound connection from {send_back_addr}: {error}");
                }
                _ => {}
            },
        }
    }
}

fn decode_hex(text: &str) -> Result<Vec<u8>, Failure> {
    if text.len() != 64 || !text.is_ascii() {
        return Err("--seed takes 32 bytes in hex".into());
    }
    (0..64)
        .step_by(2)
        .map(|at| Ok(u8::from_str_radix(&text[at..at + 2], 16)?))
        .collect()
}
