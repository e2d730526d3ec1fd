//! A behaviour that opens any number of streams at a time and serves the stream protocols of the peer programs.

use std::{
    collections::HashMap,
    convert::Infallible,
    future::{ready, Ready},
    task::{Context, Poll},
};

use futures::{future::BoxFuture, AsyncWriteExt, FutureExt};
use libp2p::{
    core::{transport::PortUse, upgrade::UpgradeInfo, Endpoint},
    swarm::{
        handler::{
            ConnectionEvent, DialUpgradeError, FullyNegotiatedInbound, FullyNegotiatedOutbound,
        },
        ConnectionDenied, ConnectionHandler, ConnectionHandlerEvent, ConnectionId, FromSwarm,
        NetworkBehaviour, Stream, StreamProtocol, SubstreamProtocol, THandler, THandlerInEvent,
        THandlerOutEvent, ToSwarm,
    },
    InboundUpgrade, Multiaddr, OutboundUpgrade, PeerId,
};
use tokio::sync::{mpsc, oneshot};

use crate::{handlers, setup, Failure};

pub const ECHO: StreamProtocol = StreamProtocol::new("/p2pspec/echo/1.0.0");
pub const PERF: StreamProtocol = StreamProtocol::new("/perf/1.0.0");
pub const GREET: StreamProtocol = StreamProtocol::new("/p2pspec/greet/1.0.0");
pub const RESET: StreamProtocol = StreamProtocol::new("/p2pspec/reset/1.0.0");
pub const STALL: StreamProtocol = StreamProtocol::new("/p2pspec/stall/1.0.0");
pub const PUSH: StreamProtocol = StreamProtocol::new("/p2pspec/push/1.0.0");
pub const PUSHED: StreamProtocol = StreamProtocol::new("/p2pspec/pushed/1.0.0");

pub const GREETING: &[u8] = b"hello";

type Reply = oneshot::Sender<Result<Stream, Failure>>;

struct Open {
    protocol: StreamProtocol,
    reply: Reply,
}

/// Opens streams on one connection.
#[derive(Clone)]
pub struct Opener(mpsc::UnboundedSender<Open>);

impl Opener {
    pub async fn open(&self, protocol: StreamProtocol) -> Result<Stream, Failure> {
        let (reply, answer) = oneshot::channel();
        self.0
            .send(Open { protocol, reply })
            .map_err(|_| "the connection is closed")?;
        answer
            .await
            .map_err(|_| "the connection closed before the stream opened")?
    }
}

#[derive(Default)]
pub struct Behaviour {
    openers: HashMap<ConnectionId, Opener>,
}

impl Behaviour {
    pub fn opener(&self, connection: ConnectionId) -> Option<Opener> {
        self.openers.get(&connection).cloned()
    }

    fn handler(&mut self, connection: ConnectionId) -> Handler {
        let (sender, opens) = mpsc::unbounded_channel();
        self.openers.insert(connection, Opener(sender));
        Handler {
            opens,
            pushing: None,
            pushed: false,
        }
    }
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = Handler;
    type ToSwarm = Infallible;

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(self.handler(connection))
    }

    fn handle_established_outbound_connection(
        &mut self,
        connection: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(self.handler(connection))
    }

    fn on_swarm_event(&mut self, event: FromSwarm) {
        if let FromSwarm::ConnectionClosed(closed) = event {
            self.openers.remove(&closed.connection_id);
        }
    }

    fn on_connection_handler_event(
        &mut self,
        _: PeerId,
        _: ConnectionId,
        event: THandlerOutEvent<Self>,
    ) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        Poll::Pending
    }
}

pub struct Handler {
    opens: mpsc::UnboundedReceiver<Open>,
    /// Reads the stream that asks for a push to its end.
    pushing: Option<BoxFuture<'static, std::io::Result<Stream>>>,
    /// One protocol more is served; identify pushes by itself when it sees that.
    pushed: bool,
}

impl ConnectionHandler for Handler {
    type FromBehaviour = Infallible;
    type ToBehaviour = Infallible;
    type InboundProtocol = OneOf;
    type OutboundProtocol = OneOf;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = Reply;

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol> {
        let mut served = vec![ECHO, PERF];
        if setup::chosen().scenarios {
            served.extend([GREET, RESET, STALL, PUSH]);
        }
        if self.pushed {
            served.push(PUSHED);
        }
        SubstreamProtocol::new(OneOf(served), ())
    }

    fn poll(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<
        ConnectionHandlerEvent<Self::OutboundProtocol, Self::OutboundOpenInfo, Self::ToBehaviour>,
    > {
        if let Some(pushing) = &mut self.pushing {
            if let Poll::Ready(asked) = pushing.poll_unpin(context) {
                self.pushing = None;
                self.pushed = true;
                tokio::spawn(async move { asked?.close().await });
            }
        }
        match self.opens.poll_recv(context) {
            Poll::Ready(Some(open)) => {
                Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest {
                    protocol: SubstreamProtocol::new(OneOf(vec![open.protocol]), open.reply),
                })
            }
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }

    fn on_behaviour_event(&mut self, event: Self::FromBehaviour) {
        match event {}
    }

    fn on_connection_event(
        &mut self,
        event: ConnectionEvent<
            Self::InboundProtocol,
            Self::OutboundProtocol,
            Self::InboundOpenInfo,
            Self::OutboundOpenInfo,
        >,
    ) {
        match event {
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound {
                protocol: (name, stream),
                ..
            }) => match name == PUSH {
                true => self.pushing = Some(read_to_end(stream).boxed()),
                false => drop(tokio::spawn(handlers::serve(name, stream))),
            },
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound {
                protocol: (_, stream),
                info,
            }) => {
                drop(info.send(Ok(stream)));
            }
            ConnectionEvent::DialUpgradeError(DialUpgradeError { error, info }) => {
                drop(info.send(Err(error.to_string().into())));
            }
            _ => {}
        }
    }
}

async fn read_to_end(mut stream: Stream) -> std::io::Result<Stream> {
    handlers::drain(&mut stream).await?;
    Ok(stream)
}

/// Negotiates one of several names and hands the stream out as it is.
pub struct OneOf(Vec<StreamProtocol>);

impl UpgradeInfo for OneOf {
    type Info = StreamProtocol;
    type InfoIter = std::vec::IntoIter<StreamProtocol>;

    fn protocol_info(&self) -> Self::InfoIter {
        self.0.clone().into_iter()
    }
}

impl<S> InboundUpgrade<S> for OneOf {
    type Output = (StreamProtocol, S);
    type Error = Infallible;
    type Future = Ready<Result<Self::Output, Self::Error>>;

    fn upgrade_inbound(self, stream: S, name: Self::Info) -> Self::Future {
        ready(Ok((name, stream)))
    }
}

impl<S> OutboundUpgrade<S> for OneOf {
    type Output = (StreamProtocol, S);
    type Error = Infallible;
    type Future = Ready<Result<Self::Output, Self::Error>>;

    fn upgrade_outbound(self, stream: S, name: Self::Info) -> Self::Future {
        ready(Ok((name, stream)))
    }
}
