//! The behaviours of a node: identify, ping and streams always, the rest where the setup has it.

use libp2p::{
    autonat, dcutr, gossipsub, identify,
    identity::Keypair,
    kad, ping, relay, rendezvous,
    swarm::{behaviour::toggle::Toggle, NetworkBehaviour},
};

use crate::{setup, streams, Failure};

pub const AGENT: &str = concat!("rust-libp2p/", env!("CARGO_PKG_VERSION"));
const IDENTIFY_VERSION: &str = "ipfs/0.1.0";

#[derive(NetworkBehaviour)]
pub struct Services {
    pub identify: identify::Behaviour,
    pub ping: Toggle<ping::Behaviour>,
    pub streams: streams::Behaviour,
    pub kad: Toggle<kad::Behaviour<kad::store::MemoryStore>>,
    pub gossipsub: Toggle<gossipsub::Behaviour>,
    pub relay: Toggle<relay::Behaviour>,
    pub relay_client: Toggle<relay::client::Behaviour>,
    pub dcutr: Toggle<dcutr::Behaviour>,
    pub autonat: Toggle<autonat::v1::Behaviour>,
    pub autonat_server: Toggle<autonat::v2::server::Behaviour>,
    pub autonat_client: Toggle<autonat::v2::client::Behaviour>,
    pub rendezvous: Toggle<rendezvous::server::Behaviour>,
    pub rendezvous_client: Toggle<rendezvous::client::Behaviour>,
}

pub fn build(
    key: &Keypair,
    with_ping: bool,
    relay_client: Option<relay::client::Behaviour>,
) -> Result<Services, Failure> {
    let id = key.public().to_peer_id();
    let setup = setup::chosen();
    let with = |service: &str| setup.has(service).then_some(());
    Ok(Services {
        identify: identify::Behaviour::new(
            identify::Config::new(IDENTIFY_VERSION.to_string(), key.public())
                .with_agent_version(AGENT.to_string())
                .with_push_listen_addr_updates(true),
        ),
        ping: with_ping.then(ping::Behaviour::default).into(),
        streams: streams::Behaviour::default(),
        kad: with("kad")
            .map(|()| {
                let mut kad = kad::Behaviour::new(id, kad::store::MemoryStore::new(id));
                // A node on private addresses would stay a client by itself.
                kad.set_mode(Some(kad::Mode::Server));
                kad
            })
            .into(),
        gossipsub: with("gossipsub")
            .map(|()| {
                let signed = gossipsub::MessageAuthenticity::Signed(key.clone());
                gossipsub::Behaviour::new(signed, gossipsub::Config::default())
            })
            .transpose()?
            .into(),
        relay: with("relay")
            .map(|()| relay::Behaviour::new(id, relay::Config::default()))
            .into(),
        dcutr: relay_client
            .as_ref()
            .map(|_| dcutr::Behaviour::new(id))
            .into(),
        relay_client: relay_client.into(),
        autonat: with("autonat")
            .map(|()| autonat::v1::Behaviour::new(id, autonat::v1::Config::default()))
            .into(),
        autonat_server: with("autonat")
            .map(|()| autonat::v2::server::Behaviour::default())
            .into(),
        autonat_client: with("autonat-client")
            .map(|()| autonat::v2::client::Behaviour::default())
            .into(),
        rendezvous: with("rendezvous")
            .map(|()| rendezvous::server::Behaviour::new(rendezvous::server::Config::default()))
            .into(),
        rendezvous_client: with("rendezvous")
            .map(|()| rendezvous::client::Behaviour::new(key.clone()))
            .into(),
    })
}
