//! The transports of a node, each upgraded by the one security and the one muxer of the setup.

use std::io;

use futures::{future::Either, AsyncRead, AsyncWrite};
use libp2p::{
    core::{
        muxing::{StreamMuxer, StreamMuxerBox},
        transport::Boxed,
        upgrade,
    },
    identity::Keypair,
    noise, plaintext,
    pnet::{PnetConfig, PnetOutput, PreSharedKey},
    quic, relay, tcp, tls, websocket, yamux, PeerId, Transport,
};

use crate::{
    setup::{self, Muxer, Security, Setup},
    Failure,
};

pub type Secured = Boxed<(PeerId, StreamMuxerBox)>;

pub fn build(key: &Keypair) -> Result<(Secured, Option<relay::client::Behaviour>), Failure> {
    let setup = setup::chosen();
    let sockets = || tcp::tokio::Transport::new(tcp::Config::default());
    let psk = setup.psk;
    let over_tcp = secured(
        sockets().and_then(move |socket, _| private(socket, psk)),
        key,
        setup,
    )?;
    let over_ws = secured(
        web_sockets(sockets())?.and_then(move |socket, _| private(socket, psk)),
        key,
        setup,
    )?;
    let mut all = either(over_tcp, over_ws);
    if setup.quic {
        all = either(
            all,
            boxed(quic::tokio::Transport::new(quic::Config::new(key))),
        );
    }
    if !setup.has("relay-client") {
        return Ok((all, None));
    }
    let (circuits, behaviour) = relay::client::new(key.public().to_peer_id());
    Ok((either(all, secured(circuits, key, setup)?), Some(behaviour)))
}

fn web_sockets(
    sockets: tcp::tokio::Transport,
) -> Result<websocket::Config<tcp::tokio::Transport>, Failure> {
    let mut config = websocket::Config::new(sockets);
    if setup::chosen().transport == setup::Transport::Wss {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_string()])?;
        let key = websocket::tls::PrivateKey::new(made.key_pair.serialize_der());
        let certificate = websocket::tls::Certificate::new(made.cert.der().to_vec());
        config.set_tls_config(websocket::tls::Config::new(key, vec![certificate])?);
    }
    Ok(config)
}

/// The handshake of a private network comes before anything else on a connection.
async fn private<S>(socket: S, psk: Option<PreSharedKey>) -> io::Result<Either<S, PnetOutput<S>>>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    match psk {
        None => Ok(Either::Left(socket)),
        Some(psk) => {
            let protected = PnetConfig::new(psk).handshake(socket).await;
            Ok(Either::Right(protected.map_err(io::Error::other)?))
        }
    }
}

fn secured<T>(raw: T, key: &Keypair, setup: &Setup) -> Result<Secured, Failure>
where
    T: Transport + Send + Unpin + 'static,
    T::Output: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    T::Error: Send + Sync + 'static,
    T::Dial: Send + 'static,
    T::ListenerUpgrade: Send + 'static,
{
    let raw = raw.upgrade(upgrade::Version::V1Lazy);
    let (yamux, mplex) = (yamux::Config::default, libp2p_mplex::Config::new);
    Ok(match (setup.security, setup.muxer) {
        (Security::Noise, Muxer::Yamux) => boxed(
            raw.authenticate(noise::Config::new(key)?)
                .multiplex(yamux()),
        ),
        (Security::Noise, Muxer::Mplex) => boxed(
            raw.authenticate(noise::Config::new(key)?)
                .multiplex(mplex()),
        ),
        (Security::Tls, Muxer::Yamux) => {
            boxed(raw.authenticate(tls::Config::new(key)?).multiplex(yamux()))
        }
        (Security::Tls, Muxer::Mplex) => {
            boxed(raw.authenticate(tls::Config::new(key)?).multiplex(mplex()))
        }
        (Security::Plaintext, Muxer::Yamux) => boxed(
            raw.authenticate(plaintext::Config::new(key))
                .multiplex(yamux()),
        ),
        (Security::Plaintext, Muxer::Mplex) => boxed(
            raw.authenticate(plaintext::Config::new(key))
                .multiplex(mplex()),
        ),
    })
}

fn boxed<M, T>(transport: T) -> Secured
where
    M: StreamMuxer + Send + 'static,
    M::Substream: Send + 'static,
    M::Error: Send + Sync + 'static,
    T: Transport<Output = (PeerId, M)> + Send + Unpin + 'static,
    T::Error: Send + Sync,
    T::Dial: Send,
    T::ListenerUpgrade: Send,
{
    transport
        .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)))
        .boxed()
}

fn either(first: Secured, second: Secured) -> Secured {
    first
        .or_transport(second)
        .map(|one, _| one.into_inner())
        .boxed()
}
